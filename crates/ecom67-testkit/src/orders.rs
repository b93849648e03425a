//! What every [`OrderStore`](ecom67_app::port::OrderStore) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod requests;
mod workflows;

use std::num::NonZeroU32;
use std::sync::Arc;

use ecom67_app::port::{
    CheckoutRequest, GiftCardWrite, MeterWrite, OrderCommit, OrderCommitError, OrderFilter, OrderRefused, OrderWrite,
    StockWrite, Stored,
};
use ecom67_domain::cart::{CapabilityDigest, CartEdit, CartKey};
use ecom67_domain::order::{
    CancelReason, Contact, CustomerDigest, Hold, Meter, NetworkDigest, OrderEvent, OrderState, RefundState, Task,
    TaskFailure,
};
use ecom67_domain::stock::{Adjustment, AdjustmentReason, StockChange, StockRefusal};
use ecom67_domain::{Cart, CartId, GiftCardId, LocationCode, Money, Order, OrderId, OrderNumber, Version};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::carts::article;
use crate::{Stores, an_order, noon, paid_with};

pub use requests::at_the_instant_a_key_is_forgotten_it_names_one_order_more_and_no_two;
pub use workflows::{
    an_order_that_is_deferred_makes_room_until_then_and_is_what_it_was,
    the_workflows_that_orders_still_go_by_are_known, what_is_stuck_is_listed_until_it_is_tried_again_and_is_not_due,
};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! orders_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; orders;
            an_order_with_everything_reads_back
            an_order_that_nobody_placed_is_absent
            an_order_is_placed_with_all_that_goes_with_it
            a_refused_order_leaves_nothing_and_every_reason_is_told
            two_orders_never_have_one_number
            a_request_is_remembered_for_its_time_and_each_cart_has_keys_of_its_own
            at_the_instant_a_key_is_forgotten_it_names_one_order_more_and_no_two
            a_step_from_another_version_is_refused
            of_32_that_take_one_step_exactly_one_does
            of_64_buyers_of_10_units_exactly_10_get_one
            of_64_users_of_a_limited_coupon_exactly_as_many_as_may_use_it
            what_was_held_and_used_is_free_again_when_an_order_is_cancelled
            of_all_that_an_order_uses_only_what_is_named_is_given_back
            what_nobody_else_holds_is_released_once_by_those_who_come_together
            fifty_variants_at_two_places_are_one_order
            what_is_held_cannot_be_counted_away
            of_a_cart_that_was_changed_meanwhile_no_order_is_made
            what_happened_to_an_order_tells_what_it_is
            orders_are_due_when_something_is_to_be_done
            an_order_that_is_deferred_makes_room_until_then_and_is_what_it_was
            orders_are_listed_from_the_newest_to_the_first_by_their_state
            a_thing_to_do_that_failed_is_put_off_without_an_event
            what_is_stuck_is_listed_until_it_is_tried_again_and_is_not_due
            the_workflows_that_orders_still_go_by_are_known
        );
    };
}

pub(crate) fn main() -> LocationCode {
    LocationCode::main()
}

fn customer(number: u8) -> CustomerDigest {
    CustomerDigest([number; 16])
}

/// An order of its own for every number, for one mug.
pub fn order(number: u128) -> Order {
    let mut order = an_order();
    order.id = OrderId::new(number);
    order.number = OrderNumber::drawn(u64::try_from(number).expect("a small number"));
    order.cart = CartId::new(number);
    order.capability = CapabilityDigest([number.to_be_bytes()[15]; 32]);
    order.holds = vec![Hold { sku: "MUG".parse().unwrap(), location: main(), quantity: 1 }];
    order.back_orders = vec![];
    order.uses = vec![Meter::OrdersOfCustomer(customer(number.to_be_bytes()[15]))];
    order
}

fn contact() -> Contact {
    let address = crate::builders::an_address();
    Contact {
        email: "Ann.Lee@example.org".parse().unwrap(),
        phone: Some("+49 30 901820".parse().unwrap()),
        delivery: address.clone(),
        billing: Some(address),
    }
}

fn request(order: &Order, key: &str) -> CheckoutRequest {
    CheckoutRequest {
        cart: order.cart,
        key: key.parse().unwrap(),
        digest: [9; 32],
        order: order.id,
        expires_at: noon() + SignedDuration::from_hours(24),
    }
}

