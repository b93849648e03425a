//! Secrets, which no log or error ever shows.

use std::fmt;
use std::str::FromStr;

/// The longest secret, in bytes.
const SECRET_LENGTH_MAX: usize = 512;

/// The text is no secret of this kind. It is not shown, for it may be one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {kind} begins with {prefixes} and has letters, digits and underscores only")]
pub struct SecretInvalid {
    kind: &'static str,
    prefixes: &'static str,
}

fn checked(text: &str, kind: &'static str, prefixes: &'static str) -> Result<Box<str>, SecretInvalid> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_of_kind = prefixes.split(" or ").any(|prefix| text.len() > prefix.len() && text.starts_with(prefix));
    if is_plain && is_of_kind && text.len() <= SECRET_LENGTH_MAX {
        Ok(text.into())
    } else {
        Err(SecretInvalid { kind, prefixes })
    }
}

/// What the shop shows Stripe: a secret or a restricted key.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Box<str>);

impl SecretKey {
    /// The text, for the provider alone.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it moves real money.
    pub fn is_live(&self) -> bool {
        !(self.0.starts_with("sk_test_") || self.0.starts_with("rk_test_"))
    }
}

impl FromStr for SecretKey {
    type Err = SecretInvalid;

    fn from_str(text: &str) -> Result<Self, SecretInvalid> {
        checked(text, "secret key of Stripe", "sk_test_ or sk_live_ or rk_test_ or rk_live_").map(Self)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey(..)")
    }
}

/// What Stripe signs webhooks with.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Box<str>);

impl WebhookSecret {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookSecret {
    type Err = SecretInvalid;

    fn from_str(text: &str) -> Result<Self, SecretInvalid> {
        checked(text, "secret of a webhook", "whsec_").map(Self)
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WebhookSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_printed() {
        let key: SecretKey = "sk_test_abc123".parse().unwrap();
        let secret: WebhookSecret = "whsec_abc123".parse().unwrap();

        assert!(!format!("{key:?}{secret:?}").contains("abc123"));
        let refused = "sk_tset_abc123".parse::<SecretKey>().unwrap_err();
        assert!(!format!("{refused}{refused:?}").contains("abc123"));
    }

    #[test]
    fn what_is_no_secret_of_the_kind_is_refused() {
        for text in
            ["", "sk_test_", "pk_test_abc", "sk_test_a b", "sk_test_a\n", &format!("sk_test_{}", "a".repeat(600))]
        {
            assert!(text.parse::<SecretKey>().is_err(), "{text:?}");
        }
        assert!("whsec_".parse::<WebhookSecret>().is_err());
        assert!("sk_live_1".parse::<SecretKey>().unwrap().is_live());
        assert!(!"rk_test_1".parse::<SecretKey>().unwrap().is_live());
    }
}
