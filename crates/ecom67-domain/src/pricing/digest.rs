//! Names of content: digests of what was priced, and of the rules that priced it.

use std::hash::{Hash, Hasher};

use super::basket::Basket;
use super::quote::{Quote, QuoteId};
use crate::money::Money;

/// What a rule's content is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint([u8; 16]);

impl Fingerprint {
    pub(super) fn of(rule: &impl Hash) -> Self {
        let mut digest = Digest::default();
        rule.hash(&mut digest);
        Self(digest.name())
    }
}

/// Feeds whatever can be hashed into a digest that nobody can find a second content for. The bytes are collected first:
/// one call for all is several times faster than one for each field.
#[derive(Default)]
pub(super) struct Digest(Vec<u8>);

impl Digest {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn name(&self) -> [u8; 16] {
        let whole = blake3::hash(&self.0);
        let mut name = [0; 16];
        name.copy_from_slice(&whole.as_bytes()[..16]);
        name
    }
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Nobody asks: the name is longer than that.
    fn finish(&self) -> u64 {
        u64::from_le_bytes(self.name().first_chunk().copied().unwrap_or_default())
    }
}

/// The name of a quote: of every amount in it, of what is bought and of the rules that were used. The clock is no part of
/// it, nor are delivery dates, nor the rules that were not used, nor the order of the lines.
pub(super) fn quote_id(basket: &Basket, quote: &Quote, order: &[usize], used: &[Fingerprint]) -> QuoteId {
    const BYTES_PER_LINE: usize = 200;
    let mut digest = Digest::with_capacity((order.len() + 2) * BYTES_PER_LINE);
    let market = &basket.market;
    (&market.code, market.currency.code(), format_of(quote)).hash(&mut digest);
    for index in order {
        let (line, bought) = (&quote.lines[*index], &basket.lines[*index]);
        (&line.key, &line.sku, &bought.product, line.quantity, line.unit_price.minor()).hash(&mut digest);
        (&line.price_cause, line.tax_class, line.tax.minor(), line.relief.minor()).hash(&mut digest);
        (line.compare_at.map(Money::minor), line.total.minor(), line.discounts.len()).hash(&mut digest);
        for share in &line.discounts {
            (share.discount, share.amount.minor()).hash(&mut digest);
        }
    }
    used.hash(&mut digest);
    for discount in &quote.discounts {
        (&discount.promotion, &discount.coupon, discount.limits, discount.decided_at_checkout).hash(&mut digest);
        (discount.amount.minor(), discount.delivery_amount.minor()).hash(&mut digest);
    }
    for gift in &quote.gifts {
        (&gift.sku, gift.quantity, gift.discount).hash(&mut digest);
    }
    (quote.tax.treatment, &quote.tax.zone).hash(&mut digest);
    for line in &quote.tax.lines {
        (line.rate, line.base.minor(), line.amount.minor()).hash(&mut digest);
        for part in &line.components {
            (&part.component, part.amount.minor()).hash(&mut digest);
        }
    }
    if let Some(chosen) = &quote.chosen_delivery {
        let choice = &quote.delivery[chosen.choice];
        (&choice.method, choice.price.minor(), choice.full_price.minor()).hash(&mut digest);
        (&choice.locations, &choice.kind, chosen.relief.minor(), chosen.total.minor()).hash(&mut digest);
    }
    let totals = &quote.totals;
    (totals.tax.minor(), totals.total.minor()).hash(&mut digest);
    QuoteId(digest.name())
}

fn format_of(quote: &Quote) -> bool {
    quote.tax_display == crate::market::TaxDisplay::Included
}