/// Places the order, which holds and uses what it says.
pub fn placing(order: &Order) -> OrderCommit {
    OrderCommit {
        write: OrderWrite::Place { contact: Box::new(contact()), request: request(order, "first") },
        events: vec![OrderEvent::Placed(Box::new(order.clone()))],
        cart: None,
        stock: StockWrite::Hold,
        meters: MeterWrite::Spend(vec![None; order.uses.len()]),
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
        order: order.clone(),
    }
}

/// A step of an order that was read.
pub fn step(read: &Stored<Order>, event: OrderEvent, at: Timestamp) -> OrderCommit {
    let mut order = read.value.clone();
    order.apply(&event, at);
    OrderCommit {
        order,
        write: OrderWrite::Move { read_at: read.version },
        events: vec![event],
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at,
    }
}

pub(crate) async fn stocked(stores: &Stores, sku: &str, location: LocationCode, units: u64) {
    let adjustment = Adjustment {
        sku: sku.parse().unwrap(),
        location,
        change: StockChange::By(units.cast_signed()),
        reason: AdjustmentReason::Received,
        actor: "test".into(),
        token: format!("stock of {sku} {units}"),
        at: noon(),
    };
    stores.stock.adjust(adjustment).await.unwrap();
}

pub(crate) async fn placed(stores: &Stores, number: u128) -> Stored<Order> {
    stores.orders.commit(placing(&order(number))).await.unwrap();
    found(stores, OrderId::new(number)).await
}

pub(crate) async fn found(stores: &Stores, id: OrderId) -> Stored<Order> {
    stores.orders.find(id).await.unwrap().expect("the order is there")
}

async fn available(stores: &Stores, sku: &str) -> u64 {
    let records = stores.stock.find_many(&[sku.parse().unwrap()]).await.unwrap();
    records.first().map_or(0, ecom67_domain::stock::StockRecord::available)
}

