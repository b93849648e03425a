//! What a cart costs, in words.

use std::fmt;
use std::sync::LazyLock;

use ecom67_app::carts::OpenCart;
use ecom67_app::document::TextDocument;
use ecom67_domain::pricing::{
    CouponCode, DeliveryKind, DeliveryOutcome, Facet, GiftCardOutcome, PriceOutcome, PromotionOutcome, Quote,
    QuotedGiftCard, QuotedLine, Reason, TaxLine, TaxRate,
};
use ecom67_domain::{DeliveryMethodCode, Language, Money, PriceListCode, PromotionCode, Sku};

use super::Audience;
use super::cart::options;
use crate::view;
use ecom67_words::{IntlData, quote_messages};

static INTL: LazyLock<IntlData> = LazyLock::new(IntlData::embedded);

/// Whether a quote says why it is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explained {
    /// With every rule that applied or could have.
    Yes,
    /// With amounts alone.
    No,
}

/// The quote of a cart for its reader.
pub fn quote_view(audience: &Audience, quote: &Quote, open: &OpenCart, explained: Explained) -> view::Quote {
    let writer = Writer { audience };
    let totals = &quote.totals;
    view::Quote {
        id: quote.id.to_string(),
        currency: quote.currency.code().to_owned(),
        tax_included: quote.tax_display == ecom67_domain::market::TaxDisplay::Included,
        lines: quote.lines.iter().map(|line| line_view(quote, line)).collect(),
        gifts: gifts(audience, quote, open),
        discounts: writer.discounts(quote),
        coupons: open.cart.value.coupons.iter().map(|coupon| writer.coupon(quote, coupon)).collect(),
        taxes: quote.tax.lines.iter().map(|line| tax_view(audience.language(), line)).collect(),
        tax_treatment: quote.tax.treatment.code().trim_start_matches("tax_").to_owned(),
        delivery_needed: quote.is_delivery_needed,
        delivery: writer.delivery(quote),
        missing_for_free_delivery: quote.missing_for_free_delivery.map(Money::minor),
        gift_cards: quote.gift_cards.iter().map(|paid| writer.gift_card(paid)).collect(),
        totals: view::QuoteTotals {
            goods: totals.goods.minor(),
            discount: totals.discount.minor(),
            delivery: totals.delivery.minor(),
            relief: totals.relief.minor(),
            tax: totals.tax.minor(),
            total: totals.total.minor(),
            gift_cards: totals.gift_cards.minor(),
            due: totals.due.minor(),
        },
        explanation: (explained == Explained::Yes)
            .then(|| quote.reasons.iter().map(|reason| writer.reason(reason)).collect()),
    }
}

fn line_view(quote: &Quote, line: &QuotedLine) -> view::QuoteLine {
    let share = |share: &ecom67_domain::pricing::DiscountShare| {
        let promotion = quote.discounts.get(share.discount)?.promotion.to_string();
        Some(view::QuoteShare { promotion, amount: share.amount.minor() })
    };
    view::QuoteLine {
        sku: line.sku.to_string(),
        quantity: line.quantity,
        unit_price: line.unit_price.minor(),
        compare_at: line.compare_at.map(Money::minor),
        base_price: line.base_price.map(|(amount, unit)| view::UnitPrice { amount: amount.minor(), unit: unit.into() }),
        base: line.base.minor(),
        discounts: line.discounts.iter().filter_map(share).collect(),
        tax: line.tax.minor(),
        total: line.total.minor(),
    }
}

