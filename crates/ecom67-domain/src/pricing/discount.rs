//! Promotions at work: which can match, which do, and what each takes off which line.

use super::When;
use super::basket::{BASKET_LINES_MAX, Basket, FirstOrder};
use super::promotion::{
    Amounts, BASIS_POINTS, Combination, Effect, Promotion, QUANTITY_CONDITIONS_MAX, QuantityCondition,
};
use super::quote::{Discount, GiftLine};
use super::reason::{PromotionOutcome, Reason};
use super::rules::{CompiledPromotion, Place, PricingRules};
use super::spread::spread;
use crate::code::PromotionCode;
use crate::money::{Money, divide_half_up};

/// The lines that a selector names, a bit for each.
type Mask = u64;
const _: () = assert!(BASKET_LINES_MAX <= Mask::BITS as usize, "a line has a bit");

/// The target, and a place for each condition on quantities.
const SLOTS: usize = 1 + QUANTITY_CONDITIONS_MAX;

/// A promotion that can match, with the lines it names.
struct Candidate {
    promotion: u32,
    coupon: Option<usize>,
    masks: [Mask; SLOTS],
}

/// The lines while promotions work on them, in the order of their keys: whatever depends on an order depends on this one.
pub(super) struct Lines<'basket> {
    pub(super) basket: &'basket Basket,
    /// For each place here the place in the basket.
    pub(super) order: &'basket [usize],
    pub(super) unit_prices: Vec<i64>,
    pub(super) bases: Vec<i64>,
    /// What is left after the promotions so far.
    pub(super) left: Vec<i64>,
    /// All bases together.
    pub(super) goods: i64,
}

impl Lines<'_> {
    fn quantity(&self, line: usize) -> u32 {
        self.basket.lines[self.order[line]].quantity
    }

    fn units(&self, mask: Mask) -> u64 {
        members(mask).map(|line| u64::from(self.quantity(line))).sum()
    }

    fn left_of(&self, mask: Mask) -> i64 {
        members(mask).map(|line| self.left[line]).sum()
    }

    fn base_of(&self, mask: Mask) -> i64 {
        members(mask).map(|line| self.bases[line]).sum()
    }

    /// The bases of what is sent, all together.
    fn sent_goods(&self) -> i64 {
        let lines = self.order.iter().zip(&self.bases);
        lines.filter(|(index, _)| self.basket.lines[**index].requires_shipping).map(|(_, base)| base).sum()
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.basket.market.currency)
    }
}

/// The lines of a mask, in order.
fn members(mask: Mask) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        let line = rest.trailing_zeros();
        rest &= rest.wrapping_sub(1);
        (line < Mask::BITS).then_some(line as usize)
    })
}

/// What promotions did.
#[derive(Default)]
pub(super) struct Promoted {
    /// The promotions that applied, by their place in the rules.
    pub(super) applied: Vec<u32>,
    pub(super) discounts: Vec<Discount>,
    /// Line, discount and amount.
    pub(super) shares: Vec<(usize, usize, i64)>,
    pub(super) gifts: Vec<GiftLine>,
    pub(super) reasons: Vec<Reason>,
}

/// Applies every promotion that can be, in the order of the rules, each on what the ones before left.
pub(super) fn promote(rules: &PricingRules, lines: &mut Lines<'_>, promoted: &mut Promoted) {
    let candidates = candidates(rules, lines, &mut promoted.reasons);
    let mut buffers = Buffers::default();
    let mut exclusive: Option<PromotionCode> = None;
    for candidate in &candidates {
        let CompiledPromotion { promotion, .. } = &rules.promotions[candidate.promotion as usize];
        let is_alone = promotion.combination == Combination::Exclusive;
        let first = || promoted.discounts.first().map(|discount| discount.promotion.clone());
        let excluded_by = exclusive.clone().or_else(|| if is_alone { first() } else { None });
        let outcome = match fits(promotion, candidate, lines) {
            Err(outcome) => outcome,
            Ok(()) => match excluded_by {
                Some(other) => PromotionOutcome::ExcludedBy(other),
                None => apply(promotion, candidate, lines, promoted, &mut buffers),
            },
        };
        if let PromotionOutcome::Applied { .. } = outcome {
            promoted.applied.push(candidate.promotion);
            if is_alone {
                exclusive = Some(promotion.code.clone());
            }
        }
        // Whoever did not ask for it hears neither of other markets' promotions nor of next week's.
        let is_public =
            !matches!(outcome, PromotionOutcome::OtherMarket | PromotionOutcome::NotStarted | PromotionOutcome::Ended);
        if is_public || candidate.coupon.is_some() {
            promoted.reasons.push(Reason::Promotion { promotion: promotion.code.clone(), outcome });
        }
    }
}

