//! What people search, in lines for people.

use ecom67_app::search_log::{QueryLine, SearchReport};

/// The longest query that is shown whole, in characters.
const QUERY_SHOWN_MAX: usize = 48;

/// The report in lines.
pub(super) fn told(report: &SearchReport) -> Vec<String> {
    let totals = &report.totals;
    let mut lines = vec![
        format!("searches from {} to {} (UTC)", report.from, report.to),
        format!("{:>10}  searches", totals.searches),
        format!("{:>10}  different queries", totals.queries),
        format!("{:>10}  searches that found nothing", totals.searches_without_hits),
        format!("{:>10}  results followed", totals.clicks),
        format!("{:>10}  results followed a search", decimal(totals.click_rate)),
        format!("{:>10}  mean place of a result followed", decimal(totals.mean_position)),
    ];
    if totals.searches_without_words > 0 {
        lines.push(format!("{:>10}  searches whose words are not kept", totals.searches_without_words));
    }
    table(&mut lines, "searched most", &report.most_searched);
    table(&mut lines, "found nothing", &report.found_nothing);
    table(&mut lines, "found, but never followed", &report.never_followed);
    lines
}

fn table(lines: &mut Vec<String>, title: &str, queries: &[QueryLine]) {
    lines.push(String::new());
    if queries.is_empty() {
        lines.push(format!("{title}: none"));
        return;
    }
    lines.push(format!("{title}:"));
    lines.push(format!(
        "{:>8}  {:>8}  {:>7}  {:>7}  {:>7}  {:>6}  {:<8}  query",
        "searches", "of these", "hits", "clicks", "clicks/", "mean", "language"
    ));
    lines.push(format!(
        "{:>8}  {:>8}  {:>7}  {:>7}  {:>7}  {:>6}  {:<8}",
        "", "empty", "last", "", "search", "place", "/market"
    ));
    lines.extend(queries.iter().map(|line| {
        let hits = line.hits.map_or_else(|| "-".to_owned(), |hits| hits.to_string());
        format!(
            "{:>8}  {:>8}  {hits:>7}  {:>7}  {:>7}  {:>6}  {:<8}  {}",
            line.searches,
            line.searches_without_hits,
            line.clicks,
            decimal(line.click_rate),
            decimal(line.mean_position),
            format!("{}/{}", line.language, line.market),
            shown(&line.query)
        )
    }));
}

fn decimal(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"))
}

/// A query cut to what a line has room for.
fn shown(query: &str) -> String {
    if query.chars().count() <= QUERY_SHOWN_MAX {
        return query.to_owned();
    }
    let beginning: String = query.chars().take(QUERY_SHOWN_MAX - 1).collect();
    format!("{beginning}…")
}
