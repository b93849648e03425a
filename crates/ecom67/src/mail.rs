//! Who sends mails: an SMTP server where one is set, the mailbox of a demo, or nobody.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use ecom67_app::mails::{Mails, NoMails};
use ecom67_app::port::{Handler, HeadLine, MailError, MailId, Mailbox, Mailer};
use ecom67_domain::order::EmailAddress;
use ecom67_embedded::mailbox::FolderMailbox;
use ecom67_mail::{Composer, ComposerOptions, SmtpLogin, SmtpMailer, SmtpOptions, SmtpSecurity};
use serde::Deserialize;

use crate::local::LocalShop;

/// The longest file of a password or of authorities, in bytes: the authorities of a whole system are a few hundred thousand.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Who is to send mails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum MailOptions {
    /// Nobody.
    #[default]
    Nobody,
    /// A server.
    Smtp {
        /// Which, and how.
        options: Box<SmtpOptions>,
        /// Who sends, by name.
        sender: Option<HeadLine>,
    },
}

/// The settings as they stand in the environment or the file, the former over the latter.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSettings {
    host: Option<String>,
    port: Option<u16>,
    /// `tls`, `starttls` or `none`.
    security: Option<String>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    /// The address that mails come from, with a name if it stands before it: `Kites <orders@kites.example>`.
    from: Option<String>,
    ca_file: Option<PathBuf>,
    /// It stands in the environment alone: a file of settings is read by too many.
    #[serde(skip)]
    password: Option<String>,
    /// A port that is no number.
    #[serde(skip)]
    wrong_port: Option<String>,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MailSettings").finish_non_exhaustive()
    }
}

impl MailSettings {
    /// Those of the environment.
    pub(crate) fn of_environment() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        let port = variable("ECOM67_SMTP_PORT").map(|text| text.parse().map_err(|_| text));
        Self {
            host: variable("ECOM67_SMTP_HOST"),
            port: port.clone().and_then(Result::ok),
            wrong_port: port.and_then(Result::err),
            security: variable("ECOM67_SMTP_SECURITY"),
            user: variable("ECOM67_SMTP_USER"),
            password: variable("ECOM67_SMTP_PASSWORD"),
            password_file: variable("ECOM67_SMTP_PASSWORD_FILE").map(PathBuf::from),
            from: variable("ECOM67_SMTP_FROM"),
            ca_file: variable("ECOM67_SMTP_CA_FILE").map(PathBuf::from),
        }
    }

    /// These over others. A password of the environment stands over a file of one.
    #[must_use]
    pub(crate) fn over(self, others: Self) -> Self {
        let has_password = self.password.is_some();
        Self {
            host: self.host.or(others.host),
            port: self.port.or(others.port),
            security: self.security.or(others.security),
            user: self.user.or(others.user),
            password_file: self.password_file.or(others.password_file.filter(|_| !has_password)),
            from: self.from.or(others.from),
            ca_file: self.ca_file.or(others.ca_file),
            password: self.password.or(others.password),
            wrong_port: self.wrong_port.or(others.wrong_port),
        }
    }

    fn says_nothing(&self) -> bool {
        let Self { host, port, security, user, password_file, from, ca_file, password, wrong_port } = self;
        let texts = [host, security, user, from, password, wrong_port];
        texts.into_iter().all(Option::is_none) && port.is_none() && password_file.is_none() && ca_file.is_none()
    }

    /// What they say, or all that is wrong with them; never the password.
    pub(crate) fn resolve(self) -> Result<MailOptions, Vec<String>> {
        if self.says_nothing() {
            return Ok(MailOptions::Nobody);
        }
        let mut mistakes = Vec::new();
        // An address of version 6 may stand in brackets, as where a port follows.
        let host =
            self.host.map(|host| host.trim().trim_matches(['[', ']']).to_owned()).filter(|host| !host.is_empty());
        if host.is_none() {
            mistakes.push("ECOM67_SMTP_HOST: it must be set where another setting of SMTP is".to_owned());
        }
        if let Some(port) = self.wrong_port {
            mistakes.push(format!("ECOM67_SMTP_PORT: a number from 1 to 65535, not {port:?}"));
        }
        let security = match self.security.as_deref().unwrap_or("tls") {
            "tls" => Some(SmtpSecurity::Tls),
            "starttls" => Some(SmtpSecurity::StartTls),
            "none" => Some(SmtpSecurity::Plain),
            other => {
                mistakes.push(format!("ECOM67_SMTP_SECURITY: tls, starttls or none, not {other:?}"));
                None
            }
        };
        if security == Some(SmtpSecurity::Plain) && host.as_deref().is_some_and(|host| !is_loopback(host)) {
            mistakes.push("ECOM67_SMTP_SECURITY: none is for a server on this machine, such as 127.0.0.1".to_owned());
        }
        let login = login(self.user, self.password, self.password_file.as_deref()).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            None
        });
        let authorities = self.ca_file.as_deref().map(read_file).transpose().unwrap_or_else(|mistake| {
            mistakes.push(format!("ECOM67_SMTP_CA_FILE: {mistake}"));
            None
        });
        let from = match self.from.as_deref().map(sender) {
            Some(Ok(from)) => Some(from),
            Some(Err(mistake)) => {
                mistakes.push(format!("ECOM67_SMTP_FROM: {mistake}"));
                None
            }
            None => {
                mistakes.push("ECOM67_SMTP_FROM: the address that mails come from must be set".to_owned());
                None
            }
        };
        match (host, security, from, mistakes.is_empty()) {
            (Some(host), Some(security), Some((sender, from)), true) => {
                let port = self.port.unwrap_or(port_of(security));
                let options = SmtpOptions { port, security, login, authorities, ..SmtpOptions::new(host, from) };
                Ok(MailOptions::Smtp { options: Box::new(options), sender })
            }
            _ => Err(mistakes),
        }
    }
}

