//! Batches that are brought down as a whole: by a full disk, or by a statement that ends the transaction.

use ecom67_embedded::sqlite::{Unit, UnitError, WriteError};
use rusqlite::ErrorCode;

use super::{Answer, Held, note, noting, queue, refusal};
use crate::shop::{TempShop, assert_whole};

/// Ends the whole transaction, as SQLite does by itself on some failures.
pub(super) fn roll_back(unit: &mut Unit<'_>) -> Result<(), UnitError> {
    unit.connection.execute("INSERT INTO notes (text) VALUES ('twice')", ())?;
    unit.connection.execute("INSERT OR ROLLBACK INTO notes (text) VALUES ('twice')", ())?;
    unreachable!("a note cannot be written twice");
}

fn is_not_committed(answer: &Answer) -> bool {
    matches!(answer, Err(WriteError::NotCommitted(_)))
}

/// Leaves room for `pages` more than there are, or as much as there is where it is `None`.
async fn leave_room(shop: &TempShop, pages: Option<u32>) {
    let set = move |unit: &mut Unit<'_>| -> Result<(), UnitError> {
        let present: u32 = unit.connection.query_row("PRAGMA page_count", (), |row| row.get(0))?;
        let most = pages.map_or(u32::MAX - 1, |pages| present + pages);
        unit.connection.query_row(&format!("PRAGMA max_page_count = {most}"), (), |_| Ok(()))?;
        Ok(())
    };
    shop.database.write(set).await.unwrap().unwrap();
}

fn noting_at_length(text: &'static str) -> impl FnOnce(&mut Unit<'_>) -> Result<(), UnitError> + Send {
    move |unit| {
        note(unit, text)?;
        unit.connection.execute("INSERT INTO notes (text) VALUES (hex(zeroblob(500000)))", ())?;
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_brings_the_batch_down_and_nobody_of_it_is_told_otherwise() {
    let shop = TempShop::open().with_notes();
    leave_room(&shop, Some(20)).await;
    let held = Held::now(&shop.database).await;
    let before = queue(&shop.database, noting("before"));
    let large = queue(&shop.database, noting_at_length("large"));
    let after = queue(&shop.database, noting("after"));

    let held = held.release_and_wait().await;
    let (before, large, after) = (before.await, large.await, after.await);

    assert!(is_not_committed(&held), "got {held:?}");
    assert!(is_not_committed(&before), "got {before:?}");
    let is_full = |error: &UnitError| matches!(error, UnitError::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull));
    assert!(matches!(&large, Ok(Err(error)) if is_full(error)), "got {large:?}");
    after.unwrap().unwrap();
    assert_eq!(shop.notes(), ["after"]);
    assert_eq!(shop.told().await, ["after"]);
    assert_whole(&shop.database).await;
}

#[tokio::test]
async fn once_there_is_room_again_the_shop_goes_on() {
    let shop = TempShop::open().with_notes();
    leave_room(&shop, Some(20)).await;
    shop.database.write(noting_at_length("large")).await.unwrap().unwrap_err();

    leave_room(&shop, None).await;
    shop.database.write(noting_at_length("large")).await.unwrap().unwrap();

    assert_eq!(shop.told().await, ["large"]);
    assert_whole(&shop.database).await;
}

#[tokio::test]
async fn a_unit_that_ends_the_transaction_takes_its_batch_with_it_and_no_other() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let before = queue(&shop.database, noting("before"));
    let fatal = queue(&shop.database, roll_back);
    let after = queue(&shop.database, noting("after"));

    held.release();
    let (before, fatal) = (before.await, fatal.await);
    after.await.unwrap().unwrap();

    assert!(is_not_committed(&before), "got {before:?}");
    assert!(matches!(fatal, Ok(Err(UnitError::Sqlite(_)))), "got {fatal:?}");
    assert_eq!(shop.notes(), ["after"]);
    assert_eq!(shop.told().await, ["after"]);
}

#[tokio::test]
async fn a_unit_that_ends_the_transaction_and_hides_it_is_not_told_that_it_was_kept() {
    let shop = TempShop::open().with_notes();

    let answer = shop
        .database
        .write(|unit| {
            roll_back(unit).unwrap_err();
            // Outside of any transaction by now: this very statement commits by itself.
            Ok::<_, UnitError>(())
        })
        .await;

    assert!(is_not_committed(&answer), "got {answer:?}");
    assert!(shop.notes().is_empty());
}

#[tokio::test]
async fn a_refusal_by_what_was_then_rolled_back_is_not_told_as_final() {
    let shop = TempShop::open().with_notes();
    let held = Held::now(&shop.database).await;
    let first = queue(&shop.database, noting("mug"));
    let second = queue(&shop.database, |unit| {
        let is_sold_out = !super::notes_in(unit.connection).is_empty();
        if is_sold_out { Err(refusal()) } else { note(unit, "mug-again") }
    });
    let fatal = queue(&shop.database, roll_back);

    held.release();
    let (first, second) = (first.await, second.await);
    fatal.await.unwrap().unwrap_err();

    assert!(is_not_committed(&first), "got {first:?}");
    assert!(is_not_committed(&second), "got {second:?}: sold out, though nobody has bought it");
}
