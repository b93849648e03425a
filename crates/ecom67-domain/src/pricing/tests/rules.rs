//! Rules that contradict themselves or each other, price lists, and baskets that have no price.

use super::*;
use crate::money::PRICE_MINOR_MAX;

/// The fields and codes of what is wrong.
fn wrong(definitions: Definitions) -> Vec<(String, &'static str)> {
    let violations = PricingRules::compile(definitions).err().unwrap_or_default();
    violations.as_slice().iter().map(|violation| (violation.field.clone(), violation.code)).collect()
}

fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

fn list(code: &str, group: Option<&str>, minimum_quantity: u32, minor: i64) -> PriceList {
    PriceList {
        code: code.parse().unwrap(),
        market: "de".parse().unwrap(),
        currency: "EUR".parse().unwrap(),
        group: group.map(|group| group.parse().unwrap()),
        window: Window::default(),
        entries: vec![PriceListEntry {
            sku: "A".parse().unwrap(),
            minimum_quantity,
            price: Price::new(money(minor, "EUR"), None).unwrap(),
        }],
    }
}

#[test]
fn rules_that_conflict_are_refused_and_named() {
    let percentage = || Effect::Percentage { basis_points: 1_000 };
    let with = |promotion: Promotion| wrong(Definitions { promotions: vec![promotion], ..german_shop() });

    let coupon = |code| Promotion { coupons: vec!["X".parse().unwrap()], ..promotion(code, percentage()) };
    let twice = Definitions { promotions: vec![coupon("one"), coupon("two")], ..german_shop() };
    assert_eq!(wrong(twice), one("promotion/two/coupons[0]", "coupon_taken"));
    let mut overlapping = german_shop();
    overlapping.tax_zones.push(TaxZone { code: "again".parse().unwrap(), ..vat("DE", 1, 1) });
    assert_eq!(wrong(overlapping), one("tax_zone/again/areas[0]", "zones_overlap"));
    let no_calendar = Definitions { calendars: vec![], ..german_shop() };
    assert_eq!(wrong(no_calendar), one("delivery_method/parcel/calendar", "calendar_unknown"));
    let at = |text: &str| Some(text.parse().unwrap());
    let empty = Window { starts: at("2026-02-01T00:00:00Z"), ends: at("2026-01-01T00:00:00Z") };
    assert_eq!(
        with(Promotion { window: empty, ..promotion("p", percentage()) }),
        one("promotion/p/ends", "window_empty")
    );
    assert_eq!(
        with(promotion("p", Effect::FreeDelivery { methods: vec!["drone".parse().unwrap()] })),
        one("promotion/p/effect.methods[0]", "delivery_method_unknown")
    );
    let mut contradicting = promotion("p", Effect::AmountOff(euros(100)));
    contradicting.conditions.minimum_total = Some(Amounts(vec![money(1, "USD")]));
    assert_eq!(with(contradicting), one("promotion/p/conditions.minimum_total", "promotion_never_applies"));
    assert_eq!(
        with(promotion("p", Effect::Percentage { basis_points: 10_001 })),
        one("promotion/p/effect.basis_points", "share_invalid")
    );
}

#[test]
fn the_cheapest_price_that_applies_is_the_price_and_the_others_say_why_not() {
    let lists = || vec![list("many", None, 3, 800), list("trade", Some("trade"), 1, 900), list("dear", None, 1, 1_200)];
    let rules = compiled(Definitions { price_lists: lists(), ..german_shop() });
    let trade: Option<crate::code::CustomerGroupCode> = Some("trade".parse().unwrap());
    for (quantity, group, price, outcomes) in [
        (1, None, 1_000, ["price_list_not_cheaper", "price_list_needs_quantity", "price_list_other_group"]),
        (1, trade.clone(), 900, ["price_list_not_cheaper", "price_list_needs_quantity", "price_list_applied"]),
        (3, trade, 800, ["price_list_not_cheaper", "price_list_applied", "price_list_not_cheaper"]),
    ] {
        let mut basket = basket([line("A", quantity, 1_000)]);
        basket.buyer.group = group;

        let quote = quote(&rules, &basket).unwrap();

        assert_eq!(quote.lines[0].unit_price.minor(), price);
        let told = quote.reasons.iter().filter(|reason| matches!(reason, Reason::Price { .. })).map(Reason::code);
        assert_eq!(told.collect::<Vec<_>>(), outcomes);
    }
}

#[test]
fn lines_of_one_variant_count_together_for_a_price_list() {
    let rules = compiled(Definitions { price_lists: vec![list("many", None, 3, 800)], ..german_shop() });
    let second = BasketLine { key: "second".parse().unwrap(), ..line("A", 1, 1_000) };

    let quote = quote(&rules, &basket([line("A", 2, 1_000), second])).unwrap();

    assert_eq!(quote.totals.total.minor(), 2_400);
}