/// The port that servers listen on for each.
const fn port_of(security: SmtpSecurity) -> u16 {
    match security {
        SmtpSecurity::Tls => 465,
        SmtpSecurity::StartTls => 587,
        SmtpSecurity::Plain => 25,
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn login(user: Option<String>, password: Option<String>, file: Option<&Path>) -> Result<Option<SmtpLogin>, String> {
    let password = match (password, file) {
        (Some(_), Some(_)) => {
            return Err("ECOM67_SMTP_PASSWORD: either it or ECOM67_SMTP_PASSWORD_FILE, not both".to_owned());
        }
        (Some(password), None) => Some(password),
        (None, Some(file)) => {
            let bytes = read_file(file).map_err(|mistake| format!("ECOM67_SMTP_PASSWORD_FILE: {mistake}"))?;
            let text = String::from_utf8(bytes).map_err(|_| "ECOM67_SMTP_PASSWORD_FILE: it is no text".to_owned())?;
            // Editors end a file with a line break.
            Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|password| !password.is_empty())
        }
        (None, None) => None,
    };
    match (user, password) {
        (Some(user), Some(password)) => Ok(Some(SmtpLogin { user, password })),
        (None, None) => Ok(None),
        (Some(_), None) => Err("ECOM67_SMTP_PASSWORD: it must be set where ECOM67_SMTP_USER is".to_owned()),
        (None, Some(_)) => Err("ECOM67_SMTP_USER: it must be set where a password is".to_owned()),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let length = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?.len();
    if length > FILE_BYTES_MAX {
        return Err(format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display()));
    }
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// An address with the name before it, if there is one.
fn sender(text: &str) -> Result<(Option<HeadLine>, EmailAddress), String> {
    let parts = text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    let (name, address) = parts.map_or((None, text), |(name, address)| (Some(name.trim().trim_matches('"')), address));
    let told = |invalid: ecom67_domain::violation::Invalid| invalid.to_string();
    let name = name.filter(|name| !name.is_empty()).map(str::parse).transpose().map_err(told)?;
    Ok((name, address.parse().map_err(told)?))
}

/// Whoever tells shoppers of their orders, put together.
pub(crate) struct Mailing {
    /// Takes the notices.
    pub(crate) handler: Arc<dyn Handler>,
    /// The mailbox, where mails stay here.
    pub(crate) mailbox: Option<Arc<dyn Mailbox>>,
}

impl Mailing {
    /// Puts it together. `keeps_mails` says whether mails that nobody sends may be read by everybody who can open the shop:
    /// in a demo, in which nobody pays. `site` is how the shop is reached from outside.
    pub(crate) fn open(
        options: &MailOptions,
        keeps_mails: bool,
        shop: &LocalShop,
        site: Option<String>,
    ) -> anyhow::Result<Self> {
        let (mailer, mailbox, sender): (Arc<dyn Mailer>, Option<Arc<dyn Mailbox>>, _) = match options {
            MailOptions::Smtp { options, sender } => {
                let mailer = SmtpMailer::new((**options).clone()).context("mails cannot be sent")?;
                tracing::info!(host = options.host, port = options.port, "mails are sent by SMTP");
                (Arc::new(mailer), None, sender.clone())
            }
            MailOptions::Nobody if keeps_mails => {
                let folder = shop.folder.mailbox();
                let mailbox = FolderMailbox::open(&folder, Arc::clone(&shop.clock));
                let mailbox = Arc::new(mailbox.context("the mailbox of the demo cannot be opened")?);
                tracing::info!("mails stay in the mailbox of the demo: /demo/mailbox");
                (Arc::clone(&mailbox) as _, Some(mailbox), None)
            }
            MailOptions::Nobody => {
                tracing::warn!("no mails are sent, not even about orders: ECOM67_SMTP_HOST is not set");
                return Ok(Self { handler: Arc::new(NoMails), mailbox: None });
            }
        };
        let store = Arc::new(shop.database.clone());
        let mails = Mails {
            orders: Arc::clone(&store) as _,
            legal_texts: Arc::clone(&store) as _,
            sent: store,
            composer: Arc::new(Composer::new(ComposerOptions { site, sender })),
            mailer,
            shop: Arc::clone(&shop.shop),
            clock: Arc::clone(&shop.clock),
        };
        Ok(Self { handler: Arc::new(mails), mailbox })
    }
}

/// Sends a mail that says that mails arrive.
pub(crate) async fn send_test(options: &MailOptions, to: &EmailAddress) -> anyhow::Result<()> {
    let MailOptions::Smtp { options, sender } = options else {
        anyhow::bail!("no mail server is set: ECOM67_SMTP_HOST and ECOM67_SMTP_FROM name it, and who sends");
    };
    let id: MailId = format!("test.{:032x}", rand::random::<u128>()).parse()?;
    let composer = Composer::new(ComposerOptions { site: None, sender: sender.clone() });
    let mail = composer.test_mail(id, to.clone())?;
    let mailer = SmtpMailer::new((**options).clone()).context("mails cannot be sent")?;
    mailer.send(&mail).await.map_err(|error| match &error {
        MailError::Temporary(_) | MailError::Permanent(_) => anyhow::Error::new(error),
    })?;
    println!("sent: the server {} took a mail for {}", options.host, to.as_str());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str, from: &str) -> MailSettings {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        MailSettings { host: text(host), from: text(from), ..MailSettings::default() }
    }

    #[test]
    fn without_settings_nobody_sends_and_with_a_host_and_a_sender_tls_is_used() {
        assert_eq!(MailSettings::default().resolve(), Ok(MailOptions::Nobody));

        let resolved = settings("mail.example", "Kites & Söhne <orders@kites.example>").resolve().unwrap();

        let MailOptions::Smtp { options, sender } = resolved else { panic!("got {resolved:?}") };
        assert_eq!((options.security, options.port), (SmtpSecurity::Tls, 465));
        assert_eq!((sender.unwrap().as_str(), options.from.as_str()), ("Kites & Söhne", "orders@kites.example"));
    }

    #[test]
    fn all_mistakes_are_told_at_once_and_never_the_password() {
        let wrong = MailSettings {
            security: Some("ssl".into()),
            password: Some("hunter2".into()),
            ca_file: Some("/nowhere/ca.pem".into()),
            wrong_port: Some("many".into()),
            ..settings("", "nobody")
        };

        let mistakes = wrong.resolve().unwrap_err();

        assert_eq!(mistakes.len(), 6, "{mistakes:?}");
        assert!(!mistakes.concat().contains("hunter2"), "{mistakes:?}");
    }

    #[test]
    fn mails_go_without_tls_to_this_machine_only() {
        let plain =
            |host: &str| MailSettings { security: Some("none".into()), ..settings(host, "a@kites.example") }.resolve();

        for host in ["localhost", "127.0.0.1", "::1", "[::1]"] {
            assert!(plain(host).is_ok(), "{host}");
        }
        for host in ["mail.example", "10.0.0.1", "localhost.example", "0.0.0.0"] {
            assert_eq!(plain(host).unwrap_err().len(), 1, "{host}");
        }
    }

    #[test]
    fn a_password_is_read_from_its_file_and_the_environment_stands_over_the_file_of_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "from file\n").unwrap();
        let kept: MailSettings = toml::from_str(&format!(
            "host = \"one.example\"\nuser = \"shop\"\nfrom = \"a@kites.example\"\npassword_file = {file:?}"
        ))
        .unwrap();

        let of_file = kept.clone().resolve().unwrap();
        let environment = MailSettings { password: Some("typed".into()), ..settings("two.example", "") };
        let both = environment.over(kept).resolve().unwrap();

        let said = |options: MailOptions| match options {
            MailOptions::Smtp { options, .. } => (options.host, options.login.unwrap().password),
            MailOptions::Nobody => panic!("nobody"),
        };
        assert_eq!(said(of_file), ("one.example".into(), "from file".into()));
        assert_eq!(said(both), ("two.example".into(), "typed".into()));
        assert!(toml::from_str::<MailSettings>("password = \"x\"").is_err(), "a password is no setting of the file");
    }
}
