use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_app::search::{
    ATTRIBUTE_FACETS_MAX, FACET_VALUES_MAX, FacetCounts, FacetKey, Filter, ListHits, ListQuery, ProductIndex,
};
use ecom67_domain::CategoryCode;
use ecom67_domain::stock::Availability;

use super::entries::{a_list, an_entry, by_attribute, by_brand, codes, list, put, valid};

fn facet<'hits>(hits: &'hits ListHits, key: &FacetKey) -> Option<&'hits FacetCounts> {
    hits.facets.iter().find(|facet| facet.key == *key)
}

fn values(hits: &ListHits, key: &FacetKey) -> Vec<(String, u64)> {
    facet(hits, key).map(|facet| facet.values.clone()).unwrap_or_default()
}

fn attribute(code: &str) -> FacetKey {
    FacetKey::Attribute(valid(code))
}

fn counts(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
}

/// Six mugs in two batches: red and blue ones of three sizes, of two brands.
async fn put_mugs(index: &dyn ProductIndex) {
    let mug = |code: &str, colour: &str, size: &str, brand: &str, price| {
        an_entry(code)
            .attribute("colour", colour)
            .attribute("size", size)
            .brand(brand)
            .category("mugs")
            .price("de", price)
    };
    put(
        index,
        [
            mug("a", "red", "s", "Kiln", 100),
            mug("b", "red", "m", "Kiln", 200),
            mug("c", "blue", "m", "Forge", 300),
            mug("d", "blue", "l", "Kiln", 400),
        ],
    )
    .await;
    let sold_out = |entry: &mut ecom67_app::search::IndexEntry| entry.availability = Availability::SoldOut;
    put(index, [mug("e", "green", "m", "Forge", 500).with(sold_out), mug("f", "red", "l", "Forge", 600)]).await;
}

pub async fn values_of_one_filter_are_alternatives_and_filters_are_conditions(index: &dyn ProductIndex) {
    put_mugs(index).await;

    let filtered = async |filters: Vec<Filter>| {
        let hits = list(index, ListQuery { filters, ..a_list() }).await;
        assert_eq!(hits.total, hits.hits.len() as u64);
        codes(&hits).join("")
    };

    assert_eq!(filtered(vec![by_attribute("colour", &["red", "green"])]).await, "abef");
    assert_eq!(filtered(vec![by_attribute("colour", &["red"]), by_attribute("size", &["m", "l"])]).await, "bf");
    assert_eq!(filtered(vec![by_brand(&["Forge", "Nobody"]), by_attribute("size", &["m"])]).await, "ce");
    assert_eq!(filtered(vec![Filter::Availability(vec![Availability::SoldOut])]).await, "e");
    assert_eq!(filtered(vec![Filter::Category(vec![valid("mugs"), valid("pots")])]).await, "abcdef");
    assert_eq!(filtered(vec![Filter::Category(vec![valid("pots")])]).await, "");
    assert_eq!(filtered(vec![by_attribute("colour", &["re", "red "])]).await, "");
}

pub async fn the_counts_of_a_facet_exclude_its_own_filter(index: &dyn ProductIndex) {
    put_mugs(index).await;

    let filters = vec![by_attribute("colour", &["red"]), by_brand(&["Kiln"])];
    let hits = list(index, ListQuery { filters, ..a_list() }).await;

    assert_eq!(codes(&hits), ["a", "b"]);
    assert_eq!(values(&hits, &attribute("colour")), counts(&[("red", 2), ("blue", 1)]));
    assert_eq!(values(&hits, &FacetKey::Brand), counts(&[("Kiln", 2), ("Forge", 1)]));
    assert_eq!(values(&hits, &FacetKey::Category), counts(&[("mugs", 2)]));
    assert_eq!(values(&hits, &FacetKey::Availability), counts(&[("in_stock", 2)]));
    assert_eq!(facet(&hits, &FacetKey::Price).and_then(|facet| facet.range), Some((100, 200)));
}

