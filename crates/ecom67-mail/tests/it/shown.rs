//! What each mail shows, compared with what was looked at and found good.
//!
//! `ECOM67_SNAPSHOTS=write` writes what the mails show now; whoever does looks at what has changed.

use std::path::{Path, PathBuf};

use ecom67_app::port::MailKind;
use ecom67_domain::order::CancelReason;
use ecom67_domain::{GiftCardId, Order};

use ecom67_testkit::paid_with;

use crate::orders::{
    a_contact, a_free_order, a_german_order, a_shop, an_american_order, brought_to, cancelled_and_charged, composed,
    nothing_sent,
};

fn snapshot(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name)
}

fn compare(name: &str, shown: &str) {
    let file = snapshot(name);
    if std::env::var("ECOM67_SNAPSHOTS").is_ok_and(|value| value == "write") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, shown).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == shown, "{name} shows something else than {}; see the head of this test", file.display());
}

/// Every kind of mail, with the name of its snapshot.
fn kinds() -> Vec<(String, MailKind)> {
    let cancelled = [
        CancelReason::Expired,
        CancelReason::CartChanged,
        CancelReason::Shopper,
        CancelReason::Staff,
        CancelReason::NotCaptured,
    ];
    let cancelled = cancelled.map(|reason| (format!("cancelled-{}", reason.as_str()), MailKind::Cancelled(reason)));
    let others = [
        ("received".to_owned(), MailKind::Received),
        ("paid".to_owned(), MailKind::Paid),
        ("refunded".to_owned(), MailKind::Refunded { number: 1 }),
        ("refunded-again".to_owned(), MailKind::Refunded { number: 2 }),
    ];
    others.into_iter().chain(cancelled).collect()
}

fn compare_all(language: &str, order: &Order) {
    let (shop, contact) = (a_shop(), a_contact());
    for (name, kind) in kinds() {
        let mail = composed(&brought_to(order.clone(), kind), kind, &contact, &shop);
        let text = format!("Subject: {}\nFrom: {}\n\n{}", mail.subject.as_str(), mail.sender.as_str(), mail.text);
        compare(&format!("{name}.{language}.txt"), &text);
        compare(&format!("{name}.{language}.html"), &mail.html);
    }
}

#[test]
fn every_mail_shows_in_german_what_it_was_found_to_show() {
    compare_all("de", &a_german_order());
}

#[test]
fn every_mail_shows_in_english_what_it_was_found_to_show() {
    compare_all("en", &an_american_order());
}

#[test]
fn an_order_that_costs_nothing_asks_for_no_payment() {
    let mail = composed(&a_free_order(), MailKind::Received, &a_contact(), &a_shop());

    compare("received-free.de.txt", &mail.text);
}

#[test]
fn an_order_of_which_nothing_is_sent_names_no_delivery() {
    let (shop, contact) = (a_shop(), a_contact());
    for (language, order) in [("de", a_german_order()), ("en", an_american_order())] {
        let order = nothing_sent(order);
        for (name, kind) in [("received", MailKind::Received), ("paid", MailKind::Paid)] {
            let mail = composed(&brought_to(order.clone(), kind), kind, &contact, &shop);
            compare(&format!("digital-{name}.{language}.txt"), &mail.text);
            compare(&format!("digital-{name}.{language}.html"), &mail.html);
        }
    }
}

#[test]
fn what_gift_cards_pay_and_what_comes_back_to_them_is_told() {
    let (shop, contact) = (a_shop(), a_contact());
    let cards = [GiftCardId::new(1), GiftCardId::new(2)];
    for (language, order) in [("de", a_german_order()), ("en", an_american_order())] {
        let part = paid_with(order.clone(), &[(cards[0], 5_000), (cards[1], 4_000)]);
        let total = order.content.totals.total.minor();
        let whole = paid_with(order, &[(cards[0], total)]);
        // The third refund of a quarter each is more than what is left of the charge: the fourth goes to a card.
        for (name, order, kind) in [
            ("part-received", &part, MailKind::Received),
            ("part-paid", &part, MailKind::Paid),
            ("part-cancelled", &part, MailKind::Cancelled(CancelReason::Expired)),
            ("part-refunded", &part, MailKind::Refunded { number: 3 }),
            ("part-refunded-to-card", &part, MailKind::Refunded { number: 4 }),
            ("whole-paid", &whole, MailKind::Paid),
            ("whole-refunded", &whole, MailKind::Refunded { number: 1 }),
        ] {
            let mail = composed(&brought_to(order.clone(), kind), kind, &contact, &shop);
            compare(&format!("gift-card-{name}.{language}.txt"), &mail.text);
            compare(&format!("gift-card-{name}.{language}.html"), &mail.html);
        }
    }
}

#[test]
fn a_cancelled_order_that_was_charged_says_that_the_money_goes_back_and_not_that_there_was_none() {
    let (shop, contact) = (a_shop(), a_contact());
    let kind = MailKind::Cancelled(CancelReason::NotCaptured);
    for (language, order) in [("de", a_german_order()), ("en", an_american_order())] {
        for (name, has_arrived) in [("returned", true), ("returning", false)] {
            let mail = composed(&cancelled_and_charged(order.clone(), has_arrived), kind, &contact, &shop);
            compare(&format!("cancelled-{name}.{language}.txt"), &mail.text);
            compare(&format!("cancelled-{name}.{language}.html"), &mail.html);
            assert!(
                !mail.text.contains("Nothing was charged") && !mail.text.contains("nichts abgebucht"),
                "{language}"
            );
        }
    }
}

#[test]
fn every_word_of_mails_is_said_somewhere() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(own.join(path)).unwrap();
    let sources = ["src/compose.rs", "src/view.rs", "src/write.rs", "../../web/templates/mailbox.html"].map(read);
    let sources = sources.concat() + &read("../ecom67-api/src/route/mailbox.rs");
    let words = read("../../web/messages/mail/en.ftl");
    let keys = words.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    // The rest of these is a month, or a kind of mail.
    let is_said = |key: &&str| {
        let made = ["month-", "title-", "subject-"].iter().any(|beginning| key.starts_with(beginning));
        made || sources.contains(&format!("\"{key}\""))
    };

    let unsaid: Vec<&str> = keys.filter(|key| !is_said(key)).collect();

    assert_eq!(unsaid, Vec::<&str>::new());
}
