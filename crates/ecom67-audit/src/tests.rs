//! A sound shop, and what each bug would leave of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecom67_app::port::OrderEnvelope;
use ecom67_domain::cart::CapabilityDigest;
use ecom67_domain::gift_card::{GiftCard, GiftCardCode, GiftCardEntry, GiftCardMove, RETURNED_MONEY_LASTS};
use ecom67_domain::order::{CancelReason, Meter, OrderEvent, OrderState, Refund, RefundState, Task};
use ecom67_domain::stock::{StockLevel, StockRecord};
use ecom67_domain::{
    CartId, GiftCardId, LocationCode, Money, Order, OrderId, OrderNumber, QuantityLimits, Sku, Version,
};
use ecom67_testkit::{a_legal_text, an_order, noon, paid_with};
use jiff::SignedDuration;

use crate::{
    Audit, Deed, DeedKind, Evidence, FIRST_MAX, Fault, GiftCardRecord, Limits, OrderLimits, OrderRecord, ShopRecords,
    Told, ToldOrder, audit, read_ledger,
};

const TOTAL: i64 = 3_172;

/// What a gift card pays for the orders 2 and 3.
const BY_GIFT_CARD: i64 = 1_000;

fn placed(number: u64) -> Order {
    let mut order = an_order();
    order.id = OrderId::new(number.into());
    order.number = OrderNumber::drawn(number);
    order.cart = CartId::new(number.into());
    order.capability = CapabilityDigest([7; 32]);
    order.back_orders.clear();
    Arc::make_mut(&mut order.content).gifts.clear();
    order.refunds.clear();
    if number == 2 || number == 3 { paid_with(order, &[(GiftCardId::new(1), BY_GIFT_CARD)]) } else { order }
}

/// A card with 50.00, of which the order 2 has taken some, and the order 3 did and has given it back.
fn a_gift_card() -> GiftCardRecord {
    let code = GiftCardCode::drawn([1; 32]);
    let euros = |minor| Money::new(minor, "EUR".parse().unwrap());
    let card = GiftCard {
        id: GiftCardId::new(1),
        digest: code.digest(&[0; 32]),
        hint: code.hint(),
        issued: euros(5_000),
        balance: euros(5_000 - BY_GIFT_CARD),
        issued_at: noon(),
        expires_at: None,
        returned_at: Some(noon()),
        blocked_at: None,
        note: None,
    };
    let entry = |what, minor| GiftCardEntry {
        card: card.id,
        what,
        amount: euros(minor),
        at: noon(),
        actor: "test".into(),
        note: None,
    };
    let entries = vec![
        entry(GiftCardMove::Issued, 5_000),
        entry(GiftCardMove::Spent(OrderId::new(2)), -BY_GIFT_CARD),
        entry(GiftCardMove::Spent(OrderId::new(3)), -BY_GIFT_CARD),
        entry(GiftCardMove::Returned(OrderId::new(3)), BY_GIFT_CARD),
    ];
    GiftCardRecord { card, entries }
}

/// The order after these events, a second apart.
fn record(placed: &Order, events: Vec<OrderEvent>) -> OrderRecord {
    record_of(placed, events, SignedDuration::from_secs(1))
}

/// The order after these events, so far apart.
fn record_of(placed: &Order, events: Vec<OrderEvent>, pause: SignedDuration) -> OrderRecord {
    let mut order = placed.clone();
    let mut envelopes = Vec::new();
    for (index, event) in (0_i32..).zip([OrderEvent::Placed(Box::new(placed.clone()))].into_iter().chain(events)) {
        let at = noon() + pause * index;
        order.apply(&event, at);
        let version = Version(u64::from(index.unsigned_abs()) + 1);
        envelopes.push(OrderEnvelope { order: placed.id, version, at, events: vec![event] });
    }
    OrderRecord { order, events: envelopes }
}

fn payment_of(number: u64) -> String {
    format!("pi_sim{number:016x}")
}

fn paid(number: u64) -> OrderRecord {
    let payment = Some(payment_of(number).parse().unwrap());
    record(&placed(number), vec![OrderEvent::Authorised { payment }, OrderEvent::Paid])
}

