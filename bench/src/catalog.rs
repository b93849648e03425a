//! A catalog to measure with: generated in the shop's own JSONL, the same for the same seed and size.
//!
//! What matters for speed is meant to be as in real catalogs: few large and many small categories and brands, sparse
//! attributes of all kinds, words of which few are frequent, prices over three orders of magnitude, two languages, some
//! products with many variants. Pictures are left out: they are files, and the shop only hands them through.

mod documents;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::chance::{Chance, Zipf};
use crate::words::{ADJECTIVES, COLOURS, DEPARTMENTS, KINDS, MATERIALS, Pair, SIZES, Vocabulary, invent, slug};

/// Changing it changes every figure a little: what is compared must have the same.
const SEED: u64 = 67;

const BRANDS: usize = 400;
const WORDS: usize = 12_000;
/// Attributes that only the things of one department have.
const DEPARTMENT_ATTRIBUTES: usize = 20;
const COLLECTIONS: usize = 6;
const COLLECTION_PRODUCTS: usize = 40;

/// The product of which there is enough for everybody, in its first variant.
pub(crate) const HOT_PRODUCT: usize = 0;
const HOT_UNITS: usize = 1_000_000;

const TINTS: [&str; 8] = ["butter", "rose", "mint", "sky", "lilac", "peach", "sand", "sage"];
const ORIGINS: [&str; 8] = ["DE", "PT", "IT", "PL", "FR", "CZ", "CN", "VN"];

/// What was generated, as far as it is asked for afterwards.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// The products, in order.
    pub(crate) products: Vec<Product>,
    /// The categories that have products of their own.
    pub(crate) categories: Vec<Slugs>,
    /// Words that descriptions are made of.
    pub(crate) words: Vec<String>,
}

/// A thing's parts of addresses.
#[derive(Clone, Debug)]
pub(crate) struct Slugs {
    /// In English.
    pub(crate) english: String,
    /// In German.
    pub(crate) german: String,
}

/// A product, as far as it is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    /// Its parts of addresses.
    pub(crate) slugs: Slugs,
    /// The words of its English name: brand, adjective, noun, model.
    pub(crate) name: [String; 4],
    /// Its first variant.
    pub(crate) sku: String,
    /// How many of that are there.
    pub(crate) units: u64,
}

/// Writes a catalog of so many products into a file.
pub(crate) fn write(path: &Path, products: usize) -> Result<Catalog> {
    let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
    generate(file, products, |_| ())
}

/// Writes it anywhere, and shows each line to `see` as well.
pub(crate) fn generate(output: impl Write, products: usize, see: impl FnMut(&Value)) -> Result<Catalog> {
    let mut writer = Writer { output: BufWriter::new(output), see, generator: Generator::new() };
    let catalog = writer.all(products).context("the catalog cannot be written")?;
    writer.output.flush()?;
    Ok(catalog)
}

struct Writer<Output: Write, See> {
    output: BufWriter<Output>,
    see: See,
    generator: Generator,
}

impl<Output: Write, See: FnMut(&Value)> Writer<Output, See> {
    fn line(&mut self, line: &Value) -> Result<()> {
        (self.see)(line);
        serde_json::to_writer(&mut self.output, line)?;
        Ok(self.output.write_all(b"\n")?)
    }

    fn all(&mut self, products: usize) -> Result<Catalog> {
        for line in documents::reference() {
            self.line(&line)?;
        }
        for attribute in &self.generator.attributes.clone() {
            self.line(&attribute.line())?;
        }
        for line in categories() {
            self.line(&line)?;
        }
        for number in 0..COLLECTIONS {
            let members: Vec<String> =
                (0..COLLECTION_PRODUCTS.min(products)).map(|_| code(self.generator.chance.below(products))).collect();
            self.line(&documents::collection(number, members))?;
        }
        let mut made = Vec::with_capacity(products);
        for number in 0..products {
            let (product, line) = self.generator.product(number);
            self.line(&line)?;
            made.push(product);
        }
        for line in documents::front() {
            self.line(&line)?;
        }
        let words = (0..2_000).map(|_| self.generator.english.word(&mut self.generator.chance).to_owned()).collect();
        Ok(Catalog { products: made, categories: leaves().map(Leaf::slugs).collect(), words })
    }
}

