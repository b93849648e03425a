//! What a quote costs: 20 lines under 50 promotions with all reasons; the same with 10,000 promotions in the store of
//! which 50 can match; and how both grow.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ecom67_domain::market::{Country, TaxDisplay};
use ecom67_domain::price::Price;
use ecom67_domain::pricing::{
    Amounts, Area, Basket, BasketLine, BasketMarket, Buyer, ClassRate, Combination, Conditions, Definitions,
    DeliveryTax, Destination, Effect, OssThreshold, PricingRules, Promotion, PromotionLimits, QuantityCondition,
    RateComponent, Registration, Selector, TaxRate, TaxRounding, TaxZone, Window, quote,
};
use ecom67_domain::product::TaxClass;
use ecom67_domain::{Currency, Language, LocalizedText, Money};

fn euros() -> Currency {
    "EUR".parse().expect("a currency")
}

fn germany() -> Country {
    "DE".parse().expect("a country")
}

/// A line as real ones are: two categories with two above them, a collection, two tags.
fn line(number: usize) -> BasketLine {
    let category = |name: &str, of: usize| format!("{name}-{}", number % of).parse().expect("a code");
    BasketLine {
        key: format!("line-{number}").parse().expect("a key"),
        sku: format!("SKU-{number}").parse().expect("an SKU"),
        product: format!("product-{number}").parse().expect("a code"),
        quantity: u32::try_from(number % 4 + 1).expect("a few"),
        price: Price::new(Money::new(999 + 137 * i64::try_from(number).expect("a few"), euros()), None)
            .expect("a price"),
        tax_class: if number.is_multiple_of(3) { TaxClass::Reduced } else { TaxClass::Standard },
        categories: vec![category("top", 3), category("middle", 5), category("leaf", 10), category("other", 7)],
        collections: vec![format!("collection-{}", number % 4).parse().expect("a code")],
        tags: vec!["everyday".into(), format!("tag-{}", number % 6).into()],
        weight_grams: Some(350),
        content: None,
        requires_shipping: true,
    }
}

fn basket(lines: usize) -> Basket {
    Basket {
        market: BasketMarket { code: "de".parse().expect("a code"), currency: euros(), tax: TaxDisplay::Included },
        at: "2026-10-01T10:00:00Z".parse().expect("an instant"),
        destination: Destination::country(germany()),
        buyer: Buyer::default(),
        coupons: vec![],
        used_up: vec![],
        delivery: None,
        lines: (0..lines).map(line).collect(),
    }
}

/// A promotion that can match the basket: half of them do, the other half say why not.
fn promotion(number: usize) -> Promotion {
    let named = |name: &str, of: usize| format!("{name}-{}", number % of);
    let target = match number % 5 {
        0 => Selector { categories: vec![named("leaf", 10).parse().expect("a code")], ..Selector::default() },
        1 => Selector { collections: vec![named("collection", 4).parse().expect("a code")], ..Selector::default() },
        2 => Selector { tags: vec![named("tag", 6).into()], ..Selector::default() },
        3 => Selector { products: vec![named("product", 20).parse().expect("a code")], ..Selector::default() },
        _ => Selector::default(),
    };
    let effect = match number % 4 {
        0 => Effect::Percentage { basis_points: 300 },
        1 => Effect::BuyGet { buy: 2, get: 1, basis_points: 5_000 },
        2 => Effect::AmountOff(Amounts(vec![Money::new(50, euros())])),
        _ => Effect::AmountOffUnit(Amounts(vec![Money::new(5, euros())])),
    };
    let mut conditions = Conditions::default();
    if number.is_multiple_of(2) {
        conditions.quantities = vec![QuantityCondition { of: target.clone(), minimum: 900 }];
    }
    Promotion {
        code: format!("promotion-{number}").parse().expect("a code"),
        priority: 0,
        combination: Combination::Stacking,
        coupons: vec![],
        limits: PromotionLimits::default(),
        window: Window::default(),
        conditions,
        target,
        effect,
    }
}

/// One that names something nobody has in the basket.
fn other(number: usize) -> Promotion {
    let products = vec![format!("elsewhere-{number}").parse().expect("a code")];
    Promotion {
        code: format!("other-{number}").parse().expect("a code"),
        target: Selector { products, ..Selector::default() },
        conditions: Conditions::default(),
        ..promotion(number * 20)
    }
}

fn rules(matching: usize, others: usize) -> PricingRules {
    let rate = |class, rate| ClassRate {
        class,
        components: vec![RateComponent {
            name: Arc::new(LocalizedText::new(Language::ENGLISH, "VAT")),
            rate: TaxRate(rate),
        }],
    };
    PricingRules::compile(Definitions {
        promotions: (0..matching).map(promotion).chain((0..others).map(other)).collect(),
        tax_zones: vec![TaxZone {
            code: "de".parse().expect("a code"),
            areas: vec![Area::country(germany())],
            rates: vec![rate(TaxClass::Standard, 190_000), rate(TaxClass::Reduced, 70_000)],
            rounding: TaxRounding::HalfUpPerRate,
            delivery: DeliveryTax::ProRata,
        }],
        registrations: vec![Registration::Domestic(germany()), Registration::Oss(OssThreshold::Above)],
        ..Definitions::default()
    })
    .expect("the rules fit together")
}

fn quotes(criterion: &mut Criterion) {
    let basket_of_20 = basket(20);
    let told = |rules: &PricingRules| quote(rules, &basket_of_20).expect("a price").reasons.len();
    for (name, rules) in [("50 promotions", rules(50, 0)), ("50 promotions out of 10,000", rules(50, 9_950))] {
        // Every promotion that can match has its reason, and the tax.
        assert_eq!(told(&rules), 51, "{name}");
        criterion.bench_function(&format!("20 lines, {name}"), |bencher| {
            bencher.iter(|| quote(black_box(&rules), black_box(&basket_of_20)));
        });
    }
    let mut by_lines = criterion.benchmark_group("lines under 50 promotions");
    let fifty = rules(50, 0);
    for lines in [1, 10, 20, 40] {
        let basket = basket(lines);
        by_lines.bench_with_input(BenchmarkId::from_parameter(lines), &basket, |bencher, basket| {
            bencher.iter(|| quote(black_box(&fifty), black_box(basket)));
        });
    }
    by_lines.finish();
    let mut by_promotions = criterion.benchmark_group("promotions that can match 20 lines");
    for matching in [0, 25, 50, 100, 200] {
        let rules = rules(matching, 0);
        by_promotions.bench_with_input(BenchmarkId::from_parameter(matching), &rules, |bencher, rules| {
            bencher.iter(|| quote(black_box(rules), black_box(&basket_of_20)));
        });
    }
    by_promotions.finish();
}

criterion_group!(benches, quotes);
criterion_main!(benches);
