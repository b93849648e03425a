//! Shops of several sizes beside each other, as a table and as JSON.

use std::fmt::Write;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::report::{Figure, Goal, Machine, columns, figure_table, number};

/// What a figure is meant to be at every size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScaleGoal {
    /// The same wherever it is measured.
    Everywhere(Goal),
    /// At most so many times what it is at the first size.
    TimesFirst(f64),
}

impl ScaleGoal {
    /// The goal at a size, where the first one had that value.
    fn beside(self, first: Option<f64>) -> Option<Goal> {
        match self {
            Self::Everywhere(goal) => Some(goal),
            Self::TimesFirst(times) => first.map(|first| Goal::AtMost(first * times)),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Everywhere(goal) => goal.text(),
            Self::TimesFirst(times) => format!("≤ {} times the first", number(times)),
        }
    }
}

/// What was measured at every size.
#[derive(Debug, Serialize)]
pub(crate) struct ScaleReport {
    /// What it ran on.
    machine: Machine,
    /// Seconds of each run of load.
    seconds: f64,
    /// How many products the shops have.
    sizes: Vec<usize>,
    /// Figures that each shop has.
    rows: Vec<Row>,
    /// Those of the shop with very many categories and variants.
    wide: Vec<Figure>,
    /// The first of what facets tell wrong.
    differences: Vec<String>,
    /// What could not be measured, and why.
    failures: Vec<String>,
}

/// A figure at every size.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    unit: &'static str,
    goal: Option<ScaleGoal>,
    cells: Vec<Option<Cell>>,
}

/// A figure at one size.
#[derive(Debug, Serialize)]
struct Cell {
    value: f64,
    met: Option<bool>,
    note: String,
}

impl ScaleReport {
    /// Of a machine, with nothing measured yet.
    pub(crate) fn new(machine: Machine, seconds: f64) -> Self {
        let (sizes, rows, wide) = (Vec::new(), Vec::new(), Vec::new());
        Self { machine, seconds, sizes, rows, wide, differences: Vec::new(), failures: Vec::new() }
    }

    /// Adds what was measured at a size; figures of the same name are one row, `goals` says what they are meant to be.
    pub(crate) fn add(&mut self, size: usize, figures: Vec<Figure>, goals: &[(&str, ScaleGoal)]) {
        let place = self.sizes.len();
        self.sizes.push(size);
        // A row that earlier sizes have not comes behind the one that was measured before it.
        let mut next = 0;
        for figure in figures {
            let goal = goals.iter().find(|(name, _)| *name == figure.name).map(|(_, goal)| *goal);
            let Figure { name, unit, value, note, .. } = figure;
            let known = self.rows.iter().position(|row| row.name == name);
            let at = known.unwrap_or(next);
            if known.is_none() {
                self.rows.insert(at, Row { name, unit, goal, cells: Vec::new() });
            }
            next = at + 1;
            let row = &mut self.rows[at];
            row.cells.resize_with(place, || None);
            let first = row.cells.first().map_or(Some(value), |cell| cell.as_ref().map(|cell| cell.value));
            let met = goal.and_then(|goal| goal.beside(first)).map(|goal| goal.is_met_by(value));
            row.cells.push(Some(Cell { value, met, note }));
        }
        for row in &mut self.rows {
            row.cells.resize_with(place + 1, || None);
        }
    }

    /// Adds what was measured of the shop with very many categories and variants.
    pub(crate) fn add_wide(&mut self, figures: Vec<Figure>) {
        self.wide.extend(figures);
    }

    /// Adds what facets tell wrong.
    pub(crate) fn add_differences(&mut self, size: usize, told: &[String]) {
        self.differences.extend(told.iter().map(|told| format!("{} products: {told}", number(count(size)))));
    }

    /// Adds that something could not be measured.
    pub(crate) fn add_failure(&mut self, what: &str, error: &anyhow::Error) {
        self.failures.push(format!("{what}: {error:#}"));
    }

    /// The report for people: tables in Markdown.
    pub(crate) fn table(&self) -> String {
        let Machine { processor, cores, system } = &self.machine;
        let mut text = format!(
            "\n{} s a run, client and server on the same {cores} cores\n{processor}, {system}\n\n",
            number(self.seconds)
        );
        text.push_str(&columns(&self.cells(), &[0, 1, self.sizes.len() + 2]));
        for (place, size) in self.sizes.iter().enumerate() {
            for row in &self.rows {
                if let Some(Some(cell)) = row.cells.get(place).filter(|cell| cell.as_ref().is_some_and(Cell::is_noted))
                {
                    let _ = write!(text, "\n{} products, {}: {}", number(count(*size)), row.name, cell.note);
                }
            }
        }
        if !self.wide.is_empty() {
            let _ = write!(text, "\n\n{}", figure_table(&self.wide));
        }
        for (title, lines) in [("Facets are told wrong", &self.differences), ("Not measured", &self.failures)] {
            if !lines.is_empty() {
                let _ = write!(text, "\n{title}:\n\n- {}\n", lines.join("\n- "));
            }
        }
        text
    }

