//! Whether the provider and the shop's orders say the same of the same money, both ways.
//!
//! What differs is looked at twice, each time the order before the provider, so that what is just happening is not taken
//! for a difference. What can be put right without guessing is put right by the steps that an order takes anyway; all else
//! is for somebody to look at.

mod compare;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ecom67_domain::order::{OrderState, RETURNS_MAX, Refund, RefundState};
use ecom67_domain::{Order, OrderId};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::orders::{CLOCKS_DIFFER_MAX, OrderError, Orders, moment};
use crate::port::{
    ORDERS_PAGE_MAX, OrderFilter, PAYMENTS_PAGE_MAX, Payment, PaymentError, PaymentId, PaymentStatus, ProviderRefund,
    ProviderRefundId,
};
use crate::{Chain, Chance, stopped};

pub use compare::{Difference, DifferenceKind, compare};

/// Pages of payments, and of orders, that one run looks at: a hundred thousand of each.
const PAGES_MAX: usize = 1_000;

/// The most findings that a report lists; all are counted.
pub const FINDINGS_MAX: usize = 1_000;

/// The most findings that one run logs one by one.
const LOGGED_MAX: usize = 50;

/// How far back the shop looks by itself: longer than a weekend, so that nothing is missed that happened while it was down.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(72);

/// When the shop looks for the first time after it was started.
const FIRST_RUN_AFTER: Duration = Duration::from_secs(60);

/// What came of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingOutcome {
    /// It was put right.
    Repaired,
    /// The shop is at it, and tries again by itself.
    UnderWay,
    /// Somebody has to look at it.
    Raised,
}

impl FindingOutcome {
    /// Its name in data and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repaired => "repaired",
            Self::UnderWay => "under_way",
            Self::Raised => "raised",
        }
    }
}

/// A difference, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: DifferenceKind,
    /// What came of it.
    pub outcome: FindingOutcome,
    /// The order.
    pub order: OrderId,
    /// The payment, where there is one.
    pub payment: Option<PaymentId>,
    /// The provider's name of the refund, where it is about one that has it.
    pub refund: Option<ProviderRefundId>,
    /// In words.
    pub why: String,
}

/// What a run has looked at and found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconciliationReport {
    /// From when on.
    pub since: Timestamp,
    /// Payments of the provider that were looked at.
    pub payments: u64,
    /// Of those, the ones that name no order of ours: somebody else has the same account.
    pub foreign: u64,
    /// Orders that were looked at.
    pub orders: u64,
    /// Whether that were all; else there were more than one run looks at.
    pub is_whole: bool,
    /// How much of what was found.
    pub counts: BTreeMap<(DifferenceKind, FindingOutcome), u64>,
    /// What, up to [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
}

