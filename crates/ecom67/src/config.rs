//! What `serve` is told: flags over `ECOM67_*` variables over a file. All mistakes are reported together.

use std::fmt::Display;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use ecom67_api::page::PublicUrl;
use ecom67_app::checkouts::OpenOrderLimits;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::local::ShopOptions;
use crate::mail::{MailOptions, MailSettings};
use crate::payments::{PaymentOptions, PaymentVariables};

/// Where a shop's data is where nobody says.
pub(crate) const DATA_DEFAULT: &str = "ecom67-data";

/// Where a shop listens where nobody says.
const LISTEN_DEFAULT: &str = "127.0.0.1:6767";

/// How many bytes of answers are kept where nobody says.
const ANSWER_CACHE_MB_DEFAULT: u64 = 40;
const ANSWER_CACHE_MB: RangeInclusive<u64> = 1..=65_536;

/// How long goods are held that are not paid for, in seconds, where nobody says, and within which bounds.
const HOLD_SECONDS_DEFAULT: u32 = 900;
const HOLD_SECONDS: RangeInclusive<u32> = 5..=86_400;

/// Orders that strangers may look up in a second where nobody says: who tries numbers gets nowhere.
const LOOK_UPS_A_SECOND_DEFAULT: u32 = 5;
const LOOK_UPS_A_SECOND: RangeInclusive<u32> = 1..=100_000;

/// Carts that are made from one address in a second where nobody says: a school or an office behind one address makes
/// fewer, and ten times as many may come at once.
const CARTS_A_SECOND_DEFAULT: u32 = 20;
const CARTS_A_SECOND: RangeInclusive<u32> = 1..=1_000_000;

/// Orders of one e-mail address, and from one network, that may await payment at once; any number at 0.
const OPEN_ORDERS: RangeInclusive<u32> = 0..=1_000_000;

/// How often payments are compared with orders, in minutes, where nobody says.
const RECONCILE_MINUTES_DEFAULT: u32 = 60;
const RECONCILE_MINUTES: RangeInclusive<u32> = 1..=1_440;

/// The flags of `serve`. Values are texts here, so that every mistake can be told at once.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServeFlags {
    /// The data folder [default: ecom67-data]
    #[arg(long, env = "ECOM67_DATA", value_name = "DIR")]
    data: Option<String>,
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:6767]
    #[arg(long, env = "ECOM67_LISTEN", value_name = "ADDRESS")]
    listen: Option<String>,
    /// Fill an empty shop with the demo's catalog, and mark the shop as a demo
    #[arg(long)]
    demo: bool,
    /// A TOML file; docs/OPERATIONS.md lists what it may say
    #[arg(long, env = "ECOM67_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// How the shop is reached from outside: scheme and host, as canonical addresses begin
    #[arg(long, env = "ECOM67_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Megabytes of memory for answers that are kept [default: 40]
    #[arg(long, env = "ECOM67_ANSWER_CACHE_MB", value_name = "MB")]
    answer_cache_mb: Option<String>,
    /// How long goods are held that are not paid for, in seconds; once, for two thirds of that longer [default: 900]
    #[arg(long, env = "ECOM67_HOLD_SECONDS", value_name = "SECONDS")]
    hold_seconds: Option<String>,
    /// Orders that may be looked up by number and e-mail address in a second [default: 5]
    #[arg(long, env = "ECOM67_LOOK_UPS_A_SECOND", value_name = "N")]
    look_ups_a_second: Option<String>,
    /// Carts that may be made from one address in a second, and ten times as many at once [default: 20]
    #[arg(long, env = "ECOM67_CARTS_A_SECOND", value_name = "N")]
    carts_a_second: Option<String>,
    /// Orders with one e-mail address that may await payment at once; 0 for any number [default: 5]
    #[arg(long, env = "ECOM67_OPEN_ORDERS_PER_EMAIL", value_name = "N")]
    open_orders_per_email: Option<String>,
    /// Orders from one address that may await payment at once; 0 for any number [default: 50]
    #[arg(long, env = "ECOM67_OPEN_ORDERS_PER_ADDRESS", value_name = "N")]
    open_orders_per_address: Option<String>,
    /// How often the provider's payments are compared with orders, in minutes [default: 60]
    #[arg(long, env = "ECOM67_RECONCILE_MINUTES", value_name = "MINUTES")]
    reconcile_minutes: Option<String>,
    /// Stands for `--demo` in the environment
    #[arg(skip)]
    demo_variable: Option<String>,
    /// Stripe's keys, which stand in the environment alone
    #[arg(skip)]
    payments: PaymentVariables,
    /// The mail server, of which a part may stand in the file
    #[arg(skip)]
    mail: MailSettings,
}

