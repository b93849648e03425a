//! Who charges cards: Stripe where its keys are set, else the simulator, which charges nothing.

use std::net::IpAddr;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use async_trait::async_trait;
use axum::http::Uri;
use bytes::Bytes;
use ecom67_api::view;
use ecom67_app::orders::Orders;
use ecom67_app::port::{PaymentProvider, WebhookVerifier};
use ecom67_app::{Chain, Clock};
use ecom67_stripe::simulator::{Simulator, SimulatorOptions, WebhookReceiver};
use ecom67_stripe::{
    ClientOptions, FOLLOWED_EVENTS, HttpTransport, SecretKey, StripeClient, StripeWebhooks, WebhookSecret,
};

/// Where browsers find the simulator.
const SIMULATOR_PATH: &str = "/simulator";

/// Who is to charge cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum PaymentOptions {
    /// Nobody.
    #[default]
    Simulator,
    /// Stripe, with these keys.
    Stripe {
        /// Where Stripe is, or what speaks like it.
        api: ApiBase,
        /// What the shop shows Stripe.
        secret_key: SecretKey,
        /// What browsers show it.
        publishable_key: String,
        /// What it signs webhooks with: one, or two while they are changed. With none, nothing it tells is heard.
        webhook_secrets: Vec<WebhookSecret>,
    },
}

/// Where the payment provider's API is: behind TLS, or on this machine. Keys and money are sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiBase(String);

impl ApiBase {
    /// Stripe itself.
    fn stripe() -> Self {
        Self(HttpTransport::STRIPE.to_owned())
    }

    /// Without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn is_tls(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for ApiBase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "https:// and a host, or http:// and this machine, such as http://127.0.0.1:12111";
        let uri: Uri = text.parse().map_err(|_| expected)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(expected) };
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
        let host = authority.host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        match scheme {
            "https" if is_bare && !host.is_empty() => {}
            "http" if is_bare && is_here => {}
            _ => return Err(expected),
        }
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

/// The variables as they are set.
#[derive(Clone, Default)]
pub(crate) struct PaymentVariables {
    /// `ECOM67_STRIPE_API`.
    pub(crate) api: Option<String>,
    /// `ECOM67_STRIPE_SECRET_KEY`.
    pub(crate) secret_key: Option<String>,
    /// `ECOM67_STRIPE_PUBLISHABLE_KEY`.
    pub(crate) publishable_key: Option<String>,
    /// `ECOM67_STRIPE_WEBHOOK_SECRETS`, with commas between them.
    pub(crate) webhook_secrets: Option<String>,
}

impl std::fmt::Debug for PaymentVariables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PaymentVariables").finish_non_exhaustive()
    }
}

impl PaymentVariables {
    /// Those of the environment: secrets are no flags, which everybody on the machine can read.
    pub(crate) fn of_environment() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        Self {
            api: variable("ECOM67_STRIPE_API"),
            secret_key: variable("ECOM67_STRIPE_SECRET_KEY"),
            publishable_key: variable("ECOM67_STRIPE_PUBLISHABLE_KEY"),
            webhook_secrets: variable("ECOM67_STRIPE_WEBHOOK_SECRETS"),
        }
    }

    /// What they say, or all that is wrong with them.
    pub(crate) fn resolve(self) -> Result<PaymentOptions, Vec<String>> {
        let Self { api, secret_key, publishable_key, webhook_secrets } = self;
        if api.is_none() && secret_key.is_none() && publishable_key.is_none() && webhook_secrets.is_none() {
            return Ok(PaymentOptions::Simulator);
        }
        let mut mistakes = Vec::new();
        let mut keep = |variable: &str, what: String| mistakes.push(format!("{variable}: {what}"));
        let api = api.map_or_else(|| Ok(ApiBase::stripe()), |text| text.parse::<ApiBase>());
        let api = api.map_err(|expected| keep("ECOM67_STRIPE_API", expected.to_owned())).ok();
        let secret = secret_key.map(|text| text.parse::<SecretKey>());
        let secret = match secret {
            Some(Ok(secret)) => Some(secret),
            Some(Err(invalid)) => {
                keep("ECOM67_STRIPE_SECRET_KEY", invalid.to_string());
                None
            }
            None => {
                keep("ECOM67_STRIPE_SECRET_KEY", "it must be set where another of Stripe's variables is".to_owned());
                None
            }
        };
        let publishable = publishable_key.filter(|key| key.starts_with("pk_test_") || key.starts_with("pk_live_"));
        if publishable.is_none() {
            keep(
                "ECOM67_STRIPE_PUBLISHABLE_KEY",
                "a publishable key of Stripe begins with pk_test_ or pk_live_".to_owned(),
            );
        }
        let texts = webhook_secrets.unwrap_or_default();
        let mut secrets = Vec::new();
        for text in texts.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            match text.parse::<WebhookSecret>() {
                Ok(secret) => secrets.push(secret),
                Err(error) => keep("ECOM67_STRIPE_WEBHOOK_SECRETS", error.to_string()),
            }
        }
        if let (Some(secret), Some(publishable)) = (&secret, &publishable)
            && secret.is_live() != publishable.starts_with("pk_live_")
        {
            keep("ECOM67_STRIPE_PUBLISHABLE_KEY", "one key is for tests and the other for real money".to_owned());
        }
        if secret.as_ref().is_some_and(SecretKey::is_live) && api.as_ref().is_some_and(|api| !api.is_tls()) {
            keep("ECOM67_STRIPE_API", "keys for real money are shown over https:// only".to_owned());
        }
        match (api, secret, publishable, mistakes.is_empty()) {
            (Some(api), Some(secret_key), Some(publishable_key), true) => {
                Ok(PaymentOptions::Stripe { api, secret_key, publishable_key, webhook_secrets: secrets })
            }
            _ => Err(mistakes),
        }
    }
}

