//! Commands on a shop in a temporary folder.

use std::borrow::Cow;

use ecom67_app::import::{Cancel, Format, ImportRequest, NoProgress, Source, run};
use ecom67_app::port::{Lease, OrderNotice, ProductStore, QueueName, StockStore};
use ecom67_domain::{OrderId, Version};
use ecom67_embedded::DataFolder;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};

use super::{
    Command, Ending, Event, GiftCardCommand, ImportCommand, ProductChange, QueueCommand, RuleGroup, Teller, execute,
};
use crate::local::{LocalShop, ShopOptions};
use crate::payments::PaymentOptions;

const CATALOG: &str = r#"{"type":"market","code":"de","countries":["DE"],"currency":"EUR","tax":"included","languages":["en"]}
{"type":"location","code":"main","name":"Main","country":"DE"}
{"type":"product","code":"mug","texts":{"en":{"name":"Mug"}},"variants":[{"sku":"MUG","prices":{"de":{"currency":"EUR","amount":1490}},"stock":{"main":7}}]}
"#;

/// A shop with a mug, and the folder that it lies in.
pub(super) async fn shop_with_a_mug() -> (LocalShop, TempDir) {
    let folder = tempfile::tempdir().expect("the machine has room for a test");
    let held = DataFolder::hold(folder.path()).expect("nobody else knows the folder");
    let shop = LocalShop::open(held, &ShopOptions::for_commands(PaymentOptions::Simulator))
        .await
        .expect("an empty folder becomes a shop");
    let lines = vec![("catalog.jsonl".to_owned(), Cow::Borrowed(CATALOG.as_bytes()))];
    let request = ImportRequest::new(Format::Jsonl, Source::Memory(lines));
    let report = run(&shop.importer(), request, &NoProgress, &Cancel::default()).await.expect("the catalog is right");
    assert_eq!(report.counts.created, 3, "{:?}", report.samples);
    (shop, folder)
}

/// Runs a command, and returns how it ended and what it told.
pub(super) async fn told(shop: &LocalShop, command: Command) -> (Ending, Vec<String>) {
    let (_interrupt, interrupted) = watch::channel(false);
    told_until(shop, command, interrupted).await
}

async fn told_until(shop: &LocalShop, command: Command, interrupted: watch::Receiver<bool>) -> (Ending, Vec<String>) {
    let (sender, mut events) = mpsc::channel(64);
    let work = async {
        let teller = Teller::new(sender, interrupted);
        execute(shop, command, &teller).await
    };
    let listen = async {
        let mut lines = Vec::new();
        while let Some(event) = events.recv().await {
            match event {
                Event::Line { text } | Event::Failed { message: text } => lines.push(text),
                Event::Progress(_) | Event::Ended { .. } => {}
            }
        }
        lines
    };
    tokio::join!(work, listen)
}

#[tokio::test]
async fn a_location_that_the_shop_does_not_have_is_refused_before_anything_is_saved() {
    let (shop, _folder) = shop_with_a_mug().await;
    let change = ProductChange {
        sku: "MUG".into(),
        market: Some("de".into()),
        price: Some("9.90".into()),
        stock: Some(3),
        location: "moon".into(),
        ..ProductChange::default()
    };

    let (refused, why) = told(&shop, Command::SetProduct(change.clone())).await;
    let mug = ProductStore::find(&shop.database, &"mug".parse().unwrap()).await.unwrap().unwrap();
    let (done, _) = told(&shop, Command::SetProduct(ProductChange { location: "main".into(), ..change })).await;

    assert_eq!(
        (refused, why.as_slice()),
        (Ending::Failed, ["the shop has no location \"moon\"".to_owned()].as_slice())
    );
    assert_eq!((mug.version.0, mug.value.variants[0].prices["de"].amount().minor()), (1, 1490));
    assert_eq!(done, Ending::Done);
    let stock = StockStore::find_many(&shop.database, &["MUG".parse().unwrap()]).await.unwrap();
    assert_eq!(stock[0].levels.values().map(|level| level.on_hand).collect::<Vec<_>>(), [3]);
}

