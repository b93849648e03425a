//! What an order is for: everything that was agreed on, so that nothing of it depends on what products or rules become.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;

use crate::code::{DeliveryMethodCode, LocationCode, ProductCode, PromotionCode, Sku};
use crate::gift_card::{GiftCardHint, GiftCardId};
use crate::market::TaxDisplay;
use crate::money::{Currency, Money};
use crate::pricing::{CouponCode, DateRange, DiscountShare, Quote, QuoteId, TaxRate, TaxTreatment, Totals};
use crate::text::Language;
use crate::violation::Invalid;

/// What was agreed on. All amounts are in its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderContent {
    /// The quote that was agreed to.
    pub quote: QuoteId,
    /// What all amounts are in.
    pub currency: Currency,
    /// Whether the lines' amounts contain the tax.
    pub tax_display: TaxDisplay,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What is given for nothing.
    pub gifts: Vec<OrderGift>,
    /// What promotions took off.
    pub discounts: Vec<OrderDiscount>,
    /// Why tax is owed or is not.
    pub tax_treatment: TaxTreatment,
    /// The tax.
    pub taxes: Vec<OrderTax>,
    /// How it is delivered; nothing where nothing of it is sent.
    pub delivery: Option<OrderDelivery>,
    /// The gift cards that pay for it, in the order in which they do.
    pub gift_cards: Vec<OrderGiftCard>,
    /// The sums.
    pub totals: Totals,
    /// The shop's texts under which it was placed.
    pub legal_texts: Vec<OrderLegalText>,
    /// When whoever ordered agreed that what is digital is delivered at once and that their right of withdrawal from it ends by
    /// that (Directive 2011/83/EU, article 16(m)); nothing where that was not to be asked.
    pub digital_consent_at: Option<Timestamp>,
}

/// A text of the shop under which an order was placed, by what it said at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLegalText {
    /// What it is about.
    pub kind: LegalTextKind,
    /// Its heading, in the language of the order.
    pub title: Arc<str>,
    /// What tells it from every other version of it.
    pub digest: LegalTextDigest,
}

/// What a text is about that belongs to the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalTextKind {
    /// The general terms.
    Terms,
    /// The right of withdrawal, or what applies to returns.
    Withdrawal,
}

impl LegalTextKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Terms, Self::Withdrawal];

    /// Its name in data and addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// The digest of a text: equal for equal texts alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegalTextDigest(pub [u8; 32]);

impl fmt::Display for LegalTextDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl FromStr for LegalTextDigest {
    type Err = Invalid;

    /// Understands what is printed, and nothing else.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("legal_text_digest_invalid", "a digest is 64 hexadecimal digits");
        let is_plain = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_plain {
            return Err(invalid());
        }
        let mut digest = [0; 32];
        for (byte, place) in digest.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[place..place + 2], 16).map_err(|_| invalid())?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Debug for LegalTextDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// So many of one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// The variant.
    pub sku: Sku,
    /// The product it belongs to.
    pub product: ProductCode,
    /// What it was called, in the language of the order.
    pub name: Arc<str>,
    /// Whether it is downloaded or comes by mail.
    pub is_digital: bool,
    /// How many.
    pub quantity: u32,
    /// What one cost before promotions.
    pub unit_price: Money,
    /// What promotions took off the line; the number is that of the discount.
    pub discounts: Vec<DiscountShare>,
    /// The number of its tax, where it is taxed.
    pub tax_line: Option<usize>,
    /// The tax, contained in `total` where prices contain it.
    pub tax: Money,
    /// Tax that was contained and is not owed.
    pub relief: Money,
    /// All units, after promotions and relief.
    pub total: Money,
}

/// So many of one variant for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderGift {
    /// The variant.
    pub sku: Sku,
    /// What it was called.
    pub name: Arc<str>,
    /// How many.
    pub quantity: u32,
}

/// What one promotion took off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDiscount {
    /// The promotion.
    pub promotion: PromotionCode,
    /// The coupon that opened it.
    pub coupon: Option<CouponCode>,
    /// Off the goods.
    pub amount: Money,
    /// Off the delivery.
    pub delivery_amount: Money,
}

/// The tax at one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderTax {
    /// What it is called, as "VAT".
    pub name: Arc<str>,
    /// The rate.
    pub rate: TaxRate,
    /// What it is owed on.
    pub base: Money,
    /// How much.
    pub amount: Money,
}

/// How it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDelivery {
    /// The method.
    pub method: DeliveryMethodCode,
    /// What it was called.
    pub name: Arc<str>,
    /// Where it is fetched from, if it is not sent.
    pub pick_up: Option<LocationCode>,
    /// When it arrives, as was promised.
    pub dates: Option<DateRange>,
    /// What it costs.
    pub total: Money,
}

/// A gift card that pays for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderGiftCard {
    /// The card.
    pub card: GiftCardId,
    /// The end of its code.
    pub hint: GiftCardHint,
    /// How much it pays: more than nothing.
    pub amount: Money,
}

/// What a quote does not know of what it prices.
pub trait Naming {
    /// The language of the order.
    fn language(&self) -> Language;

    /// The product of a variant, and what both are called in the language of the order.
    fn variant(&self, sku: &Sku) -> Option<(ProductCode, Arc<str>)>;

    /// Whether a variant is downloaded or comes by mail.
    fn is_digital(&self, sku: &Sku) -> bool;

