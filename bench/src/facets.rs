//! Facets as they ought to be: counted the plain way over everything that was generated, beside what the shop tells.
//!
//! What is counted here is read from the lines that the shop imports, by rules written down once more: nothing of the
//! shop's own code is used, since it would be wrong in the same way.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

/// The market and the language in which lists are asked for.
const MARKET: &str = "gb";
const LANGUAGE: &str = "en";
/// The most values of a facet that are told: those that most products have.
const VALUES_MAX: usize = 50;
/// The facets that are told wherever a product has a value of them.
const ALWAYS_TOLD: [&str; 5] = ["category", "brand", "price", "availability", "reduced"];
/// How many differences are told in words.
const TOLD_MAX: usize = 20;

/// What facets are counted from.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    categories: Vec<Category>,
    /// Where each category's code stands among them.
    places: HashMap<String, usize>,
    /// Attributes that are no facets.
    hidden: HashSet<String>,
    /// The number of each value of each facet.
    numbers: HashMap<String, HashMap<String, u32>>,
    /// Each facet and value by its number.
    values: Vec<(String, String)>,
    products: Vec<Seen>,
}

/// A category, as far as lists are asked for by it.
#[derive(Clone, Debug)]
pub(crate) struct Category {
    /// Its code.
    pub(crate) code: String,
    /// Its part of addresses.
    pub(crate) slug: String,
    parent: Option<String>,
}

/// A product as facets see it.
#[derive(Debug)]
struct Seen {
    price: i64,
    /// The numbers of its values, each once.
    values: Box<[u32]>,
}

/// What a filter lets through.
enum Check {
    /// What has this value, which may be one that no product has.
    Value(Option<u32>),
    /// What costs from so much to so much.
    Price(i64, i64),
}

impl Check {
    fn passes(&self, product: &Seen) -> bool {
        match self {
            Self::Value(number) => number.is_some_and(|number| product.values.contains(&number)),
            Self::Price(low, high) => (low..=high).contains(&&product.price),
        }
    }
}

/// What the hits of a list add up to.
#[derive(Debug)]
pub(crate) struct Counts {
    total: u64,
    prices: Option<(i64, i64)>,
    values: Vec<u64>,
}

impl Counts {
    fn add_price(&mut self, price: i64) {
        let (low, high) = self.prices.unwrap_or((price, price));
        self.prices = Some((low.min(price), high.max(price)));
    }
}

/// How lists of the shop compare with what was counted.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Lists that were looked at.
    pub(crate) lists: u64,
    /// Values whose counts were compared.
    pub(crate) values: u64,
    /// How much is wrong.
    pub(crate) wrong: u64,
    /// The first of it, in words.
    pub(crate) told: Vec<String>,
}

impl Compared {
    fn differs(&mut self, list: &str, how: &str) {
        self.wrong += 1;
        if self.told.len() < TOLD_MAX {
            self.told.push(format!("{list}: {how}"));
        }
    }

    /// With another's.
    pub(crate) fn add(&mut self, other: Self) {
        self.lists += other.lists;
        self.values += other.values;
        self.wrong += other.wrong;
        self.told.extend(other.told);
        self.told.truncate(TOLD_MAX);
    }
}

impl Truth {
    /// Looks at a line of the catalog. Categories and attributes come before products.
    pub(crate) fn see(&mut self, line: &Value) {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        match line["type"].as_str() {
            Some("category") => {
                let slug = line["slug"][LANGUAGE].as_str().unwrap_or_default().to_owned();
                let category =
                    Category { code: text("code"), slug, parent: line["parent"].as_str().map(str::to_owned) };
                self.places.insert(category.code.clone(), self.categories.len());
                self.categories.push(category);
            }
            Some("attribute") if line["facet"] == false => {
                self.hidden.insert(text("code"));
            }
            Some("product") if line["status"] == "active" => self.see_product(line),
            _ => {}
        }
    }

