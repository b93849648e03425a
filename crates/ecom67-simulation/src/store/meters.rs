//! Meters.

use std::ops::Bound;

use async_trait::async_trait;
use ecom67_app::port::{METERS_PAGE_MAX, MeterStore, StoreError};
use ecom67_domain::order::Meter;

use super::MemoryStore;

#[async_trait]
impl MeterStore for MemoryStore {
    async fn list(&self, after: Option<&Meter>, limit: usize) -> Result<Vec<(Meter, u32)>, StoreError> {
        let state = self.state();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let used = state.meters.range((from, Bound::Unbounded)).filter(|(_, used)| **used > 0);
        Ok(used.take(limit.min(METERS_PAGE_MAX)).map(|(meter, used)| (meter.clone(), *used)).collect())
    }

    async fn restate(&self, meter: &Meter, read: u32, right: u32) -> Result<bool, StoreError> {
        let mut state = self.state();
        let used = state.meters.entry(meter.clone()).or_default();
        let is_as_read = *used == read;
        if is_as_read {
            *used = right;
        }
        Ok(is_as_read)
    }
}
