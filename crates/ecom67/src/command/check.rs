//! Looking whether a data folder is whole.

use std::sync::Arc;

use ecom67_app::recount::{Recount, Repair};

use super::{Ending, ProgressEvent, Teller};
use crate::local::LocalShop;

pub(super) async fn check(shop: &LocalShop, teller: &Teller) -> anyhow::Result<Ending> {
    let report = shop.database.bulk().check().await?;
    let whole = format!(
        "{} products, {} documents, {} stock records checked",
        report.products, report.documents, report.stock_records
    );
    teller.line(whole).await;
    for problem in &report.problems {
        teller.line(format!("{}: {}", problem.subject, problem.message)).await;
    }
    if report.problems.is_empty() {
        teller.line("the data folder is whole").await;
        Ok(Ending::Done)
    } else {
        Ok(Ending::Failed)
    }
}

pub(super) async fn recount(shop: &LocalShop, repair: bool, teller: &Teller) -> anyhow::Result<Ending> {
    let recount = Recount { stock: Arc::new(shop.database.bulk()) };
    let repair = if repair { Repair::Yes } else { Repair::No };
    let counting = recount.run(repair, |counted| {
        teller.progress(ProgressEvent {
            doing: "counting".to_owned(),
            done: counted.variants,
            total: None,
            detail: format!("{} variants, {} entries, {} wrong", counted.variants, counted.entries, counted.wrong),
            seconds_left: None,
        });
    });
    let report = counting.await?;
    for finding in &report.findings {
        teller.line(finding.to_string()).await;
    }
    let counted = report.counted;
    let line = format!(
        "{} variants and {} ledger entries counted: {} wrong, {} put right",
        counted.variants, counted.entries, counted.wrong, report.repaired
    );
    teller.line(line).await;
    let is_right = counted.wrong == report.repaired;
    Ok(if is_right { Ending::Done } else { Ending::Failed })
}
