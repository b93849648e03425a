//! What is promised against what there is.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_domain::{Order, Sku};

use super::Known;
use crate::{Audit, Fault, Told};

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    let promised = promised(known, audit);
    let records = &known.evidence.shop.stock;
    for record in records {
        let sku = &record.sku;
        let (held, on_hand) =
            record.levels.values().fold((0, 0), |(held, on_hand), level| (held + level.held, on_hand + level.on_hand));
        let promised = promised.get(sku).copied().unwrap_or_default();
        if held > on_hand || promised > on_hand {
            audit.add(Fault::Oversold, sku, format!("{promised} are promised, {held} held, {on_hand} there"));
        } else if held < promised {
            audit.add(Fault::Oversold, sku, format!("{promised} are promised, and only {held} held"));
        } else if held > promised {
            audit.add(Fault::RecordsDiffer, sku, format!("{held} are held, and only {promised} promised"));
        }
        let stocked = known.evidence.stocked.get(sku).copied().unwrap_or(on_hand);
        if stocked != on_hand {
            audit.add(Fault::RecordsDiffer, sku, format!("{stocked} came in, and {on_hand} are there"));
        }
    }
    for (sku, promised) in promised.iter().filter(|(sku, _)| !records.iter().any(|record| record.sku == **sku)) {
        audit.add(Fault::Oversold, sku, format!("{promised} are promised, and there is no record of any"));
    }
    check_told(known, audit);
}

/// What orders hold by their own word. Each must promise, held or to be delivered later, exactly what was bought.
fn promised(known: &Known<'_>, audit: &mut Audit) -> BTreeMap<Sku, u64> {
    let mut promised: BTreeMap<Sku, u64> = BTreeMap::new();
    for order in known.alive() {
        for hold in &order.holds {
            *promised.entry(hold.sku.clone()).or_default() += u64::from(hold.quantity);
        }
        let (bought, kept) = (order.content.demand(), kept(order));
        for (sku, units) in bought {
            let kept = kept.get(&sku).copied().unwrap_or_default();
            if kept != u64::from(units) {
                audit.add(Fault::Oversold, order.id, format!("{units} of {sku} were bought, and {kept} promised"));
            }
        }
    }
    promised
}

fn kept(order: &Order) -> BTreeMap<Sku, u64> {
    let holds = order.holds.iter().map(|hold| (&hold.sku, hold.quantity));
    let later = order.back_orders.iter().map(|later| (&later.sku, later.quantity));
    let mut kept: BTreeMap<Sku, u64> = BTreeMap::new();
    for (sku, quantity) in holds.chain(later) {
        *kept.entry(sku.clone()).or_default() += u64::from(quantity);
    }
    kept
}

/// What buyers were told is theirs and paid, whatever the shop has written down of it, against what ever came in.
fn check_told(known: &Known<'_>, audit: &mut Audit) {
    let mut sold: BTreeMap<&Sku, u64> = BTreeMap::new();
    let mut counted = BTreeSet::new();
    for told in &known.evidence.told {
        let Told::Order(order) = told else { continue };
        // Of one that is paid for its buyer may be told before and after.
        if order.state == "paid" && counted.insert(order.order) {
            for (sku, units) in &order.units {
                *sold.entry(sku).or_default() += units;
            }
        }
    }
    for (sku, sold) in sold {
        if let Some(stocked) = known.evidence.stocked.get(sku).filter(|stocked| sold > **stocked) {
            audit.add(Fault::Oversold, sku, format!("buyers were told that {sold} are theirs, and {stocked} came in"));
        }
    }
}