impl ReconciliationReport {
    const fn new(since: Timestamp) -> Self {
        Self {
            since,
            payments: 0,
            foreign: 0,
            orders: 0,
            is_whole: true,
            counts: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    fn add(&mut self, finding: Finding) {
        *self.counts.entry((finding.kind, finding.outcome)).or_default() += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    /// How many findings somebody has to look at.
    pub fn raised(&self) -> u64 {
        let raised = self.counts.iter().filter(|((_, outcome), _)| *outcome == FindingOutcome::Raised);
        raised.map(|(_, count)| count).sum()
    }
}

/// Compares the provider's payments and refunds with orders.
#[derive(Clone)]
pub struct Reconciliation {
    /// The orders, with the provider.
    pub orders: Orders,
}

/// What is known during a run.
struct Run {
    report: ReconciliationReport,
    seen: HashSet<OrderId>,
    /// A payment of each order that is not void.
    alive: HashMap<OrderId, PaymentId>,
}

/// Both sides at one moment, the order read first.
struct Sides {
    order: Order,
    payment: Payment,
    refunds: Vec<ProviderRefund>,
}

impl Sides {
    fn differences(&self) -> Vec<Difference> {
        compare(&self.order, &self.payment, &self.refunds)
    }
}

impl Reconciliation {
    /// Compares what was made from `since` on.
    pub async fn run(&self, since: Timestamp) -> Result<ReconciliationReport, OrderError> {
        let (seen, alive) = (HashSet::new(), HashMap::new());
        let mut run = Run { report: ReconciliationReport::new(since), seen, alive };
        self.look_at_payments(&mut run).await?;
        self.look_at_orders(&mut run).await?;
        Ok(run.report)
    }

    /// Compares now and then, until it is time to stop.
    pub async fn run_every(self, interval: Duration, chance: Arc<dyn Chance>, mut stop: watch::Receiver<bool>) {
        // A shop that is started anew more often than that compares all the same.
        let mut pause = interval.min(FIRST_RUN_AFTER);
        loop {
            // Spread, so that many shops of one provider do not ask at once.
            let wait = pause.mul_f64(0.9) + chance.jitter(pause.mul_f64(0.2));
            pause = interval;
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return,
                () = tokio::time::sleep(wait) => {}
            }
            let now = moment(&*self.orders.carts.clock);
            let since = now.saturating_sub(WINDOW).unwrap_or(now);
            // Stopped half-way it has lost nothing: every repair is a step of its order.
            let ended = tokio::select! {
                biased;
                () = stopped(&mut stop) => return,
                ended = self.run(since) => ended,
            };
            match ended {
                Ok(report) => tell(&report, now),
                Err(error) => {
                    metrics::counter!("ecom67_reconcile_failures_total").increment(1);
                    tracing::warn!(error = %Chain(&error), "payments could not be compared with orders");
                }
            }
        }
    }

    async fn look_at_payments(&self, run: &mut Run) -> Result<(), OrderError> {
        let since = run.report.since;
        let from = since.saturating_sub(CLOCKS_DIFFER_MAX).unwrap_or(since);
        let mut after: Option<PaymentId> = None;
        for _ in 0..PAGES_MAX {
            let page = self.orders.provider.list(from, after.as_ref(), PAYMENTS_PAGE_MAX).await?;
            let is_last = page.len() < PAYMENTS_PAGE_MAX;
            after = page.last().map(|payment| payment.id.clone());
            for payment in page {
                run.report.payments += 1;
                self.look_at_payment(payment, run).await?;
            }
            if is_last {
                return Ok(());
            }
        }
        run.report.is_whole = false;
        Ok(())
    }

    async fn look_at_payment(&self, payment: Payment, run: &mut Run) -> Result<(), OrderError> {
        let Some(id) = payment.order else {
            run.report.foreign += 1;
            return Ok(());
        };
        run.seen.insert(id);
        let Some(order) = self.orders.store.find(id).await? else {
            if payment.status == PaymentStatus::Cancelled {
                // Nobody's money.
                return Ok(());
            }
            let why = format!("it is {:?}, and {} of it are kept", payment.status, kept(&payment));
            let difference = Difference::new(DifferenceKind::PaymentWithoutOrder, why);
            run.report.add(finding(id, Some(&payment.id), difference, FindingOutcome::Raised));
            return Ok(());
        };
        if payment.status != PaymentStatus::Cancelled
            && let Some(other) = run.alive.insert(id, payment.id.clone())
            && order.value.payment.is_none()
        {
            // Where the order knows one of them, the comparison tells of the other.
            let difference = Difference::new(DifferenceKind::SecondPayment, format!("{other} is not void, either"));
            run.report.add(finding(id, Some(&payment.id), difference, FindingOutcome::Raised));
        }
        self.look(order.value, payment, run).await
    }

    async fn look_at_orders(&self, run: &mut Run) -> Result<(), OrderError> {
        let mut before: Option<OrderId> = None;
        for _ in 0..PAGES_MAX {
            let page = self.orders.store.list(OrderFilter::default(), before, ORDERS_PAGE_MAX).await?;
            let is_last = page.len() < ORDERS_PAGE_MAX;
            before = page.last().map(|order| order.value.id);
            for order in page {
                if order.value.placed_at < run.report.since {
                    return Ok(());
                }
                run.report.orders += 1;
                if order.value.content.totals.due.minor() > 0 && !run.seen.contains(&order.value.id) {
                    self.look_at_order(order.value, run).await?;
                }
            }
            if is_last {
                return Ok(());
            }
        }
        run.report.is_whole = false;
        Ok(())
    }

    /// An order of which the provider has listed no payment.
    async fn look_at_order(&self, order: Order, run: &mut Run) -> Result<(), OrderError> {
        let found = match &order.payment {
            Some(payment) => match self.orders.provider.find(payment).await {
                Ok(found) => Some(found),
                Err(PaymentError::NotFound) => None,
                Err(error) => return unanswered(error, order.id, Some(payment), run),
            },
            // One that is not paid for has none yet, or none any more.
            None if order.state != OrderState::Paid => return Ok(()),
            None => None,
        };
        match found {
            Some(payment) => self.look(order, payment, run).await,
            None => {
                let why = format!("{} is {}, and the provider has no payment of it", order.id, order.state.as_str());
                let difference = Difference::new(DifferenceKind::PaymentMissing, why);
                run.report.add(finding(order.id, order.payment.as_ref(), difference, FindingOutcome::Raised));
                Ok(())
            }
        }
    }

    /// Compares both sides, looks again where they differ, and puts right what can be.
    async fn look(&self, order: Order, payment: Payment, run: &mut Run) -> Result<(), OrderError> {
        let (id, name) = (order.id, payment.id.clone());
        match self.looked_at(order, payment).await {
            Ok(found) => {
                for (difference, outcome) in found {
                    run.report.add(finding(id, Some(&name), difference, outcome));
                }
                Ok(())
            }
            Err(OrderError::Payment(error)) => unanswered(error, id, Some(&name), run),
            Err(error) => Err(error),
        }
    }

    async fn looked_at(&self, order: Order, payment: Payment) -> Result<Vec<(Difference, FindingOutcome)>, OrderError> {
        let id = order.id;
        let refunds = self.refunds_of(&order, &payment).await?;
        let listed = Sides { order, payment, refunds };
        if listed.differences().is_empty() {
            return Ok(Vec::new());
        }
        let name = listed.payment.id;
        let Some(before) = self.sides(id, &name).await? else { return Ok(Vec::new()) };
        let differences = before.differences();
        if differences.is_empty() {
            return Ok(Vec::new());
        }
        for difference in &differences {
            if let Err(error) = self.repair(&before, difference).await {
                let kind = difference.kind.as_str();
                tracing::warn!(order = %id, kind, error = %Chain(&error), "a difference could not be put right");
            }
        }
        let Some(after) = self.sides(id, &name).await? else { return Ok(Vec::new()) };
        let left = after.differences();
        let is_at_it = after.order.task.due_at.is_some();
        let judged = differences.into_iter().filter_map(|difference| {
            let remains = left.iter().any(|left| left.is_like(&difference));
            let outcome = match (remains, is_repairable(difference.kind)) {
                (false, true) if needs_somebody(&after.order, &difference) => FindingOutcome::Raised,
                (false, true) => FindingOutcome::Repaired,
                // It was just happening.
                (false, false) => return None,
                (true, true) if is_at_it && is_tried_again(difference.kind) => FindingOutcome::UnderWay,
                (true, _) => FindingOutcome::Raised,
            };
            Some((difference, outcome))
        });
        Ok(judged.collect())
    }

    async fn sides(&self, id: OrderId, payment: &PaymentId) -> Result<Option<Sides>, OrderError> {
        let Some(order) = self.orders.store.find(id).await? else { return Ok(None) };
        let payment = self.orders.provider.find(payment).await?;
        let refunds = self.refunds_of(&order.value, &payment).await?;
        Ok(Some(Sides { order: order.value, payment, refunds }))
    }

    /// The refunds of a payment, where either side says that there are any.
    async fn refunds_of(&self, order: &Order, payment: &Payment) -> Result<Vec<ProviderRefund>, OrderError> {
        let is_charged = order.refunds.iter().any(|refund| refund.charged().minor() > 0);
        if payment.captured.minor() == 0 || payment.refunded.minor() == 0 && !is_charged {
            return Ok(Vec::new());
        }
        Ok(self.orders.provider.refunds(&payment.id).await?)
    }

    /// Puts right what can be without guessing, by the steps that orders take anyway.
    async fn repair(&self, sides: &Sides, difference: &Difference) -> Result<(), OrderError> {
        let Sides { order, payment, refunds } = sides;
        match difference.kind {
            DifferenceKind::AuthorisedUntold
            | DifferenceKind::CapturedUntold
            | DifferenceKind::NotCaptured
            | DifferenceKind::RefundUntold => {
                if order.state == OrderState::PendingPayment {
                    self.orders.settle(order.id).await?;
                }
                self.orders.hurry(order.id).await
            }
            DifferenceKind::RefundCameBack | DifferenceKind::RefundMade => {
                let found = refunds.iter().find(|found| Some(&found.id) == difference.refund.as_ref());
                match found {
                    Some(found) => self.orders.note_told(order, found).await,
                    None => Ok(()),
                }
            }
            // What was refused already is asked for again in its own time.
            DifferenceKind::CapturedForCancelled if order.refunds.is_empty() => {
                self.orders.return_payment(order, payment).await?;
                self.orders.hurry(order.id).await
            }
            DifferenceKind::OpenForCancelled => self.orders.void_once_more(order.id, &payment.id).await,
            DifferenceKind::CapturedForCancelled
            | DifferenceKind::PaymentWithoutOrder
            | DifferenceKind::OtherAmount
            | DifferenceKind::SecondPayment
            | DifferenceKind::PaymentMissing
            | DifferenceKind::RefundUnknown
            | DifferenceKind::RefundOtherAmount
            | DifferenceKind::RefundMissing
            | DifferenceKind::Unanswered => Ok(()),
        }
    }
}

/// Whether the steps of orders can put it right.
const fn is_repairable(kind: DifferenceKind) -> bool {
    matches!(
        kind,
        DifferenceKind::AuthorisedUntold
            | DifferenceKind::CapturedUntold
            | DifferenceKind::NotCaptured
            | DifferenceKind::RefundUntold
            | DifferenceKind::RefundCameBack
            | DifferenceKind::RefundMade
            | DifferenceKind::CapturedForCancelled
            | DifferenceKind::OpenForCancelled
    )
}

/// Whether what remains of it is tried again by what is due for the order.
const fn is_tried_again(kind: DifferenceKind) -> bool {
    !matches!(kind, DifferenceKind::RefundMade | DifferenceKind::OpenForCancelled)
}

/// Whether noting it is not the end of it: the money that a bank sent back is with the shop, and has to go another way, unless
/// it is offered again by itself; and what was made after all may have been asked for twice.
fn needs_somebody(order: &Order, difference: &Difference) -> bool {
    match difference.kind {
        DifferenceKind::RefundCameBack => {
            let is_cancelled = matches!(order.state, OrderState::Cancelled(_));
            !(is_cancelled && order.task.due_at.is_some() && order.refunds.len() < RETURNS_MAX)
        }
        DifferenceKind::RefundMade => {
            let is_later = |refund: &&Refund| difference.number.is_some_and(|number| refund.number > number);
            order.refunds.iter().filter(is_later).any(|refund| refund.state != RefundState::Failed)
        }
        _ => false,
    }
}

/// A provider that does not answer ends the run; an answer about one payment that is none does not.
fn unanswered(
    error: PaymentError,
    order: OrderId,
    payment: Option<&PaymentId>,
    run: &mut Run,
) -> Result<(), OrderError> {
    if matches!(error, PaymentError::Unavailable { .. }) {
        return Err(error.into());
    }
    let difference = Difference::new(DifferenceKind::Unanswered, Chain(&error).to_string());
    run.report.add(finding(order, payment, difference, FindingOutcome::Raised));
    Ok(())
}

fn finding(order: OrderId, payment: Option<&PaymentId>, difference: Difference, outcome: FindingOutcome) -> Finding {
    let Difference { kind, refund, why, .. } = difference;
    Finding { kind, outcome, order, payment: payment.cloned(), refund, why }
}

/// What was captured of a payment and not given back.
fn kept(payment: &Payment) -> i64 {
    payment.captured.minor() - payment.refunded.minor()
}

/// Logs and counts what a run has found.
fn tell(report: &ReconciliationReport, at: Timestamp) {
    metrics::gauge!("ecom67_reconcile_last_run_timestamp_seconds").set(at.as_duration().as_secs_f64());
    for ((kind, outcome), count) in &report.counts {
        let labels = [("kind", kind.as_str()), ("outcome", outcome.as_str())];
        metrics::counter!("ecom67_reconcile_findings_total", &labels).increment(*count);
    }
    for Finding { kind, outcome, order, payment, why, .. } in report.findings.iter().take(LOGGED_MAX) {
        let (kind, payment) = (kind.as_str(), payment.as_ref().map(PaymentId::as_str));
        match outcome {
            FindingOutcome::Raised => tracing::error!(
                order = %order, payment, kind, why, "payments and orders differ; see `ecom67 reconcile`",
            ),
            FindingOutcome::Repaired | FindingOutcome::UnderWay => tracing::warn!(
                order = %order, payment, kind, outcome = outcome.as_str(), why, "payments and orders differed",
            ),
        }
    }
    if !report.is_whole {
        tracing::error!("there are more payments than one run compares with orders");
    }
    tracing::info!(
        payments = report.payments,
        orders = report.orders,
        foreign = report.foreign,
        raised = report.raised(),
        "payments were compared with orders",
    );
}
