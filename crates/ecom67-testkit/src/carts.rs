//! What every [`CartStore`](ecom67_app::port::CartStore) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use std::num::NonZeroU32;
use std::sync::Arc;

use ecom67_app::port::{
    CartChange, CartChangeError, FORGET_CARTS_MAX, IDEMPOTENCY_KEY_LENGTH_MAX, REQUEST_MEMORY, RequestToken, Stored,
};
use ecom67_domain::cart::{
    Article, CART_IDLE_MAX, CapabilityDigest, CartEdit, CartKey, LINES_MAX, NOTE_LENGTH_MAX, Wish,
};
use ecom67_domain::pricing::Destination;
use ecom67_domain::{Cart, CartId, Money, ProductLimit, QuantityLimits, Version};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::{Stores, noon};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! carts_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; carts;
            a_cart_with_everything_reads_back
            a_cart_that_nobody_made_is_absent
            somebody_elses_cart_is_as_absent_as_none
            nobody_changes_a_cart_by_the_prices_of_another_market
            a_change_is_made_and_counted
            what_changes_nothing_keeps_the_version
            a_refused_change_leaves_nothing
            what_comes_in_sets_is_kept_in_whole_sets
            what_was_put_aside_comes_back_within_the_limit_of_its_product
            a_change_of_what_was_read_before_somebody_elses_is_refused
            the_same_request_again_changes_nothing
            a_request_is_remembered_even_where_it_changed_nothing
            a_refused_request_may_be_made_again
            a_key_that_names_another_request_is_refused
            a_key_is_forgotten_after_a_day
            each_cart_has_keys_of_its_own
            of_64_editors_of_one_cart_nobody_loses_a_line
            of_many_editors_of_two_variants_none_goes_beyond_the_limit_of_their_product
            of_16_repeats_of_one_request_exactly_one_is_made
            a_cart_lives_on_with_each_change_and_no_longer
            forgetting_takes_no_cart_that_is_alive
            carts_are_no_changes_of_the_catalog
        );
    };
}

fn cart(number: u128) -> Cart {
    let market = "de".parse().expect("a valid code");
    Cart::new(CartId::new(number), CapabilityDigest([number.to_be_bytes()[15]; 32]), market, noon())
}

async fn made(stores: &Stores, number: u128) -> CartKey {
    let cart = cart(number);
    let key = cart.key();
    assert_eq!(stores.carts.create(cart).await.unwrap(), Version::FIRST);
    key
}

pub(crate) fn article(sku: &str) -> Article {
    let price = Money::new(1_490, "EUR".parse().expect("a currency"));
    Article {
        sku: sku.parse().unwrap(),
        product: "mug".parse().unwrap(),
        market: "de".parse().unwrap(),
        price,
        limits: QuantityLimits::new(None, Some(200), None).expect("limits that fit"),
        shared_limit: None,
        available: None,
    }
}

fn add(sku: &str, quantity: u32) -> CartEdit {
    CartEdit::Add { article: article(sku), quantity: NonZeroU32::new(quantity).unwrap() }
}

fn change(cart: CartKey, edit: CartEdit) -> CartChange {
    let market = "de".parse().expect("a valid code");
    CartChange { cart, market, edit, read_at: None, request: None, at: noon() }
}

fn request(key: &str, digest: u8) -> Option<RequestToken> {
    Some(RequestToken { key: key.parse().unwrap(), digest: [digest; 32] })
}

async fn found(stores: &Stores, key: CartKey) -> Stored<Cart> {
    Arc::unwrap_or_clone(stores.carts.find(key, noon()).await.unwrap().expect("the cart is there"))
}

fn quantities(cart: &Stored<Cart>) -> Vec<(&str, u32)> {
    cart.value.lines.iter().map(|line| (line.sku.as_str(), line.quantity.get())).collect()
}

