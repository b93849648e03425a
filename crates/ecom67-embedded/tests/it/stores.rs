//! SQLite keeps the contract of each store port.

use std::sync::Arc;

use ecom67_testkit::Stores;

use crate::shop::TempShop;

fn empty_stores() -> Stores {
    let shop = TempShop::open();
    let database = Arc::new(shop.database.clone());
    Stores {
        products: Arc::clone(&database) as _,
        documents: Arc::clone(&database) as _,
        stock: Arc::clone(&database) as _,
        changes: Arc::clone(&database) as _,
        search_counts: Arc::clone(&database) as _,
        dead_letters: Arc::clone(&database) as _,
        carts: Arc::clone(&database) as _,
        orders: Arc::clone(&database) as _,
        outbox: Arc::clone(&database) as _,
        sent_mails: Arc::clone(&database) as _,
        legal_texts: Arc::clone(&database) as _,
        meters: Arc::clone(&database) as _,
        gift_cards: database,
        guard: Arc::new(shop),
    }
}

mod products {
    ecom67_testkit::product_store_contract!(super::empty_stores());
}

mod documents {
    ecom67_testkit::document_store_contract!(super::empty_stores());
}

mod stock {
    ecom67_testkit::stock_store_contract!(super::empty_stores());
}

mod change_log {
    ecom67_testkit::change_log_contract!(super::empty_stores());
}

mod search_counts {
    ecom67_testkit::search_counts_contract!(super::empty_stores());
}

mod dead_letters {
    ecom67_testkit::dead_letters_contract!(super::empty_stores());
}

mod carts {
    ecom67_testkit::carts_contract!(super::empty_stores());
}

mod orders {
    ecom67_testkit::orders_contract!(super::empty_stores());
}

mod outbox {
    ecom67_testkit::outbox_contract!(super::empty_stores());
}

mod sent_mails {
    ecom67_testkit::sent_mails_contract!(super::empty_stores());
}

mod gift_cards {
    ecom67_testkit::gift_cards_contract!(super::empty_stores());
}

mod meters {
    ecom67_testkit::meters_contract!(super::empty_stores());
}

mod legal_texts {
    ecom67_testkit::legal_texts_contract!(super::empty_stores());
}
