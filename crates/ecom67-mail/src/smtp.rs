//! Mails by SMTP.
//!
//! Which answer ends what is decided step by step, and so the steps are ours: a server that refuses to talk to us says nothing
//! of the mail, and a mail that waits for a better day must not be thrown away because a password was wrong. Only what is said
//! of the recipient, or of the mail itself, is final.

mod message;

use std::error::Error as _;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{Mail, MailError, Mailer};
use ecom67_domain::order::EmailAddress;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands;
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// How long one mail may take, waiting for a connection included.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a connection may take to be made.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection that nobody uses is kept: servers close them after some minutes.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// The most connections to the server, where nobody says.
pub(crate) const CONNECTIONS_MAX: usize = 4;

/// How the way to the server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after a greeting in the clear (port 587). A server that does not offer it gets nothing.
    StartTls,
    /// None: for a relay on this very machine.
    Plain,
}

/// Who we are to the server.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpLogin {
    /// The user's name.
    pub user: String,
    /// Their password.
    pub password: String,
}

impl fmt::Debug for SmtpLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SmtpLogin(..)")
    }
}

/// How mails are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpOptions {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept private.
    pub security: SmtpSecurity,
    /// Who we are to it, if it asks.
    pub login: Option<SmtpLogin>,
    /// Who sends the mails.
    pub from: EmailAddress,
    /// The authorities, as PEM, that alone may vouch for the server; those of the system where absent.
    pub authorities: Option<Vec<u8>>,
    /// How long one mail may take.
    pub patience: Duration,
    /// The most connections at once.
    pub connections_max: usize,
}

impl SmtpOptions {
    /// Sends to a server from an address, by TLS.
    pub fn new(host: impl Into<String>, from: EmailAddress) -> Self {
        Self {
            host: host.into(),
            port: 465,
            security: SmtpSecurity::Tls,
            login: None,
            from,
            authorities: None,
            patience: PATIENCE,
            connections_max: CONNECTIONS_MAX,
        }
    }
}

/// Why mails cannot be sent with these options.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The authorities are no certificates.
    #[error("the file of the authorities has no certificates in PEM form")]
    Authorities,
    /// TLS cannot be used, as where the system has no authorities.
    #[error("TLS cannot be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The sender's address is none that mail can be sent from.
    #[error("the sender's address cannot be used")]
    From,
}

/// Sends mails to one server.
pub struct SmtpMailer {
    options: SmtpOptions,
    from: Address,
    tls: Option<TlsParameters>,
    hello: ClientId,
    /// As many as there may be connections.
    places: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SmtpMailer").field(&self.options.host).finish()
    }
}

/// How far a mail had come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The server was asked whether it takes mails from us.
    Server,
    /// It was asked whether it takes this one.
    Mail,
}

impl SmtpMailer {
    /// Gets ready; connections are made once there are mails.
    pub fn new(options: SmtpOptions) -> Result<Self, SmtpError> {
        let from = message::address(&options.from).map_err(|_| SmtpError::From)?;
        let tls = match options.security {
            SmtpSecurity::Plain => None,
            SmtpSecurity::Tls | SmtpSecurity::StartTls => Some(tls(&options)?),
        };
        let places = Semaphore::new(options.connections_max.max(1));
        Ok(Self { from, tls, hello: ClientId::default(), places, idle: Mutex::default(), options })
    }

