//! The sitemap: an index, and files of addresses.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use ecom67_app::port::{PAGE_MAX, StoreError};
use ecom67_app::shop::Shop;
use ecom67_domain::{Language, Product, ProductCode};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::Pages;
use super::site::PublicUrl;
use crate::present::ProductAddresses;
use crate::problem::ApiError;

/// The most addresses of one file.
const ADDRESSES_MAX: usize = 10_000;

/// How long it is known which product begins which file: finding out reads every product.
const PLAN_AGE_MAX: SignedDuration = SignedDuration::from_hours(1);

const INDEX: &str = "/sitemap.xml";
const FILES: &str = "/sitemaps/";
const SHOP_FILES: &str = "shop-";
const PRODUCT_FILES: &str = "products-";

/// After which product each file of products begins. Cloning shares it.
#[derive(Clone, Default)]
pub(super) struct SitemapPlan {
    known: Arc<Mutex<Option<Plan>>>,
}

#[derive(Clone)]
struct Plan {
    made_at: Timestamp,
    products_per_file: usize,
    begins_after: Arc<[Option<ProductCode>]>,
}

/// Whether a path is one of the sitemap's.
pub(super) fn is_sitemap(path: &str) -> bool {
    path == INDEX || path.starts_with(FILES)
}

impl Pages {
    /// A file of the sitemap as XML: `/sitemap.xml` and what it names. `None` where there is none, as on every path
    /// while nobody has said where the site stands.
    pub async fn sitemap(&self, path: &str) -> Result<Option<Vec<u8>>, ApiError> {
        let Some(site) = &self.site else { return Ok(None) };
        if path == INDEX {
            return Ok(Some(self.sitemap_index(site).await?));
        }
        let Some(name) = path.strip_prefix(FILES).and_then(|name| name.strip_suffix(".xml")) else { return Ok(None) };
        let number = |kind: &str| name.strip_prefix(kind)?.parse::<usize>().ok()?.checked_sub(1);
        let addresses = match (number(SHOP_FILES), number(PRODUCT_FILES)) {
            (Some(index), _) => {
                shop_paths(&self.presenter.shop.present()).chunks(ADDRESSES_MAX).nth(index).map(<[_]>::to_vec)
            }
            (_, Some(index)) => self.product_paths(index).await?,
            _ => None,
        };
        Ok(addresses.map(|paths| address_file(site, &paths)))
    }

    async fn sitemap_index(&self, site: &PublicUrl) -> Result<Vec<u8>, ApiError> {
        let shop_files = shop_paths(&self.presenter.shop.present()).len().div_ceil(ADDRESSES_MAX);
        let product_files = self.sitemap_plan().await?.begins_after.len();
        let mut xml = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for (kind, count) in [(SHOP_FILES, shop_files), (PRODUCT_FILES, product_files)] {
            for number in 1..=count {
                let address = site.join(&format!("{FILES}{kind}{number}.xml"));
                let _ = writeln!(xml, "<sitemap><loc>{}</loc></sitemap>", escaped(&address));
            }
        }
        xml.push_str("</sitemapindex>\n");
        Ok(xml.into_bytes())
    }

    /// The paths of the products of one file, in every locale that sells them.
    async fn product_paths(&self, index: usize) -> Result<Option<Vec<String>>, ApiError> {
        let plan = self.sitemap_plan().await?;
        let Some(begins_after) = plan.begins_after.get(index) else { return Ok(None) };
        let shop = self.presenter.shop.present();
        let languages: BTreeSet<Language> = shop.locales().map(|(locale, _)| locale.language).collect();
        let languages: Vec<Language> = languages.into_iter().collect();
        let (mut paths, mut after, mut left) = (Vec::new(), begins_after.clone(), plan.products_per_file);
        while left > 0 {
            let limit = left.min(PAGE_MAX);
            let page = self.presenter.products.list(after.as_ref(), limit).await?;
            let addresses =
                self.presenter.product_addresses(&shop, &languages, page.iter().map(|stored| &stored.value)).await?;
            for stored in &page {
                add_paths(&shop, &stored.value, &addresses, &mut paths);
            }
            left -= limit;
            match page.last() {
                Some(last) if page.len() == limit => after = Some(last.value.code.clone()),
                _ => break,
            }
        }
        Ok(Some(paths))
    }

    /// The plan, made anew where it is too old. One walk at a time, which goes on when its request is given up: a walk
    /// that starts again with each impatient robot would never end.
    async fn sitemap_plan(&self) -> Result<Plan, ApiError> {
        let mut known = Arc::clone(&self.sitemap.known).lock_owned().await;
        let now = self.presenter.clock.now();
        let locales = self.presenter.shop.present().locales().count().max(1);
        let products_per_file = (ADDRESSES_MAX / locales).max(1);
        if let Some(plan) = &*known
            && now.duration_since(plan.made_at) < PLAN_AGE_MAX
            && plan.products_per_file == products_per_file
        {
            return Ok(plan.clone());
        }
        let products = Arc::clone(&self.presenter.products);
        let walk = tokio::spawn(async move {
            let mut begins_after = Vec::new();
            let (mut after, mut seen): (Option<ProductCode>, usize) = (None, 0);
            loop {
                let page = products.list(after.as_ref(), PAGE_MAX).await?;
                for stored in &page {
                    if seen.is_multiple_of(products_per_file) {
                        begins_after.push(after.clone());
                    }
                    after = Some(stored.value.code.clone());
                    seen += 1;
                }
                if page.len() < PAGE_MAX {
                    break;
                }
            }
            let plan = Plan { made_at: now, products_per_file, begins_after: begins_after.into() };
            *known = Some(plan.clone());
            Ok::<_, StoreError>(plan)
        });
        Ok(walk.await.map_err(|error| ApiError::internal(&error))??)
    }
}

/// Adds a product's paths, in the locales whose market has a price for it.
fn add_paths(shop: &Shop, product: &Product, addresses: &ProductAddresses<'_>, paths: &mut Vec<String>) {
    if !product.is_visible() {
        return;
    }
    for (locale, market) in shop.locales() {
        if product.variants.iter().any(|variant| variant.prices.contains_key(&market.code)) {
            paths.push(format!("/{locale}/p/{}", addresses.of(locale.language, product)));
        }
    }
}

/// The paths of everything but products, in every locale.
fn shop_paths(shop: &Shop) -> Vec<String> {
    let mut paths = Vec::new();
    for (locale, market) in shop.locales() {
        let language = locale.language;
        paths.push(format!("/{locale}/"));
        let categories = shop.categories.iter().filter_map(|category| shop.category_address(category, language));
        paths.extend(categories.map(|address| format!("/{locale}/c/{address}")));
        let collections = shop.collections.values();
        let collections = collections.filter_map(|collection| shop.collection_address(collection, language));
        paths.extend(collections.map(|address| format!("/{locale}/l/{address}")));
        let pages = shop.pages_in(market).into_iter().filter_map(|page| shop.page_address(page, language));
        paths.extend(pages.map(|address| format!("/{locale}/pages/{address}")));
    }
    paths
}

/// Alternates in other languages stand in the pages themselves: here they would multiply each file by the locales.
fn address_file(site: &PublicUrl, paths: &[String]) -> Vec<u8> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in paths {
        let _ = writeln!(xml, "<url><loc>{}</loc></url>", escaped(&site.join(path)));
    }
    xml.push_str("</urlset>\n");
    xml.into_bytes()
}

/// Paths are plain; a host may not be.
fn escaped(address: &str) -> String {
    address.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;")
}
