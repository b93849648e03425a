//! Mails: written from templates in the shopper's language, and handed over by SMTP.
//!
//! Not for deciding which mail is owed, nor for remembering which was sent: `ecom67_app::mails` does.

mod compose;
mod smtp;
mod templates;
mod view;
mod write;

pub use compose::{Composer, ComposerOptions};
pub use smtp::{SmtpError, SmtpLogin, SmtpMailer, SmtpOptions, SmtpSecurity};
