//! Gift cards, from the cart to what comes back to them.

use ecom67_app::gift_cards::NewGiftCard;
use ecom67_app::port::{GiftCardChange, NewRefund, OperationKey};
use ecom67_domain::gift_card::{GiftCard, GiftCardCode, GiftCardMove};
use ecom67_domain::order::RefundState;
use ecom67_domain::{GiftCardId, Money};
use ecom67_stripe::simulator::{Fault as ProviderFault, FaultRule, Operation};
use futures_util::future::join_all;
use hyper::Method;
use hyper::header::RETRY_AFTER;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::shop::{Answer, RoutedShop};

use super::{Buyer, all_orders, available, code, ledger, settled, shop_with, states};

const DECLINED_CARD: &str = "4000000000009995";
const CHALLENGED_CARD: &str = "4000000000003220";

/// A card with so much on it.
pub(super) struct Card<'shop> {
    shop: &'shop RoutedShop,
    code: GiftCardCode,
    id: GiftCardId,
}

async fn issued_in<'shop>(
    shop: &'shop RoutedShop,
    minor: i64,
    currency: &str,
    lasts: Option<SignedDuration>,
) -> Card<'shop> {
    use ecom67_app::Clock as _;
    let amount = Money::new(minor, currency.parse().expect("a currency"));
    let expires_at = lasts.map(|lasts| shop.clock.now() + lasts);
    let new = NewGiftCard { amount, expires_at, note: None, actor: "test".into() };
    let (code, card) = shop.checkouts.carts.gift_cards.issue(new).await.expect("it is issued");
    Card { shop, code, id: card.id }
}

pub(super) async fn issued(shop: &RoutedShop, minor: i64) -> Card<'_> {
    issued_in(shop, minor, "GBP", None).await
}

impl Card<'_> {
    async fn present(&self) -> GiftCard {
        self.shop.checkouts.carts.gift_cards.find(self.id).await.expect("the store answers").expect("it is there")
    }

    async fn balance(&self) -> i64 {
        self.present().await.balance.minor()
    }

    /// What its ledger says, after its issue.
    async fn entries(&self) -> Vec<(&'static str, i64)> {
        let store = &self.shop.checkouts.carts.gift_cards.store;
        let entries = store.entries(self.id, Some(GiftCardMove::Issued), 100).await.expect("the store answers");
        let sum: i64 = entries.iter().map(|entry| entry.amount.minor()).sum();
        let present = self.present().await;
        assert_eq!(present.issued.minor() + sum, present.balance.minor(), "the ledger adds up");
        entries.iter().map(|entry| (entry.what.as_str(), entry.amount.minor())).collect()
    }
}

impl Buyer<'_> {
    async fn enters(&self, code: &str) -> Answer {
        self.cart(Method::POST, "/gift-cards", Some(&json!({"code": code}))).await
    }

    /// Has a card pay that may, and tells what the cart costs then.
    pub(super) async fn pays_with(&self, card: &Card<'_>) -> Value {
        let entered = self.enters(&card.code.reveal()).await;
        assert_eq!(entered.status, 200, "{entered:?}");
        entered.json()["quote"].clone()
    }
}

fn told(quote: &Value) -> Vec<(i64, String)> {
    let cards = quote["gift_cards"].as_array().expect("a list");
    let told = |card: &Value| {
        (card["amount"].as_i64().expect("an amount"), card["outcome"].as_str().expect("a code").to_owned())
    };
    cards.iter().map(told).collect()
}

