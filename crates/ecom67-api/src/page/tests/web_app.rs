//! What a browser is told of the shop as an app.

use serde_json::{Value, json};

use super::shop::TestShop;

/// The icon of the web build, of 512 pixels.
const SQUARE: &[u8] = include_bytes!("../../../../../web/apps/storefront/public/icon-512.png");

async fn manifest(shop: &TestShop, locale: &str) -> Value {
    let bytes = shop.pages.web_app_manifest(&format!("/{locale}/manifest.webmanifest")).await.unwrap();
    serde_json::from_slice(&bytes.expect("the locale has a manifest")).unwrap()
}

#[tokio::test]
async fn each_locale_offers_the_app_in_its_words_and_begins_at_its_home_page() {
    let shop = TestShop::open().await;

    let german = manifest(&shop, "de-at").await;
    let american = manifest(&shop, "en-us").await;

    assert_eq!(
        (&german["name"], &german["short_name"], &german["description"]),
        (&json!("Mugs & More"), &json!("Mugs"), &json!("Für Tee"))
    );
    assert_eq!(
        (&german["lang"], &german["dir"], &german["start_url"]),
        (&json!("de-AT"), &json!("ltr"), &json!("/de-at/"))
    );
    assert_eq!((&german["background_color"], &german["theme_color"]), (&json!("#fff8f0"), &json!("#fff8f0")));
    assert_eq!((&american["lang"], &american["start_url"]), (&json!("en-US"), &json!("/en-us/")));
    assert_eq!(american["shortcuts"][0], json!({"name": "Search the shop", "url": "/en-us/search"}));
    for manifest in [&german, &american] {
        assert_eq!((&manifest["id"], &manifest["scope"]), (&json!("/"), &json!("/")), "one shop is one app");
        assert_eq!(manifest["display"], "standalone");
        let icons = manifest["icons"].as_array().unwrap();
        let has =
            |sizes: &str, purpose: &str| icons.iter().any(|icon| icon["sizes"] == sizes && icon["purpose"] == purpose);
        assert!(has("192x192", "any") && has("512x512", "any") && has("512x512", "maskable"), "{icons:?}");
    }
}

#[tokio::test]
async fn what_is_no_locale_of_the_shop_has_no_manifest() {
    let shop = TestShop::open().await;

    for path in ["/manifest.webmanifest", "/fr-fr/manifest.webmanifest", "/de-de/c/manifest.webmanifest", "/de-de/"] {
        assert_eq!(shop.pages.web_app_manifest(path).await.unwrap(), None, "{path}");
    }
    let nothing = TestShop::empty().await;
    assert_eq!(nothing.pages.web_app_manifest("/de-de/manifest.webmanifest").await.unwrap(), None);
}

#[tokio::test]
async fn a_page_names_its_manifest_its_icons_and_the_colours_of_the_shop() {
    let shop = TestShop::open().await;

    for html in [shop.read("/de-de/").await, shop.read("/de-de/offline").await] {
        for part in [
            "<link rel=\"manifest\" href=\"/de-de/manifest.webmanifest\">",
            "<link rel=\"apple-touch-icon\" href=\"/apple-touch-icon.png\">",
            "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\">",
            "media=\"(prefers-color-scheme: light)\" content=\"#fff8f0\"",
            "media=\"(prefers-color-scheme: dark)\" content=\"#101112\"",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
}

#[tokio::test]
async fn a_shop_with_icons_of_its_own_shows_them_everywhere() {
    let shop = TestShop::open().await;
    let icon = shop.put_picture(SQUARE).await;
    let branding = json!({
        "type": "branding", "code": "branding", "name": "Mugs & More", "tagline": {"en": "For tea"},
        "icon": icon, "icon_maskable": icon,
    });
    shop.put_document(&branding.to_string()).await;
    shop.refresh().await;

    let manifest = manifest(&shop, "en-us").await;
    let html = shop.read("/en-us/").await;

    let told: Vec<_> = manifest["icons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|icon| {
            (icon["sizes"].as_str().unwrap(), icon["type"].as_str().unwrap(), icon["purpose"].as_str().unwrap())
        })
        .collect();
    let sizes = ["160x160", "320x320", "512x512"];
    let expected = ["any", "maskable"].into_iter().flat_map(|purpose| sizes.map(|size| (size, "image/webp", purpose)));
    assert_eq!(told, expected.collect::<Vec<_>>());
    assert!(
        html.contains(&format!("<link rel=\"icon\" type=\"image/webp\" href=\"/media/{icon}/160.webp\">")),
        "{html}"
    );
    assert!(html.contains(&format!("<link rel=\"apple-touch-icon\" href=\"/media/{icon}/320.webp\">")), "{html}");
    assert_eq!((&manifest["short_name"], &manifest["theme_color"]), (&json!("Mugs & More"), &json!("#fbf8f3")));
}

#[tokio::test]
async fn the_page_for_no_connection_speaks_the_locales_language_and_is_found_by_nobody() {
    let shop = TestShop::open().await;

    let german = shop.read("/de-de/offline").await;
    let english = shop.read("/en-us/offline").await;

    assert!(german.contains("Keine Verbindung</h1>") && english.contains("No connection</h1>"));
    assert!(german.contains("<meta name=\"robots\" content=\"noindex\">") && !german.contains("canonical"));
    assert!(german.contains("/api/navigation?locale=de-de"), "React begins from it");
}