/// The file's form.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    data: Option<String>,
    listen: Option<String>,
    demo: Option<bool>,
    public_url: Option<String>,
    answer_cache_mb: Option<u64>,
    smtp: Option<MailSettings>,
    hold_seconds: Option<u32>,
    look_ups_a_second: Option<u32>,
    carts_a_second: Option<u32>,
    open_orders_per_email: Option<u32>,
    open_orders_per_address: Option<u32>,
    reconcile_minutes: Option<u32>,
}

/// What `serve` works with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServeConfig {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Address and port.
    pub(crate) listen: SocketAddr,
    /// Whether this is a demo.
    pub(crate) demo: bool,
    /// How the shop is reached from outside.
    pub(crate) public_url: Option<PublicUrl>,
    /// How many bytes of answers are kept.
    pub(crate) answer_cache_bytes: u64,
    /// How long goods are held that are not paid for.
    pub(crate) hold: SignedDuration,
    /// Orders that strangers may look up in a second.
    pub(crate) look_ups_a_second: u32,
    /// Carts that may be made from one address in a second.
    pub(crate) carts_a_second: u32,
    /// How many orders may await payment at once.
    pub(crate) open_orders: OpenOrderLimits,
    /// How often payments are compared with orders.
    pub(crate) reconcile_interval: Duration,
    /// Who charges cards.
    pub(crate) payments: PaymentOptions,
    /// Who sends mails.
    pub(crate) mail: MailOptions,
}

impl ServeConfig {
    /// What the shop itself is made with.
    pub(crate) fn shop(&self) -> ShopOptions {
        ShopOptions {
            answer_cache_bytes: self.answer_cache_bytes,
            hold: self.hold,
            open_orders: self.open_orders,
            payments: self.payments.clone(),
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigMistakes(pub Vec<String>);

impl std::fmt::Display for ConfigMistakes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the configuration is wrong:")?;
        self.0.iter().try_for_each(|mistake| write!(formatter, "\n  - {mistake}"))
    }
}

impl std::error::Error for ConfigMistakes {}

impl ServeFlags {
    /// Reads what the argument parser leaves: `ECOM67_DEMO`, which takes yes or no, and secrets.
    #[must_use]
    pub(crate) fn with_environment(mut self) -> Self {
        self.demo_variable = std::env::var("ECOM67_DEMO").ok();
        self.payments = PaymentVariables::of_environment();
        self.mail = MailSettings::of_environment();
        self
    }

