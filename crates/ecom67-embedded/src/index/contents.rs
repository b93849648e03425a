//! What the index has, told product by product.

use std::collections::BTreeSet;

use ecom67_domain::ProductCode;
use tantivy::TantivyError;

use super::explain::find;
use super::schema::{Fields, column};
use super::segment::Snapshot;

/// For each of the products the fingerprint of its entry.
pub(super) fn fingerprints(
    fields: &Fields,
    snapshot: &Snapshot,
    products: &[ProductCode],
) -> tantivy::Result<Vec<Option<u64>>> {
    let mut fingerprints = Vec::with_capacity(products.len());
    for product in products {
        let fingerprint = match find(fields, snapshot, product)? {
            Some((segment, document)) => {
                let columns = snapshot.segments[segment].reader.fast_fields();
                columns.u64(column::FINGERPRINT)?.first(document)
            }
            None => None,
        };
        fingerprints.push(fingerprint);
    }
    Ok(fingerprints)
}

/// The first products after a code.
pub(super) fn products(
    fields: &Fields,
    snapshot: &Snapshot,
    after: Option<&ProductCode>,
    limit: usize,
) -> tantivy::Result<Vec<ProductCode>> {
    let mut found: BTreeSet<ProductCode> = BTreeSet::new();
    for segment in &snapshot.segments {
        let codes = &segment.columns.codes;
        let mut in_segment = 0;
        for code in codes.iter_after(after.map_or("", ProductCode::as_str)) {
            if in_segment >= limit {
                break;
            }
            let code: ProductCode =
                code.parse().map_err(|_| TantivyError::SchemaError(format!("{code:?} is no product's code")))?;
            // Codes of products that were removed stay until their segment is merged.
            if find(fields, snapshot, &code)?.is_some() {
                in_segment += 1;
                found.insert(code);
            }
        }
    }
    Ok(found.into_iter().take(limit).collect())
}
