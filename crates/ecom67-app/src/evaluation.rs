//! How good the search is, as numbers: its results against what people judged.

mod figures;
mod judgments;
mod typo;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ecom67_domain::{Language, MarketCode, ProductCode, Sku};
use serde::Serialize;

use crate::port::{ProductStore, StoreError};
use crate::search::{ListQuery, ProductIndex, SearchTuning};

pub use figures::{Figures, Ranking};
pub use judgments::{JudgedQuery, JudgmentProblem, read_judgments};
pub use typo::with_typo;

/// How far down the results are read: judged products may stand behind many that nobody judged.
const DEPTH_MAX: usize = 1_000;

/// Measures the search of one market in one language.
#[derive(Clone)]
pub struct Evaluation {
    /// What is searched.
    pub index: Arc<dyn ProductIndex>,
    /// Where judged products are looked up.
    pub products: Arc<dyn ProductStore>,
    /// The language that is searched in.
    pub language: Language,
    /// The market whose products are found.
    pub market: MarketCode,
    /// What the shop's merchants say of searches.
    pub tuning: SearchTuning,
}

/// What came of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// The seed of the typos that were made; `None` where queries were asked as they are.
    pub typos: Option<u64>,
    /// The means over all queries with a relevant product.
    pub mean: Figures,
    /// The queries with a relevant product, in the order of the file.
    pub queries: Vec<QueryReport>,
    /// Queries that no relevant product is known for: nothing can be said of them.
    pub queries_without_relevant: usize,
    /// Judged products that the shop does not have.
    pub unknown_products: usize,
}

/// How one query did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueryReport {
    /// Its name in the files.
    pub id: String,
    /// What was asked.
    pub text: String,
    /// How well it was answered.
    pub figures: Figures,
}

impl Evaluation {
    /// Asks every query and compares; `told` hears of each.
    pub async fn run(
        &self,
        queries: Vec<JudgedQuery>,
        typos: Option<u64>,
        mut told: impl FnMut(&QueryReport),
    ) -> Result<EvaluationReport, StoreError> {
        let documents: Vec<&str> = queries.iter().flat_map(|query| query.grades.keys()).map(String::as_str).collect();
        let known = self.codes(&documents).await?;
        let unknown = documents.iter().collect::<std::collections::BTreeSet<_>>();
        let unknown_products = unknown.into_iter().filter(|document| !known.contains_key(**document)).count();
        let mut reports = Vec::with_capacity(queries.len());
        let mut queries_without_relevant = 0;
        for query in queries {
            if query.grades.values().all(|grade| *grade == 0) {
                queries_without_relevant += 1;
                continue;
            }
            let grades = grades_by_product(&query.grades, &known);
            let text = typos.map_or_else(|| query.text.clone(), |seed| with_typo(&query.text, seed, &query.id));
            let results = self.results(&text, &grades).await?;
            let figures = Ranking { results: &results, grades: &grades }.figures();
            let report = QueryReport { id: query.id, text, figures };
            told(&report);
            reports.push(report);
        }
        let mean = Figures::mean(reports.iter().map(|report| &report.figures));
        Ok(EvaluationReport { typos, mean, queries: reports, queries_without_relevant, unknown_products })
    }

    /// The products that judged documents stand for: by SKU, or else by code.
    async fn codes(&self, documents: &[&str]) -> Result<HashMap<String, ProductCode>, StoreError> {
        let mut codes = HashMap::new();
        for document in documents {
            if codes.contains_key(*document) {
                continue;
            }
            let of_sku = match document.parse::<Sku>() {
                Ok(sku) => self.products.find_by_sku(&sku).await?,
                Err(_) => None,
            };
            let code = match (of_sku, document.parse::<ProductCode>()) {
                (Some(code), _) => Some(code),
                (None, Ok(code)) => self.products.find(&code).await?.map(|_| code),
                (None, Err(_)) => None,
            };
            codes.extend(code.map(|code| ((*document).to_owned(), code)));
        }
        Ok(codes)
    }

    /// What the search finds, as far down as figures look.
    async fn results(&self, text: &str, grades: &BTreeMap<String, u8>) -> Result<Vec<String>, StoreError> {
        let mut results: Vec<String> = Vec::new();
        let mut after = None;
        loop {
            let hits = self.index.list(self.query(text, after)).await?;
            results.extend(hits.hits.into_iter().map(|hit| hit.code.to_string()));
            let judged = results.iter().filter(|code| grades.contains_key(*code)).count();
            let is_enough = results.len() >= figures::RECALL_DEPTH && judged >= figures::TOP;
            after = hits.next;
            if after.is_none() || is_enough || results.len() >= DEPTH_MAX {
                return Ok(results);
            }
        }
    }

    fn query(&self, text: &str, after: Option<crate::search::SortKey>) -> ListQuery {
        let everything = ListQuery::everything(self.language, self.market.clone());
        ListQuery { after, ..everything.searching(text.to_owned(), &self.tuning) }
    }
}

/// Grades by what results are named by. Of several judged documents of one product the best counts; a document that
/// the shop does not have keeps its own name, which no result has.
fn grades_by_product(grades: &BTreeMap<String, u8>, known: &HashMap<String, ProductCode>) -> BTreeMap<String, u8> {
    let mut by_product: BTreeMap<String, u8> = BTreeMap::new();
    for (document, grade) in grades {
        // No code has this character.
        let name = known.get(document).map_or_else(|| format!("\u{0}{document}"), ToString::to_string);
        let best = by_product.entry(name).or_default();
        *best = (*best).max(*grade);
    }
    by_product
}
