//! Mails: what is sent, who sends it, and which were sent.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use ecom67_domain::order::{CancelReason, Contact, EmailAddress, LegalTextKind};
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Order, OrderId, Version};
use jiff::{SignedDuration, Timestamp};

use super::{LegalText, StoreError};
use crate::shop::Shop;

/// The longest id of a mail, in bytes.
pub const MAIL_ID_LENGTH_MAX: usize = 120;

/// The longest line of a mail's head, in characters.
pub const HEAD_LINE_LENGTH_MAX: usize = 200;

/// How long it is remembered that a mail was sent. What asks for it again later sends it again: only a message that was dead
/// for as long can.
pub const SENT_MEMORY: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The most mails that one call forgets.
pub const FORGET_MAILS_MAX: usize = 500;

/// What a shopper is told of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// It has arrived, and awaits the payment.
    Received,
    /// It is paid.
    Paid,
    /// It is cancelled.
    Cancelled(CancelReason),
    /// Money was given back.
    Refunded {
        /// Which of the order's refunds.
        number: u32,
    },
}

impl MailKind {
    /// Its name in data and metrics; the same for all refunds, and for all reasons.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Paid => "paid",
            Self::Cancelled(_) => "cancelled",
            Self::Refunded { .. } => "refunded",
        }
    }
}

/// Which mail. What is made of the same event of the same order has the same id, however often and wherever it is made, so
/// that a repeat is known as one: by us, and by mailboxes, for it is the mail's Message-ID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(Box<str>);

impl MailId {
    /// The mail that tells of what one commit made of an order.
    pub fn of_order(order: OrderId, version: Version, kind: MailKind) -> Self {
        let number = match kind {
            MailKind::Refunded { number } => format!("-{number}"),
            MailKind::Received | MailKind::Paid | MailKind::Cancelled(_) => String::new(),
        };
        Self(format!("{order}.{}.{}{number}", version.0, kind.as_str()).into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for MailId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // It becomes a part of a header, of a path and of a file's name.
        let is_plain = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        let is_short = !text.is_empty() && text.len() <= MAIL_ID_LENGTH_MAX;
        if !is_plain || !is_short || text.starts_with('.') || text.ends_with('.') || text.contains("..") {
            let expected = format!("1 to {MAIL_ID_LENGTH_MAX} of a to z, 0 to 9, _, - and single dots");
            return Err(Invalid::new("mail_id_invalid", expected));
        }
        Ok(Self(text.into()))
    }
}

/// A line of a mail's head: the subject, or the name of who sends it. It has no control characters, with which more lines
/// could be smuggled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadLine(Box<str>);

impl HeadLine {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HeadLine {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        if text.is_empty() || text.chars().count() > HEAD_LINE_LENGTH_MAX || text.chars().any(breaks) {
            let expected = format!("one line of 1 to {HEAD_LINE_LENGTH_MAX} characters without control characters");
            return Err(Invalid::new("head_line_invalid", expected));
        }
        Ok(Self(text.into()))
    }
}

/// A mail, ready to be sent. Its two parts say the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Which one.
    pub id: MailId,
    /// The mail that began what this one belongs to, by which mailboxes show them together.
    pub follows: Option<MailId>,
    /// Who gets it.
    pub to: EmailAddress,
    /// Who sends it, by name.
    pub sender: HeadLine,
    /// What it is about.
    pub subject: HeadLine,
    /// For those who see it as a page.
    pub html: String,
    /// For those who read it.
    pub text: String,
    /// What is attached.
    pub attachments: Vec<MailAttachment>,
}

/// A text that is attached to a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAttachment {
    /// The file's name: letters of ASCII, `-` and `.`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl fmt::Debug for Mail {
    /// Which one it is: all the rest is somebody's own.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mail({})", self.id)
    }
}

/// A mail that was not sent. The reasons are logged and kept: they have no address, though servers like to repeat it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may go later: the server is not there, is busy, or does not let us in.
    #[error("the mail could not be sent: {0}")]
    Temporary(String),
    /// It never will: the mail or its address was refused.
    #[error("the mail was refused: {0}")]
    Permanent(String),
}

/// Sends mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands the mail over to whoever delivers it. Where the answer is lost, it is an error and the mail may have gone: one
    /// that is sent again has the same Message-ID, and more than that SMTP cannot promise.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// An order that somebody is told of.
#[derive(Clone, Copy, Debug)]
pub struct OrderMail<'mail> {
    /// What it is told for.
    pub kind: MailKind,
    /// Which mail it is.
    pub id: &'mail MailId,
    /// The first mail about the order, if that is another.
    pub follows: Option<&'mail MailId>,
    /// The order as it was then, so that a mail that is made again says the same.
    pub order: &'mail Order,
    /// Who ordered.
    pub contact: &'mail Contact,
    /// The texts under which it was ordered, where the mail has to carry them.
    pub legal_texts: &'mail [(LegalTextKind, LegalText)],
    /// The shop.
    pub shop: &'mail Shop,
}

