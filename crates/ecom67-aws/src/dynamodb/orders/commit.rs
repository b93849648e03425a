//! What a commit writes, and what it means where one of its conditions does not hold.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::{
    MeterWrite, OrderCommit, OrderCommitError, OrderRefused, OrderWrite, StockWrite, StoreError, Stored,
};
use ecom67_domain::gift_card::{GiftCard, GiftCardEntry};
use ecom67_domain::order::Meter;
use ecom67_domain::{LocationCode, Sku, Version};
use uuid::Uuid;

use super::records::{
    USED, contact_item, envelope_item, is_not_remembered, number_item, order_item, read_owner, read_used, request_item,
    step,
};
use crate::dynamodb::call::Attempts;
use crate::dynamodb::gift_cards::Lapsing;
use crate::dynamodb::item::{Item, Reader, VERSION, number};
use crate::dynamodb::key::Key;
use crate::dynamodb::stock::{Demand, HoldChange, demand_of, read_record};
use crate::dynamodb::transaction::{Condition, Outcome, Refusal, Transaction};
use crate::dynamodb::{Table, carts, gift_cards};

/// What a condition of a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The order is as it was read, or new.
    Order,
    /// No other order has its number.
    Number,
    /// The request is not remembered.
    Request,
    /// The cart is as it was read.
    Cart,
    /// Enough is available to be held, or held to be free again.
    Stock(Sku, Demand),
    /// The limit is not reached.
    Spend(Meter),
    /// There is a use to be given back.
    Return(Meter),
    /// There is as much on the gift card as is taken of it, or nothing that has expired where something comes back.
    GiftCard(GiftCardEntry),
    /// What has expired of a gift card was not written off yet.
    WrittenOff,
    /// Nothing need hold.
    Nothing,
}

pub(super) async fn commit(table: &Table, asked: &OrderCommit) -> Result<Version, OrderCommitError> {
    let next = match asked.write {
        OrderWrite::Place { .. } => Version::FIRST,
        OrderWrite::Move { read_at } => read_at.next(),
    };
    let mut attempts = Attempts::within(table.patience);
    let (mut unused, mut lapsing, mut is_doubted) = (BTreeSet::new(), Lapsing::new(), false);
    loop {
        let transaction = writes(table, asked, next, &unused, &lapsing)?;
        let Some(refusals) = settle(table, &transaction, &mut attempts).await? else { return Ok(next) };
        let empty: Vec<_> = refusals.iter().filter_map(of_empty_meter).cloned().collect();
        let mut lapsed = Vec::new();
        for refusal in &refusals {
            lapsed.extend(of_lapsed_card(refusal)?);
        }
        let written_off = refusals.iter().filter(|refusal| matches!(refusal.why, Why::WrittenOff)).count();
        if empty.len() + lapsed.len() + written_off < refusals.len() {
            return Err(refused(asked, &refusals));
        }
        if written_off == refusals.len() {
            // Another order has just written it off, and its card is about to tell so. Where it does not, that is damage.
            if is_doubted {
                return Err(refused(asked, &refusals));
            }
            is_doubted = true;
            lapsing.clear();
            attempts.pause().await?;
        }
        if !empty.is_empty() {
            // A use that was never counted must not keep an order from being cancelled.
            let meters = empty.len();
            tracing::warn!(order.id = %asked.order.id, meters, "a use to be given back was never counted");
        }
        unused.extend(empty);
        for card in lapsed {
            if lapsing.insert(card.id, card).is_some() {
                // Another order gives something back to it as well.
                attempts.pause().await?;
            }
        }
    }
}

fn of_empty_meter(refusal: &Refusal<Why>) -> Option<&Meter> {
    if let Why::Return(meter) = &refusal.why { Some(meter) } else { None }
}

/// The card to which money was to come back that has something on it which has expired.
fn of_lapsed_card(refusal: &Refusal<Why>) -> Result<Option<GiftCard>, StoreError> {
    match &refusal.why {
        Why::GiftCard(entry) => gift_cards::lapsed(entry, refusal.item.as_ref()),
        _ => Ok(None),
    }
}

/// Sends the writes until they are made, which is `None`, or refused.
///
/// All tries have one token. So one whose answer was lost is asked for again, and is not refused because of itself.
async fn settle(
    table: &Table,
    transaction: &Transaction<Why>,
    attempts: &mut Attempts,
) -> Result<Option<Vec<Refusal<Why>>>, StoreError> {
    let token = Uuid::now_v7().to_string();
    let mut is_unknown = false;
    loop {
        match transaction.clone().commit_once(table, &token).await {
            Ok(Outcome::Committed) => return Ok(None),
            Ok(Outcome::Refused(refusals)) => return Ok(Some(refusals)),
            Ok(Outcome::Conflict) => {}
            Err(StoreError::OutcomeUnknown) => is_unknown = true,
            Err(_) if is_unknown => return Err(StoreError::OutcomeUnknown),
            Err(error) => return Err(error),
        }
        attempts.pause().await.map_err(|busy| if is_unknown { StoreError::OutcomeUnknown } else { busy })?;
    }
}