pub async fn a_cart_with_everything_reads_back(stores: &Stores) {
    let mut cart = cart(u128::MAX);
    for index in 0..LINES_MAX {
        cart.apply(add(&format!("SAVED {index}/2.5+#"), 3), noon()).unwrap();
        cart.apply(CartEdit::SaveForLater(format!("SAVED {index}/2.5+#").parse().unwrap()), noon()).unwrap();
    }
    for index in 0..LINES_MAX {
        cart.apply(add(&format!("{index:0>64}"), 200), noon()).unwrap();
    }
    for index in 0..100 {
        let wish = Wish { sku: format!("W{index}").parse().unwrap(), product: "mug".parse().unwrap() };
        cart.apply(CartEdit::Wish(wish), noon()).unwrap();
    }
    for index in 0..5 {
        cart.apply(CartEdit::EnterCoupon(format!("COUPON-{index}").parse().unwrap()), noon()).unwrap();
    }
    let destination = Destination {
        country: "US".parse().unwrap(),
        region: Some("NY".parse().unwrap()),
        postal_code: Some("10001-1234".parse().unwrap()),
    };
    cart.apply(CartEdit::SetDestination(Some(destination)), noon()).unwrap();
    cart.apply(CartEdit::ChooseDelivery(Some("express".parse().unwrap())), noon()).unwrap();
    let note = "☕ \"ü\"\n".repeat(NOTE_LENGTH_MAX / 6);
    cart.apply(CartEdit::SetNote(Some(note.parse().unwrap())), noon() + SignedDuration::from_nanos(1_000)).unwrap();

    stores.carts.create(cart.clone()).await.unwrap();

    assert_eq!(found(stores, cart.key()).await, Stored { value: cart, version: Version::FIRST });
}

pub async fn a_cart_that_nobody_made_is_absent(stores: &Stores) {
    let id = cart(7).key();

    assert_eq!(stores.carts.find(id, noon()).await.unwrap(), None);
    let refused = stores.carts.change(change(id, add("RED", 1))).await;
    assert!(matches!(refused, Err(CartChangeError::NotFound)), "got {refused:?}");
    assert_eq!(stores.carts.find(id, noon()).await.unwrap(), None, "no change makes a cart");
}

pub async fn somebody_elses_cart_is_as_absent_as_none(stores: &Stores) {
    let own = made(stores, 1).await;
    stores.carts.change(change(own, add("RED", 1))).await.unwrap();
    let other = CartKey { capability: CapabilityDigest([0xFF; 32]), ..own };

    assert_eq!(stores.carts.find(other, noon()).await.unwrap(), None);
    let refused = stores.carts.change(change(other, CartEdit::Remove("RED".parse().unwrap()))).await;
    assert!(matches!(refused, Err(CartChangeError::NotFound)), "got {refused:?}");
    assert_eq!(quantities(&found(stores, own).await), [("RED", 1)]);
}

pub async fn nobody_changes_a_cart_by_the_prices_of_another_market(stores: &Stores) {
    let key = made(stores, 1).await;
    stores.carts.change(change(key, add("RED", 1))).await.unwrap();
    let market = || "us".parse().unwrap();

    for edit in [CartEdit::Remove("RED".parse().unwrap()), CartEdit::SetNote(None)] {
        let refused = stores.carts.change(CartChange { market: market(), ..change(key, edit) }).await;
        assert!(matches!(&refused, Err(CartChangeError::Refused(refusal)) if refusal.code() == "cart_of_other_market"));
    }
    assert_eq!(quantities(&found(stores, key).await), [("RED", 1)]);
}

pub async fn a_change_is_made_and_counted(stores: &Stores) {
    let id = made(stores, 1).await;
    let at = noon() + SignedDuration::from_secs(5);

    let added = stores.carts.change(CartChange { at, ..change(id, add("RED", 2)) }).await.unwrap();
    let more = stores.carts.change(change(id, add("RED", 3))).await.unwrap();
    let removed = stores.carts.change(change(id, CartEdit::Remove("RED".parse().unwrap()))).await.unwrap();

    assert_eq!((added.cart.version, added.cart.value.changed_at), (Version(2), at));
    assert_eq!(quantities(&added.cart), [("RED", 2)]);
    assert_eq!((more.cart.version, quantities(&more.cart)), (Version(3), vec![("RED", 5)]));
    assert!(!removed.is_repeated && removed.cart.value.lines.is_empty());
    assert_eq!(found(stores, id).await, removed.cart);
}

pub async fn what_changes_nothing_keeps_the_version(stores: &Stores) {
    let id = made(stores, 1).await;

    let unchanged = stores.carts.change(change(id, CartEdit::Remove("RED".parse().unwrap()))).await.unwrap();

    assert_eq!(unchanged.cart.version, Version::FIRST);
    assert!(!unchanged.is_repeated);
    assert_eq!(found(stores, id).await, unchanged.cart);
}

