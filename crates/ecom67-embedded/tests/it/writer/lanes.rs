//! Who goes first, and how much may wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecom67_app::port::{ProductStore, SaveError, StoreError};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{WriteError, WriterLimits};
use ecom67_testkit::a_product;

use super::{Answer, Held, Waiting, answer_so_far, noting, queue};
use crate::shop::{TempShop, saving};

/// Notes the order in which units run.
#[derive(Clone, Default)]
struct Order(Arc<Mutex<Vec<String>>>);

impl Order {
    fn queue(&self, database: &Database, name: String) -> Waiting {
        let order = Arc::clone(&self.0);
        queue(database, move |_| {
            order.lock().unwrap().push(name);
            Ok(())
        })
    }

    fn so_far(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn all(waiting: impl IntoIterator<Item = Waiting>) {
    for waiting in waiting {
        waiting.await.unwrap().unwrap();
    }
}

fn shop_with(limits: WriterLimits) -> TempShop {
    TempShop::open_with(|options| options.limits = limits).with_notes()
}

#[tokio::test]
async fn a_shopper_goes_before_all_bulk_work_that_waits() {
    let shop = TempShop::open();
    let order = Order::default();
    let held = Held::now(&shop.database).await;
    let bulk: Vec<_> = (0..5).map(|number| order.queue(&shop.database.bulk(), format!("bulk {number}"))).collect();
    let shoppers: Vec<_> = (0..3).map(|number| order.queue(&shop.database, format!("shopper {number}"))).collect();

    held.release();
    all(shoppers).await;
    all(bulk).await;

    assert_eq!(order.so_far()[..3], ["shopper 0", "shopper 1", "shopper 2"]);
}

#[tokio::test]
async fn a_shopper_who_comes_while_bulk_work_runs_waits_for_one_unit_of_it() {
    let shop = TempShop::open();
    let order = Order::default();
    let mut held = Held::queue(&shop.database.bulk());
    let bulk: Vec<_> = (0..5).map(|number| order.queue(&shop.database.bulk(), format!("bulk {number}"))).collect();
    held.entered().await;

    let shopper = order.queue(&shop.database, "shopper".to_owned());
    held.release();
    all([shopper]).await;
    all(bulk).await;

    assert_eq!(order.so_far()[0], "shopper");
}

#[tokio::test]
async fn when_its_slice_is_over_bulk_work_leaves_the_batch_so_that_shoppers_are_answered() {
    let shop = shop_with(WriterLimits { bulk_slice: Duration::ZERO, ..WriterLimits::default() });
    let order = Order::default();
    let held = Held::now(&shop.database).await;
    let bulk: Vec<_> = (0..5).map(|number| order.queue(&shop.database.bulk(), format!("bulk {number}"))).collect();
    let mut gate = Held::queue(&shop.database.bulk());
    let shopper = order.queue(&shop.database, "shopper".to_owned());

    held.release();
    shopper.await.unwrap().unwrap();
    // The shopper has an answer although the last of the bulk work cannot have run.
    gate.entered().await;
    gate.release();
    all(bulk).await;

    assert_eq!(order.so_far()[0], "shopper");
}

#[tokio::test]
async fn bulk_work_alone_makes_progress_however_short_its_slice() {
    let shop = shop_with(WriterLimits { bulk_slice: Duration::ZERO, ..WriterLimits::default() });

    for number in 0..10 {
        shop.database.bulk().write(noting(&format!("bulk-{number}"))).await.unwrap().unwrap();
    }

    assert_eq!(shop.notes().len(), 10);
}

#[tokio::test]
async fn a_batch_takes_no_more_units_than_its_limit() {
    let shop = shop_with(WriterLimits { batch_units_max: 2, ..WriterLimits::default() });
    let held = Held::now(&shop.database).await;
    let same_batch = queue(&shop.database, noting("same-batch"));
    let next_batch = queue(&shop.database, noting("next-batch"));
    let mut gate = Held::queue(&shop.database);

    held.release();
    same_batch.await.unwrap().unwrap();
    gate.entered().await;
    let seen_from_outside = shop.notes();
    gate.release();
    next_batch.await.unwrap().unwrap();

    assert_eq!(seen_from_outside, ["same-batch"]);
}

#[tokio::test]
async fn when_too_many_wait_a_shopper_is_refused_at_once_and_nothing_is_written() {
    let shop = shop_with(WriterLimits { interactive_waiting_max: 2, ..WriterLimits::default() });
    let held = Held::now(&shop.database).await;
    let waiting = queue(&shop.database, noting("waiting"));

    let mut refused: Waiting = Box::pin({
        let database = shop.database.clone();
        async move { database.write(noting("refused")).await }
    });
    let refused = answer_so_far(&mut refused);
    held.release_and_wait().await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
    shop.database.write(noting("later")).await.unwrap().unwrap();

    assert!(matches!(refused, Some(Answer::Err(WriteError::Busy))), "got {refused:?}");
    assert_eq!(shop.notes(), ["waiting", "later"]);
}

#[tokio::test]
async fn a_port_says_busy_when_the_writer_is() {
    let shop = shop_with(WriterLimits { interactive_waiting_max: 1, ..WriterLimits::default() });
    let held = Held::now(&shop.database).await;

    let refused = ProductStore::save(&shop.database, saving(a_product("mug").build(), None)).await;
    held.release();

    assert!(matches!(refused, Err(SaveError::Store(StoreError::Busy))), "got {refused:?}");
}

#[tokio::test]
async fn bulk_work_waits_for_room_instead_of_being_refused() {
    let shop = shop_with(WriterLimits { bulk_waiting_max: 1, ..WriterLimits::default() });
    let bulk = shop.database.bulk();
    let held = Held::now(&bulk).await;
    let patient: Vec<_> = (0..3).map(|number| queue(&bulk, noting(&format!("bulk-{number}")))).collect();

    held.release();
    all(patient).await;

    assert_eq!(shop.notes(), ["bulk-0", "bulk-1", "bulk-2"]);
}
