//! Orders.

use std::sync::Arc;

use ecom67_app::port::LegalText;
use ecom67_domain::cart::CapabilityDigest;
use ecom67_domain::market::TaxDisplay;
use ecom67_domain::order::{
    BackOrder, CustomerDigest, Hold, LegalTextKind, Meter, OrderContent, OrderDelivery, OrderDiscount, OrderGift,
    OrderGiftCard, OrderLegalText, OrderLine, OrderState, OrderTax, PostalAddress, Task, WorkflowVersion,
};
use ecom67_domain::pricing::{DateRange, DiscountShare, TaxRate, TaxTreatment, Totals};
use ecom67_domain::{CartId, GiftCardId, Language, LocationCode, Money, Order, OrderId, OrderNumber};
use jiff::SignedDuration;

use super::{noon, valid};

/// An address in Germany.
pub fn an_address() -> PostalAddress {
    PostalAddress {
        name: valid("Ann Lee"),
        company: Some(valid("Lee & Söhne")),
        line1: valid("Große Straße 7"),
        line2: Some(valid("Hinterhaus")),
        postal_code: Some(valid("10115")),
        city: valid("Berlin"),
        region: Some(valid("BE")),
        country: valid("DE"),
    }
}

/// Terms of sale, as somebody wrote them.
pub fn a_legal_text() -> LegalText {
    LegalText {
        language: Language::GERMAN,
        title: "Geschäftsbedingungen".to_owned(),
        body: "## Bezahlung\n\nErst zahlen, dann fliegen.".to_owned(),
    }
}

/// An order for two mugs and a gift, with a bit of everything an order may have, whose goods are held for 15 minutes.
pub fn an_order() -> Order {
    let euro = |cents| Money::new(cents, valid("EUR"));
    let hold_until = noon() + SignedDuration::from_mins(15);
    Order {
        id: OrderId::new(7),
        number: OrderNumber::drawn(7),
        cart: CartId::new(7),
        capability: CapabilityDigest([7; 32]),
        market: valid("de"),
        country: valid("DE"),
        language: Language::GERMAN,
        content: Arc::new(OrderContent {
            quote: valid("0123456789abcdef0123456789abcdef"),
            currency: valid("EUR"),
            tax_display: TaxDisplay::Included,
            lines: vec![OrderLine {
                sku: valid("MUG"),
                product: valid("mug"),
                name: "Becher „Früh“".into(),
                is_digital: false,
                quantity: 2,
                unit_price: euro(1_490),
                discounts: vec![DiscountShare { discount: 0, amount: euro(298) }],
                tax_line: Some(0),
                tax: euro(428),
                relief: euro(0),
                total: euro(2_682),
            }],
            gifts: vec![OrderGift { sku: valid("CARD"), name: "Karte".into(), quantity: 1 }],
            discounts: vec![OrderDiscount {
                promotion: valid("welcome"),
                coupon: Some(valid("WELCOME10")),
                amount: euro(298),
                delivery_amount: euro(0),
            }],
            tax_treatment: TaxTreatment::Charged,
            taxes: vec![OrderTax { name: "MwSt.".into(), rate: TaxRate(1_900), base: euro(2_666), amount: euro(507) }],
            delivery: Some(OrderDelivery {
                method: valid("parcel"),
                name: "Paket".into(),
                pick_up: None,
                dates: Some(DateRange { first: jiff::civil::date(2026, 12, 1), last: jiff::civil::date(2026, 12, 3) }),
                total: euro(490),
            }),
            gift_cards: vec![],
            totals: Totals {
                goods: euro(2_980),
                discount: euro(298),
                delivery: euro(490),
                relief: euro(0),
                tax: euro(507),
                total: euro(3_172),
                gift_cards: euro(0),
                due: euro(3_172),
            },
            legal_texts: vec![OrderLegalText {
                kind: LegalTextKind::Terms,
                title: a_legal_text().title.into(),
                digest: a_legal_text().digest(),
            }],
            digital_consent_at: None,
        }),
        holds: vec![Hold { sku: valid("MUG"), location: LocationCode::main(), quantity: 2 }],
        back_orders: vec![BackOrder { sku: valid("CARD"), quantity: 1 }],
        uses: vec![
            Meter::OrdersOfCustomer(CustomerDigest([7; 16])),
            Meter::Promotion(valid("welcome")),
            Meter::PromotionByCustomer(valid("welcome"), CustomerDigest([7; 16])),
        ],
        placed_at: noon(),
        hold_until,
        workflow: WorkflowVersion::FIRST,
        is_hold_extended: false,
        state: OrderState::PendingPayment,
        payment: None,
        paid_at: None,
        refunds: vec![],
        task: Task::due(hold_until),
    }
}

/// The order as gift cards pay so much of it.
pub fn paid_with(order: Order, cards: &[(GiftCardId, i64)]) -> Order {
    let mut content = (*order.content).clone();
    let money = |minor| Money::new(minor, content.currency);
    let paid =
        |(card, minor): &(GiftCardId, i64)| OrderGiftCard { card: *card, hint: valid("7Q4K"), amount: money(*minor) };
    let sum: i64 = cards.iter().map(|(_, minor)| minor).sum();
    let (paid, sum, due) = (cards.iter().map(paid).collect(), money(sum), money(content.totals.total.minor() - sum));
    content.gift_cards = paid;
    content.totals.gift_cards = sum;
    content.totals.due = due;
    Order { content: Arc::new(content), ..order }
}
