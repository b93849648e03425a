//! What is true of every cart. A few thousand are made up; `many.rs` makes up millions.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const TAGS: [&str; 3] = ["tea", "cup", "gift"];

fn carts() -> ProptestConfig {
    ProptestConfig { cases: 3_000, ..ProptestConfig::default() }
}

/// Mostly everyday prices, and some that are nothing, odd or enormous.
fn price() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 1_i64..20_000, 1 => Just(0), 2 => 1_i64..10, 1 => 1_i64..=100_000_000_000]
}

fn class() -> impl Strategy<Value = TaxClass> {
    select(vec![TaxClass::Standard, TaxClass::Reduced, TaxClass::Zero])
}

prop_compose! {
    fn lines(currency: &'static str)(
        parts in proptest::collection::vec((price(), 1_u32..30, class(), any::<[bool; 3]>(), 0_u8..8), 1..10),
    ) -> Vec<BasketLine> {
        let line = |(index, (minor, quantity, tax_class, has, sku)): (usize, (i64, u32, TaxClass, [bool; 3], u8))| {
            let tags = TAGS.iter().zip(has).filter(|(_, has)| *has).map(|(tag, _)| Arc::from(*tag)).collect();
            let price = Price::new(money(minor, currency), None).unwrap();
            let key = format!("k{index}").parse().unwrap();
            BasketLine { key, price, tags, ..taxed(&format!("S{sku}"), quantity, 0, tax_class) }
        };
        parts.into_iter().enumerate().map(line).collect()
    }
}

fn selector() -> impl Strategy<Value = Selector> {
    prop_oneof![Just(Selector::default()), select(TAGS.to_vec()).prop_map(with_tag)]
}

fn effect(currency: &'static str) -> impl Strategy<Value = Effect> {
    let amounts = move |minor| Amounts(vec![money(minor, currency)]);
    prop_oneof![
        (1_u32..=10_000).prop_map(|basis_points| Effect::Percentage { basis_points }),
        (1_i64..5_000).prop_map(move |minor| Effect::AmountOff(amounts(minor))),
        (1_i64..500).prop_map(move |minor| Effect::AmountOffUnit(amounts(minor))),
        (0_i64..5_000).prop_map(move |minor| Effect::FixedPrice(amounts(minor))),
        Just(Effect::FreeDelivery { methods: Vec::new() }),
        (1_u32..4, 1_u32..4, 1_u32..=10_000).prop_map(|(buy, get, basis_points)| Effect::BuyGet {
            buy,
            get,
            basis_points
        }),
        (0_i64..9_000, 1_u32..=10_000).prop_map(move |(from, basis_points)| Effect::TotalTiers(vec![
            TotalTier { from: amounts(from), basis_points },
            TotalTier { from: amounts(from * 2 + 1), basis_points: basis_points / 2 + 1 },
        ])),
        (1_u32..9, 1_u32..=10_000)
            .prop_map(|(from, basis_points)| Effect::QuantityTiers(vec![QuantityTier { from, basis_points }])),
        Just(Effect::Gift { sku: "SPOON".parse().unwrap(), quantity: 1 }),
    ]
}

prop_compose! {
    fn promotions(currency: &'static str)(
        parts in proptest::collection::vec(
            (effect(currency), selector(), -2_i32..3, 0_u8..6, proptest::option::of((selector(), 1_u32..20))),
            0..7,
        ),
    ) -> Vec<Promotion> {
        let made = |(index, (effect, target, priority, alone, condition))| {
            let combination = if alone == 0 { Combination::Exclusive } else { Combination::Stacking };
            let condition: Option<(Selector, u32)> = condition;
            let quantities = condition.into_iter().map(|(of, minimum)| QuantityCondition { of, minimum }).collect();
            let conditions = Conditions { quantities, ..Conditions::default() };
            Promotion { priority, combination, conditions, target, ..promotion(&format!("p{index}"), effect) }
        };
        parts.into_iter().enumerate().map(made).collect()
    }
}

fn buyer() -> impl Strategy<Value = TaxStatus> {
    prop_oneof![
        3 => Just(TaxStatus::Consumer),
        1 => Just(TaxStatus::Exempt),
        1 => Just(TaxStatus::Business { vat_country: country("AT") }),
    ]
}

/// A basket, and the rules of the shop that it is bought in.
#[derive(Clone, Debug)]
pub(super) struct Shopping {
    definitions: Definitions,
    pub(super) basket: Basket,
}