fn cancelled(number: u64) -> OrderRecord {
    let reason = CancelReason::Shopper;
    record(&placed(number), vec![OrderEvent::CancellationBegun { reason }, OrderEvent::Cancelled { reason }])
}

fn deed(number: u64, deed: DeedKind) -> Deed {
    Deed {
        at: noon().as_second() + 1,
        deed,
        amount: placed(number).content.totals.due.minor(),
        currency: Some("eur".to_owned()),
        payment_intent: Some(payment_of(number)),
        order_id: Some(OrderId::new(number.into()).to_string()),
    }
}

fn told(number: u64, state: &str) -> Told {
    let order = placed(number);
    Told::Order(ToldOrder {
        cart: order.cart,
        order: order.id,
        number: order.number.to_string(),
        state: state.to_owned(),
        total: TOTAL,
        units: BTreeMap::from([("MUG".parse().unwrap(), 2)]),
    })
}

fn mug() -> Sku {
    "MUG".parse().unwrap()
}

fn level(evidence: &mut Evidence) -> &mut StockLevel {
    evidence.shop.stock[0].levels.values_mut().next().unwrap()
}

/// Orders 1 and 2 are paid, 3 is cancelled; both buyers of the paid ones were told so.
fn sound() -> Evidence {
    let orders = vec![paid(1), paid(2), cancelled(3)];
    let used = [(&orders[0], 2)].into_iter().flat_map(|(record, used)| {
        record.order.uses.iter().map(move |meter| (meter.clone(), used)).collect::<Vec<_>>()
    });
    let used = used.collect();
    let levels = BTreeMap::from([(LocationCode::main(), StockLevel { on_hand: 5, held: 4 })]);
    let paid_deeds = [DeedKind::Created, DeedKind::Declined, DeedKind::Authorised, DeedKind::Captured];
    let cancelled_deeds = [DeedKind::Created, DeedKind::Cancelled];
    Evidence {
        ledger: [1, 2]
            .into_iter()
            .flat_map(|number| paid_deeds.map(|kind| deed(number, kind)))
            .chain(cancelled_deeds.map(|kind| deed(3, kind)))
            .collect(),
        shop: ShopRecords {
            orders,
            stock: vec![StockRecord { sku: mug(), levels, entries: 1 }],
            miscounted: Vec::new(),
            used,
            gift_cards: vec![a_gift_card()],
            legal_texts: BTreeSet::from([a_legal_text().digest()]),
            carts: BTreeMap::from([(CartId::new(1), 4)]),
        },
        told: vec![
            told(1, "pending_payment"),
            told(1, "paid"),
            told(2, "capturing"),
            told(3, "cancelled"),
            Told::Cart { cart: CartId::new(1), version: 3 },
            Told::SetAside { payment: payment_of(1) },
        ],
        stocked: BTreeMap::from([(mug(), 5)]),
        limits: BTreeMap::from([("welcome".parse().unwrap(), Limits { in_all: Some(2), per_customer: Some(2) })]),
        order_limits: OrderLimits::default(),
        at: noon() + SignedDuration::from_hours(1),
    }
}

/// What is found once `plant` has been there.
fn found(plant: impl FnOnce(&mut Evidence)) -> Audit {
    let mut evidence = sound();
    plant(&mut evidence);
    audit(&evidence)
}

/// It is found, and nothing else is.
fn only(fault: Fault, plant: impl FnOnce(&mut Evidence)) {
    let audit = found(plant);
    assert!(audit.count(fault) > 0, "{}:\n{audit}", fault.as_str());
    assert_eq!(audit.found().count(), 1, "{}:\n{audit}", fault.as_str());
}

#[test]
fn with_a_sound_shop_nothing_is_found() {
    let audit = audit(&sound());

    assert!(audit.is_clean(), "{audit}");
    let data = serde_json::to_value(&audit).unwrap();
    assert_eq!(data.as_object().unwrap().len(), Fault::ALL.len(), "what was looked for is told as well");
    assert_eq!(data["oversold"]["count"], 0);
}

