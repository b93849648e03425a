use serde_json::json;

use super::*;

/// Kitchen with pots and pans, garden; a text, a colour and a yes or no.
fn shop() -> Truth {
    let mut truth = Truth::default();
    let category = |code: &str, parent: Option<&str>| json!({"type": "category", "code": code, "parent": parent, "slug": {"en": format!("all-{code}")}});
    let variant = |sku: &str, amount: u64, units: u64| json!({"sku": sku, "prices": {"gb": {"currency": "GBP", "amount": amount}}, "stock": {"main": units}});
    let mut red_or_blue = [variant("A1", 900, 0), variant("A2", 700, 3)];
    red_or_blue[0]["options"] = json!({"colour": "red"});
    red_or_blue[1]["options"] = json!({"colour": "blue"});
    let mut later = variant("B", 500, 0);
    later["stock_policy"] = json!("back_order");
    later["prices"]["gb"]["compare_at"] = json!(800);
    let product = |categories: &[&str], brand: &str, attributes: Value, variants: &[Value]| {
        json!({"type": "product", "status": "active", "brand": brand, "categories": categories,
            "attributes": attributes, "variants": variants})
    };
    let abroad = json!({"sku": "D", "prices": {"us": {"currency": "USD", "amount": 1}}, "stock": {"main": 1}});
    let lines = [
        category("kitchen", None),
        category("pots", Some("kitchen")),
        category("pans", Some("kitchen")),
        category("garden", None),
        json!({"type": "attribute", "code": "care", "facet": false}),
        product(&["pots", "garden"], "Acme", json!({"care": "by hand", "width": 20}), &red_or_blue),
        product(&["pots"], "Acme", json!({"colour": "red", "note": {"en": "soft"}, "steel": true}), &[later]),
        product(&["pans"], "Other", json!({"colour": "red", "width": 20}), &[variant("C", 100, 0)]),
        product(&["pans"], "Abroad", json!({}), &[abroad]),
    ];
    for line in &lines {
        truth.see(line);
    }
    truth
}

fn counted(truth: &Truth, category: Option<&str>, filters: &[&str]) -> (Counts, BTreeMap<String, u64>) {
    let category = category.map(|code| &truth.categories[truth.places[code]]);
    let filters: Vec<String> = filters.iter().map(|filter| (*filter).to_owned()).collect();
    let counts = truth.count(category, &filters);
    let keys = truth.numbers.keys();
    let of = |key: &String| {
        let values = truth.counted(key, &counts).into_iter();
        values.map(|(value, count)| (format!("{key}:{value}"), count)).collect::<Vec<_>>()
    };
    let all = keys.flat_map(of).collect();
    (counts, all)
}

fn values(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
}

#[test]
fn a_product_counts_once_for_each_of_its_values_and_the_categories_above_it() {
    let (counts, all) = counted(&shop(), None, &[]);

    assert_eq!((counts.total, counts.prices), (3, Some((100, 700))), "what has no price here is not sold here");
    let expected = [
        ("attribute.colour:blue", 1),
        ("attribute.colour:red", 3),
        ("attribute.steel:true", 1),
        ("attribute.width:20", 2),
        ("availability:back_order", 1),
        ("availability:in_stock", 1),
        ("availability:sold_out", 1),
        ("brand:Acme", 2),
        ("brand:Other", 1),
        ("category:garden", 1),
        ("category:kitchen", 3),
        ("category:pans", 1),
        ("category:pots", 2),
        ("reduced:yes", 1),
    ];
    assert_eq!(all, values(&expected));
}

#[test]
fn a_facet_counts_as_if_its_own_filter_were_not_there_and_all_others_with_it() {
    let truth = shop();

    let (counts, all) = counted(&truth, Some("kitchen"), &["brand:Other"]);
    assert_eq!((counts.total, counts.prices), (1, Some((100, 100))));
    assert_eq!((all["brand:Acme"], all["brand:Other"], all["attribute.colour:red"]), (2, 1, 1));
    assert!(!all.contains_key("attribute.colour:blue"));

    let (counts, all) = counted(&truth, Some("kitchen"), &["price:0-400", "attribute.colour:blue"]);
    assert_eq!((counts.total, counts.prices), (0, Some((700, 700))), "the price is that of what is blue");
    assert_eq!(all, values(&[("attribute.colour:red", 1)]), "the colours are those of what is cheap");

    let (counts, _) = counted(&truth, Some("kitchen"), &["category:all-garden"]);
    assert_eq!(counts.total, 1);
    let (counts, _) = counted(&truth, None, &["brand:Nobody"]);
    assert_eq!(counts.total, 0);
}

/// What a shop answers that counts as it should.
fn right() -> Value {
    let value = |value: &str, count: u64| json!({"value": value, "count": count});
    json!({"total": {"count": 3, "exact": true}, "facets": [
        {"key": "category", "values": [value("all-pots", 2), value("all-pans", 1)]},
        {"key": "brand", "values": [value("Acme", 2), value("Other", 1)]},
        {"key": "price", "values": [], "range": {"minimum": 100, "maximum": 700}},
        {"key": "availability", "values": [value("in_stock", 1), value("back_order", 1), value("sold_out", 1)]},
        {"key": "reduced", "values": [value("yes", 1)]},
        {"key": "attribute.colour", "values": [value("red", 3), value("blue", 1)]},
    ]})
}

fn compared(answer: &Value) -> Compared {
    let truth = shop();
    let kitchen = &truth.categories[0];
    truth.compare("kitchen", Some(kitchen), &truth.count(Some(kitchen), &[]), answer)
}

#[test]
fn a_shop_that_counts_right_differs_in_nothing() {
    let compared = compared(&right());

    assert_eq!((compared.lists, compared.values), (1, 11));
    assert_eq!(compared.told, <[String; 0]>::default());
}

