//! The recount, on records that were damaged behind the shop's back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ecom67_app::recount::{Finding, Recount, RecountProgress, RecountReport, Repair, Wrong};
use ecom67_domain::LocationCode;
use ecom67_testkit::Random;

use crate::shop::{TempShop, assert_whole, ledger, on_hand, receive, sku};

impl TempShop {
    async fn recount(&self, repair: Repair) -> RecountReport {
        let recount = Recount { stock: Arc::new(self.database.clone()) };
        recount.run(repair, |_| {}).await.unwrap()
    }

    /// A shop with seven mugs in two deliveries, and three bowls.
    async fn with_mugs_and_bowls() -> Self {
        let shop = Self::open();
        receive(&shop.database, "MUG", 3, "delivery 1").await;
        receive(&shop.database, "MUG", 4, "delivery 2").await;
        receive(&shop.database, "BOWL", 3, "delivery 3").await;
        shop
    }

    /// Does what no program of the shop's would.
    fn damage(&self, sql: &str) {
        let connection = self.beside();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(sql).unwrap();
    }
}

fn mugs_on_hand(ledger: i64, record: u64) -> Finding {
    let what = Wrong::OnHand { location: LocationCode::main(), ledger, record };
    Finding { sku: sku("MUG"), what }
}

#[tokio::test]
async fn a_shop_whose_ledgers_add_up_is_right() {
    let shop = TempShop::with_mugs_and_bowls().await;

    let report = shop.recount(Repair::No).await;

    let counted = RecountProgress { variants: 2, entries: 3, wrong: 0 };
    assert_eq!(report, RecountReport { counted, repaired: 0, findings: vec![] });
    assert!(report.is_right());
}

#[tokio::test]
async fn a_damaged_record_is_told_and_left_as_it_is() {
    let shop = TempShop::with_mugs_and_bowls().await;
    shop.damage("UPDATE stock_levels SET on_hand = 70 WHERE sku = 'MUG'");

    let report = shop.recount(Repair::No).await;

    assert_eq!(report.findings, [mugs_on_hand(7, 70)]);
    assert_eq!(report.findings[0].to_string(), "MUG at main: the ledger adds up to 7, the record says 70");
    assert_eq!(report.repaired, 0);
    assert_eq!(on_hand(&shop.database, "MUG").await, 70);
}

#[tokio::test]
async fn a_damaged_record_is_repaired_on_demand_and_what_is_held_stays_held() {
    let shop = TempShop::with_mugs_and_bowls().await;
    shop.damage("UPDATE stock_levels SET on_hand = 2, held = 2 WHERE sku = 'MUG'");
    let mut commits = shop.database.commits();
    let before = *commits.borrow_and_update();

    let report = shop.recount(Repair::Yes).await;

    assert_eq!(report.findings, [mugs_on_hand(7, 2)]);
    assert_eq!(report.repaired, 1);
    assert_eq!(*commits.borrow(), before + 1, "only what was wrong is written");
    let held: i64 =
        shop.beside().query_row("SELECT held FROM stock_levels WHERE sku = 'MUG'", (), |row| row.get(0)).unwrap();
    assert_eq!((on_hand(&shop.database, "MUG").await, held), (7, 2));
    assert!(shop.recount(Repair::No).await.is_right());
    assert_whole(&shop.database).await;
}

#[tokio::test]
async fn units_at_a_place_that_no_entry_names_are_found_and_taken_away() {
    let shop = TempShop::with_mugs_and_bowls().await;
    shop.damage("INSERT INTO stock_levels VALUES ('MUG', 'attic', 5, 0)");

    let report = shop.recount(Repair::Yes).await;

    let what = Wrong::OnHand { location: "attic".parse().unwrap(), ledger: 0, record: 5 };
    assert_eq!(report.findings, [Finding { sku: sku("MUG"), what }]);
    assert_eq!(on_hand(&shop.database, "MUG").await, 7);
    assert!(shop.recount(Repair::No).await.is_right());
}

#[tokio::test]
async fn a_place_that_the_record_has_lost_is_found_and_written_again() {
    let shop = TempShop::with_mugs_and_bowls().await;
    shop.damage("DELETE FROM stock_levels WHERE sku = 'MUG'");

    let report = shop.recount(Repair::Yes).await;

    assert_eq!(report.findings, [mugs_on_hand(7, 0)]);
    assert_eq!(on_hand(&shop.database, "MUG").await, 7);
    assert_whole(&shop.database).await;
}

