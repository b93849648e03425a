//! `ecom67 search`: measures the search.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use ecom67_app::evaluation::{Evaluation, EvaluationReport, Figures, read_judgments};
use ecom67_domain::Locale;

use super::{Ending, EvaluateCommand, ProgressEvent, Teller};
use crate::local::LocalShop;

/// The largest file of queries or judgments.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How many of the queries that did worst are told.
const WORST_TOLD: usize = 10;

pub(super) async fn evaluate(shop: &LocalShop, command: EvaluateCommand, teller: &Teller) -> anyhow::Result<Ending> {
    let (queries, qrels) = (read(&command.queries).await?, read(&command.qrels).await?);
    let queries = read_judgments(&queries, &qrels)?;
    let present = shop.shop.present();
    let locale: Locale = match &command.locale {
        Some(locale) => locale.parse()?,
        None => present.best_locale(&[]).context("the shop has no market to search in")?,
    };
    let market = present.market(locale).with_context(|| format!("the shop has no locale {locale}"))?;
    shop.index.learn().await?;
    let evaluation = Evaluation {
        index: Arc::clone(&shop.index) as _,
        products: Arc::new(shop.database.bulk()),
        language: locale.language,
        market: market.code.clone(),
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