    /// The configuration, or all that is wrong with it.
    pub(crate) fn resolve(self) -> Result<ServeConfig, ConfigMistakes> {
        let mut mistakes = Vec::new();
        let file = self.config.as_deref().map_or_else(|| Ok(ConfigFile::default()), read_file);
        let file = file.unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            ConfigFile::default()
        });
        let listen = self.listen.or(file.listen).unwrap_or_else(|| LISTEN_DEFAULT.to_owned());
        let address = listen
            .parse()
            .map_err(|_| format!("listen is an address and a port, such as 127.0.0.1:6767 or [::1]:0, not {listen:?}"));
        let demo_variable = match self.demo_variable.as_deref() {
            None => Ok(None),
            Some("1" | "true" | "yes") => Ok(Some(true)),
            Some("" | "0" | "false" | "no") => Ok(Some(false)),
            Some(other) => Err(format!("ECOM67_DEMO is yes or no, not {other:?}")),
        };
        let megabytes = number("answer_cache_mb", self.answer_cache_mb, file.answer_cache_mb, ANSWER_CACHE_MB)
            .map(|megabytes| megabytes.unwrap_or(ANSWER_CACHE_MB_DEFAULT));
        let hold = number("hold_seconds", self.hold_seconds, file.hold_seconds, HOLD_SECONDS)
            .map(|seconds| SignedDuration::from_secs(seconds.unwrap_or(HOLD_SECONDS_DEFAULT).into()));
        let look_ups = number("look_ups_a_second", self.look_ups_a_second, file.look_ups_a_second, LOOK_UPS_A_SECOND)
            .map(|look_ups| look_ups.unwrap_or(LOOK_UPS_A_SECOND_DEFAULT));
        let carts = number("carts_a_second", self.carts_a_second, file.carts_a_second, CARTS_A_SECOND)
            .map(|carts| carts.unwrap_or(CARTS_A_SECOND_DEFAULT));
        let of_customer =
            number("open_orders_per_email", self.open_orders_per_email, file.open_orders_per_email, OPEN_ORDERS)
                .map(|orders| orders.map_or(OpenOrderLimits::DEFAULT.of_customer, NonZeroU32::new));
        let from_network =
            number("open_orders_per_address", self.open_orders_per_address, file.open_orders_per_address, OPEN_ORDERS)
                .map(|orders| orders.map_or(OpenOrderLimits::DEFAULT.from_network, NonZeroU32::new));
        let reconcile = number("reconcile_minutes", self.reconcile_minutes, file.reconcile_minutes, RECONCILE_MINUTES)
            .map(|minutes| Duration::from_mins(minutes.unwrap_or(RECONCILE_MINUTES_DEFAULT).into()));
        let public_url = self.public_url.or(file.public_url);
        let public_url = public_url
            .map(|url| url.parse::<PublicUrl>().map_err(|invalid| format!("public_url is {url:?}: {invalid}")))
            .transpose();
        let payments = self.payments.resolve().unwrap_or_else(|told| {
            mistakes.extend(told);
            PaymentOptions::Simulator
        });
        let mail = self.mail.over(file.smtp.unwrap_or_default()).resolve().unwrap_or_else(|told| {
            mistakes.extend(told);
            MailOptions::Nobody
        });
        let mut keep = |mistake: String| mistakes.push(mistake);
        let address = address.map_err(&mut keep).ok();
        let demo_variable = demo_variable.map_err(&mut keep).ok();
        let megabytes = megabytes.map_err(&mut keep).ok();
        let hold = hold.map_err(&mut keep).ok();
        let look_ups = look_ups.map_err(&mut keep).ok();
        let public_url = public_url.map_err(&mut keep).ok();
        let carts = carts.map_err(&mut keep).ok();
        let of_customer = of_customer.map_err(&mut keep).ok();
        let from_network = from_network.map_err(&mut keep).ok();
        let open_orders = of_customer.zip(from_network);
        let open_orders = open_orders.map(|(of_customer, from_network)| OpenOrderLimits { of_customer, from_network });
        let reconcile = reconcile.map_err(&mut keep).ok();
        let limits = hold.zip(look_ups).zip(carts.zip(open_orders)).zip(reconcile);
        match (address, demo_variable, megabytes, public_url, limits, mistakes.is_empty()) {
            (
                Some(listen),
                Some(demo_variable),
                Some(megabytes),
                Some(public_url),
                Some((((hold, look_ups_a_second), (carts_a_second, open_orders)), reconcile_interval)),
                true,
            ) => Ok(ServeConfig {
                data: self.data.or(file.data).unwrap_or_else(|| DATA_DEFAULT.to_owned()).into(),
                listen,
                demo: self.demo || demo_variable.or(file.demo).unwrap_or(false),
                public_url,
                answer_cache_bytes: megabytes * 1_024 * 1_024,
                hold,
                look_ups_a_second,
                carts_a_second,
                open_orders,
                reconcile_interval,
                payments,
                mail,
            }),
            _ => Err(ConfigMistakes(mistakes)),
        }
    }
}