async fn refused(stores: &Stores, commit: OrderCommit) -> Vec<OrderRefused> {
    match stores.orders.commit(commit).await {
        Err(OrderCommitError::Refused(reasons)) => reasons,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// A cart with a mug in it.
async fn a_cart_of(stores: &Stores, number: u128) -> (CartKey, Cart) {
    let mut cart =
        Cart::new(CartId::new(number), CapabilityDigest([1; 32]), "de".parse().expect("a valid code"), noon());
    let article = article("MUG");
    cart.apply(CartEdit::Add { article, quantity: NonZeroU32::MIN }, noon()).unwrap();
    stores.carts.create(cart.clone()).await.unwrap();
    (cart.key(), cart)
}

pub async fn an_order_with_everything_reads_back(stores: &Stores) {
    let mut order = paid_with(an_order(), &[(GiftCardId::new(7), 1_000), (GiftCardId::new(8), 1)]);
    order.holds.clear();
    let commit = OrderCommit { stock: StockWrite::Keep, ..placing(&order) };

    assert_eq!(stores.orders.commit(commit).await.unwrap(), Version::FIRST);

    let read = found(stores, order.id).await;
    assert_eq!(read, Stored { value: order.clone(), version: Version::FIRST });
    assert_eq!(stores.orders.find_by_number(order.number).await.unwrap(), Some(order.id));
    assert_eq!(stores.orders.find_contact(order.id).await.unwrap(), Some(contact()));
}

pub async fn an_order_that_nobody_placed_is_absent(stores: &Stores) {
    let id = OrderId::new(404);

    assert_eq!(stores.orders.find(id).await.unwrap(), None);
    assert_eq!(stores.orders.find_contact(id).await.unwrap(), None);
    assert_eq!(stores.orders.find_by_number(OrderNumber::drawn(404)).await.unwrap(), None);
    assert_eq!(stores.orders.events(id).await.unwrap(), vec![]);
    assert_eq!(stores.orders.used(&[Meter::OrdersOfCustomer(customer(4))]).await.unwrap(), [0]);
}

pub async fn an_order_is_placed_with_all_that_goes_with_it(stores: &Stores) {
    stocked(stores, "MUG", main(), 3).await;
    let (key, mut cart) = a_cart_of(stores, 1).await;
    let order = order(1);
    cart.begin_checkout(order.id, &order.content, noon());
    let commit = OrderCommit { cart: Some((cart.clone(), Version::FIRST)), ..placing(&order) };

    stores.orders.commit(commit).await.unwrap();

    assert_eq!(available(stores, "MUG").await, 2);
    let kept = stores.carts.find(key, noon()).await.unwrap().unwrap();
    assert_eq!(*kept, Stored { value: cart, version: Version(2) });
    assert_eq!(stores.orders.used(&order.uses).await.unwrap(), [1]);
    let made = stores.orders.find_request(order.cart, &"first".parse().unwrap(), noon()).await.unwrap();
    assert_eq!(made, Some(request(&order, "first")));
}

pub async fn a_refused_order_leaves_nothing_and_every_reason_is_told(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let (key, cart) = a_cart_of(stores, 1).await;
    let coupon = Meter::Promotion("welcome".parse().unwrap());
    let mut order = order(1);
    order.holds[0].quantity = 2;
    order.holds.push(Hold { sku: "TEA".parse().unwrap(), location: main(), quantity: 1 });
    order.uses.push(coupon.clone());
    let commit = OrderCommit {
        cart: Some((cart, Version(7))),
        meters: MeterWrite::Spend(vec![None, Some(0)]),
        ..placing(&order)
    };

    let reasons = refused(stores, commit).await;

    let stock = |sku: &str, asked, available| OrderRefused::Stock {
        sku: sku.parse().unwrap(),
        location: main(),
        asked,
        available,
    };
    for reason in [
        OrderRefused::CartStale { present: Some(Version::FIRST) },
        stock("MUG", 2, 1),
        stock("TEA", 1, 0),
        OrderRefused::Limit { meter: coupon, used: 0 },
    ] {
        assert!(reasons.contains(&reason), "{reason:?} is missing in {reasons:?}");
    }
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    assert_eq!(stores.orders.find(order.id).await.unwrap(), None);
    assert_eq!(stores.orders.find_contact(order.id).await.unwrap(), None);
    assert_eq!(stores.orders.find_by_number(order.number).await.unwrap(), None);
    assert_eq!(stores.orders.find_request(order.cart, &"first".parse().unwrap(), noon()).await.unwrap(), None);
    assert_eq!(stores.orders.used(&order.uses).await.unwrap(), [0, 0]);
    assert_eq!(stores.carts.find(key, noon()).await.unwrap().unwrap().version, Version::FIRST);
    assert_eq!(available(stores, "MUG").await, 1);
}

pub async fn two_orders_never_have_one_number(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    let first = placed(stores, 1).await.value;
    let mut second = order(2);
    second.number = first.number;

    assert_eq!(refused(stores, placing(&second)).await, [OrderRefused::NumberTaken(first.number)]);

    let again = refused(stores, placing(&first)).await;
    assert!(again.contains(&OrderRefused::OrderStale { present: Some(Version::FIRST) }), "{again:?}");
    assert_eq!(available(stores, "MUG").await, 8);
}

pub async fn a_request_is_remembered_for_its_time_and_each_cart_has_keys_of_its_own(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    let first = placed(stores, 1).await.value;
    placed(stores, 2).await;
    let later = noon() + SignedDuration::from_hours(24);
    let mut second = order(3);
    second.cart = first.cart;

    assert_eq!(refused(stores, placing(&second)).await, [OrderRefused::RequestMade]);

    stores.orders.forget_requests(noon()).await.unwrap();
    let key = "first".parse().unwrap();
    assert!(stores.orders.find_request(first.cart, &key, noon()).await.unwrap().is_some());
    assert_eq!(stores.orders.find_request(first.cart, &key, later).await.unwrap(), None);
    stores.orders.commit(OrderCommit { at: later, ..placing(&second) }).await.unwrap();
}

pub async fn a_step_from_another_version_is_refused(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let read = placed(stores, 1).await;
    let cancelling = OrderEvent::CancellationBegun { reason: CancelReason::Expired };
    stores.orders.commit(step(&read, cancelling.clone(), noon())).await.unwrap();

    let late = refused(stores, step(&read, OrderEvent::Authorised { payment: None }, noon())).await;

    assert_eq!(late, [OrderRefused::OrderStale { present: Some(Version(2)) }]);
    let kept = found(stores, read.value.id).await.value;
    assert_eq!(kept.state, OrderState::Cancelling(CancelReason::Expired));
    let nobody = Stored { value: order(404), version: Version::FIRST };
    let missing = refused(stores, step(&nobody, cancelling, noon())).await;
    assert_eq!(missing, [OrderRefused::OrderStale { present: None }]);
}

pub async fn of_32_that_take_one_step_exactly_one_does(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let read = Arc::new(placed(stores, 1).await);
    let mut tasks = JoinSet::new();
    for number in 0..32 {
        let (stores, read) = (stores.clone(), Arc::clone(&read));
        tasks.spawn(async move {
            let payment = Some(format!("pi_{number}").parse().unwrap());
            stores.orders.commit(step(&read, OrderEvent::Authorised { payment }, noon())).await.is_ok()
        });
    }

    let taken = tasks.join_all().await.into_iter().filter(|is_taken| *is_taken).count();

    assert_eq!(taken, 1);
    assert_eq!(found(stores, read.value.id).await.version, Version(2));
    assert_eq!(stores.orders.events(read.value.id).await.unwrap().len(), 2);
}

pub async fn of_64_buyers_of_10_units_exactly_10_get_one(stores: &Stores) {
    stocked(stores, "MUG", main(), 10).await;
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let stores = stores.clone();
        tasks.spawn(async move { stores.orders.commit(placing(&order(number + 1))).await });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10, "{results:?}");
    for result in results.into_iter().filter_map(Result::err) {
        let OrderCommitError::Refused(reasons) = result else { panic!("it failed: {result}") };
        assert!(matches!(reasons[..], [OrderRefused::Stock { asked: 1, available: 0, .. }]), "{reasons:?}");
    }
    assert_eq!(available(stores, "MUG").await, 0);
}

pub async fn of_64_users_of_a_limited_coupon_exactly_as_many_as_may_use_it(stores: &Stores) {
    stocked(stores, "MUG", main(), 64).await;
    let coupon = Meter::Promotion("welcome".parse().unwrap());
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let (stores, coupon) = (stores.clone(), coupon.clone());
        tasks.spawn(async move {
            let mut order = order(number + 1);
            order.uses.push(coupon);
            let meters = MeterWrite::Spend(vec![None, Some(7)]);
            stores.orders.commit(OrderCommit { meters, ..placing(&order) }).await
        });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 7, "{results:?}");
    assert_eq!(stores.orders.used(&[coupon]).await.unwrap(), [7]);
    assert_eq!(available(stores, "MUG").await, 57, "who got no discount holds nothing");
}

