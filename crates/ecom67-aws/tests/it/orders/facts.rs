use std::collections::BTreeSet;
use std::num::NonZeroU32;

use ecom67_app::port::{AdjustError, Adjusted, CartStore as _, ORDER_COMMIT_WRITES_MAX, OrderFilter};
use ecom67_domain::cart::{Article, CapabilityDigest, CartEdit};
use ecom67_domain::order::{NetworkDigest, Task};
use ecom67_domain::stock::{Adjustment, AdjustmentReason, StockRefusal};
use ecom67_domain::{Cart, PromotionCode};
use tokio::task::JoinSet;

use super::*;
use crate::faulty::{Fate, Request};

/// Whether this is the transaction that places an order.
fn places(request: &Request, number: u64) -> bool {
    let id = OrderId::new(number.into()).to_string();
    request.writes().iter().any(|write| write["Put"]["Item"]["pk"]["S"] == format!("order#{id}"))
}

/// Whether this is the transaction that enters an adjustment.
fn adjusts(request: &Request) -> bool {
    let mut keys = request.writes().iter().filter_map(|write| write["Put"]["Item"]["pk"]["S"].as_str());
    keys.any(|key| key.starts_with("ledger#"))
}

async fn a_cart(table: &Table) -> Cart {
    let mut cart = Cart::new(CartId::new(1), CapabilityDigest([1; 32]), "de".parse().unwrap(), noon());
    let article = Article {
        sku: "MUG".parse().unwrap(),
        product: "mug".parse().unwrap(),
        market: "de".parse().unwrap(),
        price: Money::new(1_490, "EUR".parse().unwrap()),
        limits: ecom67_domain::QuantityLimits::NONE,
        shared_limit: None,
        available: None,
    };
    cart.apply(CartEdit::Add { article, quantity: NonZeroU32::MIN }, noon()).unwrap();
    table.carts().create(cart.clone()).await.unwrap();
    cart
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_order_is_one_transaction_with_each_stock_record_once() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let mut order = order(1);
    order.holds.clear();
    let places: [LocationCode; 2] = ["main", "north"].map(|code| code.parse().unwrap());
    for (index, location) in (0..50).flat_map(|index| places.iter().map(move |location| (index, location))) {
        let sku = format!("MUG-{index}");
        let adjustment =
            Adjustment { location: location.clone(), ..an_adjustment(&sku, StockChange::By(3), location.as_str()) };
        table.stock().adjust(adjustment).await.unwrap();
        order.holds.push(Hold { sku: sku.parse().unwrap(), location: location.clone(), quantity: 3 });
    }
    for index in 0..5 {
        let promotion: PromotionCode = format!("promotion-{index}").parse().unwrap();
        order.uses.push(Meter::Promotion(promotion.clone()));
        order.uses.push(Meter::PromotionByCustomer(promotion, CustomerDigest([1; 16])));
    }
    order.uses.push(Meter::OpenOrdersOfCustomer(CustomerDigest([1; 16])));
    order.uses.push(Meter::OpenOrdersFromNetwork(NetworkDigest([1; 16])));
    let mut cards = Vec::new();
    for number in 1..=3 {
        cards.push((a_gift_card(table, number, order.content.totals.total).await, 100));
    }
    let order = paid_with(order, &cards);
    let mut cart = a_cart(table).await;
    cart.begin_checkout(order.id, &order.content, noon());
    way.decide(|_| Fate::Sent);

    let meters = MeterWrite::Spend(vec![Some(9); order.uses.len()]);
    let gift_cards = GiftCardWrite::Spend;
    let commit = OrderCommit { cart: Some((cart, Version::FIRST)), meters, gift_cards, ..placing(&order) };
    table.orders().commit(commit).await.unwrap();

    let sent = way.seen();
    let [transaction] = &sent[..] else { panic!("one request, not {}", sent.len()) };
    // The order, its number, contact, request and envelope, the cart; 50 variants; 13 meters; 3 gift cards with an entry each.
    assert_eq!(transaction.writes().len(), 6 + 50 + 13 + 3 * 2);
    assert!(transaction.writes().len() <= ORDER_COMMIT_WRITES_MAX);
    let held = table.stock().find_many(&["MUG-49".parse().unwrap()]).await.unwrap().pop().unwrap();
    assert!(held.levels.values().all(|level| level.held == 3), "{held:?}");
    assert_eq!(held.levels.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_repeats_nothing_because_another_was_faster() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 2).await;
    let meanwhile = table.clone();
    way.decide(move |request| {
        let meanwhile = meanwhile.clone();
        let is_first = places(request, 1);
        if is_first { Fate::after(async move { drop(placed(&meanwhile, 2).await) }) } else { Fate::Sent }
    });

    placed(table, 1).await;

    assert_eq!(way.seen_of("TransactWriteItems").len(), 2, "one for each");
    assert_eq!(mugs(table).await, StockLevel { on_hand: 2, held: 2 });
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_counts_repeats_nothing_because_somebody_bought() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 5).await;
    let meanwhile = table.clone();
    way.decide(move |request| {
        let meanwhile = meanwhile.clone();
        if adjusts(request) { Fate::after(async move { drop(placed(&meanwhile, 1).await) }) } else { Fate::Sent }
    });

    let adjusted = table.stock().adjust(an_adjustment("MUG", StockChange::To(3), "shelf")).await.unwrap();

    assert!(matches!(adjusted, Adjusted::Entered(entry) if entry.delta == -2), "the units that are held lie there too");
    assert_eq!(way.seen().iter().filter(|request| adjusts(request)).count(), 1);
    assert_eq!(mugs(table).await, StockLevel { on_hand: 3, held: 1 });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_while_somebody_counts_is_not_counted_away() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 5).await;
    let meanwhile = table.clone();
    let mut is_first = true;
    way.decide(move |request| {
        let meanwhile = meanwhile.clone();
        let is_late = adjusts(request) && std::mem::take(&mut is_first);
        if is_late { Fate::after(async move { drop(placed(&meanwhile, 1).await) }) } else { Fate::Sent }
    });

    let adjusted = table.stock().adjust(an_adjustment("MUG", StockChange::To(0), "shelf")).await;

    let is_refused = matches!(adjusted, Err(AdjustError::Refused(StockRefusal::BelowHeld { held: 1 })));
    assert!(is_refused, "{adjusted:?}");
    assert_eq!(mugs(table).await, StockLevel { on_hand: 5, held: 1 });
}

