//! Shops that are larger than any should be, but may be: their pages and answers stay small and quick.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Answer, RoutedShop};

/// Categories at the top, below each of these, and below each of those: 50,000 in all.
const WIDTHS: [usize; 3] = [20, 49, 50];
/// Categories directly below one.
const FLAT: usize = 3_000;
/// Sizes and colours of one product: as many variants as it may have.
const OPTIONS: [usize; 2] = [25, 20];

/// The longest answer of a shop with very many categories, and of a product with very many variants.
const BYTES_MAX: usize = 256 * 1_024;
/// The longest that one may take, made for the first time. Optimised it is a fifth of it.
const ANSWER_MAX: Duration = Duration::from_millis(500);
/// A request that took longer is made again as often, since other tests run at the same time.
const TRIES: usize = 3;

const BASICS: &str = r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}
{"type":"location","code":"main","name":"Main warehouse","country":"GB"}
"#;

fn category(lines: &mut String, code: &str, parent: Option<&str>) {
    let line = json!({"type": "category", "code": code, "parent": parent, "name": {"en": format!("Shelf {code}")},
        "slug": {"en": code}, "description": {"en": "Some of all that there is, near and far."}});
    writeln!(lines, "{line}").expect("a text takes more");
}

fn product(lines: &mut String, code: &str, category: &str) {
    let line = json!({"type": "product", "code": code, "categories": [category], "texts": {"en": {"name": format!("Thing {code}")}},
        "variants": [{"sku": code, "prices": {"gb": {"currency": "GBP", "amount": 1490}}, "stock": {"main": 7}}]});
    writeln!(lines, "{line}").expect("a text takes more");
}

