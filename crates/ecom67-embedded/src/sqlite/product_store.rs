//! Products in SQLite.

use async_trait::async_trait;
use ecom67_app::document::{PriceChangeDocument, ProductDocument, from_json};
use ecom67_app::port::{PAGE_MAX, ProductSave, ProductStore, SaveError, SlugMatch, StoreError, Stored, Subject};
use ecom67_domain::price::PriceChange;
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::write::Unit;
use super::{Database, FEW_ROWS, UnitError, failed, micros, slugs, unreadable};

const KIND: &str = "product";

impl Database {
    /// How many products there are, shown or not. Reads an index from end to end: nothing to ask at each request.
    pub async fn product_count(&self) -> Result<u64, StoreError> {
        let count = |connection: &Connection| {
            connection.query_row("SELECT count(*) FROM products", (), |row| row.get(0)).map_err(failed)
        };
        self.read(count).await
    }
}

#[async_trait]
impl ProductStore for Database {
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
        let code = code.clone();
        self.read_rows(move |connection| find(connection, &code)).await
    }

    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError> {
        let codes: Vec<_> = codes.iter().take(PAGE_MAX).cloned().collect();
        let is_few = codes.len() <= FEW_ROWS;
        let read =
            move |connection: &Connection| codes.iter().filter_map(|code| find(connection, code).transpose()).collect();
        if is_few { self.read_rows(read).await } else { self.read(read).await }
    }

    async fn find_by_slugs(
        &self,
        slugs: &[(Language, Slug)],
    ) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError> {
        let slugs: Vec<_> = slugs.iter().take(PAGE_MAX).cloned().collect();
        self.read(move |connection| {
            let owner = |(language, slug): &(Language, Slug)| {
                let owner = slugs::owner(connection, KIND, *language, slug).map_err(failed)?;
                owner.map(|(owner, current)| Ok(SlugMatch { code: parse_code(&owner)?, current })).transpose()
            };
            slugs.iter().map(owner).collect()
        })
        .await
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
        let sku = sku.clone();
        self.read_rows(move |connection| {
            owner_of_sku(connection, &sku).map_err(failed)?.map(|owner| parse_code(&owner)).transpose()
        })
        .await
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError> {
        let after = after.map(ToString::to_string).unwrap_or_default();
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT code, version, record FROM products WHERE code > ?1 ORDER BY code LIMIT ?2")
                .map_err(failed)?;
            let mut rows = statement.query((after, limit.min(PAGE_MAX))).map_err(failed)?;
            let mut products = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let code: String = row.get(0).map_err(failed)?;
                products.push(read_product(&code, row.get(1).map_err(failed)?, row.get_ref(2).map_err(failed)?)?);
            }
            Ok(products)
        })
        .await
    }

    async fn save(&self, save: ProductSave) -> Result<Version, SaveError> {
        let record = serde_json::to_string(&ProductDocument::from(&save.product)).map_err(StoreError::failed)?;
        let answer = self.write(move |unit| save_product(unit, &save, &record)).await;
        answer.map_err(StoreError::from)?
    }

    async fn price_histories(
        &self,
        codes: &[ProductCode],
        since: Timestamp,
    ) -> Result<Vec<Vec<PriceChange>>, StoreError> {
        let codes: Vec<_> = codes.iter().take(PAGE_MAX).cloned().collect();
        self.read(move |connection| codes.iter().map(|code| price_history(connection, code, since)).collect()).await
    }
}

fn price_history(
    connection: &Connection,
    code: &ProductCode,
    since: Timestamp,
) -> Result<Vec<PriceChange>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT record FROM price_changes WHERE product = ?1 AND at >= ?2 ORDER BY at, id")
        .map_err(failed)?;
    let mut rows = statement.query((code.as_str(), micros(since))).map_err(failed)?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let record: String = row.get(0).map_err(failed)?;
        let key = || format!("price history of {code}");
        let document: PriceChangeDocument =
            from_json(record.as_bytes()).map_err(|violations| unreadable(key(), violations))?;
        changes.push(document.to_price_change().map_err(|invalid| unreadable(key(), invalid))?);
    }
    Ok(changes)
}

