//! Checkout and orders: the whole router, a real store, and a provider that fails as providers do.

mod bugs;
mod digital;
mod digital_consent;
mod following;
mod gift_cards;
mod given_back;
mod late_stock;
mod legal_texts;
mod limits;
mod open_orders;
mod paid_otherwise;
mod paying;
mod placing;
mod planted;
mod reconciled;
mod state_machine;
mod troubled;
mod workflow;

use axum::body::Body;
use ecom67_app::carts::{Capability, Place};
use ecom67_app::checkouts::{Checkout, Checkouts};
use ecom67_app::document::OrderContactDocument;
use ecom67_domain::Language;
use ecom67_domain::order::{Order, OrderState};
use ecom67_domain::stock::StockRecord;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request};
use serde_json::{Value, json};

use crate::shop::{Answer, PUBLISHABLE_KEY, RoutedShop, answered};

/// Prices contain 20 % of tax, delivery costs 4.50; a tenth off for two who have the coupon, five off a first order.
const CATALOG: &str = r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}
{"type":"location","code":"main","name":"Main","country":"GB"}
{"type":"calendar","code":"main","time_zone":"Europe/London","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":[]}
{"type":"tax_zone","code":"gb","areas":[{"country":"GB"}],"rates":{"standard":[{"name":"VAT","percent":"20"}],"reduced":[]}}
{"type":"registration","code":"home","kind":"domestic","country":"GB"}
{"type":"delivery_zone","code":"gb","areas":[{"country":"GB"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"position":1,"zones":["gb"],"locations":["main"],"rates":[{"currency":"GBP","price":{"flat":450}}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}
{"type":"promotion","code":"tenth","name":{"en":"A tenth off"},"coupons":["TEN"],"limits":{"in_all":2},"effect":{"kind":"percentage","basis_points":1000}}
{"type":"promotion","code":"hello","name":{"en":"Hello"},"coupons":["HELLO"],"conditions":{"first_order":true},"effect":{"kind":"percentage","basis_points":5000}}
{"type":"promotion","code":"free","name":{"en":"All for nothing"},"coupons":["FREE"],"effect":{"kind":"percentage","basis_points":10000}}
{"type":"promotion","code":"sent","name":{"en":"Sent for nothing"},"coupons":["SENT"],"effect":{"kind":"free_delivery"}}
"#;

/// A shop with so many mugs at 14.90 and as many teas.
async fn shop_with(units: u64) -> RoutedShop {
    changed_shop_with(units, |_| {}).await
}

/// The same, with something changed in its checkout.
async fn changed_shop_with(units: u64, change: impl FnOnce(&mut Checkouts)) -> RoutedShop {
    let shop = RoutedShop::open_with(change).await;
    let product = |code: &str, sku: &str| {
        json!({"type": "product", "code": code, "status": "active",
            "texts": {"en": {"name": code, "slug": code}},
            "variants": [{"sku": sku, "prices": {"gb": {"currency": "GBP", "amount": 1490}}, "stock": {"main": units}}]})
    };
    let products = format!("{}\n{}\n", product("mug", "MUG"), product("tea", "TEA"));
    shop.import(CATALOG.to_owned() + &products).await;
    shop.catch_up().await;
    shop
}

/// Somebody with a cart.
#[derive(Clone)]
struct Buyer<'shop> {
    shop: &'shop RoutedShop,
    capability: String,
    email: String,
    /// The address that a proxy names, if it names one.
    from: Option<String>,
}

async fn send(shop: &RoutedShop, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
    let separator = if path.contains('?') { '&' } else { '?' };
    let mut request = Request::builder().method(method).uri(format!("{path}{separator}locale=en-gb"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = match body {
        Some(json) => request.header(CONTENT_TYPE, "application/json").body(Body::from(json.to_string())),
        None => request.body(Body::empty()),
    };
    answered(shop.router.clone(), request.expect("it is a request")).await
}

impl<'shop> Buyer<'shop> {
    /// Somebody with so many mugs in the cart, to be sent by parcel.
    async fn with_mugs(shop: &'shop RoutedShop, name: &str, quantity: u32) -> Self {
        let body = json!({"sku": "MUG", "quantity": quantity, "capability": "client"});
        let made = send(shop, Method::POST, "/api/carts", &[], Some(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let capability = made.json()["capability"].as_str().expect("a capability").to_owned();
        let buyer = Self { shop, capability, email: format!("{name}@example.org"), from: None };
        let address = json!({"destination": {"country": "GB", "postal_code": "SW1A 1AA"}});
        assert_eq!(buyer.cart(Method::PUT, "/destination", Some(&address)).await.status, 200);
        let chosen = buyer.cart(Method::PUT, "/delivery", Some(&json!({"method": "parcel"}))).await;
        assert_eq!(chosen.status, 200, "{chosen:?}");
        buyer
    }

    async fn cart(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let path = format!("/api/carts/mine{path}");
        send(self.shop, method, &path, &[("cart-capability", &self.capability)], body).await
    }

    async fn coupon(&self, coupon: &str) {
        let entered = self.cart(Method::PUT, &format!("/coupons/{coupon}"), None).await;
        assert_eq!(entered.status, 200, "{entered:?}");
    }

    async fn quote(&self) -> String {
        let cart = self.cart(Method::GET, "", None).await.json();
        cart["quote"]["id"].as_str().unwrap_or_else(|| panic!("no quote: {cart}")).to_owned()
    }

    async fn checks_out_with(&self, key: &str, quote: &str) -> Answer {
        self.sends_checkout(key, &self.checkout_of(quote)).await
    }

    /// Presses the button beside which these texts of the shop were shown.
    async fn checks_out_having_seen(&self, key: &str, legal_texts: &Value) -> Answer {
        let mut body = self.checkout_of(&self.quote().await);
        body["legal_texts"] = legal_texts.clone();
        self.sends_checkout(key, &body).await
    }

    fn checkout_of(&self, quote: &str) -> Value {
        let address = json!({"name": "Ann Lee", "line1": "10 Downing Street", "postal_code": "sw1a 1aa",
            "city": "London", "country": "GB"});
        json!({"quote_id": quote, "contact": {"email": self.email, "delivery_address": address}})
    }

    /// The same as it reaches the use case, for whoever has several of them.
    fn checkout_value(&self, key: &str, quote: &str) -> Checkout {
        let contact = serde_json::from_value(self.checkout_of(quote)["contact"].clone());
        let contact: OrderContactDocument = contact.expect("a contact");
        Checkout {
            cart: self.capability.parse::<Capability>().expect("a capability").key(),
            place: Place { market: "gb".parse().expect("a market"), country: "GB".parse().expect("a country") },
            language: Language::ENGLISH,
            key: key.parse().expect("a key"),
            quote: quote.parse().expect("a quote"),
            contact: contact.to_contact().expect("a contact"),
            legal_texts: None,
            has_digital_consent: false,
            from: None,
        }
    }

    /// Presses the button, having agreed or not to have at once what is digital.
    async fn checks_out_consenting(&self, key: &str, consents: bool) -> Answer {
        let mut body = self.checkout_of(&self.quote().await);
        body["consents_to_immediate_digital_delivery"] = json!(consents);
        self.sends_checkout(key, &body).await
    }

    async fn sends_checkout(&self, key: &str, body: &Value) -> Answer {
        let mut headers = vec![("cart-capability", self.capability.as_str()), ("idempotency-key", key)];
        headers.extend(self.from.as_deref().map(|from| ("x-forwarded-for", from)));
        send(self.shop, Method::POST, "/api/checkouts", &headers, Some(body)).await
    }

    async fn checks_out(&self) -> Answer {
        self.checks_out_with("first", &self.quote().await).await
    }

    /// Places an order that must be placed.
    async fn orders(&self) -> Value {
        let placed = self.checks_out().await;
        assert_eq!(placed.status, 201, "{placed:?}");
        placed.json()
    }

    async fn order(&self, method: Method, order: &Value, path: &str) -> Answer {
        let path = format!("/api/orders/{}{path}", order["id"].as_str().expect("an id"));
        send(self.shop, method, &path, &[("cart-capability", &self.capability)], None).await
    }

    /// Confirms the payment of an order at the provider, as a browser does, and tells how that is answered.
    async fn confirms(&self, order: &Value, card: &str) -> Answer {
        confirm(self.shop, order, card).await
    }

    /// Pays with a good card, comes back, and reads the order.
    async fn pays(&self, order: &Value) -> Value {
        let confirmed = self.confirms(order, GOOD_CARD).await;
        assert_eq!(confirmed.status, 200, "{confirmed:?}");
        let settled = self.order(Method::POST, order, "/payment").await;
        assert_eq!(settled.status, 200, "{settled:?}");
        settled.json()
    }
}

const GOOD_CARD: &str = "4242424242424242";

async fn confirm(shop: &RoutedShop, order: &Value, card: &str) -> Answer {
    let secret = order["payment"]["client_secret"].as_str().unwrap_or_else(|| panic!("nothing to pay: {order}"));
    let (payment, _) = secret.split_once("_secret").expect("a secret names its payment");
    let form = format!(
        "client_secret={secret}&payment_method_data[type]=card&payment_method_data[card][number]={card}\
         &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2031\
         &payment_method_data[card][cvc]=123&return_url=https%3A%2F%2Fshop.example%2F"
    );
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/v1/payment_intents/{payment}/confirm"))
        .header(AUTHORIZATION, format!("Bearer {PUBLISHABLE_KEY}"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form));
    answered(shop.simulator.router(), request.expect("it is a request")).await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

async fn available(shop: &RoutedShop, sku: &str) -> u64 {
    let skus = [sku.parse().expect("a SKU")];
    let records = shop.checkouts.stock.find_many(&skus).await.expect("the store answers");
    records.first().map_or(0, StockRecord::available)
}

/// The newest orders that were made of a cart.
async fn orders_of_cart(shop: &RoutedShop, cart: &str) -> Vec<Order> {
    all_orders(shop).await.into_iter().filter(|order| order.cart.to_string() == cart).collect()
}

/// All orders of the shop.
async fn all_orders(shop: &RoutedShop) -> Vec<Order> {
    use ecom67_app::port::{OrderFilter, OrderStore};
    let orders = OrderStore::list(&shop.database, OrderFilter::default(), None, 100).await.expect("the store answers");
    orders.into_iter().map(|order| order.value).collect()
}

/// What the provider's ledger says of each payment that it made: its status, and how often it was captured and for how much.
async fn ledger(shop: &RoutedShop) -> Vec<ecom67_app::port::Payment> {
    let provider = &shop.checkouts.orders.provider;
    provider.list(jiff::Timestamp::UNIX_EPOCH, None, 100).await.expect("the provider answers")
}

/// Lets everything be done that is due.
async fn settled(shop: &RoutedShop) {
    while shop.checkouts.orders.do_what_is_due().await.expect("the store answers") > 0 {}
}

fn states(orders: &[Order]) -> Vec<&'static str> {
    orders.iter().map(|order| OrderState::as_str(order.state)).collect()
}