prop_compose! {
    fn shopping_in(currency: &'static str)(
        lines in lines(currency),
        promotions in promotions(currency),
        rates in proptest::collection::vec(0_u32..=300_000, 3),
        by_line in any::<bool>(),
        delivery_tax in
            select(vec![DeliveryTax::Standard, DeliveryTax::ProRata, DeliveryTax::MainGood, DeliveryTax::Untaxed]),
        included in any::<bool>(),
        tax in buyer(),
        place in select(vec!["DE", "AT", "CH"]),
        parcel in (0_i64..3_000, proptest::option::of(0_i64..100_000)),
        list_price in proptest::option::of(0_i64..10_000),
    ) -> Shopping {
        let mut definitions = german_shop();
        definitions.promotions = promotions;
        for zone in &mut definitions.tax_zones {
            zone.rates = vec![
                class_rate(TaxClass::Standard, &[("VAT", rates[0])]),
                class_rate(TaxClass::Reduced, &[("State", rates[1]), ("City", rates[2])]),
            ];
            zone.rounding = if by_line { TaxRounding::HalfUpPerLine } else { TaxRounding::HalfUpPerRate };
            zone.delivery = delivery_tax;
        }
        definitions.delivery_methods = vec![flat_delivery(parcel.0, currency, parcel.1)];
        definitions.price_lists = list_price.map(|minor| PriceList {
            code: "many".parse().unwrap(),
            market: "de".parse().unwrap(),
            currency: currency.parse().unwrap(),
            group: None,
            window: Window::default(),
            entries: vec![PriceListEntry {
                sku: "S1".parse().unwrap(),
                minimum_quantity: 10,
                price: Price::new(money(minor, currency), None).unwrap(),
            }],
        }).into_iter().collect();
        let mut basket = basket(lines);
        basket.market.currency = currency.parse().unwrap();
        basket.market.tax = if included { TaxDisplay::Included } else { TaxDisplay::Excluded };
        basket.destination = Destination::country(country(place));
        basket.buyer.tax = tax;
        basket.delivery = Some("parcel".parse().unwrap());
        Shopping { definitions, basket }
    }
}

pub(super) fn shopping() -> impl Strategy<Value = Shopping> {
    select(vec!["JPY", "EUR", "USD", "KWD"]).prop_flat_map(shopping_in)
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(Money::minor).sum()
}

/// Every sum that a quote states, added up again from its parts.
fn parts_add_up(quote: &Quote) -> Result<(), TestCaseError> {
    let totals = &quote.totals;
    let added = if quote.tax_display == TaxDisplay::Excluded { totals.tax.minor() } else { 0 };
    let delivery = quote.chosen_delivery.as_ref();
    let delivered = delivery.map_or(0, |chosen| chosen.total.minor());
    prop_assert_eq!(sum(quote.lines.iter().map(|line| line.total)) + delivered + added, totals.total.minor());
    prop_assert_eq!(sum(quote.lines.iter().map(|line| line.base)), totals.goods.minor());
    prop_assert_eq!(sum(quote.discounts.iter().map(|discount| discount.amount)), totals.discount.minor());
    for (index, discount) in quote.discounts.iter().enumerate() {
        let shares = quote.lines.iter().flat_map(|line| &line.discounts).filter(|share| share.discount == index);
        prop_assert_eq!(sum(shares.map(|share| share.amount)), discount.amount.minor());
    }
    for line in &quote.lines {
        let taken = sum(line.discounts.iter().map(|share| share.amount));
        prop_assert_eq!(line.base.minor() - taken - line.relief.minor(), line.total.minor());
        prop_assert_eq!(line.unit_price.minor() * i64::from(line.quantity), line.base.minor());
    }
    for (index, tax) in quote.tax.lines.iter().enumerate() {
        let of_lines = quote.lines.iter().filter(|line| line.tax_line == Some(index)).map(|line| line.tax);
        let shares = delivery.iter().flat_map(|chosen| &chosen.taxes).filter(|share| share.tax_line == index);
        prop_assert_eq!(sum(of_lines) + sum(shares.map(|share| share.amount)), tax.amount.minor());
        prop_assert_eq!(sum(tax.components.iter().map(|part| part.amount)), tax.amount.minor());
    }
    prop_assert_eq!(sum(quote.tax.lines.iter().map(|line| line.amount)), totals.tax.minor());
    let bases = sum(quote.tax.lines.iter().map(|line| line.base));
    if !quote.tax.lines.is_empty() {
        prop_assert_eq!(bases + totals.tax.minor(), totals.total.minor());
    }
    Ok(())
}

fn nothing_is_negative(quote: &Quote) -> Result<(), TestCaseError> {
    let of_lines = quote.lines.iter().flat_map(|line| [line.base, line.tax, line.relief, line.total]);
    let of_taxes = quote.tax.lines.iter().flat_map(|line| [line.base, line.amount]);
    let totals = &quote.totals;
    let sums = [totals.goods, totals.discount, totals.delivery, totals.relief, totals.tax, totals.total];
    let shares = quote.lines.iter().flat_map(|line| &line.discounts).map(|share| share.amount);
    prop_assert!(of_lines.chain(of_taxes).chain(sums).chain(shares).all(|amount| amount.minor() >= 0));
    Ok(())
}

fn quoted(Shopping { definitions, basket }: &Shopping) -> Quote {
    quote(&compiled(definitions.clone()), basket).unwrap()
}

pub(super) fn its_parts_add_up_and_nothing_is_negative(shopping: &Shopping) -> Result<Quote, TestCaseError> {
    let quote = quoted(shopping);
    parts_add_up(&quote)?;
    nothing_is_negative(&quote)?;
    Ok(quote)
}