    /// What a way of delivery is called.
    fn delivery(&self, method: &DeliveryMethodCode) -> Option<Arc<str>>;
}

/// Why a quote cannot become an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// There is nothing in it.
    #[error("there is nothing to order")]
    Empty,
    /// Something is sent, and no way of delivery was chosen, or the chosen one is not offered.
    #[error("a way of delivery must be chosen")]
    NoDelivery,
    /// Where the goods go must be known more exactly, for the tax.
    #[error("the tax depends on the address")]
    AddressNeeded,
    /// Something is digital, and nobody has agreed that it is delivered before the time to withdraw from it is over.
    #[error(
        "what is digital is delivered at once, which ends the right of withdrawal from it: that has to be agreed to"
    )]
    NoDigitalConsent,
    /// A variant or a way of delivery is not known any more.
    #[error("{what} is not there any more")]
    Gone {
        /// Its code.
        what: String,
    },
}

impl OrderContent {
    /// What agreeing to a quote under these texts means, for somebody who at that time agreed to have at once what is digital,
    /// if they did. Where nothing is digital, or there is no right of withdrawal to lose, that says nothing and is not kept.
    pub fn of(
        quote: &Quote,
        naming: &impl Naming,
        legal_texts: Vec<OrderLegalText>,
        digital_consent_at: Option<Timestamp>,
    ) -> Result<Self, ContentError> {
        if quote.lines.is_empty() {
            return Err(ContentError::Empty);
        }
        if quote.is_delivery_needed && quote.chosen_delivery.is_none() {
            return Err(ContentError::NoDelivery);
        }
        if quote.tax.treatment == TaxTreatment::AddressNeeded {
            return Err(ContentError::AddressNeeded);
        }
        let is_withdrawable = legal_texts.iter().any(|text| text.kind == LegalTextKind::Withdrawal);
        let has_digital = quote.lines.iter().any(|line| naming.is_digital(&line.sku));
        let digital_consent_at = if is_withdrawable && has_digital {
            Some(digital_consent_at.ok_or(ContentError::NoDigitalConsent)?)
        } else {
            None
        };
        let gone = |what: &dyn std::fmt::Display| ContentError::Gone { what: what.to_string() };
        let delivery = quote.chosen_delivery.as_ref().map(|chosen| {
            let choice = &quote.delivery[chosen.choice];
            Ok(OrderDelivery {
                method: choice.method.clone(),
                name: naming.delivery(&choice.method).ok_or_else(|| gone(&choice.method))?,
                pick_up: match &choice.kind {
                    crate::pricing::DeliveryKind::Shipping => None,
                    crate::pricing::DeliveryKind::PickUp(location) => Some(location.clone()),
                },
                dates: choice.dates,
                total: chosen.total,
            })
        });
        let lines = quote.lines.iter().map(|line| {
            let (product, name) = naming.variant(&line.sku).ok_or_else(|| gone(&line.sku))?;
            Ok(OrderLine {
                sku: line.sku.clone(),
                product,
                name,
                is_digital: naming.is_digital(&line.sku),
                quantity: line.quantity,
                unit_price: line.unit_price,
                discounts: line.discounts.clone(),
                tax_line: line.tax_line,
                tax: line.tax,
                relief: line.relief,
                total: line.total,
            })
        });
        let gifts = quote.gifts.iter().map(|gift| {
            let (_, name) = naming.variant(&gift.sku).ok_or_else(|| gone(&gift.sku))?;
            Ok(OrderGift { sku: gift.sku.clone(), name, quantity: gift.quantity })
        });
        let discounts = quote.discounts.iter().map(|discount| OrderDiscount {
            promotion: discount.promotion.clone(),
            coupon: discount.coupon.clone(),
            amount: discount.amount,
            delivery_amount: discount.delivery_amount,
        });
        let taxes = quote.tax.lines.iter().map(|line| OrderTax {
            name: line.name(naming.language()).into(),
            rate: line.rate,
            base: line.base,
            amount: line.amount,
        });
        let paying = quote.gift_cards.iter().filter(|paid| paid.amount.minor() > 0);
        let gift_cards = paying.map(|paid| OrderGiftCard { card: paid.card, hint: paid.hint, amount: paid.amount });
        Ok(Self {
            quote: quote.id,
            currency: quote.currency,
            tax_display: quote.tax_display,
            lines: lines.collect::<Result<_, _>>()?,
            gifts: gifts.collect::<Result<_, _>>()?,
            discounts: discounts.collect(),
            tax_treatment: quote.tax.treatment,
            taxes: taxes.collect(),
            delivery: delivery.transpose()?,
            gift_cards: gift_cards.collect(),
            totals: quote.totals,
            legal_texts,
            digital_consent_at,
        })
    }

    /// How many of each variant are promised, gifts included: each variant once, in the order of the lines.
    pub fn demand(&self) -> Vec<(Sku, u32)> {
        let lines = self.lines.iter().map(|line| (&line.sku, line.quantity));
        let gifts = self.gifts.iter().map(|gift| (&gift.sku, gift.quantity));
        let mut demand: Vec<(Sku, u32)> = Vec::new();
        for (sku, quantity) in lines.chain(gifts) {
            match demand.iter_mut().find(|(known, _)| known == sku) {
                Some((_, sum)) => *sum = sum.saturating_add(quantity),
                None => demand.push((sku.clone(), quantity)),
            }
        }
        demand
    }
}
