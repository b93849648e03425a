//! A real SMTP server, which `cargo xtask test` installs.

use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use ecom67_domain::order::EmailAddress;
use ecom67_mail::{SmtpOptions, SmtpSecurity};
use serde_json::{Value, json};

/// A Python that has `aiosmtpd`.
const PYTHON: &str = "ECOM67_AIOSMTPD_PYTHON";

/// A server that ends with the test.
pub(crate) struct Server {
    process: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
    certificate: String,
    /// Where certificate and key lie.
    _folder: tempfile::TempDir,
}

impl Server {
    /// The server, or `None` where there is none and that was said.
    pub(crate) fn start(tls: &str, login: Option<(&str, &str)>) -> Option<Self> {
        let Ok(python) = env::var(PYTHON) else {
            let message = format!("{PYTHON} is not set: `cargo xtask test` installs the server and sets it");
            assert!(env::var("CI").is_err(), "{message}");
            // Not `eprintln!`, which is only shown for tests that fail.
            drop(writeln!(io::stderr(), "NOT TESTED: {message}"));
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate = made.cert.pem();
        let write = |name: &str, text: &str| -> PathBuf {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let settings = json!({
            "tls": tls,
            "certificate": write("certificate.pem", &certificate),
            "key": write("key.pem", &made.signing_key.serialize_pem()),
            "user": login.map(|(user, _)| user),
            "password": login.map(|(_, password)| password),
        });
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("the server tells its port");
        Some(Self { process, lines, port, certificate, _folder: folder })
    }

    /// How to send to it.
    pub(crate) fn options(&self, security: SmtpSecurity) -> SmtpOptions {
        let from: EmailAddress = "orders@kites.example".parse().unwrap();
        SmtpOptions {
            port: self.port,
            security,
            authorities: Some(self.certificate.clone().into_bytes()),
            ..SmtpOptions::new("localhost", from)
        }
    }

    /// The next mail that it took.
    pub(crate) fn taken(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("the server tells of each mail")
    }

    /// Ends the server, and tells how many mails it took beside those that were asked for.
    pub(crate) fn end(mut self) -> usize {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
        (&mut self.lines).lines().count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
