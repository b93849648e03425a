//! The function itself: from a basket to a quote.

use super::When;
use super::basket::{BASKET_LINES_MAX, Basket, BasketLine, COUPONS_MAX};
use super::calendar::promised_dates;
use super::delivery::{DeliveryKind, Parcel, zone_of};
use super::digest::{Fingerprint, quote_id};
use super::discount::{Lines, Promoted, promote};
use super::promotion::Effect;
use super::quote::{
    ChosenDelivery, DeliveryChoice, DiscountShare, PriceCause, Quote, QuoteError, QuoteId, QuotedLine, QuotedTax,
    TaxShare, Totals,
};
use super::reason::{DeliveryOutcome, PriceOutcome, Reason};
use super::rules::PricingRules;
use super::tax::{TaxTreatment, treatment};
use super::taxing::{Taxable, TaxableLine, Taxed, tax};
use crate::market::TaxDisplay;
use crate::money::Money;
use crate::price::Price;

/// The most that goods cost together, in minor units: with delivery, and as much tax again, it fits into 64 bits.
const GOODS_MINOR_MAX: i64 = i64::MAX / 8;

/// What a basket costs, and why.
pub fn quote(rules: &PricingRules, basket: &Basket) -> Result<Quote, QuoteError> {
    let order = checked_order(basket)?;
    let mut reasons = Vec::with_capacity(64);
    let prices = unit_prices(rules, basket, &order, &mut reasons);
    let mut lines = priced_lines(basket, &order, &prices)?;
    let mut promoted = Promoted { reasons, ..Promoted::default() };
    if !order.is_empty() {
        promote(rules, &mut lines, &mut promoted);
    }
    let delivery = offered(rules, &lines, &mut promoted);
    Ok(composed(rules, &lines, &prices, promoted, delivery))
}

/// The order in which lines are worked on, whatever order they are given in: by variant and key. Who gets a cent that is
/// left over, and thereby every sum, depends on nothing else.
fn checked_order(basket: &Basket) -> Result<Vec<usize>, QuoteError> {
    if basket.lines.len() > BASKET_LINES_MAX {
        return Err(QuoteError::TooManyLines);
    }
    if basket.coupons.len() > COUPONS_MAX {
        return Err(QuoteError::TooManyCoupons);
    }
    let mut keys: Vec<_> = basket.lines.iter().map(|line| &line.key).collect();
    keys.sort_unstable();
    if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(QuoteError::LineTwice(pair[0].clone()));
    }
    for line in &basket.lines {
        if line.quantity == 0 {
            return Err(QuoteError::NoUnits(line.key.clone()));
        }
        if line.price.amount().currency() != basket.market.currency {
            return Err(QuoteError::OtherCurrency(line.key.clone()));
        }
    }
    let mut order: Vec<usize> = (0..basket.lines.len()).collect();
    let place = |index: &usize| (&basket.lines[*index].sku, &basket.lines[*index].key);
    order.sort_unstable_by(|one, other| place(one).cmp(&place(other)));
    Ok(order)
}

/// The unit price of each line, in the order of `order`.
fn unit_prices(
    rules: &PricingRules,
    basket: &Basket,
    order: &[usize],
    reasons: &mut Vec<Reason>,
) -> Vec<(Price, PriceCause)> {
    let line = |index: &usize| &basket.lines[*index];
    let mut prices = Vec::with_capacity(order.len());
    // Lines of one variant stand together, and count together.
    for lines in order.chunk_by(|one, other| line(one).sku == line(other).sku) {
        let has = lines.iter().map(|index| u64::from(line(index).quantity)).sum();
        prices.extend(lines.iter().map(|index| unit_price(rules, basket, line(index), has, reasons)));
    }
    prices
}

