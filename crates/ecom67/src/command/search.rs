//! `ecom67 search`: measures and explains the search, and reports what is searched.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use ecom67_app::evaluation::{Evaluation, EvaluationReport, Figures, read_judgments};
use ecom67_app::port::ProductStore;
use ecom67_app::search::{EXPLAINED_MAX, Explanation, ListQuery, Placed, ProductIndex};
use ecom67_app::search_log::{self, ReportRequest, SearchScope};
use ecom67_domain::{Language, Locale, MarketCode, ProductCode, Sku};

use super::search_report;
use super::{Ending, EvaluateCommand, ProgressEvent, ReportCommand, Teller};
use crate::local::LocalShop;

/// The largest file of queries or judgments.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How many of the queries that did worst are told.
const WORST_TOLD: usize = 10;

pub(super) async fn evaluate(shop: &LocalShop, command: EvaluateCommand, teller: &Teller) -> anyhow::Result<Ending> {
    let (queries, qrels) = (read(&command.queries).await?, read(&command.qrels).await?);
    let queries = read_judgments(&queries, &qrels)?;
    let (language, market) = searched(shop, command.locale.as_deref())?;
    shop.index.learn().await?;
    let evaluation = Evaluation {
        index: Arc::clone(&shop.index) as _,
        products: Arc::new(shop.database.bulk()),
        language,
        market,
        tuning: shop.shop.present().search_tuning().clone(),
    };
    let (mut done, total) = (0, queries.len() as u64);
    let report = evaluation.run(queries, command.typos, |query| {
        done += 1;
        teller.progress(ProgressEvent {
            doing: "asking".to_owned(),
            done,
            total: Some(total),
            detail: query.text.clone(),
            seconds_left: None,
        });
    });
    let report = report.await?;
    if report.queries.is_empty() {
        bail!("no query has a relevant product: there is nothing to measure");
    }
    if command.json {
        teller.line(serde_json::to_string_pretty(&report)?).await;
    } else {
        for line in told(&report) {
            teller.line(line).await;
        }
    }
    Ok(Ending::Done)
}

pub(super) async fn explain(
    shop: &LocalShop,
    words: &str,
    sku: &str,
    locale: Option<&str>,
    teller: &Teller,
) -> anyhow::Result<Ending> {
    let (language, market) = searched(shop, locale)?;
    let sku: Sku = sku.parse().map_err(|invalid| anyhow::anyhow!("the SKU: {invalid}"))?;
    let product = shop.database.find_by_sku(&sku).await?.with_context(|| format!("no product has the SKU {sku}"))?;
    if words.trim().is_empty() {
        bail!("there are no words to explain");
    }
    shop.index.learn().await?;
    let tuning = shop.shop.present();
    let query = ListQuery::everything(language, market).searching(words.to_owned(), tuning.search_tuning());
    let explanation = shop.index.explain(query, &product).await?;
    let explanation =
        explanation.with_context(|| format!("the index does not have {product}: shoppers do not see it"))?;
    for line in explained(&product, &explanation) {
        teller.line(line).await;
    }
    Ok(Ending::Done)
}

pub(super) async fn report(shop: &LocalShop, command: ReportCommand, teller: &Teller) -> anyhow::Result<Ending> {
    let scopes = match command.locale.as_deref() {
        Some(locale) => {
            let (language, market) = searched(shop, Some(locale))?;
            vec![SearchScope { language, market }]
        }
        None => search_log::scopes(&shop.shop),
    };
    // A server has counted something that is not written yet.
    shop.search_log.flush().await?;
    let request = ReportRequest { scopes, days: command.days, limit: command.limit };
    let report = search_log::report(&shop.database, shop.clock.now(), &request).await?;
    if command.json {
        teller.line(serde_json::to_string_pretty(&report)?).await;
    } else {
        for line in search_report::told(&report) {
            teller.line(line).await;
        }
    }
    Ok(Ending::Done)
}

