//! Random operations, compared one by one with a model so simple that it can be trusted.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::port::{AdjustError, Adjusted, OldSlugs, ProductSave, SaveError, SlugMatch, Subject};
use ecom67_domain::price::PriceChange;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockChange, StockRecord, recount};
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};
use jiff::{SignedDuration, Timestamp};

use crate::steps::{code, sku};
use crate::{Random, Stores, a_product, an_adjustment, change_log, noon};

const OPERATIONS: u32 = 150;
/// Every so often the whole store is compared with the whole model.
const CHECK_EVERY: u32 = 25;
const CODES: [&str; 4] = ["mug", "cup", "pot", "jug"];
const SLUGS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
const SKUS: [&str; 7] = ["S1", "S2", "S3", "S4", "S5", "S6", "S7"];
const LANGUAGES: [Language; 2] = [Language::ENGLISH, Language::GERMAN];

/// What the shop's products must be after the same operations.
#[derive(Default)]
struct Products {
    by_code: BTreeMap<ProductCode, (Product, Version)>,
    slugs: BTreeMap<(Language, Slug), (ProductCode, bool)>,
    history: BTreeMap<ProductCode, Vec<PriceChange>>,
}

impl Products {
    fn version(&self, code: &ProductCode) -> Option<Version> {
        self.by_code.get(code).map(|(_, version)| *version)
    }

    fn owner_of(&self, sku: &Sku) -> Option<&ProductCode> {
        self.by_code.values().find(|(product, _)| product.variant(sku).is_some()).map(|(product, _)| &product.code)
    }

    /// Whether the model refuses the save for this very reason.
    fn refuses(&self, save: &ProductSave, error: &SaveError) -> bool {
        let me = &save.product.code;
        let is_stale = self.version(me) != save.read_at;
        match error {
            SaveError::Stale { present } => is_stale && *present == self.version(me),
            SaveError::SlugTaken { language, slug, owner, current } => {
                let claim = self.slugs.get(&(*language, slug.clone()));
                let wants = save.product.texts.get(language).is_some_and(|text| text.slug == *slug);
                let stands = *current || save.old_slugs == OldSlugs::Respect;
                let is_others =
                    claim.is_some_and(|claim| claim.0 != *me && claim.0.as_str() == owner && claim.1 == *current);
                !is_stale && wants && stands && is_others
            }
            SaveError::SkuTaken { sku, owner } => {
                !is_stale && save.product.variant(sku).is_some() && owner != me && self.owner_of(sku) == Some(owner)
            }
            SaveError::Store(_) => false,
        }
    }

    fn accepts(&self, save: &ProductSave) -> bool {
        let me = &save.product.code;
        let slugs_are_free =
            save.product.texts.iter().all(|(language, text)| match self.slugs.get(&(*language, text.slug.clone())) {
                Some((owner, current)) => owner == me || (!current && save.old_slugs == OldSlugs::TakeOver),
                None => true,
            });
        let is_free = |sku: &Sku| self.owner_of(sku).is_none_or(|owner| owner == me);
        let skus_are_free = save.product.variants.iter().all(|variant| is_free(&variant.sku));
        self.version(me) == save.read_at && slugs_are_free && skus_are_free
    }

    fn apply(&mut self, save: ProductSave) -> Version {
        let me = save.product.code.clone();
        for (owner, current) in self.slugs.values_mut() {
            *current &= *owner != me;
        }
        for (language, text) in &save.product.texts {
            self.slugs.insert((*language, text.slug.clone()), (me.clone(), true));
        }
        self.history.entry(me.clone()).or_default().extend(save.price_changes);
        let version = save.read_at.map_or(Version::FIRST, Version::next);
        self.by_code.insert(me, (save.product, version));
        version
    }

    async fn assert_same(&self, stores: &Stores, when: &str) {
        for name in CODES {
            let kept = stores.product(name).await.map(|kept| (kept.value, kept.version));
            assert_eq!(kept, self.by_code.get(&code(name)).cloned(), "{name} {when}");
            let history = stores.products.price_history(&code(name), Timestamp::MIN).await.unwrap();
            assert_eq!(history, self.history.get(&code(name)).cloned().unwrap_or_default(), "{name} {when}");
        }
        for language in LANGUAGES {
            for text in SLUGS {
                let expected = self.slugs.get(&(language, text.parse().unwrap()));
                let expected = expected.cloned().map(|(code, current)| SlugMatch { code, current });
                assert_eq!(stores.by_slug(language, text).await, expected.into(), "{language}/{text} {when}");
            }
        }
        for text in SKUS {
            let expected = self.owner_of(&sku(text)).map(ToString::to_string);
            assert_eq!(stores.by_sku(text).await, expected, "{text} {when}");
        }
    }
}