/// The cheapest of the variant's price and those of the lists that apply; of equal ones the variant's, then the list
/// with the lower code, then the lower quantity.
fn unit_price(
    rules: &PricingRules,
    basket: &Basket,
    line: &BasketLine,
    has: u64,
    reasons: &mut Vec<Reason>,
) -> (Price, PriceCause) {
    let (mut price, mut cause) = (line.price, PriceCause::Market);
    let Some(entries) = rules.list_entries.get(&line.sku) else { return (price, cause) };
    let mut winner = None;
    for of_list in entries.chunk_by(|(list, _), (other, _)| list == other) {
        let list = &rules.price_lists[of_list[0].0 as usize];
        if list.market != basket.market.code
            || list.currency != basket.market.currency
            || list.window.at(basket.at) != When::Within
        {
            continue;
        }
        let entries = || of_list.iter().map(|(_, entry)| &list.entries[*entry as usize]);
        let reached = entries().filter(|entry| u64::from(entry.minimum_quantity) <= has);
        let outcome = if list.group.is_some() && list.group != basket.buyer.group {
            PriceOutcome::OtherGroup
        } else if let Some(best) = reached.min_by_key(|entry| (entry.price.amount().minor(), entry.minimum_quantity)) {
            if best.price.amount().minor() < price.amount().minor() {
                price = best.price;
                cause = PriceCause::List { list: list.code.clone(), minimum_quantity: best.minimum_quantity };
                winner = Some(reasons.len());
            }
            PriceOutcome::NotCheaper
        } else {
            let needs = entries().map(|entry| entry.minimum_quantity).min().unwrap_or(0);
            PriceOutcome::NeedsQuantity { needs, has }
        };
        reasons.push(Reason::Price { line: line.key.clone(), list: list.code.clone(), outcome });
    }
    if let Some(Reason::Price { outcome, .. }) = winner.and_then(|winner| reasons.get_mut(winner)) {
        *outcome = PriceOutcome::Applied;
    }
    (price, cause)
}

fn priced_lines<'basket>(
    basket: &'basket Basket,
    order: &'basket [usize],
    prices: &[(Price, PriceCause)],
) -> Result<Lines<'basket>, QuoteError> {
    let mut bases = Vec::with_capacity(order.len());
    let mut goods = 0_i64;
    for (index, (price, _)) in order.iter().zip(prices) {
        let base = price.amount().checked_times(basket.lines[*index].quantity).map_err(|_| QuoteError::TooLarge)?;
        goods = goods.checked_add(base.minor()).ok_or(QuoteError::TooLarge)?;
        bases.push(base.minor());
    }
    if goods > GOODS_MINOR_MAX {
        return Err(QuoteError::TooLarge);
    }
    let unit_prices = prices.iter().map(|(price, _)| price.amount().minor()).collect();
    Ok(Lines { basket, order, unit_prices, left: bases.clone(), bases, goods })
}

/// The delivery that is offered, with the place of the chosen one.
struct Offered {
    choices: Vec<DeliveryChoice>,
    chosen: Option<usize>,
    missing_for_free: Option<i64>,
}

