//! The write-ahead log: readers never hold a writer up, and the log does not grow for ever.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{Unit, UnitError};

use super::noting;
use crate::shop::TempShop;

const MEBIBYTE: u64 = 1024 * 1024;

/// Replaces a large row, again and again: the log grows by it, the database does not.
async fn write_a_mebibyte(database: &Database, row: u64) {
    let unit = move |unit: &mut Unit<'_>| -> Result<(), UnitError> {
        unit.connection.execute("REPLACE INTO notes (rowid, text) VALUES (?1, ?1 || hex(zeroblob(524288)))", (row,))?;
        Ok(())
    };
    database.write(unit).await.unwrap().unwrap();
}

fn log_bytes(shop: &TempShop) -> u64 {
    let mut name = shop.file().into_os_string();
    name.push("-wal");
    std::fs::metadata(PathBuf::from(name)).map_or(0, |metadata| metadata.len())
}

async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_reader_with_a_snapshot_holds_no_writer_up_and_the_log_shrinks_once_it_ends() {
    let shop = TempShop::open().with_notes();
    let reader = shop.beside();
    reader.execute_batch("BEGIN").unwrap();
    let seen_at_first = super::notes_in(&reader).len();

    for _ in 0..4 {
        write_a_mebibyte(&shop.database, 1).await;
    }
    let seen_at_last = super::notes_in(&reader).len();
    let log_while_reading = log_bytes(&shop);
    reader.execute_batch("COMMIT").unwrap();

    assert_eq!((seen_at_first, seen_at_last), (0, 0));
    assert!(log_while_reading > 4 * MEBIBYTE, "the log has {log_while_reading} bytes");
    wait_until("the log is cut", || log_bytes(&shop) == 0).await;
    shop.database.write(noting("mug")).await.unwrap().unwrap();
}

#[tokio::test]
async fn cutting_the_log_never_holds_the_writers_lock_while_it_waits_for_a_reader() {
    let shop = TempShop::open().with_notes();
    write_a_mebibyte(&shop.database, 1).await;
    let reader = shop.beside();
    reader.execute_batch("BEGIN; SELECT count(*) FROM notes").unwrap();
    write_a_mebibyte(&shop.database, 1).await;
    let other = shop.beside();
    other.busy_timeout(Duration::ZERO).unwrap();

    // Long enough for several attempts at cutting a log that nobody writes to.
    let (started, mut free_at, mut held_for_max) = (Instant::now(), Instant::now(), Duration::ZERO);
    while started.elapsed() < Duration::from_millis(1_500) {
        if other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
            held_for_max = held_for_max.max(free_at.elapsed());
            free_at = Instant::now();
        }
        std::thread::yield_now();
    }
    held_for_max = held_for_max.max(free_at.elapsed());

    assert!(held_for_max < Duration::from_millis(500), "nobody could write for {held_for_max:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_begins_anew_even_while_the_writer_never_rests() {
    let shop = TempShop::open().with_notes();
    let written = Arc::new(AtomicU64::new(0));
    let is_enough = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|row| {
            let (database, written, is_enough) = (shop.database.clone(), Arc::clone(&written), Arc::clone(&is_enough));
            tokio::spawn(async move {
                while !is_enough.load(Ordering::Relaxed) {
                    write_a_mebibyte(&database, row).await;
                    written.fetch_add(MEBIBYTE, Ordering::Relaxed);
                }
            })
        })
        .collect();

    wait_until("the log is much shorter than all that was written", || {
        written.load(Ordering::Relaxed) > 3 * log_bytes(&shop).max(64 * MEBIBYTE)
    })
    .await;
    is_enough.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
}