fn code(number: usize) -> String {
    format!("p{number:07}")
}

fn in_both(pair: Pair) -> Value {
    json!({"en": pair.0, "de": pair.1})
}

/// A category at the end of the tree.
#[derive(Clone, Copy, Debug)]
struct Leaf {
    department: usize,
    thing: usize,
    kind: usize,
}

impl Leaf {
    fn noun(self) -> Pair {
        DEPARTMENTS[self.department].1[self.thing]
    }

    fn code(self) -> String {
        format!("c{}-{}-{}", self.department, self.thing, self.kind)
    }

    fn name(self) -> (String, String) {
        let (noun, kind) = (self.noun(), KINDS[self.kind]);
        (format!("{} {}", kind.0, noun.0), format!("{} {}", kind.1, noun.1))
    }

    fn slugs(self) -> Slugs {
        let name = self.name();
        Slugs { english: slug(&name.0), german: slug(&name.1) }
    }
}

fn leaves() -> impl Iterator<Item = Leaf> {
    DEPARTMENTS.iter().enumerate().flat_map(|(department, (_, things))| {
        (0..things.len()).flat_map(move |thing| (0..KINDS.len()).map(move |kind| Leaf { department, thing, kind }))
    })
}

fn categories() -> Vec<Value> {
    let mut lines = Vec::new();
    let mut add = |code: String, parent: Option<String>, name: (String, String), slugs: Slugs| {
        let position = lines.len();
        lines.push(json!({
            "type": "category", "code": code, "parent": parent, "name": {"en": name.0, "de": name.1},
            "slug": {"en": slugs.english, "de": slugs.german},
            "description": {"en": format!("Everything for {}.", name.0), "de": format!("Alles für {}.", name.1)},
            "tint": TINTS[position % TINTS.len()], "position": position,
        }));
    };
    for (department, (name, things)) in DEPARTMENTS.iter().enumerate() {
        let of = |name: &Pair, above: &str| Slugs {
            english: slug(&format!("{above} {}", name.0)),
            german: slug(&format!("{above} {}", name.1)),
        };
        let in_words = |name: &Pair| (name.0.to_owned(), name.1.to_owned());
        add(format!("c{department}"), None, in_words(name), of(name, "all"));
        for (thing, name) in things.iter().enumerate() {
            let parent = Some(format!("c{department}"));
            add(format!("c{department}-{thing}"), parent, in_words(name), of(name, "every"));
        }
    }
    for leaf in leaves() {
        let parent = format!("c{}-{}", leaf.department, leaf.thing);
        add(leaf.code(), Some(parent), leaf.name(), leaf.slugs());
    }
    lines
}

#[derive(Clone, Debug)]
struct Attribute {
    code: String,
    label: (String, String),
    kind: AttributeKind,
    position: usize,
}

