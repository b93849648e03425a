//! Looking whether a data folder is whole.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::SystemClock;
use ecom67_app::port::{ChangeLog, DEAD_LETTERS_COUNTED_MAX, DeadLetters, PAGE_MAX};
use ecom67_app::recount::{GiftCardRecount, METERS_AT_ONCE, MeterRecount, Recount, Repair};
use ecom67_app::search::ProductIndex;

use super::{Ending, ProgressEvent, Teller};
use crate::local::LocalShop;

/// What to do about an index that is wrong.
const REBUILD: &str = "`ecom67 reindex` builds it anew";

pub(super) async fn check(shop: &LocalShop, teller: &Teller) -> anyhow::Result<Ending> {
    let store = shop.database.bulk();
    let head = store.head().await?;
    let report = store.check_with_pictures(&*shop.media).await?;
    let whole = format!(
        "{} products, {} documents, {} stock records, {} carts, {} gift cards checked",
        report.products, report.documents, report.stock_records, report.carts, report.gift_cards
    );
    teller.line(whole).await;
    let mut problems: Vec<String> =
        report.problems.iter().map(|problem| format!("{}: {}", problem.subject, problem.message)).collect();
    let damaged = shop.index.damaged_files().await?;
    problems.extend(damaged.iter().map(|file| format!("index: {} is damaged; {REBUILD}", file.display())));
    let (listed, position) = (shop.index.product_count(), shop.index.position().await?);
    if position.as_ref() != Some(&head) || store.head().await? != head {
        teller.line("the index is behind the store, or the shop is being changed: they are not compared").await;
    } else if listed != report.visible_products {
        let visible = report.visible_products;
        let remedy = if store.count().await? > 0 { "`ecom67 index check` tells which it cannot have" } else { REBUILD };
        problems.push(format!("index: it has {listed} products, of {visible} that shoppers may see; {remedy}"));
    }
    for problem in &problems {
        teller.line(problem.as_str()).await;
    }
    if problems.is_empty() {
        teller.line("the data folder is whole").await;
        Ok(Ending::Done)
    } else {
        Ok(Ending::Failed)
    }
}

pub(super) async fn recount(shop: &LocalShop, repair: bool, teller: &Teller) -> anyhow::Result<Ending> {
    let recount = Recount { stock: Arc::new(shop.database.bulk()) };
    let repair = if repair { Repair::Yes } else { Repair::No };
    let counting = recount.run(repair, |counted| {
        teller.progress(ProgressEvent {
            doing: "counting".to_owned(),
            done: counted.variants,
            total: None,
            detail: format!("{} variants, {} entries, {} wrong", counted.variants, counted.entries, counted.wrong),
            seconds_left: None,
        });
    });
    let report = counting.await?;
    for finding in &report.findings {
        teller.line(finding.to_string()).await;
    }
    let counted = report.counted;
    let line = format!(
        "{} variants and {} ledger entries counted: {} wrong, {} put right",
        counted.variants, counted.entries, counted.wrong, report.repaired
    );
    teller.line(line).await;
    let cards = recount_gift_cards(shop, teller).await?;
    let are_meters_right = recount_meters(shop, repair, teller).await?;
    let is_right = counted.wrong == report.repaired && cards == 0 && are_meters_right;
    Ok(if is_right { Ending::Done } else { Ending::Failed })
}

/// Tells with how many gift cards something is wrong.
async fn recount_gift_cards(shop: &LocalShop, teller: &Teller) -> anyhow::Result<u64> {
    let recount = GiftCardRecount { store: Arc::new(shop.database.bulk()) };
    let counting = recount.run(|counted| {
        teller.progress(ProgressEvent {
            doing: "counting gift cards".to_owned(),
            done: counted.cards,
            total: None,
            detail: format!("{} gift cards, {} entries, {} wrong", counted.cards, counted.entries, counted.wrong),
            seconds_left: None,
        });
    });
    let report = counting.await?;
    for finding in &report.findings {
        teller.line(finding.to_string()).await;
    }
    let (cards, entries, wrong) = (report.cards, report.entries, report.wrong);
    teller.line(format!("{cards} gift cards and {entries} entries counted: {wrong} wrong")).await;
    Ok(wrong)
}

/// Compares what is counted because it is limited with the orders that use it; tells whether all of it is right by now.
async fn recount_meters(shop: &LocalShop, repair: Repair, teller: &Teller) -> anyhow::Result<bool> {
    let store = Arc::new(shop.database.bulk());
    let recount = MeterRecount {
        orders: Arc::clone(&store) as _,
        meters: store,
        clock: Arc::new(SystemClock),
        at_once: METERS_AT_ONCE,
        // This store's lists tell of every commit.
        lag: Duration::ZERO,
    };
    let counting = recount.run(repair, |counted| {
        teller.progress(ProgressEvent {
            doing: "counting meters".to_owned(),
            done: counted.orders,
            total: None,
            detail: format!("{} orders, {} meters, {} wrong", counted.orders, counted.meters, counted.wrong),
            seconds_left: None,
        });
    });
    let report = counting.await?;
    for finding in &report.findings {
        teller.line(finding.to_string()).await;
    }
    let line = format!(
        "{} meters counted, by {} orders: {} wrong, {} put right",
        report.meters, report.orders, report.wrong, report.repaired
    );
    teller.line(line).await;
    Ok(report.is_right())
}

