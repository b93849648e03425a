//! What is limited against its limits.

use std::collections::BTreeMap;

use ecom67_domain::code::PromotionCode;
use ecom67_domain::order::Meter;

use super::Known;
use crate::{Audit, Fault};

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    let mut discounted: BTreeMap<&PromotionCode, u32> = BTreeMap::new();
    let mut counted: BTreeMap<&Meter, u32> = BTreeMap::new();
    for order in known.alive() {
        for discount in &order.content.discounts {
            *discounted.entry(&discount.promotion).or_default() += 1;
        }
        for meter in order.counted_uses() {
            *counted.entry(meter).or_default() += 1;
        }
    }
    for (promotion, limits) in &known.evidence.limits {
        // By what was taken off, not by what the shop has counted.
        let uses = discounted.get(promotion).copied().unwrap_or_default();
        if let Some(limit) = limits.in_all.filter(|limit| uses > *limit) {
            audit.add(Fault::CouponOveruse, promotion, format!("it was used {uses} times, of {limit}"));
        }
        let by_customer = counted.iter().filter_map(|(meter, uses)| match meter {
            Meter::PromotionByCustomer(code, _) if code == promotion => Some((meter, *uses)),
            _ => None,
        });
        for (meter, uses) in by_customer {
            if let Some(limit) = limits.per_customer.filter(|limit| uses > *limit) {
                audit.add(Fault::CouponOveruse, meter, format!("it was used {uses} times, of {limit}"));
            }
        }
    }
    for (meter, used) in &known.evidence.shop.used {
        let uses = counted.get(meter).copied().unwrap_or_default();
        if uses > *used {
            // There is room on the meter that is not there.
            audit.add(Fault::CouponOveruse, meter, format!("{uses} orders use it, and {used} are counted"));
        } else if uses < *used {
            audit.add(Fault::RecordsDiffer, meter, format!("{used} uses are counted, and {uses} orders have one"));
        }
    }
    for (meter, uses) in counted.iter().filter(|(meter, _)| !known.evidence.shop.used.contains_key(**meter)) {
        audit.add(Fault::CouponOveruse, meter, format!("{uses} orders use it, and none is counted"));
    }
}
