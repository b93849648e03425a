use ecom67_app::port::{PAGE_MAX, Stored};
use ecom67_domain::{Product, ProductCode, Version};

use crate::steps::code;
use crate::{Stores, a_product};

/// More than two shards or pages of any adapter, and no multiple of a page.
const PRODUCTS: usize = 53;

fn names(products: &[Stored<Product>]) -> Vec<&str> {
    products.iter().map(|stored| stored.value.code.as_str()).collect()
}

async fn many_products(stores: &Stores) -> Vec<String> {
    let codes: Vec<String> = (0..PRODUCTS).map(|index| format!("p{}", index * 7919 % 1000)).collect();
    for code in &codes {
        stores.save(&a_product(code).build()).await;
    }
    codes
}

async fn walk(stores: &Stores, limit: usize) -> Vec<ProductCode> {
    let mut codes: Vec<ProductCode> = Vec::new();
    loop {
        let page = stores.products.list(codes.last(), limit).await.unwrap();
        let length = page.len();
        assert!(length <= limit, "a page of {limit} has {length} products");
        codes.extend(page.into_iter().map(|stored| stored.value.code.clone()));
        if length < limit {
            return codes;
        }
        assert!(codes.len() <= PRODUCTS, "the pages never end: {codes:?}");
    }
}

pub async fn products_come_in_the_order_asked_for_without_the_absent(stores: &Stores) {
    for code in ["a", "b", "c"] {
        stores.save(&a_product(code).build()).await;
    }

    let found = stores.products.find_many(&["c", "x", "a", "b", "y"].map(code)).await.unwrap();

    assert_eq!(names(&found), ["c", "a", "b"]);
    assert_eq!(found[1], Stored { value: a_product("a").build(), version: Version::FIRST });
}

pub async fn a_product_asked_for_twice_comes_twice(stores: &Stores) {
    for code in ["a", "b"] {
        stores.save(&a_product(code).build()).await;
    }

    let found = stores.products.find_many(&["a", "b", "a"].map(code)).await.unwrap();

    assert_eq!(names(&found), ["a", "b", "a"]);
}

pub async fn nothing_asked_for_is_nothing_found(stores: &Stores) {
    stores.save(&a_product("a").build()).await;

    assert_eq!(stores.products.find_many(&[]).await.unwrap(), []);
    assert_eq!(stores.products.list(None, 0).await.unwrap(), []);
}

pub async fn at_most_a_page_of_products_is_read_by_code(stores: &Stores) {
    stores.save(&a_product("a").build()).await;
    stores.save(&a_product("z").build()).await;
    let absent = (2..PAGE_MAX).map(|index| code(&format!("absent-{index}")));
    let codes: Vec<_> = [code("a")].into_iter().chain(absent).chain([code("a"), code("z")]).collect();

    let found = stores.products.find_many(&codes).await.unwrap();

    assert_eq!(names(&found), ["a", "a"], "the last of {} codes is beyond the page", codes.len());
}

pub async fn pages_of_products_walk_each_once(stores: &Stores) {
    let mut expected = many_products(stores).await;

    let in_one = walk(stores, PAGE_MAX).await;
    for limit in [1, 5, PRODUCTS - 1, PRODUCTS] {
        assert_eq!(walk(stores, limit).await, in_one, "in pages of {limit}");
    }

    let mut walked: Vec<_> = in_one.iter().map(ToString::to_string).collect();
    walked.sort_unstable();
    expected.sort_unstable();
    assert_eq!(walked, expected);
}

pub async fn a_list_of_products_can_begin_after_a_code_that_is_not_there(stores: &Stores) {
    many_products(stores).await;
    let all = walk(stores, PAGE_MAX).await;

    for absent in ["a", "p5000", "zzz", "P1"] {
        let after = stores.products.list(Some(&code(absent)), PAGE_MAX).await.unwrap();
        assert!(
            names(&all_stored(stores, &all).await).ends_with(&names(&after)),
            "after {absent} come the last of all, in their order: {:?}",
            names(&after)
        );
    }
}

async fn all_stored(stores: &Stores, codes: &[ProductCode]) -> Vec<Stored<Product>> {
    stores.products.find_many(codes).await.unwrap()
}

pub async fn a_product_saved_again_stays_where_it_stands_in_the_list(stores: &Stores) {
    many_products(stores).await;
    let before = walk(stores, PAGE_MAX).await;
    let changed = a_product(before[20].as_str()).named("Changed").build();

    stores.save(&changed).await;

    assert_eq!(walk(stores, PAGE_MAX).await, before);
    let listed = stores.products.list(Some(&before[19]), 1).await.unwrap();
    assert_eq!(listed, [Stored { value: changed, version: Version(2) }]);
}
