use serde_json::{Value, json};

use super::*;

/// An order as it was written down before anything could be digital.
fn a_record() -> Value {
    json!({
        "id": OrderId::new(7).to_string(), "number": OrderNumber::drawn(7).to_string().replace('-', ""),
        "cart": ecom67_domain::CartId::new(7).to_string(), "capability": "07".repeat(32),
        "market": "de", "country": "DE", "language": "en", "quote": "0123456789abcdef0123456789abcdef",
        "currency": "EUR", "tax_included": true,
        "lines": [{"sku": "MUG", "product": "mug", "name": "Mug", "quantity": 1, "unit_price": 1490, "total": 1490}],
        "tax_treatment": "tax_charged",
        "delivery": {"method": "parcel", "name": "Parcel", "dates": ["2026-12-01", "2026-12-03"], "total": 490},
        "totals": {"goods": 1490, "delivery": 490, "tax": 0, "total": 1980},
        "placed_at": "2026-11-28T12:00:00Z", "hold_until": "2026-11-28T12:15:00Z",
    })
}

fn read(record: &Value) -> OrderDocument {
    serde_json::from_value(record.clone()).unwrap()
}

#[test]
fn an_order_that_was_kept_with_its_delivery_is_read_and_written_as_it_was() {
    let order = read(&a_record()).to_order().unwrap();

    let delivery = order.content.delivery.as_ref().unwrap();
    assert_eq!((delivery.method.as_str(), delivery.total.minor()), ("parcel", 490));
    assert_eq!(serde_json::to_value(OrderDocument::from(&order)).unwrap(), a_record());
}

#[test]
fn an_order_keeps_which_of_it_is_digital_and_when_it_was_agreed_to_have_that_at_once() {
    let mut record = a_record();
    record["lines"][0]["digital"] = json!(true);
    record["digital_consent_at"] = json!("2026-11-28T12:00:00Z");

    let order = read(&record).to_order().unwrap();

    assert_eq!(order.content.digital_consent_at, Some(order.placed_at));
    assert!(order.content.lines[0].is_digital && !read(&a_record()).to_order().unwrap().content.lines[0].is_digital);
    assert_eq!(serde_json::to_value(OrderDocument::from(&order)).unwrap(), record);
}

#[test]
fn an_order_of_which_nothing_is_sent_is_kept_without_a_delivery() {
    let mut record = a_record();
    record.as_object_mut().unwrap().remove("delivery");

    let order = read(&record).to_order().unwrap();

    assert_eq!(order.content.delivery, None);
    assert_eq!(serde_json::to_value(OrderDocument::from(&order)).unwrap(), record);
}