#[tokio::test]
async fn a_gift_card_pays_its_part_and_only_the_rest_is_charged() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);

    let quote = ann.pays_with(&card).await;
    let order = ann.orders().await;
    let paid = ann.pays(&order).await;
    settled(&shop).await;

    // 14.90 and 4.50: 19.40.
    assert_eq!((&quote["totals"]["total"], &quote["totals"]["due"]), (&json!(1_940), &json!(940)));
    assert_eq!(told(&quote), [(1_000, "gift_card_pays".to_owned())]);
    assert_eq!(quote["totals"]["tax"], 323, "the tax is that of the whole");
    assert_eq!(order["gift_cards"], json!([{"hint": card.code.hint().as_str(), "amount": 1_000}]));
    assert_eq!(paid["state"], "capturing");
    let payments = ledger(&shop).await;
    assert_eq!((payments.len(), payments[0].amount.minor(), payments[0].captured.minor()), (1, 940, 940));
    assert_eq!(card.entries().await, [("spent", -1_000)]);
    assert_eq!(states(&all_orders(&shop).await), ["paid"]);
    let cart = ann.cart(Method::GET, "", None).await.json();
    assert_eq!(cart["quote"]["gift_cards"], json!([]), "the cart is empty, and so is what pays for it");
}

#[tokio::test]
async fn an_order_that_a_gift_card_pays_alone_is_paid_at_once() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 5_000).await);
    let quote = ann.pays_with(&card).await;
    assert_eq!(quote["totals"]["due"], 0);

    let order = ann.orders().await;

    assert_eq!((&order["state"], order.get("payment")), (&json!("paid"), None));
    assert_eq!((&order["totals"]["gift_cards"], &order["totals"]["due"]), (&json!(1_940), &json!(0)));
    assert_eq!((card.balance().await, ledger(&shop).await.len()), (3_060, 0), "nobody is charged");
    assert_eq!(available(&shop, "MUG").await, 4);
}

#[tokio::test]
async fn a_declined_card_leaves_the_gift_cards_part_where_it_is_and_another_card_pays_the_rest() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    let order = ann.orders().await;

    assert_eq!(ann.confirms(&order, DECLINED_CARD).await.status, 402);
    let declined = ann.order(Method::POST, &order, "/payment").await.json();
    assert_eq!((&declined["state"], card.balance().await), (&json!("pending_payment"), 0));
    ann.pays(&declined).await;
    settled(&shop).await;

    assert_eq!(ledger(&shop).await[0].captured.minor(), 940);
    assert_eq!(card.entries().await, [("spent", -1_000)]);
}

#[tokio::test]
async fn a_gift_card_that_expires_during_a_challenge_has_paid() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let card = issued_in(&shop, 1_000, "GBP", Some(SignedDuration::from_mins(5))).await;
    ann.pays_with(&card).await;
    let order = ann.orders().await;
    assert_eq!(ann.confirms(&order, CHALLENGED_CARD).await.json()["status"], "requires_action");

    shop.clock.forward(SignedDuration::from_mins(10));
    let quote = ann.cart(Method::GET, "", None).await.json()["quote"].clone();
    assert_eq!(told(&quote), [(1_000, "gift_card_pays".to_owned())], "what the order has of it is the cart's own");
    // It is not answered, and another card pays.
    ann.confirms(&order, DECLINED_CARD).await;
    ann.pays(&ann.order(Method::POST, &order, "/payment").await.json()).await;
    settled(&shop).await;

    assert_eq!((states(&all_orders(&shop).await), card.balance().await), (vec!["paid"], 0));
}

#[tokio::test]
async fn what_comes_back_to_a_gift_card_that_has_expired_meanwhile_can_be_spent() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let card = issued_in(&shop, 1_000, "GBP", Some(SignedDuration::from_mins(5))).await;
    ann.pays_with(&card).await;
    ann.orders().await;

    // Nobody pays.
    shop.clock.forward(SignedDuration::from_mins(16));
    settled(&shop).await;

    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);
    assert_eq!(card.entries().await, [("spent", -1_000), ("returned", 1_000)]);
    let quote = ann.cart(Method::GET, "", None).await.json()["quote"].clone();
    assert_eq!(told(&quote), [(1_000, "gift_card_pays".to_owned())]);
    shop.clock.forward(SignedDuration::from_hours(24 * 29));
    let again = ann.cart(Method::GET, "", None).await.json()["quote"].clone();
    assert_eq!(told(&again), [(1_000, "gift_card_pays".to_owned())], "for thirty days");
}

