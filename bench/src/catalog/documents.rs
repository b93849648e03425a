//! What a shop has beside categories, attributes and products: little, and the same at every size.

use serde_json::{Value, json};

use super::{TINTS, code, in_both};
use crate::words::{DEPARTMENTS, Pair, slug};

/// Markets and the warehouse.
pub(super) fn reference() -> [Value; 4] {
    [
        json!({"type": "market", "code": "de", "countries": ["DE", "AT"], "currency": "EUR", "tax": "included",
            "languages": ["de", "en"], "low_price_notice": true}),
        json!({"type": "market", "code": "us", "countries": ["US"], "currency": "USD", "tax": "excluded",
            "languages": ["en"], "low_price_notice": false}),
        json!({"type": "market", "code": "gb", "countries": ["GB"], "currency": "GBP", "tax": "included",
            "languages": ["en"], "low_price_notice": false}),
        json!({"type": "location", "code": "main", "name": "Main warehouse", "country": "DE"}),
    ]
}

/// Some products that somebody picked.
pub(super) fn collection(number: usize, products: Vec<String>) -> Value {
    let mut seen = std::collections::HashSet::new();
    let products: Vec<_> = products.into_iter().filter(|code| seen.insert(code.clone())).collect();
    json!({
        "type": "collection", "code": format!("picked-{number}"), "tint": TINTS[number % TINTS.len()],
        "name": {"en": format!("Picked {number}"), "de": format!("Auswahl {number}")},
        "slug": {"en": format!("picked-{number}"), "de": format!("auswahl-{number}")},
        "description": {"en": "Picked by hand.", "de": "Von Hand ausgesucht."}, "products": products,
    })
}

/// Pages, menus, home and branding: small, as they are in shops.
pub(super) fn front() -> Vec<Value> {
    let page = |kind: &str, english: &str, german: &str| {
        let text = |title: &str| json!({"title": title, "slug": slug(title), "summary": title, "body": "## Here\n\nIn short."});
        json!({"type": "page", "code": kind, "kind": kind, "markets": [],
            "texts": {"en": text(english), "de": text(german)}})
    };
    let departments = DEPARTMENTS.iter().enumerate();
    let links: Vec<Value> = departments
        .map(|(number, (name, _))| json!({"label": in_both(*name), "to": {"category": format!("c{number}")}}))
        .collect();
    let row = |title: Pair, show: Value| json!({"kind": "products", "title": in_both(title), "text": in_both(title), "show": show, "limit": 8});
    vec![
        page("delivery", "Delivery", "Versand"),
        page("imprint", "Imprint", "Impressum"),
        page("about", "About us", "Über uns"),
        json!({"type": "menu", "code": "header", "title": in_both(("Shop", "Laden")), "markets": [], "links": links}),
        json!({"type": "home", "code": "home", "markets": [],
        "seo": {"en": {"title": "Bench", "description": "Everything"}, "de": {"title": "Bench", "description": "Alles"}},
        "sections": [
            {"kind": "opening", "title": in_both(("Good day", "Guten Tag")), "text": in_both(("Come in.", "Komm rein.")),
                "link": {"label": in_both(("Look", "Schauen")), "to": {"collection": "picked-0"}},
                "tint": "butter", "product": code(0)},
            {"kind": "categories", "title": in_both(("Where to?", "Wohin?")),
                "categories": (0..DEPARTMENTS.len()).map(|number| format!("c{number}")).collect::<Vec<_>>()},
            row(("New", "Neu"), json!("newest")),
            row(("Reduced", "Reduziert"), json!("reduced")),
            row(("Picked", "Ausgesucht"), json!({"collection": "picked-1"})),
        ]}),
        json!({"type": "branding", "code": "branding", "name": "Bench", "tagline": in_both(("Measured", "Gemessen")),
            "service_note": in_both(("For measuring.", "Zum Messen.")), "delivery_page": "delivery"}),
        json!({"type": "calendar", "code": "main", "time_zone": "Europe/London", "cut_off": "14:00:00",
            "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "holidays": []}),
        json!({"type": "delivery_zone", "code": "gb", "areas": [{"country": "GB"}]}),
        json!({"type": "delivery_method", "code": "parcel", "name": in_both(("Parcel", "Paket")), "position": 1,
            "zones": ["gb"], "locations": ["main"], "rates": [{"currency": "GBP", "price": {"flat": 450}}],
            "calendar": "main", "transit": {"handling_days": 0, "minimum_days": 1, "maximum_days": 2}}),
    ]
}