pub(super) fn it_is_no_dearer_than_without_promotions(shopping: &Shopping) -> Result<(), TestCaseError> {
    let with = quoted(shopping).totals;
    let mut without = shopping.clone();
    without.definitions.promotions.clear();
    let without = quoted(&without).totals;

    let before_tax = |totals: &Totals| totals.goods.minor() - totals.discount.minor() + totals.delivery.minor();
    prop_assert!(before_tax(&with) <= before_tax(&without));
    let pays_what_is_shown =
        shopping.basket.market.tax == TaxDisplay::Included && shopping.basket.buyer.tax == TaxStatus::Consumer;
    prop_assert!(!pays_what_is_shown || with.total.minor() <= without.total.minor());
    Ok(())
}

pub(super) fn it_is_the_same_turned_and_later(
    shopping: &Shopping,
    turn: usize,
    later_s: i64,
) -> Result<(), TestCaseError> {
    let quote = quoted(shopping);
    let mut turned = shopping.clone();
    let turn = turn % turned.basket.lines.len();
    turned.basket.lines.rotate_left(turn);
    turned.basket.at += jiff::SignedDuration::from_secs(later_s);
    let turned = quoted(&turned);

    prop_assert_eq!(quote.totals, turned.totals);
    prop_assert_eq!(quote.id, turned.id);
    let mut lines = quote.lines;
    lines.rotate_left(turn);
    prop_assert_eq!(lines, turned.lines);
    Ok(())
}

pub(super) fn it_is_another_with_another_price(shopping: &Shopping, which: usize) -> Result<(), TestCaseError> {
    let quote = quoted(shopping);
    let mut other = shopping.clone();
    let line = which % other.basket.lines.len();
    let line = &mut other.basket.lines[line];
    let dearer = money(line.price.amount().minor() / 2 + 1, line.price.amount().currency().code());
    let changed = line.price.amount() != dearer;
    line.price = Price::new(dearer, None).unwrap();
    let other = quoted(&other);

    // A price list's price that has become the market's own is another reason for the same amount: another rule was used.
    let price = |line: &QuotedLine| (line.unit_price, line.price_cause.clone());
    let same_prices = quote.lines.iter().zip(&other.lines).all(|(one, other)| price(one) == price(other));
    prop_assert_eq!(quote.id == other.id, same_prices || !changed);
    Ok(())
}

/// Found among half a million carts.
#[test]
fn the_same_price_from_another_source_is_another_quote() {
    let many = PriceListEntry {
        sku: "S1".parse().unwrap(),
        minimum_quantity: 10,
        price: Price::new(money(874, "EUR"), None).unwrap(),
    };
    let list = PriceList {
        code: "many".parse().unwrap(),
        market: "de".parse().unwrap(),
        currency: "EUR".parse().unwrap(),
        group: None,
        window: Window::default(),
        entries: vec![many],
    };
    let rules = compiled(Definitions { price_lists: vec![list], ..german_shop() });

    let [by_list, by_market] = [1_746, 874].map(|minor| quote(&rules, &basket(vec![line("S1", 10, minor)])).unwrap());

    assert_eq!(by_list.totals, by_market.totals);
    assert_ne!(by_list.lines[0].price_cause, by_market.lines[0].price_cause);
    assert_ne!(by_list.id, by_market.id);
}

proptest! {
    #![proptest_config(carts())]

    #[test]
    fn parts_add_up_in_every_currency_and_nothing_is_negative(shopping in shopping()) {
        its_parts_add_up_and_nothing_is_negative(&shopping)?;
    }

    #[test]
    fn no_promotion_makes_goods_and_delivery_dearer(shopping in shopping()) {
        it_is_no_dearer_than_without_promotions(&shopping)?;
    }

    #[test]
    fn the_order_of_lines_and_the_time_of_day_decide_nothing(
        shopping in shopping(),
        turn in 0_usize..10,
        later in 1_i64..10_000,
    ) {
        it_is_the_same_turned_and_later(&shopping, turn, later)?;
    }

    #[test]
    fn another_price_of_a_line_is_another_quote(shopping in shopping(), which in 0_usize..10) {
        it_is_another_with_another_price(&shopping, which)?;
    }

    #[test]
    fn no_quantity_and_no_price_makes_it_panic(
        parts in proptest::collection::vec((0_i64..=100_000_000_000, any::<u32>()), 0..60),
        percentage in 1_u32..=10_000,
    ) {
        let lines = parts.iter().enumerate();
        let lines = lines.map(|(index, (minor, quantity))| line(&format!("S{index}"), *quantity, *minor));
        let basket = Basket { delivery: Some("parcel".parse().unwrap()), ..basket(lines.collect::<Vec<_>>()) };
        let offer = promotion("p", Effect::Percentage { basis_points: percentage });
        let rules = compiled(Definitions { promotions: vec![offer], ..german_shop() });

        if let Ok(quote) = quote(&rules, &basket) {
            parts_add_up(&quote)?;
            nothing_is_negative(&quote)?;
        }
    }
}
