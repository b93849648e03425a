//! Quotes added up by hand. Each names the law its rates are from.

use super::*;

struct Expected {
    goods: i64,
    delivery: i64,
    relief: i64,
    total: i64,
    treatment: TaxTreatment,
    /// Rate in millionths, base and tax.
    tax: Vec<(u32, i64, i64)>,
}

fn check(definitions: Definitions, basket: &Basket, expected: &Expected) -> Quote {
    let quote = quote(&compiled(definitions), basket).unwrap();

    let tax = |line: &TaxLine| (line.rate.0, line.base.minor(), line.amount.minor());
    assert_eq!(quote.tax.lines.iter().map(tax).collect::<Vec<_>>(), expected.tax);
    let totals = &quote.totals;
    assert_eq!(
        [totals.goods, totals.delivery, totals.relief, totals.total].map(Money::minor),
        [expected.goods, expected.delivery, expected.relief, expected.total]
    );
    assert_eq!(quote.tax.treatment, expected.treatment);
    quote
}

fn pro_rata(mut definitions: Definitions) -> Definitions {
    definitions.tax_zones.iter_mut().for_each(|zone| zone.delivery = DeliveryTax::ProRata);
    definitions
}

/// Germany: 19 % (§ 12 (1) `UStG`) and 7 % (§ 12 (2) `UStG`), delivery in proportion (section 3.10 `UStAE`).
///
/// ```text
/// 2 mugs at 14.90, 19 %                29.80
/// 1 book at  9.99,  7 %                 9.99
/// parcel                                4.90     3.67 with the mugs (4.90 * 29.80 / 39.79 = 3.669…), 1.23 with the book
///                                      44.69
/// 19 % in 33.47: 33.47 * 19 / 119 =     5.34     (5.343…)   base 28.13
///  7 % in 11.22: 11.22 *  7 / 107 =     0.73     (0.734…)   base 10.49
/// ```
#[test]
fn germany_with_two_rates_and_delivery_in_proportion() {
    let lines = [line("MUG", 2, 1490), taxed("BOOK", 1, 999, TaxClass::Reduced)];
    let basket = Basket { delivery: Some("parcel".parse().unwrap()), ..basket(lines) };

    let quote = check(
        pro_rata(german_shop()),
        &basket,
        &Expected {
            goods: 3979,
            delivery: 490,
            relief: 0,
            total: 4469,
            treatment: TaxTreatment::Charged,
            // The lines are worked on in the order of their codes: BOOK before MUG.
            tax: vec![(70_000, 1049, 73), (190_000, 2813, 534)],
        },
    );

    // 5.34 over 29.80 and 3.67: 4.754… and 0.585…; the cent that is left goes to the larger remainder, the mugs'.
    // 0.73 over 9.99 and 1.23: 0.649… and 0.080…; to the book: remainder .998 against .002.
    assert_eq!(quote.lines.iter().map(|line| line.tax.minor()).collect::<Vec<_>>(), [475, 65]);
    let shares = &quote.chosen_delivery.unwrap().taxes;
    assert_eq!(shares.iter().map(|share| share.amount.minor()).collect::<Vec<_>>(), [8, 59]);
}

/// France: 20 % (article 278 CGI) and 5.5 % (article 278-0 bis CGI), by a seller in Germany above the threshold of
/// article 59c of directive 2006/112/EC; below it the same cart is taxed in Germany.
///
/// ```text
/// 1 pan  at 24.00                      24.00     20 % in it:  24.00 * 20 / 120    = 4.00
/// 3 jams at  5.27                      15.81    5.5 % in it:  15.81 * 5.5 / 105.5 = 0.82 (0.824…)
/// below the threshold:                           19 % in 24.00: 3.83 (3.831…), 7 % in 15.81: 1.03 (1.034…)
/// ```
#[test]
fn france_above_and_below_the_threshold_of_the_one_stop_shop() {
    let basket = Basket {
        destination: Destination::country(country("FR")),
        ..basket([line("A-PAN", 1, 2400), taxed("B-JAM", 3, 527, TaxClass::Reduced)])
    };
    let expected =
        |tax| Expected { goods: 3981, delivery: 0, relief: 0, total: 3981, treatment: TaxTreatment::Charged, tax };

    check(german_shop(), &basket, &expected(vec![(200_000, 2000, 400), (55_000, 1499, 82)]));
    let below = vec![Registration::Domestic(country("DE")), Registration::Oss(OssThreshold::Below)];
    let below = Definitions { registrations: below, ..german_shop() };
    check(below, &basket, &expected(vec![(190_000, 2017, 383), (70_000, 1478, 103)]));
    let none = Definitions { registrations: vec![Registration::Domestic(country("DE"))], ..german_shop() };
    let unregistered = Expected { treatment: TaxTreatment::NotRegistered, ..expected(vec![]) };
    check(none, &basket, &unregistered);
}

