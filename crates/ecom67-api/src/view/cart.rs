//! Carts as the API answers them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Availability, Picture, Quote};

/// A cart that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewCart {
    /// What opens the cart, for a client that keeps it itself; in a browser it is a cookie that no script can read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// The cart.
    pub cart: Cart,
}

/// A cart with everything in it, as it stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Cart {
    /// Which one: no secret, and no key either.
    #[schema(example = "cart_01920000000070008000000000000001")]
    pub id: String,
    /// Counts its changes.
    pub version: u64,
    /// The market whose prices it has.
    pub market: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// How many units its lines have.
    pub units: u64,
    /// What is to be bought, in the order it was put in.
    #[schema(max_items = 50)]
    pub lines: Vec<CartLine>,
    /// What is saved for later.
    #[schema(max_items = 50)]
    pub saved: Vec<CartLine>,
    /// What is wished for.
    #[schema(max_items = 100)]
    pub wishes: Vec<CartItem>,
    /// Where it is to go, as far as the shopper has said.
    pub destination: Option<Destination>,
    /// What it costs; absent where it costs more than can be counted.
    pub quote: Option<Quote>,
    /// What the shopper wants to say.
    pub note: Option<String>,
    /// When it is gone if nobody changes it.
    #[schema(format = "date-time")]
    pub expires_at: String,
}

/// Where goods go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// ISO 3166-1.
    #[schema(example = "DE")]
    pub country: String,
    /// The second part of an ISO 3166-2 code.
    #[schema(example = "NY")]
    pub region: Option<String>,
    /// Letters and digits; spaces and hyphens do not count.
    pub postal_code: Option<String>,
}

/// A variant in a cart or on its wishlist.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CartItem {
    /// The variant.
    pub sku: String,
    /// The product's code.
    pub product: String,
    /// The product's part of the address; absent where it is no longer shown.
    pub slug: Option<String>,
    /// The product's name; the SKU where the product is gone.
    pub name: String,
    /// What the variant is among its likes, such as colour and size.
    pub options: Vec<CartOption>,
    /// The name of the quiet colour behind its picture.
    pub tint: String,
    /// A picture of the variant.
    pub picture: Option<Picture>,
    /// What one costs at present, in minor units; absent where it is not sold here any more.
    #[schema(minimum = 0)]
    pub unit_price: Option<i64>,
    /// Whether it can be had.
    pub availability: Availability,
    /// Whether it is downloaded or comes by mail, so that nothing is sent.
    pub digital: bool,
}

/// What a variant is in one of the product's options.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CartOption {
    /// The option's name, such as `Colour`.
    pub name: String,
    /// The choice, such as `Red`.
    pub label: String,
}

/// A line of a cart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CartLine {
    /// What it is.
    #[serde(flatten)]
    pub item: CartItem,
    /// How many.
    #[schema(minimum = 1)]
    pub quantity: u32,
    /// The least that one cart may have of it.
    #[schema(minimum = 1)]
    pub quantity_min: u32,
    /// The most that one cart may have of it.
    #[schema(minimum = 1)]
    pub quantity_max: u32,
    /// The most that one cart may have of the product, all its variants together, where those share a limit.
    #[schema(minimum = 1)]
    pub max_per_cart: Option<u32>,
    /// In what steps: the number of units is a multiple of it.
    #[schema(minimum = 1)]
    pub quantity_step: u32,
    /// What the shopper must be told of it.
    pub notices: Vec<CartNotice>,
}

/// What has happened to a line since its shopper looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CartNotice {
    /// One costs something else, in minor units.
    PriceChanged {
        /// What it cost when it was seen last.
        was: i64,
        /// What it costs now.
        is: i64,
    },
    /// There are fewer than asked for.
    NotEnough {
        /// So many are in the line.
        asked: u64,
        /// So many can be had.
        available: u64,
    },
    /// One cart may not have so many of it, or so few, or it is sold in whole sets: the limits have changed since.
    QuantityNotAllowed {
        /// So many are in the line.
        asked: u64,
        /// So many may be.
        allowed: u64,
    },
    /// One cart may not have so many of the product, all its variants together: the limit is lower than it was.
    ProductQuantityNotAllowed {
        /// So many are in the line.
        asked: u64,
        /// So many may be beside those of the other lines.
        allowed: u64,
        /// The most that there may be of the product.
        max: u32,
    },
    /// It cannot be bought here any more; it is not part of what is to be paid.
    NotSold,
}
