//! What is downloaded or comes by mail: nothing of it is sent.

use super::*;

/// Some units of something to be downloaded; whatever it says to weigh is in no parcel.
fn download(sku: &str, quantity: u32, minor: i64) -> BasketLine {
    BasketLine { requires_shipping: false, ..line(sku, quantity, minor) }
}

fn by_parcel(lines: impl Into<Vec<BasketLine>>) -> Basket {
    Basket { delivery: Some("parcel".parse().unwrap()), ..basket(lines) }
}

#[test]
fn downloads_alone_need_no_delivery_and_are_offered_none() {
    let quote = promoted(vec![], &by_parcel([download("PATTERN", 2, 1_190)]));

    assert!(!quote.is_delivery_needed);
    assert!(quote.delivery.is_empty() && quote.chosen_delivery.is_none());
    assert!(quote.reasons.contains(&Reason::DeliveryNotNeeded));
    assert_eq!((quote.totals.total, quote.totals.delivery), (money(2_380, "EUR"), money(0, "EUR")));
    assert_eq!(quote.totals.tax, money(380, "EUR"), "they are taxed like everything else");
}

#[test]
fn a_cart_of_both_is_delivered_for_what_the_goods_that_are_sent_weigh_and_cost() {
    let mut by_weight = flat_delivery(0, "EUR", None);
    let steps = [(1_000, 490), (5_000, 790)].map(|(up_to_grams, price)| WeightStep { up_to_grams, price });
    by_weight.rates[0].price = DeliveryPrice::WeightSteps(steps.to_vec());
    let mut by_total = DeliveryMethod { code: "total".parse().unwrap(), ..flat_delivery(0, "EUR", None) };
    let steps = [(0, 900), (2_000, 300)].map(|(from, price)| TotalStep { from, price });
    by_total.rates[0].price = DeliveryPrice::TotalSteps(steps.to_vec());
    let rules = compiled(Definitions { delivery_methods: vec![by_weight, by_total], ..german_shop() });

    // One mug of 500 g for 10.00, beside five downloads that would be as heavy and as dear each.
    let quote = quote(&rules, &by_parcel([line("MUG", 1, 1_000), download("PATTERN", 5, 1_000)])).unwrap();

    assert!(quote.is_delivery_needed);
    let offered = quote.delivery.iter().map(|choice| (choice.method.as_str(), choice.price.minor()));
    assert_eq!(offered.collect::<Vec<_>>(), [("parcel", 490), ("total", 900)]);
    assert_eq!(quote.totals.total, money(6_490, "EUR"));
}

#[test]
fn downloads_bring_no_free_delivery_nearer() {
    let rules =
        compiled(Definitions { delivery_methods: vec![flat_delivery(490, "EUR", Some(5_000))], ..german_shop() });

    let below = quote(&rules, &by_parcel([line("MUG", 1, 1_000), download("PATTERN", 9, 1_000)])).unwrap();
    let above = quote(&rules, &by_parcel([line("MUG", 5, 1_000), download("PATTERN", 1, 1_000)])).unwrap();

    assert_eq!(below.missing_for_free_delivery, Some(money(4_000, "EUR")));
    assert_eq!((below.totals.delivery.minor(), above.totals.delivery.minor()), (490, 0));
}

#[test]
fn a_promotion_that_frees_delivery_frees_that_of_what_is_sent() {
    let free = || vec![promotion("free", Effect::FreeDelivery { methods: Vec::new() })];

    let alone = promoted(free(), &by_parcel([download("PATTERN", 1, 1_000)]));
    let both = promoted(free(), &by_parcel([line("MUG", 1, 1_000), download("PATTERN", 1, 1_000)]));

    assert_eq!(outcome(&alone, "free"), Some(&PromotionOutcome::NothingSent));
    assert!(alone.discounts.is_empty());
    assert_eq!((both.totals.delivery.minor(), both.totals.total.minor()), (0, 2_000));
    assert_eq!(both.discounts[0].delivery_amount, money(490, "EUR"));
}

#[test]
fn downloads_bring_a_promotion_that_frees_delivery_no_nearer() {
    let from = |effect| {
        let mut promotion = promotion("free", effect);
        promotion.conditions.minimum_total = Some(Amounts(vec![money(5_000, "EUR")]));
        vec![promotion]
    };
    let free = || from(Effect::FreeDelivery { methods: Vec::new() });

    let below = promoted(free(), &by_parcel([line("MUG", 1, 1_000), download("PATTERN", 9, 1_000)]));
    let above = promoted(free(), &by_parcel([line("MUG", 5, 1_000), download("PATTERN", 1, 1_000)]));
    let other = promoted(
        from(Effect::Percentage { basis_points: 1_000 }),
        &by_parcel([line("MUG", 1, 1_000), download("PATTERN", 9, 1_000)]),
    );

    let missing = money(4_000, "EUR");
    assert_eq!(outcome(&below, "free"), Some(&PromotionOutcome::NeedsTotal { missing }));
    assert_eq!((below.totals.delivery.minor(), above.totals.delivery.minor()), (490, 0));
    assert_eq!(other.totals.discount.minor().abs(), 1_000, "what takes off the goods counts all of them");
}

#[test]
fn a_gift_goes_with_what_is_sent_and_with_nothing_else() {
    let gift = || vec![promotion("gift", Effect::Gift { sku: "CARD".parse().unwrap(), quantity: 1 })];

    let alone = promoted(gift(), &by_parcel([download("PATTERN", 1, 1_000)]));
    let both = promoted(gift(), &by_parcel([line("MUG", 1, 1_000), download("PATTERN", 1, 1_000)]));

    assert_eq!((outcome(&alone, "gift"), alone.gifts.len()), (Some(&PromotionOutcome::NothingSent), 0));
    assert_eq!(both.gifts.len(), 1);
}

#[test]
fn delivery_is_taxed_like_the_goods_that_are_sent() {
    for rule in [DeliveryTax::ProRata, DeliveryTax::MainGood] {
        let mut definitions = german_shop();
        definitions.tax_zones[0].delivery = rule;
        let book = taxed("BOOK", 1, 1_070, TaxClass::Reduced);

        let quote = quote(&compiled(definitions), &by_parcel([book, download("PATTERN", 1, 11_900)])).unwrap();

        let chosen = quote.chosen_delivery.as_ref().unwrap();
        let rates: Vec<_> = chosen.taxes.iter().map(|share| quote.tax.lines[share.tax_line].rate).collect();
        assert_eq!(rates, [TaxRate(70_000)], "{rule:?}: the dear download is in no parcel");
        assert_eq!(quote.totals.total, money(1_070 + 11_900 + 490, "EUR"));
    }
}
