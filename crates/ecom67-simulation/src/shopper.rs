//! A shopper: fills a cart, presses the button in some way or other, and pays, or does not.

mod paying;
mod pressing;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use ecom67_app::carts::{Capability, CartError, CartOrder, CartWrite, OpenCart, Place};
use ecom67_domain::order::{Contact, OrderState, PostalAddress};
use ecom67_domain::pricing::QuoteId;
use ecom67_domain::{OrderId, Sku};

use crate::catalog::{COUPONS, GIFT_CARDS, GOODS, gift_card_code};
use crate::chance::locked;
use crate::process::GIFT_CARD_KEY;
use crate::world::World;

/// How often something is asked for that is not answered.
const TRIES_MAX: u32 = 5;
/// How many different people there are: they meet their own earlier orders.
const PEOPLE: u64 = 12;

/// Where they order from.
const NETWORKS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)),
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)),
];

/// Somebody at a browser.
pub(crate) struct Shopper {
    world: Arc<World>,
    number: u64,
    place: Place,
    contact: Contact,
    from: IpAddr,
}

/// A cart, and what its shopper knows of it.
pub(crate) struct Basket {
    capability: Capability,
    /// The last version that they were told of.
    seen: AtomicU64,
    /// The orders that were made by each of their keys.
    made: Mutex<BTreeMap<String, OrderId>>,
}

fn valid<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text:?} is not valid: {error:?}"))
}

fn contact(person: u64) -> Contact {
    let delivery = PostalAddress {
        name: valid("Ann Lee"),
        company: None,
        line1: valid("10 Downing Street"),
        line2: None,
        postal_code: Some(valid("SW1A 1AA")),
        city: valid("London"),
        region: None,
        country: valid("GB"),
    };
    Contact { email: valid(&format!("person-{person}@example.org")), phone: None, delivery, billing: None }
}

impl Shopper {
    pub(crate) fn new(world: Arc<World>, number: u64) -> Self {
        let contact = contact(world.chance.below(PEOPLE));
        let from = NETWORKS[usize::try_from(number).unwrap_or(0) % NETWORKS.len()];
        Self { world, number, place: Place { market: valid("gb"), country: valid("GB") }, contact, from }
    }

    fn tell(&self, line: std::fmt::Arguments<'_>) {
        self.world.tell(format_args!("shopper {}: {line}", self.number));
    }

    /// Comes once or several times, each time for an order.
    pub(crate) async fn shops(self) {
        let world = Arc::clone(&self.world);
        world.wait_up_to(90_000).await;
        let mut basket = None;
        for _ in 0..=world.chance.below(3) {
            if basket.is_none() || world.chance.one_in(3) {
                basket = self.begin_cart().await;
            }
            let Some(present) = &basket else { return };
            self.fill(present).await;
            self.buy(present).await;
            world.wait_up_to(20_000).await;
        }
    }

    fn lot(&self) -> (Sku, NonZeroU32) {
        let (sku, ..) = self.world.chance.pick(&GOODS);
        let most = if sku == "MUG" || sku == "PEN" { 9 } else { 2 };
        let quantity = u32::try_from(1 + self.world.chance.below(most)).unwrap_or(1);
        (valid(sku), NonZeroU32::new(quantity).unwrap_or(NonZeroU32::MIN))
    }

    async fn begin_cart(&self) -> Option<Basket> {
        for _ in 0..TRIES_MAX {
            let (sku, quantity) = self.lot();
            let (place, first) = (self.place.clone(), Some((sku, Some(quantity))));
            let answer = self.world.ask(async move |shop| shop.begin_cart(&place, first, None).await).await;
            match answer {
                Ok(Ok((capability, open))) => {
                    let basket = Basket { capability, seen: AtomicU64::new(0), made: Mutex::default() };
                    self.saw(&basket, &open);
                    return Some(basket);
                }
                Ok(Err(error)) => self.tell(format_args!("begins no cart: {error}")),
                Err(_) => {}
            }
            self.world.wait_up_to(3_000).await;
        }
        None
    }

