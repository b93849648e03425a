//! `ecom67 import`.

use anyhow::bail;
use ecom67_app::import::{
    Cancel, Format, ImportReport, ImportRequest, Outcome, Progress, ProgressState, RowReport, Source, run,
};

use super::{Ending, ImportCommand, ProgressEvent, Teller};
use crate::local::LocalShop;

struct TellProgress<'teller> {
    teller: &'teller Teller,
}

impl Progress for TellProgress<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is shown in whole rows")]
    fn update(&self, state: &ProgressState) {
        let rate = grouped(state.rows_per_second.max(0.0).round() as u64);
        let refused = if state.refused > 0 { format!(", {} refused", grouped(state.refused)) } else { String::new() };
        self.teller.progress(ProgressEvent {
            doing: "importing".to_owned(),
            done: state.bytes_read,
            total: Some(state.bytes_total.max(1)),
            detail: format!("{} rows, {rate}/s{refused}", grouped(state.rows)),
            seconds_left: state.time_left.map(|left| left.as_secs()),
        });
    }
}

pub(super) async fn import(shop: &LocalShop, command: ImportCommand, teller: &Teller) -> anyhow::Result<Ending> {
    let format: Format = command.format.parse()?;
    // A dry run notes nothing.
    let _alone = match shop.importing.try_lock() {
        _ if command.dry_run => None,
        Ok(alone) => Some(alone),
        Err(_) => bail!("another import into this shop is under way"),
    };
    let request = ImportRequest {
        dry_run: command.dry_run,
        set_stock: command.set_stock,
        report: command.report,
        ..ImportRequest::new(format, Source::Path(command.path))
    };
    let cancel = Cancel::default();
    let importer = shop.importer();
    let progress = TellProgress { teller };
    let report = {
        let importing = run(&importer, request, &progress, &cancel);
        tokio::pin!(importing);
        tokio::select! {
            report = &mut importing => report,
            () = teller.abandoned() => {
                // It ends where it can go on later.
                cancel.request();
                importing.await
            }
        }
    }?;
    tell(&report, teller).await;
    if report.cancelled {
        return Ok(Ending::Failed);
    }
    Ok(if report.counts.refused > 0 { Ending::RowsRefused } else { Ending::Done })
}

async fn tell(report: &ImportReport, teller: &Teller) {
    let counts = &report.counts;
    for sample in &report.samples {
        teller.line(problem(sample)).await;
    }
    let told = u64::try_from(report.samples.len()).unwrap_or(u64::MAX);
    let problems: u64 = counts.problems.values().sum();
    if problems > told {
        teller.line(format!("… and {} more; --report FILE writes all of them", grouped(problems - told))).await;
    }
    if let Some(row) = report.resumed_at_row {
        teller.line(format!("went on from row {} of an interrupted run", grouped(row))).await;
    }
    let seconds = report.duration.as_secs_f64();
    let what = match (report.cancelled, report.dry_run) {
        (true, true) => "stopped before the end, nothing written",
        (true, false) => "stopped before the end; started again, it goes on from here",
        (false, true) => "checked, nothing written",
        (false, false) => "done",
    };
    let line = format!(
        "{what}: {} rows, {} new, {} changed, {} unchanged, {} refused, {} mended, {} definitions made, {seconds:.1} s",
        grouped(counts.rows),
        grouped(counts.created),
        grouped(counts.updated),
        grouped(counts.unchanged),
        grouped(counts.refused),
        grouped(counts.mended),
        grouped(report.definitions),
    );
    teller.line(line).await;
}

fn problem(row: &RowReport) -> String {
    let place = row.file.as_ref().map_or_else(|| format!("line {}", row.line), |file| format!("{file}:{}", row.line));
    let record = row.record.as_ref().map(|record| format!(" {record}")).unwrap_or_default();
    let field = if row.field.is_empty() { String::new() } else { format!(" {}", row.field) };
    let outcome = match row.outcome {
        Outcome::Refused => "refused",
        Outcome::Mended => "left out",
    };
    format!("{place}{record}{field}: {outcome}: {} ({})", row.expected, row.code)
}

/// A number that people can read: 19,406.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(19_406), "19,406");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
