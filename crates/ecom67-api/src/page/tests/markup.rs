//! What every page's HTML must be, and what some must show.

use std::collections::BTreeSet;

use ecom67_app::port::StockStore as _;
use ecom67_domain::Language;
use ecom67_domain::product::ProductStatus;
use ecom67_domain::stock::StockChange;
use ecom67_testkit::{a_product, an_adjustment};
use hyper::StatusCode;

use super::shop::{HOSTILE, TestShop, mug, visit};

const PAGES: [&str; 15] = [
    "/de-de/",
    "/en-us/",
    "/de-de/c/becher",
    "/de-at/c/zuhause?filter=brand:S%C3%B8n+%26+Co&filter=price:100-&sort=price",
    "/en-de/c/mugs?page=2",
    "/de-de/l/geschenke",
    "/de-de/search",
    "/de-de/search?q=%3C/script%3E%22%27",
    "/en-us/search?q=mug",
    "/de-de/p/teebecher",
    "/de-de/p/teebecher?sku=MUG-BLUE",
    "/en-de/p/teapot",
    "/de-de/pages/lieferung",
    "/de-de/cart",
    "/de-de/nothing",
];

/// The tags of a page as they stand there.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|tag| tag.split_once('>').expect("each tag ends").0).collect()
}

/// The content of a script of the given kind.
fn scripts<'html>(html: &'html str, opening: &str) -> Vec<&'html str> {
    html.split(opening).skip(1).map(|rest| rest.split_once("</script>").expect("each script ends").0).collect()
}

#[tokio::test]
async fn no_page_has_an_inline_script_or_style() {
    let shop = TestShop::open().await;

    for address in PAGES {
        let html = String::from_utf8(shop.visit(address).await.html).unwrap();

        for tag in tags(&html) {
            let is_script = tag.starts_with("script ") || tag == "script";
            let is_data = tag.starts_with("script type=\"application/");
            assert!(!is_script || is_data || tag.contains(" src=\"/assets/"), "{address}: <{tag}>");
            assert!(!tag.contains(" style=") && !tag.starts_with("style"), "{address}: <{tag}>");
            // Every second piece between quotation marks is a value.
            let names = tag.split('"').step_by(2);
            assert!(!names.into_iter().any(|names| names.contains(" on")), "{address}: <{tag}>");
        }
    }
}

#[tokio::test]
async fn no_name_gets_out_of_its_place() {
    let shop = TestShop::open().await;

    for address in [
        "/en-de/p/teapot",
        "/en-de/c/mugs",
        "/en-de/c/mugs?filter=brand:x",
        "/en-de/",
        "/en-de/p/tea-mug",
        "/en-de/search?q=teapot",
    ] {
        let html = shop.read(address).await;

        assert!(!html.contains("<script>") && !html.contains("<!--"), "{address}: {html}");
        assert!(html.contains("&#60;/script&#62;"), "{address} does not show the name at all");
        let [data] = scripts(&html, "<script type=\"application/json\" id=\"first-data\">")[..] else {
            panic!("{html}")
        };
        assert!(!data.contains(['<', '\u{2028}']), "{address}");
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert!(data.to_string().contains(&serde_json::Value::from(HOSTILE).to_string()), "{address}");
    }
}

#[tokio::test]
async fn structured_data_can_be_read() {
    let shop = TestShop::open().await;

    for address in PAGES {
        let html = String::from_utf8(shop.visit(address).await.html).unwrap();

        for data in scripts(&html, "<script type=\"application/ld+json\">") {
            let value: serde_json::Value = serde_json::from_str(data).unwrap_or_else(|error| panic!("{data}: {error}"));
            assert_eq!(value["@context"], "https://schema.org", "{address}");
        }
    }
}

#[tokio::test]
async fn first_data_answers_what_react_will_ask() {
    let shop = TestShop::open().await;

    for (address, requests) in [
        ("/de-de/", &["/api/home?locale=de-de"][..]),
        (
            "/de-de/c/becher?page=2&sort=name&filter=availability:in_stock",
            &[
                "/api/categories?locale=de-de&category=becher",
                "/api/products?locale=de-de&category=becher&filter=availability%3Ain_stock&sort=name&limit=48",
            ],
        ),
        (
            "/de-de/l/geschenke",
            &["/api/collections/geschenke?locale=de-de", "/api/products?locale=de-de&collection=geschenke"],
        ),
        ("/de-de/search", &[]),
        ("/de-de/search?q=tee+becher", &["/api/search?locale=de-de&q=tee+becher"]),
        (
            "/de-de/p/teebecher",
            &["/api/products/teebecher?locale=de-de", "/api/products?locale=de-de&category=becher&limit=5"],
        ),
        ("/de-de/pages/lieferung", &["/api/pages/lieferung?locale=de-de"]),
    ] {
        let html = shop.read(address).await;

        let [data] = scripts(&html, "<script type=\"application/json\" id=\"first-data\">")[..] else {
            panic!("{html}")
        };
        let data: serde_json::Map<String, serde_json::Value> = serde_json::from_str(data).unwrap();
        let mut expected = vec!["/api/markets", "/api/navigation?locale=de-de"];
        expected.extend(requests);
        assert_eq!(data.keys().collect::<Vec<_>>(), expected, "{address}");
    }
}

