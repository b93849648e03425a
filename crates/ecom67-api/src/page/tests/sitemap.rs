//! The sitemap, and what robots are told.

use ecom67_domain::product::ProductStatus;
use ecom67_testkit::a_product;
use jiff::SignedDuration;

use super::shop::{SITE, TestShop, mug};
use crate::page::{is_page, is_sitemap};

async fn addresses(shop: &TestShop, path: &str) -> Vec<String> {
    let xml = String::from_utf8(shop.pages.sitemap(path).await.unwrap().expect("the file is there")).unwrap();
    let locations = xml.split("<loc>").skip(1).map(|rest| rest.split_once("</loc>").unwrap().0.to_owned());
    locations.collect()
}

/// Every address that any file of the sitemap lists.
pub(super) async fn listed_addresses(shop: &TestShop) -> Vec<String> {
    let mut all = Vec::new();
    for file in addresses(shop, "/sitemap.xml").await {
        all.extend(addresses(shop, file.strip_prefix(SITE).unwrap()).await);
    }
    all
}

#[tokio::test]
async fn every_page_that_is_meant_to_be_found_is_in_the_sitemap() {
    let shop = TestShop::open().await;
    shop.put(a_product("hidden").status(ProductStatus::Archived).build()).await;

    let all = listed_addresses(&shop).await;

    for (path, is_listed) in [
        ("/de-de/", true),
        ("/de-at/c/becher", true),
        ("/en-us/l/gifts", true),
        ("/en-us/pages/who-we-are", true),
        ("/de-de/pages/who-we-are", false),
        ("/de-de/p/teebecher", true),
        ("/en-us/p/tea-mug", true),
        ("/en-de/p/jug", true),
        ("/en-us/p/jug", false),
        ("/en-de/p/hidden", false),
    ] {
        assert_eq!(all.contains(&format!("{SITE}{path}")), is_listed, "{path} in {all:#?}");
    }
    for address in &all {
        shop.read(address.strip_prefix(SITE).unwrap()).await;
    }
}

#[tokio::test]
async fn many_products_are_spread_over_files_without_losing_one() {
    let shop = TestShop::open().await;
    // Five locales: two thousand products a file.
    for index in 0..2_050 {
        shop.put(a_product(&format!("p{index}")).build()).await;
    }

    let files = addresses(&shop, "/sitemap.xml").await;

    assert_eq!(files.len(), 3, "{files:?}");
    let mut products = Vec::new();
    for file in &files[1..] {
        let part = addresses(&shop, file.strip_prefix(SITE).unwrap()).await;
        assert!(part.len() <= 10_000);
        products.extend(part);
    }
    for index in 0..2_050 {
        let address = format!("{SITE}/en-de/p/p{index}");
        assert_eq!(products.iter().filter(|known| **known == address).count(), 1, "{address}");
    }
}

#[tokio::test]
async fn the_plan_of_the_files_is_made_anew_after_an_hour() {
    let shop = TestShop::open().await;
    let before = addresses(&shop, "/sitemaps/products-1.xml").await;

    shop.put(mug().status(ProductStatus::Draft).build()).await;
    shop.clock.forward(SignedDuration::from_hours(2));

    assert!(addresses(&shop, "/sitemaps/products-1.xml").await.len() < before.len());
}

#[tokio::test]
async fn there_is_no_other_file_and_none_without_a_site() {
    let shop = TestShop::open().await;

    for path in [
        "/sitemaps/products-0.xml",
        "/sitemaps/products-9.xml",
        "/sitemaps/shop-2.xml",
        "/sitemaps/x",
        "/sitemaps/products-1",
    ] {
        assert!(is_sitemap(path) && !is_page(path));
        assert_eq!(shop.pages.sitemap(path).await.unwrap(), None, "{path}");
    }
    let nowhere = shop.pages_without_site();
    assert_eq!(nowhere.sitemap("/sitemap.xml").await.unwrap(), None);
    assert!(!nowhere.robots().contains("Sitemap"));
}

#[tokio::test]
async fn robots_are_kept_from_what_has_no_end() {
    let shop = TestShop::open().await;

    let robots = shop.pages.robots();

    for line in [
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /*/search",
        "Disallow: /*?filter=",
        "Sitemap: https://shop.example/sitemap.xml",
    ] {
        assert!(robots.lines().any(|known| known == line), "{line} in {robots}");
    }
}