#[test]
fn a_promise_that_nothing_stands_behind_is_oversold() {
    only(Fault::Oversold, |evidence| level(evidence).held = 2);
    only(Fault::Oversold, |evidence| {
        level(evidence).on_hand = 3;
        evidence.stocked.clear();
    });
    only(Fault::Oversold, |evidence| {
        evidence.shop.orders[0] = paid_without_holds();
        level(evidence).held = 2;
    });
    only(Fault::Oversold, |evidence| evidence.shop.stock.clear());
}

fn paid_without_holds() -> OrderRecord {
    let mut placed = placed(1);
    placed.holds.clear();
    record(&placed, vec![OrderEvent::Authorised { payment: Some(payment_of(1).parse().unwrap()) }, OrderEvent::Paid])
}

#[test]
fn what_buyers_were_told_is_theirs_counts_whatever_the_shop_says() {
    let audit = found(|evidence| {
        evidence.told.extend([told(2, "paid"), told(4, "paid")]);
    });

    assert_eq!((audit.count(Fault::Oversold), audit.count(Fault::PaidOrdersLost)), (1, 1), "{audit}");
}

#[test]
fn a_second_charge_is_found_wherever_it_hides() {
    only(Fault::DoubleCharges, |evidence| {
        evidence.ledger.push(Deed { payment_intent: Some("pi_2".into()), ..deed(1, DeedKind::Cancelled) });
    });
    let twice = found(|evidence| evidence.ledger.push(deed(1, DeedKind::Captured)));
    assert!(twice.count(Fault::DoubleCharges) > 0, "{twice}");
    let two_orders = found(|evidence| {
        let cart = evidence.shop.orders[0].order.cart;
        evidence.shop.orders[1].order.cart = cart;
    });
    assert!(two_orders.count(Fault::DoubleCharges) > 0, "{two_orders}");
}

#[test]
fn money_without_an_order_is_found() {
    let gone = found(|evidence| {
        evidence.shop.orders.remove(0);
    });
    assert_eq!((gone.count(Fault::ChargesWithoutOrder), gone.count(Fault::PaidOrdersLost)), (1, 1), "{gone}");
    only(Fault::ChargesWithoutOrder, |evidence| {
        evidence.shop.orders[2].events.insert(1, authorised_of_the_cancelled());
        let events = evidence.shop.orders[2]
            .events
            .iter()
            .flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
        evidence.shop.orders[2].order = Order::replay(events).unwrap();
        evidence.ledger.pop();
        evidence.ledger.extend([deed(3, DeedKind::Authorised), deed(3, DeedKind::Captured)]);
    });
    only(Fault::ChargesWithoutOrder, |evidence| {
        for deed in evidence.ledger.iter_mut().filter(|deed| deed.deed == DeedKind::Captured) {
            deed.amount += 1;
        }
    });
}

fn authorised_of_the_cancelled() -> OrderEnvelope {
    let events = vec![OrderEvent::Authorised { payment: Some(payment_of(3).parse().unwrap()) }];
    OrderEnvelope { order: OrderId::new(3), version: Version(2), at: noon(), events }
}

#[test]
fn money_that_was_taken_before_the_goods_were_held_for_good_is_found() {
    only(Fault::ChargesWithoutOrder, |evidence| {
        for deed in &mut evidence.ledger {
            deed.at -= 60;
        }
    });
    only(Fault::ChargesWithoutOrder, |evidence| {
        evidence.ledger.pop();
        evidence
            .ledger
            .extend([DeedKind::Authorised, DeedKind::Captured, DeedKind::Refunded].map(|kind| deed(3, kind)));
    });
}

#[test]
fn an_order_that_nobody_has_paid_is_found() {
    only(Fault::PaidWithoutCharge, |evidence| {
        evidence
            .ledger
            .retain(|deed| deed.deed == DeedKind::Created || deed.order_id != Some(OrderId::new(1).to_string()));
        evidence.ledger.push(deed(1, DeedKind::Cancelled));
        evidence.told.retain(|told| !matches!(told, Told::SetAside { .. }));
    });
}