fn gifts(audience: &Audience, quote: &Quote, open: &OpenCart) -> Vec<view::QuoteGift> {
    let name = |sku: &Sku| {
        let (good, variant) = open.goods.values().find_map(|good| Some((good, good.variant(sku)?)))?;
        let choices: Vec<String> = options(audience, variant).into_iter().map(|option| option.label).collect();
        let name = good.name(audience.language());
        Some(if choices.is_empty() { name.to_owned() } else { format!("{name} ({})", choices.join(", ")) })
    };
    let gift = |gift: &ecom67_domain::pricing::GiftLine| {
        let promotion = quote.discounts.get(gift.discount)?.promotion.to_string();
        let name = name(&gift.sku).unwrap_or_else(|| gift.sku.to_string());
        Some(view::QuoteGift { sku: gift.sku.to_string(), name, quantity: gift.quantity, promotion })
    };
    quote.gifts.iter().filter_map(gift).collect()
}

fn tax_view(language: Language, line: &TaxLine) -> view::QuoteTax {
    view::QuoteTax {
        name: line.name(language),
        rate: percent(line.rate),
        base: line.base.minor(),
        amount: line.amount.minor(),
    }
}

/// A rate in percent, with as many decimals as it has.
pub(super) fn percent(TaxRate(millionths): TaxRate) -> String {
    let (whole, part) = (millionths / 10_000, millionths % 10_000);
    let text = format!("{whole}.{part:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

struct Writer<'audience> {
    audience: &'audience Audience,
}

impl Writer<'_> {
    fn language(&self) -> Language {
        self.audience.language()
    }

    fn say(&self, key: &str, values: &[(&str, &dyn fmt::Display)]) -> String {
        quote_messages(self.language()).get_with(key, values)
    }

    fn money(&self, money: Money) -> String {
        INTL.format(self.audience.locale).money(money.minor(), money.currency().code())
    }

    fn promotion(&self, code: &PromotionCode) -> String {
        let name = self.audience.shop.pricing.promotion_name(code);
        name.and_then(|name| in_words(name, self.language())).unwrap_or_else(|| code.to_string())
    }

    fn method(&self, code: &DeliveryMethodCode) -> String {
        let name = self.audience.shop.pricing.delivery_name(code);
        name.and_then(|name| in_words(name, self.language())).unwrap_or_else(|| code.to_string())
    }

    fn discounts(&self, quote: &Quote) -> Vec<view::QuoteDiscount> {
        let discount = |discount: &ecom67_domain::pricing::Discount| view::QuoteDiscount {
            promotion: discount.promotion.to_string(),
            name: self.promotion(&discount.promotion),
            coupon: discount.coupon.as_ref().map(ToString::to_string),
            amount: discount.amount.minor(),
            delivery_amount: discount.delivery_amount.minor(),
            decided_at_checkout: discount.decided_at_checkout,
        };
        quote.discounts.iter().map(discount).collect()
    }

    fn delivery(&self, quote: &Quote) -> Vec<view::QuoteDelivery> {
        let chosen = quote.chosen_delivery.as_ref().map(|chosen| chosen.choice);
        let choice = |(place, choice): (usize, &ecom67_domain::pricing::DeliveryChoice)| view::QuoteDelivery {
            method: choice.method.to_string(),
            name: self.method(&choice.method),
            is_pick_up: matches!(choice.kind, DeliveryKind::PickUp(_)),
            chosen: chosen == Some(place),
            price: choice.price.minor(),
            full_price: choice.full_price.minor(),
            earliest: choice.dates.map(|dates| dates.first.to_string()),
            latest: choice.dates.map(|dates| dates.last.to_string()),
            missing_for_free: choice.missing_for_free.map(Money::minor),
        };
        quote.delivery.iter().enumerate().map(choice).collect()
    }

    /// What came of a coupon: the outcome of its promotion.
    fn coupon(&self, quote: &Quote, coupon: &CouponCode) -> view::QuoteCoupon {
        let owner = self.audience.shop.pricing.owner_of(coupon);
        let of_owner = |reason: &&Reason| match reason {
            Reason::CouponUnknown(unknown) => unknown == coupon,
            Reason::Promotion { promotion, .. } => owner == Some(promotion),
            _ => false,
        };
        let applied = quote.discounts.iter().any(|discount| discount.coupon.as_ref() == Some(coupon));
        let told = quote.reasons.iter().find(of_owner).map(|reason| self.reason(reason));
        let (outcome, detail) = told.map_or_else(
            || ("coupon_waits".to_owned(), self.say("coupon-waits", &[("coupon", coupon)])),
            |reason| (reason.code, reason.text),
        );
        view::QuoteCoupon { code: coupon.to_string(), applied, outcome, detail }
    }

    fn gift_card(&self, paid: &QuotedGiftCard) -> view::QuoteGiftCard {
        view::QuoteGiftCard {
            id: paid.card.to_string(),
            hint: paid.hint.to_string(),
            amount: paid.amount.minor(),
            balance: paid.balance.minor(),
            currency: paid.balance.currency().code().to_owned(),
            outcome: paid.outcome.code().to_owned(),
            detail: self.gift_card_outcome(paid),
        }
    }

    fn gift_card_outcome(&self, paid: &QuotedGiftCard) -> String {
        let key = key(paid.outcome.code());
        let card: (&str, &dyn fmt::Display) = ("card", &paid.hint);
        match paid.outcome {
            GiftCardOutcome::Pays => self.say(&key, &[card, ("amount", &self.money(paid.amount))]),
            GiftCardOutcome::LeavesRest(rest) => {
                self.say(&key, &[card, ("amount", &self.money(paid.amount)), ("rest", &self.money(rest))])
            }
            GiftCardOutcome::OtherCurrency => self.say(&key, &[card, ("currency", &paid.balance.currency().code())]),
            GiftCardOutcome::NotNeeded
            | GiftCardOutcome::Empty
            | GiftCardOutcome::Expired
            | GiftCardOutcome::Blocked => self.say(&key, &[card]),
        }
    }

    fn reason(&self, reason: &Reason) -> view::QuoteReason {
        let (about, text) = match reason {
            Reason::Price { line, list, outcome } => (Some(line.to_string()), self.price(line, list, *outcome)),
            Reason::Promotion { promotion, outcome } => {
                (Some(promotion.to_string()), self.promotion_outcome(promotion, outcome))
            }
            Reason::CouponUnknown(coupon) => {
                (Some(coupon.to_string()), self.say("coupon-unknown", &[("coupon", coupon)]))
            }
            Reason::Delivery { method, outcome } => (Some(method.to_string()), self.delivery_outcome(method, *outcome)),
            Reason::DeliveryUnknown(method) => {
                (Some(method.to_string()), self.say("delivery-unknown", &[("method", &self.method(method))]))
            }
            Reason::DeliveryNotNeeded => (None, self.say("delivery-not-needed", &[])),
            Reason::Tax(treatment) => (None, self.say(&key(treatment.code()), &[])),
            Reason::GiftCard(paid) => (Some(paid.hint.to_string()), self.gift_card_outcome(paid)),
        };
        view::QuoteReason { code: reason.code().to_owned(), about, text }
    }

    fn price(&self, sku: &dyn fmt::Display, list: &PriceListCode, outcome: PriceOutcome) -> String {
        let key = key(outcome.code());
        match outcome {
            PriceOutcome::NeedsQuantity { needs, has } => {
                self.say(&key, &[("sku", sku), ("list", list), ("needs", &needs), ("has", &has)])
            }
            PriceOutcome::Applied | PriceOutcome::NotCheaper | PriceOutcome::OtherGroup => {
                self.say(&key, &[("sku", sku), ("list", list)])
            }
        }
    }

    fn promotion_outcome(&self, promotion: &PromotionCode, outcome: &PromotionOutcome) -> String {
        let name = self.promotion(promotion);
        let key = key(outcome.code());
        match outcome {
            PromotionOutcome::Applied { amount, decided_at_checkout: false } if amount.minor() == 0 => {
                self.say("promotion-applied-without-amount", &[("promotion", &name)])
            }
            PromotionOutcome::Applied { amount, .. } => {
                self.say(&key, &[("promotion", &name), ("amount", &self.money(*amount))])
            }
            PromotionOutcome::NeedsQuantity { of, needs, has } => {
                let counts: [(&str, &dyn fmt::Display); 2] = [("needs", needs), ("has", has)];
                match of {
                    Some(facet) => {
                        let of = self.facet(facet);
                        self.say(&key, &[("promotion", &name), ("of", &of), counts[0], counts[1]])
                    }
                    None => self.say("promotion-needs-any-quantity", &[("promotion", &name), counts[0], counts[1]]),
                }
            }
            PromotionOutcome::NeedsTotal { missing } => {
                self.say(&key, &[("promotion", &name), ("missing", &self.money(*missing))])
            }
            PromotionOutcome::ExcludedBy(other) => {
                self.say(&key, &[("promotion", &name), ("other", &self.promotion(other))])
            }
            PromotionOutcome::NothingToReduce
            | PromotionOutcome::NothingSent
            | PromotionOutcome::NotCheaper
            | PromotionOutcome::OtherMarket
            | PromotionOutcome::OtherCurrency
            | PromotionOutcome::OtherGroup
            | PromotionOutcome::NotFirstOrder
            | PromotionOutcome::UsedUp
            | PromotionOutcome::NotStarted
            | PromotionOutcome::Ended
            | PromotionOutcome::NoRoom => self.say(&key, &[("promotion", &name)]),
        }
    }

    /// What a promotion names, as shoppers know it where they do.
    fn facet(&self, facet: &Facet) -> String {
        let shop = &self.audience.shop;
        match facet {
            Facet::Product(code) => code.to_string(),
            Facet::Sku(sku) => sku.to_string(),
            Facet::Category(code) => shop
                .categories
                .get(code.as_str())
                .map_or_else(|| code.to_string(), |category| category.name.get(self.language()).to_owned()),
            Facet::Collection(code) => shop
                .collections
                .get(code.as_str())
                .map_or_else(|| code.to_string(), |collection| collection.name.get(self.language()).to_owned()),
            Facet::Tag(tag) => tag.to_string(),
        }
    }

    fn delivery_outcome(&self, method: &DeliveryMethodCode, outcome: DeliveryOutcome) -> String {
        let name = self.method(method);
        let key = key(outcome.code());
        match outcome {
            DeliveryOutcome::TooHeavy { most_grams, has_grams } => self.say(
                &key,
                &[("method", &name), ("most", &self.kilograms(most_grams)), ("has", &self.kilograms(has_grams))],
            ),
            DeliveryOutcome::FreeFrom { missing } => {
                self.say(&key, &[("method", &name), ("missing", &self.money(missing))])
            }
            DeliveryOutcome::Offered
            | DeliveryOutcome::FreeByTotal
            | DeliveryOutcome::OtherZone
            | DeliveryOutcome::OtherMarket
            | DeliveryOutcome::OtherCurrency => self.say(&key, &[("method", &name)]),
        }
    }

    fn kilograms(&self, grams: u64) -> String {
        let format = INTL.format(self.audience.locale);
        u32::try_from(grams).map_or_else(|_| format.number(grams / 1_000), |grams| format.thousandths(grams))
    }
}

