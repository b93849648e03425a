//! What is stuck is told, and tried again, from the shell.

use ecom67_app::port::{MeterWrite, OrderCommit, OrderStore, OrderWrite, StockWrite};
use ecom67_domain::Version;
use ecom67_domain::order::{OrderEvent, TaskFailure, WorkflowVersion};
use ecom67_testkit::orders::placing;
use ecom67_testkit::{an_order, noon};

use super::super::tests::{shop_with_a_mug, told};
use super::*;

/// An order whose money is set aside by a payment that the provider knows nothing of, and whose capture is stuck.
async fn stuck(shop: &LocalShop) -> Order {
    let placed = an_order();
    let place = placing(&placed);
    shop.database.commit(place.clone()).await.unwrap();
    let event = OrderEvent::Authorised { payment: Some("pi_unknown".parse().unwrap()) };
    let mut order = placed;
    order.apply(&event, noon());
    let failure = TaskFailure { since: noon(), why: "the provider failed with status 500".into() };
    order.task = Task { due_at: None, attempt: 3, failures: 400, refusals: 0, failure: Some(failure), ..Task::NONE };
    let moved = OrderCommit {
        order: order.clone(),
        write: OrderWrite::Move { read_at: Version::FIRST },
        events: vec![event],
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        ..place
    };
    shop.database.commit(moved).await.unwrap();
    order
}

#[tokio::test]
async fn what_is_stuck_is_listed_shown_with_its_history_and_tried_again() {
    let (shop, _folder) = shop_with_a_mug().await;
    let order = stuck(&shop).await;
    let number = order.number.to_string();
    let ask = |command| told(&shop, Command::Workflow(command));

    let (done, listed) = ask(WorkflowCommand::List { stuck: true, limit: 20 }).await;
    let (_, shown) = ask(WorkflowCommand::Show { order: number.clone() }).await;
    let (failed, tried) = ask(WorkflowCommand::Retry { order: number.clone() }).await;
    let (_, left) = ask(WorkflowCommand::List { stuck: true, limit: 20 }).await;
    let (_, due) = ask(WorkflowCommand::List { stuck: false, limit: 20 }).await;

    assert_eq!(done, Ending::Done);
    let line = "stuck, failed 400 times since 2026-11-02 12:00:00: the provider failed with status 500";
    assert!(listed.len() == 1 && listed[0].starts_with(&number) && listed[0].ends_with(line), "{listed:?}");
    let shown = shown.join("\n");
    for part in ["version 1 of the workflow", "→ capture", "attempt 3, 400 failures", "authorised by pi_unknown"] {
        assert!(shown.contains(part), "{part} is missing: {shown}");
    }
    assert!(!shown.contains("ann@"), "nobody is named: {shown}");
    // The provider still knows nothing of it.
    assert_eq!(failed, Ending::Failed, "{tried:?}");
    assert!(tried[0].contains("due ") && tried[0].contains("failed 401 times"), "{tried:?}");
    assert_eq!(left, [] as [String; 0], "it has all its time again");
    assert!(due.len() == 1 && due[0].starts_with(&number), "{due:?}");
}

#[tokio::test]
async fn what_has_not_failed_is_not_tried_again() {
    let (shop, _folder) = shop_with_a_mug().await;
    let order = stuck(&shop).await;
    let read = OrderStore::find(&shop.database, order.id).await.unwrap().unwrap();
    let idle = OrderCommit {
        order: Order { task: Task::NONE, ..order.clone() },
        write: OrderWrite::Move { read_at: read.version },
        events: vec![],
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        ..placing(&order)
    };
    shop.database.commit(idle).await.unwrap();

    let (done, told) = told(&shop, Command::Workflow(WorkflowCommand::Retry { order: order.id.to_string() })).await;

    assert_eq!((done, told), (Ending::Done, vec!["nothing has failed for this order".to_owned()]));
}

#[tokio::test]
async fn an_order_of_another_release_is_known_before_the_shop_serves() {
    let (shop, _folder) = shop_with_a_mug().await;
    assert_eq!(shop.checkouts.orders.missing_workflows().await.unwrap(), None);
    let order = stuck(&shop).await;
    assert_eq!(shop.checkouts.orders.missing_workflows().await.unwrap(), None, "this release has the first version");

    let orders = ecom67_app::orders::Orders {
        workflows: Workflows::new(&Workflow { steps: &[], version: WorkflowVersion(9) }, &[]),
        ..shop.checkouts.orders.clone()
    };

    let missing = orders.missing_workflows().await.unwrap().unwrap();
    assert_eq!(missing.0, [order.workflow]);
}
