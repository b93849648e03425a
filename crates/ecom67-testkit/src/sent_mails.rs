//! What every [`SentMails`](ecom67_app::port::SentMails) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use std::sync::Arc;

use ecom67_app::port::{MailClaim, MailId};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::{Stores, noon};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! sent_mails_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; sent_mails;
            a_mail_that_was_sent_is_not_claimed_again
            a_claim_keeps_others_away_until_it_runs_out
            of_16_that_claim_a_mail_at_once_one_may_send_it
            a_claim_that_is_given_back_is_free_at_once
            nobody_gives_back_what_is_another_ones_or_was_sent
            mails_know_nothing_of_each_other
            what_was_just_sent_is_not_forgotten
        );
    };
}

fn mail(id: &str) -> MailId {
    id.parse().unwrap()
}

fn minutes(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

/// Claims for five minutes.
async fn claim(stores: &Stores, id: &str, now: Timestamp) -> MailClaim {
    stores.sent_mails.claim(&mail(id), now, now + SignedDuration::from_mins(5)).await.unwrap()
}

pub async fn a_mail_that_was_sent_is_not_claimed_again(stores: &Stores) {
    assert_eq!(claim(stores, "a", minutes(0)).await, MailClaim::Claimed);

    stores.sent_mails.note_sent(&mail("a"), minutes(1)).await.unwrap();

    for later in [1, 2, 6, 60 * 24 * 89] {
        assert_eq!(claim(stores, "a", minutes(later)).await, MailClaim::Sent, "{later} minutes later");
    }
}

pub async fn a_claim_keeps_others_away_until_it_runs_out(stores: &Stores) {
    assert_eq!(claim(stores, "a", minutes(0)).await, MailClaim::Claimed);

    assert_eq!(claim(stores, "a", minutes(0)).await, MailClaim::Busy);
    assert_eq!(claim(stores, "a", minutes(4)).await, MailClaim::Busy);
    assert_eq!(claim(stores, "a", minutes(5)).await, MailClaim::Claimed);
    assert_eq!(claim(stores, "a", minutes(6)).await, MailClaim::Busy, "the second claim counts from its own time");
}

pub async fn of_16_that_claim_a_mail_at_once_one_may_send_it(stores: &Stores) {
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let sent_mails = Arc::clone(&stores.sent_mails);
        tasks.spawn(async move { sent_mails.claim(&mail("a"), minutes(0), minutes(5)).await.unwrap() });
    }
    let claims = tasks.join_all().await;

    assert_eq!(claims.iter().filter(|claim| **claim == MailClaim::Claimed).count(), 1, "got {claims:?}");
}

pub async fn a_claim_that_is_given_back_is_free_at_once(stores: &Stores) {
    claim(stores, "a", minutes(0)).await;

    stores.sent_mails.release(&mail("a"), minutes(5)).await.unwrap();

    assert_eq!(claim(stores, "a", minutes(0)).await, MailClaim::Claimed);
}

pub async fn nobody_gives_back_what_is_another_ones_or_was_sent(stores: &Stores) {
    claim(stores, "a", minutes(0)).await;
    // The first claim has run out, and somebody else has the mail.
    claim(stores, "a", minutes(10)).await;

    stores.sent_mails.release(&mail("a"), minutes(5)).await.unwrap();
    assert_eq!(claim(stores, "a", minutes(11)).await, MailClaim::Busy);

    stores.sent_mails.note_sent(&mail("a"), minutes(12)).await.unwrap();
    stores.sent_mails.release(&mail("a"), minutes(15)).await.unwrap();
    assert_eq!(claim(stores, "a", minutes(60)).await, MailClaim::Sent);

    stores.sent_mails.release(&mail("never-there"), minutes(5)).await.unwrap();
}

pub async fn mails_know_nothing_of_each_other(stores: &Stores) {
    claim(stores, "order_1.1.received", minutes(0)).await;
    stores.sent_mails.note_sent(&mail("order_1.1.received"), minutes(0)).await.unwrap();

    for other in ["order_1.1.paid", "order_1.2.received", "order_2.1.received", "order_1.1.receive"] {
        assert_eq!(claim(stores, other, minutes(0)).await, MailClaim::Claimed, "{other}");
    }
}

pub async fn what_was_just_sent_is_not_forgotten(stores: &Stores) {
    claim(stores, "a", minutes(0)).await;
    stores.sent_mails.note_sent(&mail("a"), minutes(0)).await.unwrap();

    assert_eq!(stores.sent_mails.forget(minutes(60 * 24 * 89)).await.unwrap(), 0);

    assert_eq!(claim(stores, "a", minutes(60 * 24 * 89)).await, MailClaim::Sent);
}