fn british(registrations: Vec<Registration>) -> Definitions {
    let northern = PostalRange { from: "BT".parse().unwrap(), to: "BT".parse().unwrap() };
    let rates = || vec![class_rate(TaxClass::Standard, &[("VAT", 200_000)])];
    let xi = Area { postal: vec![northern], ..Area::country(country("GB")) };
    Definitions {
        tax_zones: vec![zone("gb", Area::country(country("GB")), rates()), zone("xi", xi, rates())],
        registrations,
        ..Definitions::default()
    }
}

/// The United Kingdom: 20 % (section 2 VATA 1994), books at nothing (schedule 8, group 3). Goods from the Union arrive in
/// Northern Ireland as in a member state (Windsor Framework, article 8), in the rest of the kingdom as imports.
///
/// ```text
/// 1 mug  at 12.00     20 % in it: 12.00 * 20 / 120 = 2.00
/// 1 book at  8.99      0 %
///           20.99
/// ```
#[test]
fn the_united_kingdom_and_northern_ireland() {
    let (gb, de) = (country("GB"), country("DE"));
    let domestic = || Registration::Domestic(de);
    let oss = || Registration::Oss(OssThreshold::Above);
    let local = |code| Registration::Local(Area::country(country(code)));
    let taxed_goods = || vec![(200_000, 1000, 200), (0, 899, 0)];
    let (charged, not) = (TaxTreatment::Charged, TaxTreatment::NotRegistered);
    for (registrations, postal_code, zone, treatment) in [
        (vec![Registration::Domestic(gb)], "SW1A 1AA", Some("gb"), charged),
        (vec![Registration::Domestic(gb)], "BT1 5GS", Some("xi"), charged),
        (vec![domestic(), local("GB"), oss()], "SW1A 1AA", Some("gb"), charged),
        (vec![domestic(), local("GB"), oss()], "bt15gs", Some("xi"), charged),
        (vec![domestic(), local("GB")], "BT1 5GS", None, not),
        (vec![domestic(), local("XI")], "BT1 5GS", Some("xi"), charged),
        (vec![domestic(), oss()], "SW1A 1AA", None, not),
    ] {
        let mut basket = basket([line("A-MUG", 1, 1200), taxed("B-BOOK", 1, 899, TaxClass::Zero)]);
        basket.destination =
            Destination { postal_code: Some(postal_code.parse().unwrap()), ..Destination::country(gb) };
        let tax = if treatment == TaxTreatment::Charged { taxed_goods() } else { vec![] };
        let expected = Expected { goods: 2099, delivery: 0, relief: 0, total: 2099, treatment, tax };

        let quote = check(british(registrations.clone()), &basket, &expected);

        let found = quote.tax.zone.as_ref().map(crate::code::TaxZoneCode::as_str);
        assert_eq!(found, zone, "{registrations:?} to {postal_code}");
    }
}

