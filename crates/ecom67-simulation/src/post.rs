//! The post office: which mails it was given, and what the shop knows of that; and which messages came to an end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use ecom67_app::port::{ComposeError, Mail, MailComposer, MailId, OrderMail, QueueKey};

use crate::chance::locked;

#[derive(Default)]
pub(crate) struct PostOffice {
    mails: Mutex<BTreeMap<MailId, Posted>>,
    ended: Mutex<BTreeSet<QueueKey>>,
}

/// What became of one mail.
#[derive(Clone, Copy, Default)]
pub(crate) struct Posted {
    /// How often somebody was allowed to send it.
    pub(crate) claims: u32,
    /// How often it was given to the post office.
    pub(crate) deliveries: u32,
    /// How often whoever gave it knows that it is there and has not begun to note it. Nobody is ever long at that.
    pub(crate) unnoted: u32,
}

impl PostOffice {
    fn change<T>(&self, mail: &MailId, change: impl FnOnce(&mut Posted) -> T) -> T {
        change(locked(&self.mails).entry(mail.clone()).or_default())
    }

    pub(crate) fn claimed(&self, mail: &MailId) {
        self.change(mail, |posted| posted.claims += 1);
    }

    /// It is given to the post office. Returns what had become of it before.
    pub(crate) fn deliver(&self, mail: &MailId) -> Posted {
        self.change(mail, |posted| {
            let before = *posted;
            posted.deliveries += 1;
            before
        })
    }

    pub(crate) fn answered(&self, mail: &MailId) {
        self.change(mail, |posted| posted.unnoted += 1);
    }

    pub(crate) fn noting(&self, mail: &MailId) {
        self.change(mail, |posted| posted.unnoted = posted.unnoted.saturating_sub(1));
    }

    pub(crate) fn has(&self, mail: &MailId) -> bool {
        locked(&self.mails).get(mail).is_some_and(|posted| posted.deliveries > 0)
    }

    /// The message of this name was done with, or died.
    pub(crate) fn ended(&self, message: &QueueKey) {
        locked(&self.ended).insert(message.clone());
    }

    pub(crate) fn has_ended(&self, message: &QueueKey) -> bool {
        locked(&self.ended).contains(message)
    }
}

/// Writes mails of which one can tell what they say.
pub(crate) struct Writer;

impl MailComposer for Writer {
    fn compose(&self, mail: &OrderMail<'_>) -> Result<Mail, ComposeError> {
        let unwritable = |error: ecom67_domain::violation::Invalid| ComposeError { reason: error.to_string() };
        let text = format!("{:?}", mail.order.state);
        Ok(Mail {
            id: mail.id.clone(),
            follows: mail.follows.cloned(),
            to: mail.contact.email.clone(),
            sender: "Simulation".parse().map_err(unwritable)?,
            subject: mail.kind.as_str().parse().map_err(unwritable)?,
            html: text.clone(),
            text,
            attachments: Vec::new(),
        })
    }
}
