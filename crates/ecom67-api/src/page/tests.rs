//! Pages of a small shop in a temporary folder: `SQLite`, pictures and index as in a real one.

mod empty;
mod head;
mod hostile;
mod markup;
mod missing;
mod moved;
mod reads;
mod ruled;
mod shop;
mod sitemap;
mod web_app;
mod words;
