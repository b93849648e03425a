//! What a mail says, written out: both templates show it, and decide nothing.

use ecom67_app::document::TextDocument;
use ecom67_app::port::{MailKind, OrderMail};
use ecom67_app::shop::Shop;
use ecom67_domain::gift_card::GiftCardHint;
use ecom67_domain::market::TaxDisplay;
use ecom67_domain::order::{
    AddressLine, CancelReason, OrderDelivery, OrderDiscount, OrderGift, OrderGiftCard, OrderLine, OrderState,
    PhoneNumber, PostalAddress, Refund, RefundShare, RefundState,
};
use ecom67_domain::pricing::{PostalCode, TaxTreatment};
use ecom67_domain::{Language, Money, Order};
use serde::Serialize;

use crate::write::Writer;

/// Everything that stands in a mail.
#[derive(Debug, Serialize)]
pub(crate) struct View {
    /// The language, as HTML names it.
    pub(crate) language: String,
    pub(crate) subject: String,
    /// What mailboxes show beside the subject.
    pub(crate) preview: String,
    /// What the shop is called.
    pub(crate) shop: String,
    /// Where it is.
    pub(crate) home: Option<String>,
    pub(crate) title: String,
    pub(crate) lead: Vec<String>,
    pub(crate) button: Option<Button>,
    /// What stands above the goods.
    pub(crate) goods_title: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) parts: Vec<Part>,
    pub(crate) total: Option<Part>,
    /// What gift cards pay of the sum.
    pub(crate) tenders: Vec<Part>,
    /// What is left to be paid, where gift cards pay a part.
    pub(crate) due: Option<Part>,
    /// What there is to say of the tax.
    pub(crate) tax_notes: Vec<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) footer: Vec<String>,
}

/// Where the mail leads.
#[derive(Debug, Serialize)]
pub(crate) struct Button {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) hint: String,
}

/// One of the goods.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// What one costs.
    pub(crate) note: Option<String>,
    /// What they would cost without discounts: the words for that, which the page leaves to a line through the price.
    pub(crate) before: Option<(String, String)>,
    pub(crate) amount: String,
}

/// A part of the sum.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) amount: String,
}

/// Something about the order, with its name.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) lines: Vec<String>,
}

/// The text in a language, or what stands in for it.
fn text_in(texts: &TextDocument, language: Language) -> Option<&str> {
    let text = texts.get(language.as_str()).or_else(|| texts.get("en")).or_else(|| texts.values().next());
    text.map(String::as_str)
}

/// Writes the view of one mail about an order.
pub(crate) struct OrderView<'mail> {
    pub(crate) mail: &'mail OrderMail<'mail>,
    pub(crate) writer: &'mail Writer,
    pub(crate) shop_name: &'mail str,
    /// The shop's first page.
    pub(crate) home: Option<String>,
    /// Where orders are looked up.
    pub(crate) look_up: Option<String>,
}