/// What is searched: language and market of a locale, or of the shop's first.
fn searched(shop: &LocalShop, locale: Option<&str>) -> anyhow::Result<(Language, MarketCode)> {
    let present = shop.shop.present();
    let locale: Locale = match locale {
        Some(locale) => locale.parse()?,
        None => present.best_locale(&[]).context("the shop has no market to search in")?,
    };
    let market = present.market(locale).with_context(|| format!("the shop has no locale {locale}"))?;
    Ok((locale.language, market.code.clone()))
}

/// The explanation in lines for people.
fn explained(product: &ProductCode, explanation: &Explanation) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(corrected) = &explanation.corrected {
        lines.push(format!("searched instead: {corrected}"));
    }
    lines.push(match explanation.place {
        Some(place) => format!("{product} is number {place} of {}", explanation.total),
        None => format!("{product} is not among the first {EXPLAINED_MAX} of {}", explanation.total),
    });
    match explanation.placed {
        Some(Placed::Pinned) => lines.push("  it is pinned for this query".to_owned()),
        Some(Placed::Buried) => lines.push("  it is buried for this query".to_owned()),
        None => {}
    }
    for word in &explanation.words {
        let alternatives: Vec<String> = word
            .alternatives
            .iter()
            .map(|(word, weight)| if *weight < 1.0 { format!("{word} ×{weight}") } else { word.clone() })
            .collect();
        lines.push(format!(
            "  {:.3} by name and description, {:.3} by all texts, of {:.3}: {}",
            word.by_main,
            word.by_all,
            word.share,
            alternatives.join(", ")
        ));
    }
    if explanation.number_bonus > 0.0 {
        lines.push(format!("  {:.3} for having the number", explanation.number_bonus));
    }
    if let Some(likeness) = explanation.likeness {
        lines.push(format!("  {likeness:+.3} for being like the best results, less repetitions of its name"));
    }
    let by_words: f32 = explanation.words.iter().map(|word| word.by_main + word.by_all).sum();
    let sum = by_words + explanation.number_bonus + explanation.likeness.unwrap_or(0.0);
    lines.push(format!("  {sum:.3} together"));
    lines
}

async fn read(path: &Path) -> anyhow::Result<String> {
    let named = || path.display().to_string();
    let size = tokio::fs::metadata(path).await.with_context(named)?.len();
    if size > FILE_BYTES_MAX {
        bail!("{}: at most {} MB", path.display(), FILE_BYTES_MAX / 1024 / 1024);
    }
    tokio::fs::read_to_string(path).await.with_context(named)
}

/// The report in lines for people.
fn told(report: &EvaluationReport) -> Vec<String> {
    let Figures { ndcg_10, ndcg_10_judged, judged_10, reciprocal_rank, recall_50 } = report.mean;
    let typos = report.typos.map_or_else(String::new, |seed| format!(", with typos of the seed {seed}"));
    let mut lines = vec![
        format!("{} queries with a relevant product{typos}", report.queries.len()),
        format!("nDCG@10                {ndcg_10:.3}"),
        format!("nDCG@10, judged only   {ndcg_10_judged:.3}"),
        format!("judged in the top ten  {judged_10:.3}"),
        format!("MRR                    {reciprocal_rank:.3}"),
        format!("recall@50              {recall_50:.3}"),
    ];
    if report.queries_without_relevant > 0 {
        lines.push(format!("{} queries have no relevant product and are left out", report.queries_without_relevant));
    }
    if report.unknown_products > 0 {
        lines.push(format!("{} judged products are not in the shop", report.unknown_products));
    }
    let mut worst: Vec<_> = report.queries.iter().collect();
    worst.sort_by(|left, right| left.figures.ndcg_10.total_cmp(&right.figures.ndcg_10));
    lines.push("least well answered, by nDCG@10:".to_owned());
    let line = |query: &&ecom67_app::evaluation::QueryReport| format!("  {:.3}  {}", query.figures.ndcg_10, query.text);
    lines.extend(worst.iter().take(WORST_TOLD).map(line));
    lines
}
