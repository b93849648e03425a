//! Tax at work: what is taxed at which rate, rounded by the zone's rule and spread over the lines.

use super::quote::{TaxLine, TaxLineComponent};
use super::spread::spread;
use super::tax::{DeliveryTax, RateComponent, TAX_RATE_MAX, TaxRate, TaxRounding, TaxZone};
use crate::market::TaxDisplay;
use crate::money::{Currency, Money, divide_half_up};
use crate::product::TaxClass;

/// One per class of goods.
const GROUPS_MAX: usize = 3;

/// What is taxed.
pub(super) struct Taxable<'amounts> {
    pub(super) display: TaxDisplay,
    pub(super) currency: Currency,
    pub(super) lines: &'amounts [TaxableLine],
    pub(super) delivery: i64,
}

/// What is taxed of a line.
pub(super) struct TaxableLine {
    pub(super) class: TaxClass,
    pub(super) amount: i64,
    pub(super) is_sent: bool,
}

/// The taxes of a basket.
#[derive(Debug, Default)]
pub(super) struct Taxed {
    pub(super) lines: Vec<TaxLine>,
    /// For each line its tax line and its share.
    pub(super) of_lines: Vec<(usize, i64)>,
    /// The delivery's shares, by tax line.
    pub(super) of_delivery: Vec<(usize, i64)>,
}

impl Taxed {
    pub(super) fn sum(&self) -> i64 {
        self.lines.iter().map(|line| line.amount.minor()).sum()
    }

    pub(super) fn delivery_sum(&self) -> i64 {
        self.of_delivery.iter().map(|(_, amount)| amount).sum()
    }
}

/// Everything at one rate.
struct Group<'zone> {
    components: &'zone [RateComponent],
    rate: u32,
    goods: i64,
    /// Those of the goods that are sent: the delivery follows them.
    sent: i64,
    delivery: i64,
}

/// The groups, in the order in which the lines ask for them.
struct Groups<'zone> {
    zone: &'zone TaxZone,
    known: Vec<Group<'zone>>,
    by_class: [Option<usize>; GROUPS_MAX],
}

impl Groups<'_> {
    fn of(&mut self, class: TaxClass) -> usize {
        if let Some(known) = self.by_class[class as usize] {
            return known;
        }
        let components = self.zone.components(class);
        let group = self.known.iter().position(|group| group.components == components).unwrap_or_else(|| {
            let rate = components.iter().map(|component| component.rate.0).sum();
            self.known.push(Group { components, rate, goods: 0, sent: 0, delivery: 0 });
            self.known.len() - 1
        });
        self.by_class[class as usize] = Some(group);
        group
    }

    fn put_delivery(&mut self, price: i64) {
        if price == 0 {
            return;
        }
        let sent: Vec<i64> = self.known.iter().map(|group| group.sent).collect();
        let is_any_sent = sent.iter().any(|amount| *amount > 0);
        match self.zone.delivery {
            DeliveryTax::ProRata if is_any_sent => {
                let mut parts = Vec::with_capacity(sent.len());
                spread(price, &sent, &mut parts);
                for (group, part) in self.known.iter_mut().zip(parts) {
                    group.delivery = part;
                }
            }
            DeliveryTax::MainGood if is_any_sent => {
                if let Some(main) = self.known.iter_mut().max_by_key(|group| (group.sent, group.rate)) {
                    main.delivery = price;
                }
            }
            DeliveryTax::Untaxed => {
                let zero = self.of(TaxClass::Zero);
                self.known[zero].delivery = price;
            }
            // For nothing but free goods there is no proportion.
            DeliveryTax::Standard | DeliveryTax::ProRata | DeliveryTax::MainGood => {
                let standard = self.of(TaxClass::Standard);
                self.known[standard].delivery = price;
            }
        }
    }
}

/// The tax of an amount, halves rounded up: contained in it, or to be added to it.
fn tax_of(display: TaxDisplay, amount: i64, rate: u32) -> i64 {
    let whole = match display {
        TaxDisplay::Included => i128::from(TAX_RATE_MAX) + i128::from(rate),
        TaxDisplay::Excluded => i128::from(TAX_RATE_MAX),
    };
    // No more than the amount, since a rate is at most all of it.
    i64::try_from(divide_half_up(i128::from(amount) * i128::from(rate), whole)).unwrap_or(amount)
}

/// Taxes a basket by a zone's rates and rules.
pub(super) fn tax(zone: &TaxZone, taxable: &Taxable<'_>) -> Taxed {
    let mut groups = Groups { zone, known: Vec::with_capacity(GROUPS_MAX), by_class: [None; GROUPS_MAX] };
    let mut of_lines: Vec<(usize, i64)> = Vec::with_capacity(taxable.lines.len());
    for line in taxable.lines {
        let group = groups.of(line.class);
        groups.known[group].goods += line.amount;
        groups.known[group].sent += if line.is_sent { line.amount } else { 0 };
        of_lines.push((group, 0));
    }
    groups.put_delivery(taxable.delivery);
    let mut taxed = Taxed { lines: Vec::with_capacity(groups.known.len()), of_lines, of_delivery: Vec::new() };
    let (mut weights, mut parts) = (Vec::new(), Vec::new());
    for (number, group) in groups.known.iter().enumerate() {
        weights.clear();
        let of_group = taxable.lines.iter().zip(&taxed.of_lines).filter(|(_, (of, _))| *of == number);
        weights.extend(of_group.map(|(line, _)| line.amount));
        weights.push(group.delivery);
        let amount = match zone.rounding {
            TaxRounding::HalfUpPerRate => {
                let amount = tax_of(taxable.display, group.goods + group.delivery, group.rate);
                spread(amount, &weights, &mut parts);
                amount
            }
            TaxRounding::HalfUpPerLine => {
                parts.clear();
                parts.extend(weights.iter().map(|weight| tax_of(taxable.display, *weight, group.rate)));
                parts.iter().sum()
            }
        };
        let shares = taxed.of_lines.iter_mut().filter(|(of, _)| *of == number);
        shares.zip(&parts).for_each(|((_, share), part)| *share = *part);
        if group.delivery > 0 {
            taxed.of_delivery.push((number, parts.last().copied().unwrap_or(0)));
        }
        taxed.lines.push(line(group, amount, taxable, &mut parts));
    }
    taxed
}

fn line(group: &Group<'_>, amount: i64, taxable: &Taxable<'_>, parts: &mut Vec<i64>) -> TaxLine {
    let money = |minor| Money::new(minor, taxable.currency);
    let whole = group.goods + group.delivery;
    let base = match taxable.display {
        TaxDisplay::Included => whole - amount,
        TaxDisplay::Excluded => whole,
    };
    let mut rates = [0_i64; 8];
    let rates = &mut rates[..group.components.len().min(8)];
    for (rate, component) in rates.iter_mut().zip(group.components) {
        *rate = i64::from(component.rate.0);
    }
    spread(amount, rates, parts);
    let components = group.components.iter().zip(parts.iter());
    TaxLine {
        rate: TaxRate(group.rate),
        base: money(base),
        amount: money(amount),
        components: components
            .map(|(component, part)| TaxLineComponent { component: component.clone(), amount: money(*part) })
            .collect(),
    }
}
