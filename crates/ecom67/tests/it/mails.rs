//! Mails of a served shop, and the command that tries them out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use crate::shell::{Ended, Place, ecom67};

/// Talks to one client as a mail server that takes everything from everybody, and returns what it was sent.
fn taking_server() -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let say = |text: &str| (&stream).write_all(format!("{text}\r\n").as_bytes()).unwrap();
        say("220 mail.example");
        let (mut mail, mut is_data) = (String::new(), false);
        while let Some(Ok(line)) = lines.next() {
            match line.as_str() {
                "." if is_data => {
                    say("250 taken");
                    // The command is done; it may go without a word.
                    return mail;
                }
                text if is_data => {
                    mail.push_str(text);
                    mail.push('\n');
                }
                "DATA" => {
                    is_data = true;
                    say("354 go on");
                }
                _ => say("250 fine"),
            }
        }
        mail
    });
    (port, serving)
}

fn test_mail(variables: &[(&str, &str)]) -> Ended {
    let mut command = ecom67();
    command.args(["mail", "test", "--to", "ann@example.org"]).envs(variables.iter().copied());
    Ended::of(&mut command)
}

#[test]
fn a_test_mail_goes_by_the_settings_of_the_shop() {
    let (port, serving) = taking_server();

    let ended = test_mail(&[
        ("ECOM67_SMTP_HOST", "127.0.0.1"),
        ("ECOM67_SMTP_PORT", &port.to_string()),
        ("ECOM67_SMTP_SECURITY", "none"),
        ("ECOM67_SMTP_FROM", "Kites <orders@kites.example>"),
    ]);

    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert!(ended.output.starts_with("sent:"), "{ended:?}");
    let mail = serving.join().unwrap();
    assert!(mail.contains("From: Kites <orders@kites.example>") && mail.contains("To: ann@example.org"), "{mail}");
    assert!(mail.contains("Message-ID: <test.") && mail.contains("Mails arrive"), "{mail}");
}

#[test]
fn a_test_mail_that_cannot_go_says_why() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let server: [(&str, &str); 4] = [
        ("ECOM67_SMTP_HOST", "127.0.0.1"),
        ("ECOM67_SMTP_PORT", &closed),
        ("ECOM67_SMTP_SECURITY", "none"),
        ("ECOM67_SMTP_FROM", "orders@kites.example"),
    ];

    let nowhere = test_mail(&[]);
    let wrong = test_mail(&[("ECOM67_SMTP_HOST", "mail.example"), ("ECOM67_SMTP_PASSWORD", "hunter2")]);
    let away = test_mail(&server);

    assert_eq!(nowhere.status, Some(1), "{nowhere:?}");
    assert!(nowhere.errors.contains("ECOM67_SMTP_HOST"), "{nowhere:?}");
    assert_eq!(wrong.status, Some(2), "{wrong:?}");
    assert!(wrong.errors.contains("ECOM67_SMTP_USER") && wrong.errors.contains("ECOM67_SMTP_FROM"), "{wrong:?}");
    assert!(!wrong.errors.contains("hunter2"), "{wrong:?}");
    assert_eq!(away.status, Some(1), "{away:?}");
    assert!(away.errors.contains("the server does not answer"), "{away:?}");
}

#[test]
fn only_a_demo_has_a_mailbox() {
    let shop = Place::new().serve();

    assert_eq!(shop.get("/demo/mailbox").status, 404);
}
