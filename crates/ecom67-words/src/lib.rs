//! How the shop speaks: the words of `web/messages`, and numbers, money and names as browsers write them.
//!
//! Pages and mails say the same in the same way. Not for deciding what is said, nor for markup.

mod format;
mod messages;

pub use format::{Format, IntlData, language_tag};
pub use messages::{Messages, checkout_messages, mail_messages, messages, quote_messages};