#[tokio::test]
async fn a_cart_that_is_changed_during_checkout_gets_its_gift_cards_money_back_and_spends_it_again() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    let before = ann.pays_with(&card).await;
    let first = ann.orders().await;
    assert_eq!(ann.quote().await, before["id"], "while it is ordered the cart costs what was agreed on");

    let changed = ann.cart(Method::POST, "/lines", Some(&json!({"sku": "TEA"}))).await.json();

    assert_eq!(told(&changed["quote"]), [(1_000, "gift_card_pays".to_owned())]);
    assert_eq!(card.entries().await, [("spent", -1_000), ("returned", 1_000)]);
    assert_eq!(ann.order(Method::GET, &first, "").await.json()["state"], "cancelled");
    let second = ann.checks_out_with("second", &ann.quote().await).await.json();
    assert_eq!((&second["totals"]["due"], card.balance().await), (&json!(2_430), 0));
}

#[tokio::test]
async fn whoever_takes_the_gift_card_back_during_checkout_has_its_money_back() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    ann.orders().await;

    let removed = ann.cart(Method::DELETE, &format!("/gift-cards/{}", card.id), None).await;

    assert_eq!(removed.status, 200, "{removed:?}");
    assert_eq!((&removed.json()["quote"]["totals"]["due"], card.balance().await), (&json!(1_940), 1_000));
    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);
}

#[tokio::test]
async fn a_cancelled_order_gives_back_once_however_often_it_is_cancelled() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    let order = ann.orders().await;

    join_all((0..8).map(|_| ann.order(Method::POST, &order, "/cancellation"))).await;
    settled(&shop).await;

    assert_eq!(card.entries().await, [("spent", -1_000), ("returned", 1_000)]);
    assert_eq!(available(&shop, "MUG").await, 5);
}

#[tokio::test]
async fn a_refund_goes_to_the_card_that_was_charged_and_then_to_the_gift_card() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    settled(&shop).await;
    let id = all_orders(&shop).await[0].id;
    let refund = async |minor| {
        let amount = Money::new(minor, "GBP".parse().unwrap());
        shop.checkouts.orders.refund(id, amount).await.map(drop).map_err(|error| error.to_string())
    };

    refund(500).await.unwrap();
    assert_eq!((ledger(&shop).await[0].refunded.minor(), card.balance().await), (500, 0));
    refund(600).await.unwrap();
    assert_eq!((ledger(&shop).await[0].refunded.minor(), card.balance().await), (940, 160));
    refund(840).await.unwrap();

    assert_eq!((ledger(&shop).await[0].refunded.minor(), card.balance().await), (940, 1_000));
    assert_eq!(card.entries().await, [("spent", -1_000), ("refunded", 160), ("refunded", 840)]);
    assert_eq!(refund(1).await, Err("at most 0.00 can be given back".to_owned()));
    let view = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&view["refunded"], &view["refunded_to_gift_cards"]), (&json!(1_940), &json!(1_000)));
    settled(&shop).await;
    assert_eq!(card.balance().await, 1_000, "once");
}

#[tokio::test]
async fn what_gift_cards_paid_is_back_on_them_whatever_becomes_of_the_rest() {
    for is_refused in [true, false] {
        let shop = shop_with(5).await;
        let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
        ann.pays_with(&card).await;
        let order = ann.orders().await;
        ann.pays(&order).await;
        settled(&shop).await;
        let id = all_orders(&shop).await[0].id;
        let amount = |minor| Money::new(minor, "GBP".parse().unwrap());
        if is_refused {
            // Somebody has given all of it back by hand, at the provider.
            let payment = ledger(&shop).await.remove(0).id;
            let by_hand = NewRefund { payment, order: id, number: 77, amount: amount(940) };
            shop.checkouts.orders.provider.refund(&by_hand, &OperationKey::new(id, "by-hand", 1)).await.unwrap();
        } else {
            shop.simulator.add_fault(FaultRule::next(Operation::Refund, ProviderFault::Broken, 9)).unwrap();
        }

        let after = shop.checkouts.orders.refund(id, amount(1_940)).await.unwrap().value;

        assert_eq!(card.balance().await, 1_000);
        let expected = if is_refused { RefundState::Failed } else { RefundState::Pending };
        let states: Vec<_> = after.refunds.iter().map(|refund| (refund.amount.minor(), refund.state)).collect();
        assert_eq!(states, [(940, expected), (1_000, RefundState::Succeeded)]);
        let left = if is_refused { 940 } else { 0 };
        assert_eq!(after.refundable(), amount(left), "what was refused may be asked for again, and nothing else");
    }
}

