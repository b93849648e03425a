//! Carts as stores keep them.

use std::num::NonZeroU32;

use ecom67_domain::cart::{CapabilityDigest, CartCheckout, CartCheckoutState, CartGiftCard, CartLine, Wish};
use ecom67_domain::pricing::Destination;
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Cart, Money};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A cart. Never part of an export: what opens it is in it, as a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartDocument {
    /// The cart's id.
    pub id: String,
    /// The digest of what opens it, in hexadecimal digits.
    pub capability: String,
    /// The market's code.
    pub market: String,
    /// What is to be bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<CartLineDocument>,
    /// What is saved for later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saved: Vec<CartLineDocument>,
    /// What is wished for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<WishDocument>,
    /// The coupons that were entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<String>,
    /// The gift cards that are to pay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gift_cards: Vec<CartGiftCardDocument>,
    /// Where it is to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<DestinationDocument>,
    /// How it is to be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// What the shopper wants to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The order it has become, or is about to become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<CartCheckoutDocument>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// Where something goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationDocument {
    /// The country, ISO 3166-1.
    pub country: String,
    /// The region, the second part of an ISO 3166-2 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

/// The order of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartCheckoutDocument {
    /// The order.
    pub order: String,
    /// The quote that was agreed to.
    pub quote: String,
    /// Whether it is paid for.
    pub is_ordered: bool,
}

/// A gift card that is to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartGiftCardDocument {
    /// The card's id.
    pub card: String,
    /// What the order that is being made has taken of it, in minor units, and their currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<(i64, String)>,
}

/// A line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartLineDocument {
    /// The variant.
    pub sku: String,
    /// The product it belongs to.
    pub product: String,
    /// How many.
    pub quantity: NonZeroU32,
    /// What one cost when it was seen last, in minor units.
    pub price_seen: i64,
    /// Their currency, ISO 4217.
    pub currency: String,
}

/// A variant on the wishlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishDocument {
    /// The variant.
    pub sku: String,
    /// The product it belongs to.
    pub product: String,
}

impl CartDocument {
    /// The cart, checked.
    pub fn to_cart(&self) -> Result<Cart, Invalid> {
        let lines = |lines: &[CartLineDocument]| lines.iter().map(CartLineDocument::to_line).collect::<Result<_, _>>();
        let wish = |wish: &WishDocument| Ok(Wish { sku: wish.sku.parse()?, product: wish.product.parse()? });
        Ok(Cart {
            id: self.id.parse()?,
            capability: digest(&self.capability)?,
            market: self.market.parse()?,
            lines: lines(&self.lines)?,
            saved: lines(&self.saved)?,
            wishes: self.wishes.iter().map(wish).collect::<Result<_, Invalid>>()?,
            coupons: self.coupons.iter().map(|coupon| coupon.parse()).collect::<Result<_, _>>()?,
            gift_cards: self.gift_cards.iter().map(CartGiftCardDocument::to_gift_card).collect::<Result<_, _>>()?,
            destination: self.destination.as_ref().map(DestinationDocument::to_destination).transpose()?,
            delivery: self.delivery.as_deref().map(str::parse).transpose()?,
            note: self.note.as_deref().map(str::parse).transpose()?,
            checkout: self.checkout.as_ref().map(CartCheckoutDocument::to_checkout).transpose()?,
            created_at: self.created_at,
            changed_at: self.changed_at,
        })
    }
}

impl CartCheckoutDocument {
    fn to_checkout(&self) -> Result<CartCheckout, Invalid> {
        let state = if self.is_ordered { CartCheckoutState::Ordered } else { CartCheckoutState::Pending };
        Ok(CartCheckout { order: self.order.parse()?, quote: self.quote.parse()?, state })
    }
}

impl CartGiftCardDocument {
    fn to_gift_card(&self) -> Result<CartGiftCard, Invalid> {
        let money = |(minor, currency): &(i64, String)| Ok(Money::new(*minor, currency.parse()?));
        Ok(CartGiftCard { card: self.card.parse()?, held: self.held.as_ref().map(money).transpose()? })
    }
}

impl DestinationDocument {
    fn to_destination(&self) -> Result<Destination, Invalid> {
        Ok(Destination {
            country: self.country.parse()?,
            region: self.region.as_deref().map(str::parse).transpose()?,
            postal_code: self.postal_code.as_deref().map(str::parse).transpose()?,
        })
    }
}

impl CartLineDocument {
    fn to_line(&self) -> Result<CartLine, Invalid> {
        Ok(CartLine {
            sku: self.sku.parse()?,
            product: self.product.parse()?,
            quantity: self.quantity,
            price_seen: Money::new(self.price_seen, self.currency.parse()?),
        })
    }
}

pub(super) fn digest(text: &str) -> Result<CapabilityDigest, Invalid> {
    let invalid = || Invalid::new("capability_invalid", "a digest is 64 hexadecimal digits");
    Ok(CapabilityDigest(*blake3::Hash::from_hex(text).map_err(|_| invalid())?.as_bytes()))
}

pub(super) fn hexadecimal(digest: &CapabilityDigest) -> String {
    blake3::Hash::from_bytes(digest.0).to_hex().to_string()
}

impl From<&Cart> for CartDocument {
    fn from(cart: &Cart) -> Self {
        let wish = |wish: &Wish| WishDocument { sku: wish.sku.to_string(), product: wish.product.to_string() };
        Self {
            id: cart.id.to_string(),
            capability: hexadecimal(&cart.capability),
            market: cart.market.to_string(),
            lines: cart.lines.iter().map(CartLineDocument::from).collect(),
            saved: cart.saved.iter().map(CartLineDocument::from).collect(),
            wishes: cart.wishes.iter().map(wish).collect(),
            coupons: cart.coupons.iter().map(ToString::to_string).collect(),
            gift_cards: cart.gift_cards.iter().map(CartGiftCardDocument::from).collect(),
            destination: cart.destination.as_ref().map(DestinationDocument::from),
            delivery: cart.delivery.as_ref().map(ToString::to_string),
            note: cart.note.as_ref().map(ToString::to_string),
            checkout: cart.checkout.as_ref().map(CartCheckoutDocument::from),
            created_at: cart.created_at,
            changed_at: cart.changed_at,
        }
    }
}

impl From<&CartCheckout> for CartCheckoutDocument {
    fn from(checkout: &CartCheckout) -> Self {
        Self {
            order: checkout.order.to_string(),
            quote: checkout.quote.to_string(),
            is_ordered: checkout.state == CartCheckoutState::Ordered,
        }
    }
}

impl From<&Destination> for DestinationDocument {
    fn from(destination: &Destination) -> Self {
        Self {
            country: destination.country.to_string(),
            region: destination.region.map(|region| region.to_string()),
            postal_code: destination.postal_code.map(|code| code.to_string()),
        }
    }
}

impl From<&CartGiftCard> for CartGiftCardDocument {
    fn from(applied: &CartGiftCard) -> Self {
        let written = |held: Money| (held.minor(), held.currency().code().to_owned());
        Self { card: applied.card.to_string(), held: applied.held.map(written) }
    }
}

impl From<&CartLine> for CartLineDocument {
    fn from(line: &CartLine) -> Self {
        Self {
            sku: line.sku.to_string(),
            product: line.product.to_string(),
            quantity: line.quantity,
            price_seen: line.price_seen.minor(),
            currency: line.price_seen.currency().code().to_owned(),
        }
    }
}
