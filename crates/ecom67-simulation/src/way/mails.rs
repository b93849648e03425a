//! The way to what is kept of mails, and to the post office.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{Mail, MailClaim, MailError, MailId, Mailer, SentMails, StoreError};
use jiff::Timestamp;
use tokio::time::sleep;

use super::{Way, What};
use crate::invariants;

/// How long the post office takes when it is slow: longer than a lease, and shorter than a claim.
const SLOW_MAX_MS: u64 = 90_000;

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    Slow,
    /// It is not taken now, or never.
    Busy,
    Refused,
    /// It is taken, at once or later, and nobody hears of it.
    AnswerLost,
    Late,
    /// The process dies before, or after.
    CrashBefore,
    CrashAfter,
}

const TROUBLES: [Fate; 7] =
    [Fate::Slow, Fate::Slow, Fate::Busy, Fate::Busy, Fate::Refused, Fate::AnswerLost, Fate::Late];

#[async_trait]
impl Mailer for Way {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let world = &self.world;
        self.life.lives().await;
        world.linger().await;
        self.life.lives().await;
        let fate = if self.crash_is_due() {
            world.chance.pick(&[Fate::CrashBefore, Fate::CrashAfter])
        } else if world.goes_wrong(world.settings.mail_one_in) {
            world.chance.pick(&TROUBLES)
        } else {
            Fate::Done
        };
        if fate != Fate::Done {
            world.tally.count("mail troubles");
        }
        world.tell(format_args!("post office: {} ({fate:?})", mail.id));
        let what = What("send mail", 0);
        let answer = match fate {
            Fate::Busy => Err(MailError::Temporary("the server is busy".to_owned())),
            Fate::Refused => {
                world.tally.count("mails refused");
                Err(MailError::Permanent("the server knows nobody of this name".to_owned()))
            }
            Fate::Late => {
                let (world, mail) = (Arc::clone(world), mail.clone());
                let after = Duration::from_millis(world.chance.below(SLOW_MAX_MS));
                let under_way = world.under_way();
                Arc::clone(&world).spawn(async move {
                    sleep(after).await;
                    invariants::after_delivery(&world, &mail);
                    drop(under_way);
                });
                Err(MailError::Temporary("the connection broke".to_owned()))
            }
            Fate::CrashBefore => {
                self.crash(what, "before it is sent").await;
                Err(MailError::Temporary("nobody hears of this".to_owned()))
            }
            Fate::CrashAfter => {
                invariants::after_delivery(world, mail);
                self.crash(what, "after it was sent").await;
                Err(MailError::Temporary("nobody hears of this".to_owned()))
            }
            Fate::AnswerLost => {
                invariants::after_delivery(world, mail);
                Err(MailError::Temporary("the connection broke".to_owned()))
            }
            Fate::Done | Fate::Slow => {
                if fate == Fate::Slow {
                    world.wait_up_to(SLOW_MAX_MS).await;
                }
                invariants::after_delivery(world, mail);
                Ok(())
            }
        };
        world.linger().await;
        self.life.lives().await;
        if answer.is_ok() {
            world.post.answered(&mail.id);
        }
        answer
    }
}

#[async_trait]
impl SentMails for Way {
    async fn claim(&self, mail: &MailId, now: Timestamp, until: Timestamp) -> Result<MailClaim, StoreError> {
        let mail = mail.clone();
        self.write(What("claim a mail", 0), move |world| {
            let claim = world.store.state().claim_mail(&mail, now, until);
            if claim == MailClaim::Claimed {
                world.post.claimed(&mail);
            }
            Ok(claim)
        })
        .await
    }

    async fn note_sent(&self, mail: &MailId, at: Timestamp) -> Result<(), StoreError> {
        self.world.post.noting(mail);
        let mail = mail.clone();
        self.write(What("note a mail", 0), move |world| {
            world.store.state().note_sent(&mail, at);
            Ok(())
        })
        .await
    }

    async fn release(&self, mail: &MailId, until: Timestamp) -> Result<(), StoreError> {
        let mail = mail.clone();
        self.write(What("release a mail", 0), move |world| {
            world.store.state().release_mail(&mail, until);
            Ok(())
        })
        .await
    }

    async fn forget(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write(What("forget mails", 0), move |world| Ok(world.store.state().forget_mails(now))).await
    }
}