impl OrderView<'_> {
    pub(crate) fn write(&self) -> View {
        let order = self.order();
        let title = self.titled("title");
        let lead = self.lead();
        View {
            language: order.language.to_string(),
            subject: self.titled("subject"),
            preview: lead.join(" "),
            shop: self.shop_name.to_owned(),
            home: self.home.clone(),
            title,
            lead,
            button: self.look_up.clone().map(|href| Button {
                label: self.writer.mail().get("button"),
                href,
                hint: self.writer.mail().get_with("button-hint", &[("number", &order.number)]),
            }),
            goods_title: self.writer.mail().get("goods-title"),
            lines: self.lines(),
            parts: self.parts(),
            total: Some(Part {
                name: self.writer.shop().get("cart-sum-total"),
                note: None,
                amount: self.writer.money(order.content.totals.total),
            }),
            tenders: self.tenders(),
            due: self.due_part(),
            tax_notes: self.tax_notes(),
            facts: self.facts(),
            footer: self.footer(),
        }
    }

    const fn order(&self) -> &Order {
        self.mail.order
    }

    fn shop(&self) -> &Shop {
        self.mail.shop
    }

    /// The refund that the mail tells of.
    fn refund(&self) -> Option<&Refund> {
        let MailKind::Refunded { number } = self.mail.kind else { return None };
        self.order().refunds.iter().find(|refund| refund.number == number)
    }

    /// All that was given back, in whatever way.
    fn given_back(&self) -> Money {
        let is_given = |refund: &&Refund| matches!(refund.state, RefundState::Succeeded | RefundState::PaidOtherwise);
        let given = self.order().refunds.iter().filter(is_given);
        Money::new(given.map(|refund| refund.amount.minor()).sum(), self.order().content.currency)
    }

    /// What was charged although the order is cancelled.
    fn charged_in_vain(&self) -> Option<Money> {
        let is_cancelled = self.order().state.cancel_reason().is_some();
        self.order().refunds.first().filter(|_| is_cancelled).map(|refund| refund.amount)
    }

    fn total(&self) -> Money {
        self.order().content.totals.total
    }

    /// What gift cards leave to be paid.
    fn due(&self) -> Money {
        self.order().content.totals.due
    }

    /// What a gift card is called.
    fn gift_card(&self, hint: GiftCardHint) -> String {
        self.writer.mail().get_with("gift-card", &[("card", &hint)])
    }

    fn tenders(&self) -> Vec<Part> {
        let part = |paid: &OrderGiftCard| Part {
            name: self.gift_card(paid.hint),
            note: None,
            amount: self.writer.less(paid.amount),
        };
        self.order().content.gift_cards.iter().map(part).collect()
    }

    /// What gift cards have left to be paid, as long as it is to be paid.
    fn due_part(&self) -> Option<Part> {
        let order = self.order();
        let is_told = !order.content.gift_cards.is_empty() && order.state == OrderState::PendingPayment;
        is_told.then(|| Part {
            name: self.writer.mail().get("sum-due"),
            note: None,
            amount: self.writer.money(self.due()),
        })
    }

    /// What of the refund goes where.
    fn lead_refunded(&self) -> Vec<String> {
        let words = self.writer.mail();
        let Some(refund) = self.refund() else { return vec![words.get("lead-refunded")] };
        let hint_of = |share: &RefundShare| {
            let paid = self.order().content.gift_cards.iter().find(|paid| paid.card == share.card);
            paid.map(|paid| paid.hint)
        };
        let to_card = |share: &RefundShare| {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("amount", &self.writer.money(share.amount)), ("card", &hint_of(share)?)];
            Some(words.get_with("lead-refunded-gift-card", &values))
        };
        let charged = refund.charged();
        let own_way = match (charged.minor() > 0, refund.gift_cards.is_empty()) {
            (true, true) => Some(words.get("lead-refunded")),
            (true, false) => Some(words.get_with("lead-refunded-part", &[("amount", &self.writer.money(charged))])),
            (false, _) => None,
        };
        own_way.into_iter().chain(refund.gift_cards.iter().filter_map(to_card)).collect()
    }

    /// Title or subject: both name what the mail is about.
    fn titled(&self, what: &str) -> String {
        let amount = self.refund().map_or_else(String::new, |refund| self.writer.money(refund.amount));
        let key = format!("{what}-{}", self.mail.kind.as_str());
        self.writer.mail().get_with(&key, &[("number", &self.order().number), ("amount", &amount)])
    }

    fn lead(&self) -> Vec<String> {
        let words = self.writer.mail();
        match self.mail.kind {
            MailKind::Received => {
                let thanks = words.get_with("lead-received", &[("shop", &self.shop_name)]);
                let then = if self.due().minor() > 0 {
                    let until = self.writer.moment(self.order().hold_until);
                    words.get_with("lead-received-held", &[("until", &until)])
                } else {
                    words.get("lead-received-free")
                };
                vec![thanks, then]
            }
            MailKind::Paid => {
                let is_sent = self.order().content.delivery.is_some();
                vec![words.get(if is_sent { "lead-paid" } else { "lead-paid-digital" })]
            }
            MailKind::Cancelled(reason) => match self.charged_in_vain() {
                None => vec![self.writer.order().get(reason_key(reason))],
                Some(charged) => {
                    vec![words.get_with("lead-cancelled-charged", &[("amount", &self.writer.money(charged))])]
                }
            },
            MailKind::Refunded { .. } => {
                let mut lead = self.lead_refunded();
                let all = self.given_back();
                if self.refund().is_some_and(|refund| refund.amount != all) {
                    lead.push(words.get_with("lead-refunded-all", &[("amount", &self.writer.money(all))]));
                }
                lead
            }
        }
    }

    fn footer(&self) -> Vec<String> {
        let words = self.writer.mail();
        let not_you = (self.mail.kind == MailKind::Received).then(|| words.get("footer-not-you"));
        [Some(words.get_with("footer-why", &[("shop", &self.shop_name)])), not_you].into_iter().flatten().collect()
    }

    fn lines(&self) -> Vec<Line> {
        let OrderView { writer, .. } = self;
        let content = &self.order().content;
        let counted = |quantity, name: &str| {
            let values: [(&str, &dyn std::fmt::Display); 2] = [("quantity", &writer.number(quantity)), ("name", &name)];
            writer.shop().get_with("cart-gift-count", &values)
        };
        let line = |line: &OrderLine| {
            let discount: i64 = line.discounts.iter().map(|share| share.amount.minor()).sum();
            let before = Money::new(line.total.minor().saturating_add(discount), line.total.currency());
            let each = || writer.mail().get_with("goods-each", &[("price", &writer.money(line.unit_price))]);
            Line {
                name: counted(line.quantity, &line.name),
                note: (line.quantity > 1).then(each),
                before: (discount > 0).then(|| (writer.shop().get("cart-line-before"), writer.money(before))),
                amount: writer.money(line.total),
            }
        };
        let gift = |gift: &OrderGift| Line {
            name: counted(gift.quantity, &gift.name),
            note: Some(writer.shop().get("cart-gift")),
            before: None,
            amount: writer.shop().get("cart-sum-free"),
        };
        content.lines.iter().map(line).chain(content.gifts.iter().map(gift)).collect()
    }

    fn parts(&self) -> Vec<Part> {
        let OrderView { writer, .. } = self;
        let words = writer.shop();
        let content = &self.order().content;
        let totals = &content.totals;
        let part = |name, amount| Part { name, note: None, amount };
        let mut parts = vec![part(words.get("cart-sum-goods"), writer.money(totals.goods))];
        if totals.discount.minor() > 0 {
            let names: Vec<String> = content.discounts.iter().filter_map(|discount| self.discount(discount)).collect();
            let note = Some(names.join(", ")).filter(|names| !names.is_empty());
            parts.push(Part { note, ..part(words.get("cart-sum-discounts"), writer.less(totals.discount)) });
        }
        parts.extend(content.delivery.as_ref().map(|delivery| {
            let is_free = delivery.total.minor() == 0;
            let cost = if is_free { words.get("cart-sum-free") } else { writer.money(delivery.total) };
            part(words.get_with("cart-sum-delivery-by", &[("name", &delivery.name)]), cost)
        }));
        if totals.relief.minor() > 0 {
            parts.push(part(words.get("cart-sum-relief"), writer.less(totals.relief)));
        }
        if content.tax_display == TaxDisplay::Excluded {
            let taxes = content.taxes.iter().filter(|tax| tax.amount.minor() > 0);
            parts.extend(taxes.map(|tax| {
                let values: [(&str, &dyn std::fmt::Display); 2] =
                    [("name", &tax.name), ("rate", &writer.percent(tax.rate))];
                part(words.get_with("cart-sum-tax-added", &values), writer.money(tax.amount))
            }));
        }
        parts
    }

    /// What a discount is called, with the coupon that opened it.
    fn discount(&self, discount: &OrderDiscount) -> Option<String> {
        let name = self.shop().pricing.promotion_name(&discount.promotion);
        let name = name.and_then(|names| text_in(names, self.order().language));
        match (name, &discount.coupon) {
            (Some(name), Some(coupon)) => Some(format!("{name} ({coupon})")),
            (Some(name), None) => Some(name.to_owned()),
            (None, coupon) => coupon.as_ref().map(ToString::to_string),
        }
    }

    fn tax_notes(&self) -> Vec<String> {
        let OrderView { writer, .. } = self;
        let content = &self.order().content;
        let mut notes = Vec::new();
        if content.tax_display == TaxDisplay::Included {
            let taxes = content.taxes.iter().filter(|tax| tax.amount.minor() > 0);
            notes.extend(taxes.map(|tax| {
                let values: [(&str, &dyn std::fmt::Display); 3] =
                    [("amount", &writer.money(tax.amount)), ("name", &tax.name), ("rate", &writer.percent(tax.rate))];
                writer.shop().get_with("cart-sum-tax-included", &values)
            }));
        }
        // Where none is owed, the law wants to be told why.
        if content.tax_treatment != TaxTreatment::Charged {
            notes.push(writer.quote().get(&content.tax_treatment.code().replace('_', "-")));
        }
        notes
    }

    fn facts(&self) -> Vec<Fact> {
        let OrderView { writer, .. } = self;
        let words = writer.mail();
        let (order, contact) = (self.order(), self.mail.contact);
        let fact = |key: &str, lines| Fact { name: words.get(key), lines };
        let mut facts = vec![
            fact("fact-number", vec![order.number.to_string()]),
            fact("fact-placed", vec![writer.day(order.placed_at)]),
            fact("fact-payment", self.payment()),
        ];
        let delivery = order.content.delivery.as_ref();
        facts.extend(delivery.map(|delivery| fact("fact-delivery", self.delivery(delivery))));
        let address = if delivery.is_some() { "fact-address" } else { "fact-address-alone" };
        facts.push(fact(address, self.address(&contact.delivery)));
        facts.extend(contact.billing.as_ref().map(|billing| fact("fact-billing", self.address(billing))));
        let phone = contact.phone.as_ref().map(PhoneNumber::as_str);
        let lines = [Some(contact.email.as_str()), phone].into_iter().flatten().map(str::to_owned);
        facts.push(fact("fact-contact", lines.collect()));
        if !self.mail.legal_texts.is_empty() {
            let titles = self.mail.legal_texts.iter().map(|(_, text)| text.title.clone());
            facts.push(fact("fact-attached", titles.collect()));
        }
        facts.extend(self.digital_consent());
        facts
    }

    /// What was agreed to of what is digital, confirmed once on what its reader keeps (Directive 2011/83/EU, article 8(7)(b)).
    fn digital_consent(&self) -> Option<Fact> {
        let words = self.writer.mail();
        let content = &self.order().content;
        let at = content.digital_consent_at.filter(|_| self.mail.kind == MailKind::Received)?;
        let said = words.get_with("digital-consent", &[("moment", &self.writer.moment(at))]);
        let names = content.lines.iter().filter(|line| line.is_digital).map(|line| line.name.to_string());
        Some(Fact { name: words.get("fact-digital"), lines: std::iter::once(said).chain(names).collect() })
    }

    fn payment(&self) -> Vec<String> {
        let OrderView { writer, .. } = self;
        let words = writer.mail();
        let order = self.order();
        let due = writer.money(self.due());
        let is_cancelled = order.state.cancel_reason().is_some();
        let cards = order.content.gift_cards.iter().map(|paid| {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("card", &self.gift_card(paid.hint)), ("amount", &writer.money(paid.amount))];
            words.get_with(if is_cancelled { "payment-gift-card-back" } else { "payment-gift-card" }, &values)
        });
        let state = match order.state {
            _ if self.total().minor() == 0 => Some(words.get("payment-free")),
            _ if self.due().minor() == 0 => None,
            OrderState::PendingPayment => {
                let until = writer.moment(order.hold_until);
                Some(words.get_with("payment-awaited", &[("amount", &due), ("until", &until)]))
            }
            OrderState::Capturing => Some(words.get_with("payment-agreed", &[("amount", &due)])),
            OrderState::Paid => {
                let date = writer.day(order.paid_at.unwrap_or(order.placed_at));
                Some(words.get_with("payment-paid", &[("amount", &due), ("date", &date)]))
            }
            OrderState::Cancelling(_) | OrderState::Cancelled(_) => match self.charged_in_vain() {
                None => Some(words.get("payment-none")),
                Some(charged) => {
                    let left = Money::new(charged.minor() - self.given_back().minor(), charged.currency());
                    let words = words.get_with("payment-returning", &[("amount", &writer.money(left))]);
                    (left.minor() > 0).then_some(words)
                }
            },
        };
        let given = self.given_back();
        let given =
            (given.minor() > 0).then(|| writer.order().get_with("order-refunded", &[("amount", &writer.money(given))]));
        state.into_iter().chain(cards).chain(given).collect()
    }

    fn delivery(&self, delivery: &OrderDelivery) -> Vec<String> {
        let key = if delivery.pick_up.is_none() { "cart-delivery-comes" } else { "cart-delivery-ready" };
        let days = |days| self.writer.shop().get_with(key, &[("dates", &self.writer.days(days))]);
        [Some(delivery.name.to_string()), delivery.dates.map(days)].into_iter().flatten().collect()
    }

    fn address(&self, address: &PostalAddress) -> Vec<String> {
        let PostalAddress { name, company, line1, line2, postal_code, city, region, country } = address;
        let region = region.map(|region| region.to_string());
        let town = [postal_code.as_ref().map(PostalCode::as_str), Some(city.as_str()), region.as_deref()];
        let town = town.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let line = |line: &AddressLine| line.as_str().to_owned();
        let lines = [
            Some(line(name)),
            company.as_ref().map(line),
            Some(line(line1)),
            line2.as_ref().map(line),
            Some(town),
            Some(self.writer.country(*country)),
        ];
        lines.into_iter().flatten().collect()
    }
}

/// What the page of the order says of it.
const fn reason_key(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Expired => "order-reason-expired",
        CancelReason::CartChanged => "order-reason-changed",
        CancelReason::Shopper => "order-reason-shopper",
        CancelReason::Staff => "order-reason-staff",
        CancelReason::NotCaptured => "order-reason-uncaptured",
    }
}
