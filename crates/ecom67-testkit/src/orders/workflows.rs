//! Tasks that are stuck, and the versions of the workflow that orders go by.

use ecom67_app::port::{GiftCardWrite, MeterWrite, OrderCommit, OrderWrite, StockWrite, Stored};
use ecom67_domain::order::{OrderEvent, Task, TaskFailure, WorkflowVersion};
use ecom67_domain::{Order, OrderId};
use jiff::SignedDuration;

use super::{found, main, order, placed, placing, step, stocked};
use crate::{Stores, noon};

/// The task of an order becomes this one.
async fn tasked(stores: &Stores, read: &Stored<Order>, task: Task) {
    let commit = OrderCommit {
        order: Order { task, ..read.value.clone() },
        write: OrderWrite::Move { read_at: read.version },
        events: vec![],
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
    };
    stores.orders.commit(commit).await.unwrap();
}

fn stuck() -> Task {
    let failure = TaskFailure { since: noon(), why: "the provider failed with status 500".into() };
    Task { due_at: None, attempt: 2, failures: 400, refusals: 0, failure: Some(failure), ..Task::NONE }
}

pub async fn what_is_stuck_is_listed_until_it_is_tried_again_and_is_not_due(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    for number in 1..=5 {
        let read = placed(stores, number).await;
        if number != 2 {
            tasked(stores, &read, stuck()).await;
        }
    }
    let listed = async |after: Option<u128>, limit| {
        let ids = stores.orders.stuck(after.map(OrderId::new), limit).await.unwrap();
        ids.into_iter().map(OrderId::number).collect::<Vec<_>>()
    };

    assert_eq!(listed(None, 3).await, [1, 3, 4]);
    assert_eq!(listed(Some(4), 3).await, [5]);
    let read = found(stores, OrderId::new(3)).await;
    assert_eq!(read.value.task, stuck());
    let late = noon() + SignedDuration::from_hours(24 * 365);
    assert_eq!(stores.orders.due(late, 10).await.unwrap(), [OrderId::new(2)]);

    tasked(stores, &read, read.value.task.again(noon())).await;

    assert_eq!(listed(None, 10).await, [1, 4, 5]);
    assert_eq!(stores.orders.due(noon(), 10).await.unwrap(), [OrderId::new(3)]);
    let again = found(stores, OrderId::new(3)).await.value.task;
    assert_eq!((again.attempt, again.failures, again.failure), (2, 400, None), "its key follows from the attempt");
}

pub async fn the_workflows_that_orders_still_go_by_are_known(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    assert_eq!(stores.orders.open_workflows().await.unwrap(), []);
    for (number, version) in [(1, 7), (2, 3), (3, 7), (4, 9)] {
        let order = Order { workflow: WorkflowVersion(version), ..order(number) };
        stores.orders.commit(placing(&order)).await.unwrap();
    }
    placed(stores, 5).await;
    tasked(stores, &found(stores, OrderId::new(2)).await, stuck()).await;
    let read = found(stores, OrderId::new(4)).await;
    let mut paid = step(&read, OrderEvent::Authorised { payment: None }, noon());
    paid.order.apply(&OrderEvent::Paid, noon());
    paid.events.push(OrderEvent::Paid);
    stores.orders.commit(paid).await.unwrap();
    // What is given back of an order that is paid goes by the newest.
    let read = found(stores, OrderId::new(4)).await;
    let asked = read.value.request_refund(read.value.refundable(), noon()).unwrap().remove(0);
    stores.orders.commit(step(&read, asked, noon())).await.unwrap();
    assert_eq!(stores.orders.due(noon(), 10).await.unwrap().len(), 1);

    let versions = stores.orders.open_workflows().await.unwrap();

    assert_eq!(versions, [WorkflowVersion(1), WorkflowVersion(3), WorkflowVersion(7)], "stuck ones too, paid ones not");
    assert_eq!(found(stores, OrderId::new(4)).await.value.workflow, WorkflowVersion(9), "it stays what it was");
    let told = stores.orders.events(OrderId::new(1)).await.unwrap();
    let [OrderEvent::Placed(order)] = &told[0].events[..] else { panic!("{told:?}") };
    assert_eq!(order.workflow, WorkflowVersion(7));
}

pub async fn an_order_that_is_deferred_makes_room_until_then_and_is_what_it_was(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    let minutes = |minutes| noon() + SignedDuration::from_mins(minutes);
    for (number, minute) in [(1, 5), (2, 10)] {
        let mut order = order(number);
        order.task = Task::due(minutes(minute));
        stores.orders.commit(placing(&order)).await.unwrap();
    }
    let before = found(stores, OrderId::new(1)).await;

    stores.orders.defer(OrderId::new(1), minutes(60)).await.unwrap();
    stores.orders.defer(OrderId::new(3), minutes(60)).await.unwrap();

    assert_eq!(stores.orders.due(minutes(59), 1).await.unwrap(), [OrderId::new(2)]);
    assert_eq!(stores.orders.due(minutes(60), 9).await.unwrap(), [OrderId::new(2), OrderId::new(1)]);
    assert_eq!(found(stores, OrderId::new(1)).await, before);
    // Its next commit says anew when it is due.
    let paid = step(&before, OrderEvent::Authorised { payment: None }, minutes(6));
    stores.orders.commit(paid).await.unwrap();
    assert_eq!(stores.orders.due(minutes(60), 9).await.unwrap(), [OrderId::new(1), OrderId::new(2)]);
}
