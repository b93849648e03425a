//! What pages tell search engines and whoever shares them.

use ecom67_app::kept::Dependency;
use ecom67_app::port::Subject;
use ecom67_domain::Language;
use serde_json::Value;

use super::shop::{TestShop, mug, visit};

fn structured(html: &str) -> Vec<Value> {
    let scripts = html.split("<script type=\"application/ld+json\">").skip(1);
    scripts.map(|rest| serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()).collect()
}

#[tokio::test]
async fn a_page_names_itself_and_its_twins_in_other_locales() {
    let shop = TestShop::open().await;

    let html = shop.read("/de-de/p/teebecher?sku=MUG-BLUE").await;

    for part in [
        "<html lang=\"de-DE\" dir=\"ltr\">",
        "<title>Teebecher &#60;groß&#62; · Mugs &#38; More</title>",
        "<meta name=\"description\" content=\"Hält &#34;warm&#34; &#38; schön.\">",
        "<link rel=\"canonical\" href=\"https://shop.example/de-de/p/teebecher\">",
        "<link rel=\"alternate\" hreflang=\"de-DE\" href=\"https://shop.example/de-de/p/teebecher\">",
        "<link rel=\"alternate\" hreflang=\"en-US\" href=\"https://shop.example/en-us/p/tea-mug\">",
        "<link rel=\"alternate\" hreflang=\"x-default\" href=\"https://shop.example/en-de/p/tea-mug\">",
        "<meta property=\"og:type\" content=\"product\">",
        "<meta property=\"og:url\" content=\"https://shop.example/de-de/p/teebecher\">",
        "<meta property=\"og:image\" content=\"https://shop.example/media/",
        "<meta property=\"og:locale\" content=\"de_DE\">",
        "<script src=\"/assets/boot.js\" data-entry=\"/assets/main.js\" data-modules=\"/assets/product.js /assets/de.js\"></script>",
        "href=\"/assets/plain.woff2\" crossorigin>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[tokio::test]
async fn the_home_page_of_an_unknown_language_is_the_root() {
    let shop = TestShop::open().await;

    let html = shop.read("/en-us/").await;

    assert!(html.contains("<title>Mugs &#38; More: cheerful things</title>"), "the shop's name stands once");
    assert!(html.contains("hreflang=\"x-default\" href=\"https://shop.example/\""));
    assert!(html.contains("<link rel=\"canonical\" href=\"https://shop.example/en-us/\">"));
    let kinds: Vec<_> = structured(&html).iter().map(|value| value["@type"].clone()).collect();
    assert_eq!(kinds, ["WebSite", "Organization"]);
}

#[tokio::test]
async fn searches_and_filtered_lists_are_not_for_search_engines() {
    let shop = TestShop::open().await;

    for hidden in ["/de-de/search", "/de-de/search?q=tee", "/de-de/c/becher?filter=availability:in_stock"] {
        let html = shop.read(hidden).await;
        assert!(html.contains("noindex") && !html.contains("canonical") && !html.contains("og:title"), "{hidden}");
    }
    let longer = shop.read("/de-de/c/becher?page=3&sort=name").await;
    assert!(longer.contains("<link rel=\"canonical\" href=\"https://shop.example/de-de/c/becher\">"));
    assert!(!longer.contains("noindex"));
}

#[tokio::test]
async fn no_page_takes_its_own_address_from_the_request() {
    let shop = TestShop::open().await;

    let html = visit(&shop.pages_without_site(), "/de-de/p/teebecher", None).await.html;

    let html = String::from_utf8(html).unwrap();
    for absent in ["canonical", "\"alternate\"", "og:url", "og:image", "shop.example"] {
        assert!(!html.contains(absent), "{absent}");
    }
    assert_eq!(structured(&html)[0]["url"], "/de-de/p/teebecher");
}

#[tokio::test]
async fn programs_learn_what_a_product_costs() {
    let shop = TestShop::open().await;

    let mug = &structured(&shop.read("/de-de/p/teebecher").await)[0];
    let american = &structured(&shop.read("/en-us/p/tea-mug").await)[0];
    let teapot = &structured(&shop.read("/en-de/p/teapot").await)[0];
    let unpriced = &structured(&shop.read("/en-us/p/jug").await)[0];

    assert_eq!(mug["brand"]["name"], "Søn & Co");
    let offers = &mug["offers"];
    assert_eq!(offers["@type"], "AggregateOffer");
    assert_eq!(
        (&offers["lowPrice"], &offers["highPrice"], &offers["offerCount"]),
        (&"9.90".into(), &"14.90".into(), &2.into())
    );
    assert_eq!(
        (&offers["priceCurrency"], &offers["availability"]),
        (&"EUR".into(), &"https://schema.org/LimitedAvailability".into())
    );
    assert_eq!((&american["offers"]["@type"], &american["offers"]["price"]), (&"Offer".into(), &"16.99".into()));
    assert_eq!((&teapot["sku"], &teapot["gtin"]), (&"TEAPOT".into(), &"4006381333931".into()));
    assert_eq!(teapot["offers"]["availability"], "https://schema.org/OutOfStock");
    assert_eq!(unpriced.get("offers"), None);
}

#[tokio::test]
async fn programs_learn_the_way_to_a_product() {
    let shop = TestShop::open().await;

    let crumbs = &structured(&shop.read("/de-de/p/teebecher").await)[1];

    let way: Vec<_> = crumbs["itemListElement"].as_array().unwrap().iter().map(|item| item["item"].clone()).collect();
    assert_eq!(
        way,
        [
            "https://shop.example/de-de/",
            "https://shop.example/de-de/c/zuhause",
            "https://shop.example/de-de/c/becher",
            "https://shop.example/de-de/p/teebecher",
        ]
    );
}

#[tokio::test]
async fn a_product_page_depends_on_every_product_it_shows() {
    let shop = TestShop::open().await;

    let Dependency::Product(subjects) = shop.visit("/de-de/p/teebecher").await.dependency else {
        panic!("a product's page depends on products");
    };

    let shown = [
        Subject::Product("mug".parse().unwrap()),
        Subject::Stock("MUG-RED".parse().unwrap()),
        Subject::Stock("MUG-BLUE".parse().unwrap()),
        Subject::Product("teapot".parse().unwrap()),
        Subject::Stock("TEAPOT".parse().unwrap()),
    ];
    assert!(shown.iter().all(|subject| subjects.contains(subject)), "{subjects:?}");
    assert!(!subjects.contains(&Subject::Product("jug".parse().unwrap())));
}

#[tokio::test]
async fn lists_depend_on_the_index_and_texts_on_the_shop() {
    let shop = TestShop::open().await;

    assert!(matches!(shop.visit("/de-de/c/becher").await.dependency, Dependency::Index(_)));
    assert!(matches!(shop.visit("/de-de/").await.dependency, Dependency::Index(_)));
    assert_eq!(shop.visit("/de-de/pages/lieferung").await.dependency, Dependency::Shop);
    assert_eq!(shop.visit("/de-de/search").await.dependency, Dependency::Shop);
}

#[tokio::test]
async fn a_change_is_on_the_page_at_once() {
    let shop = TestShop::open().await;
    let renamed = mug().with(|parts| parts.texts.get_mut(&Language::GERMAN).unwrap().name = "Humpen".into());

    shop.put(renamed.build()).await;

    assert!(shop.read("/de-de/p/teebecher").await.contains("<h1 class=\"text-heading\">Humpen</h1>"));
}
