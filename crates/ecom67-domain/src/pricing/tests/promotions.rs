//! What each promotion takes, and why those that took nothing did not.

use super::*;

fn percent(basis_points: u32) -> Effect {
    Effect::Percentage { basis_points }
}

fn three_for_two() -> Effect {
    Effect::BuyGet { buy: 2, get: 1, basis_points: 10_000 }
}

#[test]
fn a_tenth_off_three_lines_gives_its_remainder_to_the_line_that_lost_most_by_rounding() {
    for (prices, expected) in [
        // 10 % of 10.00 is 1.00: 0.333, 0.333, 0.334 of it; the cent that is left goes to the largest remainder.
        ([333, 333, 334], [33, 33, 34]),
        // 10 % of 0.15 is 0.015, half up 0.02: two thirds of a cent each; of equal remainders the first lines'.
        ([5, 5, 5], [1, 1, 0]),
        // 10 % of 0.04 is nothing.
        ([2, 1, 1], [0, 0, 0]),
        // A line for nothing takes no part.
        ([0, 999, 1], [0, 100, 0]),
    ] {
        let [a, b, c] = prices;
        let basket = basket([line("A", 1, a), line("B", 1, b), line("C", 1, c)]);

        let quote = promoted(vec![promotion("tenth", percent(1_000))], &basket);

        assert_eq!(discounts(&quote), expected, "{prices:?}");
    }
}

#[test]
fn three_for_two_gives_away_the_cheapest_of_each_three() {
    for (lines, effect, expected) in [
        // 2 at 3.33 and 1 at 2.99: the one at 2.99.
        (vec![tagged("A", 2, 333, "tea"), tagged("B", 1, 299, "tea")], three_for_two(), vec![0, 299]),
        // 7 at 0.99: two threes, two for nothing.
        (vec![tagged("A", 7, 99, "tea")], three_for_two(), vec![198]),
        // 4 at 5.00 and 5 at 1.01: three threes, the three cheapest.
        (vec![tagged("A", 4, 500, "tea"), tagged("B", 5, 101, "tea")], three_for_two(), vec![0, 303]),
        // The third at half its price: 50 % of 2.99 is 1.495, half up 1.50.
        (
            vec![tagged("A", 2, 333, "tea"), tagged("B", 1, 299, "tea")],
            Effect::BuyGet { buy: 2, get: 1, basis_points: 5_000 },
            vec![0, 150],
        ),
        // Two cheapest from two lines at a third off: 33.33 % of 2.99 + 3.33 is 2.1065…, 2.11: 0.998… and 1.111….
        (
            vec![tagged("A", 3, 333, "tea"), tagged("B", 1, 299, "tea")],
            Effect::BuyGet { buy: 2, get: 2, basis_points: 3_333 },
            vec![111, 100],
        ),
    ] {
        let offer = Promotion { target: with_tag("tea"), ..promotion("offer", effect) };

        let quote = promoted(vec![offer], &basket(lines.clone()));

        assert_eq!(discounts(&quote), expected, "{lines:?}");
    }
}

#[test]
fn too_few_are_told_how_many_are_missing() {
    let offer = Promotion { target: with_tag("tea"), ..promotion("offer", three_for_two()) };

    let quote = promoted(vec![offer], &basket([tagged("A", 2, 333, "tea"), line("B", 5, 100)]));

    let expected = PromotionOutcome::NeedsQuantity { of: tag_named("tea"), needs: 3, has: 2 };
    assert_eq!(outcome(&quote, "offer"), Some(&expected));
    assert_eq!(quote.totals.total.minor(), 1166);
}

