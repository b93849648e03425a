//! The binary as people have it: run from a shell, asked over HTTP, stopped, killed, out of room.

mod carts;
mod commands;
mod full_disk;
mod http;
mod killed;
mod limits;
mod mails;
mod orders;
mod quotes;
mod rebuilt;
mod relevance;
mod search_log;
mod serving;
mod shell;
mod simulator;
mod torture;
