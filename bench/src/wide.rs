//! A shop that is wider than any should be: fifty thousand categories, and products of as many variants as may be.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::addresses;

/// Categories at the top, below each of these, and below each of those: 50,000 in all.
const WIDTHS: [usize; 3] = [20, 49, 50];
/// Sizes and colours of a product: 500 variants.
const OPTIONS: [usize; 2] = [25, 20];
/// Products of so many variants. Of each that is asked for once the first answer counts.
const WIDE_PRODUCTS: usize = 100;
/// Every which category at the end of the tree has a product.
const STOCKED_EVERY: usize = 50;

/// How often the tree itself is asked for.
const TREES: usize = 100;
/// How many categories at the end of the tree are looked at, at most.
const LEAVES: usize = 300;

/// What was generated, as far as it is asked for.
#[derive(Debug)]
pub(crate) struct Wide {
    /// Categories.
    pub(crate) categories: usize,
    /// Variants of all products.
    pub(crate) variants: usize,
    /// Categories at the end of the tree that have a product, by their part of addresses.
    stocked: Vec<String>,
    /// Products of 500 variants, by theirs.
    products: Vec<String>,
}

/// Writes such a shop into a file.
pub(crate) fn write(path: &Path) -> Result<Wide> {
    let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
    let mut output = BufWriter::new(file);
    let mut wide = Wide { categories: 0, variants: 0, stocked: Vec::new(), products: Vec::new() };
    let mut line = |line: Value| -> Result<()> {
        serde_json::to_writer(&mut output, &line)?;
        Ok(output.write_all(b"\n")?)
    };
    line(
        json!({"type": "market", "code": "gb", "countries": ["GB"], "currency": "GBP", "tax": "included", "languages": ["en"]}),
    )?;
    line(json!({"type": "location", "code": "main", "name": "Main warehouse", "country": "GB"}))?;
    for (code, choices) in ["size", "colour"].into_iter().zip(OPTIONS) {
        let choice = |choice| json!({"code": format!("{code}-{choice}"), "label": {"en": format!("{code} {choice}")}});
        let choices: Vec<_> = (0..choices).map(choice).collect();
        line(json!({"type": "attribute", "code": code, "kind": "choice", "label": {"en": code}, "choices": choices}))?;
    }
    let mut leaves = Vec::new();
    for top in 0..WIDTHS[0] {
        let top = format!("shelf-{top}");
        line(category(&top, None))?;
        for middle in 0..WIDTHS[1] {
            let middle = format!("{top}-{middle}");
            line(category(&middle, Some(&top)))?;
            for leaf in 0..WIDTHS[2] {
                let leaf = format!("{middle}-{leaf}");
                line(category(&leaf, Some(&middle)))?;
                leaves.push(leaf);
            }
        }
    }
    for (number, leaf) in leaves.iter().step_by(STOCKED_EVERY).enumerate() {
        line(plain_product(number, leaf))?;
        wide.stocked.push(leaf.clone());
    }
    for (number, leaf) in addresses::spread(&leaves, WIDE_PRODUCTS).enumerate() {
        line(wide_product(number, leaf))?;
        wide.products.push(format!("shirt-{number}"));
    }
    wide.variants = wide.stocked.len() + wide.products.len() * OPTIONS[0] * OPTIONS[1];
    let [top, middle, leaf] = WIDTHS;
    wide.categories = top * (1 + middle * (1 + leaf));
    output.flush()?;
    Ok(wide)
}

fn category(code: &str, parent: Option<&str>) -> Value {
    json!({"type": "category", "code": code, "parent": parent, "name": {"en": format!("Shelf {code}")},
        "slug": {"en": code}, "description": {"en": "Some of all that there is, near and far."}})
}

fn plain_product(number: usize, category: &str) -> Value {
    json!({"type": "product", "code": format!("thing-{number}"), "categories": [category],
        "texts": {"en": {"name": format!("Thing {number}"), "slug": format!("thing-{number}")}},
        "variants": [{"sku": format!("THING-{number}"), "prices": {"gb": {"currency": "GBP", "amount": 1_490}},
            "stock": {"main": 7}}]})
}

fn wide_product(number: usize, category: &str) -> Value {
    let [sizes, colours] = OPTIONS;
    let variant = |place: usize| {
        let (size, colour) = (place / colours, place % colours);
        json!({"sku": format!("SHIRT-{number}-{size}-{colour}"),
            "options": {"size": format!("size-{size}"), "colour": format!("colour-{colour}")},
            "prices": {"gb": {"currency": "GBP", "amount": 1_000 + place}}, "stock": {"main": place % 3}})
    };
    json!({"type": "product", "code": format!("shirt-{number}"), "categories": [category],
        "texts": {"en": {"name": format!("Shirt {number}"), "slug": format!("shirt-{number}")}},
        "options": ["size", "colour"], "variants": (0..sizes * colours).map(variant).collect::<Vec<_>>()})
}

impl Wide {
    /// What is asked for, each address once, by what it is.
    pub(crate) fn paths(&self) -> Vec<(&'static str, Vec<String>)> {
        let leaves = |address: fn(&str) -> String| -> Vec<String> {
            addresses::spread(&self.stocked, LEAVES).map(|leaf| address(leaf)).collect()
        };
        let products = |address: fn(&str) -> String| self.products.iter().map(|product| address(product)).collect();
        // An answer to the same address is kept; the shop looks past what it does not know.
        let trees = (0..TREES).map(|again| format!("/api/categories?locale=en-gb&again={again}")).collect();
        vec![
            ("category tree", trees),
            ("way to a category at its end", leaves(|slug| format!("/api/categories?locale=en-gb&category={slug}"))),
            ("list of a category at its end", leaves(|slug| format!("/api/products?locale=en-gb&category={slug}"))),
            ("page of a category at its end, HTML", leaves(|slug| format!("/en-gb/c/{slug}"))),
            ("data of a product of 500 variants", products(|slug| format!("/api/products/{slug}?locale=en-gb"))),
            ("page of a product of 500 variants, HTML", products(|slug| format!("/en-gb/p/{slug}"))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_wide_shop_has_fifty_thousand_categories_and_products_of_five_hundred_variants() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wide.jsonl");

        let wide = write(&path).unwrap();

        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).collect::<Vec<_>>();
        assert_eq!((of("category").len(), wide.categories), (50_000, 50_000));
        let variants = |product: &Value| product["variants"].as_array().map_or(0, Vec::len);
        let widths: Vec<usize> = of("product").into_iter().map(variants).filter(|count| *count > 1).collect();
        assert_eq!(widths, [500; WIDE_PRODUCTS]);
    }

    #[test]
    fn nothing_is_asked_for_twice() {
        let folder = tempfile::tempdir().unwrap();
        let wide = write(&folder.path().join("wide.jsonl")).unwrap();

        let paths: Vec<String> = wide.paths().into_iter().flat_map(|(_, paths)| paths).collect();

        assert_eq!(paths.iter().collect::<HashSet<_>>().len(), paths.len());
        assert!(paths.len() > 900, "{}", paths.len());
    }
}
