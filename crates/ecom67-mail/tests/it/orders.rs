//! Orders to write about.

use std::sync::Arc;

use ecom67_app::document::ShopDocument;
use ecom67_app::port::{Mail, MailComposer, MailId, MailKind, OrderMail};
use ecom67_app::shop::Shop;
use ecom67_domain::market::TaxDisplay;
use ecom67_domain::order::{
    CancelReason, Contact, LegalTextKind, OrderContent, OrderEvent, OrderLine, OrderTax, RefundState,
};
use ecom67_domain::pricing::{TaxRate, TaxTreatment};
use ecom67_domain::{Language, Money, Order, Version};
use ecom67_mail::{Composer, ComposerOptions};
use ecom67_testkit::{a_legal_text, an_address, an_order};
use jiff::SignedDuration;

/// A shop that has said what it is called, what its promotion is, and when its parcels leave.
pub(crate) fn a_shop() -> Shop {
    let mut shop = Shop::default();
    for record in [
        r#"{"type":"branding","code":"main","name":"Kites & Söhne","tagline":{"de":"Alles, was fliegt"}}"#,
        r#"{"type":"promotion","code":"welcome","name":{"en":"A tenth off the first order","de":"Ein Zehntel weniger"},
            "coupons":["WELCOME10"],"effect":{"kind":"percentage","basis_points":1000}}"#,
        r#"{"type":"calendar","code":"main","time_zone":"Europe/Berlin","cut_off":"14:00:00","working_days":["monday"]}"#,
        r#"{"type":"delivery_method","code":"parcel","name":{"en":"Parcel","de":"Paket"},"position":1,"zones":["home"],
            "locations":["main"],"rates":[{"currency":"EUR","price":{"flat":490}}],"calendar":"main",
            "transit":{"handling_days":0,"minimum_days":1,"maximum_days":1}}"#,
    ] {
        let document: ShopDocument = serde_json::from_str(record).unwrap_or_else(|error| panic!("{record}: {error}"));
        shop.apply(document).unwrap();
    }
    shop
}

/// Who ordered, with everything that a contact may have.
pub(crate) fn a_contact() -> Contact {
    let billing = ecom67_domain::order::PostalAddress { name: "Lee & Söhne GmbH".parse().unwrap(), ..an_address() };
    Contact {
        email: "ann.lee@example.org".parse().unwrap(),
        phone: Some("+49 30 901820".parse().unwrap()),
        delivery: an_address(),
        billing: Some(billing),
    }
}

/// An order of three different goods and a gift, in German, in euros with the tax in them.
pub(crate) fn a_german_order() -> Order {
    let mut order = an_order();
    let euro = |cents| Money::new(cents, "EUR".parse().unwrap());
    let content = Arc::make_mut(&mut order.content);
    content.taxes =
        vec![OrderTax { name: "MwSt.".into(), rate: TaxRate(190_000), base: euro(14_640), amount: euro(2_781) }];
    let kite = OrderLine {
        sku: "KITE".parse().unwrap(),
        product: "kite".parse().unwrap(),
        name: "Lenkdrachen „Bora“ mit einem recht langen Namen (Himmelblau, 180 cm)".into(),
        is_digital: false,
        quantity: 1,
        unit_price: euro(12_900),
        discounts: vec![],
        tax_line: Some(0),
        tax: euro(2_060),
        relief: euro(0),
        total: euro(12_900),
    };
    let cord = OrderLine {
        sku: "CORD".parse().unwrap(),
        product: "cord".parse().unwrap(),
        name: "Schnur (50 m)".into(),
        is_digital: false,
        quantity: 12,
        unit_price: euro(112),
        discounts: vec![],
        total: euro(1_344),
        ..kite.clone()
    };
    content.lines.extend([kite, cord]);
    let totals = &mut content.totals;
    totals.goods = euro(17_224);
    totals.tax = euro(2_781);
    (totals.total, totals.due) = (euro(17_416), euro(17_416));
    order
}

/// The same in English and in dollars, with the tax on top.
pub(crate) fn an_american_order() -> Order {
    let mut order = a_german_order();
    order.language = Language::ENGLISH;
    order.country = "US".parse().unwrap();
    order.market = "us".parse().unwrap();
    let OrderContent { currency, tax_display, lines, gifts, taxes, delivery, totals, discounts, .. } =
        Arc::make_mut(&mut order.content);
    let dollars = |amount: Money| Money::new(amount.minor(), "USD".parse().unwrap());
    *currency = "USD".parse().unwrap();
    *tax_display = TaxDisplay::Excluded;
    for (line, name) in lines.iter_mut().zip(["Mug “Dawn”", "Stunt kite “Bora” (Sky blue, 180 cm)", "Line (50 m)"])
    {
        line.name = name.into();
        for amount in [&mut line.unit_price, &mut line.tax, &mut line.relief, &mut line.total] {
            *amount = dollars(*amount);
        }
        for share in &mut line.discounts {
            share.amount = dollars(share.amount);
        }
    }
    gifts[0].name = "Card".into();
    for discount in discounts {
        discount.amount = dollars(discount.amount);
        discount.delivery_amount = dollars(discount.delivery_amount);
    }
    let delivery = delivery.as_mut().unwrap();
    delivery.name = "Parcel".into();
    delivery.total = dollars(delivery.total);
    *taxes = vec![OrderTax {
        name: "State tax + County tax".into(),
        rate: TaxRate(88_750),
        base: Money::new(16_926, *currency),
        amount: Money::new(1_502, *currency),
    }];
    for amount in [
        &mut totals.goods,
        &mut totals.discount,
        &mut totals.delivery,
        &mut totals.relief,
        &mut totals.tax,
        &mut totals.total,
    ] {
        *amount = dollars(*amount);
    }
    totals.tax = Money::new(1_502, *currency);
    totals.total = Money::new(18_918, *currency);
    totals.gift_cards = dollars(totals.gift_cards);
    totals.due = totals.total;
    order
}