/// A mail that cannot be made, which no repetition changes.
#[derive(Debug, thiserror::Error)]
#[error("the mail cannot be written: {reason}")]
pub struct ComposeError {
    /// Why; nothing personal.
    pub reason: String,
}

/// Writes mails.
pub trait MailComposer: Send + Sync {
    /// The mail, in the language, the currency and the manner of writing of the order's shopper.
    fn compose(&self, mail: &OrderMail<'_>) -> Result<Mail, ComposeError>;
}

/// Whether a mail may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailClaim {
    /// By whoever asked, and for as long as was asked for by nobody else.
    Claimed,
    /// Somebody else is sending it.
    Busy,
    /// It was sent.
    Sent,
}

/// Keeps which mails were sent, so that a message that comes twice sends one. Nothing personal is in it.
///
/// Not promised: that no mail is sent twice. Whoever dies between sending a mail and noting it leaves a claim that runs out.
#[async_trait]
pub trait SentMails: Send + Sync {
    /// Claims the mail until `until`, unless it was sent or somebody's claim holds at `now`. Of many who claim at once one
    /// does.
    async fn claim(&self, mail: &MailId, now: Timestamp, until: Timestamp) -> Result<MailClaim, StoreError>;

    /// Notes that the mail was sent at `at`; that is remembered for [`SENT_MEMORY`].
    async fn note_sent(&self, mail: &MailId, at: Timestamp) -> Result<(), StoreError>;

    /// Gives back the claim that ends at `until`, if it is still the one there is.
    async fn release(&self, mail: &MailId, until: Timestamp) -> Result<(), StoreError>;

    /// Forgets up to [`FORGET_MAILS_MAX`] mails that need not be remembered at `now`, and returns how many. A store that
    /// forgets by itself does nothing.
    async fn forget(&self, now: Timestamp) -> Result<usize, StoreError>;
}

/// A mail in the mailbox of a demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMail {
    /// The mail.
    pub mail: Mail,
    /// When it was sent.
    pub at: Timestamp,
}

/// What a list of mails shows.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSummary {
    /// Which mail.
    pub id: MailId,
    /// Who got it.
    pub to: EmailAddress,
    /// What it is about.
    pub subject: HeadLine,
    /// When it was sent.
    pub at: Timestamp,
}

impl fmt::Debug for MailSummary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MailSummary({})", self.id)
    }
}

/// The mailbox of a demo: everybody's mails, for everybody to read.
#[async_trait]
pub trait Mailbox: Mailer {
    /// All that are kept, the newest first. Older ones make way: how many are kept is bounded.
    async fn list(&self) -> Vec<MailSummary>;

    /// One of them.
    async fn find(&self, id: &MailId) -> Result<Option<KeptMail>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_known_by_the_order_the_commit_and_what_it_tells() {
        let id = |version, kind| MailId::of_order(OrderId::new(7), Version(version), kind);

        let refunded = id(9, MailKind::Refunded { number: 2 });

        assert_eq!(refunded.as_str(), "order_00000000000000000000000000000007.9.refunded-2");
        assert_eq!(refunded.as_str().parse::<MailId>().unwrap(), refunded);
        assert_ne!(refunded, id(9, MailKind::Refunded { number: 3 }));
        assert_ne!(id(1, MailKind::Received), id(2, MailKind::Received));
        assert_ne!(id(1, MailKind::Received), id(1, MailKind::Paid));
    }

    #[test]
    fn what_would_lead_elsewhere_or_begin_a_line_is_no_id() {
        for wrong in ["", "..", "a/b", "a..b", ".a", "a.", "A", "a b", "a\nb", "ä", &"a".repeat(121)] {
            assert_eq!(wrong.parse::<MailId>().unwrap_err().code, "mail_id_invalid", "{wrong:?}");
        }
    }

    #[test]
    fn no_line_of_a_mails_head_smuggles_another_one_in() {
        assert_eq!(" Kites & Söhne ".parse::<HeadLine>().unwrap().as_str(), "Kites & Söhne");
        for wrong in ["", "a\r\nBcc: x@example.org", "a\nb", "a\u{0}", "a\u{2028}b", "a\u{85}b", &"a".repeat(201)] {
            assert_eq!(wrong.parse::<HeadLine>().unwrap_err().code, "head_line_invalid", "{wrong:?}");
        }
    }

    #[test]
    fn a_log_learns_which_mail_it_was_and_nothing_of_anybody() {
        let mail = Mail {
            id: "test.1".parse().unwrap(),
            follows: None,
            to: "ann@example.org".parse().unwrap(),
            sender: "Kites".parse().unwrap(),
            subject: "For Ann".parse().unwrap(),
            html: "Ann".into(),
            text: "Ann".into(),
            attachments: vec![],
        };

        assert_eq!(format!("{mail:?}"), "Mail(test.1)");
    }
}
