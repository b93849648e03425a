//! The shop's rules, compiled: checked against each other and indexed, so that a quote looks only at what can match.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Window;
use super::basket::BasketLine;
use super::calendar::Calendar;
use super::coupon::CouponCode;
use super::delivery::{DeliveryMethod, DeliveryZone};
use super::digest::Fingerprint;
use super::price_list::PriceList;
use super::promotion::{Effect, Promotion, Selector};
use super::reason::Facet;
use super::tax::{Registration, TaxZone};
use crate::code::{CategoryCode, CollectionCode, MarketCode, ProductCode, Sku};
use crate::violation::{Violation, Violations};

/// Everything that is data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definitions {
    /// Price lists.
    pub price_lists: Vec<PriceList>,
    /// Promotions.
    pub promotions: Vec<Promotion>,
    /// Tax zones.
    pub tax_zones: Vec<TaxZone>,
    /// The seller's registrations.
    pub registrations: Vec<Registration>,
    /// Delivery zones.
    pub delivery_zones: Vec<DeliveryZone>,
    /// Delivery methods.
    pub delivery_methods: Vec<DeliveryMethod>,
    /// Calendars.
    pub calendars: Vec<Calendar>,
}

/// The rules of a shop in the form in which they are asked: immutable, and shared by all quotes.
#[derive(Debug, Default)]
pub struct PricingRules {
    pub(super) price_lists: Vec<PriceList>,
    /// Where a variant is named: list and entry.
    pub(super) list_entries: FxHashMap<Sku, Vec<(u32, u32)>>,
    /// In the order in which they apply.
    pub(super) promotions: Vec<CompiledPromotion>,
    pub(super) index: PromotionIndex,
    /// The collections that promotions name.
    collections: BTreeSet<CollectionCode>,
    pub(super) tax_zones: Vec<TaxZone>,
    pub(super) registrations: Vec<Registration>,
    pub(super) delivery_zones: Vec<DeliveryZone>,
    pub(super) delivery_methods: Vec<DeliveryMethod>,
    pub(super) calendars: Vec<Calendar>,
    /// When windows of price lists and promotions begin or end, in order.
    turns: Vec<Timestamp>,
}

#[derive(Debug)]
pub(super) struct CompiledPromotion {
    pub(super) promotion: Promotion,
    /// What its content is known by in the name of a quote.
    pub(super) fingerprint: Fingerprint,
    /// What it names, for promotions that are asked for by a coupon: those are in no index.
    selectors: Vec<SelectorSet>,
}

/// The place of a selector in its promotion: 0 is the target, then the conditions on quantities.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) promotion: u32,
    pub(super) slot: u8,
}

/// By what a basket has, the promotions that name it. Those that ended come last in each list, and are not looked at.
#[derive(Debug, Default)]
pub(super) struct PromotionIndex {
    products: FxHashMap<ProductCode, Vec<Place>>,
    skus: FxHashMap<Sku, Vec<Place>>,
    categories: FxHashMap<CategoryCode, Vec<Place>>,
    collections: FxHashMap<CollectionCode, Vec<Place>>,
    tags: FxHashMap<Arc<str>, Vec<Place>>,
    /// Those that name nothing, by market; and those of all markets.
    anything_in: FxHashMap<MarketCode, Vec<Place>>,
    anything: Vec<Place>,
    pub(super) coupons: FxHashMap<CouponCode, u32>,
}

#[derive(Debug, Default)]
struct SelectorSet {
    products: FxHashSet<ProductCode>,
    skus: FxHashSet<Sku>,
    categories: FxHashSet<CategoryCode>,
    collections: FxHashSet<CollectionCode>,
    tags: FxHashSet<Arc<str>>,
}

impl SelectorSet {
    fn new(selector: &Selector) -> Self {
        Self {
            products: selector.products.iter().cloned().collect(),
            skus: selector.skus.iter().cloned().collect(),
            categories: selector.categories.iter().cloned().collect(),
            collections: selector.collections.iter().cloned().collect(),
            tags: selector.tags.iter().cloned().collect(),
        }
    }

    fn has(&self, line: &BasketLine) -> bool {
        self.products.contains(&line.product)
            || self.skus.contains(&line.sku)
            || line.categories.iter().any(|category| self.categories.contains(category))
            || line.collections.iter().any(|collection| self.collections.contains(collection))
            || line.tags.iter().any(|tag| self.tags.contains(tag))
    }
}

