//! Looks whether a database is whole: for `ecom67 check`, and for the tests that kill it.

use std::collections::BTreeMap;

use ecom67_app::port::{MediaStore, StoreError};
use ecom67_domain::catalog::MediaId;
use ecom67_domain::text::ByLanguage;
use ecom67_domain::{ProductCode, Slug};
use rusqlite::Connection;

use super::{Database, carts, dead_letters, document_store, failed, gift_cards, outbox, product_store, queue};

/// The most problems of one check that are told.
pub const PROBLEMS_MAX: usize = 100;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Products that were read.
    pub products: u64,
    /// Those of them that shoppers may see: what an index of the shop has.
    pub visible_products: u64,
    /// Documents that were read.
    pub documents: u64,
    /// Variants whose ledger was added up.
    pub stock_records: u64,
    /// Carts that were read.
    pub carts: u64,
    /// Gift cards whose ledger was added up.
    pub gift_cards: u64,
    /// What is wrong, up to [`PROBLEMS_MAX`].
    pub problems: Vec<Problem>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub subject: String,
    /// What.
    pub message: String,
}

impl CheckReport {
    fn add(&mut self, subject: impl Into<String>, message: impl Into<String>) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { subject: subject.into(), message: message.into() });
        }
    }

    fn add_all(&mut self, problems: Vec<Problem>) {
        let room = PROBLEMS_MAX - self.problems.len();
        self.problems.extend(problems.into_iter().take(room));
    }
}

/// How many rows are looked at in one snapshot: no reader may hold one for long.
const PAGE: usize = 500;

impl Database {
    /// Checks the file, every record, every claim on a slug or SKU, that each ledger adds up to its record or gift card, and that queues
    /// and the outbox can go on.
    pub async fn check(&self) -> Result<CheckReport, StoreError> {
        self.check_with(None).await
    }

    /// The same, and that every picture of a product is in `media`.
    pub async fn check_with_pictures(&self, media: &dyn MediaStore) -> Result<CheckReport, StoreError> {
        self.check_with(Some(media)).await
    }

    async fn check_with(&self, media: Option<&dyn MediaStore>) -> Result<CheckReport, StoreError> {
        let mut report = self.read(check_file).await?;
        let mut after = String::new();
        loop {
            let from = after.clone();
            let page = self.read(move |connection| check_products(connection, &from)).await?;
            report.products += page.report.products;
            report.visible_products += page.report.visible_products;
            report.add_all(page.report.problems);
            if let Some(media) = media {
                check_pictures(media, &page.pictures, &mut report).await?;
            }
            let Some(last) = page.last else { break };
            after = last;
        }
        let mut after = (String::new(), String::new());
        loop {
            let from = after.clone();
            let (page, last) = self.read(move |connection| check_documents(connection, &from)).await?;
            report.documents += page.documents;
            report.add_all(page.problems);
            let Some(last) = last else { break };
            after = last;
        }
        let mut after = (String::new(), String::new(), String::new());
        loop {
            let from = after.clone();
            let (problems, last) = self.read(move |connection| check_slugs(connection, &from)).await?;
            report.add_all(problems);
            let Some(last) = last else { break };
            after = last;
        }
        let mut after = String::new();
        loop {
            let from = after.clone();
            let (page, last) = self.read(move |connection| check_stock(connection, &from)).await?;
            report.stock_records += page.stock_records;
            report.add_all(page.problems);
            let Some(last) = last else { break };
            after = last;
        }
        let mut after = String::new();
        loop {
            let from = after.clone();
            let (problems, last) = self.read(move |connection| check_dead_letters(connection, &from)).await?;
            report.add_all(problems);
            let Some(last) = last else { break };
            after = last;
        }
        let mut after = Vec::new();
        loop {
            let from = std::mem::take(&mut after);
            let (count, problems, last) = self.read(move |connection| check_carts(connection, &from)).await?;
            report.carts += count;
            report.add_all(problems);
            let Some(last) = last else { break };
            after = last;
        }
        let mut after = Vec::new();
        loop {
            let from = std::mem::take(&mut after);
            let page = self.read(move |connection| gift_cards::differences(connection, &from, PAGE).map_err(failed));
            let (count, differences, last) = page.await?;
            report.gift_cards += count;
            for gift_cards::Difference { card, balance, ledger } in differences {
                report.add(card, format!("the ledger adds up to {ledger}, and {balance} is left on it"));
            }
            let Some(last) = last else { break };
            after = last;
        }
        report.add_all(self.read(queue::check_counts).await?);
        let mut after = 0;
        loop {
            let (problems, last) = self.read(move |connection| queue::check_messages(connection, after, PAGE)).await?;
            report.add_all(problems);
            let Some(last) = last else { break };
            after = last;
        }
        let mut after = outbox::EntryKey::default();
        loop {
            let from = std::mem::take(&mut after);
            let (problems, last) = self.read(move |connection| outbox::check(connection, &from, PAGE)).await?;
            report.add_all(problems);
            let Some(last) = last else { break };
            after = last;
        }
        Ok(report)
    }
}

