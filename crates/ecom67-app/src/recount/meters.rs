//! Whether each meter counts as many uses as there are orders that use it. The shop goes on meanwhile.
//!
//! Orders are walked once, from the newest to the first. What is through, paid or cancelled, uses the same for ever; what is
//! not, or was placed as the count began, is looked at twice more where a meter differs: if nothing that uses the meter has moved
//! between both looks, what the meter said in between is to be what they saw.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use ecom67_domain::order::{Meter, OrderState};
use ecom67_domain::{Order, OrderId};
use jiff::{SignedDuration, Timestamp};

use super::{COUNT_ATTEMPTS, FINDINGS_MAX, Repair};
use crate::clock::Clock;
use crate::port::{METERS_PAGE_MAX, MeterStore, ORDERS_PAGE_MAX, OrderFilter, OrderStore, StoreError};

/// The most meters that are counted in one walk over the orders, some tens of megabytes; if there are more, there are more walks.
pub const METERS_AT_ONCE: usize = 200_000;

/// How long before the count an order was placed that is surely in every list, whatever clock it was placed by.
const SETTLES_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Counts what each meter should say.
#[derive(Clone)]
pub struct MeterRecount {
    /// What uses meters.
    pub orders: Arc<dyn OrderStore>,
    /// What they count.
    pub meters: Arc<dyn MeterStore>,
    /// The time, as orders are placed by it.
    pub clock: Arc<dyn Clock>,
    /// How many meters are counted in one walk: [`METERS_AT_ONCE`], but in tests.
    pub at_once: usize,
    /// How long the store's lists of orders may lag behind.
    pub lag: Duration,
}

/// What was counted, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeterReport {
    /// Meters that were counted.
    pub meters: u64,
    /// Orders that were looked at, once for each walk.
    pub orders: u64,
    /// Meters with which something is wrong.
    pub wrong: u64,
    /// Meters that were put right.
    pub repaired: u64,
    /// What is wrong, up to [`FINDINGS_MAX`].
    pub findings: Vec<MeterFinding>,
}

/// A meter that counts something else than its orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterFinding {
    /// The meter. People and networks are in its name by a digest under a secret of the shop alone.
    pub meter: Meter,
    /// What it counts.
    pub used: u32,
    /// How many orders use it; `None` where they changed each time they were counted.
    pub orders: Option<u32>,
}

impl std::fmt::Display for MeterFinding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { meter, used, orders } = self;
        match orders {
            Some(orders) => write!(formatter, "{meter}: {orders} orders use it, and it counts {used}"),
            None => write!(formatter, "{meter}: the orders that use it kept changing while they were counted"),
        }
    }
}

/// The meters of one walk: all of a stretch that begins at `from`, and ends where there are too many.
struct Walk {
    from: Option<Meter>,
    below: Option<Meter>,
    at_once: usize,
    tallies: BTreeMap<Meter, Tally>,
    /// Orders of which more may become.
    open: Vec<OrderId>,
    /// Orders that were placed since are looked at anew each time.
    recent: Timestamp,
}

/// What is known of a meter.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// What it counted before the walk.
    used: u32,
    /// Orders that use it for ever.
    settled: u32,
    /// Others that did as the walk came by.
    moving: u32,
}

/// What a look at the orders that may move has seen of a meter.
#[derive(Clone, Copy, Default)]
struct Seen {
    count: u32,
    /// Another one where another order uses the meter, or one of them does no more.
    trace: u64,
}

impl Walk {
    /// What is known of a meter; `None` for one that another walk counts.
    fn tally(&mut self, meter: &Meter) -> Option<&mut Tally> {
        let is_before = self.from.as_ref().is_some_and(|from| meter < from);
        let is_behind = self.below.as_ref().is_some_and(|below| meter >= below);
        if is_before || is_behind {
            return None;
        }
        if !self.tallies.contains_key(meter) {
            self.tallies.insert(meter.clone(), Tally::default());
            if self.tallies.len() > self.at_once {
                self.below = self.tallies.pop_last().map(|(last, _)| last);
            }
        }
        self.tallies.get_mut(meter)
    }

    fn add(&mut self, order: &Order) {
        let is_through = matches!(order.state, OrderState::Paid | OrderState::Cancelled(_));
        let is_settled = is_through && order.placed_at < self.recent;
        for meter in order.counted_uses() {
            match self.tally(meter) {
                Some(tally) if is_settled => tally.settled += 1,
                Some(tally) => tally.moving += 1,
                None => {}
            }
        }
        if !is_through && order.placed_at < self.recent {
            self.open.push(order.id);
        }
    }
}

impl MeterRecount {
    /// Counts every meter, calling `progress` after each page of orders.
    pub async fn run(
        &self,
        repair: Repair,
        mut progress: impl FnMut(&MeterReport) + Send,
    ) -> Result<MeterReport, StoreError> {
        let mut report = MeterReport::default();
        let mut from = None;
        loop {
            let mut walk = self.walk(from, &mut report, &mut progress).await?;
            report.meters += walk.tallies.len() as u64;
            let tallies = std::mem::take(&mut walk.tallies).into_iter();
            let suspects = tallies.filter(|(_, tally)| tally.used != tally.settled + tally.moving);
            self.settle(suspects.collect(), &walk, repair, &mut report).await?;
            from = walk.below;
            if from.is_none() {
                return Ok(report);
            }
        }
    }

