//! Collections by rule.

use std::collections::BTreeMap;

use ecom67_app::search::{FacetKey, Filter, IndexChange, ListQuery, ProductIndex, Sort};
use ecom67_domain::attribute::AttributeValue;
use ecom67_domain::catalog::{Collection, CollectionRule, PriceRange, Tint};
use ecom67_domain::{LocalizedText, Money};
use jiff::{SignedDuration, Timestamp};

use super::entries::{a_list, an_entry, by_brand, codes, list, put, valid};
use crate::noon;

fn of_rule(rule: CollectionRule) -> ListQuery {
    in_rule(a_list(), rule, noon())
}

fn in_rule(query: ListQuery, rule: CollectionRule, now: Timestamp) -> ListQuery {
    let collection = Collection {
        code: valid("ruled"),
        name: LocalizedText::default(),
        slug: BTreeMap::new(),
        description: LocalizedText::default(),
        tint: Tint::default(),
        picture: None,
        products: vec![],
        rule: Some(rule),
    };
    query.in_collection(&collection, now)
}

fn below(minor: i64) -> CollectionRule {
    let range = PriceRange { minimum: None, maximum: Some(Money::new(minor, valid("EUR"))) };
    CollectionRule { prices: BTreeMap::from([(valid("de"), range)]), ..CollectionRule::default() }
}

fn tagged(tag: &str) -> CollectionRule {
    CollectionRule { tags: vec![tag.to_owned()], ..CollectionRule::default() }
}

fn new_for(days: u32) -> CollectionRule {
    CollectionRule { published_within_days: Some(days), ..CollectionRule::default() }
}

pub async fn a_rule_asks_for_values_of_attributes_all_of_which_must_be_there(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("red-mug").attribute("colour", "red").attribute("volume", "350").attribute("safe", "true"),
            an_entry("blue-mug").attribute("colour", "blue").attribute("volume", "350").attribute("safe", "true"),
            an_entry("pink-mug").attribute("colour", "pink").attribute("volume", "350").attribute("safe", "true"),
            an_entry("red-cup").attribute("colour", "red").attribute("volume", "200").attribute("safe", "true"),
            an_entry("red-pot").attribute("colour", "red").attribute("volume", "350").attribute("safe", "false"),
        ],
    )
    .await;
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let attributes = BTreeMap::from([
        (valid("colour"), vec![text("red"), text("blue")]),
        (valid("volume"), vec![AttributeValue::Number(350.0)]),
        (valid("safe"), vec![AttributeValue::YesNo(true)]),
    ]);

    let hits = list(index, of_rule(CollectionRule { attributes, ..CollectionRule::default() })).await;

    assert_eq!((codes(&hits), hits.total), (vec!["blue-mug", "red-mug"], 2));
}

pub async fn a_rule_about_prices_has_products_only_in_the_markets_it_names(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("cup").price("de", 2_999).price("us", 100),
            an_entry("mug").price("de", 3_000).price("us", 100),
            an_entry("pot").price("de", 3_001).price("us", 100),
        ],
    )
    .await;

    let german = list(index, of_rule(below(3_000))).await;
    let in_america = || ListQuery { market: valid("us"), ..a_list() };
    let everything = list(index, in_america()).await;
    let american = list(index, in_rule(in_america(), below(3_000), noon())).await;

    assert_eq!(codes(&german), ["cup", "mug"]);
    assert_eq!(everything.total, 3, "all three are sold there");
    assert_eq!((codes(&american), american.total), (vec![], 0));
}

pub async fn a_rule_asks_for_brands_categories_tags_and_reductions(index: &dyn ProductIndex) {
    let reduced = |entry: super::EntryBuilder| entry.with(|entry| entry.reduced_in.push(valid("de")));
    put(
        index,
        [
            reduced(an_entry("a").brand("Kiln").category("all").category("mugs").tag("hand made").tag("gift")),
            reduced(an_entry("b").brand("Loom").category("all").category("mugs").tag("hand made")),
            reduced(an_entry("c").brand("Kiln").category("all").tag("hand made")),
            reduced(an_entry("d").brand("Kiln").category("all").category("mugs").tag("hand-made")),
            an_entry("e").brand("Kiln").category("all").category("mugs").tag("hand made"),
        ],
    )
    .await;
    let rule = CollectionRule {
        brands: vec!["Kiln".to_owned(), "Forge".to_owned()],
        categories: vec![valid("mugs")],
        tags: vec!["hand made".to_owned()],
        is_reduced: true,
        ..CollectionRule::default()
    };

    let all = list(index, of_rule(rule)).await;
    let tagged = list(index, of_rule(tagged("hand made"))).await;

    assert_eq!(codes(&all), ["a"]);
    assert_eq!(codes(&tagged), ["a", "b", "c", "e"]);
}