    fn see_product(&mut self, product: &Value) {
        let variants = product["variants"].as_array().map(Vec::as_slice).unwrap_or_default();
        let price = variants.iter().filter_map(|variant| variant["prices"][MARKET]["amount"].as_i64()).min();
        // What has no price in a market is not sold there.
        let Some(price) = price else { return };
        let mut numbers = BTreeSet::new();
        for code in product["categories"].as_array().into_iter().flatten() {
            let mut above = code.as_str().map(str::to_owned);
            while let Some(code) = above {
                above = self.places.get(&code).and_then(|place| self.categories[*place].parent.clone());
                numbers.insert(self.number("category", &code));
            }
        }
        if let Some(brand) = product["brand"].as_str() {
            numbers.insert(self.number("brand", brand));
        }
        numbers.insert(self.number("availability", availability(variants)));
        if variants.iter().any(|variant| variant["prices"][MARKET]["compare_at"].is_u64()) {
            numbers.insert(self.number("reduced", "yes"));
        }
        let own = product["attributes"].as_object().into_iter().flatten();
        let options = variants.iter().filter_map(|variant| variant["options"].as_object()).flatten();
        for (attribute, value) in own.chain(options) {
            let value = match value {
                Value::String(choice) => choice.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(yes) => yes.to_string(),
                // A text that differs by language cannot be filtered by.
                _ => continue,
            };
            if !self.hidden.contains(attribute) {
                numbers.insert(self.number(&format!("attribute.{attribute}"), &value));
            }
        }
        self.products.push(Seen { price, values: numbers.into_iter().collect() });
    }

    fn number(&mut self, key: &str, value: &str) -> u32 {
        if let Some(number) = self.known(key, value) {
            return number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push((key.to_owned(), value.to_owned()));
        self.numbers.entry(key.to_owned()).or_default().insert(value.to_owned(), number);
        number
    }

    fn known(&self, key: &str, value: &str) -> Option<u32> {
        self.numbers.get(key)?.get(value).copied()
    }

    /// The categories, those above before those below.
    pub(crate) fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// A filter as the API has it, without what makes it part of an address; and the facet that it is of.
    fn check<'filter>(&self, filter: &'filter str) -> (&'filter str, Check) {
        let (key, value) = filter.split_once(':').unwrap_or((filter, ""));
        let check = match key {
            "price" => {
                let (low, high) = value.split_once('-').unwrap_or((value, value));
                Check::Price(low.parse().unwrap_or(i64::MIN), high.parse().unwrap_or(i64::MAX))
            }
            "category" => Check::Value(self.code_at(value).and_then(|code| self.known(key, code))),
            _ => Check::Value(self.known(key, value)),
        };
        (key, check)
    }

    fn code_at(&self, slug: &str) -> Option<&str> {
        self.categories.iter().find(|category| category.slug == slug).map(|category| category.code.as_str())
    }

    /// Counts what a list has: of a category, if there is one, and by filters, at most one of each facet. Each facet is
    /// counted as if its own filter were not there.
    pub(crate) fn count(&self, category: Option<&Category>, filters: &[String]) -> Counts {
        let mut counts = Counts { total: 0, prices: None, values: vec![0; self.values.len()] };
        let within = category.map(|category| Check::Value(self.known("category", &category.code)));
        let checks: Vec<_> = filters.iter().map(|filter| self.check(filter)).collect();
        for product in &self.products {
            if within.as_ref().is_some_and(|within| !within.passes(product)) {
                continue;
            }
            let mut failed = checks.iter().filter(|(_, check)| !check.passes(product)).map(|(key, _)| *key);
            match (failed.next(), failed.next()) {
                (None, _) => {
                    counts.total += 1;
                    counts.add_price(product.price);
                    product.values.iter().for_each(|number| counts.values[*number as usize] += 1);
                }
                (Some("price"), None) => counts.add_price(product.price),
                (Some(key), None) => {
                    let of_facet = |number: &&u32| self.values[**number as usize].0 == key;
                    product.values.iter().filter(of_facet).for_each(|number| counts.values[*number as usize] += 1);
                }
                _ => {}
            }
        }
        counts
    }

