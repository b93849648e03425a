//! What was measured, as a table and as JSON.

use std::fmt::Write;

use serde::Serialize;

/// Everything of one run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// What it ran on.
    pub(crate) machine: Machine,
    /// What was asked for.
    pub(crate) settings: Settings,
    /// Figures, in the order they were measured.
    pub(crate) figures: Vec<Figure>,
    /// The shop beside the bare limit.
    pub(crate) comparisons: Vec<Comparison>,
}

/// A machine.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// Its processor's name.
    pub(crate) processor: String,
    /// Cores that may be used.
    pub(crate) cores: usize,
    /// Its system's version.
    pub(crate) system: String,
}

/// What a run was told.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Settings {
    /// Generated products.
    pub(crate) products: usize,
    /// Generated promotions.
    pub(crate) promotions: usize,
    /// Carts that are there when carts are measured.
    pub(crate) carts: usize,
    /// Seconds of each run of load.
    pub(crate) seconds: f64,
    /// Connections.
    pub(crate) connections: usize,
}

/// What a figure is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// Not less.
    AtLeast(f64),
    /// Not more.
    AtMost(f64),
}

impl Goal {
    /// Whether a value is what it is meant to be.
    pub(crate) fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    /// In a sign and a number.
    pub(crate) fn text(self) -> String {
        match self {
            Self::AtLeast(least) => format!("≥ {}", number(least)),
            Self::AtMost(most) => format!("≤ {}", number(most)),
        }
    }
}

/// One figure.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// The median, where there were several runs.
    pub(crate) value: f64,
    /// What it is counted in.
    pub(crate) unit: &'static str,
    /// What it is meant to be.
    pub(crate) goal: Option<Goal>,
    /// Whether it is.
    pub(crate) met: Option<bool>,
    /// What is to be known with it.
    pub(crate) note: String,
    /// Every run.
    pub(crate) runs: Vec<f64>,
}

impl Figure {
    /// A figure of one run.
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self::of_runs(name, vec![value], unit)
    }

    /// The median of several runs.
    pub(crate) fn of_runs(name: impl Into<String>, runs: Vec<f64>, unit: &'static str) -> Self {
        let value = median(&runs);
        Self { name: name.into(), value, unit, goal: None, met: None, note: String::new(), runs }
    }

    /// With what it is meant to be.
    pub(crate) fn with_goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self.met = Some(goal.is_met_by(self.value));
        self
    }

    /// With what is to be known with it.
    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// One side of a comparison.
#[derive(Debug, Serialize)]
pub(crate) struct Side {
    /// Answers a second: the median of the runs.
    pub(crate) rate: f64,
    /// Every run's.
    pub(crate) rates: Vec<f64>,
    /// How long the server used the cores for one answer, in microseconds: the median of the runs.
    pub(crate) cpu_us: f64,
    /// The latency that half of the answers did not exceed, in milliseconds, with every connection busy.
    pub(crate) p50_ms: f64,
    /// The same for 99 of 100.
    pub(crate) p99_ms: f64,
}

/// The shop beside the bare limit.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// What was asked for.
    pub(crate) name: String,
    /// How many different addresses.
    pub(crate) addresses: usize,
    /// How long a body is on average, compressed.
    pub(crate) body_bytes: f64,
    /// The shop.
    pub(crate) shop: Side,
    /// The bare limit.
    pub(crate) bare: Side,
    /// The shop's rate as a part of the bare limit's.
    pub(crate) ratio: f64,
    /// What that is meant to be.
    pub(crate) goal: Option<Goal>,
    /// Whether it is.
    pub(crate) met: Option<bool>,
}

impl Comparison {
    /// Compares two sides.
    pub(crate) fn new(
        name: &str,
        addresses: usize,
        body_bytes: f64,
        shop: Side,
        bare: Side,
        goal: Option<Goal>,
    ) -> Self {
        let ratio = shop.rate / bare.rate;
        let met = goal.map(|goal| goal.is_met_by(ratio));
        Self { name: name.to_owned(), addresses, body_bytes, shop, bare, ratio, goal, met }
    }
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}

impl Report {
    /// The report for people: tables in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        let Settings { products, promotions, carts, seconds, connections } = &self.settings;
        let Machine { processor, cores, system } = &self.machine;
        let _ = writeln!(
            text,
            "\n{products} products, {promotions} promotions, {carts} carts, {connections} connections, {} s a run, client and server on the same {cores} cores\n{processor}, {system}\n",
            number(*seconds)
        );
        text.push_str(&figure_table(&self.figures));
        text.push('\n');
        text.push_str(&columns(&self.comparison_rows(), &[0, 8, 9]));
        text
    }

    fn comparison_rows(&self) -> Vec<Vec<String>> {
        let head =
            ["asked for", "addresses", "bytes", "shop/s", "bare/s", "shop µs", "bare µs", "ratio", "goal", "met"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for comparison in &self.comparisons {
            let Comparison { shop, bare, .. } = comparison;
            rows.push(vec![
                comparison.name.clone(),
                comparison.addresses.to_string(),
                number(comparison.body_bytes),
                number(shop.rate),
                number(bare.rate),
                number(shop.cpu_us),
                number(bare.cpu_us),
                format!("{:.2}", comparison.ratio),
                comparison.goal.map(Goal::text).unwrap_or_default(),
                met(comparison.met),
            ]);
        }
        rows
    }
}

/// Figures below each other, in Markdown.
pub(crate) fn figure_table(figures: &[Figure]) -> String {
    let mut rows = vec![["figure", "value", "unit", "goal", "met", ""].map(str::to_owned).to_vec()];
    for figure in figures {
        rows.push(vec![
            figure.name.clone(),
            number(figure.value),
            figure.unit.to_owned(),
            figure.goal.map(Goal::text).unwrap_or_default(),
            met(figure.met),
            figure.note.clone(),
        ]);
    }
    columns(&rows, &[0, 3, 4, 5])
}

/// Whether a goal is met, in words.
fn met(met: Option<bool>) -> String {
    match met {
        Some(true) => "met".to_owned(),
        Some(false) => "NOT MET".to_owned(),
        None => String::new(),
    }
}

/// Three digits that count, or all before the point, in groups of three.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

/// A table in Markdown, whose columns stand below each other also where nobody renders it.
pub(crate) fn columns(rows: &[Vec<String>], to_the_left: &[usize]) -> String {
    let count = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..count).map(|column| width(column).max(3)).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column] - cell.chars().count());
            let _ = if to_the_left.contains(&column) {
                write!(text, "| {cell}{gap} ")
            } else {
                write!(text, "| {gap}{cell} ")
            };
        }
        text.push_str("|\n");
        if number == 0 {
            for (column, width) in widths.iter().enumerate() {
                let end = if to_the_left.contains(&column) { '-' } else { ':' };
                let _ = write!(text, "|{}{end}", "-".repeat(width + 1));
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_count() {
        assert_eq!(
            [0.123, 1.5, 12.34, 1234.5, 1_234_567.0, -1234.0].map(number),
            ["0.12", "1.5", "12.3", "1,234", "1,234,567", "-1,234"]
        );
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_goal_is_met_at_its_bound() {
        assert_eq!(Figure::new("rate", 0.7, "").with_goal(Goal::AtLeast(0.7)).met, Some(true));
        assert_eq!(Figure::new("start", 301.0, "ms").with_goal(Goal::AtMost(300.0)).met, Some(false));
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "value"], ["longer", "1"]].map(|row| row.map(str::to_owned).to_vec());

        assert_eq!(columns(&rows, &[0]), "| a      | value |\n|--------|------:|\n| longer |     1 |\n");
    }
}