pub async fn a_filter_by_price_counts_in_its_market(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").price("de", 1_000).price("us", 3_000),
            an_entry("b").price("de", 2_000).price("us", 2_000),
            an_entry("c").price("de", 3_000).price("us", 1_000),
        ],
    )
    .await;

    let between = |minimum, maximum| vec![Filter::Price { minimum, maximum }];
    let priced = async |market: &str, filters| {
        let hits = list(index, ListQuery { market: valid(market), filters, ..a_list() }).await;
        let range = facet(&hits, &FacetKey::Price).and_then(|facet| facet.range);
        (codes(&hits).join(""), range)
    };

    let all = Some((1_000, 3_000));
    assert_eq!(priced("de", between(Some(2_000), None)).await, ("bc".to_owned(), all));
    assert_eq!(priced("us", between(Some(2_000), None)).await, ("ab".to_owned(), all));
    assert_eq!(priced("de", between(None, Some(1_999))).await, ("a".to_owned(), all));
    assert_eq!(priced("de", between(Some(2_000), Some(2_000))).await, ("b".to_owned(), all));
    assert_eq!(priced("de", between(Some(3_000), Some(1_000))).await, (String::new(), all));
    assert_eq!(priced("de", between(None, None)).await, ("abc".to_owned(), all));
}

pub async fn reductions_count_in_their_market(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").with(|entry| entry.reduced_in = vec![valid("de")]),
            an_entry("b").price("us", 1).with(|entry| entry.reduced_in = vec![valid("us")]),
            an_entry("c").price("us", 1),
        ],
    )
    .await;

    let reduced = async |market: &str, filters| {
        let hits = list(index, ListQuery { market: valid(market), filters, ..a_list() }).await;
        (codes(&hits).join(""), values(&hits, &FacetKey::Reduced))
    };

    assert_eq!(reduced("de", vec![]).await, ("abc".to_owned(), counts(&[("true", 1)])));
    assert_eq!(reduced("de", vec![Filter::Reduced]).await, ("a".to_owned(), counts(&[("true", 1)])));
    assert_eq!(reduced("us", vec![Filter::Reduced]).await, ("b".to_owned(), counts(&[("true", 1)])));
    let unreduced = vec![Filter::Reduced, Filter::Price { minimum: Some(2), maximum: None }];
    assert_eq!(reduced("us", unreduced).await, (String::new(), counts(&[("true", 0)])));
}

pub async fn a_facet_tells_its_most_frequent_values_and_those_filtered_by(index: &dyn ProductIndex) {
    // Brand 0 once, brand 1 twice and so on, up to a most; then each once more, in another batch.
    let brands = FACET_VALUES_MAX + 10;
    let products = |batch: usize| {
        let times = move |brand: usize| if batch == 0 { brand.min(8) } else { 1 };
        (0..brands).flat_map(move |brand| {
            (0..times(brand)).map(move |number| {
                an_entry(&format!("{batch}-{brand:02}-{number}")).brand(&format!("Brand {brand:02}"))
            })
        })
    };
    put(index, products(0)).await;
    put(index, products(1)).await;

    let hits = list(index, a_list()).await;
    let filtered = list(index, ListQuery { filters: vec![by_brand(&["Brand 00", "Brand 99"])], ..a_list() }).await;

    let mut expected: Vec<(String, u64)> =
        (0..brands).map(|brand| (format!("Brand {brand:02}"), brand.min(8) as u64 + 1)).collect();
    expected.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    expected.truncate(FACET_VALUES_MAX);
    assert_eq!(values(&hits, &FacetKey::Brand), expected);
    expected.extend(counts(&[("Brand 00", 1), ("Brand 99", 0)]));
    assert_eq!(values(&filtered, &FacetKey::Brand), expected);
}

fn categories(codes: impl IntoIterator<Item = String>) -> Option<Arc<[CategoryCode]>> {
    Some(codes.into_iter().map(|code| valid(&code)).collect())
}