#[tokio::test]
async fn a_refund_of_what_gift_cards_paid_alone_asks_no_provider() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let (first, second) = (issued(&shop, 500).await, issued(&shop, 5_000).await);
    ann.pays_with(&first).await;
    ann.pays_with(&second).await;
    ann.orders().await;
    let id = all_orders(&shop).await[0].id;

    let after = shop.checkouts.orders.refund(id, Money::new(1_540, "GBP".parse().unwrap())).await.unwrap();

    assert_eq!(after.value.task.due_at, None, "nothing is left to be done");
    assert_eq!((first.balance().await, second.balance().await), (100, 5_000), "the last one first");
    assert_eq!(ledger(&shop).await.len(), 0);
}

#[tokio::test]
async fn two_tabs_with_one_gift_card_make_one_order_that_takes_it_once() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    let quote = ann.quote().await;

    let presses = (0..10).map(|press| format!("tab-{press}")).collect::<Vec<_>>();
    let answers = join_all(presses.iter().map(|key| ann.checks_out_with(key, &quote))).await;

    assert!(answers.iter().all(|answer| answer.status.is_success()), "{answers:?}");
    assert_eq!(all_orders(&shop).await.len(), 1);
    assert_eq!(card.entries().await, [("spent", -1_000)]);
}

#[tokio::test]
async fn a_gift_card_that_somebody_else_spent_meanwhile_shows_the_new_quote_before_anything_is_held() {
    let shop = shop_with(5).await;
    let (ann, ben) = (Buyer::with_mugs(&shop, "ann", 1).await, Buyer::with_mugs(&shop, "ben", 1).await);
    let card = issued(&shop, 1_500).await;
    ann.pays_with(&card).await;
    ben.pays_with(&card).await;
    let shown = ann.quote().await;
    ben.orders().await;

    let refused = ann.checks_out_with("first", &shown).await;

    assert_eq!(code(&refused), (409, "quote_changed".to_owned()), "{refused:?}");
    let quote = refused.json()["cart"]["quote"].clone();
    assert_eq!(told(&quote), [(0, "gift_card_empty".to_owned())], "it is told, and stays where it is");
    assert_eq!((&quote["totals"]["due"], available(&shop, "MUG").await), (&json!(1_940), 4));
    let placed = ann.checks_out_with("first", quote["id"].as_str().unwrap()).await;
    assert_eq!((placed.status.as_u16(), &placed.json()["totals"]["due"]), (201, &json!(1_940)));
}

#[tokio::test]
async fn of_fifty_buyers_with_one_gift_card_for_ten_orders_ten_are_paid_with_it() {
    let shop = shop_with(60).await;
    let card = issued(&shop, 19_400).await;
    let mut buyers = Vec::new();
    for number in 0..50 {
        let buyer = Buyer::with_mugs(&shop, &format!("buyer-{number}"), 1).await;
        // Not one after the other through the API, which lets nobody try so many codes at once.
        let order = ecom67_app::carts::CartOrder::ApplyGiftCard(shop.checkouts.carts.gift_cards.digest(&card.code));
        let write = ecom67_app::carts::CartWrite {
            cart: buyer.capability.parse::<ecom67_app::carts::Capability>().unwrap().key(),
            place: ecom67_app::carts::Place { market: "gb".parse().unwrap(), country: "GB".parse().unwrap() },
            order,
            read_at: None,
            key: None,
        };
        shop.checkouts.edit_cart(write).await.unwrap();
        buyers.push(buyer);
    }

    let answers = join_all(buyers.iter().map(Buyer::checks_out)).await;

    let paid = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| code(answer) == (409, "quote_changed".to_owned())).count();
    // Whoever saw that nothing is left has ordered, and pays otherwise.
    let orders = all_orders(&shop).await;
    let with_it = orders.iter().filter(|order| !order.content.gift_cards.is_empty()).count();
    assert_eq!((paid + refused, with_it, card.balance().await), (50, 10, 0), "{answers:?}");
    assert_eq!(card.entries().await.len(), 10);
}