/// Whoever charges cards, put together.
pub(crate) struct Payments {
    /// The provider.
    pub(crate) provider: Arc<dyn PaymentProvider>,
    /// Believes what it tells, where there is a secret to prove it by.
    pub(crate) webhooks: Option<Arc<dyn WebhookVerifier>>,
    /// What browsers are told.
    pub(crate) config: view::PaymentConfig,
    /// The simulator, where it is one.
    pub(crate) simulator: Option<Simulator>,
    heard: Arc<Hearing>,
}

impl Payments {
    /// Puts it together. `key` is a secret of this shop, from which the simulator's keys are made; its ledger is in `folder`.
    pub(crate) fn open(
        options: &PaymentOptions,
        folder: &Path,
        key: [u8; 32],
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        match options {
            PaymentOptions::Simulator => Self::simulated(folder, key, clock),
            PaymentOptions::Stripe { api, secret_key, publishable_key, webhook_secrets } => {
                let transport = HttpTransport::new(api.as_str()).context("the way to Stripe cannot be opened")?;
                let client = StripeClient::new(Arc::new(transport), secret_key.clone(), ClientOptions::default());
                let verifier = StripeWebhooks::new(webhook_secrets.clone());
                Ok(Self {
                    provider: Arc::new(client),
                    webhooks: if webhook_secrets.is_empty() { None } else { Some(Arc::new(verifier)) },
                    config: view::PaymentConfig {
                        provider: view::PaymentProviderName::Stripe,
                        publishable_key: publishable_key.clone(),
                        api: api.as_str().to_owned(),
                    },
                    simulator: None,
                    heard: Arc::default(),
                })
            }
        }
    }

    fn simulated(folder: &Path, key: [u8; 32], clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let derived = |purpose| hexadecimal(&blake3::derive_key(purpose, &key)[..16]);
        let secret_key: SecretKey = format!("sk_test_{}", derived("ecom67 simulator secret key")).parse()?;
        let publishable_key = format!("pk_test_{}", derived("ecom67 simulator publishable key"));
        let webhook_secret: WebhookSecret = format!("whsec_{}", derived("ecom67 simulator webhook secret")).parse()?;
        let heard = Arc::new(Hearing::default());
        let verifier = Arc::new(StripeWebhooks::new(vec![webhook_secret.clone()]));
        let receiver = Receiver { verifier, clock: Arc::clone(&clock), heard: Arc::clone(&heard) };
        let mut options = SimulatorOptions::new(secret_key.clone(), &publishable_key, clock);
        SIMULATOR_PATH.clone_into(&mut options.public_url);
        options.webhooks.kinds = Some(&FOLLOWED_EVENTS);
        options.webhooks.receivers.push((Arc::new(receiver), webhook_secret));
        let simulator = Simulator::open(folder, options).context("the payment simulator cannot be started")?;
        let client = StripeClient::new(Arc::new(simulator.transport()), secret_key, ClientOptions::default());
        Ok(Self {
            provider: Arc::new(client),
            webhooks: None,
            config: view::PaymentConfig {
                provider: view::PaymentProviderName::Simulator,
                publishable_key,
                api: SIMULATOR_PATH.to_owned(),
            },
            simulator: Some(simulator),
            heard,
        })
    }

