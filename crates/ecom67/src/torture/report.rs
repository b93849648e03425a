//! What came of a torture, for people and programs.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ecom67_audit::{Audit, DeedKind, Evidence, Tally, audit};
use ecom67_domain::order::OrderState;
use serde::Serialize;

use super::kills::{Kill, milliseconds};
use super::scene::Scene;

/// How it went.
pub(super) struct Run {
    pub(super) seed: u64,
    pub(super) buyers: u16,
    /// How long people bought.
    pub(super) took: Duration,
    pub(super) kills: Vec<Kill>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    seed: u64,
    buyers: u16,
    took_ms: u64,
    visits: u64,
    sold_out: u64,
    /// People who had as many unpaid orders as they may.
    at_the_limit: u64,
    /// Presses of the order button that were refused while another one for the same cart got the order.
    refused_first: u64,
    /// Numbers of units that nobody may have, refused.
    beyond_quantities: u64,
    requests: u64,
    /// Requests that were made again, for nobody or nobody in charge had answered.
    requests_again: u64,
    orders: Orders,
    orders_per_second: f64,
    cards_declined: usize,
    /// What buyers were told that the audit has compared.
    acknowledgements: usize,
    kills: Vec<Kill>,
    audit: Audit,
    /// Answers that nobody should be given, whatever happens.
    unexpected_answers: Tally,
    /// Where everything is, where it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<String>,
}

/// Orders by what became of them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Orders {
    placed: u64,
    paid: u64,
    cancelled: u64,
    open: u64,
    /// Of those that are paid, how many gift cards paid for, and how many they paid for alone.
    with_gift_cards: u64,
    by_gift_cards_alone: u64,
}

impl Report {
    /// Audits, and puts the rest beside it.
    pub(super) fn of(run: Run, scene: &Scene, evidence: &Evidence) -> Self {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut orders = Orders::default();
        for record in &evidence.shop.orders {
            orders.placed += 1;
            match record.order.state {
                OrderState::Paid => {
                    orders.paid += 1;
                    orders.with_gift_cards += u64::from(!record.order.content.gift_cards.is_empty());
                    let is_alone = !record.order.content.gift_cards.is_empty() && record.order.payment.is_none();
                    orders.by_gift_cards_alone += u64::from(is_alone);
                }
                OrderState::Cancelled(_) => orders.cancelled += 1,
                OrderState::PendingPayment | OrderState::Capturing | OrderState::Cancelling(_) => orders.open += 1,
            }
        }
        Self {
            seed: run.seed,
            buyers: run.buyers,
            took_ms: milliseconds(run.took),
            visits: count(&scene.visits),
            sold_out: count(&scene.sold_out),
            at_the_limit: count(&scene.at_the_limit),
            refused_first: count(&scene.refused_first),
            beyond_quantities: count(&scene.beyond),
            requests: count(&scene.requests),
            requests_again: count(&scene.again),
            orders,
            orders_per_second: rate(orders.placed, run.took),
            cards_declined: evidence.ledger.iter().filter(|deed| deed.deed == DeedKind::Declined).count(),
            acknowledgements: evidence.told.len(),
            kills: run.kills,
            audit: audit(evidence),
            unexpected_answers: scene.surprises(),
            folder: None,
        }
    }

    /// Whether something was bought, and nothing at all went wrong.
    pub(super) fn is_clean(&self) -> bool {
        self.orders.paid > 0
            && self.audit.is_clean()
            && self.unexpected_answers.count == 0
            && self.kills.iter().all(|kill| kill.oversold.is_empty())
    }
}

/// How many a second, with one digit behind the point.
#[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
pub(super) fn rate(count: u64, took: Duration) -> f64 {
    let rate = count as f64 / took.as_secs_f64().max(f64::MIN_POSITIVE);
    (rate * 10.0).round() / 10.0
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, buyers, visits, sold_out, requests, requests_again, orders, .. } = self;
        let Orders { placed, paid, cancelled, open, with_gift_cards, by_gift_cards_alone } = orders;
        writeln!(formatter, "seed {seed}, {buyers} buyers at a time, {} s", self.took_ms / 1_000)?;
        writeln!(formatter, "{visits} people came, and {sold_out} found that something was gone")?;
        writeln!(
            formatter,
            "{} had as many unpaid orders as they may, and {} asked for a number that nobody may have",
            self.at_the_limit, self.beyond_quantities
        )?;
        writeln!(formatter, "{} presses were refused and the other one was not", self.refused_first)?;
        writeln!(
            formatter,
            "{placed} orders, {} a second: {paid} paid, {cancelled} cancelled, {open} open; {} cards declined",
            self.orders_per_second, self.cards_declined
        )?;
        writeln!(
            formatter,
            "{with_gift_cards} of those paid with gift cards, {by_gift_cards_alone} with nothing else"
        )?;
        writeln!(
            formatter,
            "{requests} requests, {requests_again} of them again; {} acknowledgements",
            self.acknowledgements
        )?;
        writeln!(formatter, "{} kills", self.kills.len())?;
        for kill in &self.kills {
            writeln!(
                formatter,
                "    after {:>7} ms{}: {} requests waiting; orders: {} pending_payment, {} capturing, {} cancelling; back after {} ms",
                kill.after_ms,
                if kill.with_provider { ", with the provider" } else { "" },
                kill.requests_waiting,
                kill.pending_payment,
                kill.capturing,
                kill.cancelling,
                kill.restart_ms
            )?;
            for sku in &kill.oversold {
                writeln!(formatter, "        oversold then: {sku}")?;
            }
        }
        write!(formatter, "{}", self.audit)?;
        writeln!(formatter, "{:<26}{:>6}", "unexpected_answers", self.unexpected_answers.count)?;
        for offender in &self.unexpected_answers.first {
            writeln!(formatter, "    {}: {}", offender.id, offender.why)?;
        }
        if let Some(folder) = &self.folder {
            writeln!(formatter, "everything is kept in {folder}")?;
        }
        writeln!(formatter, "{}", if self.is_clean() { "nothing went wrong" } else { "SOMETHING WENT WRONG" })
    }
}