fn american() -> Definitions {
    let area = |region: &str, from: &str, to: &str| Area {
        country: country("US"),
        regions: vec![region.parse().unwrap()],
        postal: vec![PostalRange { from: from.parse().unwrap(), to: to.parse().unwrap() }],
    };
    let city = [("New York State", 40_000), ("New York City", 45_000), ("MCTD", 3_750)];
    let seattle = [("Washington State", 65_000), ("Seattle", 38_500)];
    let mut new_york = zone("us-ny-city", area("NY", "100", "104"), vec![class_rate(TaxClass::Standard, &city)]);
    new_york.delivery = DeliveryTax::ProRata;
    let food = class_rate(TaxClass::Reduced, &[]);
    let washington =
        zone("us-wa-seattle", area("WA", "981", "981"), vec![class_rate(TaxClass::Standard, &seattle), food]);
    let registered = ["NY", "WA"].map(|region| region.parse().unwrap()).to_vec();
    Definitions {
        tax_zones: vec![new_york, washington],
        registrations: vec![
            Registration::Domestic(country("DE")),
            Registration::Local(Area { regions: registered, ..Area::country(country("US")) }),
        ],
        delivery_methods: vec![flat_delivery(600, "USD", None)],
        calendars: vec![calendar()],
        ..Definitions::default()
    }
}

fn in_dollars(lines: impl Into<Vec<BasketLine>>, region: Option<&str>, postal_code: Option<&str>) -> Basket {
    let mut basket = basket(lines);
    basket.market =
        BasketMarket { code: "us".parse().unwrap(), currency: "USD".parse().unwrap(), tax: TaxDisplay::Excluded };
    for line in &mut basket.lines {
        line.price = Price::new(money(line.price.amount().minor(), "USD"), None).unwrap();
    }
    basket.destination = Destination {
        country: country("US"),
        region: region.map(|region| region.parse().unwrap()),
        postal_code: postal_code.map(|code| code.parse().unwrap()),
    };
    basket
}

/// New York City: 4 % (Tax Law § 1105), 4.5 % (§ 1107) and 0.375 % (§ 1109); clothing below $110 is exempt
/// (§ 1115 (a)(30)); delivery is part of the receipt (§ 1101 (b)(3)).
///
/// ```text
/// 2 mugs  at 19.99                     39.98
/// 1 shirt at 25.00, exempt             25.00
/// parcel                                6.00     3.69 with the mugs (3.691…), 2.31 with the shirt (2.308…)
/// 8.875 % of 43.67                      3.88     (3.875…): state 1.75, city 1.97, district 0.16
///                                      74.86
/// ```
#[test]
fn new_york_city_with_exempt_clothing_and_three_authorities() {
    let lines = [line("A-MUG", 2, 1999), taxed("B-SHIRT", 1, 2500, TaxClass::Zero)];
    let basket =
        Basket { delivery: Some("parcel".parse().unwrap()), ..in_dollars(lines, Some("NY"), Some("10001-1234")) };

    let quote = check(
        american(),
        &basket,
        &Expected {
            goods: 6498,
            delivery: 600,
            relief: 0,
            total: 7486,
            treatment: TaxTreatment::Charged,
            tax: vec![(88_750, 4367, 388), (0, 2731, 0)],
        },
    );

    let parts = quote.tax.lines[0].components.iter().map(|part| part.amount.minor());
    assert_eq!(parts.collect::<Vec<_>>(), [175, 197, 16]);
}

/// Seattle: 6.5 % (RCW 82.08.020) and 3.85 % local (RCW 82.14), food left out (RCW 82.08.0293).
/// 10.35 % of 50.00 is 5.175: half up, 5.18. Oregon has no sales tax, and nobody is registered there.
#[test]
fn washington_leaves_food_out_and_oregon_everything() {
    let lines = || [line("A-PAN", 1, 5000), taxed("B-BREAD", 2, 499, TaxClass::Reduced)];
    let washington = Expected {
        goods: 5998,
        delivery: 0,
        relief: 0,
        total: 6516,
        treatment: TaxTreatment::Charged,
        tax: vec![(103_500, 5000, 518), (0, 998, 0)],
    };
    let untaxed = |treatment| Expected { total: 5998, treatment, tax: vec![], ..washington };

    check(american(), &in_dollars(lines(), Some("WA"), Some("98101")), &washington);
    check(american(), &in_dollars(lines(), Some("OR"), Some("97201")), &untaxed(TaxTreatment::NotRegistered));
    // Before an address is known nothing is promised, and what is missing is told.
    check(american(), &in_dollars(lines(), None, None), &untaxed(TaxTreatment::AddressNeeded));
    check(american(), &in_dollars(lines(), Some("NY"), Some("14201")), &untaxed(TaxTreatment::NoZone));
}