#[tokio::test(flavor = "multi_thread")]
async fn held_units_that_were_lost_are_not_sold_once_they_are_free_again() {
    let Some((TestTable { table, .. }, _)) = &table().await else { return };
    stocked(table, 2).await;
    let (first, second) = (placed(table, 1).await, placed(table, 2).await);
    let lost = Adjustment { reason: AdjustmentReason::Loss, ..an_adjustment("MUG", StockChange::To(1), "fell") };
    table.stock().adjust(lost).await.unwrap();
    let none_left = |asked| OrderRefused::Stock {
        sku: "MUG".parse().unwrap(),
        location: LocationCode::main(),
        asked,
        available: 0,
    };

    table.orders().commit(cancelling(&first)).await.unwrap();
    assert_eq!(refused(table.orders().commit(placing(&order(3))).await), [none_left(1)]);

    table.orders().commit(cancelling(&second)).await.unwrap();
    placed(table, 3).await;
    assert_eq!(mugs(table).await, StockLevel { on_hand: 1, held: 1 });
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_adds_up_when_some_buy_some_cancel_and_some_count_at_once() {
    let Some((TestTable { table, .. }, _)) = &table().await else { return };
    stocked(table, 20).await;
    let mut buyers = JoinSet::new();
    for number in 1..=40 {
        let table = table.clone();
        buyers.spawn(async move {
            let is_placed = table.orders().commit(placing(&order(number))).await.is_ok();
            if is_placed && number % 2 == 0 {
                let read = found(&table, number).await;
                table.orders().commit(cancelling(&read)).await.unwrap();
            }
            u64::from(is_placed && number % 2 == 1)
        });
    }
    let mut counters = JoinSet::new();
    for number in 0..20 {
        let table = table.clone();
        counters.spawn(async move {
            let change = StockChange::By(if number % 2 == 0 { 1 } else { -1 });
            match table.stock().adjust(an_adjustment("MUG", change, &number.to_string())).await {
                Ok(Adjusted::Entered(entry)) => entry.delta,
                Err(AdjustError::Refused(_)) => 0,
                other => panic!("got {other:?}"),
            }
        });
    }

    let held = buyers.join_all().await.into_iter().sum::<u64>();
    let counted = counters.join_all().await.into_iter().sum::<i64>();

    let on_hand = 20_u64.checked_add_signed(counted).unwrap();
    assert_eq!(mugs(table).await, StockLevel { on_hand, held });
    assert!(held <= on_hand, "{held} of {on_hand} are held");
    let ledger = table.stock().ledger(&"MUG".parse().unwrap(), 0, 100).await.unwrap();
    assert_eq!(ledger.iter().map(|entry| entry.delta).sum::<i64>(), on_hand.cast_signed());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_order_only_lists_are_read_from_an_index_and_nothing_scans_the_table() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 1).await;
    let (orders, order) = (table.orders(), placed(table, 1).await.value);
    let key = "first".parse().unwrap();
    way.decide(|_| Fate::Sent);

    orders.find(order.id).await.unwrap();
    orders.find_by_number(order.number).await.unwrap();
    orders.find_contact(order.id).await.unwrap();
    orders.find_request(order.cart, &key, noon()).await.unwrap();
    orders.used(&order.uses).await.unwrap();
    orders.events(order.id).await.unwrap();
    orders.forget_requests(noon()).await.unwrap();
    let by_key = way.seen();
    way.decide(|_| Fate::Sent);
    orders.list(OrderFilter::default(), None, 10).await.unwrap();
    orders.list(OrderFilter { state: Some("paid") }, None, 10).await.unwrap();
    orders.due(noon(), 10).await.unwrap();
    let lists = way.seen();

    let operations = |seen: &[Request]| seen.iter().map(|request| request.operation.clone()).collect::<BTreeSet<_>>();
    assert_eq!(operations(&by_key), ["BatchGetItem", "GetItem", "Query"].map(str::to_owned).into());
    assert!(by_key.iter().all(|request| request.body["IndexName"].is_null()), "{by_key:?}");
    for request in by_key.iter().filter(|request| !request.is("BatchGetItem")) {
        assert_eq!(request.body["ConsistentRead"], true, "{request:?}");
    }
    assert_eq!(operations(&lists), ["BatchGetItem", "Query"].map(str::to_owned).into());
    let queries: Vec<_> = lists.iter().filter(|request| request.is("Query")).collect();
    assert_eq!(queries.len(), 3 * 16, "one of each shard");
    assert!(queries.iter().all(|request| request.body["IndexName"].is_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_walk_the_shards_together_and_tell_each_order_once() {
    let Some((TestTable { table, .. }, _)) = &table().await else { return };
    let due_at = |number: u64| noon() + SignedDuration::from_secs(i64::try_from(number * 7 % 41).unwrap());
    for number in 1..=40 {
        let mut order = order(number);
        order.task = Task::due(due_at(number));
        table.orders().commit(OrderCommit { stock: StockWrite::Keep, ..placing(&order) }).await.unwrap();
    }

    for state in [None, Some("pending_payment")] {
        let mut walked = Vec::new();
        loop {
            let page = table.orders().list(OrderFilter { state }, walked.last().copied(), 7).await.unwrap();
            walked.extend(page.iter().map(|order| order.value.id));
            if page.len() < 7 {
                break;
            }
        }
        assert!(walked.iter().map(|id| id.number()).eq((1..=40).rev()), "{walked:?}");
    }
    let due = table.orders().due(noon() + SignedDuration::from_secs(20), 15).await.unwrap();
    let mut overdue: Vec<u64> = (1..=40).collect();
    overdue.sort_unstable_by_key(|number| due_at(*number));
    assert!(due.iter().map(|id| id.number()).eq(overdue.into_iter().take(15).map(u128::from)), "{due:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_one_state_is_full_although_the_index_lags() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 5).await;
    for number in 1..=5 {
        placed(table, number).await;
    }
    let meanwhile = table.clone();
    // Order 5 moves on after the index was asked, and before it is read.
    way.first(1, "BatchGetItem", move || {
        let table = meanwhile.clone();
        Fate::after(async move {
            let read = found(&table, 5).await;
            table.orders().commit(step(&read, vec![OrderEvent::Authorised { payment: None }])).await.unwrap();
        })
    });

    let pending = OrderFilter { state: Some("pending_payment") };
    let page = table.orders().list(pending, None, 3).await.unwrap();

    assert_eq!(page.iter().map(|order| order.value.id.number()).collect::<Vec<_>>(), [4, 3, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_for_which_nothing_is_to_be_done_is_not_in_the_index_of_the_due() {
    let Some((table, _)) = table().await else { return };
    stocked(&table, 1).await;
    let read = placed(&table, 1).await;
    let [order] = &items_of(&table, "order#").await[..] else { panic!("one order") };
    assert!(order.contains_key("due") && order.contains_key("due_at"));

    let paid = vec![OrderEvent::Authorised { payment: None }, OrderEvent::Paid];
    table.orders().commit(step(&read, paid)).await.unwrap();

    let [order] = &items_of(&table, "order#").await[..] else { panic!("one order") };
    assert!(!order.contains_key("due") && !order.contains_key("due_at"), "{order:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_goes_by_itself_and_the_order_stays() {
    let Some((table, _)) = table().await else { return };
    stocked(&table, 1).await;
    placed(&table, 1).await;

    let [request] = &items_of(&table, "checkout-request#").await[..] else { panic!("one request") };
    let until = noon() + SignedDuration::from_hours(24);
    assert_eq!(request["expires"].as_n().unwrap(), &(until.as_second() + 1).to_string());
    for prefix in ["order#", "order-contact#", "order-events#", "order-number#", "meter#"] {
        let [item] = &items_of(&table, prefix).await[..] else { panic!("one of {prefix}") };
        assert!(!item.contains_key("expires"), "{item:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_in_an_order_or_in_what_happened_to_it() {
    let Some((table, _)) = table().await else { return };
    stocked(&table, 1).await;
    placed(&table, 1).await;
    let unpacked = |value: &AttributeValue| {
        let mut text = String::new();
        let AttributeValue::B(bytes) = value else { return format!("{value:?}") };
        match std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(bytes.as_ref()), &mut text) {
            Ok(_) => text,
            Err(_) => String::new(),
        }
    };
    let has_name = |item: &HashMap<_, _>| item.values().any(|value| unpacked(value).contains("Ann Lee"));

    let items = table.items().await;

    let personal: Vec<_> = items.iter().filter(|item| has_name(item)).map(|item| item["pk"].as_s().unwrap()).collect();
    assert_eq!(personal, [&format!("order-contact#{}", OrderId::new(1))]);
}