pub async fn a_refused_change_leaves_nothing(stores: &Stores) {
    let id = made(stores, 1).await;
    stores.carts.change(change(id, add("RED", 150))).await.unwrap();
    let before = found(stores, id).await;

    let refused = stores.carts.change(change(id, add("RED", 51))).await;

    assert!(matches!(&refused, Err(CartChangeError::Refused(refusal)) if refusal.code() == "quantity_too_large"));
    assert_eq!(found(stores, id).await, before);
}

pub async fn what_comes_in_sets_is_kept_in_whole_sets(stores: &Stores) {
    let id = made(stores, 1).await;
    let limits = QuantityLimits::new(Some(12), Some(24), Some(6)).expect("limits that fit");
    let wine = || Article { limits, ..article("WINE") };
    let set = |quantity| CartEdit::Set { article: wine(), quantity: NonZeroU32::new(quantity).unwrap() };

    for quantity in [12, 18, 24] {
        let pressed = stores.carts.change(change(id, CartEdit::AddNext(wine()))).await.unwrap();
        assert_eq!(quantities(&pressed.cart), [("WINE", quantity)]);
    }
    assert!(stores.carts.change(change(id, CartEdit::AddNext(wine()))).await.is_err());
    let before = found(stores, id).await;
    assert_eq!((quantities(&before), before.version), (vec![("WINE", 24)], Version(4)));
    for (quantity, code) in [(6, "quantity_too_small"), (13, "quantity_not_in_sets"), (30, "quantity_too_large")] {
        let refused = stores.carts.change(change(id, set(quantity))).await;
        assert!(
            matches!(&refused, Err(CartChangeError::Refused(refusal)) if refusal.code() == code),
            "got {refused:?}"
        );
    }
    assert_eq!(found(stores, id).await, before);
}

/// A variant of a product of which one cart may have seven.
fn print(sku: &str) -> Article {
    let limits = QuantityLimits::new(None, Some(7), None).expect("limits that fit");
    Article { product: "print".parse().unwrap(), limits, shared_limit: ProductLimit::new(7).ok(), ..article(sku) }
}

fn is_too_many_of_product<T>(result: &Result<T, CartChangeError>) -> bool {
    matches!(result, Err(CartChangeError::Refused(refusal)) if refusal.code() == "product_quantity_too_large")
}

pub async fn what_was_put_aside_comes_back_within_the_limit_of_its_product(stores: &Stores) {
    let id = made(stores, 1).await;
    let set = |sku, count| CartEdit::Set { article: print(sku), quantity: NonZeroU32::new(count).unwrap() };
    for edit in [set("OAK", 4), CartEdit::SaveForLater("OAK".parse().unwrap()), set("ASH", 4)] {
        stores.carts.change(change(id, edit)).await.unwrap();
    }
    let before = found(stores, id).await;

    let refused = stores.carts.change(change(id, CartEdit::MoveToCart(print("OAK")))).await;

    assert!(is_too_many_of_product(&refused), "got {refused:?}");
    assert_eq!(found(stores, id).await, before);
    stores.carts.change(change(id, set("ASH", 3))).await.unwrap();
    let moved = stores.carts.change(change(id, CartEdit::MoveToCart(print("OAK")))).await.unwrap();
    assert_eq!(quantities(&moved.cart), [("ASH", 3), ("OAK", 4)]);
}

pub async fn a_change_of_what_was_read_before_somebody_elses_is_refused(stores: &Stores) {
    let id = made(stores, 1).await;
    stores.carts.change(change(id, add("RED", 1))).await.unwrap();
    let reading = |version| CartChange { read_at: Some(Version(version)), ..change(id, add("BLUE", 1)) };

    for version in [1, 3] {
        let stale = stores.carts.change(reading(version)).await;
        assert!(matches!(stale, Err(CartChangeError::Stale { present: Version(2) })), "got {stale:?}");
    }
    assert_eq!(stores.carts.change(reading(2)).await.unwrap().cart.version, Version(3));
}

pub async fn the_same_request_again_changes_nothing(stores: &Stores) {
    let id = made(stores, 1).await;
    let asked = CartChange { request: request("again", 1), read_at: Some(Version(1)), ..change(id, add("RED", 2)) };

    let first = stores.carts.change(asked.clone()).await.unwrap();
    stores.carts.change(change(id, add("BLUE", 1))).await.unwrap();
    let second = stores.carts.change(asked).await.unwrap();

    assert!(!first.is_repeated && second.is_repeated);
    assert_eq!(quantities(&second.cart), [("RED", 2), ("BLUE", 1)], "it tells what the cart is now");
    assert_eq!(second.cart.version, Version(3));
}

