//! `DynamoDB` keeps the contract of each store port.

mod products {
    ecom67_testkit::product_store_contract!(crate::engine::empty_stores().await);
}

mod documents {
    ecom67_testkit::document_store_contract!(crate::engine::empty_stores().await);
}

mod stock {
    ecom67_testkit::stock_store_contract!(crate::engine::empty_stores().await);
}

mod change_log {
    ecom67_testkit::change_log_contract!(crate::engine::empty_stores().await);
}

mod search_counts {
    ecom67_testkit::search_counts_contract!(crate::engine::empty_stores().await);
}

mod dead_letters {
    ecom67_testkit::dead_letters_contract!(crate::engine::empty_stores().await);
}

mod carts {
    ecom67_testkit::carts_contract!(crate::engine::empty_stores().await);
}

mod orders {
    ecom67_testkit::orders_contract!(crate::engine::empty_stores().await);
}

mod outbox {
    ecom67_testkit::outbox_contract!(crate::engine::empty_stores().await);
}

mod queue {
    ecom67_testkit::queue_contract!(crate::queues::empty_queues().await);
}

mod sent_mails {
    ecom67_testkit::sent_mails_contract!(crate::engine::empty_stores().await);
}

mod gift_cards {
    ecom67_testkit::gift_cards_contract!(crate::engine::empty_stores().await);
}

mod meters {
    ecom67_testkit::meters_contract!(crate::engine::empty_stores().await);
}

mod legal_texts {
    ecom67_testkit::legal_texts_contract!(crate::engine::empty_stores().await);
}
