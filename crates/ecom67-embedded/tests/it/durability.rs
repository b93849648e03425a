//! What power loss leaves: a disk that forgets what was not synced, cut off at random moments of a busy shop.

mod orders;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ecom67_app::port::{AdjustError, ProductStore, StockStore, StoreError, Subject};
use ecom67_domain::product::ProductParts;
use ecom67_domain::stock::StockChange;
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{DatabaseOptions, Durability};
use ecom67_testkit::{Random, a_product, an_adjustment};
use rusqlite::{Connection, OpenFlags};

use crate::forgetful_disk::{Contents, ForgetfulDisk, PowerLoss};
use crate::shop::{changes, database_in, ledger, options, receive, saving, version_of};

/// Writers at work at the same time.
const WRITERS: usize = 4;

/// Writes of each between two closings of the shop.
const WRITES: usize = 25;

/// Power is lost after about one in so many operations of the disk.
const OPERATIONS_PER_LOSS: u64 = 200;

/// What the shop has acknowledged: per product its version, per SKU the tokens of its ledger.
#[derive(Clone, Debug, Default)]
struct Acknowledged {
    versions: BTreeMap<String, u64>,
    tokens: BTreeMap<String, BTreeSet<String>>,
}

/// A moment at which power is lost.
struct Moment<Acknowledged> {
    acknowledged: Acknowledged,
    left: Contents,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_write_survives_the_loss_of_everything_that_was_not_synced() {
    for seed in 0..5 {
        for moment in moments_of_a_busy_shop(Durability::Full, seed, write).await {
            let lost = lost_by(&moment, PowerLoss::Clean).await;

            assert!(lost.is_empty(), "seed {seed}, operation {}: {lost:#?}", moment.left.operations);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_write_survives_whichever_part_of_the_unsynced_was_written() {
    for seed in 100..103 {
        let mut chance = Random::seeded(seed);
        for moment in moments_of_a_busy_shop(Durability::Full, seed, write).await {
            for _ in 0..2 {
                let lost = lost_by(&moment, PowerLoss::Torn(&mut chance)).await;

                assert!(lost.is_empty(), "seed {seed}, operation {}: {lost:#?}", moment.left.operations);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncs_the_same_harness_finds_losses() {
    let mut losses = 0;
    for moment in moments_of_a_busy_shop(Durability::Off, 0, write).await {
        losses += lost_by(&moment, PowerLoss::Clean).await.len();
    }

    assert!(losses > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_to_sync_makes_the_outcome_unknown_and_no_later_promise_void() {
    let folder = tempfile::tempdir().unwrap();
    let disk = ForgetfulDisk::new();
    let file = database_in(folder.path());
    let options = DatabaseOptions { vfs: Some(disk.name().to_owned()), ..options(&file) };
    let database = Database::open(options).unwrap();
    let mut acknowledged = Acknowledged::default();
    for number in 0..20 {
        if number % 4 == 2 {
            disk.fail_the_next_sync();
        }
        let token = format!("delivery {number}");
        match database.adjust(an_adjustment("MUG", StockChange::By(1), &token)).await {
            Ok(_) => drop(acknowledged.tokens.entry("MUG".to_owned()).or_default().insert(token)),
            Err(AdjustError::Store(StoreError::OutcomeUnknown)) => {}
            Err(error) => panic!("got {error:?}"),
        }
        assert!(!disk.is_failing(), "the sync was tried");

        let moment = Moment { acknowledged: acknowledged.clone(), left: disk.contents() };
        let lost = lost_by(&moment, PowerLoss::Clean).await;
        assert!(lost.is_empty(), "after the delivery {number}: {lost:#?}");
    }

    assert_eq!(acknowledged.tokens["MUG"].len(), 15);
}

/// Lets a shop be busy on a forgetful disk from its very first start, closed and opened again in between, with the log
/// folded in beside it; returns what there was at random moments. Each of its writers does what `write` does, and notes what
/// was acknowledged.
async fn moments_of_a_busy_shop<Acknowledged, Writing>(
    durability: Durability,
    seed: u64,
    write: impl Fn(Database, Arc<Mutex<Acknowledged>>, usize, usize) -> Writing,
) -> Vec<Moment<Acknowledged>>
where
    Acknowledged: Clone + Default + Send + 'static,
    Writing: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let disk = ForgetfulDisk::new();
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let moments = Arc::new(Mutex::new(Vec::new()));
    disk.watch({
        let (acknowledged, moments) = (Arc::clone(&acknowledged), Arc::clone(&moments));
        let mut chance = Random::seeded(seed);
        move |contents| {
            if chance.one_in(OPERATIONS_PER_LOSS) {
                let acknowledged = acknowledged.lock().unwrap().clone();
                moments.lock().unwrap().push(Moment { acknowledged, left: contents.clone() });
            }
        }
    });
    for round in 0..3 {
        let file = database_in(folder.path());
        let options = DatabaseOptions { vfs: Some(disk.name().to_owned()), durability, ..options(&file) };
        let database = Database::open(options).unwrap();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(database.clone(), Arc::clone(&acknowledged), round, writer)))
            .collect();
        fold_the_log_until(&file, disk.name(), || writers.iter().all(tokio::task::JoinHandle::is_finished));
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let last = Moment { acknowledged: acknowledged.lock().unwrap().clone(), left: disk.contents() };
    let mut moments = std::mem::take(&mut *moments.lock().unwrap());
    moments.push(last);
    moments
}

/// Writes products of its own, and stock that all writers share.
async fn write(database: Database, acknowledged: Arc<Mutex<Acknowledged>>, round: usize, writer: usize) {
    for number in 0..WRITES {
        let code = format!("mug-{writer}-{}", number % 7);
        let read_at = ProductStore::find(&database, &code.parse().unwrap()).await.unwrap().map(|found| found.version);
        let product = a_product(&code).with(|parts| describe(parts, number * 100)).build();
        let version = ProductStore::save(&database, saving(product, read_at)).await.unwrap();
        acknowledged.lock().unwrap().versions.insert(code, version.0);

        let sku = format!("MUG-{}", number % 3);
        let token = format!("delivery {round}-{writer}-{number}");
        receive(&database, &sku, 1, &token).await;
        acknowledged.lock().unwrap().tokens.entry(sku).or_default().insert(token);
    }
}

/// Gives a product a description of so many words: records are to differ in size.
fn describe(parts: &mut ProductParts, words: usize) {
    for text in parts.texts.values_mut() {
        text.description = "very ".repeat(words);
    }
}

/// The shop's own checkpoints only come with megabytes; these come all the time, which is the harder case.
fn fold_the_log_until(file: &Path, disk: &str, done: impl Fn() -> bool) {
    let connection = Connection::open_with_flags_and_vfs(file, OpenFlags::SQLITE_OPEN_READ_WRITE, disk).unwrap();
    while !done() {
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(())).unwrap();
        std::thread::yield_now();
    }
}

/// Opens what a loss of power at this moment leaves, and returns what is missing or damaged.
async fn lost_by(moment: &Moment<Acknowledged>, power_loss: PowerLoss<'_>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    moment.left.write_what_is_left(folder.path(), power_loss);
    let file = database_in(folder.path());
    // What is found does not depend on how it would be written: so no time is spent on that.
    let options = DatabaseOptions { durability: Durability::Off, ..options(&file) };
    let database = match Database::open(options) {
        Ok(database) => database,
        Err(error) => return vec![format!("everything: {error:?}")],
    };
    match database.check().await {
        Ok(report) if report.problems.is_empty() => missing(&database, &moment.acknowledged).await,
        Ok(report) => report.problems.into_iter().map(|problem| format!("{problem:?}")).collect(),
        Err(error) => vec![format!("everything: {error:?}")],
    }
}

/// Which of the acknowledged writes are not there.
async fn missing(database: &Database, acknowledged: &Acknowledged) -> Vec<String> {
    let mut missing = Vec::new();
    let logged = changes(database).await;
    for (code, acknowledged) in &acknowledged.versions {
        let found = version_of(database, code).await.unwrap_or(0);
        if found < *acknowledged {
            missing.push(format!("version {acknowledged} of {code}: found {found}"));
        }
        let told = logged.iter().filter(|change| **change == Subject::Product(code.parse().unwrap())).count() as u64;
        if told != found {
            missing.push(format!("a change of {code}: {found} were made, {told} are told"));
        }
    }
    for (sku, acknowledged) in &acknowledged.tokens {
        let found: BTreeSet<_> = ledger(database, sku).await.into_iter().map(|entry| entry.token).collect();
        missing.extend(acknowledged.difference(&found).map(|token| format!("the {token} of {sku}")));
    }
    missing
}