#[test]
fn every_effect_takes_what_it_says_and_never_more_than_is_left() {
    let tiers = || {
        Effect::TotalTiers(vec![
            TotalTier { from: euros(1_000), basis_points: 500 },
            TotalTier { from: euros(5_000), basis_points: 1_000 },
        ])
    };
    let by_units = || {
        Effect::QuantityTiers(vec![
            QuantityTier { from: 3, basis_points: 1_000 },
            QuantityTier { from: 10, basis_points: 2_000 },
        ])
    };
    for (effect, quantity, price, expected) in [
        (Effect::AmountOff(euros(500)), 1, 2_000, 500),
        (Effect::AmountOff(euros(500)), 1, 300, 300),
        (Effect::AmountOffUnit(euros(150)), 3, 1_000, 450),
        (Effect::AmountOffUnit(euros(150)), 3, 100, 300),
        (Effect::FixedPrice(euros(700)), 2, 1_000, 600),
        (Effect::FixedPrice(euros(0)), 2, 1_000, 2_000),
        (percent(10_000), 2, 1_000, 2_000),
        (tiers(), 1, 1_000, 50),
        (tiers(), 5, 1_000, 500),
        (by_units(), 3, 1_000, 300),
        (by_units(), 10, 1_000, 2_000),
    ] {
        let quote = promoted(vec![promotion("offer", effect.clone())], &basket([line("A", quantity, price)]));

        assert_eq!(quote.totals.discount.minor(), expected, "{effect:?} on {quantity} at {price}");
    }
}

#[test]
fn a_promotion_that_takes_nothing_says_why() {
    let later = Window { starts: Some("2026-10-01T10:00:01Z".parse().unwrap()), ends: None };
    let over = Window { starts: None, ends: Some(NOON.parse().unwrap()) };
    let cents = |minor| money(minor, "EUR");
    let mut offers = Vec::new();
    let mut offer = |code: &str, change: &dyn Fn(&mut Promotion), expected: PromotionOutcome| {
        let mut promotion = promotion(code, percent(1_000));
        promotion.coupons = vec![code.to_uppercase().parse().unwrap()];
        change(&mut promotion);
        offers.push((promotion, expected));
    };
    offer("later", &|offer| offer.window = later, PromotionOutcome::NotStarted);
    offer("over", &|offer| offer.window = over, PromotionOutcome::Ended);
    offer("us", &|offer| offer.conditions.markets = vec!["us".parse().unwrap()], PromotionOutcome::OtherMarket);
    offer("trade", &|offer| offer.conditions.groups = vec!["trade".parse().unwrap()], PromotionOutcome::OtherGroup);
    offer(
        "dear",
        &|offer| offer.conditions.minimum_total = Some(euros(5_000)),
        PromotionOutcome::NeedsTotal { missing: cents(3_000) },
    );
    offer(
        "dollars",
        &|offer| offer.effect = Effect::AmountOff(Amounts(vec![money(100, "USD")])),
        PromotionOutcome::OtherCurrency,
    );
    offer("coffee", &|offer| offer.target = with_tag("coffee"), PromotionOutcome::NothingToReduce);
    offer("fixed", &|offer| offer.effect = Effect::FixedPrice(euros(2_000)), PromotionOutcome::NotCheaper);
    offer(
        "many",
        &|offer| offer.conditions.quantities = vec![QuantityCondition { of: with_tag("tea"), minimum: 4 }],
        PromotionOutcome::NeedsQuantity { of: tag_named("tea"), needs: 4, has: 1 },
    );
    offer(
        "tiers",
        &|offer| offer.effect = Effect::TotalTiers(vec![TotalTier { from: euros(2_100), basis_points: 1 }]),
        PromotionOutcome::NeedsTotal { missing: cents(100) },
    );
    for (promotion, expected) in offers {
        let code = promotion.code.to_string();
        let mut basket = basket([tagged("A", 1, 2_000, "tea")]);
        basket.coupons = promotion.coupons.clone();

        let quote = promoted(vec![promotion], &basket);

        assert_eq!(outcome(&quote, &code), Some(&expected), "{code}");
        assert_eq!(quote.totals.total.minor(), 2_000, "{code}");
    }
}