fn offered(rules: &PricingRules, lines: &Lines<'_>, promoted: &mut Promoted) -> Offered {
    let basket = lines.basket;
    let currency = basket.market.currency;
    let mut offered = Offered { choices: Vec::new(), chosen: None, missing_for_free: None };
    if !basket.requires_shipping() {
        promoted.reasons.push(Reason::DeliveryNotNeeded);
        return offered;
    }
    let weigh = |line: &BasketLine| u64::from(line.weight_grams.unwrap_or(0)).saturating_mul(u64::from(line.quantity));
    let sent = basket.lines.iter().filter(|line| line.requires_shipping);
    let weight_grams = sent.fold(0_u64, |sum, line| sum.saturating_add(weigh(line)));
    // What is downloaded is in no parcel, and brings no free delivery nearer.
    let bases = lines.order.iter().zip(&lines.bases);
    let goods = bases.filter(|(index, _)| basket.lines[**index].requires_shipping).map(|(_, base)| base).sum();
    let zone = zone_of(&rules.delivery_zones, &basket.destination);
    let mut is_any_free = false;
    for method in &rules.delivery_methods {
        let outcome = if !method.markets.is_empty() && !method.markets.contains(&basket.market.code) {
            Err(DeliveryOutcome::OtherMarket)
        } else if !method.zones.is_empty() && !zone.is_some_and(|zone| method.zones.contains(&zone.code)) {
            Err(DeliveryOutcome::OtherZone)
        } else {
            method.price(currency, Parcel { weight_grams, goods })
        };
        let free_by = promoted.applied.iter().position(|promotion| {
            let effect = &rules.promotions[*promotion as usize].promotion.effect;
            matches!(effect, Effect::FreeDelivery { methods } if methods.is_empty() || methods.contains(&method.code))
        });
        let told = match outcome {
            Err(refused) => refused,
            Ok((_, Some(0))) => DeliveryOutcome::FreeByTotal,
            Ok((1.., Some(missing))) if free_by.is_none() => {
                DeliveryOutcome::FreeFrom { missing: Money::new(missing, currency) }
            }
            Ok(_) => DeliveryOutcome::Offered,
        };
        promoted.reasons.push(Reason::Delivery { method: method.code.clone(), outcome: told });
        let Ok((full_price, missing)) = outcome else { continue };
        let price = if free_by.is_some() { 0 } else { full_price };
        let missing = missing.filter(|_| price > 0);
        if method.kind == DeliveryKind::Shipping {
            is_any_free |= price == 0;
            let nearest = offered.missing_for_free.into_iter().chain(missing).min();
            offered.missing_for_free = nearest;
        }
        if basket.delivery.as_ref() == Some(&method.code) {
            offered.chosen = Some(offered.choices.len());
            if let Some(discount) = free_by.and_then(|place| promoted.discounts.get_mut(place)) {
                discount.delivery_amount = Money::new(full_price, currency);
            }
        }
        let calendar = rules.calendar_of(method);
        offered.choices.push(DeliveryChoice {
            method: method.code.clone(),
            kind: method.kind.clone(),
            locations: method.locations.clone(),
            price: Money::new(price, currency),
            full_price: Money::new(full_price, currency),
            dates: calendar.and_then(|calendar| promised_dates(calendar, method.transit, basket.at)),
            missing_for_free: missing.map(|missing| Money::new(missing, currency)),
        });
    }
    if is_any_free {
        offered.missing_for_free = None;
    }
    let unknown = basket.delivery.as_ref();
    let unknown = unknown.filter(|code| rules.delivery_methods.iter().all(|method| method.code != **code));
    if let Some(unknown) = unknown {
        promoted.reasons.push(Reason::DeliveryUnknown(unknown.clone()));
    }
    offered
}

/// What is taxed, and what of it this buyer pays.
struct Taxes {
    treatment: TaxTreatment,
    zone: Option<crate::code::TaxZoneCode>,
    charged: Taxed,
    /// What prices contained and is not paid.
    relief: Taxed,
}

fn taxes(rules: &PricingRules, lines: &Lines<'_>, delivery: i64) -> Taxes {
    let basket = lines.basket;
    let (treatment, zone) = treatment(&rules.registrations, &rules.tax_zones, &basket.destination, &basket.buyer);
    let amounts = lines.order.iter().zip(&lines.left).map(|(index, left)| {
        let BasketLine { tax_class: class, requires_shipping: is_sent, .. } = basket.lines[*index];
        TaxableLine { class, amount: *left, is_sent }
    });
    let amounts: Vec<_> = amounts.collect();
    let market = &basket.market;
    let taxable = Taxable { display: market.tax, currency: market.currency, lines: &amounts, delivery };
    let (mut charged, mut relief) = (Taxed::default(), Taxed::default());
    match (treatment, zone) {
        (TaxTreatment::Charged, Some(zone)) => charged = tax(zone, &taxable),
        (TaxTreatment::ReverseCharge | TaxTreatment::ExemptBuyer, Some(zone)) if market.tax == TaxDisplay::Included => {
            relief = tax(zone, &taxable);
        }
        _ => {}
    }
    Taxes { treatment, zone: zone.map(|zone| zone.code.clone()), charged, relief }
}

