//! A mail as it goes over the wire.

use ecom67_app::port::{Mail, MailId};
use ecom67_domain::order::EmailAddress;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::{Address, Message};

/// Says that no person wrote it, so that no machine answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// An address with its domain as the domain name system has it, so that a server need not know of other letters than ours.
pub(super) fn address(email: &EmailAddress) -> Result<Address, String> {
    let no_address = || "the address is none that mail can be sent to".to_owned();
    let (local, domain) = email.as_str().rsplit_once('@').ok_or_else(no_address)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| no_address())?;
    Address::new(local, domain).map_err(|_| no_address())
}

/// The Message-ID: the same wherever and whenever the mail is made.
fn message_id(id: &MailId, from: &Address) -> String {
    format!("<{id}@{}>", from.domain())
}

/// The whole mail.
pub(super) fn bytes(mail: &Mail, from: &Address, to: &Address) -> Result<Vec<u8>, String> {
    let mut message = Message::builder()
        .from(Mailbox::new(Some(mail.sender.as_str().to_owned()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(mail.subject.as_str())
        .message_id(Some(message_id(&mail.id, from)))
        .header(AutoSubmitted)
        .date_now();
    if let Some(first) = &mail.follows {
        let first = message_id(first, from);
        message = message.in_reply_to(first.clone()).references(first);
    }
    let said = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    let parts = mail.attachments.iter().fold(MultiPart::mixed().multipart(said.clone()), |parts, attached| {
        let file = Attachment::new(attached.name.clone());
        parts.singlepart(file.body(attached.text.clone(), ContentType::TEXT_PLAIN))
    });
    let message = message
        .multipart(if mail.attachments.is_empty() { said } else { parts })
        .map_err(|_| "the mail cannot be written as a message".to_owned())?;
    Ok(message.formatted())
}

#[cfg(test)]
mod tests {
    use ecom67_app::port::MailAttachment;

    use super::*;

    #[test]
    fn a_domain_is_written_in_letters_that_every_server_knows() {
        let written = |email: &str| address(&email.parse().unwrap()).unwrap().to_string();

        assert_eq!(written("ann@Müller.example"), "ann@xn--mller-kva.example");
        assert_eq!(written("ann@example.org"), "ann@example.org");
    }

    #[test]
    fn a_mail_belongs_to_the_first_one_and_says_that_no_person_wrote_it() {
        let mail = Mail {
            id: "order_1.3.paid".parse().unwrap(),
            follows: Some("order_1.1.received".parse().unwrap()),
            to: "ann@example.org".parse().unwrap(),
            sender: "Kites & Söhne".parse().unwrap(),
            subject: "Bestellung bezahlt: „Früh“".parse().unwrap(),
            html: "<p>ä</p>".into(),
            text: "ä".into(),
            attachments: vec![MailAttachment { name: "terms.txt".into(), text: "Gültig ist das Gesagte.\n".into() }],
        };
        let (from, to) = ("shop@kites.example".parse().unwrap(), address(&mail.to).unwrap());

        let written = String::from_utf8(bytes(&mail, &from, &to).unwrap()).unwrap();

        assert!(written.is_ascii());
        for line in [
            "Message-ID: <order_1.3.paid@kites.example>\r\n",
            "In-Reply-To: <order_1.1.received@kites.example>\r\n",
            "References: <order_1.1.received@kites.example>\r\n",
            "To: ann@example.org\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: multipart/mixed;",
            "Content-Disposition: attachment; filename=\"terms.txt\"\r\n",
        ] {
            assert!(written.contains(line), "{line} is missing in\n{written}");
        }
    }
}
