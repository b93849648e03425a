//! Values, aggregates and rules of the shop: synchronous and pure.
//!
//! Not for input and output, serialisation, clocks or randomness: whoever calls brings the time and the data. A value
//! that exists is valid: it is parsed at the edge and trusted afterwards.

pub mod attribute;
pub mod cart;
pub mod catalog;
pub mod code;
pub mod gift_card;
mod id;
pub mod market;
pub mod money;
pub mod order;
pub mod price;
pub mod pricing;
pub mod product;
pub mod quantity;
pub mod slug;
pub mod stock;
pub mod text;
pub mod violation;

pub use cart::{Cart, CartId};
pub use code::{
    AttributeCode, CalendarCode, CategoryCode, ChoiceCode, CollectionCode, CustomerGroupCode, DeliveryMethodCode,
    DeliveryZoneCode, LineKey, LocationCode, MarketCode, PriceListCode, ProductCode, PromotionCode, Sku, TaxZoneCode,
};
pub use gift_card::{GiftCard, GiftCardId};
pub use market::{Country, Locale, Market};
pub use money::{Currency, Money};
pub use order::{Order, OrderId, OrderNumber};
pub use product::Product;
pub use quantity::{ProductLimit, QuantityLimits};
pub use slug::Slug;
pub use text::{Language, LocalizedText};
pub use violation::{Violation, Violations};

/// How often a record has been saved; the first save makes it 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// The version of a record that has just been made.
    pub const FIRST: Self = Self(1);

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