#[test]
fn nobody_hears_of_next_weeks_sale_or_of_another_markets() {
    let window = Window { starts: Some("2026-10-08T00:00:00Z".parse().unwrap()), ends: None };
    let next_week = Promotion { window, ..promotion("next-week", percent(1_000)) };
    let mut abroad = promotion("abroad", percent(1_000));
    abroad.conditions.markets = vec!["us".parse().unwrap()];
    abroad.target = with_tag("tea");

    let quote = promoted(vec![next_week, abroad], &basket([tagged("A", 1, 1_000, "tea")]));

    assert_eq!((outcome(&quote, "next-week"), outcome(&quote, "abroad")), (None, None));
    assert_eq!(quote.totals.discount.minor(), 0);
}

#[test]
fn higher_priority_comes_first_and_each_takes_from_what_is_left() {
    let first = Promotion { priority: 2, ..promotion("b-first", percent(5_000)) };
    let second = Promotion { priority: 1, ..promotion("a-second", percent(5_000)) };

    let quote = promoted(vec![second, first], &basket([line("A", 1, 1_000)]));

    let applied: Vec<_> =
        quote.discounts.iter().map(|discount| (discount.promotion.as_str(), discount.amount.minor())).collect();
    assert_eq!(applied, [("b-first", 500), ("a-second", 250)]);
}

#[test]
fn an_exclusive_promotion_bears_no_other_whichever_comes_first() {
    let alone =
        |priority| Promotion { priority, combination: Combination::Exclusive, ..promotion("alone", percent(1_000)) };
    let other = Promotion { priority: 5, ..promotion("other", percent(2_000)) };
    for (priority, applied, excluded, discount) in [(9, "alone", "other", 100), (1, "other", "alone", 200)] {
        let quote = promoted(vec![alone(priority), other.clone()], &basket([line("A", 1, 1_000)]));

        let expected = PromotionOutcome::ExcludedBy(applied.parse().unwrap());
        assert_eq!(outcome(&quote, excluded), Some(&expected));
        assert_eq!(quote.totals.discount.minor(), discount);
    }
}

#[test]
fn a_coupon_is_found_however_it_is_typed_and_carries_its_limits() {
    let limits = PromotionLimits { in_all: Some(100), per_customer: Some(1) };
    let coupons = vec!["TEA-10".parse().unwrap(), "TEE-10".parse().unwrap()];
    let offer = Promotion { coupons, limits, ..promotion("tea", percent(1_000)) };
    let mut basket = basket([line("A", 1, 1_000)]);

    let without = promoted(vec![offer.clone()], &basket);
    basket.coupons = ["tea-10", "TEE-10", "NONE"].map(|typed| typed.parse().unwrap()).to_vec();
    let with = promoted(vec![offer], &basket);

    assert_eq!((without.totals.total.minor(), outcome(&without, "tea")), (1_000, None));
    // Two of its coupons are one use.
    assert_eq!(with.totals.total.minor(), 900);
    assert_eq!(with.discounts[0].coupon.as_ref().unwrap().as_str(), "TEA-10");
    assert_eq!(with.discounts[0].limits, limits);
    assert!(with.reasons.contains(&Reason::CouponUnknown("NONE".parse().unwrap())));
}

#[test]
fn a_first_order_is_granted_to_a_guest_and_decided_at_checkout() {
    let mut offer = promotion("welcome", percent(1_000));
    offer.conditions.first_order = true;
    let amount = money(100, "EUR");
    for (first_order, expected) in [
        (FirstOrder::Yes, PromotionOutcome::Applied { amount, decided_at_checkout: false }),
        (FirstOrder::Unknown, PromotionOutcome::Applied { amount, decided_at_checkout: true }),
        (FirstOrder::No, PromotionOutcome::NotFirstOrder),
    ] {
        let mut basket = basket([line("A", 1, 1_000)]);
        basket.buyer.first_order = first_order;

        let quote = promoted(vec![offer.clone()], &basket);

        assert_eq!(outcome(&quote, "welcome"), Some(&expected), "{first_order:?}");
    }
}

