//! Writing the catalog while others write it.

use std::sync::Arc;

use ecom67_app::catalog::{Catalog, CatalogError, Saved};
use ecom67_app::document::ProductDocument;
use ecom67_app::port::{ProductStore, Stored};
use ecom67_app::shop::Shop;
use ecom67_domain::Product;
use ecom67_testkit::MovableClock;

use crate::shop::{TempShop, code};

impl TempShop {
    fn catalog(&self) -> Catalog {
        let store = Arc::new(self.database.clone());
        Catalog {
            products: Arc::clone(&store) as _,
            documents: Arc::clone(&store) as _,
            stock: store,
            clock: Arc::new(MovableClock::default()),
        }
    }

    async fn read(&self, text: &str) -> Stored<Product> {
        ProductStore::find(&self.database, &code(text)).await.unwrap().unwrap()
    }
}

fn document(line: &str) -> ProductDocument {
    serde_json::from_str(line).unwrap()
}

fn branded(stored: &Stored<Product>, brand: &str) -> ProductDocument {
    ProductDocument { brand: Some(brand.into()), ..ProductDocument::from(&stored.value) }
}

fn summed_up(stored: &Stored<Product>, summary: &str) -> ProductDocument {
    let mut document = ProductDocument::from(&stored.value);
    summary.clone_into(&mut document.texts.get_mut("en").unwrap().summary);
    document
}

#[tokio::test]
async fn of_two_who_change_one_product_at_once_neither_undoes_the_other() {
    let shop = TempShop::open();
    let (catalog, reference) = (shop.catalog(), Shop::default());
    let mug = document(r#"{"code":"mug","texts":{"en":{"name":"Mug"}},"variants":[{"sku":"MUG"}]}"#);
    catalog.save_product(&reference, &mug).await.unwrap();
    let (ann, ben) = (shop.read("mug").await, shop.read("mug").await);

    let first = catalog.replace_product(&reference, branded(&ann, "Kiln"), ann).await;
    let second = catalog.replace_product(&reference, summed_up(&ben, "Holds tea."), ben).await;
    let ben = shop.read("mug").await;
    let again = catalog.replace_product(&reference, summed_up(&ben, "Holds tea."), ben).await;

    assert_eq!(first.unwrap(), Saved::Updated);
    assert!(matches!(second, Err(CatalogError::Stale)), "{second:?}");
    assert_eq!(again.unwrap(), Saved::Updated);
    let mug = shop.read("mug").await.value;
    assert_eq!(mug.brand.as_deref(), Some("Kiln"));
    assert_eq!(mug.texts.values().next().unwrap().summary, "Holds tea.");
}