#[derive(Clone, Debug)]
enum AttributeKind {
    /// Each choice's label in both languages and its colour.
    Choice(Vec<(String, String, Option<&'static str>)>),
    Number {
        unit: &'static str,
        high: usize,
    },
    YesNo,
    Text,
}

impl Attribute {
    fn line(&self) -> Value {
        let mut line = json!({
            "type": "attribute", "code": self.code, "label": {"en": self.label.0, "de": self.label.1},
            "position": self.position,
        });
        let kind = match &self.kind {
            AttributeKind::Choice(choices) => {
                let choices: Vec<Value> = choices
                    .iter()
                    .map(|(english, german, color)| {
                        let mut choice = json!({"code": slug(english), "label": {"en": english, "de": german}});
                        if let Some(color) = color {
                            choice["color"] = json!(color);
                        }
                        choice
                    })
                    .collect();
                line["choices"] = json!(choices);
                "choice"
            }
            AttributeKind::Number { unit, .. } => {
                line["unit"] = json!(unit);
                "number"
            }
            AttributeKind::YesNo => "yes_no",
            AttributeKind::Text => {
                line["facet"] = json!(false);
                "text"
            }
        };
        line["kind"] = json!(kind);
        line
    }
}

struct Generator {
    chance: Chance,
    english: Vocabulary,
    german: Vocabulary,
    brands: Vec<String>,
    brand_ranks: Zipf,
    leaf_ranks: Zipf,
    /// The categories at the end of the tree, the largest first.
    leaves: Vec<Leaf>,
    attributes: Vec<Attribute>,
    /// How many of them every department has.
    common: usize,
}

impl Generator {
    fn new() -> Self {
        let mut chance = Chance::seeded(SEED);
        let english = Vocabulary::invented(&mut chance, WORDS);
        let german = Vocabulary::invented(&mut chance, WORDS);
        let brands = (0..BRANDS).map(|number| capital(&format!("{}{}", invent(&mut chance), number % 10))).collect();
        let mut leaves: Vec<Leaf> = leaves().collect();
        // Not the first department's things only are frequent.
        for place in (1..leaves.len()).rev() {
            leaves.swap(place, chance.below(place + 1));
        }
        let mut attributes = common_attributes();
        let common = attributes.len();
        for department in 0..DEPARTMENTS.len() {
            for number in 0..DEPARTMENT_ATTRIBUTES {
                let attribute = department_attribute(&mut chance, department, number, attributes.len());
                attributes.push(attribute);
            }
        }
        Self {
            brand_ranks: Zipf::new(BRANDS),
            leaf_ranks: Zipf::new(leaves.len()),
            chance,
            english,
            german,
            brands,
            leaves,
            attributes,
            common,
        }
    }

    fn product(&mut self, number: usize) -> (Product, Value) {
        let leaf = self.leaves[self.leaf_ranks.rank(&mut self.chance)];
        let brand = self.brands[self.brand_ranks.rank(&mut self.chance)].clone();
        let adjective = *self.chance.pick(&ADJECTIVES);
        let noun = leaf.noun();
        let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
        let model = format!("{}{}-{number}", letter(number * 7), letter(number * 3));
        let names = (
            format!("{brand} {} {} {model}", adjective.0, noun.0),
            format!("{brand} {} {} {model}", adjective.1, noun.1),
        );
        let slugs = Slugs { english: slug(&names.0), german: slug(&names.1) };
        let options = self.options();
        let mut line = json!({
            "type": "product", "code": code(number), "status": "active", "brand": brand,
            "product_type": in_both(noun), "categories": self.categories(leaf), "tags": [self.english.word(&mut self.chance)],
            "texts": {
                "en": self.text(&names.0, &slugs.english, Language::English),
                "de": self.text(&names.1, &slugs.german, Language::German),
            },
            "attributes": self.values(leaf, &options),
            "variants": self.variants(number, &options),
            "origin": self.chance.pick(&ORIGINS),
            "published_at": format!("{}-{:02}-{:02}T08:00:00Z", self.chance.between(2024, 2025),
                self.chance.between(1, 12), self.chance.between(1, 28)),
        });
        if !options.is_empty() {
            line["options"] = json!(options.iter().map(|option| option.attribute).collect::<Vec<_>>());
        }
        let name = [brand, adjective.0.to_owned(), noun.0.to_owned(), model];
        let first = &line["variants"][0];
        let sku = first["sku"].as_str().unwrap_or_default().to_owned();
        let units = first["stock"]["main"].as_u64().unwrap_or_default();
        (Product { slugs, name, sku, units }, line)
    }

    fn categories(&mut self, leaf: Leaf) -> Vec<String> {
        let mut categories = vec![leaf.code()];
        if self.chance.percent(10) {
            let other = self.leaves[self.leaf_ranks.rank(&mut self.chance)].code();
            if other != categories[0] {
                categories.push(other);
            }
        }
        categories
    }

    fn text(&mut self, name: &str, slug: &str, language: Language) -> Value {
        let vocabulary = match language {
            Language::English => &self.english,
            Language::German => &self.german,
        };
        let chance = &mut self.chance;
        let mut sentences = |count: usize| {
            let sentences: Vec<_> = (0..count)
                .map(|_| {
                    let words = chance.between(6, 14);
                    vocabulary.sentence(chance, words)
                })
                .collect();
            sentences.join(" ")
        };
        let (summary, first, last) = (sentences(1), sentences(4), sentences(3));
        let points: Vec<_> = (0..3).map(|_| format!("- {}", sentences(1))).collect();
        json!({"name": name, "slug": slug, "summary": summary,
            "description": format!("{first}\n\n{}\n\n**{name}** {last}", points.join("\n"))})
    }

    /// About fifteen to twenty-five values, most of them of attributes that only the department has.
    fn values(&mut self, leaf: Leaf, options: &[ChosenOption]) -> Map<String, Value> {
        let first = self.common + leaf.department * DEPARTMENT_ATTRIBUTES;
        let mut places: Vec<usize> = (0..self.common).chain(first..first + DEPARTMENT_ATTRIBUTES).collect();
        places.retain(|place| !options.iter().any(|option| option.attribute == self.attributes[*place].code));
        let wanted = self.chance.between(15, 25);
        while places.len() > wanted {
            places.swap_remove(self.chance.below(places.len()));
        }
        let mut values = Map::new();
        for place in places {
            let attribute = &self.attributes[place];
            let value = match &attribute.kind {
                AttributeKind::Choice(choices) => json!(slug(&self.chance.pick(choices).0)),
                AttributeKind::Number { high, .. } => json!(self.chance.between(1, *high)),
                AttributeKind::YesNo => json!(self.chance.percent(60)),
                AttributeKind::Text => {
                    let words = self.chance.between(2, 6);
                    json!({"en": self.english.sentence(&mut self.chance, words),
                        "de": self.german.sentence(&mut self.chance, words)})
                }
            };
            values.insert(attribute.code.clone(), value);
        }
        values
    }

    /// Seven products in ten are one thing only; the others come in colours, sizes or both.
    fn options(&mut self) -> Vec<ChosenOption> {
        let colours = || COLOURS.iter().map(|(name, _)| slug(name.0)).collect::<Vec<_>>();
        let sizes = || SIZES.iter().map(|size| slug(size)).collect::<Vec<_>>();
        let shape = self.chance.below(10);
        let mut some_of = |attribute, all: Vec<String>, low, high| {
            let first = self.chance.below(all.len());
            let count = self.chance.between(low, high);
            let values = all.iter().cycle().skip(first).take(count).cloned().collect();
            ChosenOption { attribute, values }
        };
        match shape {
            0 => vec![some_of("colour", colours(), 2, 5)],
            1 => vec![some_of("size", sizes(), 3, 6)],
            2 => vec![some_of("colour", colours(), 2, 4), some_of("size", sizes(), 3, 4)],
            _ => Vec::new(),
        }
    }

    fn variants(&mut self, number: usize, options: &[ChosenOption]) -> Vec<Value> {
        let mut combinations: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for option in options {
            combinations = combinations
                .iter()
                .flat_map(|known| {
                    option.values.iter().map(|value| {
                        let mut more = known.clone();
                        more.push((option.attribute, value.as_str()));
                        more
                    })
                })
                .collect();
        }
        let cents = self.cents();
        let is_reduced = self.chance.percent(15);
        let weight = self.chance.between(50, 8_000);
        let variant = |(place, combination): (usize, &Vec<(&str, &str)>)| {
            let price = |currency: &str, amount: u64| {
                let mut price = json!({"currency": currency, "amount": amount});
                if is_reduced {
                    price["compare_at"] = json!(amount * 5 / 4);
                }
                price
            };
            let units = if self.chance.percent(8) { 0 } else { self.chance.between(1, 200) };
            let units = if number == HOT_PRODUCT && place == 0 { HOT_UNITS } else { units };
            let mut variant = json!({
                "sku": format!("B{number:07}-{place}"),
                "barcode": barcode(number * 16 + place),
                "prices": {"de": price("EUR", cents), "us": price("USD", cents * 11 / 10), "gb": price("GBP", cents * 9 / 10)},
                "weight_grams": weight, "tax_class": "standard",
                "stock_policy": if self.chance.percent(10) { "back_order" } else { "deny" },
                "stock": {"main": units},
            });
            if !combination.is_empty() {
                let options: Map<_, _> =
                    combination.iter().map(|(attribute, value)| ((*attribute).to_owned(), json!(value))).collect();
                variant["options"] = Value::Object(options);
            }
            variant
        };
        combinations.iter().enumerate().map(variant).collect()
    }

    /// From two to two thousand, the cheap ones more often, ending in 99 or 49.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 2 to 2,000")]
    fn cents(&mut self) -> u64 {
        let units = (2.0 * 1_000_f64.powf(self.chance.fraction())) as u64;
        units * 100 + if self.chance.percent(70) { 99 } else { 49 }
    }
}

#[derive(Clone, Copy, Debug)]
enum Language {
    English,
    German,
}

struct ChosenOption {
    attribute: &'static str,
    values: Vec<String>,
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// What things of all departments have.
fn common_attributes() -> Vec<Attribute> {
    let choices = |pairs: &[Pair]| pairs.iter().map(|pair| (pair.0.to_owned(), pair.1.to_owned(), None)).collect();
    let colours = COLOURS.iter().map(|(name, color)| (name.0.to_owned(), name.1.to_owned(), Some(*color))).collect();
    let sizes = SIZES.iter().map(|size| ((*size).to_owned(), (*size).to_owned(), None)).collect();
    let number = |unit, high| AttributeKind::Number { unit, high };
    let all: [(&str, Pair, AttributeKind); 10] = [
        ("colour", ("Colour", "Farbe"), AttributeKind::Choice(colours)),
        ("size", ("Size", "Größe"), AttributeKind::Choice(sizes)),
        ("material", ("Material", "Material"), AttributeKind::Choice(choices(&MATERIALS))),
        ("warranty", ("Warranty", "Garantie"), number("years", 10)),
        ("width", ("Width", "Breite"), number("cm", 200)),
        ("height", ("Height", "Höhe"), number("cm", 240)),
        ("depth", ("Depth", "Tiefe"), number("cm", 120)),
        ("recyclable", ("Recyclable", "Recycelbar"), AttributeKind::YesNo),
        ("assembled", ("Comes assembled", "Fertig montiert"), AttributeKind::YesNo),
        ("care", ("Care", "Pflege"), AttributeKind::Text),
    ];
    let attribute = |(position, (code, label, kind)): (usize, (&str, Pair, AttributeKind))| Attribute {
        code: code.to_owned(),
        label: (label.0.to_owned(), label.1.to_owned()),
        kind,
        position,
    };
    all.into_iter().enumerate().map(attribute).collect()
}

fn department_attribute(chance: &mut Chance, department: usize, number: usize, position: usize) -> Attribute {
    let kind = match number % 5 {
        0 | 1 => {
            let mut choices: Vec<_> = (0..chance.between(3, 24))
                .map(|_| (capital(&invent(chance)), capital(&invent(chance)), None))
                .collect();
            choices.sort();
            choices.dedup_by(|later, earlier| later.0 == earlier.0);
            AttributeKind::Choice(choices)
        }
        2 => AttributeKind::Number { unit: ["W", "l", "kg", "mm"][number / 5 % 4], high: chance.between(5, 500) },
        3 => AttributeKind::YesNo,
        _ => AttributeKind::Text,
    };
    Attribute {
        code: format!("d{department}_{number}"),
        label: (capital(&invent(chance)), capital(&invent(chance))),
        kind,
        position,
    }
}

/// An EAN-13 from the range for use inside a shop.
fn barcode(number: usize) -> String {
    let digits = format!("20{number:010}");
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(place, digit)| digit.to_digit(10).unwrap_or(0) * [3, 1][place % 2])
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests;