    /// Counts the meters from this one on, as many as there is room for.
    async fn walk(
        &self,
        from: Option<Meter>,
        report: &mut MeterReport,
        progress: &mut (impl FnMut(&MeterReport) + Send),
    ) -> Result<Walk, StoreError> {
        let begun = self.clock.now().saturating_sub(SETTLES_AFTER).unwrap_or(Timestamp::MIN);
        // Ids are of milliseconds: no order of before stands among those of since.
        let recent = Timestamp::from_millisecond(begun.as_millisecond()).unwrap_or(begun);
        let (tallies, open) = (BTreeMap::new(), Vec::new());
        let mut walk = Walk { from, below: None, at_once: self.at_once.max(1), tallies, open, recent };
        let mut after: Option<Meter> = None;
        loop {
            let page = self.meters.list(after.as_ref(), METERS_PAGE_MAX).await?;
            for (meter, used) in &page {
                if let Some(tally) = walk.tally(meter) {
                    tally.used = *used;
                }
            }
            if page.len() < METERS_PAGE_MAX {
                break;
            }
            after = page.into_iter().last().map(|(meter, _)| meter);
        }
        let mut before = None;
        loop {
            let page = self.orders.list(OrderFilter::default(), before, ORDERS_PAGE_MAX).await?;
            for order in &page {
                walk.add(&order.value);
            }
            report.orders += page.len() as u64;
            progress(report);
            if page.len() < ORDERS_PAGE_MAX {
                return Ok(walk);
            }
            before = page.last().map(|order| order.value.id);
        }
    }

    /// Looks again at meters that seem to be wrong, until they have stood still for a moment.
    async fn settle(
        &self,
        mut suspects: BTreeMap<Meter, Tally>,
        walk: &Walk,
        repair: Repair,
        report: &mut MeterReport,
    ) -> Result<(), StoreError> {
        if suspects.is_empty() {
            return Ok(());
        }
        let mut first = self.look(&suspects, walk).await?;
        for _ in 0..COUNT_ATTEMPTS {
            self.read(&mut suspects).await?;
            tokio::time::sleep(self.lag).await;
            let second = self.look(&suspects, walk).await?;
            let seen = |of: &BTreeMap<Meter, Seen>, meter: &Meter| of.get(meter).copied().unwrap_or_default();
            let mut left = BTreeMap::new();
            for (meter, tally) in suspects {
                let (before, now) = (seen(&first, &meter), seen(&second, &meter));
                let orders = tally.settled + now.count;
                if before.trace != now.trace {
                    left.insert(meter, tally);
                } else if orders != tally.used {
                    if repair == Repair::Yes && !self.meters.restate(&meter, tally.used, orders).await? {
                        left.insert(meter, tally);
                        continue;
                    }
                    report.repaired += u64::from(repair == Repair::Yes);
                    report.add(MeterFinding { meter, used: tally.used, orders: Some(orders) });
                }
            }
            (suspects, first) = (left, second);
            if suspects.is_empty() {
                return Ok(());
            }
        }
        for (meter, Tally { used, .. }) in suspects {
            report.add(MeterFinding { meter, used, orders: None });
        }
        Ok(())
    }

    /// What the meters count now.
    async fn read(&self, suspects: &mut BTreeMap<Meter, Tally>) -> Result<(), StoreError> {
        let meters: Vec<Meter> = suspects.keys().cloned().collect();
        for page in meters.chunks(METERS_PAGE_MAX) {
            let used = self.orders.used(page).await?;
            for (meter, used) in page.iter().zip(used) {
                suspects.entry(meter.clone()).and_modify(|tally| tally.used = used);
            }
        }
        Ok(())
    }

    /// Looks at the orders that may have moved, or are new.
    async fn look(&self, suspects: &BTreeMap<Meter, Tally>, walk: &Walk) -> Result<BTreeMap<Meter, Seen>, StoreError> {
        let mut seen = BTreeMap::new();
        for id in &walk.open {
            if let Some(order) = self.orders.find(*id).await? {
                see(&mut seen, suspects, &order.value);
            }
        }
        let mut before = None;
        loop {
            let page = self.orders.list(OrderFilter::default(), before, ORDERS_PAGE_MAX).await?;
            let recent = page.iter().take_while(|order| order.value.placed_at >= walk.recent);
            let count = recent.map(|order| see(&mut seen, suspects, &order.value)).count();
            if count < ORDERS_PAGE_MAX {
                return Ok(seen);
            }
            before = page.last().map(|order| order.value.id);
        }
    }
}

fn see(seen: &mut BTreeMap<Meter, Seen>, suspects: &BTreeMap<Meter, Tally>, order: &Order) {
    for meter in order.uses.iter().filter(|meter| suspects.contains_key(*meter)) {
        let is_counted = order.counted_uses().any(|counted| counted == meter);
        let mut trace = DefaultHasher::new();
        (order.id, is_counted).hash(&mut trace);
        let seen = seen.entry(meter.clone()).or_default();
        seen.count += u32::from(is_counted);
        seen.trace = seen.trace.wrapping_add(trace.finish());
    }
}

impl MeterReport {
    /// Whether every meter counts what it is to count, by now.
    pub const fn is_right(&self) -> bool {
        self.wrong == self.repaired
    }

    fn add(&mut self, finding: MeterFinding) {
        self.wrong += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }
}
