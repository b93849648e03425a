//! Export, and building the index anew.

use super::{Ending, Teller};
use crate::local::LocalShop;

pub(super) async fn reindex(shop: &LocalShop, teller: &Teller) -> anyhow::Result<Ending> {
    let products = shop.indexer.rebuild().await?;
    teller.line(format!("{products} products indexed")).await;
    Ok(Ending::Done)
}
