//! `ecom67 simulator`: the payment simulator in a process of its own, for shops that are tried out and tests.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::http::Uri;
use clap::{Args, ValueEnum};
use ecom67_app::SystemClock;
use ecom67_stripe::FOLLOWED_EVENTS;
use ecom67_stripe::simulator::{self, FaultRule, HttpReceiver, Simulator, SimulatorOptions, WebhookOptions};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::ConfigMistakes;
use crate::payments::{PaymentOptions, PaymentVariables};

/// The flags of `simulator`. Its keys are those of the shop that it serves, and stand in the same variables:
/// `ECOM67_STRIPE_SECRET_KEY`, `ECOM67_STRIPE_PUBLISHABLE_KEY`, and the first of `ECOM67_STRIPE_WEBHOOK_SECRETS`.
#[derive(Args, Clone, Debug)]
pub(crate) struct SimulatorFlags {
    /// The folder of its ledger; made where it is missing
    #[arg(long, value_name = "DIR", default_value = "ecom67-simulator")]
    ledger: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:12111")]
    listen: SocketAddr,
    /// Where the shop hears what happened: its address, with /api/webhooks/payments behind it
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// The longest that a webhook is held back; each for a time of its own, so that they overtake each other
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=600_000))]
    webhook_delay_ms: u64,
    /// How many of a hundred webhooks are sent twice
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    webhook_duplicates: u8,
    /// How often a webhook is sent that nobody took, each time after twice as long
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=16))]
    webhook_attempts: u32,
    /// What webhooks tell of: everything, or what a shop follows, as its endpoint is to be set up at Stripe
    #[arg(long, value_name = "EVENTS", value_enum, default_value_t = WebhookEvents::All)]
    webhook_events: WebhookEvents,
    /// Something that goes wrong, as JSON (docs/PAYMENTS.md); may be given up to a hundred times
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<String>,
    /// What chance begins with
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// What webhooks tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WebhookEvents {
    All,
    Followed,
}

/// Simulates until it is told to stop.
pub(crate) async fn run(flags: SimulatorFlags) -> anyhow::Result<ExitCode> {
    let Setup { options, faults } = flags.resolve(PaymentVariables::of_environment())?;
    let listener =
        TcpListener::bind(flags.listen).await.with_context(|| format!("cannot listen on {}", flags.listen))?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "the simulator can be reached from other machines: it is meant for this one");
    }
    let options = SimulatorOptions { public_url: format!("http://{address}"), ..options };
    let simulator = Simulator::open(&flags.ledger, options).context("the payment simulator cannot be started")?;
    for rule in faults {
        simulator.add_fault(rule)?;
    }
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    println!("listening on http://{address} (a simulator: no bank is asked and no money moves)");
    std::io::stdout().flush()?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    simulator::serve(listener, simulator, stop).await;
    Ok(ExitCode::SUCCESS)
}

/// What the flags and variables say.
struct Setup {
    options: SimulatorOptions,
    faults: Vec<FaultRule>,
}

impl SimulatorFlags {
    fn resolve(&self, variables: PaymentVariables) -> Result<Setup, ConfigMistakes> {
        let mut mistakes = Vec::new();
        // Where the provider is is the shop's matter: this is the provider.
        let keys = PaymentVariables { api: None, ..variables }.resolve();
        let keys = keys.map_err(|told| mistakes.extend(told)).ok();
        let keys = match keys {
            Some(PaymentOptions::Stripe { secret_key, publishable_key, webhook_secrets, .. }) => {
                Some((secret_key, publishable_key, webhook_secrets))
            }
            Some(PaymentOptions::Simulator) => {
                mistakes.push("ECOM67_STRIPE_SECRET_KEY: it must be set, as the shop has it".to_owned());
                None
            }
            None => None,
        };
        let kinds: Option<&'static [&'static str]> = match self.webhook_events {
            WebhookEvents::All => None,
            WebhookEvents::Followed => Some(&FOLLOWED_EVENTS),
        };
        let mut webhooks = WebhookOptions {
            kinds,
            delay_max: Duration::from_millis(self.webhook_delay_ms),
            duplicates: f64::from(self.webhook_duplicates) / 100.0,
            attempts_max: self.webhook_attempts,
            seed: self.seed,
            ..WebhookOptions::default()
        };
        if let Some(url) = &self.webhook_url {
            let is_address = url
                .parse::<Uri>()
                .is_ok_and(|uri| uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https")));
            let secret = keys.as_ref().and_then(|(_, _, secrets)| secrets.first().cloned());
            match (HttpReceiver::new(url), secret) {
                _ if !is_address => mistakes.push(format!("webhook-url is an address, not {url:?}")),
                (Err(error), _) => mistakes.push(format!("webhook-url: {error}")),
                (_, None) => mistakes.push("ECOM67_STRIPE_WEBHOOK_SECRETS: webhooks are signed with it".to_owned()),
                (Ok(receiver), Some(secret)) => webhooks.receivers.push((Arc::new(receiver), secret)),
            }
        }
        let faults = self.faults.iter().filter_map(|text| {
            serde_json::from_str(text).map_err(|error| mistakes.push(format!("fault {text:?}: {error}"))).ok()
        });
        let faults = faults.collect();
        match keys {
            Some((secret_key, publishable_key, _)) if mistakes.is_empty() => Ok(Setup {
                options: SimulatorOptions {
                    webhooks,
                    ..SimulatorOptions::new(secret_key, &publishable_key, Arc::new(SystemClock))
                },
                faults,
            }),
            _ => Err(ConfigMistakes(mistakes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        flags: SimulatorFlags,
    }

    fn flags(arguments: &[&str]) -> SimulatorFlags {
        Program::parse_from(["simulator"].iter().chain(arguments)).flags
    }

    fn keys() -> PaymentVariables {
        PaymentVariables {
            api: Some("nonsense".to_owned()),
            secret_key: Some("sk_test_a1".to_owned()),
            publishable_key: Some("pk_test_b2".to_owned()),
            webhook_secrets: Some("whsec_c3".to_owned()),
        }
    }

    #[test]
    fn without_a_word_it_listens_on_this_machine_and_has_the_keys_of_the_shop() {
        let flags = flags(&[]);

        assert!(flags.listen.ip().is_loopback());
        assert!(flags.resolve(keys()).is_ok());
        assert_eq!(flags.resolve(PaymentVariables::default()).err().unwrap().0.len(), 1);
    }

    #[test]
    fn faults_and_webhooks_are_read_and_every_mistake_is_told() {
        let rule = r#"{"operation": "capture", "fault": {"kind": "answer_lost"}, "probability": 0.1}"#;
        let set = flags(&["--fault", rule, "--webhook-url", "http://127.0.0.1:1/hook", "--webhook-duplicates", "50"]);
        let setup = set.resolve(keys()).unwrap();
        assert_eq!((setup.faults.len(), setup.options.webhooks.receivers.len()), (1, 1));

        let wrong = flags(&["--fault", "{}", "--webhook-url", "nowhere"]);
        assert_eq!(wrong.resolve(keys()).err().unwrap().0.len(), 2);
        let unsigned = flags(&["--webhook-url", "http://127.0.0.1:1/hook"]);
        let variables = PaymentVariables { webhook_secrets: None, ..keys() };
        assert_eq!(unsigned.resolve(variables).err().unwrap().0.len(), 1);
    }
}