/// Many counts of the mug, none of which changes anything.
fn counts(folder: &TempDir) -> Command {
    let path = folder.path().join("counts.csv");
    std::fs::write(&path, format!("sku,stock\n{}", "MUG,7\n".repeat(50_000))).expect("the folder can be written");
    let format = "stock-prices".to_owned();
    Command::Import(ImportCommand { format, path, dry_run: false, report: None, set_stock: false })
}

#[tokio::test]
async fn an_import_that_is_interrupted_says_so_and_goes_on_when_it_is_started_again() {
    let (shop, folder) = shop_with_a_mug().await;
    let (interrupt, interrupted) = watch::channel(false);
    interrupt.send_replace(true);

    let (stopped, why) = told_until(&shop, counts(&folder), interrupted).await;
    let (done, what) = told(&shop, counts(&folder)).await;

    assert_eq!(stopped, Ending::Failed);
    let last = why.last().unwrap();
    assert!(last.starts_with("stopped before the end; started again, it goes on from here: "), "{last}");
    assert_eq!(done, Ending::Done);
    let last = what.last().unwrap();
    assert!(last.starts_with("done: 50,000 rows, 0 new, 0 changed, 50,000 unchanged, 0 refused"), "{last}");
}

#[tokio::test]
async fn there_is_one_import_at_a_time() {
    let (shop, folder) = shop_with_a_mug().await;

    let (first, second) = tokio::join!(told(&shop, counts(&folder)), told(&shop, counts(&folder)));
    let (third, _) = told(&shop, counts(&folder)).await;

    assert_eq!(first.0, Ending::Done, "{:?}", first.1);
    assert_eq!(second, (Ending::Failed, vec!["another import into this shop is under way".to_owned()]));
    assert_eq!(third, Ending::Done);
}

#[tokio::test]
async fn a_promotion_is_listed_as_it_was_set_and_in_force_at_once() {
    let (shop, _folder) = shop_with_a_mug().await;
    let group = RuleGroup::Promotions;
    let set = |record: &str| Command::SetRule { group, record: record.to_owned() };
    let tenth = r#"{"type":"promotion","code":"tenth","name":{"en":"A tenth"},"priority":0,"coupons":["TENTH"],"effect":{"kind":"percentage","basis_points":1000}}"#;

    let (done, said) = told(&shop, set(tenth)).await;
    let (_, again) = told(&shop, set(tenth)).await;
    let (_, listed) = told(&shop, Command::ListRules { group }).await;
    let in_force: Vec<_> =
        shop.shop.present().pricing.rules().promotions().map(|promotion| promotion.code.to_string()).collect();

    assert_eq!((done, said.as_slice()), (Ending::Done, ["promotion/tenth: created".to_owned()].as_slice()));
    assert_eq!(again, ["promotion/tenth: unchanged"]);
    assert_eq!(
        (listed.as_slice(), in_force.as_slice()),
        ([tenth.to_owned()].as_slice(), ["tenth".to_owned()].as_slice())
    );
    for (record, why) in [
        (tenth.replace("\"tenth\"", "\"twin\""), "coupon_taken"),
        (tenth.replace("promotion", "page"), "field"),
        (
            r#"{"type":"tax_zone","code":"de","areas":[{"country":"DE"}],"rates":{"standard":[]}}"#.to_owned(),
            "tax_zone",
        ),
        ("{".to_owned(), "json_invalid"),
    ] {
        let (ending, said) = told(&shop, set(&record)).await;

        assert!(ending == Ending::Failed && said.len() == 1 && said[0].contains(why), "{record}: {said:?}");
    }
}

/// Lets the notice of an order die, and returns the id of the message.
async fn dead_notice(shop: &LocalShop, order: u128, why: &str) -> String {
    let queue = QueueName::Notifications;
    let notice = OrderNotice { order: OrderId::new(order), version: Version(1) };
    shop.queue.send(queue, &[notice.to_message()]).await.unwrap();
    let minute = std::time::Duration::from_mins(1);
    let delivery = shop.queue.receive(queue, 1, minute, minute).await.unwrap().remove(0);
    assert_eq!(shop.queue.bury(&delivery, why).await.unwrap(), Lease::Held);
    delivery.id.to_string()
}