/// What the shop answers, looked at for its size and how long it took.
async fn asked(shop: &RoutedShop, path: &str) -> Answer {
    let mut took = Duration::MAX;
    for again in 0..TRIES {
        // Under another name, since an answer to the same is kept.
        let address = format!("{path}{}again={again}", if path.contains('?') { '&' } else { '?' });
        let began = Instant::now();
        let answer = shop.get(&address).await;
        took = took.min(began.elapsed());
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        assert!(answer.body.len() <= BYTES_MAX, "{path} is {} bytes long", answer.body.len());
        if took <= ANSWER_MAX {
            println!("{path}: {} bytes, {took:?}", answer.body.len());
            return answer;
        }
    }
    panic!("{path} took {took:?}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_thousand_categories_make_no_page_long_or_slow() {
    let mut lines = BASICS.to_owned();
    for top in 0..WIDTHS[0] {
        let top = format!("c-{top}");
        category(&mut lines, &top, None);
        for middle in 0..WIDTHS[1] {
            let middle = format!("{top}-{middle}");
            category(&mut lines, &middle, Some(&top));
            (0..WIDTHS[2]).for_each(|low| category(&mut lines, &format!("{middle}-{low}"), Some(&middle)));
        }
    }
    product(&mut lines, "thing", "c-3-7-11");
    let shop = RoutedShop::open().await;
    shop.import(lines).await;
    shop.catch_up().await;

    let menu = asked(&shop, "/api/categories?locale=en-gb").await.json();
    let way = asked(&shop, "/api/categories?locale=en-gb&category=c-3-7").await.json();
    let page = asked(&shop, "/en-gb/c/c-3-7").await;
    let leaf = asked(&shop, "/en-gb/c/c-3-7-11").await;
    for path in
        ["/en-gb/", "/en-gb/search?q=nothing", "/en-gb/p/thing-thing", "/api/products?locale=en-gb&category=c-3"]
    {
        asked(&shop, path).await;
    }
    let suggested = asked(&shop, "/api/suggest?locale=en-gb&q=shelf%20c%203%207").await.json();

    let top = menu["categories"].as_array().expect("there are categories");
    assert_eq!(top.len(), WIDTHS[0]);
    assert_eq!(top[0]["children"], json!([]), "a level that would be too long is left out as a whole");
    assert_eq!(way["categories"][0]["slug"], "c-3");
    assert_eq!(way["categories"].as_array().map(Vec::len), Some(1), "it is the way and nothing beside it");
    let own = &way["categories"][0]["children"][0];
    assert_eq!((own["slug"].as_str(), own["children"].as_array().map(Vec::len)), (Some("c-3-7"), Some(WIDTHS[2])));
    assert!(page.text().contains("Shelf c-3-7-49") && !page.text().contains("Shelf c-3-8"), "{page:?}");
    assert!(leaf.text().contains("Thing thing") && leaf.text().contains("Shelf c-3-7"), "{leaf:?}");
    assert!(!suggested["categories"].as_array().expect("some are suggested").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_category_with_thousands_directly_below_it_tells_of_the_first() {
    let mut lines = BASICS.to_owned();
    category(&mut lines, "all", None);
    (0..FLAT).for_each(|number| category(&mut lines, &format!("below-{number:04}"), Some("all")));
    (0..FLAT).for_each(|number| category(&mut lines, &format!("top-{number:04}"), None));
    product(&mut lines, "thing", "below-0000");
    let shop = RoutedShop::open().await;
    shop.import(lines).await;
    shop.catch_up().await;

    let menu = asked(&shop, "/api/categories?locale=en-gb").await.json();
    let way = asked(&shop, "/api/categories?locale=en-gb&category=all").await.json();
    let below = asked(&shop, "/api/products?locale=en-gb&category=all").await.json();
    let at_the_top = asked(&shop, "/api/products?locale=en-gb").await.json();
    for path in ["/en-gb/", "/en-gb/c/all", "/en-gb/c/below-2999", "/en-gb/search?q=nothing"] {
        asked(&shop, path).await;
    }

    assert_eq!(menu["categories"].as_array().map(Vec::len), Some(500));
    assert_eq!(way["categories"][0]["children"].as_array().map(Vec::len), Some(200));
    assert_eq!(offered(&below), BTreeMap::from([("below-0000".to_owned(), 1)]));
    assert_eq!(offered(&at_the_top), BTreeMap::from([("all".to_owned(), 1)]));
    let missing = shop.get("/api/categories?locale=en-gb&category=nothing").await;
    assert_eq!((missing.status, missing.json()["code"].as_str()), (StatusCode::NOT_FOUND, Some("category_not_found")));
}

/// The categories that a list offers, with their counts.
fn offered(list: &Value) -> BTreeMap<String, u64> {
    let facets = list["facets"].as_array().expect("a list has facets");
    let values =
        facets.iter().filter(|facet| facet["key"] == "category").filter_map(|facet| facet["values"].as_array());
    let value = |value: &Value| Some((value["value"].as_str()?.to_owned(), value["count"].as_u64()?));
    values.flatten().filter_map(value).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_categories_below_one_are_offered_however_many_products_are_below_some_of_them() {
    const CHILDREN: usize = 40;
    const WIDE: usize = 20;
    const GRANDCHILDREN: usize = 30;
    let mut lines = BASICS.to_owned();
    category(&mut lines, "all", None);
    for number in 0..CHILDREN {
        let child = format!("child-{number:02}");
        category(&mut lines, &child, Some("all"));
        product(&mut lines, &format!("lonely-{number:02}"), &child);
        for below in (0..GRANDCHILDREN).filter(|_| number < WIDE).map(|below| format!("{child}-{below:02}")) {
            category(&mut lines, &below, Some(&child));
            (0..2).for_each(|copy| product(&mut lines, &format!("thing-{below}-{copy}"), &below));
        }
    }
    let shop = RoutedShop::open().await;
    shop.import(lines).await;
    shop.catch_up().await;

    let list = async |query: &str| asked(&shop, &format!("/api/products?locale=en-gb{query}")).await.json();

    let wide = 2 * GRANDCHILDREN as u64 + 1;
    let count = |number: usize| if number < WIDE { wide } else { 1 };
    let children: BTreeMap<String, u64> =
        (0..CHILDREN).map(|number| (format!("child-{number:02}"), count(number))).collect();
    assert_eq!(offered(&list("&category=all").await), children);
    assert_eq!(offered(&list("&category=all&filter=category:child-39").await), children);
    assert_eq!(offered(&list("&category=all&filter=category:child-00-00").await), children);
    assert_eq!(offered(&list("").await), BTreeMap::from([("all".to_owned(), wide * WIDE as u64 + 20)]));
    assert_eq!(offered(&list("&category=child-00").await).len(), GRANDCHILDREN);
    assert_eq!(offered(&list("&category=child-39").await), BTreeMap::new());
    let searched = asked(&shop, "/api/search?locale=en-gb&q=thing").await.json();
    assert_eq!(offered(&searched).keys().collect::<Vec<_>>(), ["all"]);
    let searched_below = asked(&shop, "/api/search?locale=en-gb&q=thing&category=all").await.json();
    assert_eq!(offered(&searched_below), children);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_of_five_hundred_variants_has_a_page_like_any_other() {
    let [sizes, colours] = OPTIONS;
    let mut lines = BASICS.to_owned();
    for (code, choices) in [("size", sizes), ("colour", colours)] {
        let choices: Vec<_> = (0..choices)
            .map(|choice| json!({"code": format!("{code}-{choice}"), "label": {"en": format!("{code} {choice}")}}))
            .collect();
        let line =
            json!({"type": "attribute", "code": code, "kind": "choice", "label": {"en": code}, "choices": choices});
        writeln!(lines, "{line}").expect("a text takes more");
    }
    category(&mut lines, "shirts", None);
    let variants = (0..sizes * colours).map(|number| {
        let (size, colour) = (number / colours, number % colours);
        json!({"sku": format!("SHIRT-{size}-{colour}"), "options": {"size": format!("size-{size}"), "colour": format!("colour-{colour}")},
            "prices": {"gb": {"currency": "GBP", "amount": 1_000 + number}}, "stock": {"main": number % 3}})
    });
    let line = json!({"type": "product", "code": "shirt", "categories": ["shirts"], "texts": {"en": {"name": "Shirt"}},
        "options": ["size", "colour"], "variants": variants.collect::<Vec<_>>()});
    writeln!(lines, "{line}").expect("a text takes more");
    (0..8).for_each(|number| product(&mut lines, &format!("thing-{number}"), "shirts"));
    let shop = RoutedShop::open().await;
    shop.import(lines).await;
    shop.catch_up().await;

    let product = asked(&shop, "/api/products/shirt?locale=en-gb").await.json();
    let list = asked(&shop, "/api/products?locale=en-gb").await;
    for path in ["/en-gb/p/shirt", "/en-gb/c/shirts", "/api/search?locale=en-gb&q=SHIRT-24-19"] {
        asked(&shop, path).await;
    }

    assert_eq!(product["variants"].as_array().map(Vec::len), Some(sizes * colours));
    assert!(list.body.len() < 20_000, "a list tells of a product, not of its variants: {} bytes", list.body.len());
}
