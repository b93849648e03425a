//! A catalog made up by chance, the same for the same seed.

use std::fmt::Write as _;

use ecom67_testkit::Random;
use serde_json::{Value, json};

/// The words that names and descriptions are made of: scripts of several kinds, and what queries are easily taken for.
pub(crate) const WORDS: [&str; 40] = [
    "red",
    "kettle",
    "keyboard",
    "cover",
    "mug",
    "tea",
    "the",
    "who",
    "of",
    "laptop",
    "bag",
    "head",
    "set",
    "500gb",
    "27\"",
    "USB-C",
    "C++",
    "AND",
    "OR",
    "NOT",
    "über",
    "Straße",
    "Becher",
    "Kaffeebecher",
    "crème",
    "naïve",
    "İstanbul",
    "茶杯",
    "こっぷ",
    "ﾃｨｰ",
    "чашка",
    "כוס",
    "فنجان",
    "ถ้วย",
    "커피",
    "🫖",
    "e\u{301}t\u{e9}",
    "x\u{200d}y",
    "a-b",
    "1/2",
];
const BRANDS: [&str; 6] = ["Acme", "Søn & Co", "\"Quoted\"", "Blau:klee", "O'Neil", "北斗"];
const COLOURS: [&str; 5] = ["red", "blue", "green", "white", "black"];
const MATERIALS: [&str; 4] = ["stoneware", "glass", "steel", "wood"];
/// Top categories, categories below each of these, and below each of those.
const CATEGORIES: [u64; 3] = [3, 3, 2];

/// The code of a category by its place in the tree.
fn category(path: &[u64]) -> String {
    path.iter().fold("cat".to_owned(), |code, place| format!("{code}-{place}"))
}

/// Some words, one after the other.
pub(crate) fn some_words(random: &mut Random, most: u64) -> String {
    let words: Vec<&str> = (0..=random.below(most)).map(|_| random.pick(&WORDS)).collect();
    words.join(" ")
}

/// The shop without products: markets, attributes, categories, collections.
fn reference_data() -> Vec<Value> {
    let mut lines = vec![
        json!({"type": "market", "code": "gb", "countries": ["GB"], "currency": "GBP", "tax": "included", "languages": ["en"]}),
        json!({"type": "market", "code": "de", "countries": ["DE"], "currency": "EUR", "tax": "included", "languages": ["de", "en"]}),
        json!({"type": "location", "code": "main", "name": "Main warehouse", "country": "GB"}),
        json!({"type": "attribute", "code": "colour", "kind": "choice", "label": {"en": "Colour"},
            "choices": COLOURS.map(|code| json!({"code": code, "label": {"en": code}}))}),
        json!({"type": "attribute", "code": "capacity", "kind": "number", "unit": "ml", "label": {"en": "Capacity"}}),
        json!({"type": "attribute", "code": "safe", "kind": "yes_no", "label": {"en": "Dishwasher-safe"}}),
        json!({"type": "attribute", "code": "material", "kind": "text", "label": {"en": "Material"}}),
        json!({"type": "attribute", "code": "secret", "kind": "text", "label": {"en": "Secret"}, "facet": false}),
    ];
    let mut put = |path: &[u64]| {
        let (code, parent) = (category(path), (path.len() > 1).then(|| category(&path[..path.len() - 1])));
        let name = format!("Category {}", code.replace("cat-", ""));
        lines.push(
            json!({"type": "category", "code": code, "parent": parent, "name": {"en": name}, "slug": {"en": code}}),
        );
    };
    for top in 0..CATEGORIES[0] {
        put(&[top]);
        for middle in 0..CATEGORIES[1] {
            put(&[top, middle]);
            (0..CATEGORIES[2]).for_each(|low| put(&[top, middle, low]));
        }
    }
    lines.push(json!({"type": "collection", "code": "picked", "name": {"en": "Picked"}, "slug": {"en": "picked"},
        "products": (0..40).map(|number| format!("p-{:05}", number * 7)).collect::<Vec<_>>()}));
    lines.push(json!({"type": "collection", "code": "ruled", "name": {"en": "Ruled"}, "slug": {"en": "ruled"},
        "rule": {"attributes": {"colour": ["red", "blue"]}, "prices": {"gb": {"currency": "GBP", "maximum": 3000}}}}));
    lines
}

fn product(number: usize, random: &mut Random) -> Value {
    let code = format!("p-{number:05}");
    let categories = (0..random.below(3)).map(|_| {
        let path = CATEGORIES.map(|width| random.below(width));
        let depth = usize::try_from(1 + random.below(3)).unwrap_or(1);
        category(&path[..depth])
    });
    let categories: std::collections::BTreeSet<String> = categories.collect();
    let mut attributes = serde_json::Map::new();
    if !random.one_in(4) {
        attributes.insert("capacity".into(), (100 * random.below(6)).into());
    }
    if !random.one_in(3) {
        attributes.insert("safe".into(), random.one_in(2).into());
    }
    if !random.one_in(3) {
        attributes.insert("material".into(), random.pick(&MATERIALS).into());
    }
    if random.one_in(5) {
        attributes.insert("secret".into(), "hidden".into());
    }
    let first = random.below(5);
    let variants = (0..=random.below(3)).map(|variant| {
        let colour = COLOURS[usize::try_from((first + variant) % 5).unwrap_or(0)];
        let mut prices = serde_json::Map::new();
        for (market, currency) in [("gb", "GBP"), ("de", "EUR")] {
            let amount = 500 + 50 * random.below(100);
            let was = random.one_in(6).then(|| amount + 300);
            if market == "gb" || number.is_multiple_of(3) {
                prices.insert(market.into(), json!({"currency": currency, "amount": amount, "compare_at": was}));
            }
        }
        json!({"sku": format!("SKU-{number:05}-{variant}"), "options": {"colour": colour}, "prices": prices,
            "stock": {"main": random.below(4) * random.below(8)}, "stock_policy": if random.one_in(5) { "back_order" } else { "deny" }})
    });
    let variants: Vec<Value> = variants.collect();
    let status = if random.one_in(12) { "draft" } else { "active" };
    let brand = (!random.one_in(5)).then(|| random.pick(&BRANDS));
    json!({"type": "product", "code": code, "status": status, "brand": brand, "categories": categories,
        "texts": {"en": {"name": format!("{} {number}", some_words(random, 4)), "description": some_words(random, 12)},
            "de": {"name": format!("{} {number}", some_words(random, 4))}},
        "attributes": attributes, "options": ["colour"], "variants": variants})
}

/// A whole catalog with so many products, one JSON object a line.
pub(crate) fn catalog(products: usize, random: &mut Random) -> String {
    let mut lines = String::new();
    let products = (0..products).map(|number| product(number, random)).collect::<Vec<_>>();
    for line in reference_data().into_iter().chain(products) {
        writeln!(lines, "{line}").expect("a text takes more");
    }
    lines
}
