//! Addresses that lead to others.

use ecom67_domain::Language;
use ecom67_domain::product::ProductParts;
use ecom67_testkit::a_product;
use hyper::StatusCode;

use super::shop::{SITE, TestShop, mug};
use super::sitemap::listed_addresses;

#[tokio::test]
async fn the_root_leads_to_the_locale_that_the_reader_knows_best() {
    let shop = TestShop::open().await;

    for (languages, location) in [
        ("de-AT,de;q=0.9", "/de-at/"),
        ("de", "/de-de/"),
        ("en-US", "/en-us/"),
        ("fr;q=0.9, de;q=0.2", "/de-de/"),
        ("", "/en-de/"),
    ] {
        let answer = shop.visit_as("/", languages).await;

        assert_eq!(answer.moved.as_deref(), Some(location), "{languages}");
        assert_eq!(answer.status, StatusCode::FOUND);
        assert!(answer.varies_by_language);
    }
    assert_eq!(shop.visit_as("/?from=mail", "de").await.moved.as_deref(), Some("/de-de/?from=mail"));
}

#[tokio::test]
async fn each_page_has_one_address() {
    let shop = TestShop::open().await;

    for (other, own) in
        [("/de-de", "/de-de/"), ("/DE-DE/", "/de-de/"), ("/de-de/c/becher/?sort=price", "/de-de/c/becher?sort=price")]
    {
        assert_eq!(shop.moved(other).await.as_deref(), Some(own), "{other}");
    }
}

#[tokio::test]
async fn a_slug_of_another_language_leads_to_the_page_in_this_one() {
    let shop = TestShop::open().await;

    for (other, own) in [
        ("/en-de/p/teebecher?sku=MUG-RED", "/en-de/p/tea-mug?sku=MUG-RED"),
        ("/de-at/p/tea-mug", "/de-at/p/teebecher"),
        ("/de-de/c/mugs?sort=name", "/de-de/c/becher?sort=name"),
        ("/en-us/c/zuhause", "/en-us/c/home"),
        ("/de-de/l/gifts", "/de-de/l/geschenke"),
        ("/en-us/pages/lieferung", "/en-us/pages/delivery"),
    ] {
        assert_eq!(shop.moved(other).await.as_deref(), Some(own), "{other}");
    }
}

#[tokio::test]
async fn a_page_for_other_markets_leads_to_the_one_of_its_kind_here() {
    let shop = TestShop::open().await;

    assert_eq!(shop.moved("/en-us/pages/impressum").await.as_deref(), Some("/en-us/pages/who-we-are"));
    assert_eq!(shop.moved("/de-de/pages/who-we-are").await.as_deref(), Some("/de-de/pages/impressum"));
}

#[tokio::test]
async fn a_products_code_leads_to_its_page() {
    let shop = TestShop::open().await;

    assert_eq!(shop.moved("/de-de/p/mug").await.as_deref(), Some("/de-de/p/teebecher"));
    let code = |parts: &mut ProductParts| parts.code = "A 1/2+".parse().unwrap();
    shop.put(a_product("half").with(code).build()).await;
    assert_eq!(shop.moved("/en-de/p/A%201/2+").await.as_deref(), Some("/en-de/p/half"));
    assert_eq!(shop.moved("/en-de/p/A%201%2F2%2B").await.as_deref(), Some("/en-de/p/half"));
}