pub async fn a_request_is_remembered_even_where_it_changed_nothing(stores: &Stores) {
    let id = made(stores, 1).await;
    let remove = CartChange { request: request("once", 1), ..change(id, CartEdit::Remove("RED".parse().unwrap())) };
    stores.carts.change(remove.clone()).await.unwrap();
    stores.carts.change(change(id, add("RED", 1))).await.unwrap();

    let again = stores.carts.change(remove).await.unwrap();

    assert!(again.is_repeated);
    assert_eq!(quantities(&again.cart), [("RED", 1)], "a late repeat takes nothing away that came after it");
}

pub async fn a_refused_request_may_be_made_again(stores: &Stores) {
    let id = made(stores, 1).await;
    stores.carts.change(change(id, add("RED", 150))).await.unwrap();
    let asked = CartChange { request: request("later", 1), ..change(id, add("RED", 100)) };
    assert!(stores.carts.change(asked.clone()).await.is_err());
    stores.carts.change(change(id, CartEdit::Remove("RED".parse().unwrap()))).await.unwrap();

    let again = stores.carts.change(asked).await.unwrap();

    assert!(!again.is_repeated);
    assert_eq!(quantities(&again.cart), [("RED", 100)]);
}

pub async fn a_key_that_names_another_request_is_refused(stores: &Stores) {
    let id = made(stores, 1).await;
    let key = "k".repeat(IDEMPOTENCY_KEY_LENGTH_MAX);
    let asked = |digest, quantity| CartChange { request: request(&key, digest), ..change(id, add("RED", quantity)) };
    stores.carts.change(asked(1, 2)).await.unwrap();

    let other = stores.carts.change(asked(2, 5)).await;

    assert!(matches!(other, Err(CartChangeError::KeyReused { key: named }) if named.as_str() == key));
    assert_eq!(quantities(&found(stores, id).await), [("RED", 2)]);
}

pub async fn a_key_is_forgotten_after_a_day(stores: &Stores) {
    let id = made(stores, 1).await;
    let asked = |at, digest| CartChange { request: request("daily", digest), at, ..change(id, add("RED", 1)) };
    let forgotten_at = noon() + REQUEST_MEMORY;
    stores.carts.change(asked(noon(), 1)).await.unwrap();

    let just_before = stores.carts.change(asked(forgotten_at - SignedDuration::from_secs(1), 1)).await.unwrap();
    let after = stores.carts.change(asked(forgotten_at, 2)).await.unwrap();
    let repeated = stores.carts.change(asked(forgotten_at + SignedDuration::from_secs(1), 2)).await.unwrap();

    assert!(just_before.is_repeated && !after.is_repeated && repeated.is_repeated);
    assert_eq!(quantities(&after.cart), [("RED", 2)]);
}

pub async fn each_cart_has_keys_of_its_own(stores: &Stores) {
    let (ann, ben) = (made(stores, 1).await, made(stores, 2).await);
    let asked = |cart, digest| CartChange { request: request("1", digest), ..change(cart, add("RED", 1)) };

    assert!(!stores.carts.change(asked(ann, 1)).await.unwrap().is_repeated);
    assert!(!stores.carts.change(asked(ben, 2)).await.unwrap().is_repeated);
    assert_eq!(found(stores, ann).await.value.units() + found(stores, ben).await.value.units(), 2);
}

pub async fn of_64_editors_of_one_cart_nobody_loses_a_line(stores: &Stores) {
    let id = made(stores, 1).await;
    let mut tasks = JoinSet::new();
    for editor in 0..64 {
        let carts = Arc::clone(&stores.carts);
        tasks.spawn(async move {
            let own = CartChange { request: request(&format!("own-{editor}"), 1), ..change(id, add("SHARED", 1)) };
            carts.change(own).await?;
            carts.change(change(id, add(&format!("LINE-{}", editor % 40), 1))).await
        });
    }
    let results = tasks.join_all().await;

    assert!(results.iter().all(Result::is_ok), "got {results:?}");
    let cart = found(stores, id).await;
    assert_eq!((cart.value.lines.len(), cart.value.units(), cart.version), (41, 128, Version(129)));
    assert_eq!(cart.value.line(&"SHARED".parse().unwrap()).map(|line| line.quantity.get()), Some(64));
}