#[tokio::test]
async fn too_little_is_never_left_to_be_charged() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_925).await);

    let quote = ann.pays_with(&card).await;

    // 0.15 would be left, and 0.30 is the least that can be charged.
    assert_eq!(told(&quote), [(1_910, "gift_card_leaves_rest".to_owned())]);
    assert_eq!(quote["totals"]["due"], 30);
    let detail = quote["gift_cards"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("£0.30"), "{detail}");
    ann.pays(&ann.orders().await).await;
    settled(&shop).await;
    assert_eq!((ledger(&shop).await[0].captured.minor(), card.balance().await), (30, 15));
}

#[tokio::test]
async fn a_code_that_cannot_pay_is_refused_with_the_reason() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let francs = issued_in(&shop, 1_000, "CHF", None).await;
    let old = issued_in(&shop, 1_000, "GBP", Some(SignedDuration::from_mins(1))).await;
    shop.clock.forward(SignedDuration::from_mins(1));
    let nobodys = GiftCardCode::drawn([3; 32]).reveal();
    let mut slip = nobodys.clone();
    let last = slip.pop();
    slip.push(if last == Some('A') { 'C' } else { 'A' });

    for (typed, status, expected) in [
        ("SUMMER", 400, "gift_card_code_invalid"),
        (&slip, 400, "gift_card_code_mistyped"),
        (&nobodys, 404, "gift_card_unknown"),
        (&francs.code.reveal(), 409, "gift_card_other_currency"),
        (&old.code.reveal(), 409, "gift_card_expired"),
    ] {
        let answer = ann.enters(typed).await;
        assert_eq!(code(&answer), (status, expected.to_owned()), "{answer:?}");
        assert_eq!(answer.json()["field"], "code");
        assert!(!answer.text().contains(typed), "a code is never told: {answer:?}");
    }
    assert_eq!(ann.cart(Method::GET, "", None).await.json()["quote"]["gift_cards"], json!([]));
}

#[tokio::test]
async fn a_blocked_card_is_refused_in_carts_and_at_the_button_until_it_is_unblocked() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    let before = ann.pays_with(&card).await;
    let cards = &shop.checkouts.carts.gift_cards;
    let change = async |change| {
        let note = Some("Stolen.".parse().expect("a note"));
        cards.change(&card.present().await, change, note, "test".into()).await.expect("the store answers")
    };

    assert!(change(GiftCardChange::Block).await);

    let pressed = ann.checks_out_with("key", before["id"].as_str().expect("an id")).await;
    assert_eq!(code(&pressed), (409, "quote_changed".to_owned()), "{pressed:?}");
    let quote = ann.cart(Method::GET, "", None).await.json()["quote"].clone();
    assert_eq!(told(&quote), [(0, "gift_card_blocked".to_owned())]);
    let detail = quote["gift_cards"][0]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("is blocked"), "{detail}");
    let ben = Buyer::with_mugs(&shop, "ben", 1).await;
    assert_eq!(code(&ben.enters(&card.code.reveal()).await), (409, "gift_card_blocked".to_owned()));
    assert_eq!((card.balance().await, card.entries().await), (1_000, vec![("blocked", 0)]));

    assert!(change(GiftCardChange::Unblock).await);

    ann.orders().await;
    assert_eq!(card.entries().await, [("blocked", 0), ("unblocked", 0), ("spent", -1_000)]);
}

