//! Which rows are done: counted, reported and vouched for in the order of the file, whatever order they were saved in.

use std::collections::VecDeque;
use std::io;

use super::checkpoint::{Checkpoint, Place};
use super::report::{Counts, Problem, ReportFile, RowReport, SAMPLES_MAX};
use super::rows::{Row, RowResult};

pub(super) struct Ledger {
    /// The number of the first open ticket.
    first: u64,
    tickets: VecDeque<Ticket>,
    /// Everything before it is done.
    place: Place,
    /// What was known at that place, where further rows have been counted since: an import that goes on from there meets
    /// them again.
    vouched: Option<Vouched>,
    counts: Counts,
    definitions: u64,
    samples: Vec<RowReport>,
    report: ReportFile,
    /// The files' names, where there are several.
    names: Vec<String>,
    closed_since_checkpoint: u64,
}

struct Vouched {
    counts: Counts,
    report_bytes: u64,
}

struct Ticket {
    file: usize,
    line: u64,
    records: u64,
    resume: Option<Place>,
    problems: Vec<Problem>,
    end: Option<RowResult>,
}

impl Ledger {
    pub(super) fn new(report: ReportFile, names: Vec<String>, earlier: Option<&Checkpoint>) -> Self {
        Self {
            first: 0,
            tickets: VecDeque::new(),
            place: earlier.map(|earlier| earlier.place).unwrap_or_default(),
            vouched: None,
            counts: earlier.map(|earlier| earlier.counts.clone()).unwrap_or_default(),
            definitions: earlier.map_or(0, |earlier| earlier.definitions),
            samples: Vec::new(),
            report,
            names: if names.len() > 1 { names } else { Vec::new() },
            closed_since_checkpoint: 0,
        }
    }

    /// Enters a row that is now under way, and takes over what is known of its problems.
    pub(super) fn open(&mut self, row: &mut Row) -> u64 {
        self.tickets.push_back(Ticket {
            file: row.file,
            line: row.line,
            records: row.records,
            resume: row.resume,
            problems: std::mem::take(&mut row.problems),
            end: None,
        });
        self.first + self.tickets.len() as u64 - 1
    }

    /// Notes what became of a row.
    pub(super) fn close(&mut self, ticket: u64, result: RowResult, problems: Vec<Problem>) -> io::Result<()> {
        let index = usize::try_from(ticket - self.first).unwrap_or(usize::MAX);
        if let Some(open) = self.tickets.get_mut(index) {
            open.problems.extend(problems);
            open.end = Some(result);
        }
        while self.tickets.front().is_some_and(|ticket| ticket.end.is_some()) {
            let Some(ticket) = self.tickets.pop_front() else { break };
            self.first += 1;
            self.count(ticket)?;
        }
        Ok(())
    }

    fn count(&mut self, ticket: Ticket) -> io::Result<()> {
        if ticket.resume.is_none() && self.vouched.is_none() {
            self.vouched = Some(Vouched { counts: self.counts.clone(), report_bytes: self.report.bytes() });
        }
        let counts = &mut self.counts;
        counts.rows += ticket.records;
        match ticket.end {
            Some(RowResult::Created | RowResult::Updated) if ticket.records == 0 => self.definitions += 1,
            Some(RowResult::Created) => counts.created += ticket.records,
            Some(RowResult::Updated) => counts.updated += ticket.records,
            Some(RowResult::Unchanged) => counts.unchanged += ticket.records,
            Some(RowResult::Refused) | None => counts.refused += ticket.records.max(1),
        }
        self.closed_since_checkpoint += ticket.records;
        let file = self.names.get(ticket.file.min(self.names.len().saturating_sub(1)));
        for problem in ticket.problems {
            if !problem.is_refusal() {
                self.counts.mended += 1;
            }
            *self.counts.problems.entry(problem.code.to_owned()).or_default() += 1;
            let report = problem.into_report(file.cloned(), ticket.line);
            self.report.write(&report)?;
            if self.samples.len() < SAMPLES_MAX {
                self.samples.push(report);
            }
        }
        if let Some(place) = ticket.resume {
            self.place = place;
            self.vouched = None;
        }
        Ok(())
    }