pub async fn what_was_held_and_used_is_free_again_when_an_order_is_cancelled(stores: &Stores) {
    stocked(stores, "MUG", main(), 2).await;
    let read = placed(stores, 1).await;
    placed(stores, 2).await;
    let reason = CancelReason::Expired;
    stores.orders.commit(step(&read, OrderEvent::CancellationBegun { reason }, noon())).await.unwrap();
    let read = found(stores, read.value.id).await;
    let releasing = OrderCommit {
        stock: StockWrite::Release,
        meters: MeterWrite::Return(read.value.uses.clone()),
        ..step(&read, OrderEvent::Cancelled { reason }, noon())
    };

    stores.orders.commit(releasing.clone()).await.unwrap();
    let again = refused(stores, releasing).await;

    assert_eq!(again, [OrderRefused::OrderStale { present: Some(Version(3)) }]);
    assert_eq!(available(stores, "MUG").await, 1, "what the other order holds stays held");
    assert_eq!(stores.orders.used(&read.value.uses).await.unwrap(), [0]);
    assert_eq!(stores.orders.used(&order(2).uses).await.unwrap(), [1]);
}

pub async fn of_all_that_an_order_uses_only_what_is_named_is_given_back(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let open = Meter::OpenOrdersFromNetwork(NetworkDigest([3; 16]));
    let mut order = order(1);
    order.uses.push(open.clone());
    stores.orders.commit(placing(&order)).await.unwrap();
    let read = found(stores, order.id).await;
    let authorised = step(&read, OrderEvent::Authorised { payment: None }, noon());

    let paid = OrderCommit { meters: MeterWrite::Return(vec![open]), ..authorised };
    stores.orders.commit(paid).await.unwrap();

    assert_eq!(stores.orders.used(&order.uses).await.unwrap(), [1, 0]);
}

