//! Adapters for one machine: SQLite as the store of record, Tantivy as the index, pictures as files; and
//! the mailbox of a demo.
//!
//! Everything lives in one data folder, which one process holds at a time. Not for HTTP, nor for what the shop does.

pub mod checkpoint;
pub mod folder;
pub mod index;
pub mod mailbox;
pub mod media;
pub mod sqlite;

pub use folder::DataFolder;
pub use sqlite::Database;
