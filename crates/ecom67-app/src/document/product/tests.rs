use serde_json::{Value, json};

use super::*;

fn wine(of_product: Value, of_variants: &[Value]) -> ProductDocument {
    let variant = |(index, quantity): (usize, &Value)| {
        let mut variant = json!({"sku": format!("WINE-{index}"), "options": {"size": format!("s{index}")}});
        if !quantity.is_null() {
            variant["quantity"] = quantity.clone();
        }
        variant
    };
    let mut document = json!({
        "code": "wine", "texts": {"en": {"name": "Wine", "slug": "wine"}}, "options": ["size"],
        "variants": of_variants.iter().enumerate().map(variant).collect::<Vec<_>>(),
        "published_at": "2026-10-01T08:00:00Z",
    });
    if !of_product.is_null() {
        document["quantity"] = of_product;
    }
    serde_json::from_value(document).unwrap()
}

#[test]
fn a_variant_says_how_many_a_cart_may_have_and_where_it_does_not_its_product_does() {
    let document = wine(json!({"step": 6}), &[Value::Null, json!({"max": 2})]);

    let product = document.to_product().unwrap();

    let limits: Vec<_> = product.variants.iter().map(|variant| variant.limits).collect();
    let of = |min, max, step| QuantityLimits::new(min, max, step).unwrap();
    assert_eq!(limits, [of(None, None, Some(6)), of(None, Some(2), None)]);
    let written = ProductDocument::from(&product);
    assert_eq!(written.quantity, None, "it stands with the variants");
    assert_eq!(written.variants[0].quantity, Some(QuantityDocument { step: Some(6), ..QuantityDocument::default() }));
    assert_eq!(written.to_product().unwrap(), product);
}

#[test]
fn a_product_says_how_many_of_all_its_variants_a_cart_may_have() {
    let mut document = wine(Value::Null, &[Value::Null, json!({"max": 2})]);
    document.max_per_cart = Some(3);

    let product = document.to_product().unwrap();

    assert_eq!(product.max_per_cart, ProductLimit::new(3).ok());
    let written = ProductDocument::from(&product);
    assert_eq!((written.max_per_cart, written.variants[0].quantity), (Some(3), None), "each where it was said");
    assert_eq!(written.to_product().unwrap(), product);
    let wrong = [(0, Value::Null), (1_000, Value::Null), (5, json!({"step": 6}))];
    for (units, quantity) in wrong {
        let mut document = wine(quantity, &[Value::Null]);
        document.max_per_cart = Some(units);
        let refused = document.to_product().unwrap_err();
        let violation = &refused.as_slice()[0];
        assert_eq!((violation.field.as_str(), violation.code), ("max_per_cart", "max_per_cart_invalid"), "{units}");
    }
}

#[test]
fn what_limits_nothing_is_not_written_down() {
    let product = wine(Value::Null, &[Value::Null]).to_product().unwrap();

    let written = serde_json::to_value(ProductDocument::from(&product)).unwrap();

    let of_variant = written["variants"][0].get("quantity");
    assert_eq!((written.get("quantity"), written.get("max_per_cart"), of_variant), (None, None, None));
}

#[test]
fn limits_that_nothing_fits_between_are_refused_where_they_stand() {
    let refused = wine(Value::Null, &[Value::Null, json!({"min": 4, "max": 3})]).to_product().unwrap_err();

    let violation = &refused.as_slice()[0];
    assert_eq!((violation.field.as_str(), violation.code), ("variants[1].quantity", "quantity_limits_invalid"));
}

#[test]
fn a_variant_says_that_it_is_digital_and_where_it_says_nothing_it_is_sent() {
    let mut document = wine(Value::Null, &[Value::Null, Value::Null]);
    document.variants[1].digital = true;

    let product = document.to_product().unwrap();
    let written = serde_json::to_value(ProductDocument::from(&product)).unwrap();

    let digital: Vec<_> = product.variants.iter().map(|variant| variant.is_digital).collect();
    assert_eq!(digital, [false, true]);
    let written: Vec<_> = (0..2).map(|place| written["variants"][place].get("digital").cloned()).collect();
    assert_eq!(written, [None, Some(json!(true))]);
}
