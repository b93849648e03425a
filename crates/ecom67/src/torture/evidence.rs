//! The three sides, gathered when all has come to rest.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ecom67_app::{Clock, SystemClock};
use ecom67_audit::{Deed, Evidence, OrderLimits, ShopRecords, read_ledger};
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_embedded::{DataFolder, Database};

use super::goods::Goods;
use super::process::{Keys, OPEN_ORDERS, Setup};
use super::scene::Scene;

/// Lines of the ledger that are asked for at once.
const LINES: u32 = 10_000;

/// How long a page of the ledger may take.
const PAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// Gathers what the three sides know: the provider by its own process, the shop, which has ended, by its files.
pub(super) async fn gathered(data: &Path, setup: &Setup, scene: &Scene, goods: &Goods) -> Result<Evidence> {
    let ledger = ledger(&scene.provider, &setup.keys).await.context("the provider does not tell its ledger")?;
    let (told, carts) = scene.told();
    let folder = DataFolder::hold_existing(data)?;
    let store = Arc::new(Database::open(DatabaseOptions::new(&folder.database(), Arc::new(SystemClock)))?);
    let at = SystemClock.now();
    let shop = ShopRecords::read(&store, &carts, at).await.context("the shop's records cannot be read")?;
    let order_limits = OrderLimits { quantities: goods.quantities.clone(), open_of_customer: Some(OPEN_ORDERS) };
    let (stocked, limits) = (goods.stocked.clone(), goods.limits.clone());
    Ok(Evidence { ledger, shop, told, stocked, limits, order_limits, at })
}

async fn ledger(provider: &str, keys: &Keys) -> Result<Vec<Deed>> {
    let http = reqwest::Client::builder().timeout(PAGE_TIMEOUT).no_proxy().build()?;
    let (mut deeds, mut after) = (Vec::new(), "0".to_owned());
    loop {
        let address = format!("{provider}/simulator/ledger?after={after}&limit={LINES}");
        let response = http.get(address).bearer_auth(&keys.secret).send().await?;
        ensure!(response.status().is_success(), "it answers with {}", response.status());
        let next = response.headers().get("x-simulator-next").and_then(|next| next.to_str().ok().map(str::to_owned));
        let page = read_ledger(&response.text().await?)?;
        let next = next.context("it does not tell where to go on")?;
        deeds.extend(page);
        // At the end the next page is the same one.
        if next == after {
            return Ok(deeds);
        }
        after = next;
    }
}