#[test]
fn whatever_a_shop_counts_wrong_is_found() {
    let wrong = |change: fn(&mut Value)| {
        let mut answer = right();
        change(&mut answer);
        compared(&answer).told.join("; ")
    };

    assert_eq!(
        wrong(|answer| answer["facets"][1]["values"][0]["count"] = json!(3)),
        "kitchen: brand Acme is told of Some(3), and is of 2"
    );
    assert_eq!(
        wrong(|answer| answer["facets"][5]["values"] = json!([{"value": "red", "count": 3}])),
        "kitchen: attribute.colour blue is missing, and is of 1"
    );
    assert_eq!(
        wrong(|answer| answer["facets"][0]["values"] = json!([{"value": "all-pots", "count": 2}])),
        "kitchen: category pans is missing, and is of 1"
    );
    assert_eq!(
        wrong(|answer| answer["facets"][2]["range"]["minimum"] = json!(1)),
        "kitchen: prices are told from Some((1, 700)), and are from Some((100, 700))"
    );
    assert_eq!(
        wrong(|answer| drop(answer["facets"].as_array_mut().map(|facets| facets.remove(3)))),
        "kitchen: the facet availability is missing"
    );
    assert_eq!(wrong(|answer| answer["total"]["count"] = json!(2)), "kitchen: a total of Some(2) is told of 3");
    assert_eq!(wrong(|answer| answer["total"] = json!({"count": 2, "exact": false})), "", "at least two is right");
    assert_eq!(
        wrong(|answer| answer["total"] = json!({"count": 4, "exact": false})),
        "kitchen: a total of Some(4) is told of 3"
    );
}

#[test]
fn a_category_that_the_frequent_ones_below_others_crowd_out_is_missed() {
    let mut truth = Truth::default();
    let category =
        |code: &str, parent: &str| json!({"type": "category", "code": code, "parent": parent, "slug": {"en": code}});
    let product = |category: &str| {
        json!({"type": "product", "status": "active", "categories": [category],
            "variants": [{"sku": "A", "prices": {"gb": {"currency": "GBP", "amount": 100}}, "stock": {"main": 1}}]})
    };
    truth.see(&json!({"type": "category", "code": "all", "slug": {"en": "all"}}));
    truth.see(&category("wide", "all"));
    truth.see(&category("lonely", "all"));
    truth.see(&product("lonely"));
    for below in (0..60).map(|number| format!("below {number}")) {
        truth.see(&category(&below, "wide"));
        (0..2).for_each(|_| truth.see(&product(&below)));
    }
    let all = truth.categories[0].clone();
    let counts = truth.count(Some(&all), &[]);
    let told = |categories: Value| {
        let answer = json!({"total": {"count": 121, "exact": true}, "facets": [{"key": "category", "values": categories},
            {"key": "price", "range": {"minimum": 100, "maximum": 100}},
            {"key": "availability", "values": [{"value": "in_stock", "count": 121}]}]});
        truth.compare("all", Some(&all), &counts, &answer).told
    };
    let (wide, lonely) = (json!({"value": "wide", "count": 120}), json!({"value": "lonely", "count": 1}));

    assert_eq!(told(json!([wide, lonely])), <[String; 0]>::default());
    assert_eq!(told(json!([wide])), ["all: category lonely is missing, and is of 1"]);
    assert_eq!(told(json!([])).len(), 2);
    let strange = json!({"value": "below 7", "count": 2});
    assert_eq!(told(json!([wide, lonely, strange])), ["all: category below 7 is told of Some(2), and is of 0"]);
}

#[test]
fn every_product_that_is_generated_is_counted() {
    let mut truth = Truth::default();
    crate::catalog::generate(std::io::sink(), 200, |line| truth.see(line)).unwrap();

    let (counts, all) = counted(&truth, None, &[]);

    let sum = |key: &str| all.iter().filter(|(value, _)| value.starts_with(key)).map(|(_, count)| count).sum::<u64>();
    assert_eq!((counts.total, sum("brand:"), sum("availability:")), (200, 200, 200));
    assert!(sum("attribute.") > 200 * 10, "most values are those of attributes: {}", sum("attribute."));
    assert_eq!(sum("attribute.care:"), 0, "a text is no facet");
    assert_eq!(truth.categories().len(), 330);
}

#[test]
fn of_more_values_than_are_told_the_rare_ones_may_be_missing() {
    let mut truth = Truth::default();
    let product = |brand: usize| {
        json!({"type": "product", "status": "active", "brand": format!("brand {brand}"), "categories": [],
            "variants": [{"sku": "A", "prices": {"gb": {"currency": "GBP", "amount": 100}}, "stock": {"main": 1}}]})
    };
    // Sixty brands: ten products of the first, one of each other.
    (0..70).for_each(|number: usize| truth.see(&product(number.saturating_sub(10))));
    let counts = truth.count(None, &[]);
    let told = |brands: std::ops::Range<usize>| {
        let count = |brand| counts.values[truth.numbers["brand"][&format!("brand {brand}")] as usize];
        let values: Vec<_> =
            brands.map(|brand| json!({"value": format!("brand {brand}"), "count": count(brand)})).collect();
        let answer = json!({"total": {"count": 70, "exact": true}, "facets": [{"key": "brand", "values": values},
            {"key": "price", "range": {"minimum": 100, "maximum": 100}},
            {"key": "availability", "values": [{"value": "in_stock", "count": 70}]}]});
        truth.compare("all", None, &counts, &answer).told
    };

    assert_eq!(told(0..50), <[String; 0]>::default());
    assert_eq!(told(1..51), ["all: brand brand 0 is missing, and is of 11"]);
}