#[tokio::test]
async fn dead_messages_are_listed_shown_sent_again_and_forgotten() {
    let (shop, _folder) = shop_with_a_mug().await;
    let first = dead_notice(&shop, 1, "the mail server said no").await;
    let second = dead_notice(&shop, 2, "the address is wrong").await;
    let asked = async |command| told(&shop, Command::Queues(command)).await;

    let (_, listed) = asked(QueueCommand::List { limit: 10 }).await;
    let (_, shown) = asked(QueueCommand::Show { message: first.clone() }).await;
    let (_, short) = asked(QueueCommand::List { limit: 1 }).await;

    assert_eq!(listed[0], "notifications: 0 ready, 0 in flight, 0 put off, 2 dead");
    assert_eq!((listed.len(), short.len()), (3, 2));
    assert!(listed[1].starts_with(&first) && listed[1].ends_with("the mail server said no"), "{}", listed[1]);
    assert!(listed[2].starts_with(&second) && listed[2].contains("  1 attempts  order_"), "{}", listed[2]);
    let body = format!(r#"body            {{"schema":1,"order":"{}","version":1}}"#, OrderId::new(1));
    assert_eq!(shown.last(), Some(&body));

    let (done, said) = asked(QueueCommand::Discard { message: second.clone() }).await;
    assert_eq!((done, said), (Ending::Done, vec![format!("{second} is forgotten")]));
    let (failed, why) = asked(QueueCommand::Redrive { message: second.clone() }).await;
    assert_eq!((failed, why), (Ending::Failed, vec![format!("there is no dead message \"{second}\"")]));
    let (done, _) = asked(QueueCommand::Redrive { message: first }).await;
    assert_eq!(done, Ending::Done);
    dead_notice(&shop, 3, "once more").await;
    let (_, all) = asked(QueueCommand::RedriveAll).await;
    assert_eq!(all, ["1 messages are sent again"]);
    let (_, listed) = asked(QueueCommand::List { limit: 10 }).await;
    assert!(listed.len() == 1 && listed[0].contains(" 0 dead, the oldest of "), "{listed:?}");
}

fn gift_card(command: GiftCardCommand) -> Command {
    Command::GiftCards(command)
}

fn issue(amount: &str, currency: &str, expires: Option<&str>) -> Command {
    gift_card(GiftCardCommand::Issue {
        amount: amount.to_owned(),
        currency: currency.to_owned(),
        expires: expires.map(|date| date.parse().expect("a date")),
        note: Some("For the raffle.".to_owned()),
        json: true,
    })
}

#[tokio::test]
async fn a_gift_card_is_told_its_code_once_and_found_by_its_id_and_by_its_code() {
    let (shop, _folder) = shop_with_a_mug().await;

    let (ending, lines) = told(&shop, issue("50.00", "EUR", Some("2099-12-31"))).await;

    assert_eq!((ending, lines.len()), (Ending::Done, 1), "{lines:?}");
    let issued: serde_json::Value = serde_json::from_str(&lines[0]).expect("it is JSON");
    assert_eq!((&issued["balance"], &issued["currency"]), (&5_000.into(), &"EUR".into()));
    assert_eq!(issued["spendable_until"], "2100-01-01T00:00:00Z", "through the whole of its last day");
    let (id, code) = (issued["id"].as_str().unwrap(), issued["code"].as_str().unwrap());
    for card in [id, code, &code.to_lowercase().replace('-', "")] {
        let show = GiftCardCommand::Show { card: card.to_owned(), json: false };
        assert!(!format!("{show:?}").contains(card), "what is asked for is not printed by accident");
        let (ending, lines) = told(&shop, gift_card(show)).await;
        assert_eq!((ending, lines.len()), (Ending::Done, 2), "{lines:?}");
        assert!(lines[0].contains(id) && lines[0].contains("50.00 of 50.00 EUR"), "{lines:?}");
        assert!(lines[1].contains("issued, by command line"), "{lines:?}");
        assert!(!lines.concat().contains(code));
    }
    let (_, listed) = told(&shop, gift_card(GiftCardCommand::List { limit: 5 })).await;
    assert_eq!(listed.len(), 1);
    assert!(!listed[0].contains(code));
}

#[tokio::test]
async fn a_gift_card_is_blocked_and_unblocked_with_its_reason_in_its_history() {
    let (shop, _folder) = shop_with_a_mug().await;
    let (_, lines) = told(&shop, issue("50.00", "EUR", None)).await;
    let issued: serde_json::Value = serde_json::from_str(&lines[0]).expect("it is JSON");
    let text = |field: &str| issued[field].as_str().unwrap().to_owned();
    let (id, code) = (text("id"), text("code"));
    let block = |card: &str| {
        gift_card(GiftCardCommand::Block { card: card.to_owned(), reason: "Lost on the tram.".to_owned() })
    };

    let (ending, blocked) = told(&shop, block(&code)).await;
    let (again_ending, again) = told(&shop, block(&id)).await;
    let unblock = GiftCardCommand::Unblock { card: id.clone(), reason: None };
    let (_, unblocked) = told(&shop, gift_card(unblock)).await;
    let (_, history) = told(&shop, gift_card(GiftCardCommand::Show { card: id, json: false })).await;

    assert_eq!([ending, again_ending], [Ending::Done, Ending::Done]);
    assert!(blocked[0].contains("50.00 of 50.00 EUR") && blocked[0].contains(", blocked"), "{blocked:?}");
    assert_eq!(again[0], "it is blocked already");
    assert!(!unblocked[0].contains("blocked"), "{unblocked:?}");
    assert_eq!(history.len(), 4, "{history:?}");
    assert!(history[2].contains("blocked, by command line  Lost on the tram."), "{history:?}");
    assert!(history[3].contains("unblocked, by command line"), "{history:?}");
}

#[tokio::test]
async fn a_gift_card_that_would_be_worth_nothing_is_not_issued() {
    let (shop, _folder) = shop_with_a_mug().await;

    for (command, why) in [
        (issue("0", "EUR", None), "more than nothing"),
        (issue("9999999.99", "EUR", None), "at most 999999.99 EUR"),
        (issue("5.001", "EUR", None), "the amount is wrong"),
        (issue("5", "EURO", None), "is no currency"),
        (issue("5", "EUR", Some("2020-01-01")), "would have expired already"),
        (gift_card(GiftCardCommand::Show { card: "SUMMER".to_owned(), json: false }), "neither the id"),
    ] {
        let (ending, lines) = told(&shop, command).await;
        assert_eq!(ending, Ending::Failed, "{lines:?}");
        assert!(lines.concat().contains(why), "{lines:?}");
    }
    let (_, listed) = told(&shop, gift_card(GiftCardCommand::List { limit: 5 })).await;
    assert_eq!(listed, Vec::<String>::new());
}

#[tokio::test]
async fn a_gift_card_whose_ledger_says_something_else_is_told_of() {
    let (shop, _folder) = shop_with_a_mug().await;
    told(&shop, issue("50.00", "EUR", None)).await;
    let (ending, lines) = told(&shop, Command::Recount { repair: false }).await;
    assert_eq!(ending, Ending::Done, "{lines:?}");
    assert!(lines.contains(&"1 gift cards and 1 entries counted: 0 wrong".to_owned()), "{lines:?}");

    let steal = shop.database.write(|unit| {
        unit.connection
            .execute("UPDATE gift_cards SET balance = 4000", ())
            .map_err(ecom67_embedded::sqlite::UnitError::from)
    });
    steal.await.expect("the writer answers").expect("it is written");

    for command in [Command::Recount { repair: true }, Command::Check] {
        let (ending, lines) = told(&shop, command).await;
        assert_eq!(ending, Ending::Failed, "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("gift_") && line.contains("adds up to")), "{lines:?}");
    }
}
