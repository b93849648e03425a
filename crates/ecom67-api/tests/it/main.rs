//! The whole router over a real store and a real index.

mod catalog;
mod counted;
mod large;
mod mailbox;
mod many_carts;
mod orders;
mod quotes;
mod read_carts;
mod shop;
mod strangers;
mod unbuilt;