    fn cells(&self) -> Vec<Vec<String>> {
        let sizes = self.sizes.iter().map(|size| number(count(*size)));
        let head = ["products", "unit"].map(str::to_owned).into_iter().chain(sizes).chain(["goal".to_owned()]);
        let mut rows = vec![head.collect::<Vec<_>>()];
        for row in &self.rows {
            let cells = row.cells.iter().map(|cell| cell.as_ref().map(Cell::text).unwrap_or_default());
            let names = [row.name.clone(), row.unit.to_owned()];
            let goal = row.goal.map(ScaleGoal::text).unwrap_or_default();
            rows.push(names.into_iter().chain(cells).chain([goal]).collect());
        }
        rows
    }

    /// Fails where something was not measured or facets are told wrong. That a goal is missed is told, and no failure.
    pub(crate) fn ending(&self) -> Result<()> {
        match (self.differences.is_empty(), self.failures.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => bail!("facets are told wrong"),
            (true, false) => bail!("not everything could be measured"),
        }
    }
}

impl Cell {
    fn text(&self) -> String {
        let missed = if self.met == Some(false) { "MISSED " } else { "" };
        format!("{missed}{}", number(self.value))
    }

    const fn is_noted(&self) -> bool {
        !self.note.is_empty()
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer products than a float can count")]
const fn count(products: usize) -> f64 {
    products as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOALS: [(&str, ScaleGoal); 2] =
        [("list", ScaleGoal::TimesFirst(3.0)), ("search", ScaleGoal::Everywhere(Goal::AtMost(60.0)))];

    fn report() -> ScaleReport {
        ScaleReport::new(Machine { processor: "Fast".to_owned(), cores: 2, system: "Linux".to_owned() }, 5.0)
    }

    fn figures(list: f64, search: f64) -> Vec<Figure> {
        vec![Figure::new("list", list, "ms"), Figure::new("search", search, "ms")]
    }

    #[test]
    fn sizes_stand_beside_each_other_and_what_is_missed_is_marked() {
        let mut report = report();
        report.add(20_000, figures(1.0, 10.0), &GOALS);
        report.add(100_000, figures(3.0, 60.5), &GOALS);
        report.add(1_000_000, figures(3.1, 60.0), &GOALS);

        let table = report.table();

        let lines: Vec<_> = table.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(
            lines,
            [
                "| products | unit | 20,000 |     100,000 |  1,000,000 | goal                |",
                "|----------|------|-------:|------------:|-----------:|---------------------|",
                "| list     | ms   |      1 |           3 | MISSED 3.1 | ≤ 3 times the first |",
                "| search   | ms   |     10 | MISSED 60.5 |         60 | ≤ 60                |",
            ]
        );
        assert!(report.ending().is_ok(), "what is missed is told, and no failure");
    }

    #[test]
    fn what_one_size_has_not_is_left_empty() {
        let mut report = report();
        report.add(10, vec![Figure::new("search", 1.0, "ms")], &GOALS);
        report.add(20, figures(9.0, 2.0), &GOALS);
        report.add(30, vec![Figure::new("list", 90.0, "ms").with_note("slow")], &GOALS);

        let table = report.table();

        assert!(table.contains("| search   | ms   |   1 |   2 |     | ≤ 60 "), "{table}");
        assert!(
            table.contains("| list     | ms   |     |   9 |  90 | "),
            "nothing is compared with what is missing: {table}"
        );
        assert!(table.contains("30 products, list: slow"), "{table}");
        assert!(table.find("| list") < table.find("| search"), "rows stand as they are measured: {table}");
    }

    #[test]
    fn wrong_facets_and_what_could_not_be_measured_fail_the_run() {
        let mut wrong = report();
        wrong.add(2_000, figures(1.0, 1.0), &GOALS);
        wrong.add_differences(2_000, &["brand Acme is told of 2, and is of 3".to_owned()]);
        let mut failed = report();
        failed.add_failure("2,000 products", &anyhow::anyhow!("no space is left").context("the import failed"));

        assert!(wrong.table().contains("- 2,000 products: brand Acme is told of 2, and is of 3"));
        assert!(wrong.ending().is_err());
        assert!(failed.table().contains("- 2,000 products: the import failed: no space is left"));
        assert!(failed.ending().is_err());
    }
}
