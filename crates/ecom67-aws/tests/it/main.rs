//! The adapters for AWS on real engines that run on this machine.

mod catalog_shop;
mod contract;
mod engine;
mod facts;
mod faults;
mod faulty;
mod orders;
mod queues;
mod search;
mod search_engine;
mod streams;