#[tokio::test]
async fn a_record_that_has_miscounted_its_entries_can_be_adjusted_again_after_the_repair() {
    let shop = TempShop::with_mugs_and_bowls().await;
    shop.damage("UPDATE stock_records SET entries = 1 WHERE sku = 'MUG'");

    let report = shop.recount(Repair::Yes).await;
    receive(&shop.database, "MUG", 1, "delivery 4").await;

    let what = Wrong::Entries { ledger: 2, record: 1 };
    assert_eq!(report.findings, [Finding { sku: sku("MUG"), what }]);
    assert_eq!(ledger(&shop.database, "MUG").await.last().unwrap().sequence, 3);
    assert!(shop.recount(Repair::No).await.is_right());
}

#[tokio::test]
async fn nothing_follows_from_a_ledger_that_contradicts_itself() {
    for damage in [
        "DELETE FROM stock_ledger WHERE sku = 'MUG' AND sequence = 1",
        "UPDATE stock_ledger SET delta = 40 WHERE sku = 'MUG' AND sequence = 2",
    ] {
        let shop = TempShop::with_mugs_and_bowls().await;
        shop.damage(damage);

        let report = shop.recount(Repair::Yes).await;

        assert_eq!(report.findings, [Finding { sku: sku("MUG"), what: Wrong::Ledger { sequence: 2 } }], "{damage}");
        assert_eq!((report.repaired, on_hand(&shop.database, "MUG").await), (0, 7), "the record is left alone");
    }
}

#[tokio::test]
async fn ledgers_and_shops_longer_than_a_page_are_counted_whole() {
    let shop = TempShop::open();
    for number in 0..250 {
        receive(&shop.database, "MUG", 1, &format!("delivery {number}")).await;
        receive(&shop.database, &format!("BOWL-{number}"), 2, "delivery").await;
    }
    shop.damage("UPDATE stock_levels SET on_hand = 1 WHERE sku = 'BOWL-249'");
    let mut told = Vec::new();

    let recount = Recount { stock: Arc::new(shop.database.clone()) };
    let report = recount.run(Repair::No, |progress| told.push(progress.variants)).await.unwrap();

    assert_eq!(report.counted, RecountProgress { variants: 251, entries: 500, wrong: 1 });
    assert_eq!(told, [100, 200, 251]);
}

#[tokio::test]
async fn whatever_was_damaged_is_right_after_one_repair() {
    for seed in 0..15 {
        let mut chance = Random::seeded(seed);
        let shop = TempShop::open();
        for number in 0..30 {
            receive(&shop.database, &format!("MUG-{}", number % 5), 1, &format!("delivery {number}")).await;
        }
        for number in 0..5 {
            let units = chance.below(100);
            let damage = match chance.below(4) {
                0 => format!("UPDATE stock_levels SET on_hand = {units} WHERE sku = 'MUG-{number}'"),
                1 => format!("UPDATE stock_records SET entries = {units} WHERE sku = 'MUG-{number}'"),
                2 => format!("DELETE FROM stock_levels WHERE sku = 'MUG-{number}'"),
                _ => format!("INSERT INTO stock_levels VALUES ('MUG-{number}', 'attic', {units}, 0)"),
            };
            shop.damage(&damage);
        }

        shop.recount(Repair::Yes).await;

        assert!(shop.recount(Repair::No).await.is_right(), "seed {seed}");
        for number in 0..5 {
            assert_eq!(on_hand(&shop.database, &format!("MUG-{number}")).await, 6, "seed {seed}");
        }
        assert_whole(&shop.database).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_shop_can_be_counted_and_is_never_accused_of_what_it_did_meanwhile() {
    let shop = TempShop::with_mugs_and_bowls().await;
    let is_counted = Arc::new(AtomicBool::new(false));
    let seller = tokio::spawn({
        let (database, is_counted) = (shop.database.clone(), Arc::clone(&is_counted));
        async move {
            let mut number = 0;
            while !is_counted.load(Ordering::Relaxed) {
                receive(&database, "MUG", 1, &format!("busy {number}")).await;
                number += 1;
            }
        }
    });

    for _ in 0..30 {
        let report = shop.recount(Repair::Yes).await;

        assert!(report.findings.iter().all(|finding| finding.what == Wrong::Unsettled), "{:?}", report.findings);
        assert_eq!(report.repaired, 0);
    }
    is_counted.store(true, Ordering::Relaxed);
    seller.await.unwrap();
}
