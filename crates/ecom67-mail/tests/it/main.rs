//! Mails as shoppers get them.

mod hostile;
mod orders;
mod sent;
mod server;
mod shown;
mod smtp;