fn composed(
    rules: &PricingRules,
    lines: &Lines<'_>,
    prices: &[(Price, PriceCause)],
    promoted: Promoted,
    delivery: Offered,
) -> Quote {
    let basket = lines.basket;
    let money = |minor| Money::new(minor, basket.market.currency);
    let Promoted { applied, discounts, shares, gifts, mut reasons } = promoted;
    let delivery_price = delivery.chosen.map_or(0, |chosen| delivery.choices[chosen].price.minor());
    let Taxes { treatment, zone, charged, relief } = taxes(rules, lines, delivery_price);
    reasons.push(Reason::Tax(treatment));
    let mut quoted: Vec<Option<QuotedLine>> = vec![None; lines.order.len()];
    for (line, index) in lines.order.iter().enumerate() {
        let (bought, (price, cause)) = (&basket.lines[*index], &prices[line]);
        let (tax_line, tax) = charged.of_lines.get(line).map_or((None, 0), |(place, tax)| (Some(*place), *tax));
        let relief = relief.of_lines.get(line).map_or(0, |(_, relief)| *relief);
        quoted[*index] = Some(QuotedLine {
            key: bought.key.clone(),
            sku: bought.sku.clone(),
            quantity: bought.quantity,
            unit_price: price.amount(),
            compare_at: price.compare_at(),
            price_cause: cause.clone(),
            base_price: bought.content.map(|content| content.unit_price(price.amount())),
            base: money(lines.bases[line]),
            discounts: Vec::new(),
            tax_class: bought.tax_class,
            tax_line,
            tax: money(tax),
            relief: money(relief),
            total: money(lines.left[line] - relief),
        });
    }
    let mut quoted: Vec<QuotedLine> = quoted.into_iter().flatten().collect();
    for (line, discount, amount) in shares {
        quoted[lines.order[line]].discounts.push(DiscountShare { discount, amount: money(amount) });
    }
    let chosen_delivery = delivery.chosen.map(|choice| ChosenDelivery {
        choice,
        taxes: charged
            .of_delivery
            .iter()
            .map(|(tax_line, amount)| TaxShare { tax_line: *tax_line, amount: money(*amount) })
            .collect(),
        relief: money(relief.delivery_sum()),
        total: money(delivery_price - relief.delivery_sum()),
    });
    let (tax, relief) = (charged.sum(), relief.sum());
    let left: i64 = lines.left.iter().sum();
    let added = if basket.market.tax == TaxDisplay::Excluded { tax } else { 0 };
    let total = money(left + delivery_price - relief + added);
    let totals = Totals {
        goods: money(lines.goods),
        discount: money(lines.goods - left),
        delivery: money(delivery_price),
        relief: money(relief),
        tax: money(tax),
        total,
        gift_cards: money(0),
        due: total,
    };
    let mut quote = Quote {
        id: QuoteId([0; 16]),
        currency: basket.market.currency,
        tax_display: basket.market.tax,
        lines: quoted,
        gifts,
        discounts,
        tax: QuotedTax { treatment, zone, lines: charged.lines },
        is_delivery_needed: basket.requires_shipping(),
        delivery: delivery.choices,
        chosen_delivery,
        gift_cards: Vec::new(),
        totals,
        missing_for_free_delivery: delivery.missing_for_free.map(money),
        reasons,
    };
    let used: Vec<Fingerprint> =
        applied.iter().map(|promotion| rules.promotions[*promotion as usize].fingerprint).collect();
    quote.id = quote_id(basket, &quote, lines.order, &used);
    quote
}
