//! From where an order is served.

use ecom67_domain::order::{BackOrder, Hold};
use ecom67_domain::stock::StockRecord;
use ecom67_domain::{LocationCode, Sku};

use super::StockPolicies;

/// Less than was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The variant.
    pub sku: Sku,
    /// How many were asked for, over all lines.
    pub asked: u32,
    /// How many can be had.
    pub available: u64,
}

/// What is held where, and what is promised beyond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Allocation {
    pub(super) holds: Vec<Hold>,
    pub(super) back_orders: Vec<BackOrder>,
}

/// Chooses where each variant is held. A place that has all of it comes first, then the places in the order of `sources`,
/// or by how much they have where nothing is said; so a parcel is split only where it must be.
pub(super) fn allocate(
    demand: &[(Sku, u32)],
    records: &[StockRecord],
    policies: &impl StockPolicies,
    sources: &[LocationCode],
) -> Result<Allocation, Vec<Shortage>> {
    let (mut allocation, mut shortages) = (Allocation::default(), Vec::new());
    for (sku, asked) in demand {
        // What is not sent comes from anywhere, whatever way the rest goes.
        let sources = if policies.is_sent(sku) { sources } else { &[] };
        let mut places = places(records.iter().find(|record| record.sku == *sku), sources);
        let available: u64 = places.iter().map(|(_, units)| units).sum();
        let missing = u64::from(*asked).saturating_sub(available);
        if missing > 0 && !policies.may_be_back_ordered(sku) {
            shortages.push(Shortage { sku: sku.clone(), asked: *asked, available });
            continue;
        }
        if let Some(whole) = places.iter().position(|(_, units)| *units >= u64::from(*asked)) {
            places.rotate_left(whole);
        }
        let mut left = *asked;
        for (location, units) in places {
            let quantity = left.min(u32::try_from(units).unwrap_or(u32::MAX));
            if quantity > 0 {
                allocation.holds.push(Hold { sku: sku.clone(), location: location.clone(), quantity });
                left -= quantity;
            }
        }
        if left > 0 {
            allocation.back_orders.push(BackOrder { sku: sku.clone(), quantity: left });
        }
    }
    if shortages.is_empty() { Ok(allocation) } else { Err(shortages) }
}

/// The places that have some of it, the best first.
fn places<'record>(
    record: Option<&'record StockRecord>,
    sources: &[LocationCode],
) -> Vec<(&'record LocationCode, u64)> {
    let Some(record) = record else { return Vec::new() };
    let available = |(location, level): (&'record LocationCode, &ecom67_domain::stock::StockLevel)| {
        Some((location, level.available())).filter(|(_, units)| *units > 0)
    };
    if !sources.is_empty() {
        let levels = sources.iter().filter_map(|source| record.levels.get_key_value(source));
        return levels.filter_map(available).collect();
    }
    let mut places: Vec<_> = record.levels.iter().filter_map(available).collect();
    places.sort_by_key(|(_, units)| std::cmp::Reverse(*units));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecom67_domain::stock::StockLevel;

    struct BackOrdered(&'static [&'static str]);

    impl StockPolicies for BackOrdered {
        fn may_be_back_ordered(&self, sku: &Sku) -> bool {
            self.0.contains(&sku.as_str())
        }

        fn is_sent(&self, sku: &Sku) -> bool {
            sku.as_str() != "EBOOK"
        }
    }

    fn sku(text: &str) -> Sku {
        text.parse().unwrap()
    }

    fn place(text: &str) -> LocationCode {
        text.parse().unwrap()
    }

    fn mug(levels: &[(&str, u64, u64)]) -> StockRecord {
        let level = |(location, on_hand, held): &(&str, u64, u64)| {
            (place(location), StockLevel { on_hand: *on_hand, held: *held })
        };
        StockRecord { levels: levels.iter().map(level).collect(), ..StockRecord::empty(sku("MUG")) }
    }

    fn held(asked: u32, record: &StockRecord, sources: &[LocationCode]) -> Vec<(String, u32)> {
        let records = std::slice::from_ref(record);
        let allocation = allocate(&[(sku("MUG"), asked)], records, &BackOrdered(&[]), sources).unwrap();
        allocation.holds.into_iter().map(|hold| (hold.location.to_string(), hold.quantity)).collect()
    }

    fn at(location: &str, quantity: u32) -> (String, u32) {
        (location.to_owned(), quantity)
    }

    #[test]
    fn a_parcel_is_split_only_where_it_must_be() {
        let mugs = mug(&[("north", 9, 7), ("south", 3, 0), ("west", 5, 1)]);
        let sources = [place("north"), place("south"), place("west")];

        assert_eq!(held(2, &mugs, &sources), [at("north", 2)]);
        assert_eq!(held(4, &mugs, &sources), [at("west", 4)]);
        assert_eq!(held(6, &mugs, &sources), [at("north", 2), at("south", 3), at("west", 1)]);
        assert_eq!(held(6, &mugs, &[]), [at("west", 4), at("south", 2)]);
        assert_eq!(held(3, &mugs, &[place("south")]), [at("south", 3)]);
    }

    #[test]
    fn what_is_downloaded_comes_from_anywhere_whatever_way_the_rest_goes() {
        let ebook = StockRecord { sku: sku("EBOOK"), ..mug(&[("main", 5, 0)]) };
        let demand = [(sku("MUG"), 1), (sku("EBOOK"), 1)];

        let records = [mug(&[("store", 1, 0)]), ebook];
        let allocation = allocate(&demand, &records, &BackOrdered(&[]), &[place("store")]).unwrap();

        let held: Vec<&str> = allocation.holds.iter().map(|hold| hold.location.as_str()).collect();
        assert_eq!((held, allocation.back_orders), (vec!["store", "main"], vec![]));
    }

    #[test]
    fn each_line_that_cannot_be_served_is_told_with_what_can_be_had() {
        let demand = [(sku("MUG"), 4), (sku("TEA"), 1), (sku("PEN"), 2)];

        let refused = allocate(&demand, &[mug(&[("main", 5, 2)])], &BackOrdered(&["PEN"]), &[]);

        let short = |sku, asked, available| Shortage { sku, asked, available };
        assert_eq!(refused, Err(vec![short(sku("MUG"), 4, 3), short(sku("TEA"), 1, 0)]));
    }

    #[test]
    fn what_may_be_back_ordered_is_held_as_far_as_it_is_there() {
        let demand = [(sku("MUG"), 5)];

        let allocation = allocate(&demand, &[mug(&[("main", 3, 0)])], &BackOrdered(&["MUG"]), &[]).unwrap();

        assert_eq!(allocation.holds, [Hold { sku: sku("MUG"), location: place("main"), quantity: 3 }]);
        assert_eq!(allocation.back_orders, [BackOrder { sku: sku("MUG"), quantity: 2 }]);
    }
}
