//! `ecom67 reconcile`: whether the provider and the orders say the same of the same money.

use anyhow::Context;
use clap::Args;
use ecom67_app::port::PaymentId;
use ecom67_app::reconciliation::{Finding, FindingOutcome, Reconciliation, ReconciliationReport};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Command, Ending, Teller};
use crate::DataFlag;
use crate::local::LocalShop;

/// The flags of `reconcile`.
#[derive(Args)]
pub(crate) struct ReconcileFlags {
    /// From when on: a time or a day, such as 2026-11-01, or how long ago, such as 36h or 40d
    #[arg(long, value_name = "TIME|DURATION", default_value = "3d", value_parser = since)]
    since: Since,
    /// Print JSON: a line for each finding, and one for all of it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataFlag,
}

impl ReconcileFlags {
    pub(crate) fn of(self) -> (DataFlag, Command) {
        let Self { since, json, data } = self;
        (data, Command::Reconcile(ReconcileCommand { since, json }))
    }
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReconcileCommand {
    /// From when on.
    pub(crate) since: Since,
    /// Whether to tell it as JSON.
    pub(crate) json: bool,
}

/// From when on something is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Since {
    /// From this instant.
    At(Timestamp),
    /// So long ago.
    Ago(SignedDuration),
}

fn since(text: &str) -> Result<Since, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Since::At(at));
    }
    if let Ok(day) = text.parse::<Date>() {
        let begins = day.to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
        return Ok(Since::At(begins.timestamp()));
    }
    let ago = text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    match ago {
        Ok(ago) if ago.is_positive() => Ok(Since::Ago(ago)),
        _ => Err("a time such as 2026-11-01T08:00:00Z, a day such as 2026-11-01, or a duration such as 36h".to_owned()),
    }
}

pub(super) async fn run(shop: &LocalShop, command: ReconcileCommand, teller: &Teller) -> anyhow::Result<Ending> {
    let since = match command.since {
        Since::At(at) => at,
        Since::Ago(ago) => shop.clock.now().checked_sub(ago).context("that is before all time")?,
    };
    let reconciliation = Reconciliation { orders: shop.checkouts.orders.clone() };
    let report = reconciliation.run(since).await.context("payments could not be compared with orders")?;
    for finding in &report.findings {
        teller.line(if command.json { as_json(finding) } else { as_text(finding) }).await;
    }
    teller.line(if command.json { sum_as_json(&report) } else { sum_as_text(&report) }).await;
    let is_well = report.raised() == 0 && report.is_whole;
    Ok(if is_well { Ending::Done } else { Ending::Failed })
}

fn as_text(finding: &Finding) -> String {
    let Finding { kind, outcome, order, payment, why, .. } = finding;
    let about = payment.as_ref().map_or_else(|| order.to_string(), PaymentId::to_string);
    format!("{:<10} {:<24} {about}: {why}", outcome.as_str(), kind.as_str())
}

fn as_json(finding: &Finding) -> String {
    let Finding { kind, outcome, order, payment, refund, why } = finding;
    json!({
        "kind": kind.as_str(),
        "outcome": outcome.as_str(),
        "order_id": order.to_string(),
        "payment": payment.as_ref().map(ToString::to_string),
        "refund": refund.as_ref().map(ToString::to_string),
        "why": why,
    })
    .to_string()
}

fn count(report: &ReconciliationReport, outcome: FindingOutcome) -> u64 {
    let of_outcome = report.counts.iter().filter(|((_, known), _)| *known == outcome);
    of_outcome.map(|(_, count)| count).sum()
}

fn sum_as_text(report: &ReconciliationReport) -> String {
    let [repaired, under_way, raised] = [FindingOutcome::Repaired, FindingOutcome::UnderWay, FindingOutcome::Raised]
        .map(|outcome| count(report, outcome));
    let ReconciliationReport { since, payments, foreign, orders, is_whole, .. } = report;
    let rest = if *is_whole { "" } else { "; there are more than one run looks at: try a later --since" };
    format!(
        "{payments} payments ({foreign} of somebody else) and {orders} orders since {since}: \
         {repaired} put right, {under_way} under way, {raised} to be looked at{rest}"
    )
}

fn sum_as_json(report: &ReconciliationReport) -> String {
    json!({
        "since": report.since.to_string(),
        "payments": report.payments,
        "foreign": report.foreign,
        "orders": report.orders,
        "repaired": count(report, FindingOutcome::Repaired),
        "under_way": count(report, FindingOutcome::UnderWay),
        "raised": report.raised(),
        "is_whole": report.is_whole,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_a_time_a_day_or_how_long_ago() {
        let at = |text: &str| Ok(Since::At(text.parse().unwrap()));

        assert_eq!(since("2026-11-01T08:00:00Z"), at("2026-11-01T08:00:00Z"));
        assert_eq!(since("2026-11-01"), at("2026-11-01T00:00:00Z"));
        assert_eq!(since("36h"), Ok(Since::Ago(SignedDuration::from_hours(36))));
        assert_eq!(since("40d"), Ok(Since::Ago(SignedDuration::from_hours(40 * 24))));
        for wrong in ["", "yesterday", "-3d", "0h", "3"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
