//! The adapters for one machine, tried as a shop would use them, and as a machine would fail under them.

mod catalog;
mod change_log;
mod check;
mod child;
mod durability;
mod folder;
mod forgetful_disk;
mod import;
mod index;
mod kill;
mod media;
mod migrations;
mod queues;
mod recount;
mod search_log;
mod shop;
mod shop_cache;
mod stores;
mod writer;
