//! Codes: the names by which a shop's people and files speak of things.
//!
//! A code is chosen by the merchant, unique in its kind and never changes; it is the key of the record in every store
//! (`docs/adr/0003-natural-keys.md`).

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::violation::Invalid;

/// The longest code, in bytes.
pub const CODE_LENGTH_MAX: usize = 64;

macro_rules! code {
    ($(#[$docs:meta])* $name:ident, $invalid:literal, $expected:literal, $allowed:expr) => {
        $(#[$docs])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The code as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let allowed: fn(u8) -> bool = $allowed;
                if text.is_empty() || text.len() > CODE_LENGTH_MAX || !text.bytes().all(allowed) {
                    return Err(Invalid::new($invalid, $expected));
                }
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

const fn is_simple(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
}

/// Merchants bring the article numbers of a lifetime: mixed case, dots, slashes, plus signs and inner spaces occur.
const fn is_article_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'#' | b' ')
}

code!(
    /// The code of a product.
    ProductCode,
    "product_code_invalid",
    "a product code has 1 to 64 characters of A-Z, a-z, 0-9, space and ._-/+#",
    is_article_number
);
code!(
    /// A stock keeping unit: the code of one variant, unique in the whole shop.
    Sku,
    "sku_invalid",
    "an SKU has 1 to 64 characters of A-Z, a-z, 0-9, space and ._-/+#",
    is_article_number
);
code!(
    /// The code of a category.
    CategoryCode,
    "category_code_invalid",
    "a category code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a collection.
    CollectionCode,
    "collection_code_invalid",
    "a collection code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of an attribute.
    AttributeCode,
    "attribute_code_invalid",
    "an attribute code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of one choice of an attribute.
    ChoiceCode,
    "choice_code_invalid",
    "a choice code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a place that keeps stock.
    LocationCode,
    "location_code_invalid",
    "a location code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a market.
    MarketCode,
    "market_code_invalid",
    "a market code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a price list.
    PriceListCode,
    "price_list_code_invalid",
    "a price list code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a promotion: what staff call it, not what shoppers type.
    PromotionCode,
    "promotion_code_invalid",
    "a promotion code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a group of customers.
    CustomerGroupCode,
    "customer_group_code_invalid",
    "a customer group code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a tax zone.
    TaxZoneCode,
    "tax_zone_code_invalid",
    "a tax zone code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a delivery zone.
    DeliveryZoneCode,
    "delivery_zone_code_invalid",
    "a delivery zone code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a way in which goods are delivered.
    DeliveryMethodCode,
    "delivery_method_code_invalid",
    "a delivery method code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// The code of a calendar of working days.
    CalendarCode,
    "calendar_code_invalid",
    "a calendar code has 1 to 64 characters of a-z, 0-9, _ and -",
    is_simple
);
code!(
    /// What a line of a cart is known by, in that cart.
    LineKey,
    "line_key_invalid",
    "a line key has 1 to 64 characters of A-Z, a-z, 0-9, space and ._-/+#",
    is_article_number
);

impl From<&Sku> for LineKey {
    /// That of the one line of a variant.
    fn from(sku: &Sku) -> Self {
        Self(Arc::clone(&sku.0))
    }
}

impl LocationCode {
    /// Where stock stands in a shop with one place.
    pub fn main() -> Self {
        Self("main".into())
    }
}

/// A code made from free text: lower case, `_` between words, cut to the limit; `None` where nothing is left.
pub fn simple_code(text: &str) -> Option<String> {
    let mut code = String::new();
    for byte in deunicode::deunicode(text).bytes() {
        if byte.is_ascii_alphanumeric() {
            code.push(byte.to_ascii_lowercase() as char);
        } else if !code.is_empty() && !code.ends_with('_') {
            code.push('_');
        }
    }
    code.truncate(CODE_LENGTH_MAX);
    let trimmed = code.trim_end_matches('_');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_number_may_look_like_real_ones_but_not_hide_control_characters() {
        assert!("24-MB01".parse::<Sku>().is_ok());
        assert!("WS12-XS-Blue 2/4".parse::<Sku>().is_ok());
        assert_eq!("A\u{0}B".parse::<Sku>().unwrap_err().code, "sku_invalid");
        assert_eq!("".parse::<Sku>().unwrap_err().code, "sku_invalid");
        assert_eq!("x".repeat(65).parse::<ProductCode>().unwrap_err().code, "product_code_invalid");
    }

    #[test]
    fn a_code_is_made_from_free_text() {
        assert_eq!(simple_code("Größe (cm)").as_deref(), Some("grosse_cm"));
        assert_eq!(simple_code("--- "), None);
    }
}