pub async fn a_categorys_children_are_all_told_however_frequent_their_own_children_are(index: &dyn ProductIndex) {
    // A lonely product in each of forty children, and in ten of them twelve grandchildren of three each.
    let child = |child: usize| format!("child-{child:02}");
    let products = |batch: usize| {
        let in_child = move |code: String, number: usize| an_entry(&code).category("all").category(&child(number));
        let deep = (0..10).flat_map(move |number| {
            (0..12).map(move |below| {
                let code = format!("{batch}-{number:02}-{below:02}");
                in_child(code, number).category(&format!("{}-{below:02}", child(number)))
            })
        });
        let lonely =
            (0..40).filter(move |_| batch == 0).map(move |number| in_child(format!("lonely-{number:02}"), number));
        deep.chain(lonely)
    };
    for batch in 0..3 {
        put(index, products(batch)).await;
    }
    let asked = async |facet_categories, filters| {
        let query = ListQuery { category: Some(valid("all")), facet_categories, filters, ..a_list() };
        values(&list(index, query).await, &FacetKey::Category)
    };
    let children = || categories((0..40).map(child));

    let mut expected: Vec<(String, u64)> =
        (0..40).map(|number| (child(number), if number < 10 { 37 } else { 1 })).collect();
    assert_eq!(asked(children(), vec![]).await, expected);
    assert_eq!(asked(None, vec![]).await.len(), FACET_VALUES_MAX, "of all levels the most frequent are told");
    assert_eq!(asked(categories([]), vec![]).await, counts(&[]), "below the last level there is nothing to tell");
    let elsewhere = Filter::Category(vec![valid("child-03-07"), valid("child-39")]);
    expected.push(("child-03-07".to_owned(), 3));
    expected.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    assert_eq!(asked(children(), vec![elsewhere.clone()]).await, expected, "what is filtered by is told beside them");
    assert_eq!(asked(categories([]), vec![elsewhere]).await, counts(&[("child-03-07", 3), ("child-39", 1)]));
}

pub async fn of_thousands_of_children_the_most_frequent_and_those_filtered_by_are_told(index: &dyn ProductIndex) {
    // Of many more than are told the first is the rarest; below each is one that is as frequent.
    let with_products = FACET_VALUES_MAX + 10;
    let child = |child: usize| format!("child-{child:04}");
    for batch in 0..2 {
        let times = |number: usize| if batch == 0 { number.min(6) } else { 1 };
        let products = (0..with_products).flat_map(|number| (0..times(number)).map(move |time| (number, time)));
        let products = products.map(|(number, time)| {
            let code = format!("{batch}-{number:04}-{time}");
            an_entry(&code).category(&child(number)).category(&format!("below-{number:04}"))
        });
        put(index, products).await;
    }
    let mut expected: Vec<(String, u64)> =
        (0..with_products).map(|number| (child(number), number.min(6) as u64 + 1)).collect();
    expected.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    expected.truncate(FACET_VALUES_MAX);

    for asked_about in [with_products, 5_000] {
        let asked = async |filters| {
            let facet_categories = categories((0..asked_about).rev().map(child));
            values(&list(index, ListQuery { facet_categories, filters, ..a_list() }).await, &FacetKey::Category)
        };
        assert_eq!(asked(vec![]).await, expected, "of {asked_about} children");
        let rare = Filter::Category(vec![valid("child-0000"), valid("child-4999")]);
        let with_rare = [expected.clone(), counts(&[("child-0000", 1), ("child-4999", 0)])].concat();
        assert_eq!(asked(vec![rare]).await, with_rare, "of {asked_about} children");
    }
}

pub async fn a_filter_that_nothing_passes_is_told_with_a_count_of_zero(index: &dyn ProductIndex) {
    put_mugs(index).await;

    let filters = vec![by_attribute("colour", &["pink"]), by_attribute("unknown", &["x"])];
    let hits = list(index, ListQuery { filters, ..a_list() }).await;

    assert_eq!(hits.total, 0);
    assert_eq!(values(&hits, &attribute("colour")), counts(&[("pink", 0)]));
    assert_eq!(values(&hits, &attribute("unknown")), counts(&[("x", 0)]));
}

