//! What orders hold, as changes of stock records: by how much, never to what, so that no buyer waits for another.

use std::collections::BTreeMap;

use ecom67_app::port::StoreError;
use ecom67_domain::order::Hold;
use ecom67_domain::{LocationCode, Sku};

use super::entries::{AVAILABLE, HELD, LEVELS};
use crate::dynamodb::Table;
use crate::dynamodb::item::number;
use crate::dynamodb::key::Key;
use crate::dynamodb::transaction::{Condition, Transaction};

/// How many units of a variant an order holds at each location.
pub(in crate::dynamodb) type Demand = BTreeMap<LocationCode, u64>;

/// What becomes of units that are promised to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dynamodb) enum HoldChange {
    /// They are held, if so many are available at each location.
    Hold,
    /// They are free again, if so many are held.
    Release,
}

/// What is held of each variant: a transaction changes a record once.
pub(in crate::dynamodb) fn demand_of(holds: &[Hold]) -> BTreeMap<&Sku, Demand> {
    let mut variants: BTreeMap<&Sku, Demand> = BTreeMap::new();
    for Hold { sku, location, quantity } in holds {
        *variants.entry(sku).or_default().entry(location.clone()).or_default() += u64::from(*quantity);
    }
    variants
}

impl HoldChange {
    /// Adds the change of one variant's record to `transaction`.
    pub(in crate::dynamodb) fn write<W: Clone>(
        self,
        transaction: &mut Transaction<W>,
        table: &Table,
        sku: &Sku,
        demand: &Demand,
        why: W,
    ) -> Result<(), StoreError> {
        let (mut changes, mut conditions) = (Vec::new(), Vec::new());
        for index in 0..demand.len() {
            let level = format!("#levels.#l{index}");
            let (held, available, enough) = match self {
                Self::Hold => ('+', '-', "#available"),
                Self::Release => ('-', '+', "#held"),
            };
            changes.push(format!("{level}.#held = {level}.#held {held} :u{index}"));
            changes.push(format!("{level}.#available = {level}.#available {available} :u{index}"));
            conditions.push(format!("{level}.{enough} >= :u{index}"));
        }
        let mut condition = Condition::new(conditions.join(" AND ")).name("#levels", LEVELS);
        condition = condition.name("#held", HELD).name("#available", AVAILABLE);
        for (index, (location, units)) in demand.iter().enumerate() {
            condition =
                condition.name(format!("#l{index}"), location.as_str()).value(format!(":u{index}"), number(*units));
        }
        transaction.update(table, &Key::stock(sku), format!("SET {}", changes.join(", ")), condition, why)
    }
}