impl Selector {
    /// The first thing it names.
    pub(super) fn first(&self) -> Option<Facet> {
        let product = || self.products.first().cloned().map(Facet::Product);
        let sku = || self.skus.first().cloned().map(Facet::Sku);
        let category = || self.categories.first().cloned().map(Facet::Category);
        let collection = || self.collections.first().cloned().map(Facet::Collection);
        let tag = || self.tags.first().cloned().map(Facet::Tag);
        product().or_else(sku).or_else(category).or_else(collection).or_else(tag)
    }
}

impl Promotion {
    /// Its selectors, each in its place.
    pub(super) fn selectors(&self) -> impl Iterator<Item = (u8, &Selector)> {
        let conditions = self.conditions.quantities.iter().map(|condition| &condition.of);
        (0_u8..).zip(std::iter::once(&self.target).chain(conditions))
    }
}

impl CompiledPromotion {
    fn new(promotion: Promotion) -> Self {
        let fingerprint = Fingerprint::of(&promotion);
        let mut selectors = Vec::new();
        if !promotion.coupons.is_empty() {
            selectors.extend(promotion.selectors().map(|(_, selector)| SelectorSet::new(selector)));
        }
        Self { promotion, fingerprint, selectors }
    }

    /// Whether a line is named at a place, for a promotion that is asked for by a coupon.
    pub(super) fn names(&self, slot: u8, line: &BasketLine) -> bool {
        self.selectors.get(usize::from(slot)).is_some_and(|selector| selector.has(line))
    }
}

impl PromotionIndex {
    fn new(promotions: &[CompiledPromotion]) -> Self {
        let mut index = Self::default();
        for (number, CompiledPromotion { promotion, .. }) in (0_u32..).zip(promotions) {
            for coupon in &promotion.coupons {
                index.coupons.insert(coupon.clone(), number);
            }
            if promotion.coupons.is_empty() {
                index.add(number, promotion);
            }
        }
        let ends = |place: &Place| promotions[place.promotion as usize].promotion.window.ends;
        let later_first = |places: &mut Vec<Place>| {
            places.sort_by_key(|place| std::cmp::Reverse((ends(place).is_none(), ends(place))));
        };
        index.products.values_mut().for_each(later_first);
        index.skus.values_mut().for_each(later_first);
        index.categories.values_mut().for_each(later_first);
        index.collections.values_mut().for_each(later_first);
        index.tags.values_mut().for_each(later_first);
        index.anything_in.values_mut().for_each(later_first);
        later_first(&mut index.anything);
        index
    }

    fn add(&mut self, number: u32, promotion: &Promotion) {
        for (slot, selector) in promotion.selectors() {
            let place = Place { promotion: number, slot };
            put(&mut self.products, &selector.products, place);
            put(&mut self.skus, &selector.skus, place);
            put(&mut self.categories, &selector.categories, place);
            put(&mut self.collections, &selector.collections, place);
            put(&mut self.tags, &selector.tags, place);
        }
        if promotion.selectors().all(|(_, selector)| selector.is_everything()) {
            let place = Place { promotion: number, slot: 0 };
            if promotion.conditions.markets.is_empty() {
                self.anything.push(place);
            }
            put(&mut self.anything_in, &promotion.conditions.markets, place);
        }
    }

    /// The lists in which a line is named.
    pub(super) fn naming(&self, line: &BasketLine) -> impl Iterator<Item = &[Place]> {
        let product = self.products.get(&line.product).into_iter();
        let sku = self.skus.get(&line.sku).into_iter();
        let categories = line.categories.iter().filter_map(|category| self.categories.get(category));
        let collections = line.collections.iter().filter_map(|collection| self.collections.get(collection));
        let tags = line.tags.iter().filter_map(|tag| self.tags.get(tag));
        product.chain(sku).chain(categories).chain(collections).chain(tags).map(Vec::as_slice)
    }

    /// The lists of those that name nothing.
    pub(super) fn naming_nothing(&self, market: &MarketCode) -> [&[Place]; 2] {
        [&self.anything, self.anything_in.get(market).map_or(&[], Vec::as_slice)]
    }
}

fn put<K: Hash + Eq + Clone>(map: &mut FxHashMap<K, Vec<Place>>, keys: &[K], place: Place) {
    for key in keys {
        map.entry(key.clone()).or_default().push(place);
    }
}