pub async fn what_nobody_else_holds_is_released_once_by_those_who_come_together(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let read = placed(stores, 1).await;
    let reason = CancelReason::Expired;
    stores.orders.commit(step(&read, OrderEvent::CancellationBegun { reason }, noon())).await.unwrap();
    let read = found(stores, read.value.id).await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let stores = stores.clone();
        let releasing = OrderCommit {
            stock: StockWrite::Release,
            meters: MeterWrite::Return(read.value.uses.clone()),
            ..step(&read, OrderEvent::Cancelled { reason }, noon())
        };
        tasks.spawn(async move { stores.orders.commit(releasing).await });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    for result in results.into_iter().filter_map(Result::err) {
        let OrderCommitError::Refused(reasons) = result else { panic!("it failed: {result}") };
        assert!(reasons.contains(&OrderRefused::OrderStale { present: Some(Version(3)) }), "{reasons:?}");
    }
    assert_eq!(available(stores, "MUG").await, 1);
    assert_eq!(stores.orders.used(&read.value.uses).await.unwrap(), [0]);
}

pub async fn fifty_variants_at_two_places_are_one_order(stores: &Stores) {
    let north: LocationCode = "north".parse().unwrap();
    let mut order = order(1);
    order.holds.clear();
    for index in 0..50 {
        let sku = format!("MUG-{index}");
        stocked(stores, &sku, main(), 1).await;
        stocked(stores, &sku, north.clone(), 2).await;
        let hold = |location, quantity| Hold { sku: sku.parse().unwrap(), location, quantity };
        order.holds.extend([hold(main(), 1), hold(north.clone(), 2)]);
    }
    let promotions = (0..5).map(|index| format!("promotion-{index}").parse().unwrap());
    order.uses.extend(promotions.map(|code| Meter::PromotionByCustomer(code, customer(1))));

    stores.orders.commit(placing(&order)).await.unwrap();

    assert_eq!(available(stores, "MUG-0").await, 0);
    assert_eq!(available(stores, "MUG-49").await, 0);
    assert_eq!(found(stores, order.id).await.value, order);
}

pub async fn what_is_held_cannot_be_counted_away(stores: &Stores) {
    stocked(stores, "MUG", main(), 3).await;
    placed(stores, 1).await;
    let counted = |units, reason| Adjustment {
        sku: "MUG".parse().unwrap(),
        location: main(),
        change: StockChange::To(units),
        reason,
        actor: "test".into(),
        token: format!("count {units}"),
        at: noon(),
    };

    let refusal = stores.stock.adjust(counted(0, AdjustmentReason::Count)).await;
    let is_refused =
        matches!(refusal, Err(ecom67_app::port::AdjustError::Refused(StockRefusal::BelowHeld { held: 1 })));
    assert!(is_refused, "{refusal:?}");
    stores.stock.adjust(counted(0, AdjustmentReason::Loss)).await.unwrap();

    let [ref reason] = refused(stores, placing(&order(2))).await[..] else { panic!("one reason") };
    assert!(matches!(reason, OrderRefused::Stock { available: 0, .. }), "{reason:?}");
}