    /// From now on the orders hear what the simulator tells.
    pub(crate) fn tell(&self, orders: Orders) {
        // Called once, when the shop is put together; the first stays.
        drop(self.heard.orders.set(orders));
    }
}

#[derive(Default)]
struct Hearing {
    orders: OnceLock<Orders>,
}

/// Takes what the simulator in this process tells, as it would be taken from afar: the bytes, with their signature.
struct Receiver {
    verifier: Arc<StripeWebhooks>,
    clock: Arc<dyn Clock>,
    heard: Arc<Hearing>,
}

#[async_trait]
impl WebhookReceiver for Receiver {
    async fn take(&self, body: Bytes, signature: String) -> bool {
        let Some(orders) = self.heard.orders.get() else { return false };
        let event = match self.verifier.verify(&body, &signature, self.clock.now()) {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(%error, "a webhook was not believed");
                return false;
            }
        };
        match orders.heard(&event).await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "what the provider told could not be followed");
                false
            }
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(secret: &str, publishable: &str, webhooks: &str) -> PaymentVariables {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        PaymentVariables {
            api: None,
            secret_key: text(secret),
            publishable_key: text(publishable),
            webhook_secrets: text(webhooks),
        }
    }

    #[test]
    fn without_keys_nothing_is_charged() {
        assert_eq!(PaymentVariables::default().resolve(), Ok(PaymentOptions::Simulator));
    }

    #[test]
    fn keys_are_taken_together_and_every_mistake_is_told_without_the_key() {
        let resolved = variables("sk_test_a1", "pk_test_b2", "whsec_c3, whsec_d4").resolve();
        assert!(matches!(resolved, Ok(PaymentOptions::Stripe { webhook_secrets, .. }) if webhook_secrets.len() == 2));

        let mistakes = variables("pk_test_a1", "", "hunter2").resolve().unwrap_err();
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert!(!mistakes.concat().contains("hunter2"), "{mistakes:?}");
        assert_eq!(variables("", "pk_test_b2", "").resolve().unwrap_err().len(), 1);
        assert_eq!(variables("sk_live_a1", "pk_test_b2", "").resolve().unwrap_err().len(), 1);
    }

    #[test]
    fn keys_are_sent_behind_tls_or_to_this_machine_only() {
        for good in
            ["https://api.stripe.com", "https://proxy.example:8443/", "http://127.0.0.1:12111", "http://[::1]:1"]
        {
            assert!(good.parse::<ApiBase>().is_ok(), "{good}");
        }
        assert_eq!("http://localhost:80/".parse::<ApiBase>().unwrap().as_str(), "http://localhost:80");
        for wrong in [
            "",
            "api.stripe.com",
            "http://api.stripe.com",
            "http://127.0.0.1.example",
            "http://127.0.0.1@example.org",
            "https://example.org/v1",
            "https://example.org?x=1",
            "ftp://127.0.0.1",
            "http://192.168.0.1",
        ] {
            assert!(wrong.parse::<ApiBase>().is_err(), "{wrong}");
        }
        let at = |api: &str, mode: &str| PaymentVariables {
            api: Some(api.to_owned()),
            ..variables(&format!("sk_{mode}_a1"), &format!("pk_{mode}_b2"), "")
        };
        assert!(at("http://127.0.0.1:1", "test").resolve().is_ok());
        assert!(at("https://proxy.example", "live").resolve().is_ok());
        assert_eq!(at("http://127.0.0.1:1", "live").resolve().unwrap_err().len(), 1);
        let alone = PaymentVariables { api: Some("https://proxy.example".to_owned()), ..PaymentVariables::default() };
        assert_eq!(alone.resolve().unwrap_err().len(), 2, "it says where, and not who");
    }
}
