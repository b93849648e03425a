//! What opens a cart.

use std::fmt;
use std::str::FromStr;

use ecom67_domain::CartId;
use ecom67_domain::cart::{CapabilityDigest, CartKey};
use ecom67_domain::violation::Invalid;

/// A cart's id and secret: whoever shows both has the cart. It is written `cart_….` and 64 hexadecimal digits, kept by the
/// shopper, and never logged; the shop keeps a digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Capability {
    id: CartId,
    secret: [u8; 32],
}

impl Capability {
    /// That of the cart `id`, by a secret that nobody can guess.
    pub const fn new(id: CartId, secret: [u8; 32]) -> Self {
        Self { id, secret }
    }

    /// What the shop compares. The secret is 256 random bits, so a plain digest tells nothing of it.
    pub fn key(&self) -> CartKey {
        CartKey { id: self.id, capability: CapabilityDigest(*blake3::hash(&self.secret).as_bytes()) }
    }

    /// The text that its shopper keeps.
    pub fn reveal(&self) -> String {
        format!("{}.{}", self.id, blake3::Hash::from_bytes(self.secret).to_hex())
    }
}

impl fmt::Debug for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Capability({}, ..)", self.id)
    }
}

impl FromStr for Capability {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("cart_capability_invalid", "the capability that was told when the cart was made");
        let (id, secret) = text.split_once('.').ok_or_else(invalid)?;
        let secret = blake3::Hash::from_hex(secret).map_err(|_| invalid())?;
        Ok(Self { id: id.parse().map_err(|_| invalid())?, secret: *secret.as_bytes() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_reads_back_and_is_not_told_by_accident() {
        let capability = Capability::new(CartId::new(7), [0xAB; 32]);

        assert_eq!(capability.reveal().parse(), Ok(capability.clone()));
        assert!(!format!("{capability:?} {:?}", capability.key()).contains("abab"));
        for wrong in ["", "cart_1.ff", "cart_00000000000000000000000000000007.zz", &capability.reveal()[1..]] {
            assert!(wrong.parse::<Capability>().is_err(), "{wrong}");
        }
    }
}
