//! The mailer and a real SMTP server.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::{Mail, MailAttachment, MailError, Mailer};
use ecom67_mail::{SmtpLogin, SmtpMailer, SmtpOptions, SmtpSecurity};

use crate::server::Server;

fn mail_to(address: &str) -> Mail {
    Mail {
        id: "order_1.3.paid".parse().unwrap(),
        follows: Some("order_1.1.received".parse().unwrap()),
        to: address.parse().unwrap(),
        sender: "Kites & Söhne".parse().unwrap(),
        subject: "Bestellung „Früh“ bezahlt".parse().unwrap(),
        html: "<p>Grüße</p>\n.\n<p>x</p>".into(),
        text: "Grüße\n.\nx".into(),
        attachments: vec![MailAttachment { name: "terms.txt".into(), text: "Erst zählen.".into() }],
    }
}

async fn send(options: SmtpOptions, address: &str) -> Result<(), MailError> {
    SmtpMailer::new(options).unwrap().send(&mail_to(address)).await
}

#[tokio::test]
async fn a_mail_arrives_whole_and_by_tls_however_that_is_begun() {
    for (tls, security) in
        [("tls", SmtpSecurity::Tls), ("starttls", SmtpSecurity::StartTls), ("none", SmtpSecurity::Plain)]
    {
        let Some(mut server) = Server::start(tls, None) else { return };

        send(server.options(security), "ann@example.org").await.unwrap();

        let taken = server.taken();
        assert_eq!(taken["encrypted"], tls != "none", "{tls}");
        assert_eq!((&taken["from"], &taken["to"][0]), (&"orders@kites.example".into(), &"ann@example.org".into()));
        let data = decoded(taken["data"].as_str().unwrap());
        assert!(data.contains("Message-ID: <order_1.3.paid@kites.example>"), "{data}");
        assert!(
            data.contains("multipart/alternative") && data.contains("\r\n.\r\n"),
            "a lone dot is a part of the mail"
        );
    }
}