#[tokio::test]
async fn an_order_is_not_cancelled_for_one_that_a_card_blocked_since_could_not_pay() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    let order = ann.orders().await;
    let change = async |change| {
        let cards = &shop.checkouts.carts.gift_cards;
        assert!(cards.change(&card.present().await, change, None, "test".into()).await.expect("the store answers"));
    };
    change(GiftCardChange::Block).await;
    let mut elsewhere = ann.checkout_of(&ann.quote().await);
    elsewhere["contact"]["delivery_address"]["line1"] = json!("11 Downing Street");

    let refused = ann.sends_checkout("second", &elsewhere).await;

    assert_eq!(code(&refused), (409, "gift_card_blocked".to_owned()), "{refused:?}");
    assert_eq!(refused.json().get("field"), None, "no field of a checkout names the card");
    assert_eq!(ann.order(Method::GET, &order, "").await.json()["state"], "pending_payment");
    assert_eq!(card.entries().await, [("blocked", 0), ("spent", -1_000)]);

    change(GiftCardChange::Unblock).await;
    let placed = ann.sends_checkout("second", &elsewhere).await;

    assert_eq!((placed.status.as_u16(), &placed.json()["totals"]["due"]), (201, &json!(940)), "{placed:?}");
    // In one instant, in which neither order is the first.
    let mut entries = card.entries().await;
    entries.sort_unstable();
    let expected = [("blocked", 0), ("returned", 1_000), ("spent", -1_000), ("spent", -1_000), ("unblocked", 0)];
    assert_eq!(entries, expected);
}

#[tokio::test]
async fn a_cart_has_three_gift_cards_each_once_and_however_they_are_typed() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let mut cards = Vec::new();
    for _ in 0..4 {
        cards.push(issued(&shop, 100).await);
    }

    for card in &cards[..3] {
        ann.pays_with(card).await;
    }
    let again = ann.enters(&cards[0].code.reveal().to_lowercase().replace('-', " ")).await;
    let one_too_many = ann.enters(&cards[3].code.reveal()).await;

    assert_eq!(told(&again.json()["quote"]).len(), 3, "{again:?}");
    assert_eq!(code(&one_too_many), (409, "too_many_gift_cards".to_owned()));
}

#[tokio::test]
async fn nobody_guesses_codes() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let mut refused = None;
    for number in 0..20 {
        let answer = ann.enters(&GiftCardCode::drawn([number; 32]).reveal()).await;
        if answer.status != 404 {
            refused = Some((number, answer));
            break;
        }
    }

    let (number, refused) = refused.expect("they are stopped");
    assert_eq!((number, code(&refused)), (10, (429, "too_many_gift_card_tries".to_owned())));
    assert_eq!(refused.headers[RETRY_AFTER], "30");
    let nobody = Buyer { capability: ann.capability.replace(char::is_numeric, "0"), ..ann.clone() };
    let card = issued(&shop, 1_000).await;
    assert_eq!(code(&nobody.enters(&card.code.reveal()).await), (404, "cart_not_found".to_owned()));
}

#[tokio::test]
async fn a_code_is_nowhere_but_with_whoever_has_the_card() {
    let shop = shop_with(5).await;
    let (ann, card) = (Buyer::with_mugs(&shop, "ann", 1).await, issued(&shop, 1_000).await);
    ann.pays_with(&card).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    settled(&shop).await;

    let shown = [
        ann.order(Method::GET, &order, "").await.text().to_owned(),
        ann.cart(Method::GET, "/quote?explain=true", None).await.text().to_owned(),
        format!("{:?}", all_orders(&shop).await),
    ];
    let plain = card.code.reveal().replace('-', "");
    let folder = shop.database.path().parent().expect("it lies in a folder").to_owned();
    for text in &shown {
        assert!(!text.contains(&plain) && !text.contains(&card.code.reveal()), "{text}");
    }
    let mut looked_at = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!has(&plain) && !has(&card.code.reveal()), "{}", file.display());
        looked_at += 1;
    }
    assert!(looked_at > 0);
}