pub async fn of_many_editors_of_two_variants_none_goes_beyond_the_limit_of_their_product(stores: &Stores) {
    let id = made(stores, 1).await;
    let mut tasks = JoinSet::new();
    for editor in 0..32 {
        let carts = Arc::clone(&stores.carts);
        let article = print(if editor % 2 == 0 { "OAK" } else { "ASH" });
        let edit = match editor % 4 {
            0 | 1 => CartEdit::Add { article, quantity: NonZeroU32::MIN },
            _ => CartEdit::AddNext(article),
        };
        tasks.spawn(async move { carts.change(change(id, edit)).await });
    }
    let results = tasks.join_all().await;

    let made = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(made, 7, "got {results:?}");
    let refused = results.iter().filter(|result| matches!(result, Err(CartChangeError::Refused(_)))).count();
    assert_eq!((refused, found(stores, id).await.value.units()), (25, 7));
}

pub async fn of_16_repeats_of_one_request_exactly_one_is_made(stores: &Stores) {
    let id = made(stores, 1).await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let carts = Arc::clone(&stores.carts);
        let asked = CartChange { request: request("pressed", 1), ..change(id, add("RED", 1)) };
        tasks.spawn(async move { carts.change(asked).await });
    }
    let results = tasks.join_all().await;

    let made = results.iter().filter(|result| result.as_ref().is_ok_and(|changed| !changed.is_repeated)).count();
    assert_eq!(made, 1, "got {results:?}");
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(quantities(&found(stores, id).await), [("RED", 1)]);
}

pub async fn a_cart_lives_on_with_each_change_and_no_longer(stores: &Stores) {
    let id = made(stores, 1).await;
    let (late, too_late) = (noon() + CART_IDLE_MAX - SignedDuration::from_secs(1), noon() + CART_IDLE_MAX);
    let present = async |now| stores.carts.find(id, now).await.unwrap().is_some();
    assert!(present(late).await && !present(too_late).await);
    let refused = stores.carts.change(CartChange { at: too_late, ..change(id, add("RED", 1)) }).await;
    assert!(matches!(refused, Err(CartChangeError::NotFound)), "got {refused:?}");

    stores.carts.change(CartChange { at: late, ..change(id, add("RED", 1)) }).await.unwrap();

    assert!(present(too_late).await);
    assert!(!present(late + CART_IDLE_MAX).await);
}

async fn forget_all(stores: &Stores, now: Timestamp) {
    for _ in 0..10 {
        let forgotten = stores.carts.forget_expired(now).await.unwrap();
        assert!(forgotten <= 2 * FORGET_CARTS_MAX);
        if forgotten == 0 {
            return;
        }
    }
    panic!("there is no end to what is forgotten");
}

pub async fn forgetting_takes_no_cart_that_is_alive(stores: &Stores) {
    let (idle, busy) = (made(stores, 1).await, made(stores, 2).await);
    let asked = CartChange { request: request("kept", 1), ..change(busy, add("RED", 1)) };
    stores.carts.change(asked.clone()).await.unwrap();
    forget_all(stores, noon() + REQUEST_MEMORY - SignedDuration::from_secs(1)).await;
    assert!(stores.carts.change(asked).await.unwrap().is_repeated, "a key that is remembered stays so");
    let late = noon() + SignedDuration::from_hours(24 * 20);
    stores.carts.change(CartChange { at: late, ..change(busy, add("RED", 1)) }).await.unwrap();

    let much_later = noon() + SignedDuration::from_hours(24 * 40);
    forget_all(stores, much_later).await;

    assert_eq!(stores.carts.find(idle, much_later).await.unwrap(), None);
    let kept = stores.carts.find(busy, much_later).await.unwrap().expect("somebody changed it");
    assert_eq!(quantities(&kept), [("RED", 2)]);
    forget_all(stores, late + CART_IDLE_MAX + SignedDuration::from_hours(48)).await;
    assert_eq!(stores.carts.find(busy, late + CART_IDLE_MAX).await.unwrap(), None);
}

pub async fn carts_are_no_changes_of_the_catalog(stores: &Stores) {
    let head = stores.changes.head().await.unwrap();

    let id = made(stores, 1).await;
    stores.carts.change(change(id, add("RED", 1))).await.unwrap();

    assert_eq!(stores.changes.read(Some(&head), 10).await.unwrap(), [], "an indexer has nothing to do with them");
}