/// The same of things to be downloaded, which was agreed to be had at once.
pub(crate) fn nothing_sent(mut order: Order) -> Order {
    let content = Arc::make_mut(&mut order.content);
    content.delivery = None;
    content.digital_consent_at = Some(order.placed_at);
    content.lines.iter_mut().for_each(|line| line.is_digital = true);
    let totals = &mut content.totals;
    let less = |amount: Money| Money::new(amount.minor() - totals.delivery.minor(), amount.currency());
    (totals.total, totals.due) = (less(totals.total), less(totals.due));
    totals.delivery = less(totals.delivery);
    order
}

/// The order after a mail of this kind was owed.
pub(crate) fn brought_to(mut order: Order, kind: MailKind) -> Order {
    let at = |minutes| order.placed_at + SignedDuration::from_mins(minutes);
    let (now, later) = (at(3), at(60 * 24));
    let total = order.content.totals.total;
    match kind {
        MailKind::Received => {}
        MailKind::Paid => pay(&mut order, now),
        MailKind::Cancelled(reason) => {
            order.apply(&OrderEvent::CancellationBegun { reason }, now);
            order.apply(&OrderEvent::Cancelled { reason }, now);
        }
        MailKind::Refunded { number } => {
            pay(&mut order, now);
            for _ in 0..number {
                let quarter = Money::new(total.minor() / 4, total.currency());
                for event in order.request_refund(quarter, later).unwrap() {
                    order.apply(&event, later);
                }
            }
            for settled in 1..=number {
                let provider_id = Some(format!("re_{settled}").parse().unwrap());
                let event = order.settle_refund(settled, RefundState::Succeeded, provider_id).unwrap();
                order.apply(&event, later);
            }
        }
    }
    order
}

/// The order that was cancelled although its payment had been captured: that goes back, and has if `has_arrived`.
pub(crate) fn cancelled_and_charged(mut order: Order, has_arrived: bool) -> Order {
    let at = order.placed_at + SignedDuration::from_mins(3);
    let reason = CancelReason::NotCaptured;
    order.apply(&OrderEvent::CancellationBegun { reason }, at);
    let (due, none) = (order.content.totals.due, Money::new(0, order.content.currency));
    let asked = order.request_return(&"pi_1".parse().unwrap(), due, none, at).unwrap();
    order.apply(&asked, at);
    if has_arrived {
        let told = order.settle_refund(1, RefundState::Succeeded, Some("re_1".parse().unwrap())).unwrap();
        order.apply(&told, at);
    }
    order.apply(&OrderEvent::Cancelled { reason }, at);
    order
}

fn pay(order: &mut Order, at: jiff::Timestamp) {
    order.apply(&OrderEvent::Authorised { payment: Some("pi_1".parse().unwrap()) }, at);
    order.apply(&OrderEvent::Paid, at);
}

/// An order that costs nothing, and on which no tax is owed.
pub(crate) fn a_free_order() -> Order {
    let mut order = a_german_order();
    let content = Arc::make_mut(&mut order.content);
    content.taxes.clear();
    content.tax_treatment = TaxTreatment::NotRegistered;
    content.totals.total = Money::new(0, content.currency);
    content.totals.due = content.totals.total;
    order
}

/// The composer of a shop with an address.
pub(crate) fn a_composer() -> Composer {
    Composer::new(ComposerOptions { site: Some("https://kites.example".into()), sender: None })
}

/// The mail of this kind about an order, which has been brought to where it is owed.
pub(crate) fn composed(order: &Order, kind: MailKind, contact: &Contact, shop: &Shop) -> Mail {
    let id = MailId::of_order(order.id, Version(3), kind);
    let is_first = kind == MailKind::Received;
    let legal_texts: Vec<_> = is_first.then(|| (LegalTextKind::Terms, a_legal_text())).into_iter().collect();
    let mail = OrderMail { kind, id: &id, follows: None, order, contact, legal_texts: &legal_texts, shop };
    a_composer().compose(&mail).unwrap()
}
