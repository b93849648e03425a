//! Export, and building the index anew.

use std::path::Path;
use std::sync::Arc;

use ecom67_app::export::{self, ExportReport, Exporter};
use ecom67_app::import::Cancel;

use super::{Ending, ProgressEvent, Teller};
use crate::local::LocalShop;

pub(super) async fn export(shop: &LocalShop, folder: &Path, teller: &Teller) -> anyhow::Result<Ending> {
    let exporter = Exporter { catalog: shop.catalog(), media: Arc::clone(&shop.media) as _ };
    let cancel = Cancel::default();
    let progress = |report: &ExportReport| {
        teller.progress(ProgressEvent {
            doing: "exporting".to_owned(),
            done: report.products,
            total: None,
            detail: format!("{} products, {} pictures", report.products, report.pictures),
            seconds_left: None,
        });
    };
    let report = {
        let exporting = export::run(&exporter, folder, &progress, &cancel);
        tokio::pin!(exporting);
        tokio::select! {
            report = &mut exporting => report,
            () = teller.abandoned() => {
                cancel.request();
                exporting.await
            }
        }
    }?;
    for missing in &report.missing {
        teller.line(format!("the picture {missing} is missing")).await;
    }
    let line = format!(
        "done: {} documents, {} products, {} pictures, {} missing",
        report.documents, report.products, report.pictures, report.pictures_missing
    );
    teller.line(line).await;
    Ok(if report.pictures_missing == 0 { Ending::Done } else { Ending::Failed })
}

pub(super) async fn reindex(shop: &LocalShop, teller: &Teller) -> anyhow::Result<Ending> {
    let products = shop.indexer.rebuild().await?;
    teller.line(format!("{products} products indexed")).await;
    Ok(Ending::Done)
}
