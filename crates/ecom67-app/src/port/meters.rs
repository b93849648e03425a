//! Meters: how often what is limited was used.

use async_trait::async_trait;
use ecom67_domain::order::Meter;

use super::StoreError;

/// The most meters that one call tells of.
pub const METERS_PAGE_MAX: usize = 500;

/// Looks at the meters that orders count on, and puts them right. Nobody else changes them but by an order's commit.
#[async_trait]
pub trait MeterStore: Send + Sync {
    /// Up to `limit` meters that count something, at most [`METERS_PAGE_MAX`], that follow `after` in an order which is the store's
    /// own and stays as it is. A page shorter than `limit` is the last. It may look at everything that the store has.
    async fn list(&self, after: Option<&Meter>, limit: usize) -> Result<Vec<(Meter, u32)>, StoreError>;

    /// Makes a meter count `right`, if it still counts `read`; returns whether it did. What counts nothing is there or not: that
    /// is the same.
    async fn restate(&self, meter: &Meter, read: u32, right: u32) -> Result<bool, StoreError>;
}