/// The promotions that name something in the basket or everything, and those whose coupons were entered, in the order
/// in which they apply.
fn candidates(rules: &PricingRules, lines: &Lines<'_>, reasons: &mut Vec<Reason>) -> Vec<Candidate> {
    let basket = lines.basket;
    let all = all_lines(lines.order.len());
    let has_not_ended =
        |place: &&Place| rules.promotions[place.promotion as usize].promotion.window.at(basket.at) != When::After;
    // One number for each place and line, so that sorting them brings together what belongs together.
    let mut hits: Vec<u64> = Vec::with_capacity(256);
    for (line, index) in (0_u64..).zip(lines.order) {
        for places in rules.index.naming(&basket.lines[*index]) {
            let places = places.iter().take_while(has_not_ended);
            hits.extend(places.map(|place| u64::from(place.promotion) << 16 | u64::from(place.slot) << 8 | line));
        }
    }
    hits.sort_unstable();
    let mut candidates: Vec<Candidate> = Vec::with_capacity(64);
    for hit in hits {
        let promotion = u32::try_from(hit >> 16).unwrap_or(u32::MAX);
        if candidates.last().is_none_or(|last| last.promotion != promotion) {
            candidates.push(Candidate { promotion, coupon: None, masks: [0; SLOTS] });
        }
        let slot = usize::try_from(hit >> 8 & 0xff).unwrap_or(0);
        if let Some(candidate) = candidates.last_mut() {
            candidate.masks[slot] |= 1 << (hit & 0xff);
        }
    }
    for places in rules.index.naming_nothing(&basket.market.code) {
        let places = places.iter().take_while(has_not_ended);
        candidates.extend(places.map(|place| Candidate {
            promotion: place.promotion,
            coupon: None,
            masks: [0; SLOTS],
        }));
    }
    for (number, coupon) in basket.coupons.iter().enumerate() {
        let Some(promotion) = rules.index.coupons.get(coupon) else {
            reasons.push(Reason::CouponUnknown(coupon.clone()));
            continue;
        };
        // Two coupons of one promotion are one wish.
        if candidates.iter().any(|known| known.promotion == *promotion) {
            continue;
        }
        let compiled = &rules.promotions[*promotion as usize];
        let mut masks = [0; SLOTS];
        for (line, index) in lines.order.iter().enumerate() {
            for (slot, _) in compiled.promotion.selectors() {
                masks[usize::from(slot)] |= Mask::from(compiled.names(slot, &basket.lines[*index])) << line;
            }
        }
        candidates.push(Candidate { promotion: *promotion, coupon: Some(number), masks });
    }
    for candidate in &mut candidates {
        for (slot, selector) in rules.promotions[candidate.promotion as usize].promotion.selectors() {
            if selector.is_everything() {
                candidate.masks[usize::from(slot)] = all;
            }
        }
    }
    candidates.sort_unstable_by_key(|candidate| candidate.promotion);
    candidates
}

fn all_lines(count: usize) -> Mask {
    (0..count).fold(0, |mask, line| mask | 1 << line)
}

