//! Names that would like to be more than names.

use std::sync::Arc;

use ecom67_app::port::{MailComposer as _, MailId, MailKind, OrderMail};
use ecom67_domain::Version;

use crate::orders::{a_composer, a_contact, a_german_order, a_shop, composed};

const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "\" onclick=\"alert(1)",
    "{{ 7 * 7 }}{% raw %}{% for x in y %}",
    "<mj-raw><b>x</b></mj-raw><mj-include path=\"/etc/passwd\" />",
    "&lt;b&gt; &amp; &#60;i&#62; &bogus;",
    "]]><!-- --> <!--[if mso]><b>",
    "'; DROP TABLE orders; --",
    "<",
];

/// The text of a page: what stands between tags, with entities read.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut is_inside = false;
    for letter in html.chars() {
        match letter {
            '<' => is_inside = true,
            '>' => is_inside = false,
            _ if !is_inside => text.push(letter),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, letter)| text.replace(entity, letter))
}

#[test]
fn whatever_a_name_says_it_is_shown_and_nothing_else() {
    let shop = a_shop();
    let plain = composed(&a_german_order(), MailKind::Received, &a_contact(), &shop);
    let tags = plain.html.matches('<').count();
    for name in HOSTILE {
        let (mut order, mut contact) = (a_german_order(), a_contact());
        let content = Arc::make_mut(&mut order.content);
        content.lines[0].name = name.into();
        content.delivery.as_mut().unwrap().name = name.into();
        contact.delivery.name = name.parse().unwrap();

        let mail = composed(&order, MailKind::Received, &contact, &shop);

        let shown = text_of(&mail.html).matches(name).count();
        assert_eq!((mail.html.matches('<').count(), shown), (tags, 4), "{name} in\n{}", mail.html);
        assert_eq!(mail.text.matches(name).count(), 4, "{name} in\n{}", mail.text);
    }
}

#[test]
fn a_shop_whose_name_would_begin_a_line_of_the_head_sends_no_mail() {
    let mut shop = a_shop();
    shop.branding.as_mut().unwrap().name = "Kites\r\nBcc: everybody@example.org".into();
    let order = a_german_order();
    let id = MailId::of_order(order.id, Version(1), MailKind::Received);
    let contact = a_contact();
    let mail = OrderMail {
        kind: MailKind::Received,
        id: &id,
        follows: None,
        order: &order,
        contact: &contact,
        legal_texts: &[],
        shop: &shop,
    };

    let refused = a_composer().compose(&mail).unwrap_err();

    assert!(refused.to_string().contains("head_line_invalid") || refused.to_string().contains("the shop's name"));
}

#[test]
fn the_largest_order_makes_a_mail_that_mailboxes_show_whole() {
    let (mut order, shop) = (a_german_order(), a_shop());
    let content = Arc::make_mut(&mut order.content);
    let mut line = content.lines[0].clone();
    line.name = "Ein recht langer Name, wie ihn Waren haben (Himmelblau, 180 cm, mit Zubehör)".into();
    content.lines = vec![line; 50];

    let mail = composed(&order, MailKind::Received, &a_contact(), &shop);

    // Gmail cuts off what is longer than 102 KB.
    assert!(mail.html.len() < 100_000, "{}", mail.html.len());
}

#[test]
fn a_mail_loads_nothing_from_anywhere() {
    let mail = composed(&a_german_order(), MailKind::Paid, &a_contact(), &a_shop());

    for loading in ["<img", "<link", "<script", "@import", "url(", "background=\"http"] {
        assert!(!mail.html.contains(loading), "{loading}");
    }
    assert_eq!(mail.html.matches("https://").count(), 2, "home and the order's page: {}", mail.html);
}
