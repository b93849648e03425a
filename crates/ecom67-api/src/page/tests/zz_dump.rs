use super::shop::{TestShop, visit};
use crate::page::{Manifest, Pages};

#[tokio::test]
async fn zz_dump() {
    let shop = TestShop::open().await;
    let Ok(manifest) = std::fs::read("/work/main/web/apps/storefront/dist/.vite/manifest.json") else { return };
    let mut pages: Pages = shop.pages.clone();
    pages.manifest = std::sync::Arc::new(Manifest::read(&manifest).unwrap());
    let mut all = serde_json::Map::new();
    for address in ["/de-de/", "/en-us/", "/de-de/c/becher", "/de-at/c/zuhause?filter=brand:S%C3%B8n+%26+Co&filter=price:100-&sort=price", "/en-de/c/mugs?page=2", "/de-de/l/geschenke", "/de-de/search", "/en-us/search?q=mug", "/de-de/search?q=zzzz", "/de-de/p/teebecher", "/de-de/p/teebecher?sku=MUG-BLUE", "/en-de/p/teapot", "/en-us/p/jug", "/de-de/pages/lieferung", "/de-de/p/nothing", "/de-de/c/becher?filter=price:cheap", "/de-de/c/nothing"] {
        let start = std::time::Instant::now();
        let answer = visit(&pages, address, None).await;
        println!("{address} {} {:?}", answer.html.len(), start.elapsed());
        all.insert(address.into(), String::from_utf8(answer.html).unwrap().into());
    }
    std::fs::write("/tmp/pages.json", serde_json::to_vec(&all).unwrap()).unwrap();
}
