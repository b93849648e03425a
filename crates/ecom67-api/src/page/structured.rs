//! What a page shows, for programs: schema.org in JSON-LD.

use ecom67_domain::{Currency, Money};
use serde_json::{Value, json};

use super::site::PublicUrl;
use super::words::ShopWords;
use crate::view;

const CONTEXT: &str = "https://schema.org";

/// Schema.org's names of availabilities, the best first.
const AVAILABILITIES: [(view::Availability, &str); 4] = [
    (view::Availability::InStock, "InStock"),
    (view::Availability::LowStock, "LimitedAvailability"),
    (view::Availability::BackOrder, "BackOrder"),
    (view::Availability::SoldOut, "OutOfStock"),
];

/// Writes addresses: absolute where it is known where the site stands, else as paths, which the page's own address
/// completes.
#[derive(Clone, Copy)]
pub(super) struct Addresses<'page> {
    pub(super) site: Option<&'page PublicUrl>,
    pub(super) shop: &'page ShopWords<'page>,
}

impl Addresses<'_> {
    fn of(self, path: &str) -> String {
        self.site.map_or_else(|| path.to_owned(), |site| site.join(path))
    }

    /// The address of a path below the locale.
    fn below(self, path: &str) -> String {
        self.of(&self.shop.path(path))
    }
}

/// The shop itself: what its home page stands for.
pub(super) fn home(addresses: Addresses<'_>) -> Vec<Value> {
    let identity = &addresses.shop.navigation.shop;
    let (url, search) = (addresses.below("/"), addresses.below("/search?q={search_term_string}"));
    vec![
        json!({
            "@context": CONTEXT,
            "@type": "WebSite",
            "name": identity.name,
            "url": url,
            "inLanguage": addresses.shop.tag(),
            "potentialAction": {
                "@type": "SearchAction",
                "target": { "@type": "EntryPoint", "urlTemplate": search },
                "query-input": "required name=search_term_string",
            },
        }),
        json!({
            "@context": CONTEXT,
            "@type": "Organization",
            "name": identity.name,
            "description": identity.tagline,
            "url": addresses.of("/"),
        }),
    ]
}

/// The way to a page: home, categories from the top, and the page itself.
pub(super) fn breadcrumbs<'crumb>(
    addresses: Addresses<'_>,
    categories: impl IntoIterator<Item = (&'crumb str, &'crumb str)>,
    own_name: &str,
    own_path: &str,
) -> Value {
    let mut steps = vec![(addresses.shop.navigation.shop.name.clone(), addresses.below("/"))];
    steps.extend(categories.into_iter().map(|(slug, name)| (name.to_owned(), addresses.below(&format!("/c/{slug}")))));
    steps.push((own_name.to_owned(), addresses.below(own_path)));
    let item = |(index, (name, address)): (usize, (String, String))| json!({ "@type": "ListItem", "position": index + 1, "name": name, "item": address });
    let items: Vec<Value> = steps.into_iter().enumerate().map(item).collect();
    json!({ "@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items })
}

/// A product with what it costs.
pub(super) fn product(addresses: Addresses<'_>, product: &view::Product) -> Value {
    let url = addresses.below(&format!("/p/{}", product.slug));
    let description = [&product.summary, &product.seo.description].into_iter().find(|text| !text.is_empty());
    let pictures: Vec<String> = product
        .pictures
        .iter()
        .filter_map(|picture| picture.sources.last())
        .map(|source| addresses.of(&source.url))
        .collect();
    let mut value = json!({ "@context": CONTEXT, "@type": "Product", "name": product.name, "url": url });
    let mut put = |key: &str, member: Option<Value>| {
        if let Some(member) = member {
            value[key] = member;
        }
    };
    put("description", description.map(|text| json!(text)));
    put("image", (!pictures.is_empty()).then(|| json!(pictures)));
    put("brand", product.brand.as_ref().map(|name| json!({ "@type": "Brand", "name": name })));
    put("category", product.product_type.as_ref().map(|kind| json!(kind)));
    // With several variants none of their numbers is the product's.
    match product.variants.as_slice() {
        [variant] => {
            put("sku", Some(json!(variant.sku)));
            put("gtin", variant.barcode.as_ref().map(|barcode| json!(barcode)));
        }
        _ => put("sku", Some(json!(product.code))),
    }
    put("offers", offers(product, &url));
    value
}

/// One offer where all variants cost the same, else a range; none where nothing is sold in this market.
fn offers(product: &view::Product, url: &str) -> Option<Value> {
    let prices = || product.variants.iter().filter_map(|variant| variant.price.as_ref());
    let lowest = prices().min_by_key(|price| price.amount)?;
    let highest = prices().max_by_key(|price| price.amount)?;
    let sold = product.variants.iter().filter(|variant| variant.price.is_some());
    let is_so = |(known, _): &&(view::Availability, &str)| sold.clone().any(|variant| variant.availability == *known);
    let (_, availability) = AVAILABILITIES.iter().find(is_so)?;
    let mut offer = if lowest.amount == highest.amount {
        json!({ "@type": "Offer", "price": decimal(lowest)? })
    } else {
        let (low, high) = (decimal(lowest)?, decimal(highest)?);
        json!({ "@type": "AggregateOffer", "lowPrice": low, "highPrice": high, "offerCount": sold.count() })
    };
    offer["priceCurrency"] = json!(lowest.currency);
    offer["availability"] = json!(format!("{CONTEXT}/{availability}"));
    offer["itemCondition"] = json!(format!("{CONTEXT}/NewCondition"));
    offer["url"] = json!(url);
    Some(offer)
}

fn decimal(price: &view::Price) -> Option<String> {
    let currency: Currency = price.currency.parse().ok()?;
    Some(Money::new(price.amount, currency).to_decimal())
}