/// Whether everything is as the promotion wants it.
fn fits(promotion: &Promotion, candidate: &Candidate, lines: &Lines<'_>) -> Result<(), PromotionOutcome> {
    let (basket, conditions) = (lines.basket, &promotion.conditions);
    if !conditions.markets.is_empty() && !conditions.markets.contains(&basket.market.code) {
        return Err(PromotionOutcome::OtherMarket);
    }
    match promotion.window.at(basket.at) {
        When::Before => return Err(PromotionOutcome::NotStarted),
        When::After => return Err(PromotionOutcome::Ended),
        When::Within => {}
    }
    if !conditions.groups.is_empty()
        && !basket.buyer.group.as_ref().is_some_and(|group| conditions.groups.contains(group))
    {
        return Err(PromotionOutcome::OtherGroup);
    }
    if conditions.first_order && basket.buyer.first_order == FirstOrder::No {
        return Err(PromotionOutcome::NotFirstOrder);
    }
    if basket.used_up.contains(&promotion.code) {
        return Err(PromotionOutcome::UsedUp);
    }
    if let Some(minimum) = &conditions.minimum_total {
        // What is downloaded brings the delivery of other things no nearer.
        let is_of_delivery = matches!(promotion.effect, Effect::FreeDelivery { .. });
        let goods = if is_of_delivery { lines.sent_goods() } else { lines.goods };
        let missing = amount(minimum, lines)? - goods;
        if missing > 0 {
            return Err(PromotionOutcome::NeedsTotal { missing: lines.money(missing) });
        }
    }
    for (QuantityCondition { of, minimum }, mask) in conditions.quantities.iter().zip(&candidate.masks[1..]) {
        let has = lines.units(*mask);
        if has < u64::from(*minimum) {
            return Err(PromotionOutcome::NeedsQuantity { of: of.first(), needs: *minimum, has });
        }
    }
    Ok(())
}

fn amount(amounts: &Amounts, lines: &Lines<'_>) -> Result<i64, PromotionOutcome> {
    amounts.in_currency(lines.basket.market.currency).ok_or(PromotionOutcome::OtherCurrency)
}

/// Room that is used again for each promotion.
#[derive(Default)]
struct Buffers {
    /// What may be taken from each line of the target, at most.
    weights: Vec<i64>,
    parts: Vec<i64>,
}

fn apply(
    promotion: &Promotion,
    candidate: &Candidate,
    lines: &mut Lines<'_>,
    promoted: &mut Promoted,
    buffers: &mut Buffers,
) -> PromotionOutcome {
    let target = candidate.masks[0];
    let discount = promoted.discounts.len();
    let taken = match take(promotion, target, lines, buffers) {
        Ok(taken) => taken,
        Err(outcome) => return outcome,
    };
    if let Effect::Gift { sku, quantity } = &promotion.effect {
        if lines.order.len() + promoted.gifts.len() >= BASKET_LINES_MAX {
            return PromotionOutcome::NoRoom;
        }
        promoted.gifts.push(GiftLine { sku: sku.clone(), quantity: *quantity, discount });
    }
    if taken > 0 {
        for (line, part) in members(target).zip(&buffers.parts) {
            if *part > 0 {
                lines.left[line] -= part;
                promoted.shares.push((line, discount, *part));
            }
        }
    }
    let amount = lines.money(taken);
    let decided_at_checkout = promotion.conditions.first_order && lines.basket.buyer.first_order == FirstOrder::Unknown;
    promoted.discounts.push(Discount {
        promotion: promotion.code.clone(),
        coupon: candidate.coupon.map(|number| lines.basket.coupons[number].clone()),
        limits: promotion.limits,
        amount,
        delivery_amount: lines.money(0),
        decided_at_checkout,
    });
    PromotionOutcome::Applied { amount, decided_at_checkout }
}

