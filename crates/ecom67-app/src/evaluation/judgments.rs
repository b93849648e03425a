//! Files of queries and of what people judged.

use std::collections::BTreeMap;

/// The highest grade: what is above would drown all others.
const GRADE_MAX: u8 = 10;

/// A query and what people judged for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedQuery {
    /// Its name in the files.
    pub id: String,
    /// What somebody would type.
    pub text: String,
    /// The grade of each judged document, which is a SKU or a product's code; 0 is not relevant.
    pub grades: BTreeMap<String, u8>,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {expected}")]
pub struct JudgmentProblem {
    /// Which file: `queries` or `qrels`.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What would be right.
    pub expected: &'static str,
}

/// Reads queries (`ID<tab>QUERY` a line) and judgments (TREC's qrels: `ID 0 DOCUMENT GRADE` a line, a negative grade
/// being 0). Empty lines and those that begin with `#` are passed over; of judgments for a query that is not asked
/// nothing is kept.
pub fn read_judgments(queries: &str, qrels: &str) -> Result<Vec<JudgedQuery>, JudgmentProblem> {
    let mut judged: Vec<JudgedQuery> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (line, text) in lines(queries) {
        let problem = |expected| JudgmentProblem { file: "queries", line, expected };
        let (id, query) = text.split_once('\t').ok_or_else(|| problem("a name, a tab and a query"))?;
        let (id, query) = (id.trim(), query.trim());
        if id.is_empty() || query.is_empty() {
            return Err(problem("a name, a tab and a query"));
        }
        if places.insert(id.to_owned(), judged.len()).is_some() {
            return Err(problem("a name that no other query has"));
        }
        judged.push(JudgedQuery { id: id.to_owned(), text: query.to_owned(), grades: BTreeMap::new() });
    }
    for (line, text) in lines(qrels) {
        let problem = |expected| JudgmentProblem { file: "qrels", line, expected };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [id, _, document, grade] = fields[..] else {
            return Err(problem("a query's name, 0, a SKU or code, and a grade"));
        };
        let grade: i64 = grade.parse().map_err(|_| problem("a whole number as grade"))?;
        let grade = u8::try_from(grade.max(0)).ok().filter(|grade| *grade <= GRADE_MAX);
        let grade = grade.ok_or_else(|| problem("a grade of at most 10"))?;
        if let Some(place) = places.get(id) {
            judged[*place].grades.insert(document.to_owned(), grade);
        }
    }
    Ok(judged)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // Some editors begin a file with a mark of byte order.
    let text = text.trim_start_matches('\u{feff}');
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    numbered.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_and_judgments_are_read_together() {
        let queries = "# demo\n1\tred mug\r\n2\tkite \n";
        let qrels = "1 0 MUG-RED 3\n1\t0\tPOT\t-1\n\n3 0 MUG-RED 2\n";

        let judged = read_judgments(queries, qrels).unwrap();

        let grades = BTreeMap::from([("MUG-RED".to_owned(), 3), ("POT".to_owned(), 0)]);
        assert_eq!(judged[0], JudgedQuery { id: "1".into(), text: "red mug".into(), grades });
        assert_eq!((judged.len(), judged[1].text.as_str(), judged[1].grades.len()), (2, "kite", 0));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told() {
        for (queries, qrels, problem) in [
            ("1 mug", "", "queries, line 1: a name, a tab and a query"),
            ("1\tmug\n1\tpot", "", "queries, line 2: a name that no other query has"),
            ("1\tmug", "1 0 MUG", "qrels, line 1: a query's name, 0, a SKU or code, and a grade"),
            ("1\tmug", "1 0 MUG high", "qrels, line 1: a whole number as grade"),
            ("1\tmug", "1 0 MUG 11", "qrels, line 1: a grade of at most 10"),
        ] {
            assert_eq!(read_judgments(queries, qrels).unwrap_err().to_string(), problem);
        }
    }
}