#[tokio::test]
async fn an_old_slug_leads_to_the_present_one() {
    let shop = TestShop::open().await;
    shop.put(mug().slug(Language::GERMAN, "becher-gross").build()).await;
    shop.put_document(r#"{"type":"category","code":"mugs","parent":"home","name":{"en":"Cups","de":"Tassen"},"slug":{"en":"cups","de":"tassen"}}"#).await;
    shop.put_document(
        r#"{"type":"collection","code":"gifts","name":{"en":"Presents"},"slug":{"en":"presents"},"products":[]}"#,
    )
    .await;
    shop.put_document(r#"{"type":"page","code":"delivery","kind":"delivery","texts":{"en":{"title":"Post","slug":"post","body":"By post."}}}"#).await;
    shop.refresh().await;

    for (old, present) in [
        ("/de-de/p/teebecher", "/de-de/p/becher-gross"),
        ("/de-de/c/becher", "/de-de/c/tassen"),
        ("/en-de/c/mugs?page=2", "/en-de/c/cups?page=2"),
        ("/en-us/l/gifts", "/en-us/l/presents"),
        ("/de-de/pages/lieferung", "/de-de/pages/post"),
    ] {
        assert_eq!(shop.moved(old).await.as_deref(), Some(present), "{old}");
    }
}

#[tokio::test]
async fn a_slug_that_another_product_has_in_the_readers_language_leads_to_that_one_only() {
    let shop = TestShop::open().await;
    let gift = a_product("present").slug(Language::ENGLISH, "gift").without(Language::GERMAN).category("mugs");
    let poison = a_product("toxin").slug(Language::ENGLISH, "poison").slug(Language::GERMAN, "gift").category("mugs");
    shop.put(gift.named("Present").build()).await;
    shop.put(poison.named("Toxin").build()).await;
    shop.refresh().await;

    assert!(shop.read("/de-de/p/gift").await.contains("Toxin"));
    assert!(shop.read("/de-de/p/gift~en").await.contains("Present"));
    assert_eq!(shop.moved("/de-de/p/present").await.as_deref(), Some("/de-de/p/gift~en"));
    assert_eq!(shop.moved("/en-de/p/gift~en").await.as_deref(), Some("/en-de/p/gift"));
    assert_eq!(shop.moved("/de-de/p/poison").await.as_deref(), Some("/de-de/p/gift"));
    assert!(shop.read("/en-de/p/gift").await.contains("href=\"https://shop.example/de-de/p/gift~en\""));
    let list = shop.read("/de-de/c/becher").await;
    assert!(list.contains("/de-de/p/gift~en\"") && list.contains("/de-de/p/gift\""));
    assert_eq!(shop.visit("/de-de/p/gift~fr").await.status, StatusCode::NOT_FOUND);
    assert_eq!(shop.visit("/de-de/p/gift~").await.status, StatusCode::NOT_FOUND);

    shop.put(gift_with_a_german_text()).await;
    assert_eq!(shop.moved("/de-de/p/gift~en").await.as_deref(), Some("/de-de/p/geschenk"));
}

fn gift_with_a_german_text() -> ecom67_domain::Product {
    a_product("present").slug(Language::ENGLISH, "gift").slug(Language::GERMAN, "geschenk").build()
}

#[tokio::test]
async fn a_category_collection_or_page_whose_lent_slug_belongs_to_another_names_its_language() {
    let shop = TestShop::open().await;
    for document in [
        r#"{"type":"category","code":"a-presents","name":{"en":"Presents"},"slug":{"en":"gift"}}"#,
        r#"{"type":"category","code":"b-toxins","name":{"en":"Poisons"},"slug":{"en":"poison","de":"gift"}}"#,
        r#"{"type":"collection","code":"a-presents","name":{"en":"Presents"},"slug":{"en":"gift"},"products":[]}"#,
        r#"{"type":"collection","code":"b-toxins","name":{"en":"Poisons"},"slug":{"en":"poison","de":"gift"},"products":[]}"#,
        r#"{"type":"page","code":"a-presents","kind":"other","texts":{"en":{"title":"Presents","slug":"gift","body":"."}}}"#,
        r#"{"type":"page","code":"b-toxins","kind":"other","texts":{"en":{"title":"Bad","slug":"poison","body":"."},"de":{"title":"Poisons","slug":"gift","body":"."}}}"#,
        r#"{"type":"menu","code":"header","links":[
            {"label":{"en":"1"},"to":{"category":"a-presents"}},{"label":{"en":"2"},"to":{"collection":"a-presents"}},
            {"label":{"en":"3"},"to":{"page":"a-presents"}}]}"#,
    ] {
        shop.put_document(&document.replace('\n', "")).await;
    }
    shop.put(a_product("bow").category("a-presents").build()).await;
    shop.refresh().await;

    let listed = listed_addresses(&shop).await;
    for place in ["c", "l", "pages"] {
        let gift = format!("/de-de/{place}/gift");
        assert!(shop.read(&gift).await.contains(">Poisons</h1>"), "{gift}");
        let lent = shop.read(&format!("/de-de/{place}/gift~en")).await;
        assert!(lent.contains(">Presents</h1>"), "{place}");
        let english = shop.read(&format!("/en-de/{place}/gift")).await;
        assert!(english.contains(">Presents</h1>"), "{place}");
        assert!(english.contains(&format!("href=\"{SITE}/de-de/{place}/gift~en\"")), "{place}");
        assert!(english.contains(&format!("href=\"{SITE}/en-us/{place}/gift\"")), "{place}");
        assert!(shop.read("/de-de/").await.contains(&format!("/de-de/{place}/gift~en\"")), "{place}");
        assert!(listed.contains(&format!("{SITE}/de-de/{place}/gift~en")), "{place}");
        for (other, own) in [
            (format!("/en-de/{place}/gift~en"), format!("/en-de/{place}/gift")),
            (format!("/de-de/{place}/gift~de"), gift.clone()),
            (format!("/de-de/{place}/poison~en"), gift.clone()),
        ] {
            assert_eq!(shop.moved(&other).await, Some(own), "{other}");
        }
        for nothing in ["gift~fr", "gift~", "~a-presents", "~"] {
            let address = format!("/de-de/{place}/{nothing}");
            assert_eq!(shop.visit(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
    assert!(shop.read("/de-de/p/bow").await.contains("/de-de/c/gift~en\""), "the breadcrumbs");
    assert!(shop.read("/de-de/c/gift~en").await.contains("/de-de/p/bow\""), "the list");
}

#[tokio::test]
async fn a_menus_link_leads_to_the_product_with_that_code_whoever_has_it_as_slug() {
    let shop = TestShop::open().await;
    let code = |parts: &mut ProductParts| parts.code = "A 1/2+".parse().unwrap();
    shop.put(a_product("half").with(code).build()).await;
    shop.put(a_product("other").slug(Language::GERMAN, "mug").build()).await;
    shop.put_document(
        r#"{"type":"menu","code":"header","links":[{"label":{"en":"1"},"to":{"product":"mug"}},{"label":{"en":"2"},"to":{"product":"A 1/2+"}}]}"#,
    )
    .await;
    shop.refresh().await;

    let home = shop.read("/de-de/").await;

    for (link, own) in [("/de-de/p/~mug", "/de-de/p/teebecher"), ("/de-de/p/~A%201%2F2%2B", "/de-de/p/half")] {
        assert!(home.contains(&format!("href=\"{link}\"")), "{link}");
        assert_eq!(shop.moved(link).await.as_deref(), Some(own), "{link}");
    }
    assert_eq!(shop.visit("/de-de/p/~nobody").await.status, StatusCode::NOT_FOUND);
}