/// What a promotion takes off the lines of its target, in all; `buffers.parts` has each line's part.
fn take(
    promotion: &Promotion,
    target: Mask,
    lines: &Lines<'_>,
    buffers: &mut Buffers,
) -> Result<i64, PromotionOutcome> {
    let Buffers { weights, parts } = buffers;
    weights.clear();
    parts.clear();
    if target == 0 {
        return Err(PromotionOutcome::NothingToReduce);
    }
    match &promotion.effect {
        // A gift is put beside what is sent: alone it would have no way to go.
        Effect::FreeDelivery { .. } | Effect::Gift { .. } if !lines.basket.requires_shipping() => {
            return Err(PromotionOutcome::NothingSent);
        }
        Effect::Gift { .. } | Effect::FreeDelivery { .. } => return Ok(0),
        Effect::Percentage { basis_points } => {
            weights.extend(members(target).map(|line| lines.left[line]));
            spread(share(lines.left_of(target), *basis_points), weights, parts);
        }
        Effect::AmountOff(amounts) => {
            weights.extend(members(target).map(|line| lines.left[line]));
            spread(amount(amounts, lines)?.min(lines.left_of(target)), weights, parts);
        }
        Effect::AmountOffUnit(amounts) => {
            let off = amount(amounts, lines)?;
            let part = |line: usize| off.saturating_mul(i64::from(lines.quantity(line))).min(lines.left[line]);
            parts.extend(members(target).map(part));
        }
        Effect::FixedPrice(amounts) => {
            let fixed = amount(amounts, lines)?;
            let price = |line: usize| fixed.saturating_mul(i64::from(lines.quantity(line)));
            parts.extend(members(target).map(|line| lines.left[line].saturating_sub(price(line)).max(0)));
            if parts.iter().all(|part| *part == 0) {
                return Err(PromotionOutcome::NotCheaper);
            }
        }
        Effect::BuyGet { buy, get, basis_points } => {
            let (of_each, has) = (u64::from(*buy) + u64::from(*get), lines.units(target));
            if has < of_each {
                let needs = u32::try_from(of_each).unwrap_or(u32::MAX);
                return Err(PromotionOutcome::NeedsQuantity { of: promotion.target.first(), needs, has });
            }
            cheapest(lines, target, has / of_each * u64::from(*get), weights);
            let whole = weights.iter().sum();
            spread(share(whole, *basis_points), weights, parts);
        }
        Effect::TotalTiers(tiers) => {
            let has = lines.base_of(target);
            let tiers = tiers.iter().filter_map(|tier| Some((amount(&tier.from, lines).ok()?, tier.basis_points)));
            let (mut reached, mut next) = (None, None::<i64>);
            for (from, basis_points) in tiers {
                if has >= from {
                    reached = reached.max(Some((from, basis_points)));
                } else {
                    next = Some(next.map_or(from, |next| next.min(from)));
                }
            }
            let Some((_, basis_points)) = reached else {
                let missing = next.map(|next| lines.money(next - has));
                return Err(
                    missing.map_or(PromotionOutcome::OtherCurrency, |missing| PromotionOutcome::NeedsTotal { missing })
                );
            };
            weights.extend(members(target).map(|line| lines.left[line]));
            spread(share(lines.left_of(target), basis_points), weights, parts);
        }
        Effect::QuantityTiers(tiers) => {
            let has = lines.units(target);
            let reached = tiers.iter().filter(|tier| has >= u64::from(tier.from)).max_by_key(|tier| tier.from);
            let Some(tier) = reached else {
                let needs = tiers.iter().map(|tier| tier.from).min().unwrap_or(0);
                return Err(PromotionOutcome::NeedsQuantity { of: promotion.target.first(), needs, has });
            };
            weights.extend(members(target).map(|line| lines.left[line]));
            spread(share(lines.left_of(target), tier.basis_points), weights, parts);
        }
    }
    let taken = parts.iter().sum();
    if taken == 0 { Err(PromotionOutcome::NothingToReduce) } else { Ok(taken) }
}

/// A share of an amount, halves rounded up; never more than the amount.
fn share(whole: i64, basis_points: u32) -> i64 {
    let share = divide_half_up(i128::from(whole) * i128::from(basis_points), i128::from(BASIS_POINTS));
    i64::try_from(share).unwrap_or(whole).min(whole)
}

/// What is left of the `count` cheapest units of a target, for each of its lines. Units are compared by their price
/// before promotions; of what is left of a line, each unit has the same share, rounded down.
fn cheapest(lines: &Lines<'_>, target: Mask, count: u64, weights: &mut Vec<i64>) {
    let mut by_price: Vec<(i64, usize, usize)> =
        members(target).enumerate().map(|(place, line)| (lines.unit_prices[line], line, place)).collect();
    by_price.sort_unstable();
    weights.resize(by_price.len(), 0);
    let mut wanted = count;
    for (_, line, place) in by_price {
        let quantity = u64::from(lines.quantity(line));
        let units = wanted.min(quantity);
        wanted -= units;
        let left = i128::from(lines.left[line]) * i128::from(units) / i128::from(quantity);
        weights[place] = i64::try_from(left).unwrap_or(0);
    }
}