/// A save of a random product, mostly at its present version.
fn a_random_save(random: &mut Random, model: &Products, at: Timestamp) -> ProductSave {
    let name = random.pick(&CODES);
    let present = model.version(&code(name));
    let read_at =
        if random.one_in(8) { [None, Some(Version(random.below(6)))][usize::from(random.one_in(2))] } else { present };
    let mut skus = BTreeSet::from([random.pick(&SKUS)]);
    while random.one_in(2) {
        skus.insert(random.pick(&SKUS));
    }
    let mut builder = a_product(name).skus(skus).slug(Language::ENGLISH, random.pick(&SLUGS));
    if random.one_in(2) {
        builder = builder.slug(Language::GERMAN, random.pick(&SLUGS));
    }
    let minor = i64::try_from(random.below(3)).unwrap_or_default() + 1_000;
    let product = builder.price("de", "EUR", minor).build();
    let before = model.by_code.get(&product.code).map(|(before, _)| before);
    let price_changes = product.price_changes(before, at);
    let old_slugs = random.pick(&[OldSlugs::Respect, OldSlugs::TakeOver]);
    ProductSave { product, read_at, price_changes, old_slugs }
}

/// The product store, against a model.
pub async fn products_do_what_a_simple_model_says(stores: &Stores) {
    let mut random = Random::seeded(67);
    let mut model = Products::default();
    let mut commits: BTreeMap<Subject, usize> = BTreeMap::new();
    for operation in 1..=OPERATIONS {
        let save = a_random_save(&mut random, &model, noon() + SignedDuration::from_secs(operation.into()));

        let result = stores.products.save(save.clone()).await;

        match result {
            Ok(version) => {
                assert!(model.accepts(&save), "operation {operation} was to be refused: {save:?}");
                *commits.entry(Subject::Product(save.product.code.clone())).or_default() += 1;
                assert_eq!(version, model.apply(save), "operation {operation}");
            }
            Err(error) => assert!(model.refuses(&save, &error), "operation {operation}: {error:?} for {save:?}"),
        }
        if operation % CHECK_EVERY == 0 {
            model.assert_same(stores, &format!("after operation {operation}")).await;
        }
    }
    change_log::assert_told(stores, None, &commits.into_iter().collect::<Vec<_>>()).await;
}

fn a_random_adjustment(random: &mut Random, at: Timestamp) -> Adjustment {
    let units = random.below(12);
    let change = match random.below(3) {
        0 => StockChange::To(units),
        1 => StockChange::By(units.cast_signed()),
        _ => StockChange::By(-units.cast_signed()),
    };
    let token = random.below(u64::from(OPERATIONS)).to_string();
    let location = random.pick(&["main", "shop-2"]).parse().expect("valid location codes");
    Adjustment { location, at, ..an_adjustment(random.pick(&SKUS[..3]), change, &token) }
}

/// The stock store, against the rules of the domain.
pub async fn stock_does_what_the_rules_of_the_ledger_say(stores: &Stores) {
    let mut random = Random::seeded(67);
    let mut records: BTreeMap<Sku, StockRecord> = BTreeMap::new();
    let mut ledgers: BTreeMap<Sku, Vec<LedgerEntry>> = BTreeMap::new();
    for operation in 1..=OPERATIONS {
        let adjustment = a_random_adjustment(&mut random, noon() + SignedDuration::from_secs(operation.into()));
        let of = adjustment.sku.clone();
        let ledger = ledgers.entry(of.clone()).or_default();
        let is_repeated = ledger.iter().any(|entry| entry.token == adjustment.token);
        let mut record = records.get(&of).cloned().unwrap_or_else(|| StockRecord::empty(of.clone()));
        let expected = if is_repeated { Ok(None) } else { record.apply(&adjustment) };

        let result = stores.stock.adjust(adjustment.clone()).await;

        match (result, expected) {
            (Ok(Adjusted::Entered(entry)), Ok(Some(expected))) => {
                assert_eq!(entry, expected, "operation {operation}");
                ledger.push(entry);
                records.insert(of, record);
            }
            (Ok(Adjusted::Unchanged), Ok(None)) => {}
            (Err(AdjustError::Refused(refusal)), Err(expected)) => {
                assert_eq!(refusal, expected, "operation {operation}");
            }
            (result, expected) => panic!("operation {operation}, {adjustment:?}: {result:?} instead of {expected:?}"),
        }
    }
    for (of, ledger) in ledgers {
        assert_eq!(stores.ledger(of.as_str()).await, ledger);
        let kept = stores.stock.find_many(std::slice::from_ref(&of)).await.unwrap();
        assert_eq!(kept, records.get(&of).cloned().into_iter().collect::<Vec<_>>());
        let levels = kept.iter().flat_map(|record| &record.levels);
        let on_hand: BTreeMap<_, _> =
            levels.map(|(place, level)| (place.clone(), level.on_hand.cast_signed())).collect();
        assert_eq!(recount(&ledger), on_hand, "the ledger of {of} adds up");
    }
}