    async fn fill(&self, basket: &Basket) {
        let chance = &self.world.chance;
        for _ in 0..chance.below(3) {
            let (sku, quantity) = self.lot();
            let order = if chance.one_in(3) { CartOrder::Set(sku, quantity) } else { CartOrder::Add(sku, quantity) };
            self.edit(basket, order).await;
        }
        self.edit(basket, CartOrder::SetDestination(Some(self.contact.delivery.destination()))).await;
        self.edit(basket, CartOrder::ChooseDelivery(Some(valid("parcel")))).await;
        if chance.one_in(2) {
            self.edit(basket, CartOrder::EnterCoupon(valid(chance.pick(&COUPONS)))).await;
        }
        for _ in 0..chance.below(3) {
            let code = gift_card_code(chance.index(GIFT_CARDS.len()));
            self.edit(basket, CartOrder::ApplyGiftCard(code.digest(&GIFT_CARD_KEY))).await;
        }
        if chance.one_in(10) {
            self.edit(basket, CartOrder::EnterCoupon(valid("FREE"))).await;
            self.edit(basket, CartOrder::EnterCoupon(valid("SENT"))).await;
        }
    }

    /// What they were shown of a cart has been so, and is not older than what they saw before.
    fn saw(&self, basket: &Basket, open: &OpenCart) {
        let cart = &open.cart;
        let state = self.world.store.state();
        let versions = state.carts.get(&cart.value.id).map(|kept| &kept.versions);
        let place = usize::try_from(cart.version.0).unwrap_or(0).wrapping_sub(1);
        let is_true = versions.and_then(|versions| versions.get(place)) == Some(&cart.value);
        self.world.must(is_true, format_args!("{} was shown as it never was: {cart:?}", cart.value.id));
        basket.seen.fetch_max(cart.version.0, Ordering::Relaxed);
    }

    /// Reads the cart; `None` where that fails again and again.
    async fn look(&self, basket: &Basket) -> Option<OpenCart> {
        for _ in 0..TRIES_MAX {
            let before = basket.seen.load(Ordering::Relaxed);
            let (key, place) = (basket.capability.key(), self.place.clone());
            match self.world.ask(async move |shop| shop.carts.find(key, &place).await).await {
                Ok(Ok(open)) => {
                    let version = open.cart.version.0;
                    let is_later = version >= before;
                    self.world.must(
                        is_later,
                        format_args!("{} was seen at version {before}, and is shown at {version}", key.id),
                    );
                    self.saw(basket, &open);
                    return Some(open);
                }
                Ok(Err(error)) => self.tell(format_args!("sees no cart: {error}")),
                Err(_) => {}
            }
            self.world.wait_up_to(2_000).await;
        }
        None
    }

    /// The quote that the cart shows, if it shows one.
    async fn quote(&self, basket: &Basket) -> Option<QuoteId> {
        let open = self.look(basket).await?;
        if open.cart.value.lines.is_empty() {
            return None;
        }
        open.quote.ok().map(|quote| quote.id)
    }

    /// Changes the cart, under one key however often that takes. Returns whether that was answered with a success.
    async fn edit(&self, basket: &Basket, order: CartOrder) -> bool {
        let key = format!("edit-{}", self.world.chance.number());
        let write = CartWrite {
            cart: basket.capability.key(),
            place: self.place.clone(),
            order,
            read_at: None,
            key: Some(valid(&key)),
        };
        for _ in 0..TRIES_MAX {
            let write = write.clone();
            match self.world.ask(async move |shop| shop.edit_cart(write).await).await {
                Ok(Ok(open)) => {
                    self.saw(basket, &open);
                    return true;
                }
                Ok(Err(CartError::Store(error))) => self.tell(format_args!("cannot edit the cart now: {error}")),
                Ok(Err(error)) => {
                    self.tell(format_args!("may not edit the cart: {error}"));
                    return false;
                }
                // Whoever hears nothing tries again, or does not.
                Err(_) if self.world.chance.one_in(4) => return false,
                Err(_) => {}
            }
            self.world.wait_up_to(2_000).await;
        }
        false
    }

    /// One key makes one order, unless that has come to nothing.
    fn remember(&self, basket: &Basket, key: &str, order: OrderId) {
        let before = locked(&basket.made).insert(key.to_owned(), order);
        let state = self.world.store.state();
        let has_ended = |id: &OrderId| {
            let kept = state.orders.get(id);
            kept.is_some_and(|kept| matches!(kept.order.value.state, OrderState::Cancelled(_)))
        };
        let is_same = before.is_none_or(|before| before == order || has_ended(&before) || has_ended(&order));
        self.world.must(is_same, format_args!("the key {key} made {before:?} and {order}"));
    }
}