/// Compares every product of the index with the store.
pub(super) async fn compare_index(shop: &LocalShop, repair: bool, teller: &Teller) -> anyhow::Result<Ending> {
    let comparison = shop.indexer.compare(repair).await?;
    for (what, differences) in [
        ("missing in the index", &comparison.missing),
        ("otherwise in the index than in the store", &comparison.outdated),
        ("in the index, but not to be seen", &comparison.superfluous),
    ] {
        for product in &differences.products {
            teller.line(format!("{product} is {what}")).await;
        }
        let untold = differences.count - differences.products.len() as u64;
        if untold > 0 {
            teller.line(format!("{untold} more are {what}")).await;
        }
    }
    let wrong = comparison.missing.count + comparison.outdated.count + comparison.superfluous.count;
    let repaired = comparison.repaired;
    let line = format!("{} products compared: {wrong} wrong, {repaired} put right", comparison.products);
    teller.line(line).await;
    let letters = tell_dead_letters(shop, teller).await?;
    Ok(if wrong == repaired && letters == 0 { Ending::Done } else { Ending::Failed })
}

/// Tells which products the index cannot have, and why. Returns how many there are.
async fn tell_dead_letters(shop: &LocalShop, teller: &Teller) -> anyhow::Result<usize> {
    let store = shop.database.bulk();
    let letters = DeadLetters::list(&store, None, PAGE_MAX).await?;
    let count = store.count().await?;
    for letter in &letters {
        let (product, reason) = (&letter.product, &letter.reason);
        let line =
            format!("{product} cannot be indexed: {reason} ({} times since {})", letter.failures, letter.first_at);
        teller.line(line).await;
    }
    let more = if count >= DEAD_LETTERS_COUNTED_MAX { " or more" } else { "" };
    teller.line(format!("{count}{more} products are dead letters of the index")).await;
    Ok(count)
}