/// Base64, for what has ASCII in it only.
fn decoded(base64: &str) -> String {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for four in base64.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, byte| bits << 6 | u32::from(digit(*byte))) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn what_is_said_of_the_recipient_or_the_mail_is_final_and_tells_no_address() {
    let Some(server) = Server::start("none", None) else { return };

    for (address, why) in [
        ("unknown@example.org", "the server does not take the mail: 550 5.1.1"),
        ("jürgen@example.org", "the address has letters that the server cannot write to (SMTPUTF8)"),
    ] {
        let sent = send(server.options(SmtpSecurity::Plain), address).await;
        assert_eq!(sent, Err(MailError::Permanent(why.to_owned())), "{address}");
    }
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn what_may_go_later_is_put_off() {
    let Some(server) = Server::start("none", None) else { return };
    let options = || server.options(SmtpSecurity::Plain);
    let patient = SmtpOptions { patience: Duration::from_secs(1), ..options() };
    let sender = SmtpOptions { from: "nobody@kites.example".parse().unwrap(), ..options() };

    let later = "the server does not take the mail: 451 4.7.1";
    assert_eq!(send(options(), "later@example.org").await, Err(MailError::Temporary(later.to_owned())));
    // A policy may be mended, or be only for today: it ends no mail.
    let policy = "the server does not take the mail: 554 5.7.1";
    assert_eq!(send(options(), "spam@example.org").await, Err(MailError::Temporary(policy.to_owned())));
    let cut = send(options(), "cut@example.org").await;
    assert!(
        matches!(&cut, Err(MailError::Temporary(why)) if why.contains("closed the connection") || why.contains("does not answer")),
        "{cut:?}"
    );
    let slow = "the server took more than 1 s";
    assert_eq!(send(patient, "slow@example.org").await, Err(MailError::Temporary(slow.to_owned())));
    // Who may not send at all sends nothing today; that says nothing of the mail.
    let not_us = "the server does not take mails from us: 550 5.7.1";
    assert_eq!(send(sender, "ann@example.org").await, Err(MailError::Temporary(not_us.to_owned())));
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_asked_again_later() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let from = "orders@kites.example".parse().unwrap();
    let options = SmtpOptions { port: closed, security: SmtpSecurity::Plain, ..SmtpOptions::new("127.0.0.1", from) };

    let sent = send(options, "ann@example.org").await;

    assert!(
        matches!(&sent, Err(MailError::Temporary(why)) if why.starts_with("the server does not answer")),
        "{sent:?}"
    );
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_prove_who_it_is() {
    let Some(server) = Server::start("starttls", None) else { return };
    let Some(other) = Server::start("tls", None) else { return };
    let trusting_another = SmtpOptions {
        authorities: other.options(SmtpSecurity::Tls).authorities,
        ..server.options(SmtpSecurity::StartTls)
    };
    let by_another_name = SmtpOptions { host: "127.0.0.1".into(), ..server.options(SmtpSecurity::StartTls) };

    for options in [trusting_another, by_another_name] {
        let sent = send(options, "ann@example.org").await;
        assert!(matches!(&sent, Err(MailError::Temporary(why)) if why.contains("certificate")), "{sent:?}");
    }
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_is_wanted() {
    let Some(server) = Server::start("none", Some(("shop", "secret"))) else { return };
    let login = Some(SmtpLogin { user: "shop".into(), password: "secret".into() });
    let options = SmtpOptions { login, ..server.options(SmtpSecurity::StartTls) };

    let sent = send(options, "ann@example.org").await;

    assert!(matches!(&sent, Err(MailError::Temporary(why)) if why.contains("does not offer")), "{sent:?}");
    assert_eq!(server.end(), 0);
}

#[tokio::test]
async fn a_wrong_password_throws_no_mail_away() {
    let Some(mut server) = Server::start("starttls", Some(("shop", "right"))) else { return };
    let with = |password: &str| SmtpOptions {
        login: Some(SmtpLogin { user: "shop".into(), password: password.into() }),
        ..server.options(SmtpSecurity::StartTls)
    };
    let (wrong, right) = (with("wr0ng"), with("right"));

    let refused = send(wrong, "ann@example.org").await;
    send(right, "ann@example.org").await.unwrap();

    assert!(
        matches!(&refused, Err(MailError::Temporary(why)) if why.contains("535") && !why.contains("wr0ng")),
        "{refused:?}"
    );
    assert_eq!(server.taken()["user"], "shop");
    assert_eq!(server.end(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_mails_share_few_connections() {
    let Some(mut server) = Server::start("none", None) else { return };
    let options = SmtpOptions { connections_max: 2, ..server.options(SmtpSecurity::Plain) };
    let mailer = Arc::new(SmtpMailer::new(options).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let mailer = Arc::clone(&mailer);
        tasks.spawn(async move { mailer.send(&mail_to("ann@example.org")).await });
    }

    for sent in tasks.join_all().await {
        sent.unwrap();
    }

    let peers: std::collections::BTreeSet<String> = (0..20).map(|_| server.taken()["peer"].to_string()).collect();
    assert!(peers.len() <= 2, "{peers:?}");
}

#[tokio::test]
async fn after_a_mail_that_was_refused_the_next_one_goes() {
    let Some(mut server) = Server::start("none", None) else { return };
    let options = SmtpOptions { connections_max: 1, ..server.options(SmtpSecurity::Plain) };
    let mailer = SmtpMailer::new(options).unwrap();

    for (address, is_sent) in [("ann@example.org", true), ("unknown@example.org", false), ("ben@example.org", true)] {
        assert_eq!(mailer.send(&mail_to(address)).await.is_ok(), is_sent, "{address}");
    }

    assert_eq!(
        [server.taken()["to"][0].clone(), server.taken()["to"][0].clone()],
        ["ann@example.org", "ben@example.org"]
    );
}
