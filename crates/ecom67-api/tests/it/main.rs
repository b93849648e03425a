//! The whole router over a real store and a real index.

mod shop;
mod unbuilt;
