//! What an order uses of things that are limited.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use ecom67_domain::order::{CustomerDigest, Meter, NetworkDigest};
use ecom67_domain::pricing::{FirstOrder, Quote};

use crate::carts::Known;

/// How many orders may hold goods at once that are not paid for, so that nobody empties a shop by pressing a button. How much
/// one order may hold is for the limits of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOrderLimits {
    /// Of one customer, by e-mail address; any number where there is no limit, which is not counted either.
    pub of_customer: Option<NonZeroU32>,
    /// From one network, which may be a whole office; likewise.
    pub from_network: Option<NonZeroU32>,
}

impl OpenOrderLimits {
    /// Enough for whoever tries another card in another tab, and for a university on the day of a sale.
    pub const DEFAULT: Self = Self { of_customer: NonZeroU32::new(5), from_network: NonZeroU32::new(50) };

    /// What an unpaid order counts towards.
    pub(super) fn uses(
        self,
        customer: CustomerDigest,
        network: Option<NetworkDigest>,
    ) -> impl Iterator<Item = (Meter, Option<u32>)> {
        let of_customer = self.of_customer.map(|limit| (Meter::OpenOrdersOfCustomer(customer), Some(limit.get())));
        let from_network = self.from_network.zip(network);
        let from_network =
            from_network.map(|(limit, network)| (Meter::OpenOrdersFromNetwork(network), Some(limit.get())));
        of_customer.into_iter().chain(from_network)
    }
}

/// The network that an address is of. Of IPv6 everybody has 2^64 addresses, so those count as one.
pub fn network_of(address: IpAddr) -> IpAddr {
    const NETWORK: u128 = !0 << 64;
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        address @ IpAddr::V4(_) => address,
    }
}

/// What an order by this quote uses, each with the most uses there may be in all, where there is such a limit.
pub(super) fn uses(quote: &Quote, customer: CustomerDigest) -> Vec<(Meter, Option<u32>)> {
    let is_for_first_order = quote.discounts.iter().any(|discount| discount.decided_at_checkout);
    let mut uses = vec![(Meter::OrdersOfCustomer(customer), is_for_first_order.then_some(1))];
    for discount in &quote.discounts {
        let code = &discount.promotion;
        if let Some(limit) = discount.limits.in_all {
            uses.push((Meter::Promotion(code.clone()), Some(limit)));
        }
        if let Some(limit) = discount.limits.per_customer {
            uses.push((Meter::PromotionByCustomer(code.clone(), customer), Some(limit)));
        }
    }
    uses
}

/// Learns from how often things were used which of them cannot be used any more; returns whether that is news.
pub(super) fn learn(known: &mut Known, uses: &[(Meter, Option<u32>)], used: &[u32]) -> bool {
    let mut is_news = false;
    for ((meter, limit), used) in uses.iter().zip(used) {
        if limit.is_none_or(|limit| *used < limit) {
            continue;
        }
        is_news = true;
        match meter {
            Meter::Promotion(code) | Meter::PromotionByCustomer(code, _) => known.used_up.push(code.clone()),
            Meter::OrdersOfCustomer(_) => known.first_order = FirstOrder::No,
            // No price depends on them.
            Meter::OpenOrdersOfCustomer(_) | Meter::OpenOrdersFromNetwork(_) => {}
        }
    }
    is_news
}
