//! The mailbox of a demo.

use std::sync::Arc;

use ecom67_app::port::{Mail, MailAttachment, Mailer as _};
use ecom67_embedded::mailbox::FolderMailbox;
use ecom67_testkit::MovableClock;
use hyper::StatusCode;
use hyper::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY};

use crate::shop::{RoutedShop, answered};

const HOSTILE: &str = "<script>alert(1)</script> & more";

fn mail(number: usize) -> Mail {
    Mail {
        id: format!("order_7.{number}.paid").parse().unwrap(),
        follows: None,
        to: "ann@example.org".parse().unwrap(),
        sender: "Kites & Söhne".parse().unwrap(),
        subject: format!("Mail {number} {HOSTILE}").parse().unwrap(),
        html: "<!doctype html><style>p { color: red }</style><p onclick=\"alert(1)\">Thank you</p>".into(),
        text: format!("Thank you {HOSTILE}"),
        attachments: vec![MailAttachment { name: "terms.txt".into(), text: format!("Terms {HOSTILE}") }],
    }
}

/// A demo with two mails, and the folder they lie in.
async fn demo() -> (RoutedShop, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = FolderMailbox::open(folder.path(), Arc::new(MovableClock::default())).unwrap();
    for number in [1, 2] {
        mailbox.send(&mail(number)).await.unwrap();
    }
    (RoutedShop::open_demo(Arc::new(mailbox)).await, folder)
}

#[tokio::test]
async fn a_shop_that_is_no_demo_has_no_mailbox() {
    let shop = RoutedShop::open().await;

    for path in
        ["/demo/mailbox", "/demo/mailbox.css", "/demo/mailbox/order_7.1.paid", "/demo/mailbox/order_7.1.paid/document"]
    {
        assert_eq!(shop.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn all_mails_are_listed_and_nothing_in_them_is_markup_of_the_page() {
    let (shop, _folder) = demo().await;

    let list = shop.get("/demo/mailbox").await;

    assert_eq!((list.status, list.header(CACHE_CONTROL)), (StatusCode::OK, "no-store"));
    let (second, first) = (list.text().find("Mail 2").unwrap(), list.text().find("Mail 1").unwrap());
    assert!(second < first, "the newest is first");
    assert!(list.text().contains("This is a demo") && list.text().contains("ann@example.org"));
    for path in ["/demo/mailbox", "/demo/mailbox/order_7.1.paid", "/demo/mailbox/order_7.1.paid/text"] {
        assert!(!shop.get(path).await.text().contains("<script>"), "{path}");
    }
}

#[tokio::test]
async fn a_mail_is_shown_in_a_frame_that_can_do_nothing_but_look_as_it_was_written() {
    let (shop, _folder) = demo().await;

    let page = shop.get("/demo/mailbox/order_7.1.paid").await;
    let document = shop.get("/demo/mailbox/order_7.1.paid/document").await;
    let elsewhere = shop.get("/healthz").await;

    assert!(page.text().contains("<iframe src=\"/demo/mailbox/order_7.1.paid/document\""));
    let policy = page.header(CONTENT_SECURITY_POLICY);
    assert!(policy.contains("frame-src 'self'") && policy.contains("style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("script-src"), "{policy}");
    assert_eq!(document.text(), mail(1).html);
    let policy = document.header(CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("sandbox allow-popups") && policy.contains("default-src 'none'"), "{policy}");
    for dangerous in ["allow-scripts", "allow-same-origin", "script-src", "img-src", "connect-src"] {
        assert!(!policy.contains(dangerous), "{policy}");
    }
    let policy = elsewhere.header(CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe-inline"), "{policy}");
}

#[tokio::test]
async fn the_mailbox_speaks_the_readers_language_or_the_chosen_one() {
    let (shop, _folder) = demo().await;
    let asked = |path: &str, languages: &str| {
        let request = axum::extract::Request::get(path).header(ACCEPT_LANGUAGE, languages);
        answered(shop.router.clone(), request.body(axum::body::Body::empty()).unwrap())
    };

    for (path, languages, language) in [
        ("/demo/mailbox", "de-AT,en;q=0.5", "de"),
        ("/demo/mailbox", "fr,en;q=0.5", "en"),
        ("/demo/mailbox", "", "en"),
        ("/demo/mailbox?language=de", "en", "de"),
        ("/demo/mailbox?language=xx", "de", "de"),
    ] {
        let answer = asked(path, languages).await;
        assert!(answer.text().contains(&format!("<html lang=\"{language}\">")), "{path} {languages}");
    }
}

#[tokio::test]
async fn a_mail_that_is_not_there_is_not_found() {
    let (shop, _folder) = demo().await;

    for path in ["order_7.3.paid", "..%2f..%2fshop", "%00", "A", "order_7.1.paid%2fdocument"] {
        for rest in ["", "/text", "/document"] {
            let answer = shop.get(&format!("/demo/mailbox/{path}{rest}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}{rest}");
        }
    }
}