/// The key of a message: its words are joined by `-`.
fn key(code: &str) -> String {
    code.replace('_', "-")
}

/// The text in a language, or what stands in for it.
fn in_words(text: &TextDocument, language: Language) -> Option<String> {
    let own = text.get(language.as_str()).or_else(|| text.get(Language::ENGLISH.as_str()));
    own.or_else(|| text.values().next()).cloned()
}

#[cfg(test)]
mod tests {
    use ecom67_domain::pricing::TaxTreatment;

    use super::*;

    /// Everything that may come of a rule.
    fn every_outcome() -> Vec<&'static str> {
        let money = Money::new(1, "EUR".parse().unwrap());
        let promotions = [
            PromotionOutcome::Applied { amount: money, decided_at_checkout: false },
            PromotionOutcome::Applied { amount: money, decided_at_checkout: true },
            PromotionOutcome::NothingToReduce,
            PromotionOutcome::NothingSent,
            PromotionOutcome::NotCheaper,
            PromotionOutcome::NeedsQuantity { of: None, needs: 3, has: 2 },
            PromotionOutcome::NeedsTotal { missing: money },
            PromotionOutcome::OtherMarket,
            PromotionOutcome::OtherCurrency,
            PromotionOutcome::OtherGroup,
            PromotionOutcome::NotFirstOrder,
            PromotionOutcome::UsedUp,
            PromotionOutcome::NotStarted,
            PromotionOutcome::Ended,
            PromotionOutcome::ExcludedBy("other".parse().unwrap()),
            PromotionOutcome::NoRoom,
        ];
        let prices = [
            PriceOutcome::Applied,
            PriceOutcome::NotCheaper,
            PriceOutcome::NeedsQuantity { needs: 3, has: 2 },
            PriceOutcome::OtherGroup,
        ];
        let deliveries = [
            DeliveryOutcome::Offered,
            DeliveryOutcome::FreeByTotal,
            DeliveryOutcome::FreeFrom { missing: money },
            DeliveryOutcome::OtherZone,
            DeliveryOutcome::OtherMarket,
            DeliveryOutcome::OtherCurrency,
            DeliveryOutcome::TooHeavy { most_grams: 1, has_grams: 2 },
        ];
        let taxes = [
            TaxTreatment::Charged,
            TaxTreatment::ReverseCharge,
            TaxTreatment::ExemptBuyer,
            TaxTreatment::NotRegistered,
            TaxTreatment::AddressNeeded,
            TaxTreatment::NoZone,
        ];
        let gift_cards = [
            GiftCardOutcome::Pays,
            GiftCardOutcome::LeavesRest(money),
            GiftCardOutcome::NotNeeded,
            GiftCardOutcome::Empty,
            GiftCardOutcome::Expired,
            GiftCardOutcome::Blocked,
            GiftCardOutcome::OtherCurrency,
        ];
        let others = ["coupon_unknown", "coupon_waits", "delivery_unknown", "delivery_not_needed"];
        let promotions = promotions.iter().map(PromotionOutcome::code);
        let prices = prices.iter().map(PriceOutcome::code);
        let deliveries = deliveries.iter().map(DeliveryOutcome::code);
        let taxes = taxes.into_iter().map(TaxTreatment::code);
        let gift_cards = gift_cards.into_iter().map(GiftCardOutcome::code);
        promotions.chain(prices).chain(deliveries).chain(taxes).chain(gift_cards).chain(others).collect()
    }

    #[test]
    fn every_outcome_has_words_in_every_language() {
        let own = ["promotion-applied-without-amount".to_owned(), "promotion-needs-any-quantity".to_owned()];
        let keys: Vec<String> = every_outcome().into_iter().map(key).chain(own).collect();
        for language in [Language::ENGLISH, Language::GERMAN] {
            for key in &keys {
                let text = quote_messages(language).get(key);

                assert_ne!(text, *key, "{key} has no words in {language}");
            }
        }
        for source in ["en", "de"] {
            let path = format!("{}/../../web/messages/quote/{source}.ftl", env!("CARGO_MANIFEST_DIR"));
            let file = std::fs::read_to_string(path).unwrap();
            let mut written: Vec<&str> = file.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
            written.sort_unstable();
            let mut expected: Vec<&str> = keys.iter().map(String::as_str).collect();
            expected.sort_unstable();
            assert_eq!(written, expected, "{source}.ftl has words that nobody says");
        }
    }

    #[test]
    fn a_rate_is_told_with_the_decimals_it_has() {
        let texts = [190_000, 88_750, 55_000, 0].map(|millionths| percent(TaxRate(millionths)));

        assert_eq!(texts, ["19", "8.875", "5.5", "0"]);
    }
}
