//! The composer: from an order to a mail.

use ecom67_app::Chain;
use ecom67_app::port::{ComposeError, HeadLine, LegalText, Mail, MailAttachment, MailComposer, MailId, OrderMail};
use ecom67_domain::order::{EmailAddress, LegalTextKind};
use ecom67_domain::{Language, Locale};
use jiff::tz::TimeZone;

use crate::templates;
use crate::view::{OrderView, View};
use crate::write::Writer;

/// What a shop is called that has not said so, as on its pages.
const SHOP_NAME_DEFAULT: &str = "E-Com67";

/// What is the same in all mails of a shop.
#[derive(Clone, Debug, Default)]
pub struct ComposerOptions {
    /// How the shop is reached from outside, without a slash at its end. Without it, mails lead nowhere.
    pub site: Option<String>,
    /// Who sends mails, by name; the shop, where nobody says.
    pub sender: Option<HeadLine>,
}

/// Writes mails in the languages of the shop.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    options: ComposerOptions,
}

fn written_badly(reason: &impl ToString) -> ComposeError {
    ComposeError { reason: reason.to_string() }
}

impl Composer {
    /// A composer.
    pub const fn new(options: ComposerOptions) -> Self {
        Self { options }
    }

    fn address(&self, path: &str) -> Option<String> {
        self.options.site.as_ref().map(|site| format!("{site}{path}"))
    }

    /// A mail that says that mails arrive.
    pub fn test_mail(&self, id: MailId, to: EmailAddress) -> Result<Mail, ComposeError> {
        let words = ecom67_words::mail_messages(Language::ENGLISH);
        let shop = self.options.sender.as_ref().map_or(SHOP_NAME_DEFAULT, HeadLine::as_str);
        let text = words.get("test-text");
        let view = View {
            language: Language::ENGLISH.to_string(),
            subject: words.get_with("test-subject", &[("shop", &shop)]),
            preview: text.clone(),
            shop: shop.to_owned(),
            home: self.address("/"),
            title: words.get("test-title"),
            lead: vec![text],
            button: None,
            goods_title: String::new(),
            lines: vec![],
            parts: vec![],
            total: None,
            tenders: vec![],
            due: None,
            tax_notes: vec![],
            facts: vec![],
            footer: vec![],
        };
        self.mail(id, None, to, &view, vec![])
    }

    fn mail(
        &self,
        id: MailId,
        follows: Option<MailId>,
        to: EmailAddress,
        view: &View,
        attachments: Vec<MailAttachment>,
    ) -> Result<Mail, ComposeError> {
        let sender = match &self.options.sender {
            Some(sender) => sender.clone(),
            None => view.shop.parse().map_err(|invalid| written_badly(&format!("the shop's name: {invalid}")))?,
        };
        Ok(Mail {
            id,
            follows,
            to,
            sender,
            subject: view.subject.parse().map_err(|invalid| written_badly(&format!("the subject: {invalid}")))?,
            html: templates::html(view).map_err(|error| written_badly(&Chain(&error)))?,
            text: templates::text(view).map_err(|error| written_badly(&Chain(&error)))?,
            attachments,
        })
    }
}

impl MailComposer for Composer {
    fn compose(&self, mail: &OrderMail<'_>) -> Result<Mail, ComposeError> {
        let order = mail.order;
        let locale = Locale { language: order.language, country: order.country };
        let pricing = &mail.shop.pricing;
        let zone = match &order.content.delivery {
            Some(delivery) => pricing.time_zone_of(&delivery.method),
            None => pricing.time_zone(),
        };
        let writer = Writer::new(locale, zone.cloned().unwrap_or(TimeZone::UTC));
        let shop_name = mail.shop.branding.as_ref().map_or(SHOP_NAME_DEFAULT, |branding| branding.name.trim());
        let home = self.address(&format!("/{locale}/"));
        let look_up = self.address(&format!("/{locale}/orders"));
        let view = OrderView { mail, writer: &writer, shop_name, home, look_up }.write();
        let attachments = mail.legal_texts.iter().map(attachment).collect();
        self.mail(mail.id.clone(), mail.follows.cloned(), mail.contact.email.clone(), &view, attachments)
    }
}

/// A text that belongs to the contract as a file. It is Markdown, which reads as text.
fn attachment((kind, text): &(LegalTextKind, LegalText)) -> MailAttachment {
    let name = match kind {
        LegalTextKind::Terms => "terms.txt",
        LegalTextKind::Withdrawal => "withdrawal.txt",
    };
    MailAttachment { name: name.to_owned(), text: format!("{}\n\n{}\n", text.title, text.body.trim_end()) }
}
