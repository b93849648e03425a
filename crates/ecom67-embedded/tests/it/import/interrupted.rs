//! Imports that are stopped, killed, or run out of room, and go on.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::import::{Checkpoint, CheckpointStore, Progress, ProgressState};
use ecom67_app::port::{AdjustError, Adjusted, StockStore, StoreError};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use ecom67_testkit::Random;

use super::*;
use crate::child::{ChildProcess, folder_of_child, say};
use crate::shop::assert_whole;

/// Enough rows for a few checkpoints.
const PRODUCTS: u64 = 4_000;

fn catalog(bad_every: u64) -> String {
    let mut lines = BASICS.to_owned();
    for number in 0..PRODUCTS {
        let line = product_line(&format!("mug-{number}"));
        lines += &if bad_every > 0 && number % bad_every == 0 { line.replace("1490", "-1490") } else { line };
        lines.push('\n');
    }
    lines
}

/// Asks to stop when so many rows are done.
struct StopAfter {
    rows: u64,
    cancel: Cancel,
    states: Mutex<Vec<ProgressState>>,
}

impl Progress for StopAfter {
    fn update(&self, state: &ProgressState) {
        if state.rows >= self.rows {
            self.cancel.request();
        }
        self.states.lock().unwrap().push(*state);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_stopped_goes_on_where_it_was_and_counts_and_reports_everything_once() {
    let shop = ImportShop::open().await;
    let path = shop.write("catalog.jsonl.gz", packed(catalog(100).as_bytes()));
    let report_path = shop.folder.path().join("report.jsonl");
    let mut request = ImportRequest::new(Format::Jsonl, Source::Path(path));
    request.report = Some(report_path.clone());
    let cancel = Cancel::default();
    let stop = StopAfter { rows: 1, cancel: cancel.clone(), states: Mutex::default() };

    let stopped = run(&shop.importer, request.clone(), &stop, &cancel).await.unwrap();
    let finished = run(&shop.importer, request.clone(), &NoProgress, &Cancel::default()).await.unwrap();
    let again = run(&shop.importer, request, &NoProgress, &Cancel::default()).await.unwrap();

    assert!(stopped.cancelled && stopped.counts.rows < PRODUCTS, "{} rows were done", stopped.counts.rows);
    assert!(!finished.cancelled);
    assert_eq!(finished.resumed_at_row, Some(stopped.counts.rows));
    assert_eq!((finished.counts.rows, finished.counts.refused), (PRODUCTS + 6, PRODUCTS / 100));
    assert_eq!(finished.counts.created, PRODUCTS + 6 - PRODUCTS / 100);
    assert_eq!((again.resumed_at_row, again.counts.unchanged), (None, finished.counts.created));
    let lines: Vec<_> = read_report(&report_path).iter().map(|report| report.line).collect();
    assert_eq!(lines, (0..PRODUCTS / 100).map(|number| number * 100 + 7).collect::<Vec<_>>());
    assert_eq!(shop.products().await.len() as u64, PRODUCTS - PRODUCTS / 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_is_told_with_bytes_and_rate() {
    let shop = ImportShop::open().await;
    let path = shop.write("catalog.jsonl", catalog(0));
    let bytes = std::fs::metadata(&path).unwrap().len();
    let stop = StopAfter { rows: u64::MAX, cancel: Cancel::default(), states: Mutex::default() };

    run(&shop.importer, ImportRequest::new(Format::Jsonl, Source::Path(path)), &stop, &stop.cancel).await.unwrap();

    let states = stop.states.lock().unwrap();
    let last = states.last().unwrap();
    assert_eq!((last.rows, last.bytes_read, last.bytes_total), (PRODUCTS + 6, bytes, bytes));
    assert!(last.rows_per_second > 0.0);
    assert!(states.iter().all(|state| state.bytes_read <= state.bytes_total));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_file_is_begun_anew() {
    let shop = ImportShop::open().await;
    let path = shop.write("catalog.jsonl", catalog(0));
    let cancel = Cancel::default();
    let stop = StopAfter { rows: 1, cancel: cancel.clone(), states: Mutex::default() };
    run(&shop.importer, ImportRequest::new(Format::Jsonl, Source::Path(path.clone())), &stop, &cancel).await.unwrap();
    shop.write("catalog.jsonl", format!("{BASICS}{}", product_line("other")));

    let report = shop.import(Format::Jsonl, &path).await;

    assert_eq!((report.resumed_at_row, report.counts.rows), (None, 7));
    assert!(shop.product("other").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_ends_the_import_and_what_was_done_stays() {
    let shop = ImportShop::open().await;
    let path = shop.write("catalog.jsonl", catalog(0));
    let room = |pages: i64| {
        let database = shop.database.clone();
        async move {
            let set = database
                .write::<_, StoreError, _>(move |unit| {
                    let present: i64 = unit
                        .connection
                        .query_row("PRAGMA page_count", (), |row| row.get(0))
                        .map_err(StoreError::failed)?;
                    let most = format!("PRAGMA max_page_count = {}", present + pages);
                    unit.connection.query_row(&most, (), |_| Ok(())).map_err(StoreError::failed)
                })
                .await;
            set.unwrap().unwrap();
        }
    };
    room(400).await;

    let full = shop.import_with(Format::Jsonl, &path, |_| {}).await.unwrap_err();
    let ImportError::Store { report, .. } = &full else { panic!("{full}") };
    let done = report.counts.rows;
    room(1_000_000).await;
    let finished = shop.import(Format::Jsonl, &path).await;

    assert!(done > 6 && done < PRODUCTS, "{done} rows fitted");
    assert_eq!(finished.resumed_at_row, Some(done));
    assert_eq!((finished.counts.rows, finished.counts.refused), (PRODUCTS + 6, 0));
    assert_eq!(shop.products().await.len() as u64, PRODUCTS);
    assert_whole(&shop.database).await;
}

/// How often the child dies before it is left to finish.
const KILLS: u64 = 30;
/// How many of these must have hit an import that was under way: a death behind its end shows nothing.
const INTERRUPTED_MIN: u64 = 10;
/// The most products whose stock a child enters before it dies. By the machine's clock it would do more or less of its
/// work.
const ENTERED_MAX: u64 = 200;
/// The longest time from then on to its death, in microseconds: it falls into whatever the store is doing.
const DEATH_THROES_US_MAX: u64 = 5_000;

/// Stock like a shop's, whose process dies with it.
struct DyingStock {
    real: Arc<dyn StockStore>,
    left: AtomicU64,
    throes: Duration,
}

#[async_trait]
impl StockStore for DyingStock {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        self.real.find_many(skus).await
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            let throes = self.throes;
            std::thread::spawn(move || {
                std::thread::sleep(throes);
                std::process::abort();
            });
        }
        self.real.adjust(adjustment).await
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        self.real.ledger(sku, after, limit).await
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        self.real.list(after, limit).await
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        self.real.restate(read, right).await
    }
}

/// Where a child reads when it is to die.
fn doom(folder: &Path) -> PathBuf {
    folder.join("doom.json")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_again_and_again_ends_as_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.jsonl");
    std::fs::write(&path, catalog(100)).unwrap();
    let mut chance = Random::seeded(67);
    let (mut survived, mut interrupted) = (0, 0);
    for _ in 0..KILLS {
        let (entered, throes) = (1 + chance.below(ENTERED_MAX), chance.below(DEATH_THROES_US_MAX));
        std::fs::write(doom(folder.path()), format!("[{entered},{throes}]")).unwrap();
        let mut child = ChildProcess::start("import::interrupted::an_import_that_dies", folder.path());
        assert_eq!(child.next_word().as_deref(), Some("importing"));
        interrupted += u64::from(!child.end().iter().any(|word| word == "done"));
        let database = crate::shop::open(folder.path());
        assert_whole(&database).await;
        let count = products(&database).await.len();
        assert!(count >= survived, "{count} products of {survived}");
        survived = count;
    }

    let killed = ImportShop::open_in(folder).await;
    let report = killed.import(Format::Jsonl, &path).await;
    let undisturbed = ImportShop::open().await;
    undisturbed.import(Format::Jsonl, &path).await;

    assert!(survived > 0, "no product survived {KILLS} kills");
    assert!(interrupted >= INTERRUPTED_MIN, "{interrupted} of {KILLS} imports were killed before they were done");
    assert_eq!((report.counts.rows, report.counts.refused), (PRODUCTS + 6, PRODUCTS / 100));
    // Some were killed between a product and its stock.
    let counts = &report.counts;
    assert_eq!(counts.created + counts.updated + counts.unchanged, PRODUCTS + 6 - PRODUCTS / 100);
    assert_whole(&killed.database).await;
    let (one, other) = (killed.export("export").await, undisturbed.export("export").await);
    let read = |folder: PathBuf| std::fs::read_to_string(folder.join("shop.jsonl")).unwrap();
    assert!(read(one) == read(other), "the two shops differ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs as the child of another test"]
async fn an_import_that_dies() {
    let Some(folder) = folder_of_child() else { return };
    let (entered, throes) = serde_json::from_slice(&std::fs::read(doom(&folder)).unwrap()).unwrap();
    let database = crate::shop::open(&folder);
    let mut importer = importer(&database, &folder, &MovableClock::default()).await;
    importer.catalog.stock = Arc::new(DyingStock {
        real: Arc::clone(&importer.catalog.stock),
        left: AtomicU64::new(entered),
        throes: Duration::from_micros(throes),
    });
    let request = ImportRequest::new(Format::Jsonl, Source::Path(folder.join("catalog.jsonl")));
    say("importing");
    run(&importer, request, &NoProgress, &Cancel::default()).await.unwrap();
    say("done");
}

/// From so many rows on a checkpoint counts here. One that is made because its time has come may have fewer.
const CHECKPOINTED_MIN: u64 = 1_000;

/// Keeps checkpoints like a shop. At the second that counts it asks the import to stop, or else holds it for good.
struct StoppedAtACheckpoint {
    real: Arc<dyn CheckpointStore>,
    saved: AtomicU32,
    cancel: Option<Cancel>,
}

#[async_trait]
impl CheckpointStore for StoppedAtACheckpoint {
    async fn load(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.real.load().await
    }

    async fn save(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        self.real.save(checkpoint).await?;
        if checkpoint.counts.rows >= CHECKPOINTED_MIN && self.saved.fetch_add(1, Ordering::Relaxed) == 1 {
            if let Some(cancel) = &self.cancel {
                cancel.request();
            } else {
                say(&checkpoint.counts.rows.to_string());
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.real.clear().await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_goes_on_at_its_last_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.jsonl");
    std::fs::write(&path, catalog(100)).unwrap();
    let mut child = ChildProcess::start("import::interrupted::an_import_to_be_killed_at_a_checkpoint", folder.path());
    let rows: u64 = child.next_word().unwrap().parse().unwrap();
    child.kill();

    let shop = ImportShop::open_in(folder).await;
    let report = shop.import(Format::Jsonl, &path).await;

    assert!(rows >= CHECKPOINTED_MIN, "the checkpoint was made at row {rows}");
    assert_eq!(report.resumed_at_row, Some(rows));
    assert_eq!((report.counts.rows, report.counts.refused), (PRODUCTS + 6, PRODUCTS / 100));
    assert_eq!(shop.products().await.len() as u64, PRODUCTS - PRODUCTS / 100);
    assert_whole(&shop.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs as the child of another test"]
async fn an_import_to_be_killed_at_a_checkpoint() {
    let Some(folder) = folder_of_child() else { return };
    let database = crate::shop::open(&folder);
    let mut importer = importer(&database, &folder, &MovableClock::default()).await;
    importer.checkpoints = Arc::new(StoppedAtACheckpoint {
        real: Arc::clone(&importer.checkpoints),
        saved: AtomicU32::new(0),
        cancel: None,
    });
    let request = ImportRequest::new(Format::Jsonl, Source::Path(folder.join("catalog.jsonl")));
    drop(run(&importer, request, &NoProgress, &Cancel::default()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_behind_one_that_waits_are_counted_and_reported_once_although_they_are_read_again() {
    let shop = ImportShop::open().await;
    let mut text = "sku,product_type,name,visibility,price,configurable_variations\n".to_owned();
    for number in 0..4_000 {
        if number == 1_000 {
            text += "H-XS,simple,Hoodie XS,Not Visible Individually,52,\n";
        }
        let price = if number % 100 == 0 { "much" } else { "12" };
        writeln!(text, "C-{number},simple,Cap {number},\"Catalog, Search\",{price},").unwrap();
    }
    text += "H,configurable,Hoodie,\"Catalog, Search\",,\"sku=H-XS,size=XS\"\n";
    let mut request = ImportRequest::new(Format::Magento, Source::Path(shop.write("catalog.csv", text)));
    let report_path = shop.folder.path().join("report.jsonl");
    request.report = Some(report_path.clone());
    let cancel = Cancel::default();
    let mut stopping = shop.importer.clone();
    stopping.checkpoints = Arc::new(StoppedAtACheckpoint {
        real: Arc::clone(&stopping.checkpoints),
        saved: AtomicU32::new(0),
        cancel: Some(cancel.clone()),
    });

    let stopped = run(&stopping, request.clone(), &NoProgress, &cancel).await.unwrap();
    let finished = run(&shop.importer, request, &NoProgress, &Cancel::default()).await.unwrap();

    assert!(stopped.cancelled && stopped.counts.rows > 1_000, "{} rows were done", stopped.counts.rows);
    assert_eq!(finished.resumed_at_row, Some(1_000));
    assert_eq!((finished.counts.rows, finished.counts.refused), (4_002, 40));
    let lines: Vec<_> = read_report(&report_path).iter().map(|report| report.line).collect();
    assert_eq!(lines, (0..40).map(|number| number * 100 + 2 + u64::from(number >= 10)).collect::<Vec<_>>());
    assert_eq!(shop.products().await.len(), 3_961);
}