impl PricingRules {
    /// Compiles the rules, or says everything that is wrong with them: with each by itself, and between them. A field
    /// begins with the kind and the code of the record that is to be mended, such as `promotion/spring/coupons[0]`.
    pub fn compile(definitions: Definitions) -> Result<Self, Violations> {
        let violations = check(&definitions);
        if !violations.is_empty() {
            return Err(violations);
        }
        let Definitions {
            mut price_lists,
            mut promotions,
            tax_zones,
            registrations,
            delivery_zones,
            mut delivery_methods,
            calendars,
        } = definitions;
        price_lists.sort_by(|one, other| one.code.cmp(&other.code));
        promotions.sort_by(|one, other| {
            (-i64::from(one.priority), &one.code).cmp(&(-i64::from(other.priority), &other.code))
        });
        delivery_methods.sort_by(|one, other| (one.position, &one.code).cmp(&(other.position, &other.code)));
        let mut list_entries: FxHashMap<Sku, Vec<(u32, u32)>> = FxHashMap::default();
        for (list_number, list) in (0_u32..).zip(&price_lists) {
            for (entry_number, entry) in (0_u32..).zip(&list.entries) {
                list_entries.entry(entry.sku.clone()).or_default().push((list_number, entry_number));
            }
        }
        let windows = price_lists.iter().map(|list| list.window);
        let windows = windows.chain(promotions.iter().map(|promotion| promotion.window));
        let mut turns: Vec<Timestamp> = windows.flat_map(|Window { starts, ends }| [starts, ends]).flatten().collect();
        turns.sort_unstable();
        turns.dedup();
        let promotions: Vec<_> = promotions.into_iter().map(CompiledPromotion::new).collect();
        let index = PromotionIndex::new(&promotions);
        let named = promotions.iter().flat_map(|compiled| compiled.promotion.selectors());
        let collections = named.flat_map(|(_, selector)| selector.collections.iter().cloned()).collect();
        Ok(Self {
            price_lists,
            list_entries,
            promotions,
            index,
            collections,
            tax_zones,
            registrations,
            delivery_zones,
            delivery_methods,
            calendars,
            turns,
        })
    }

    /// From `at` until the first instant at which another quote may be made of the same basket: in between the time makes no
    /// difference.
    pub fn unturned(&self, at: Timestamp) -> Range<Timestamp> {
        let next = self.turns.partition_point(|turn| *turn <= at);
        let window = self.turns.get(next).copied().unwrap_or(Timestamp::MAX);
        let dates = self.calendars.iter().map(|calendar| calendar.turns_after(at)).min();
        at..dates.map_or(window, |dates| dates.min(window))
    }

    /// The promotions, in the order in which they apply.
    pub fn promotions(&self) -> impl ExactSizeIterator<Item = &Promotion> {
        self.promotions.iter().map(|compiled| &compiled.promotion)
    }

    /// The collections that promotions name: whoever makes a basket need not look for others.
    pub const fn collections(&self) -> &BTreeSet<CollectionCode> {
        &self.collections
    }

    /// Whether a promotion is asked for by the coupon, whenever and wherever it applies.
    pub fn knows_coupon(&self, coupon: &CouponCode) -> bool {
        self.index.coupons.contains_key(coupon)
    }

    /// The delivery methods, in the order in which they are offered.
    pub fn delivery_methods(&self) -> &[DeliveryMethod] {
        &self.delivery_methods
    }

    /// The calendar that a delivery method goes by.
    pub fn calendar_of(&self, method: &DeliveryMethod) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.code == method.calendar)
    }
}

/// Collects what is wrong with one record below its kind and code.
fn collect(violations: &mut Violations, record: &str, result: Result<(), Violations>) {
    for Violation { field, code, expected } in result.err().iter().flat_map(Violations::as_slice) {
        violations.add(format!("{record}/{field}"), code, expected);
    }
}

fn unique<'codes>(violations: &mut Violations, kind: &str, codes: impl Iterator<Item = &'codes str>) {
    let mut seen = BTreeSet::new();
    for code in codes {
        if !seen.insert(code) {
            violations.add(format!("{kind}/{code}/code"), "code_twice", "a code of its own");
        }
    }
}

