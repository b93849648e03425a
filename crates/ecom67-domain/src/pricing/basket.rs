//! What is to be priced.

use std::sync::Arc;

use jiff::Timestamp;

use super::area::Destination;
use super::coupon::CouponCode;
use crate::code::{
    CategoryCode, CollectionCode, CustomerGroupCode, DeliveryMethodCode, LineKey, MarketCode, ProductCode,
    PromotionCode, Sku,
};
use crate::market::{Country, TaxDisplay};
use crate::money::Currency;
use crate::price::{Content, Price};
use crate::product::TaxClass;

/// The most lines of a basket, gifts included.
pub const BASKET_LINES_MAX: usize = 50;
/// The most coupons that are entered at once.
pub const COUPONS_MAX: usize = 5;

/// What is to be priced: what is bought, by whom, where to and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Basket {
    /// The market it is bought in.
    pub market: BasketMarket,
    /// The instant it is priced at.
    pub at: Timestamp,
    /// Where it goes, as far as that is known.
    pub destination: Destination,
    /// Who buys.
    pub buyer: Buyer,
    /// The coupons that were entered, at most [`COUPONS_MAX`].
    pub coupons: Vec<CouponCode>,
    /// Promotions that have been used as often as they may be; known at checkout only.
    pub used_up: Vec<PromotionCode>,
    /// How it is delivered, where that was chosen.
    pub delivery: Option<DeliveryMethodCode>,
    /// What is bought, at most [`BASKET_LINES_MAX`]; their order decides nothing.
    pub lines: Vec<BasketLine>,
}

impl Basket {
    /// Whether anything of it is sent.
    pub fn requires_shipping(&self) -> bool {
        self.lines.iter().any(|line| line.requires_shipping)
    }
}

/// What a price depends on in a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasketMarket {
    /// The market.
    pub code: MarketCode,
    /// What its prices are in.
    pub currency: Currency,
    /// Whether they contain the tax.
    pub tax: TaxDisplay,
}

/// What prices and taxes need to know of a buyer; never who it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buyer {
    /// The group of customers they belong to.
    pub group: Option<CustomerGroupCode>,
    /// How they are taxed.
    pub tax: TaxStatus,
    /// Whether they have ordered before.
    pub first_order: FirstOrder,
}

/// How a buyer is taxed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaxStatus {
    /// As everybody.
    #[default]
    Consumer,
    /// A business whose VAT number was verified.
    Business {
        /// The state that gave the number; `XI` for Northern Ireland.
        vat_country: Country,
    },
    /// Exempt: an embassy, a reseller with a certificate.
    Exempt,
}

/// Whether somebody has ordered before. Of a guest that is known at checkout, by their address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstOrder {
    /// They have not.
    Yes,
    /// They have.
    No,
    /// Nobody knows yet.
    #[default]
    Unknown,
}

/// Some units of one variant.
#[derive(Clone, Debug, PartialEq)]
pub struct BasketLine {
    /// What the cart knows the line by; each once.
    pub key: LineKey,
    /// The variant.
    pub sku: Sku,
    /// The product.
    pub product: ProductCode,
    /// How many, at least one.
    pub quantity: u32,
    /// What one costs in the market.
    pub price: Price,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// The categories it stands in *with all above them*.
    pub categories: Vec<CategoryCode>,
    /// The collections it is in.
    pub collections: Vec<CollectionCode>,
    /// Its tags.
    pub tags: Vec<Arc<str>>,
    /// What one weighs.
    pub weight_grams: Option<u32>,
    /// How much is in one, where a price per unit is owed.
    pub content: Option<Content>,
    /// Whether it is sent: what is downloaded or comes by mail is not.
    pub requires_shipping: bool,
}