fn check_file(connection: &Connection) -> Result<CheckReport, StoreError> {
    let mut report = CheckReport::default();
    for pragma in ["integrity_check", "foreign_key_check"] {
        let mut statement = connection.prepare(&format!("PRAGMA {pragma}")).map_err(failed)?;
        let mut rows = statement.query(()).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let message: String = row.get(0).map_err(failed)?;
            if message != "ok" {
                report.add(pragma, message);
            }
        }
    }
    Ok(report)
}

/// What was found in a page of products.
#[derive(Default)]
struct ProductsPage {
    report: CheckReport,
    /// The pictures that are shown for a product.
    pictures: Vec<(ProductCode, MediaId)>,
    last: Option<String>,
}

async fn check_pictures(
    media: &dyn MediaStore,
    pictures: &[(ProductCode, MediaId)],
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    for (product, id) in pictures {
        match media.info(id).await {
            Ok(Some(_)) => {}
            Ok(None) => report.add(format!("product {product}"), format!("its picture {} is missing", id.as_str())),
            Err(StoreError::Unreadable { key, reason }) => {
                report.add(format!("product {product}"), format!("its {key} cannot be read: {reason}"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn check_products(connection: &Connection, after: &str) -> Result<ProductsPage, StoreError> {
    let ProductsPage { mut report, mut pictures, mut last } = ProductsPage::default();
    let mut statement = connection
        .prepare_cached("SELECT code, version, record FROM products WHERE code > ?1 ORDER BY code LIMIT ?2")
        .map_err(failed)?;
    let mut rows = statement.query((after, PAGE)).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let code: String = row.get(0).map_err(failed)?;
        report.products += 1;
        match product_store::read_product(&code, row.get(1).map_err(failed)?, row.get_ref(2).map_err(failed)?) {
            Err(error) => report.add(format!("product {code}"), error.to_string()),
            Ok(stored) => {
                let product = stored.value;
                report.visible_products += u64::from(product.is_visible());
                pictures.extend(product.pictures.iter().map(|shown| (product.code.clone(), shown.media.clone())));
                let skus = skus_of(connection, &code)?;
                let mut expected: Vec<_> = product.variants.iter().map(|variant| variant.sku.to_string()).collect();
                expected.sort_unstable();
                if skus != expected {
                    report.add(format!("product {code}"), "its SKUs are not those of its variants");
                }
                let expected = product.texts.iter().map(|(language, text)| (*language, text.slug.clone())).collect();
                if !goes_by(connection, "product", &code, &expected)? {
                    report.add(format!("product {code}"), "its slugs are not those of its texts");
                }
            }
        }
        last = Some(code);
    }
    Ok(ProductsPage { report, pictures, last })
}

fn skus_of(connection: &Connection, product: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT sku FROM skus WHERE product = ?1 ORDER BY sku").map_err(failed)?;
    statement.query_map((product,), |row| row.get(0)).and_then(Iterator::collect).map_err(failed)
}

/// Whether the slugs that lead to a record as its present ones are those that it names itself.
fn goes_by(connection: &Connection, kind: &str, code: &str, slugs: &ByLanguage<Slug>) -> Result<bool, StoreError> {
    // Named, since without statistics the planner takes the primary key's first column: every slug of the kind.
    let mut statement = connection
        .prepare_cached(
            "SELECT language, slug FROM slugs INDEXED BY slugs_of_owner \
             WHERE kind = ?1 AND owner = ?2 AND current = 1 ORDER BY language",
        )
        .map_err(failed)?;
    let found: Vec<(String, String)> = statement
        .query_map((kind, code), |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .map_err(failed)?;
    let expected = slugs.iter().map(|(language, slug)| (language.as_str(), slug.as_str()));
    Ok(found.iter().map(|(language, slug)| (language.as_str(), slug.as_str())).eq(expected))
}

/// Kind, language and slug.
type SlugKey = (String, String, String);

/// Slugs that lead to nothing. (For SKUs and stock the foreign keys tell.)
fn check_slugs(connection: &Connection, after: &SlugKey) -> Result<(Vec<Problem>, Option<SlugKey>), StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT kind, language, slug, owner, CASE kind \
             WHEN 'product' THEN NOT EXISTS (SELECT 1 FROM products WHERE code = owner) \
             ELSE NOT EXISTS (SELECT 1 FROM documents WHERE documents.kind = slugs.kind AND code = owner) END \
             FROM slugs WHERE (kind, language, slug) > (?1, ?2, ?3) ORDER BY kind, language, slug LIMIT ?4",
        )
        .map_err(failed)?;
    let mut rows = statement.query((&after.0, &after.1, &after.2, PAGE)).map_err(failed)?;
    let (mut problems, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next().map_err(failed)? {
        let (kind, language, slug, owner, is_gone): (String, String, String, String, bool) =
            row.try_into().map_err(failed)?;
        if is_gone {
            let message = format!("is gone, but the slug {language}/{slug} leads to it");
            problems.push(Problem { subject: format!("{kind} {owner}"), message });
        }
        last = Some((kind, language, slug));
    }
    Ok((problems, last))
}

fn check_documents(
    connection: &Connection,
    after: &(String, String),
) -> Result<(CheckReport, Option<(String, String)>), StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT kind, code, version, record FROM documents WHERE (kind, code) > (?1, ?2) \
             ORDER BY kind, code LIMIT ?3",
        )
        .map_err(failed)?;
    let mut rows = statement.query((&after.0, &after.1, PAGE)).map_err(failed)?;
    let (mut report, mut last) = (CheckReport::default(), None);
    while let Some(row) = rows.next().map_err(failed)? {
        let (kind, code): (String, String) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
        let record: String = row.get(3).map_err(failed)?;
        report.documents += 1;
        let read = document_store::read_named(&kind, &code, row.get(2).map_err(failed)?, &record);
        let wrong = match read {
            Err(error) => Some(error.to_string()),
            Ok(stored) => match stored.value.check() {
                Err(violations) => Some(violations.to_string()),
                Ok(()) => (!goes_by(connection, &kind, &code, &stored.value.slugs())?)
                    .then(|| "its slugs are not those of its texts".to_owned()),
            },
        };
        if let Some(message) = wrong {
            report.add(format!("{kind} {code}"), message);
        }
        last = Some((kind, code));
    }
    Ok((report, last))
}

fn check_stock(connection: &Connection, after: &str) -> Result<(CheckReport, Option<String>), StoreError> {
    let mut report = CheckReport::default();
    let mut statement = connection
        .prepare_cached("SELECT sku, entries FROM stock_records WHERE sku > ?1 ORDER BY sku LIMIT ?2")
        .map_err(failed)?;
    let mut rows = statement.query((after, PAGE)).map_err(failed)?;
    let mut last = None;
    while let Some(row) = rows.next().map_err(failed)? {
        let (sku, entries): (String, i64) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
        report.stock_records += 1;
        let sums = sums_of_ledger(connection, &sku)?;
        let levels = levels(connection, &sku)?;
        let counted: i64 = sums.values().map(|(_, count)| count).sum();
        if counted != entries {
            report.add(format!("stock of {sku}"), format!("{counted} ledger entries, the record says {entries}"));
        }
        for (location, on_hand) in &levels {
            let sum = sums.get(location).map_or(0, |(sum, _)| *sum);
            if sum != *on_hand {
                report.add(
                    format!("stock of {sku} at {location}"),
                    format!("the ledger adds up to {sum}, the record says {on_hand}"),
                );
            }
        }
        for location in sums.keys().filter(|location| !levels.contains_key(*location)) {
            report.add(format!("stock of {sku} at {location}"), "the ledger has entries, the record nothing");
        }
        last = Some(sku);
    }
    Ok((report, last))
}

fn check_dead_letters(connection: &Connection, after: &str) -> Result<(Vec<Problem>, Option<String>), StoreError> {
    let rows = dead_letters::rows(connection, after, PAGE).map_err(failed)?;
    let last = rows.last().map(|row| row.product.clone());
    let wrong = rows.into_iter().filter_map(|row| {
        let subject = format!("dead letter of {}", row.product);
        let message = row.read().err()?.to_string();
        Some(Problem { subject, message })
    });
    Ok((wrong.collect(), last))
}

/// How many carts there are in a page, what is wrong with them, and the last one's key.
type CartsPage = (u64, Vec<Problem>, Option<Vec<u8>>);

fn check_carts(connection: &Connection, after: &[u8]) -> Result<CartsPage, StoreError> {
    let rows = carts::rows(connection, after, PAGE).map_err(failed)?;
    let last = rows.last().map(|row| row.id.clone());
    let count = rows.len() as u64;
    let wrong = rows.into_iter().filter_map(|row| {
        let subject = row.name();
        let message = row.read().err()?.to_string();
        Some(Problem { subject, message })
    });
    Ok((count, wrong.collect(), last))
}

/// Per location what the ledger adds up to, and from how many entries.
fn sums_of_ledger(connection: &Connection, sku: &str) -> Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT location, sum(delta), count(*) FROM stock_ledger WHERE sku = ?1 GROUP BY location")
        .map_err(failed)?;
    let rows = statement.query_map((sku,), |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).map_err(failed)?;
    rows.collect::<rusqlite::Result<_>>().map_err(failed)
}

fn levels(connection: &Connection, sku: &str) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT location, on_hand FROM stock_levels WHERE sku = ?1").map_err(failed)?;
    let rows = statement.query_map((sku,), |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
    rows.collect::<rusqlite::Result<_>>().map_err(failed)
}