fn check(definitions: &Definitions) -> Violations {
    let mut violations = Violations::new();
    for list in &definitions.price_lists {
        collect(&mut violations, &format!("price_list/{}", list.code), list.check());
    }
    for promotion in &definitions.promotions {
        collect(&mut violations, &format!("promotion/{}", promotion.code), promotion.check());
    }
    for zone in &definitions.tax_zones {
        collect(&mut violations, &format!("tax_zone/{}", zone.code), zone.check());
    }
    for zone in &definitions.delivery_zones {
        collect(&mut violations, &format!("delivery_zone/{}", zone.code), zone.check());
    }
    for method in &definitions.delivery_methods {
        collect(&mut violations, &format!("delivery_method/{}", method.code), method.check());
    }
    for calendar in &definitions.calendars {
        collect(&mut violations, &format!("calendar/{}", calendar.code), calendar.check());
    }
    unique(&mut violations, "price_list", definitions.price_lists.iter().map(|list| list.code.as_str()));
    unique(&mut violations, "promotion", definitions.promotions.iter().map(|promotion| promotion.code.as_str()));
    unique(&mut violations, "tax_zone", definitions.tax_zones.iter().map(|zone| zone.code.as_str()));
    unique(&mut violations, "delivery_zone", definitions.delivery_zones.iter().map(|zone| zone.code.as_str()));
    unique(&mut violations, "delivery_method", definitions.delivery_methods.iter().map(|method| method.code.as_str()));
    unique(&mut violations, "calendar", definitions.calendars.iter().map(|calendar| calendar.code.as_str()));
    check_coupons(definitions, &mut violations);
    check_zones(definitions, &mut violations);
    check_delivery(definitions, &mut violations);
    check_registrations(definitions, &mut violations);
    violations
}

fn check_coupons(definitions: &Definitions, violations: &mut Violations) {
    let mut owners: FxHashMap<&CouponCode, &Promotion> = FxHashMap::default();
    for promotion in &definitions.promotions {
        for (index, coupon) in promotion.coupons.iter().enumerate() {
            if let Some(owner) = owners.insert(coupon, promotion) {
                let field = format!("promotion/{}/coupons[{index}]", promotion.code);
                violations.add(
                    field,
                    "coupon_taken",
                    format!("a coupon of its own: this one belongs to {}", owner.code),
                );
            }
        }
    }
}

fn check_zones(definitions: &Definitions, violations: &mut Violations) {
    for (index, zone) in definitions.tax_zones.iter().enumerate() {
        for other in &definitions.tax_zones[..index] {
            if let Some((area, other_area)) = zone.conflict_with(other) {
                let expected = format!("no place of its own rank in common with areas[{other_area}] of {}", other.code);
                violations.add(format!("tax_zone/{}/areas[{area}]", zone.code), "zones_overlap", expected);
            }
        }
    }
    for (index, zone) in definitions.delivery_zones.iter().enumerate() {
        for other in &definitions.delivery_zones[..index] {
            if let Some((area, other_area)) = zone.conflict_with(other) {
                let expected = format!("no place of its own rank in common with areas[{other_area}] of {}", other.code);
                violations.add(format!("delivery_zone/{}/areas[{area}]", zone.code), "zones_overlap", expected);
            }
        }
    }
}

fn check_delivery(definitions: &Definitions, violations: &mut Violations) {
    let methods: BTreeSet<_> = definitions.delivery_methods.iter().map(|method| &method.code).collect();
    let zones: BTreeSet<_> = definitions.delivery_zones.iter().map(|zone| &zone.code).collect();
    for method in &definitions.delivery_methods {
        let record = format!("delivery_method/{}", method.code);
        for (index, zone) in method.zones.iter().enumerate() {
            if !zones.contains(zone) {
                let expected = "the code of a delivery zone that exists";
                violations.add(format!("{record}/zones[{index}]"), "delivery_zone_unknown", expected);
            }
        }
        if !definitions.calendars.iter().any(|calendar| calendar.code == method.calendar) {
            violations.add(format!("{record}/calendar"), "calendar_unknown", "the code of a calendar that exists");
        }
    }
    for promotion in &definitions.promotions {
        let Effect::FreeDelivery { methods: named } = &promotion.effect else { continue };
        for (index, method) in named.iter().enumerate() {
            if !methods.contains(method) {
                let field = format!("promotion/{}/effect.methods[{index}]", promotion.code);
                violations.add(field, "delivery_method_unknown", "the code of a delivery method that exists");
            }
        }
    }
}

fn check_registrations(definitions: &Definitions, violations: &mut Violations) {
    let count = |is: fn(&Registration) -> bool| definitions.registrations.iter().filter(|one| is(one)).count();
    if count(|one| matches!(one, Registration::Domestic(_))) > 1 {
        violations.add("registration//domestic", "registration_twice", "one place where the seller is established");
    }
    if count(|one| matches!(one, Registration::Oss(_))) > 1 {
        violations.add("registration//oss", "registration_twice", "one registration with the One-Stop-Shop");
    }
}