fn parse_code(code: &str) -> Result<ProductCode, StoreError> {
    code.parse().map_err(|invalid| unreadable(format!("product {code}"), invalid))
}

pub(super) fn find(connection: &Connection, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT version, record FROM products WHERE code = ?1").map_err(failed)?;
    let mut rows = statement.query((code.as_str(),)).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    read_product(code.as_str(), row.get(0).map_err(failed)?, row.get_ref(1).map_err(failed)?).map(Some)
}

pub(super) fn read_product(
    code: &str,
    version: i64,
    record: rusqlite::types::ValueRef<'_>,
) -> Result<Stored<Product>, StoreError> {
    let key = || format!("product {code}");
    let record = record.as_bytes().map_err(|error| unreadable(key(), error))?;
    let document: ProductDocument = from_json(record).map_err(|violations| unreadable(key(), violations))?;
    let value = document.to_product().map_err(|violations| unreadable(key(), violations))?;
    Ok(Stored { value, version: Version(version.cast_unsigned()) })
}

fn owner_of_sku(connection: &Connection, sku: &Sku) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT product FROM skus WHERE sku = ?1")?
        .query_row((sku.as_str(),), |row| row.get(0))
        .optional()
}

fn save_product(unit: &mut Unit<'_>, save: &ProductSave, record: &str) -> Result<Version, SaveError> {
    let product = &save.product;
    let code = product.code.as_str();
    let present = present_version(unit.connection, code).map_err(UnitError::from)?;
    if present != save.read_at {
        return Err(SaveError::Stale { present });
    }
    for variant in &product.variants {
        match owner_of_sku(unit.connection, &variant.sku).map_err(UnitError::from)? {
            Some(owner) if owner != code => {
                return Err(SaveError::SkuTaken { sku: variant.sku.clone(), owner: parse_code(&owner)? });
            }
            _ => {}
        }
    }
    let slugs = product.texts.iter().map(|(language, text)| (*language, text.slug.clone())).collect();
    slugs::claim(unit, KIND, code, &slugs, save.old_slugs)?;
    let version = present.map_or(Version::FIRST, Version::next);
    write_product(unit, save, record, version).map_err(UnitError::from)?;
    Ok(version)
}

fn present_version(connection: &Connection, code: &str) -> rusqlite::Result<Option<Version>> {
    connection
        .prepare_cached("SELECT version FROM products WHERE code = ?1")?
        .query_row((code,), |row| row.get::<_, i64>(0))
        .optional()
        .map(|version| version.map(|version| Version(version.cast_unsigned())))
}

fn write_product(unit: &mut Unit<'_>, save: &ProductSave, record: &str, version: Version) -> rusqlite::Result<()> {
    let product = &save.product;
    let code = product.code.as_str();
    unit.connection
        .prepare_cached(
            "INSERT INTO products (code, version, record) VALUES (?1, ?2, ?3) \
             ON CONFLICT (code) DO UPDATE SET version = excluded.version, record = excluded.record",
        )?
        .execute((code, version.0.cast_signed(), record))?;
    if version != Version::FIRST {
        unit.connection.prepare_cached("DELETE FROM skus WHERE product = ?1")?.execute((code,))?;
    }
    let mut insert = unit.connection.prepare_cached("INSERT INTO skus (sku, product) VALUES (?1, ?2)")?;
    for variant in &product.variants {
        insert.execute((variant.sku.as_str(), code))?;
    }
    let mut insert =
        unit.connection.prepare_cached("INSERT INTO price_changes (product, at, record) VALUES (?1, ?2, ?3)")?;
    for change in &save.price_changes {
        let record = serde_json::to_string(&PriceChangeDocument::from(change))
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        insert.execute((code, micros(change.at), record))?;
    }
    unit.changed(Subject::Product(product.code.clone()))
}