    async fn exchange(&self, mail: &Mail) -> Result<(), MailError> {
        let to = message::address(&mail.to).map_err(MailError::Permanent)?;
        let bytes = message::bytes(mail, &self.from, &to).map_err(MailError::Permanent)?;
        let _place =
            self.places.acquire().await.map_err(|_| MailError::Temporary("the shop is stopping".to_owned()))?;
        let mut connection = self.connection().await?;
        match self.hand_over(&mut connection, &to, &bytes).await {
            Ok(()) => {
                self.idle().push((connection, Instant::now()));
                Ok(())
            }
            Err(error) => {
                // Whatever was said last, the next mail begins with a clean slate.
                drop(timeout(CONNECT_PATIENCE, connection.abort()).await);
                Err(error)
            }
        }
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: &Address,
        bytes: &[u8],
    ) -> Result<(), MailError> {
        let server = connection.server_info();
        let mut parameters = Vec::new();
        if !AsRef::<str>::as_ref(to).is_ascii() || !AsRef::<str>::as_ref(&self.from).is_ascii() {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                let why = "the address has letters that the server cannot write to (SMTPUTF8)";
                return Err(MailError::Permanent(why.to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from = commands::Mail::new(Some(self.from.clone()), parameters);
        connection.command(from).await.map_err(|error| told(&error, Step::Server))?;
        let to = commands::Rcpt::new(to.clone(), vec![]);
        connection.command(to).await.map_err(|error| told(&error, Step::Mail))?;
        connection.command(commands::Data).await.map_err(|error| told(&error, Step::Mail))?;
        connection.message(bytes).await.map(drop).map_err(|error| told(&error, Step::Mail))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that the server answers on: one that was used before, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, MailError> {
        loop {
            let Some((mut connection, since)) = self.idle().pop() else { break };
            if since.elapsed() < IDLE_MAX && connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await.map_err(|error| told(&error, Step::Server))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let SmtpOptions { host, port, security, login, .. } = &self.options;
        let at_once = self.tls.clone().filter(|_| *security == SmtpSecurity::Tls);
        let server = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_PATIENCE), &self.hello, at_once, None).await?;
        if let (SmtpSecurity::StartTls, Some(tls)) = (security, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(SmtpLogin { user, password }) = login {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(connection)
    }
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParametersBuilder::new(options.host.clone());
    if let Some(authorities) = &options.authorities {
        let certificate = Certificate::from_pem(authorities).map_err(|_| SmtpError::Authorities)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|error| SmtpError::Tls(error.into()))
}

/// What an error means. The server's words are left out, for they like to repeat the address.
fn told(error: &lettre::transport::smtp::Error, step: Step) -> MailError {
    let Some(code) = error.status() else {
        return MailError::Temporary(trouble(error, step));
    };
    let about = match step {
        Step::Server => "the server does not take mails from us",
        Step::Mail => "the server does not take the mail",
    };
    let enhanced = error.source().and_then(|source| enhanced_code(&source.to_string()).map(str::to_owned));
    let is_final =
        error.is_permanent() && step == Step::Mail && is_about_the_mail(&code.to_string(), enhanced.as_deref());
    let why = format!("{about}: {code}{}", enhanced.map(|code| format!(" {code}")).unwrap_or_default());
    if is_final { MailError::Permanent(why) } else { MailError::Temporary(why) }
}

/// Whether a refusal is about the recipient or the mail, by the codes of RFC 3463. Servers also refuse a recipient because
/// they do not like us, the sender, or how much was sent today: all of that may be mended, and the mail goes then.
fn is_about_the_mail(code: &str, enhanced: Option<&str>) -> bool {
    const ABOUT_THE_RECIPIENT: [&str; 6] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"];
    match enhanced {
        Some(enhanced) => ABOUT_THE_RECIPIENT.contains(&enhanced) || enhanced.starts_with("5.6."),
        None => matches!(code, "550" | "551" | "553"),
    }
}

/// What went wrong where the server said nothing.
fn trouble(error: &lettre::transport::smtp::Error, step: Step) -> String {
    // Of a connection that is made, errors have no address; of one that is lost, the answer may have had one.
    let cause = error.source().map(ToString::to_string).filter(|_| step == Step::Server);
    let what = if error.is_tls() {
        "the server's certificate is not trusted, or TLS failed"
    } else if error.is_client() {
        "the server does not offer what is asked for"
    } else if error.is_response() {
        "the server does not speak SMTP, or closed the connection"
    } else {
        "the server does not answer"
    };
    cause.map_or_else(|| what.to_owned(), |cause| format!("{what}: {cause}"))
}

/// The code of RFC 3463 that an answer begins with, such as `5.1.1`.
fn enhanced_code(answer: &str) -> Option<&str> {
    let first = answer.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number)).then_some(first)
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let late =
            || Err(MailError::Temporary(format!("the server took more than {} s", self.options.patience.as_secs())));
        timeout(self.options.patience, self.exchange(mail)).await.unwrap_or_else(|_| late())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_of_the_recipient_or_the_mail_is_final() {
        for (code, enhanced, is_final) in [
            ("550", Some("5.1.1"), true),
            ("550", Some("5.2.1"), true),
            ("554", Some("5.6.0"), true),
            ("550", None, true),
            ("553", None, true),
            // Relay access denied, not the owner of the address, too much today, not verified.
            ("554", Some("5.7.1"), false),
            ("553", Some("5.7.1"), false),
            ("550", Some("5.4.5"), false),
            ("554", None, false),
            ("530", None, false),
        ] {
            assert_eq!(is_about_the_mail(code, enhanced), is_final, "{code} {enhanced:?}");
        }
    }

    #[test]
    fn only_the_code_of_an_answer_is_told() {
        assert_eq!(enhanced_code("5.1.1 <ann@example.org>: no such user"), Some("5.1.1"));
        for other in ["", "<ann@example.org> 5.1.1", "no such user", "5.1", "5.1.1.1", "5.1.a", "1234.1.1"] {
            assert_eq!(enhanced_code(other), None, "{other}");
        }
    }

    #[test]
    fn a_password_is_in_no_log() {
        let login = SmtpLogin { user: "shop".into(), password: "hunter2".into() };
        let options =
            SmtpOptions { login: Some(login), ..SmtpOptions::new("mail.example", "a@example.org".parse().unwrap()) };

        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