#[tokio::test]
async fn a_product_page_shows_what_a_shopper_came_for_before_a_script_runs() {
    let shop = TestShop::open().await;

    let html = shop.read("/de-de/p/teebecher").await;

    for part in [
        "<h1 class=\"text-heading\">Teebecher &#60;groß&#62;</h1>",
        "9,90\u{a0}€",
        "14,90\u{a0}€",
        "inkl. MwSt.",
        "Farbe: <span class=\"text-quiet\">Rot</span>",
        "fill=\"#d62828\"",
        "aria-pressed=\"true\"",
        "1,25 kg",
        "<strong>Steinzeug</strong>",
        "href=\"/de-de/pages/lieferung\"",
        "href=\"/de-de/c/becher\"",
        "srcset=\"/media/",
        "Mehr aus „Becher“",
        "href=\"/de-de/p/teapot\"",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(!html.contains("<b>von Hand"));
    let blue = shop.read("/de-de/p/teebecher?sku=MUG-BLUE").await;
    assert!(blue.contains("Farbe: <span class=\"text-quiet\">Blau</span>") && blue.contains("Ausverkauft"));
}

#[tokio::test]
async fn a_list_shows_its_products_filters_and_the_way_to_more() {
    let shop = TestShop::open().await;

    let html = shop.read("/de-de/c/zuhause?filter=brand:S%C3%B8n+%26+Co&filter=price:500-&sort=price").await;

    for part in [
        "<h1 class=\"text-heading\">Zuhause</h1>",
        "1 Artikel",
        "Teebecher &#60;groß&#62;",
        "ab 9,90\u{a0}€",
        "−33 %",
        "href=\"/de-de/c/zuhause?filter=price:500-&#38;sort=price\"",
        "href=\"/de-de/c/zuhause?filter=brand:S%C3%B8n+%26+Co&#38;sort=price\"",
        "href=\"/de-de/c/zuhause?sort=price\"",
        "Ab 5,00\u{a0}€",
        "<option value=\"price\" selected>",
        "href=\"/de-de/c/becher\"",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(!html.contains("value=\"relevance\""));
}

#[tokio::test]
async fn a_list_never_shows_a_product_as_it_was_before_a_change() {
    let shop = TestShop::open().await;
    let list = "/de-de/c/becher";
    assert!(shop.read(list).await.contains("Teebecher"));

    // The index has not been told yet: what it finds is shown as the store has it now.
    shop.put(mug().with(|parts| parts.texts.get_mut(&Language::GERMAN).unwrap().name = "Henkelbecher".into()).build())
        .await;
    let renamed = shop.read(list).await;
    assert!(renamed.contains("Henkelbecher") && !renamed.contains("Teebecher"), "{renamed}");

    let sold_out = |html: &str| html.matches("Ausverkauft").count();
    for sku in ["MUG-RED", "MUG-BLUE", "JUG"] {
        let adjustment = an_adjustment(sku, StockChange::To(0), &format!("{sku}-gone"));
        shop.database.adjust(adjustment).await.unwrap();
    }
    assert!(sold_out(&shop.read(list).await) > sold_out(&renamed));

    shop.put(mug().with(|parts| parts.status = ProductStatus::Archived).build()).await;
    let archived = shop.read(list).await;
    assert!(!archived.contains("Teebecher"), "{archived}");
}

#[tokio::test]
async fn a_search_marks_what_was_searched() {
    let shop = TestShop::open().await;

    let html = shop.read("/de-de/search?q=teebecher").await;

    assert!(html.contains("Ergebnisse für „teebecher“") && html.contains("<mark>Teebecher</mark>"), "{html}");
    assert!(html.contains("<input class=\"field\" type=\"search\" name=\"q\" value=\"teebecher\""));
    assert!(html.contains("href=\"/en-us/search?q=teebecher\""));
    let nothing = shop.read("/de-de/search?q=zzzz").await;
    assert!(nothing.contains("So etwas haben wir nicht"), "{nothing}");
}

#[tokio::test]
async fn prices_are_those_of_the_market() {
    let shop = TestShop::open().await;

    let us = shop.read("/en-us/p/tea-mug").await;
    let austria = shop.read("/de-at/p/teebecher").await;

    assert!(us.contains("$16.99") && us.contains("plus tax"), "{us}");
    assert!(austria.contains("€\u{a0}9,90") && austria.contains("Österreich · EUR"), "{austria}");
    assert!(shop.read("/en-us/p/jug").await.contains("No price in this country yet"));
}

#[tokio::test]
async fn without_a_web_build_pages_come_without_scripts() {
    let shop = TestShop::open().await;

    let answer = visit(&shop.pages_without_site(), "/de-de/p/teebecher", None).await;

    let html = String::from_utf8(answer.html).unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!html.contains(" src=\"/assets/") && !html.contains("stylesheet") && html.contains("first-data"), "{html}");
}

#[tokio::test]
async fn every_product_of_a_long_list_can_be_reached_without_a_script() {
    let shop = TestShop::open().await;
    shop.put_document(r#"{"type":"category","code":"long","name":{"en":"Long"},"slug":{"en":"long"}}"#).await;
    for index in 0..130 {
        shop.put(a_product(&format!("p{index}")).category("long").build()).await;
    }
    shop.refresh().await;

    let (mut seen, mut address) = (BTreeSet::new(), Some("/en-de/c/long?sort=name".to_owned()));
    let mut beginnings = 0;
    for _ in 0..10 {
        let Some(present) = address else { break };
        let html = shop.read(&present).await;
        let cards = html.split("<h3 class=\"card-name\"><a href=\"").skip(1);
        seen.extend(cards.map(|rest| rest.split_once('"').unwrap().0.to_owned()));
        let footer = html.split("class=\"show-more\"").nth(1).unwrap();
        let link = |class: &str| {
            let (before, _) = footer.split_once("</section>").unwrap();
            let rest = before.split(&format!("<a class=\"{class}\" href=\"")).nth(1)?;
            Some(rest.split_once('"').unwrap().0.replace("&#38;", "&"))
        };
        if let Some(beginning) = link("quiet-link") {
            beginnings += 1;
            assert_eq!(beginning, "/en-de/c/long?sort=name");
        }
        address = link("button");
    }

    assert_eq!((seen.len(), beginnings), (130, 2));
}

#[tokio::test]
async fn a_search_says_how_it_understood_the_words() {
    let shop = TestShop::open().await;
    for name in ["Kettle", "Lantern"] {
        shop.put(a_product(&name.to_ascii_lowercase()).named(name).build()).await;
    }
    shop.refresh().await;

    for (address, notice) in [
        ("/en-de/search?q=kettel", "These are the results for “kettle”."),
        ("/de-de/search?q=teebehcer", "Das sind die Ergebnisse für „Teebecher“."),
        ("/en-de/search?q=kettle+lantern", "Nothing has all of these words."),
    ] {
        let html = shop.read(address).await;
        let (_, told) = html.split_once("<p class=\"search-notice\" role=\"status\">").expect(address);
        assert!(told.split_once("</p>").unwrap().0.contains(notice), "{address}: {told}");
    }
    assert!(!shop.read("/en-de/search?q=kettle").await.contains("search-notice"));
}

#[tokio::test]
async fn a_search_that_found_nothing_offers_near_searches_categories_and_what_is_new() {
    let shop = TestShop::open().await;
    shop.put(a_product("lantern").named("Lantern").build()).await;
    shop.refresh().await;

    let near = shop.read("/en-de/search?q=lantqqqq").await;
    let far = shop.read("/de-de/search?q=zzzzzzzz").await;
    let filtered = shop.read("/de-de/search?q=zzzzzzzz&filter=availability:in_stock").await;

    let (_, offered) = near.split_once("class=\"empty-ways\"").expect("something is near");
    let (offered, _) = offered.split_once("</ul>").unwrap();
    assert!(offered.contains("href=\"/en-de/search?q=") && offered.to_lowercase().contains("lantern"), "{offered}");
    assert!(!far.contains("class=\"empty-ways\""), "nothing is near, and nothing is made up");
    for part in [
        "class=\"category-tile tint-sand\" href=\"/de-de/c/zuhause\"",
        "Neu bei uns</h2>",
        "\"/api/suggest?locale=de-de&q=zzzzzz\":",
        "\"/api/suggest?locale=de-de&q=zzzz\":",
        "\"/api/categories?locale=de-de\":",
        "\"/api/products?locale=de-de&sort=newest&limit=4\":",
    ] {
        assert!(far.contains(part), "{part} is missing in {far}");
    }
    assert!(!filtered.contains("category-tile"), "where filters are to blame, it says so");
}
