//! The demo: a catalog of our own invention, carried by the binary.

mod recolour;

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context, bail};
use ecom67_app::document::{Line, PriceChangeDocument, PriceDocument, ProductDocument};
use ecom67_app::import::{Cancel, Format, ImportRequest, NoProgress, PictureError, PictureSource, Source, run};
use ecom67_domain::attribute::Color;
use jiff::{SignedDuration, Timestamp};
use rust_embed::RustEmbed;

use crate::local::LocalShop;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../demo/catalog"]
#[include = "*.jsonl"]
struct DemoCatalog;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../target/demo-pictures"]
#[include = "*.webp"]
struct DemoPictures;

/// How long before today the demo's reductions began.
const REDUCED_SINCE: SignedDuration = SignedDuration::from_hours(9 * 24);

/// How long before today the demo's prices began.
const PRICED_SINCE: SignedDuration = SignedDuration::from_hours(120 * 24);

/// Stands in the data folder while the demo is put in: a start that finds it goes on.
const UNFINISHED: &str = "demo-unfinished";

/// Fills an empty shop with the demo and its index; one that has been filled is left as it is.
pub(crate) async fn seed(shop: &LocalShop) -> anyhow::Result<()> {
    let unfinished = shop.folder.path().join(UNFINISHED);
    if !shop.is_empty() && !unfinished.exists() {
        return Ok(());
    }
    std::fs::write(&unfinished, "").context("the data folder cannot be written")?;
    fill(shop).await?;
    std::fs::remove_file(&unfinished).context("the data folder cannot be written")
}

async fn fill(shop: &LocalShop) -> anyhow::Result<()> {
    let now = shop.clock.now();
    let mut files = Vec::new();
    let mut names: Vec<_> = DemoCatalog::iter().collect();
    names.sort_unstable();
    for name in names {
        let file = DemoCatalog::get(&name).context("an embedded file is missing")?;
        files.push((name.to_string(), Cow::Owned(with_history(&file.data, now)?)));
    }
    if files.is_empty() {
        bail!("this binary was built without the demo's catalog");
    }
    let mut request = ImportRequest::new(Format::Jsonl, Source::Memory(files));
    request.pictures = Some(std::sync::Arc::new(EmbeddedPictures));
    let report = run(&shop.importer(), request, &NoProgress, &Cancel::default()).await?;
    if let Some(problem) = report.samples.first() {
        let file = problem.file.as_deref().unwrap_or_default();
        bail!(
            "the demo has a mistake: {file}:{} {}: {} ({})",
            problem.line,
            problem.field,
            problem.expected,
            problem.code
        );
    }
    shop.indexer.rebuild().await?;
    Ok(())
}

/// Writes a price history into each reduced product: the old price for months, the reduction since last week. Dates in
/// a file would be past the 30 days that count before long.
fn with_history(jsonl: &[u8], now: Timestamp) -> anyhow::Result<Vec<u8>> {
    let mut written = Vec::with_capacity(jsonl.len() * 2);
    for line in std::str::from_utf8(jsonl)?.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str(line)? {
            Line::Product(mut product) => {
                add_history(&mut product, now);
                serde_json::to_writer(&mut written, &Line::Product(product))?;
            }
            _ => written.extend_from_slice(line.as_bytes()),
        }
        written.push(b'\n');
    }
    Ok(written)
}

fn add_history(product: &mut ProductDocument, now: Timestamp) {
    let mut history = Vec::new();
    for variant in &product.variants {
        for (market, price) in &variant.prices {
            let change = |ago, was, is| PriceChangeDocument {
                at: now - ago,
                sku: variant.sku.clone(),
                market: market.clone(),
                was,
                is,
            };
            match price.compare_at {
                None => history.push(change(PRICED_SINCE, None, Some(price.clone()))),
                Some(before) => {
                    let before = PriceDocument { amount: before, compare_at: None, currency: price.currency.clone() };
                    history.push(change(PRICED_SINCE, None, Some(before.clone())));
                    history.push(change(REDUCED_SINCE, Some(before), Some(price.clone())));
                }
            }
        }
    }
    history.sort_by_key(|change| change.at);
    product.price_history = history;
}

/// The demo's pictures: `1f375.webp`, or `1f375@d6455d.webp` for the same thing in another colour.
struct EmbeddedPictures;

impl PictureSource for EmbeddedPictures {
    fn open(&self, name: &str) -> Result<Vec<u8>, PictureError> {
        let stem = Path::new(name).file_stem().and_then(|stem| stem.to_str()).ok_or(PictureError::NameInvalid)?;
        let (picture, color) = stem.split_once('@').map_or((stem, None), |(picture, color)| (picture, Some(color)));
        let file = DemoPictures::get(&format!("{picture}.webp")).ok_or(PictureError::Missing)?;
        let Some(color) = color else { return Ok(file.data.into_owned()) };
        let color: Color = format!("#{color}").parse().map_err(|_| PictureError::NameInvalid)?;
        recolour::recolour(&file.data, color).map_err(|error| PictureError::Unreadable(std::io::Error::other(error)))
    }
}
