//! What the index has, told product by product.

use std::collections::HashMap;

use ecom67_domain::ProductCode;
use serde_json::json;

use super::Reader;
use super::call::CallError;
use super::settings::field;

/// So many products are told at once.
const PRODUCTS_AT_ONCE: usize = 1_000;

impl Reader {
    /// For each of the products the fingerprint of its entry.
    pub(super) async fn fingerprints(&self, products: &[ProductCode]) -> Result<Vec<Option<u64>>, CallError> {
        let mut fingerprints = Vec::with_capacity(products.len());
        for products in products.chunks(PRODUCTS_AT_ONCE) {
            let codes: Vec<&str> = products.iter().map(ProductCode::as_str).collect();
            let asked = json!({
                "size": codes.len(),
                "_source": false,
                "track_total_hits": false,
                "docvalue_fields": [field::FINGERPRINT],
                "query": { "ids": { "values": codes } },
            });
            let found = self.search(&asked).await?;
            let fingerprint = |text: &str| u64::from_str_radix(text, 16).ok();
            let known: HashMap<&str, u64> = found
                .hits
                .hits
                .iter()
                .filter_map(|hit| Some((hit.code.as_str(), fingerprint(hit.text(field::FINGERPRINT)?)?)))
                .collect();
            fingerprints.extend(codes.iter().map(|code| known.get(code).copied()));
        }
        Ok(fingerprints)
    }

    /// The first products after a code.
    pub(super) async fn products(
        &self,
        after: Option<&ProductCode>,
        limit: usize,
    ) -> Result<Vec<ProductCode>, CallError> {
        let mut products: Vec<ProductCode> = Vec::new();
        while products.len() < limit {
            let size = (limit - products.len()).min(PRODUCTS_AT_ONCE);
            let mut asked = json!({
                "size": size,
                "_source": false,
                "track_total_hits": false,
                "query": { "exists": { "field": field::CODE } },
                "sort": [{ field::CODE: "asc" }],
            });
            if let Some(after) = products.last().or(after) {
                asked["search_after"] = json!([after.as_str()]);
            }
            let found = self.search(&asked).await?.hits.hits;
            let is_last = found.len() < size;
            for hit in found {
                let strange = |_| CallError::Senseless("a product of the index has no product's code");
                products.push(hit.code.parse().map_err(strange)?);
            }
            if is_last {
                break;
            }
        }
        Ok(products)
    }
}