/// A business in Austria buys in Germany: the supply is exempt (§§ 4 no. 1 (b), 6a `UStG`; article 138 of directive
/// 2006/112/EC). What a consumer in Austria would pay as tax is taken out of the price.
///
/// ```text
/// 1 pan at 120.00                     120.00
/// parcel                                4.90
/// 20 % in 124.90: 124.90 * 20 / 120  - 20.82     (20.816…): 20.00 in the pan, 0.82 in the parcel
///                                     104.08
/// ```
#[test]
fn a_business_in_another_member_state_pays_the_net_price() {
    let mut basket = basket([line("PAN", 1, 12_000)]);
    basket.delivery = Some("parcel".parse().unwrap());
    basket.destination = Destination::country(country("AT"));
    basket.buyer.tax = TaxStatus::Business { vat_country: country("AT") };
    let expected = Expected {
        goods: 12_000,
        delivery: 490,
        relief: 2_082,
        total: 10_408,
        treatment: TaxTreatment::ReverseCharge,
        tax: vec![],
    };

    let quote = check(german_shop(), &basket, &expected);

    assert_eq!(quote.lines[0].total.minor(), 10_000);
    assert_eq!(quote.chosen_delivery.unwrap().total.minor(), 408);
    // At home a business pays the tax like everybody: 19 % in 124.90 is 19.94 (19.942…).
    basket.destination = Destination::country(country("DE"));
    let tax = vec![(190_000, 10_496, 1_994)];
    check(
        german_shop(),
        &basket,
        &Expected { relief: 0, total: 12_490, treatment: TaxTreatment::Charged, tax, ..expected },
    );
}

/// 33 lines' worth of rounding: 3 at 0.03 with 19 %. By the rate: 0.09 * 19 / 119 = 0.014… = 0.01. By the line:
/// 0.03 * 19 / 119 = 0.0047… = 0.00 each.
#[test]
fn rounding_by_rate_and_rounding_by_line_are_two_rules_with_two_answers() {
    let lines = || [line("A", 1, 3), line("B", 1, 3), line("C", 1, 3)];
    let expected =
        |tax| Expected { goods: 9, delivery: 0, relief: 0, total: 9, treatment: TaxTreatment::Charged, tax: vec![tax] };
    let mut by_line = german_shop();
    by_line.tax_zones[0].rounding = TaxRounding::HalfUpPerLine;

    check(german_shop(), &basket(lines()), &expected((190_000, 8, 1)));
    check(by_line, &basket(lines()), &expected((190_000, 9, 0)));
}

/// Delivery at the main good's rate: the book costs more than the mug, so 4.90 is taxed at 7 %:
/// (9.99 + 4.90) * 7 / 107 = 0.97 (0.974…); 5.00 * 19 / 119 = 0.80 (0.798…).
#[test]
fn delivery_may_follow_the_main_good_or_not_be_taxed() {
    let lines = || [line("A-MUG", 1, 500), taxed("B-BOOK", 1, 999, TaxClass::Reduced)];
    let basket = || Basket { delivery: Some("parcel".parse().unwrap()), ..basket(lines()) };
    let with = |delivery| {
        let mut shop = german_shop();
        shop.tax_zones[0].delivery = delivery;
        shop
    };
    let expected =
        |tax| Expected { goods: 1499, delivery: 490, relief: 0, total: 1989, treatment: TaxTreatment::Charged, tax };

    let main_good = vec![(190_000, 420, 80), (70_000, 1392, 97)];
    check(with(DeliveryTax::MainGood), &basket(), &expected(main_good));
    // 9.99 * 7 / 107 = 0.65 (0.653…); 4.90 stays as it is.
    let untaxed = vec![(190_000, 420, 80), (70_000, 934, 65), (0, 490, 0)];
    check(with(DeliveryTax::Untaxed), &basket(), &expected(untaxed));
}
