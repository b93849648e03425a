//! When a writer is told, and what.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecom67_app::port::{AdjustError, Adjusted, StockStore, StoreError};
use ecom67_domain::stock::StockChange;
use ecom67_embedded::sqlite::{UnitError, WriteError, WriterLimits};
use ecom67_testkit::an_adjustment;

use super::{Held, answer_so_far, note, notes_in, noting, queue, refusal, subject_name};
use crate::shop::{TempShop, ledger, on_hand};

#[tokio::test]
async fn nobody_is_told_before_the_whole_batch_is_committed() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let mut first = queue(&shop.database, noting("first"));
    let mut second = Held::queue(&shop.database);

    held.release();
    second.entered().await;
    let told_in_between = answer_so_far(&mut first).is_some();
    let seen_in_between = shop.notes();
    second.release();
    first.await.unwrap().unwrap();

    assert!(!told_in_between);
    assert!(seen_in_between.is_empty());
    assert_eq!(shop.notes(), ["first"]);
}

#[tokio::test]
async fn whoever_keeps_a_cache_hears_of_a_commit_after_it_and_before_its_writers() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let beside: Arc<Mutex<Option<rusqlite::Connection>>> = Arc::default();
    let shop = TempShop::open_with(|options| {
        let (heard, beside) = (Arc::clone(&heard), Arc::clone(&beside));
        options.observer = Some(Box::new(move |subjects| {
            let names: Vec<_> = subjects.iter().map(subject_name).collect();
            let seen = notes_in(beside.lock().unwrap().as_ref().unwrap());
            heard.lock().unwrap().push((names, seen));
        }));
    })
    .with_notes();
    *beside.lock().unwrap() = Some(shop.beside());
    let mut commits = shop.database.commits();

    shop.database.write(noting("mug")).await.unwrap().unwrap();

    let once = vec![(vec!["mug".to_owned()], vec!["mug".to_owned()])];
    assert_eq!(*heard.lock().unwrap(), once);
    assert_eq!(*commits.borrow_and_update(), 1);
}

#[tokio::test]
async fn a_commit_that_changes_nothing_is_not_told() {
    let heard = Arc::new(Mutex::new(0));
    let shop = TempShop::open_with(|options| {
        let heard = Arc::clone(&heard);
        options.observer = Some(Box::new(move |_| *heard.lock().unwrap() += 1));
    })
    .with_notes();
    let refused = |unit: &mut ecom67_embedded::sqlite::Unit<'_>| {
        note(unit, "mug")?;
        Err::<(), _>(refusal())
    };

    shop.database.write(refused).await.unwrap().unwrap_err();
    shop.database.write(|_| Ok::<_, UnitError>(())).await.unwrap().unwrap();

    assert_eq!(*heard.lock().unwrap(), 0);
    assert_eq!(*shop.database.commits().borrow(), 0);
}

#[tokio::test]
async fn an_observer_that_panics_does_not_take_the_writer_with_it() {
    let shop =
        TempShop::open_with(|options| options.observer = Some(Box::new(|_| panic!("a broken cache")))).with_notes();

    shop.database.write(noting("first")).await.unwrap().unwrap();
    shop.database.write(noting("second")).await.unwrap().unwrap();

    assert_eq!(shop.notes(), ["first", "second"]);
}

#[tokio::test]
async fn a_write_that_is_not_answered_in_time_has_an_unknown_outcome_and_is_safe_to_repeat() {
    let shop = TempShop::open_with(|options| {
        options.limits = WriterLimits { answer_timeout: Duration::from_millis(50), ..WriterLimits::default() };
    });
    let delivery = an_adjustment("MUG", StockChange::By(7), "delivery 1");
    let held = Held::now(&shop.database).await;

    let impatient = shop.database.adjust(delivery.clone()).await;
    held.release();
    let repeated = loop {
        // On a slow machine the repetition may be impatient as well.
        match shop.database.adjust(delivery.clone()).await {
            Err(AdjustError::Store(StoreError::OutcomeUnknown)) => {}
            answer => break answer.unwrap(),
        }
    };

    assert!(matches!(impatient, Err(AdjustError::Store(StoreError::OutcomeUnknown))), "got {impatient:?}");
    assert_eq!(repeated, Adjusted::Unchanged);
    assert_eq!(on_hand(&shop.database, "MUG").await, 7);
    assert_eq!(ledger(&shop.database, "MUG").await.len(), 1);
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_is_made_all_the_same() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;

    drop(queue(&shop.database, noting("abandoned")));
    held.release();
    shop.database.write(noting("later")).await.unwrap().unwrap();

    assert_eq!(shop.notes(), ["abandoned", "later"]);
}

#[tokio::test]
async fn a_clean_close_finishes_what_waits() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let waiting: Vec<_> = (0..20).map(|number| queue(&shop.database, noting(&format!("note-{number}")))).collect();
    let expected: Vec<_> = (0..20).map(|number| format!("note-{number}")).collect();

    drop(waiting);
    held.release();
    let folder = shop.close();

    assert!(!folder.path().join("shop.sqlite-wal").exists(), "the log is folded in");
    let connection = rusqlite::Connection::open(crate::shop::database_in(folder.path())).unwrap();
    assert_eq!(notes_in(&connection), expected);
}

#[test]
fn a_write_after_the_runtime_has_gone_does_not_hang_the_close() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shop = TempShop::open().with_notes();
    let queued = {
        let _inside = runtime.enter();
        queue(&shop.database, noting("last"))
    };

    drop(runtime);
    drop(queued);
    let folder = shop.close();

    let connection = rusqlite::Connection::open(crate::shop::database_in(folder.path())).unwrap();
    assert_eq!(notes_in(&connection), ["last"]);
}

#[tokio::test]
async fn a_refusal_is_told_as_itself_and_the_store_goes_on() {
    let shop = TempShop::open().with_notes();
    shop.database.write(noting("mug")).await.unwrap().unwrap();

    let twice = shop.database.write(noting("mug")).await;

    assert!(matches!(twice, Ok(Err(UnitError::Sqlite(_)))), "got {twice:?}");
    assert!(!matches!(shop.database.write(noting("bowl")).await, Err(WriteError::NotCommitted(_))));
}