#[test]
fn a_basket_that_cannot_be_priced_says_why() {
    let rules = compiled(german_shop());
    let code = |basket: &Basket| quote(&rules, basket).map_err(|error| error.code()).map(|quote| quote.totals.total);
    let dollars = BasketLine { price: Price::new(money(1, "USD"), None).unwrap(), ..line("A", 1, 1) };
    let many: Vec<_> = (0..=BASKET_LINES_MAX).map(|number| line(&format!("S{number}"), 1, 1)).collect();
    let coupons = vec!["X".parse().unwrap(); COUPONS_MAX + 1];

    assert_eq!(code(&basket([line("A", u32::MAX, PRICE_MINOR_MAX)])), Err("quote_too_large"));
    assert_eq!(code(&basket([dollars])), Err("quote_other_currency"));
    assert_eq!(code(&basket([line("A", 0, 1)])), Err("quote_no_units"));
    assert_eq!(code(&basket([line("A", 1, 1), line("A", 2, 1)])), Err("quote_line_twice"));
    assert_eq!(code(&basket(many)), Err("quote_too_many_lines"));
    assert_eq!(code(&Basket { coupons, ..basket([]) }), Err("quote_too_many_coupons"));
    assert_eq!(code(&basket([])), Ok(money(0, "EUR")));
}

#[test]
fn the_name_of_a_quote_knows_the_rules_that_were_used_and_no_others() {
    let tenth = || promotion("tenth", Effect::Percentage { basis_points: 1_000 });
    let basket = basket([line("A", 1, 1_000)]);
    let id = |promotions: Vec<Promotion>| promoted(promotions, &basket).id;
    let unused = Promotion { target: with_tag("tea"), ..promotion("unused", Effect::Percentage { basis_points: 1 }) };
    let limited = Promotion { priority: 1, ..tenth() };

    assert_eq!(id(vec![tenth()]), id(vec![tenth()]));
    assert_eq!(id(vec![tenth()]), id(vec![tenth(), unused]));
    assert_ne!(id(vec![tenth()]), id(vec![]));
    // The amounts are the same; the rule is another.
    assert_ne!(id(vec![tenth()]), id(vec![limited]));
}

#[test]
fn delivery_is_offered_by_zone_weight_and_total_with_its_dates() {
    let mut by_weight = flat_delivery(0, "EUR", None);
    let steps = [(1_000, 490), (5_000, 790)].map(|(up_to_grams, price)| WeightStep { up_to_grams, price });
    by_weight.rates[0].price = DeliveryPrice::WeightSteps(steps.to_vec());
    by_weight.zones = vec!["home".parse().unwrap()];
    let mut by_total = DeliveryMethod { code: "total".parse().unwrap(), ..flat_delivery(0, "EUR", None) };
    let steps = [(0, 900), (2_000, 300)].map(|(from, price)| TotalStep { from, price });
    by_total.rates[0].price = DeliveryPrice::TotalSteps(steps.to_vec());
    let pick_up = DeliveryMethod {
        code: "shop".parse().unwrap(),
        kind: DeliveryKind::PickUp("main".parse().unwrap()),
        position: 1,
        ..flat_delivery(0, "EUR", None)
    };
    let home = DeliveryZone { code: "home".parse().unwrap(), areas: vec![Area::country(country("DE"))] };
    let rules = compiled(Definitions {
        delivery_methods: vec![pick_up, by_weight, by_total],
        delivery_zones: vec![home],
        ..german_shop()
    });
    for (place, quantity, expected) in [
        ("DE", 2, vec![("parcel", 490), ("total", 300), ("shop", 0)]),
        ("DE", 3, vec![("parcel", 790), ("total", 300), ("shop", 0)]),
        ("DE", 11, vec![("total", 300), ("shop", 0)]),
        ("AT", 1, vec![("total", 900), ("shop", 0)]),
    ] {
        let mut basket = basket([line("A", quantity, 1_000)]);
        basket.destination = Destination::country(country(place));

        let quote = quote(&rules, &basket).unwrap();

        let offered = quote.delivery.iter().map(|choice| (choice.method.as_str(), choice.price.minor()));
        assert_eq!(offered.collect::<Vec<_>>(), expected, "{quantity} to {place}");
        // Thursday noon in Berlin: Friday or Monday.
        let dates = quote.delivery[0].dates.unwrap();
        assert_eq!([dates.first, dates.last].map(|date| date.to_string()), ["2026-10-02", "2026-10-05"]);
    }
}