pub async fn what_is_new_by_rule_is_so_from_the_beginning_of_a_day(index: &dyn ProductIndex) {
    put(index, [an_entry("today"), an_entry("before").days_later(-2), an_entry("long-ago").days_later(-3)]).await;
    let in_the_evening = noon() + SignedDuration::from_hours(11);
    let next_morning = noon() + SignedDuration::from_hours(13);

    let today = list(index, in_rule(a_list(), new_for(2), in_the_evening)).await;
    let tomorrow = list(index, in_rule(a_list(), new_for(2), next_morning)).await;

    assert_eq!(codes(&today), ["today", "before"], "the newest first");
    assert_eq!(codes(&tomorrow), ["today"]);
}

pub async fn a_cursor_of_what_is_new_leads_on_after_midnight(index: &dyn ProductIndex) {
    let entries = (0..6).map(|days| an_entry(&format!("p-{days}")).days_later(-days));
    put(index, entries).await;
    let tomorrow = noon() + SignedDuration::from_hours(24);
    for sort in [Sort::Newest, Sort::Price] {
        let first = ListQuery { sort, limit: 2, ..in_rule(a_list(), new_for(4), noon()) };
        let first = list(index, first).await;
        let second = ListQuery { sort, after: first.next.clone(), ..in_rule(a_list(), new_for(4), tomorrow) };
        let second = list(index, second).await;

        assert_eq!(
            [codes(&first), codes(&second)].concat(),
            ["p-0", "p-1", "p-2", "p-3"],
            "{sort:?}: all that were new on both days"
        );
    }
}

pub async fn facets_count_within_the_rule_whatever_is_filtered_by(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").brand("Kiln").tag("gift").price("de", 1_000),
            an_entry("b").brand("Loom").tag("gift").price("de", 2_000),
            an_entry("c").brand("Kiln").tag("gift").price("de", 9_000),
            an_entry("d").brand("Loom").price("de", 500),
        ],
    )
    .await;
    let mut rule = below(5_000);
    rule.tags = vec!["gift".to_owned()];
    rule.brands = vec!["Kiln".to_owned(), "Loom".to_owned()];
    let price = Filter::Price { minimum: Some(1_500), maximum: None };
    let query = ListQuery { filters: vec![by_brand(&["Loom"]), price], ..of_rule(rule) };

    let hits = list(index, query).await;

    let facet = |key: FacetKey| hits.facets.iter().find(|facet| facet.key == key).expect("it is told");
    assert_eq!((codes(&hits), hits.total), (vec!["b"], 1));
    assert_eq!(facet(FacetKey::Brand).values, [("Loom".to_owned(), 1)], "what costs too much is no gift for the rule");
    assert_eq!(facet(FacetKey::Price).range, Some((2_000, 2_000)), "of Loom's gifts, whatever the filter by price");
}

pub async fn a_product_comes_and_goes_by_rule_when_it_is_saved(index: &dyn ProductIndex) {
    put(index, [an_entry("mug"), an_entry("cup").price("de", 2_000)]).await;
    let found = || async { codes(&list(index, of_rule(below(1_500))).await).join(" ") };
    assert_eq!(found().await, "mug");

    put(index, [an_entry("cup").price("de", 1_200), an_entry("mug").price("de", 1_600)]).await;
    assert_eq!(found().await, "cup");

    index.apply(vec![IndexChange::Remove(valid("cup"))], None).await.expect("the change is applied");
    assert_eq!(found().await, "");
}

pub async fn words_are_searched_within_a_rule(index: &dyn ProductIndex) {
    put(index, [an_entry("kettle-a").tag("gift"), an_entry("kettle-b"), an_entry("lamp").tag("gift")]).await;

    let hits = list(index, ListQuery { text: Some("kettle".to_owned()), ..of_rule(tagged("gift")) }).await;

    assert_eq!((codes(&hits), hits.total), (vec!["kettle-a"], 1));
}
