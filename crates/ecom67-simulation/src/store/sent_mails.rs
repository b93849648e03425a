//! Which mails were sent, and who is at it.

use async_trait::async_trait;
use ecom67_app::port::{FORGET_MAILS_MAX, MailClaim, MailId, SENT_MEMORY, SentMails, StoreError};
use jiff::Timestamp;

use super::{MemoryStore, State};

/// A mail that somebody sends or has sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeptMail {
    Claimed { until: Timestamp },
    Sent { expires_at: Timestamp },
}

impl State {
    pub(crate) fn claim_mail(&mut self, mail: &MailId, now: Timestamp, until: Timestamp) -> MailClaim {
        match self.mails.get(mail) {
            Some(KeptMail::Sent { .. }) => MailClaim::Sent,
            Some(KeptMail::Claimed { until }) if *until > now => MailClaim::Busy,
            Some(KeptMail::Claimed { .. }) | None => {
                self.mails.insert(mail.clone(), KeptMail::Claimed { until });
                MailClaim::Claimed
            }
        }
    }

    pub(crate) fn note_sent(&mut self, mail: &MailId, at: Timestamp) {
        let expires_at = at.saturating_add(SENT_MEMORY).unwrap_or(Timestamp::MAX);
        self.mails.insert(mail.clone(), KeptMail::Sent { expires_at });
    }

    pub(crate) fn release_mail(&mut self, mail: &MailId, until: Timestamp) {
        if self.mails.get(mail) == Some(&KeptMail::Claimed { until }) {
            self.mails.remove(mail);
        }
    }

    pub(crate) fn forget_mails(&mut self, now: Timestamp) -> usize {
        let is_over = |kept: &KeptMail| match kept {
            KeptMail::Claimed { until: end } | KeptMail::Sent { expires_at: end } => *end <= now,
        };
        let over: Vec<MailId> = self
            .mails
            .iter()
            .filter(|(_, kept)| is_over(kept))
            .take(FORGET_MAILS_MAX)
            .map(|(id, _)| id.clone())
            .collect();
        for mail in &over {
            self.mails.remove(mail);
        }
        over.len()
    }
}

#[async_trait]
impl SentMails for MemoryStore {
    async fn claim(&self, mail: &MailId, now: Timestamp, until: Timestamp) -> Result<MailClaim, StoreError> {
        Ok(self.state().claim_mail(mail, now, until))
    }

    async fn note_sent(&self, mail: &MailId, at: Timestamp) -> Result<(), StoreError> {
        self.state().note_sent(mail, at);
        Ok(())
    }

    async fn release(&self, mail: &MailId, until: Timestamp) -> Result<(), StoreError> {
        self.state().release_mail(mail, until);
        Ok(())
    }

    async fn forget(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.state().forget_mails(now))
    }
}