/// Who sends mails by the environment and a file, for commands that need nothing else of them.
pub(crate) fn mail_options(file: Option<&Path>) -> Result<MailOptions, ConfigMistakes> {
    let file = file.map_or_else(|| Ok(ConfigFile::default()), read_file).map_err(|told| ConfigMistakes(vec![told]))?;
    MailSettings::of_environment().over(file.smtp.unwrap_or_default()).resolve().map_err(ConfigMistakes)
}

/// A whole number within its bounds, by flag or variable, else by the file.
fn number<Number: FromStr + PartialOrd + Display + Copy>(
    name: &str,
    text: Option<String>,
    file: Option<Number>,
    bounds: RangeInclusive<Number>,
) -> Result<Option<Number>, String> {
    let wrong = |what: &dyn Display| {
        format!("{name} is a whole number from {} to {}, not {what}", bounds.start(), bounds.end())
    };
    let number = match text {
        Some(text) => Some(text.parse().map_err(|_| wrong(&format!("{text:?}")))?),
        None => file,
    };
    match number {
        Some(number) if !bounds.contains(&number) => Err(wrong(&number)),
        number => Ok(number),
    }
}

fn read_file(path: &Path) -> Result<ConfigFile, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("the file {}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("the file {}: {}", path.display(), error.to_string().trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_word_the_shop_listens_on_this_machine_only() {
        let config = ServeFlags::default().resolve().unwrap();

        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.data, Path::new(DATA_DEFAULT));
        assert!(!config.demo);
        assert_eq!((config.hold, config.look_ups_a_second), (SignedDuration::from_mins(15), 5));
        assert_eq!(config.carts_a_second, 20);
        assert_eq!(config.reconcile_interval, Duration::from_hours(1));
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let flags = ServeFlags {
            listen: Some("everywhere".into()),
            public_url: Some("shop.example".into()),
            answer_cache_mb: Some("lots".into()),
            hold_seconds: Some("0".into()),
            look_ups_a_second: Some("-1".into()),
            carts_a_second: Some("0".into()),
            open_orders_per_email: Some("-1".into()),
            open_orders_per_address: Some("few".into()),
            reconcile_minutes: Some("0".into()),
            demo_variable: Some("maybe".into()),
            config: Some("/nowhere/shop.toml".into()),
            ..ServeFlags::default()
        };

        let mistakes = flags.resolve().unwrap_err();

        assert_eq!(mistakes.0.len(), 11, "{mistakes}");
    }

    #[test]
    fn a_flag_stands_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1000\"\nanswer_cache_mb = 7\ndemo = true\nhold_seconds = 60\n")
            .unwrap();
        let flags = ServeFlags { config: Some(file), listen: Some("127.0.0.1:2000".into()), ..ServeFlags::default() };

        let config = flags.resolve().unwrap();

        assert_eq!(config.listen.port(), 2000);
        assert_eq!(config.answer_cache_bytes, 7 * 1_024 * 1_024);
        assert!(config.demo);
        assert_eq!(config.hold, SignedDuration::from_mins(1));
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.toml");
        std::fs::write(&file, "listne = \"127.0.0.1:1000\"\n").unwrap();

        let mistakes = ServeFlags { config: Some(file), ..ServeFlags::default() }.resolve().unwrap_err();

        assert!(mistakes.0[0].contains("listne"), "{mistakes}");
    }
}
