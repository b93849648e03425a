//! What the payment provider calls things.

use std::fmt;
use std::str::FromStr;

use crate::violation::Invalid;

/// The longest id that a provider gives, in bytes.
pub const PROVIDER_ID_LENGTH_MAX: usize = 255;

/// Defines a name that the provider gives.
macro_rules! provider_id {
    ($(#[$documentation:meta])* $name:ident, $code:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if text.is_empty() || text.len() > PROVIDER_ID_LENGTH_MAX || !is_plain {
                    return Err(Invalid::new($code, "letters, digits and underscores, as the provider gave them"));
                }
                Ok(Self(text.into()))
            }
        }
    };
}

provider_id! {
    /// The provider's name of a payment, such as `pi_3MtwBwLkdIwHu7ix28a3tqPa`.
    PaymentId, "payment_id_invalid"
}
provider_id! {
    /// The provider's name of a refund, such as `re_3MtwBwLkdIwHu7ix28a3tqPa`.
    ProviderRefundId, "provider_refund_id_invalid"
}