/// Tries the products again that the index could not have.
pub(super) async fn retry_dead_letters(shop: &LocalShop, teller: &Teller) -> anyhow::Result<Ending> {
    let retried = shop.indexer.retry_dead_letters().await?;
    let left = tell_dead_letters(shop, teller).await?;
    teller.line(format!("{} products tried again: {} refused again", retried.tried, retried.refused)).await;
    Ok(if left == 0 { Ending::Done } else { Ending::Failed })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ecom67_app::indexing::entry;
    use ecom67_app::port::{OldSlugs, ProductSave, ProductStore};
    use ecom67_app::search::{IndexChange, IndexEntry};
    use ecom67_embedded::DataFolder;
    use ecom67_embedded::sqlite::{Unit, UnitError};
    use ecom67_testkit::a_product;
    use tokio::sync::{mpsc, watch};

    use super::*;
    use crate::command::{Command, Event, execute};

    async fn open(folder: &Path) -> LocalShop {
        LocalShop::open(
            DataFolder::hold(folder).unwrap(),
            &crate::local::ShopOptions::for_commands(crate::payments::PaymentOptions::Simulator),
        )
        .await
        .unwrap()
    }

    async fn save(shop: &LocalShop, product: &str) {
        let product = a_product(product).build();
        let save = ProductSave { product, read_at: None, price_changes: vec![], old_slugs: OldSlugs::Respect };
        ProductStore::save(&shop.database, save).await.unwrap();
    }

    /// How a check ended, and what it told.
    async fn checked(shop: &LocalShop) -> (Ending, String) {
        told_by(shop, Command::Check).await
    }

    /// How a command ended, and what it told.
    async fn told_by(shop: &LocalShop, command: Command) -> (Ending, String) {
        let (sender, mut events) = mpsc::channel(100);
        let (_interrupt, interrupted) = watch::channel(false);
        let ending = execute(shop, command, &Teller::new(sender, interrupted)).await;
        let mut told = String::new();
        while let Some(event) = events.recv().await {
            if let Event::Line { text } = event {
                told.push_str(&text);
                told.push('\n');
            }
        }
        (ending, told)
    }

    #[tokio::test]
    async fn a_check_compares_the_index_with_the_store_once_it_has_caught_up() {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path()).await;
        for product in ["mug", "pot"] {
            save(&shop, product).await;
        }
        let (ending, told) = checked(&shop).await;
        assert!(ending == Ending::Done && told.contains("the index is behind"), "{told}");
        while shop.indexer.step().await.unwrap() > 0 {}
        let (ending, told) = checked(&shop).await;
        assert!(ending == Ending::Done && !told.contains("behind"), "{told}");

        let position = shop.index.position().await.unwrap();
        let lost = IndexChange::Remove("mug".parse().unwrap());
        shop.index.apply(vec![lost], position).await.unwrap();

        let (ending, told) = checked(&shop).await;
        assert!(ending == Ending::Failed && told.contains("it has 1 products, of 2"), "{told}");
    }

    #[tokio::test]
    async fn an_index_that_differs_from_the_store_is_found_out_and_put_right() {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path()).await;
        for product in ["mug", "pot", "cup"] {
            save(&shop, product).await;
        }
        assert!(shop.indexer.compare(false).await.unwrap().is_equal(), "it catches up first");
        let position = shop.index.position().await.unwrap();
        let entry = |product: &str| {
            entry(&shop.shop.present(), &a_product(product).build(), &[])
                .map(|entry| IndexEntry { brand: Some("another".to_owned()), ..entry })
        };
        let changes = vec![
            IndexChange::Remove("mug".parse().unwrap()),
            IndexChange::Put(Box::new(entry("pot").unwrap())),
            IndexChange::Put(Box::new(entry("stranger").unwrap())),
        ];
        shop.index.apply(changes, position).await.unwrap();

        for repair in [false, true] {
            let comparison = shop.indexer.compare(repair).await.unwrap();
            let told = [&comparison.missing, &comparison.outdated, &comparison.superfluous];
            let told = told.map(|differences| differences.products.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(told, [["mug"], ["pot"], ["stranger"]], "{repair}");
        }
        assert!(shop.indexer.compare(false).await.unwrap().is_equal(), "it has been put right");
    }

    #[tokio::test]
    async fn what_the_index_cannot_have_is_told_with_its_reason_until_it_is_healed() {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path()).await;
        for product in ["mug", "pot"] {
            save(&shop, product).await;
        }
        let (ending, told) = told_by(&shop, Command::CompareIndex { repair: false }).await;
        assert!(ending == Ending::Done && told.contains("0 products are dead letters"), "{told}");
        let run = async |statements: &'static str| {
            let run = move |unit: &mut Unit<'_>| unit.connection.execute_batch(statements).map_err(UnitError::from);
            shop.database.write(run).await.unwrap().unwrap();
        };
        run("CREATE TABLE kept AS SELECT code, record FROM products").await;
        run("UPDATE products SET record = '{' WHERE code = 'mug'").await;

        for command in [Command::CompareIndex { repair: true }, Command::RetryDeadLetters] {
            let (ending, told) = told_by(&shop, command).await;
            assert_eq!(ending, Ending::Failed, "{told}");
            assert!(told.contains("mug cannot be indexed: its record cannot be read"), "{told}");
            assert!(told.contains("1 products are dead letters of the index"), "{told}");
        }

        run("UPDATE products SET record = (SELECT record FROM kept WHERE kept.code = products.code)").await;
        let (ending, told) = told_by(&shop, Command::RetryDeadLetters).await;
        assert!(ending == Ending::Done && told.contains("1 products tried again: 0 refused again"), "{told}");
    }

    #[tokio::test]
    async fn a_meter_that_counts_wrongly_is_told_by_its_name_and_put_right_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path()).await;
        let stored = |unit: &mut Unit<'_>| {
            let statement = "INSERT INTO meters (meter, used) VALUES ('promotion tenth', 3)";
            unit.connection.execute_batch(statement).map_err(UnitError::from)
        };
        shop.database.write(stored).await.unwrap().unwrap();

        let (told_ending, told) = told_by(&shop, Command::Recount { repair: false }).await;
        let (repaired_ending, repaired) = told_by(&shop, Command::Recount { repair: true }).await;
        let (ending, right) = told_by(&shop, Command::Recount { repair: false }).await;

        assert!(told.contains("promotion tenth: 0 orders use it, and it counts 3"), "{told}");
        assert!(told.contains("1 meters counted, by 0 orders: 1 wrong, 0 put right"), "{told}");
        assert!(repaired.contains("1 wrong, 1 put right"), "{repaired}");
        assert!(right.contains("0 meters counted, by 0 orders: 0 wrong"), "{right}");
        assert_eq!([told_ending, repaired_ending, ending], [Ending::Failed, Ending::Done, Ending::Done]);
    }

    #[tokio::test]
    async fn a_check_finds_damaged_files_of_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let shop = open(folder.path()).await;
        save(&shop, "mug").await;
        while shop.indexer.step().await.unwrap() > 0 {}
        let files = std::fs::read_dir(shop.folder.index()).unwrap().map(|entry| entry.unwrap().path());
        let file = files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "fast")).unwrap();
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[0] ^= 0xFF;
        std::fs::write(&file, bytes).unwrap();

        let (ending, told) = checked(&shop).await;

        assert!(ending == Ending::Failed && told.contains("is damaged"), "{told}");
    }
}
