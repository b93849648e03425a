//! The shop's side: its orders with their events, its stock, what is counted because it is limited, and its carts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecom67_app::port::{
    CartStore, GIFT_CARDS_PAGE_MAX, GiftCardStore, LegalTexts, ORDERS_PAGE_MAX, OrderEnvelope, OrderFilter, OrderStore,
    PAGE_MAX, StockStore, StoreError,
};
use ecom67_app::recount::{Finding, Recount, Repair};
use ecom67_domain::cart::CartKey;
use ecom67_domain::gift_card::{GiftCard, GiftCardEntry};
use ecom67_domain::order::{LegalTextDigest, Meter};
use ecom67_domain::stock::StockRecord;
use ecom67_domain::{CartId, Order};
use jiff::Timestamp;

/// Meters that are asked for at once.
const METERS_AT_ONCE: usize = 100;

/// An order with what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRecord {
    /// The order as it is.
    pub order: Order,
    /// What each commit told of it.
    pub events: Vec<OrderEnvelope>,
}

/// A gift card with its ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftCardRecord {
    /// The card as it is.
    pub card: GiftCard,
    /// What changed its balance.
    pub entries: Vec<GiftCardEntry>,
}

/// What the shop has written down.
#[derive(Clone, Debug, Default)]
pub struct ShopRecords {
    /// Every order.
    pub orders: Vec<OrderRecord>,
    /// Every stock record.
    pub stock: Vec<StockRecord>,
    /// Stock records that are not what their ledgers add up to.
    pub miscounted: Vec<Finding>,
    /// How often each thing that any order has used was used.
    pub used: BTreeMap<Meter, u32>,
    /// Every gift card.
    pub gift_cards: Vec<GiftCardRecord>,
    /// The texts under which orders were placed, of those that are kept.
    pub legal_texts: BTreeSet<LegalTextDigest>,
    /// The versions of carts that were asked for, of those that are there.
    pub carts: BTreeMap<CartId, u64>,
}

impl ShopRecords {
    /// Reads all of a shop that is at rest, and the carts that `carts` open.
    pub async fn read<Store>(store: &Arc<Store>, carts: &[CartKey], now: Timestamp) -> Result<Self, StoreError>
    where
        Store: OrderStore + StockStore + CartStore + GiftCardStore + LegalTexts + 'static,
    {
        let recount = Recount { stock: Arc::clone(store) as _ };
        let mut records = Self {
            orders: orders(&**store).await?,
            stock: stock(&**store).await?,
            gift_cards: gift_cards(&**store).await?,
            miscounted: recount.run(Repair::No, |_| {}).await?.findings,
            ..Self::default()
        };
        let meters: BTreeSet<&Meter> = records.orders.iter().flat_map(|record| &record.order.uses).collect();
        let meters: Vec<Meter> = meters.into_iter().cloned().collect();
        for some in meters.chunks(METERS_AT_ONCE) {
            records.used.extend(some.iter().cloned().zip(store.used(some).await?));
        }
        let texts = records.orders.iter().flat_map(|record| &record.order.content.legal_texts);
        let texts: BTreeSet<LegalTextDigest> = texts.map(|text| text.digest).collect();
        for digest in texts {
            let found = LegalTexts::find(&**store, digest).await?;
            records.legal_texts.extend(found.map(|_| digest));
        }
        for key in carts {
            let found = CartStore::find(&**store, *key, now).await?;
            records.carts.extend(found.map(|cart| (key.id, cart.version.0)));
        }
        Ok(records)
    }
}

async fn orders(store: &dyn OrderStore) -> Result<Vec<OrderRecord>, StoreError> {
    let (mut orders, mut before) = (Vec::new(), None);
    loop {
        let page = store.list(OrderFilter::default(), before, ORDERS_PAGE_MAX).await?;
        let is_last = page.len() < ORDERS_PAGE_MAX;
        before = page.last().map(|order| order.value.id);
        for order in page {
            let events = store.events(order.value.id).await?;
            orders.push(OrderRecord { order: order.value, events });
        }
        if is_last {
            return Ok(orders);
        }
    }
}

async fn stock(store: &dyn StockStore) -> Result<Vec<StockRecord>, StoreError> {
    let mut stock: Vec<StockRecord> = Vec::new();
    loop {
        let page = store.list(stock.last().map(|record| &record.sku), PAGE_MAX).await?;
        let is_last = page.len() < PAGE_MAX;
        stock.extend(page);
        if is_last {
            return Ok(stock);
        }
    }
}

async fn gift_cards(store: &dyn GiftCardStore) -> Result<Vec<GiftCardRecord>, StoreError> {
    let (mut records, mut before) = (Vec::new(), None);
    loop {
        let page = store.list(before, GIFT_CARDS_PAGE_MAX).await?;
        let is_last = page.len() < GIFT_CARDS_PAGE_MAX;
        before = page.last().map(|card| card.id);
        for card in page {
            let mut entries: Vec<GiftCardEntry> = Vec::new();
            loop {
                let after = entries.last().map(|entry| entry.what);
                let some = store.entries(card.id, after, GIFT_CARDS_PAGE_MAX).await?;
                let are_last = some.len() < GIFT_CARDS_PAGE_MAX;
                entries.extend(some);
                if are_last {
                    break;
                }
            }
            records.push(GiftCardRecord { card, entries });
        }
        if is_last {
            return Ok(records);
        }
    }
}
