//! Looking whether a data folder is whole.

use super::{Ending, Teller};
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