    pub(super) const fn closed_since_checkpoint(&self) -> u64 {
        self.closed_since_checkpoint
    }

    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How far it is, with the report file written that far.
    pub(super) fn checkpoint(&mut self, source: &str, run: &str) -> io::Result<Checkpoint> {
        self.closed_since_checkpoint = 0;
        let report_bytes = self.report.flush()?;
        let vouched = self.vouched.as_ref();
        Ok(Checkpoint {
            source: source.to_owned(),
            run: run.to_owned(),
            place: self.place,
            report_bytes: vouched.map_or(report_bytes, |vouched| vouched.report_bytes),
            counts: vouched.map_or(&self.counts, |vouched| &vouched.counts).clone(),
            // One that is met again is there by then, and is not counted.
            definitions: self.definitions,
        })
    }

    /// What there is to report in the end.
    pub(super) fn into_parts(mut self) -> io::Result<(Counts, u64, Vec<RowReport>)> {
        self.report.flush()?;
        Ok((self.counts, self.definitions, self.samples))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::rows::Work;

    fn row(line: u64) -> Row {
        Row { resume: Some(Place { file: 0, offset: line * 10, lines: line }), ..Row::new(line, Work::Nothing) }
    }

    fn ledger() -> Ledger {
        Ledger::new(ReportFile::open(None, None).unwrap(), vec!["a.jsonl".into()], None)
    }

    #[test]
    fn rows_are_vouched_for_only_when_all_before_them_are_done() {
        let mut ledger = ledger();
        let tickets: Vec<_> = (1..=3).map(|line| ledger.open(&mut row(line))).collect();

        ledger.close(tickets[2], RowResult::Created, vec![]).unwrap();
        assert_eq!(ledger.checkpoint("s", "r").unwrap().place, Place::default());
        ledger.close(tickets[0], RowResult::Created, vec![]).unwrap();
        assert_eq!(ledger.checkpoint("s", "r").unwrap().place.lines, 1);
        ledger.close(tickets[1], RowResult::Refused, vec![Problem::refused("id", "field_invalid", "a text")]).unwrap();

        let checkpoint = ledger.checkpoint("s", "r").unwrap();
        assert_eq!(checkpoint.place.lines, 3);
        assert_eq!((checkpoint.counts.rows, checkpoint.counts.created, checkpoint.counts.refused), (3, 2, 1));
        assert_eq!(ledger.samples[0].line, 2);
    }

    #[test]
    fn rows_that_are_met_again_are_not_in_the_checkpoint() {
        let mut ledger = ledger();
        let waiting = |line| Row { resume: None, ..row(line) };
        let problem = || vec![Problem::refused("id", "field_invalid", "a text")];
        let tickets = [row(1), waiting(2), waiting(3), row(4)].map(|mut row| ledger.open(&mut row));

        let mut seen = Vec::new();
        for ticket in tickets {
            ledger.close(ticket, RowResult::Refused, problem()).unwrap();
            let checkpoint = ledger.checkpoint("s", "r").unwrap();
            seen.push((checkpoint.place.lines, checkpoint.counts.rows, checkpoint.counts.problems["field_invalid"]));
        }

        assert_eq!(seen, [(1, 1, 1), (1, 1, 1), (1, 1, 1), (4, 4, 4)]);
        assert_eq!(ledger.counts().rows, 4);
    }

    #[test]
    fn an_import_that_goes_on_counts_on() {
        let mut first = ledger();
        let ticket = first.open(&mut row(1));
        first.close(ticket, RowResult::Created, vec![]).unwrap();
        let checkpoint = first.checkpoint("s", "r").unwrap();

        let mut second = Ledger::new(ReportFile::open(None, None).unwrap(), vec![], Some(&checkpoint));
        let ticket = second.open(&mut row(2));
        second.close(ticket, RowResult::Unchanged, vec![]).unwrap();

        assert_eq!((second.counts().rows, second.counts().created, second.counts().unchanged), (2, 1, 1));
    }
}