#[test]
fn a_promotion_finds_its_lines_by_product_variant_category_collection_and_tag() {
    let mut other = line("A", 1, 1_000);
    other.categories = vec!["kitchen".parse().unwrap(), "mugs".parse().unwrap()];
    other.collections = vec!["gifts".parse().unwrap()];
    other.tags = vec!["tea".into()];
    let selectors = [
        Selector { products: vec!["a".parse().unwrap()], ..Selector::default() },
        Selector { skus: vec!["A".parse().unwrap()], ..Selector::default() },
        Selector { categories: vec!["kitchen".parse().unwrap()], ..Selector::default() },
        Selector { collections: vec!["gifts".parse().unwrap()], ..Selector::default() },
        with_tag("tea"),
    ];
    for target in selectors {
        for coupons in [vec![], vec!["X".parse().unwrap()]] {
            let mut basket = basket([line("B", 1, 1_000), other.clone()]);
            basket.coupons.clone_from(&coupons);
            let offer = Promotion { target: target.clone(), coupons, ..promotion("offer", percent(1_000)) };

            let quote = promoted(vec![offer], &basket);

            assert_eq!(discounts(&quote), [0, 100], "{target:?}");
        }
    }
}

#[test]
fn gifts_cost_nothing_and_stop_where_the_basket_is_full() {
    let gift = Effect::Gift { sku: "SPOON".parse().unwrap(), quantity: 1 };
    let full: Vec<_> = (0..BASKET_LINES_MAX).map(|number| line(&format!("S{number}"), 1, 100)).collect();

    let given = promoted(vec![promotion("gift", gift.clone())], &basket([line("A", 1, 1_000)]));
    let no_room = promoted(vec![promotion("gift", gift)], &basket(full));

    assert_eq!((given.gifts[0].sku.as_str(), given.gifts[0].quantity), ("SPOON", 1));
    assert_eq!(given.totals.total.minor(), 1_000);
    assert_eq!(outcome(&no_room, "gift"), Some(&PromotionOutcome::NoRoom));
}

#[test]
fn a_discount_never_costs_a_shopper_the_free_delivery() {
    let methods = vec![flat_delivery(490, "EUR", Some(5_000))];
    let definitions = |promotions| Definitions { promotions, delivery_methods: methods.clone(), ..german_shop() };
    let chosen =
        |quantity| Basket { delivery: Some("parcel".parse().unwrap()), ..basket([line("A", quantity, 1_000)]) };
    let tenth = vec![promotion("tenth", percent(1_000))];

    let discounted = quote(&compiled(definitions(tenth)), &chosen(5)).unwrap();
    let below = quote(&compiled(definitions(vec![])), &chosen(4)).unwrap();
    let free = vec![promotion("free", Effect::FreeDelivery { methods: vec!["parcel".parse().unwrap()] })];
    let freed = quote(&compiled(definitions(free)), &chosen(4)).unwrap();

    assert_eq!((discounted.totals.total.minor(), discounted.missing_for_free_delivery), (4_500, None));
    assert_eq!(below.totals.total.minor(), 4_490);
    assert_eq!(below.missing_for_free_delivery, Some(money(1_000, "EUR")));
    assert_eq!((freed.totals.total.minor(), freed.missing_for_free_delivery), (4_000, None));
    assert_eq!(freed.discounts[0].delivery_amount, money(490, "EUR"));
}

#[test]
fn free_delivery_of_what_is_not_sent_is_nothing_and_excludes_nothing() {
    let alone = Promotion {
        priority: 1,
        combination: Combination::Exclusive,
        ..promotion("free", Effect::FreeDelivery { methods: Vec::new() })
    };
    let download = BasketLine { requires_shipping: false, ..line("A", 1, 1_000) };

    let quote = promoted(vec![alone, promotion("tenth", percent(1_000))], &basket([download]));

    assert_eq!(outcome(&quote, "free"), Some(&PromotionOutcome::NothingSent));
    assert_eq!(quote.totals.total.minor(), 900);
    assert!(quote.delivery.is_empty() && quote.reasons.contains(&Reason::DeliveryNotNeeded));
}