/// All writes of a commit, but for the uses that were never counted, and with what has expired of the cards that are
/// known to be lapsing.
fn writes(
    table: &Table,
    asked: &OrderCommit,
    next: Version,
    unused: &BTreeSet<Meter>,
    lapsing: &Lapsing,
) -> Result<Transaction<Why>, StoreError> {
    let order = &asked.order;
    let mut transaction = Transaction::new();
    match &asked.write {
        OrderWrite::Place { contact, request } => {
            transaction.put(table, order_item(order, next)?, Condition::absent(), Why::Order)?;
            transaction.put(table, number_item(order), Condition::absent(), Why::Number)?;
            transaction.put(table, request_item(request), is_not_remembered(asked.at), Why::Request)?;
            transaction.put(table, contact_item(order.id, contact)?, Condition::always(), Why::Nothing)?;
        }
        OrderWrite::Move { read_at } => {
            let (change, condition) = step(order, *read_at)?;
            transaction.update(table, &Key::order(order.id), change, condition, Why::Order)?;
        }
    }
    if let Some(envelope) = envelope_item(asked, next)? {
        transaction.put(table, envelope, Condition::always(), Why::Nothing)?;
    }
    if let Some((cart, read_at)) = &asked.cart {
        let stored = Stored { value: cart.clone(), version: read_at.next() };
        let as_read = Condition::new("#version = :version").name("#version", VERSION);
        transaction.put(table, carts::item(&stored)?, as_read.value(":version", number(read_at.0)), Why::Cart)?;
    }
    let change = match asked.stock {
        StockWrite::Keep => None,
        StockWrite::Hold => Some(HoldChange::Hold),
        StockWrite::Release => Some(HoldChange::Release),
    };
    if let Some(change) = change {
        for (sku, demand) in demand_of(&order.holds) {
            change.write(&mut transaction, table, sku, &demand, Why::Stock(sku.clone(), demand.clone()))?;
        }
    }
    match &asked.meters {
        MeterWrite::Keep => {}
        MeterWrite::Spend(limits) => {
            for (meter, limit) in order.uses.iter().zip(limits) {
                count(&mut transaction, table, meter, 1, below(*limit), Why::Spend(meter.clone()))?;
            }
        }
        MeterWrite::Return(meters) => {
            for meter in meters.iter().filter(|meter| !unused.contains(meter)) {
                let is_used = Condition::new("#used > :none").value(":none", number(0));
                count(&mut transaction, table, meter, -1, is_used, Why::Return(meter.clone()))?;
            }
        }
    }
    gift_cards::write(&mut transaction, table, asked, lapsing, Why::GiftCard, &Why::Nothing, &Why::WrittenOff)?;
    Ok(transaction)
}

/// Something was used less often than it may be. What was never used has no item.
fn below(limit: Option<u32>) -> Condition {
    match limit {
        None => Condition::always(),
        Some(0) => Condition::new("#used < :limit").value(":limit", number(0)),
        Some(limit) => {
            Condition::new("attribute_not_exists(#used) OR #used < :limit").value(":limit", number(limit.into()))
        }
    }
}

fn count(
    transaction: &mut Transaction<Why>,
    table: &Table,
    meter: &Meter,
    by: i32,
    condition: Condition,
    why: Why,
) -> Result<(), StoreError> {
    let condition = condition.name("#used", USED).value(":by", AttributeValue::N(by.to_string()));
    transaction.update(table, &Key::meter(meter), "ADD #used :by", condition, why)
}

/// All that stood in the way of a commit, or what is damaged where nothing did.
fn refused(asked: &OrderCommit, refusals: &[Refusal<Why>]) -> OrderCommitError {
    let (mut reasons, mut damages) = (Vec::new(), Vec::new());
    for refusal in refusals {
        match reasons_of(asked, refusal) {
            Ok(told) => reasons.extend(told),
            Err(damage) => damages.push(damage),
        }
    }
    if !reasons.is_empty() {
        return OrderCommitError::Refused(reasons);
    }
    let unexplained = || StoreError::failed(format!("nothing stands against the commit of {}", asked.order.id));
    damages.into_iter().next().unwrap_or_else(unexplained).into()
}

fn version_of(item: Option<&Item>) -> Result<Option<Version>, StoreError> {
    item.map(|item| Reader::new(item).version()).transpose()
}

fn reasons_of(asked: &OrderCommit, refusal: &Refusal<Why>) -> Result<Vec<OrderRefused>, StoreError> {
    let item = refusal.item.as_ref();
    match &refusal.why {
        Why::Order => Ok(vec![OrderRefused::OrderStale { present: version_of(item)? }]),
        Why::Number => {
            let is_own = item.map(read_owner).transpose()? == Some(asked.order.id);
            Ok(if is_own { vec![] } else { vec![OrderRefused::NumberTaken(asked.order.number)] })
        }
        Why::Request => Ok(vec![OrderRefused::RequestMade]),
        Why::Cart => Ok(vec![OrderRefused::CartStale { present: version_of(item)? }]),
        Why::Stock(sku, demand) => short_of(asked, sku, demand, item),
        Why::Spend(meter) => Ok(vec![OrderRefused::Limit { meter: meter.clone(), used: read_used(item)? }]),
        Why::GiftCard(entry) => gift_cards::refused(entry, item),
        Why::Return(_) | Why::WrittenOff | Why::Nothing => Ok(vec![]),
    }
}

/// The locations at which less is available than is to be held.
fn short_of(
    asked: &OrderCommit,
    sku: &Sku,
    demand: &Demand,
    item: Option<&Item>,
) -> Result<Vec<OrderRefused>, StoreError> {
    if asked.stock == StockWrite::Release {
        let key = Key::stock(sku).to_string();
        return Err(StoreError::Unreadable { key, reason: "less is held than orders hold".to_owned() });
    }
    let levels = item.map(read_record).transpose()?.map(|record| record.levels).unwrap_or_default();
    let available = |location: &LocationCode| levels.get(location).map_or(0, |level| level.available());
    let short = demand.iter().filter(|(location, units)| available(location) < **units);
    let told = short.map(|(location, units)| OrderRefused::Stock {
        sku: sku.clone(),
        location: location.clone(),
        asked: u32::try_from(*units).unwrap_or(u32::MAX),
        available: available(location),
    });
    Ok(told.collect())
}