pub async fn of_a_cart_that_was_changed_meanwhile_no_order_is_made(stores: &Stores) {
    stocked(stores, "MUG", main(), 64).await;
    let (_, mut cart) = a_cart_of(stores, 1).await;
    cart.begin_checkout(OrderId::new(1), &order(1).content, noon());
    let mut tasks = JoinSet::new();
    for number in 0..32 {
        let (stores, mut cart) = (stores.clone(), cart.clone());
        tasks.spawn(async move {
            let mut order = order(number + 1);
            order.cart = cart.id;
            cart.begin_checkout(order.id, &order.content, noon());
            let request = request(&order, &format!("key-{number}"));
            let write = OrderWrite::Place { contact: Box::new(contact()), request };
            stores.orders.commit(OrderCommit { write, cart: Some((cart, Version::FIRST)), ..placing(&order) }).await
        });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(available(stores, "MUG").await, 63);
}

pub async fn what_happened_to_an_order_tells_what_it_is(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let mut read = placed(stores, 1).await;
    let total = read.value.content.totals.total;
    let steps: [fn(&Order, Money, Timestamp) -> OrderEvent; 5] = [
        |order, _, at| order.extend_hold(SignedDuration::from_mins(10), at).unwrap(),
        |order, total, _| order.authorise(Some("pi_1".parse().unwrap()), total).unwrap().unwrap(),
        |order, total, _| order.pay(total).unwrap().unwrap(),
        |order, total, at| order.request_refund(total, at).unwrap().remove(0),
        |order, _, _| order.settle_refund(1, RefundState::Succeeded, Some("re_1".parse().unwrap())).unwrap(),
    ];
    for (minute, next) in (1..).zip(steps) {
        let at = noon() + SignedDuration::from_mins(minute);
        let event = next(&read.value, total, at);
        stores.orders.commit(step(&read, event, at)).await.unwrap();
        read = found(stores, read.value.id).await;
    }

    let envelopes = stores.orders.events(read.value.id).await.unwrap();

    let versions: Vec<u64> = envelopes.iter().map(|envelope| envelope.version.0).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
    let events = envelopes.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    assert_eq!(Order::replay(events), Some(read.value));
}

pub async fn orders_are_due_when_something_is_to_be_done(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    let minutes = |minutes| noon() + SignedDuration::from_mins(minutes);
    for (number, minute) in [(1, 15), (2, 5), (3, 25)] {
        let mut order = order(number);
        order.task = Task::due(minutes(minute));
        order.hold_until = minutes(minute);
        stores.orders.commit(placing(&order)).await.unwrap();
    }
    let due = async |minute| {
        let due = stores.orders.due(minutes(minute), 10).await.unwrap();
        due.into_iter().map(OrderId::number).collect::<Vec<_>>()
    };

    assert_eq!(due(4).await, Vec::<u128>::new());
    assert_eq!(due(15).await, [2, 1]);
    assert_eq!(stores.orders.due(minutes(30), 2).await.unwrap().len(), 2);

    let read = found(stores, OrderId::new(2)).await;
    let mut paid = step(&read, OrderEvent::Authorised { payment: None }, minutes(5));
    paid.order.apply(&OrderEvent::Paid, minutes(5));
    paid.events.push(OrderEvent::Paid);
    stores.orders.commit(paid).await.unwrap();
    assert_eq!(due(15).await, [1]);
}

pub async fn orders_are_listed_from_the_newest_to_the_first_by_their_state(stores: &Stores) {
    stocked(stores, "MUG", main(), 9).await;
    for number in 1..=5 {
        let read = placed(stores, number).await;
        if number % 2 == 0 {
            stores.orders.commit(step(&read, OrderEvent::Authorised { payment: None }, noon())).await.unwrap();
        }
    }
    let listed = async |state, before: Option<u128>, limit| {
        let orders = stores.orders.list(OrderFilter { state }, before.map(OrderId::new), limit).await.unwrap();
        orders.into_iter().map(|order| order.value.id.number()).collect::<Vec<_>>()
    };

    assert_eq!(listed(None, None, 3).await, [5, 4, 3]);
    assert_eq!(listed(None, Some(3), 3).await, [2, 1]);
    assert_eq!(listed(Some("capturing"), None, 3).await, [4, 2]);
    assert_eq!(listed(Some("pending_payment"), Some(5), 1).await, [3]);
    assert_eq!(listed(Some("cancelled"), None, 3).await, Vec::<u128>::new());
}

pub async fn a_thing_to_do_that_failed_is_put_off_without_an_event(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    let read = placed(stores, 1).await;
    let later = noon() + SignedDuration::from_hours(1);
    let failure = TaskFailure { since: noon(), why: "the provider failed with status 500".into() };
    let mut order = read.value.clone();
    let task = Task { due_at: Some(later), attempt: 2, failures: 3, refusals: 0, failure: Some(failure), ..Task::NONE };
    order.task = task.after_failed_refund(1);
    let put_off = OrderCommit {
        order: order.clone(),
        write: OrderWrite::Move { read_at: read.version },
        events: vec![],
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
    };

    stores.orders.commit(put_off).await.unwrap();

    let kept = found(stores, order.id).await;
    assert_eq!((kept.version, &kept.value.task), (Version(2), &order.task));
    assert_eq!(stores.orders.events(order.id).await.unwrap().len(), 1);
    assert_eq!(stores.orders.due(noon() + SignedDuration::from_mins(59), 10).await.unwrap(), []);
}