pub async fn an_attribute_that_tells_no_hits_apart_is_no_facet(index: &dyn ProductIndex) {
    for batch in ["a", "b"] {
        let mugs = (0..30).map(|number| {
            let code = format!("{batch}{number:02}");
            an_entry(&code)
                .attribute("model", &format!("Model {code}"))
                .attribute("material", "stoneware")
                .attribute("colour", ["red", "blue", "green"][number % 3])
        });
        put(index, mugs).await;
    }

    let hits = list(index, a_list()).await;
    let filtered = list(index, ListQuery { filters: vec![by_attribute("model", &["Model a07"])], ..a_list() }).await;

    let told: Vec<_> = hits.facets.iter().map(|facet| facet.key.clone()).collect();
    assert!(told.contains(&attribute("colour")), "{told:?}");
    assert!(!told.contains(&attribute("model")), "each hit has a model of its own: {told:?}");
    assert!(!told.contains(&attribute("material")), "all hits are of one material: {told:?}");
    assert!(values(&filtered, &attribute("model")).len() > 1, "what is filtered by can be chosen otherwise");
}

pub async fn attributes_that_many_hits_share_come_first(index: &dyn ProductIndex) {
    let mugs = (0..40).map(|number: usize| {
        let entry = an_entry(&format!("mug-{number:02}")).attribute("common", ["x", "y"][number % 2]);
        if number < 10 { entry.attribute("rare", ["x", "y"][number % 2]) } else { entry }
    });
    put(index, mugs).await;

    let hits = list(index, a_list()).await;

    let told: Vec<_> = hits
        .facets
        .iter()
        .filter(|facet| matches!(facet.key, FacetKey::Attribute(_)))
        .map(|facet| &facet.key)
        .collect();
    assert_eq!(told, [&attribute("common"), &attribute("rare")]);
}

pub async fn no_more_attributes_are_told_than_the_most_beside_those_filtered_by(index: &dyn ProductIndex) {
    let attributes = ATTRIBUTE_FACETS_MAX + 4;
    for batch in ["a", "b", "c"] {
        let mugs = (0..10).map(|number: usize| {
            let entry = an_entry(&format!("{batch}{number}"));
            (0..attributes).fold(entry, |entry, attribute| {
                entry.attribute(&format!("attribute-{attribute}"), ["x", "y", "z"][(number + attribute) % 3])
            })
        });
        put(index, mugs).await;
    }

    let told = async |filters| {
        let hits = list(index, ListQuery { filters, ..a_list() }).await;
        hits.facets.iter().filter(|facet| matches!(facet.key, FacetKey::Attribute(_))).count()
    };

    assert_eq!(told(vec![]).await, ATTRIBUTE_FACETS_MAX);
    let filters = vec![by_attribute("attribute-0", &["x", "y"]), by_attribute("attribute-1", &["x", "y", "z"])];
    assert_eq!(told(filters).await, ATTRIBUTE_FACETS_MAX + 2);
}

pub async fn facets_are_told_only_if_asked_for(index: &dyn ProductIndex) {
    put_mugs(index).await;

    let filters = vec![by_attribute("colour", &["red"])];
    let hits = list(index, ListQuery { filters, facets: false, ..a_list() }).await;

    assert_eq!((codes(&hits).len(), hits.total, hits.facets), (3, 3, vec![]));
    let keys: BTreeMap<_, _> =
        list(index, a_list()).await.facets.into_iter().map(|facet| (facet.key, facet.values.len())).collect();
    let expected = [
        (FacetKey::Category, 1),
        (FacetKey::Brand, 2),
        (FacetKey::Price, 0),
        (FacetKey::Availability, 2),
        (attribute("colour"), 3),
        (attribute("size"), 3),
    ];
    assert_eq!(keys, BTreeMap::from(expected));
}