#[test]
fn what_was_told_and_is_lost_is_found() {
    only(Fault::AcknowledgedWritesLost, |evidence| evidence.told.push(told(4, "pending_payment")));
    only(Fault::AcknowledgedWritesLost, |evidence| evidence.told.push(told(1, "cancelled")));
    only(Fault::AcknowledgedWritesLost, |evidence| {
        evidence.shop.carts.clear();
    });
    only(Fault::AcknowledgedWritesLost, |evidence| {
        evidence.shop.carts.insert(CartId::new(1), 2);
    });
    only(Fault::AcknowledgedWritesLost, |evidence| evidence.told.push(Told::SetAside { payment: payment_of(3) }));
    only(Fault::AcknowledgedWritesLost, |evidence| {
        let Told::Order(order) = told(1, "paid") else { unreachable!("it is one") };
        evidence.told.push(Told::Order(ToldOrder { total: 1, ..order }));
    });
    only(Fault::PaidOrdersLost, |evidence| evidence.told.push(told(3, "paid")));
}

#[test]
fn what_is_never_done_is_found() {
    let pending = || record(&placed(4), Vec::new());
    let add = |evidence: &mut Evidence| {
        evidence.shop.orders.push(pending());
        for used in evidence.shop.used.values_mut() {
            *used += 1;
        }
        level(evidence).held += 2;
        level(evidence).on_hand += 2;
        evidence.stocked.clear();
        evidence.limits.clear();
    };
    only(Fault::StuckWorkflows, add);
    assert!(
        found(|evidence| {
            add(evidence);
            evidence.at = noon();
        })
        .is_clean(),
        "there is still time to pay"
    );
    only(Fault::StuckWorkflows, |evidence| {
        evidence.ledger.pop();
    });
    only(Fault::StuckWorkflows, |evidence| evidence.shop.orders[0].order.task.due_at = Some(noon()));
}

#[test]
fn a_coupon_that_was_used_too_often_is_found() {
    only(Fault::CouponOveruse, |evidence| {
        evidence.limits.insert("welcome".parse().unwrap(), Limits { in_all: Some(1), per_customer: None });
    });
    only(Fault::CouponOveruse, |evidence| {
        evidence.limits.insert("welcome".parse().unwrap(), Limits { in_all: None, per_customer: Some(1) });
    });
    let welcome = Meter::Promotion("welcome".parse().unwrap());
    only(Fault::CouponOveruse, |evidence| {
        evidence.shop.used.insert(welcome.clone(), 1);
    });
    only(Fault::CouponOveruse, |evidence| {
        evidence.shop.used.remove(&welcome);
    });
    only(Fault::RecordsDiffer, |evidence| {
        evidence.shop.used.insert(welcome.clone(), 3);
    });
}

#[test]
fn an_order_of_more_or_fewer_units_than_one_may_have_is_found() {
    let limited = |evidence: &mut Evidence, min, max, step| {
        let limits = QuantityLimits::new(Some(min), Some(max), Some(step)).unwrap();
        evidence.order_limits.quantities.insert(mug(), limits);
    };

    only(Fault::BeyondLimits, |evidence| limited(evidence, 1, 1, 1));
    only(Fault::BeyondLimits, |evidence| limited(evidence, 3, 9, 3));
    assert!(found(|evidence| limited(evidence, 2, 6, 2)).is_clean());
}

#[test]
fn a_customer_with_more_unpaid_orders_at_once_than_may_be_is_found_by_who_they_are() {
    let slow = |evidence: &mut Evidence, most| {
        for number in [1, 2] {
            let payment = Some(payment_of(number).parse().unwrap());
            let events = vec![OrderEvent::Authorised { payment }, OrderEvent::Paid];
            let record = record_of(&placed(number), events, SignedDuration::from_secs(30));
            evidence.shop.orders[usize::try_from(number).unwrap() - 1] = record;
        }
        evidence.ledger.iter_mut().for_each(|deed| deed.at += 60);
        evidence.order_limits.open_of_customer = Some(most);
    };

    only(Fault::BeyondLimits, |evidence| slow(evidence, 1));
    assert!(found(|evidence| slow(evidence, 2)).is_clean());
}