    /// Compares a list of the shop, whose name is told with what differs.
    pub(crate) fn compare(&self, list: &str, category: Option<&Category>, counts: &Counts, answer: &Value) -> Compared {
        let mut compared = Compared { lists: 1, ..Compared::default() };
        let (count, exact) = (answer["total"]["count"].as_u64(), answer["total"]["exact"] == true);
        match count {
            Some(count) if count == counts.total || (!exact && count < counts.total) => {}
            told => compared.differs(list, &format!("a total of {told:?} is told of {}", counts.total)),
        }
        let mut told: BTreeMap<&str, &Value> = BTreeMap::new();
        for facet in answer["facets"].as_array().into_iter().flatten() {
            told.insert(facet["key"].as_str().unwrap_or_default(), facet);
        }
        for key in ALWAYS_TOLD {
            let exists =
                if key == "price" { counts.prices.is_some() } else { !self.offered(key, category, counts).is_empty() };
            if exists && !told.contains_key(key) {
                compared.differs(list, &format!("the facet {key} is missing"));
            }
        }
        for (key, facet) in told {
            if key == "price" {
                compared.values += 1;
                let range = &facet["range"];
                let ends = range["minimum"].as_i64().zip(range["maximum"].as_i64());
                if ends != counts.prices {
                    compared.differs(list, &format!("prices are told from {ends:?}, and are from {:?}", counts.prices));
                }
            } else {
                self.compare_values(&mut compared, list, (key, facet), category, counts);
            }
        }
        compared
    }

    /// What was counted of a facet.
    fn counted(&self, key: &str, counts: &Counts) -> BTreeMap<&str, u64> {
        let of_facet = self.numbers.get(key).into_iter().flatten();
        let counted = of_facet.map(|(value, number)| (value.as_str(), counts.values[*number as usize]));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// What is offered of it: of categories those directly below the list's own, or at the top.
    fn offered(&self, key: &str, category: Option<&Category>, counts: &Counts) -> BTreeMap<&str, u64> {
        let mut offered = self.counted(key, counts);
        if key == "category" {
            let above = category.map(|category| category.code.as_str());
            offered.retain(|code, _| {
                self.places.get(*code).is_some_and(|place| self.categories[*place].parent.as_deref() == above)
            });
        }
        offered
    }

    fn compare_values(
        &self,
        compared: &mut Compared,
        list: &str,
        (key, facet): (&str, &Value),
        category: Option<&Category>,
        counts: &Counts,
    ) {
        let mut counted = self.offered(key, category, counts);
        let mut frequent: Vec<u64> = counted.values().copied().collect();
        frequent.sort_unstable_by(|left, right| right.cmp(left));
        for value in facet["values"].as_array().into_iter().flatten() {
            let name = value["value"].as_str().unwrap_or_default();
            let name = if key == "category" { self.code_at(name).unwrap_or(name) } else { name };
            let (told, count) = (value["count"].as_u64(), counted.remove(name).unwrap_or_default());
            compared.values += 1;
            if told != Some(count) {
                compared.differs(list, &format!("{key} {name} is told of {told:?}, and is of {count}"));
            }
        }
        for (value, count) in counted {
            // Where there are more values than are told, those that fewer products have are not.
            if frequent.get(VALUES_MAX).is_none_or(|first_untold| count > *first_untold) {
                compared.differs(list, &format!("{key} {value} is missing, and is of {count}"));
            }
        }
    }
}

/// The best of what its variants are: there, to be had later, or sold out.
fn availability(variants: &[Value]) -> &'static str {
    let units = |variant: &Value| {
        variant["stock"].as_object().map_or(0, |stock| stock.values().filter_map(Value::as_u64).sum())
    };
    if variants.iter().any(|variant| units(variant) > 0) {
        "in_stock"
    } else if variants.iter().any(|variant| variant["stock_policy"] == "back_order") {
        "back_order"
    } else {
        "sold_out"
    }
}

#[cfg(test)]
mod tests;