/// The balance and the ledger change together.
fn changed(evidence: &mut Evidence, place: usize, minor: i64) {
    let GiftCardRecord { card, entries } = &mut evidence.shop.gift_cards[0];
    let by = |money: Money| Money::new(money.minor() + minor, money.currency());
    card.balance = by(card.balance);
    entries[place].amount = by(entries[place].amount);
}

#[test]
fn a_gift_card_that_was_spent_twice_is_found() {
    // The order took nothing of it, so it can be spent again.
    only(Fault::GiftCardOveruse, |evidence| changed(evidence, 1, BY_GIFT_CARD));
    // It has paid more than was on it.
    only(Fault::GiftCardOveruse, |evidence| {
        let card = &mut evidence.shop.gift_cards[0].card;
        card.issued = Money::new(BY_GIFT_CARD - 1, card.issued.currency());
    });
    only(Fault::GiftCardOveruse, |evidence| evidence.shop.gift_cards.clear());
}

#[test]
fn money_that_never_came_back_to_a_gift_card_is_found() {
    only(Fault::GiftCardLosses, |evidence| changed(evidence, 3, -BY_GIFT_CARD));
    only(Fault::GiftCardLosses, |evidence| {
        give_all_back(evidence, |_| {});
    });
}

/// The order 2 gives all back: what was charged by its first refund, what its gift card paid by its second, which is `changed`.
/// The card has nothing of it yet.
fn give_all_back(evidence: &mut Evidence, changed: impl Fn(&mut Refund)) {
    let paid = Order { state: OrderState::Paid, ..placed(2) };
    let mut requested = paid.request_refund(Money::new(TOTAL, "EUR".parse().unwrap()), noon()).unwrap();
    if let Some(OrderEvent::RefundRequested { refund, .. }) = requested.get_mut(1) {
        changed(refund);
    }
    let settled =
        [1, 2].map(|number| OrderEvent::RefundSettled { number, state: RefundState::Succeeded, provider_id: None });
    let payment = Some(payment_of(2).parse().unwrap());
    let begun = vec![OrderEvent::Authorised { payment }, OrderEvent::Paid];
    evidence.shop.orders[1] = record(&placed(2), begun.into_iter().chain(requested).chain(settled).collect());
    evidence.ledger.push(deed(2, DeedKind::Refunded));
}

/// The card has got `minor` of the order's second refund.
fn given_to_card(evidence: &mut Evidence, minor: i64) {
    let GiftCardRecord { card, entries } = &mut evidence.shop.gift_cards[0];
    let amount = Money::new(minor, card.balance.currency());
    card.balance = Money::new(card.balance.minor() + minor, card.balance.currency());
    let what = GiftCardMove::Refunded { order: OrderId::new(2), refund: 2 };
    entries.push(GiftCardEntry { card: card.id, what, amount, at: noon(), actor: "refund".into(), note: None });
}

#[test]
fn what_had_expired_when_money_came_back_is_no_loss_and_nothing_else_is_written_off() {
    let written_off = |expires_at, at| {
        found(move |evidence| {
            let GiftCardRecord { card, entries } = &mut evidence.shop.gift_cards[0];
            card.expires_at = expires_at;
            let currency = card.balance.currency();
            let (amount, what) = (Money::new(-100, currency), GiftCardMove::Expired { at });
            card.balance = Money::new(card.balance.minor() - 100, currency);
            entries.push(GiftCardEntry { card: card.id, what, amount, at, actor: "expiry".into(), note: None });
        })
    };

    assert!(written_off(Some(noon()), noon()).is_clean(), "it was written off as the money came back");
    for not_expired in [None, Some(noon() + SignedDuration::from_secs(1))] {
        assert!(!written_off(not_expired, noon()).is_clean());
    }
    // What the order 3 gave back at noon.
    let lasts_until = noon() + RETURNED_MONEY_LASTS;
    assert!(written_off(Some(noon()), lasts_until).is_clean());
    let early = written_off(Some(noon()), lasts_until - SignedDuration::from_secs(1));
    assert_eq!(early.count(Fault::GiftCardLosses), 1, "it could still be spent");
}

#[test]
fn terms_that_an_order_was_placed_under_and_that_are_not_kept_are_found() {
    only(Fault::TermsLost, |evidence| evidence.shop.legal_texts.clear());
}

#[test]
fn a_refund_that_gives_a_gift_card_more_than_it_paid_is_found() {
    assert!(
        found(|evidence| {
            give_all_back(evidence, |_| {});
            given_to_card(evidence, BY_GIFT_CARD);
        })
        .is_clean()
    );
    only(Fault::GiftCardOveruse, |evidence| {
        let more = |refund: &mut Refund| {
            let amount = Money::new(BY_GIFT_CARD + 1, refund.amount.currency());
            refund.amount = amount;
            refund.gift_cards[0].amount = amount;
        };
        give_all_back(evidence, more);
        given_to_card(evidence, BY_GIFT_CARD + 1);
    });
    only(Fault::GiftCardOveruse, |evidence| {
        give_all_back(evidence, |_| {});
        given_to_card(evidence, BY_GIFT_CARD + 1);
    });
}

#[test]
fn money_that_came_back_late_from_a_bank_is_with_the_shop_again() {
    only(Fault::ChargesWithoutOrder, |evidence| {
        let reason = CancelReason::NotCaptured;
        let payment = || payment_of(3).parse().unwrap();
        let begun = vec![OrderEvent::Authorised { payment: Some(payment()) }, OrderEvent::CancellationBegun { reason }];
        let cancelling = record(&placed(3), begun.clone()).order;
        let due = cancelling.content.totals.due;
        let none = Money::new(0, due.currency());
        let asked = cancelling.request_return(&payment(), due, none, noon()).unwrap();
        let settled = OrderEvent::RefundSettled { number: 1, state: RefundState::Failed, provider_id: None };
        let end = [asked, settled, OrderEvent::Cancelled { reason }];
        evidence.shop.orders[2] = record(&placed(3), begun.into_iter().chain(end).collect());
        evidence.shop.orders[2].order.task = Task::NONE;
        evidence.ledger.pop();
        let deeds = [DeedKind::Authorised, DeedKind::Captured, DeedKind::Refunded, DeedKind::RefundFailed];
        evidence.ledger.extend(deeds.map(|kind| deed(3, kind)));
    });
}

#[test]
fn a_gift_card_that_does_not_say_what_its_ledger_says_is_found() {
    only(Fault::RecordsDiffer, |evidence| {
        evidence.shop.gift_cards[0].entries.pop();
    });
}

#[test]
fn records_that_do_not_agree_are_found() {
    only(Fault::RecordsDiffer, |evidence| level(evidence).held = 5);
    only(Fault::RecordsDiffer, |evidence| {
        evidence.stocked.insert(mug(), 6);
    });
    only(Fault::RecordsDiffer, |evidence| evidence.shop.orders[0].order.paid_at = None);
    only(Fault::RecordsDiffer, |evidence| {
        evidence.ledger.push(Deed { amount: 5, ..deed(1, DeedKind::Refunded) });
    });
}

#[test]
fn offenders_are_named_up_to_a_bound_and_all_are_counted() {
    let audit = found(|evidence| evidence.told.extend((100..150).map(|number| told(number, "pending_payment"))));

    let (_, tally) = audit.found().next().unwrap();
    assert_eq!((tally.count, tally.first.len()), (50, FIRST_MAX));
}

#[test]
fn the_ledger_is_read_as_the_simulator_tells_it() {
    let line = r#"{"at":1764000000,"deed":"captured","amount":1940,"currency":"gbp","payment_intent":"pi_1","charge":"ch_1","refund":null,"order_id":"order_1","idempotency_key":"k"}"#;

    let deeds = read_ledger(&format!("{line}\n{line}\n")).unwrap();

    assert_eq!((deeds.len(), deeds[0].deed, deeds[0].amount), (2, DeedKind::Captured, 1_940));
    assert_eq!(read_ledger(&format!("{line}\nnonsense")).unwrap_err().line, 2);
    assert_eq!(OrderState::Paid.as_str(), "paid", "what buyers are told is told in the same words");
}
