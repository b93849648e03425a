//! Checkout: a cart becomes an order, once.
//!
//! Goods are held first and charged last. One commit makes the order with everything that goes with it; whoever comes
//! second with the same cart, from another tab, device or attempt, gets the first one's order.

mod allocation;
mod legal_texts;
mod limits;
mod naming;

use std::net::IpAddr;
use std::sync::Arc;

use ecom67_domain::cart::{CartCheckoutState, CartKey, CartLine, CartRefusal};
use ecom67_domain::order::{
    CancelReason, Contact, ContentError, CustomerDigest, Meter, NetworkDigest, Order, OrderContent, OrderEvent,
    OrderLegalText, OrderNumber, OrderState, Task,
};
use ecom67_domain::pricing::{Quote, QuoteError, QuoteId};
use ecom67_domain::{Cart, CartId, Language, Money, OrderId, Sku};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::Chain;
use crate::carts::{Capability, CartError, CartWrite, Carts, FirstLine, Known, OpenCart, Place};
use crate::gift_cards::GiftCardRefusal;
use crate::goods::units_before;
use crate::orders::{OrderError, Orders, PlacedOrder, moment, pause};
use crate::port::{
    CheckoutRequest, GiftCardWrite, IdempotencyKey, MeterWrite, OrderCommit, OrderCommitError, OrderRefused,
    OrderWrite, REQUEST_MEMORY, StockStore, StockWrite, StoreError, Stored,
};
use crate::turns::Turns;

use self::allocation::{Allocation, allocate};
use self::naming::Names;

pub use allocation::Shortage;
pub(crate) use legal_texts::digests;
pub use legal_texts::{CurrentLegalTexts, ShownLegalTexts, legal_pages};
pub use limits::{OpenOrderLimits, network_of};

/// How often a checkout is begun anew because somebody else was faster.
const ATTEMPTS_MAX: u32 = 8;

/// What is asked for at the order button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The cart, and what opens it.
    pub cart: CartKey,
    /// Where the shopper is.
    pub place: Place,
    /// The language they read.
    pub language: Language,
    /// Their name for this attempt.
    pub key: IdempotencyKey,
    /// The quote that they saw.
    pub quote: QuoteId,
    /// Who they are, and where it goes.
    pub contact: Contact,
    /// The shop's texts that they saw; nothing where that is not said, and then whatever applies is agreed to.
    pub legal_texts: Option<ShownLegalTexts>,
    /// Whether they agree that what is digital is delivered at once, and that they lose the right of withdrawal from it by that.
    pub has_digital_consent: bool,
    /// Where the request came from, where that is known: counted by a keyed digest, which stands with the order.
    pub from: Option<IpAddr>,
}

/// Why no order was made. Nothing is held, used or charged then.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The cart cannot be had.
    #[error(transparent)]
    Cart(#[from] CartError),
    /// The key names a checkout of something else.
    #[error("the key {key} has been used for another request")]
    KeyReused {
        /// The key.
        key: IdempotencyKey,
    },
    /// It costs something else than the shopper saw, or what they saw can no longer be had.
    #[error("what the cart costs has changed")]
    QuoteChanged(Box<OpenCart>),
    /// The texts under which it would be ordered are not those that the shopper saw.
    #[error("the terms have changed")]
    TermsChanged,
    /// There is less than is asked for.
    #[error("not everything is in stock")]
    OutOfStock(Vec<Shortage>),
    /// Lines have more or fewer units than one cart may have, or no whole sets: each with what is allowed instead.
    #[error("not every quantity can be ordered")]
    QuantityNotAllowed(Vec<Shortage>),
    /// As many orders with this e-mail address hold goods without being paid for as may.
    #[error("as many orders with this e-mail address await payment as may")]
    TooManyOpenOfCustomer,
    /// As many orders from this network hold goods without being paid for as may.
    #[error("as many orders from this network await payment as may")]
    TooManyOpenFromNetwork,
    /// The cart cannot be ordered as it is.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// It has no price.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The payment provider takes no payment of so little, or so much.
    #[error("{} {} cannot be paid", due.to_decimal(), due.currency().code())]
    NotPayable {
        /// What gift cards leave of it.
        due: Money,
        /// The least that could be paid and is not below it, if there is any.
        least: Option<Money>,
    },
    /// Others were faster, again and again.
    #[error("too many others order the same at present")]
    Contended,
    /// The order was made, and cannot be read.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes orders of carts.
#[derive(Clone)]
pub struct Checkouts {
    /// Carts, and what they cost.
    pub carts: Carts,
    /// Orders, and how they are paid.
    pub orders: Orders,
    /// What there is.
    pub stock: Arc<dyn StockStore>,
    /// The texts under which it is ordered.
    pub legal_texts: Arc<CurrentLegalTexts>,
    /// The secret under which customers and networks are counted without being named.
    pub customer_key: [u8; 32],
    /// How many orders may hold goods at once that are not paid for.
    pub open_orders: OpenOrderLimits,
    /// How long goods are held that are not paid for.
    pub hold: SignedDuration,
    /// Who is ordering which cart.
    pub turns: Arc<Turns<CartId>>,
}

/// A cart as it was found, and what was made of it before.
struct Seen {
    cart: Arc<Stored<Cart>>,
    made: Made,
    now: Timestamp,
}

/// The order that was made of a cart before.
enum Made {
    /// There is none that counts.
    None,
    /// It is what is asked for now.
    Meant(OrderId),
    /// It waits to be paid, and something else is asked for now.
    Another(OrderId),
}

impl Checkouts {
    /// Makes an order of the cart, or finds the one that was made of it already, with the payment that it awaits.
    pub async fn place(&self, asked: &Checkout) -> Result<PlacedOrder, CheckoutError> {
        let digest = digest(asked);
        let seen = self.look(asked, &digest).await?;
        let (order, is_repeated) = match seen.made {
            // Who only asks again waits for nobody.
            Made::Meant(order) => (order, true),
            Made::Another(_) | Made::None => {
                let turn = self.turns.take(asked.cart.id).await;
                let seen = if turn.has_waited { self.look(asked, &digest).await? } else { seen };
                self.made_or_found(asked, digest, seen).await?
            }
        };
        Ok(self.orders.with_payment(order, is_repeated).await?)
    }

    /// Looks at the cart, and at what was made of it before.
    async fn look(&self, asked: &Checkout, digest: &[u8; 32]) -> Result<Seen, CheckoutError> {
        let now = moment(&*self.carts.clock);
        let cart = self.carts.store.find(asked.cart, now).await?.ok_or(CartError::NotFound)?;
        let made = self.made_before(asked, digest, &cart.value, now).await?;
        Ok(Seen { cart, made, now })
    }

    /// The order of the cart, and whether it had been made before.
    async fn made_or_found(
        &self,
        asked: &Checkout,
        digest: [u8; 32],
        seen: Seen,
    ) -> Result<(OrderId, bool), CheckoutError> {
        let mut seen = Some(seen);
        for attempt in 0..ATTEMPTS_MAX {
            let Seen { mut cart, made, now } = match seen.take() {
                Some(seen) => seen,
                None => {
                    pause(&*self.carts.ids, attempt).await;
                    self.look(asked, &digest).await?
                }
            };
            match made {
                Made::Meant(order) => return Ok((order, true)),
                Made::Another(order) => {
                    // Before an order is cancelled to whose place none would come.
                    self.agreed_texts(asked, &cart.value).await?;
                    if self.carts.gift_cards.holds_of_blocked(&cart.value).await? {
                        return Err(CartError::from(GiftCardRefusal::Blocked).into());
                    }
                    if !self.is_cancelled(order).await {
                        return Ok((order, true));
                    }
                    let found = self.carts.store.find(asked.cart, now).await?;
                    cart = found.ok_or(CartError::NotFound)?;
                    if cart.value.checkout.is_some() {
                        // Another process has ordered it since: whether that is what is meant here is to be asked first.
                        continue;
                    }
                }
                Made::None => {}
            }
            let read_at = cart.version;
            match self.try_place(asked, digest, cart, now).await {
                Ok(Some(order)) => return Ok((order, false)),
                Ok(None) => {}
                // What is missing may be what this very cart's order has taken meanwhile, made by another process: the last
                // unit, the last use of a coupon. Then there is an order, and whoever pressed twice is told of that.
                Err(refused) => {
                    let present = self.carts.store.find(asked.cart, now).await?;
                    if present.is_none_or(|cart| cart.version == read_at) {
                        return Err(refused);
                    }
                }
            }
        }
        Err(CheckoutError::Contended)
    }

    /// Changes a cart. One that is being ordered is not any more then: the order is cancelled first.
    pub async fn edit_cart(&self, write: CartWrite) -> Result<OpenCart, CartError> {
        match self.carts.write(write.clone()).await {
            Err(CartError::Refused(CartRefusal::InCheckout { order })) if self.is_cancelled(order).await => {
                // It had the version that was asked for, and has another since its order was cancelled.
                self.carts.write(CartWrite { read_at: None, ..write }).await
            }
            result => result,
        }
    }

    /// The cart that a shopper says they have, with the line added; a new one where theirs is gone.
    pub async fn begin_cart(
        &self,
        place: &Place,
        first: Option<FirstLine>,
        kept: Option<Capability>,
    ) -> Result<(Capability, OpenCart), CartError> {
        match self.carts.begin(place, first.clone(), kept.clone()).await {
            Err(CartError::Refused(CartRefusal::InCheckout { order })) if self.is_cancelled(order).await => {
                self.carts.begin(place, first, kept).await
            }
            result => result,
        }
    }

    /// Cancels the order of a cart that is to be changed. One that is paid for by now, or whose payment cannot be voided at
    /// present, is not.
    async fn is_cancelled(&self, order: OrderId) -> bool {
        let settled = self.orders.settle(order).await;
        if settled.is_ok_and(|settled| matches!(settled.order.value.state, OrderState::Capturing | OrderState::Paid)) {
            return false;
        }
        match self.orders.cancel(order, CancelReason::CartChanged).await {
            Ok(order) => matches!(order.value.state, OrderState::Cancelled(_)),
            Err(error) => {
                tracing::info!(order = %order, error = %Chain(&error), "the order of a changed cart was not cancelled");
                false
            }
        }
    }

    /// The order that was made of the cart, and whether what is asked for now means that one.
    async fn made_before(
        &self,
        asked: &Checkout,
        digest: &[u8; 32],
        cart: &Cart,
        now: Timestamp,
    ) -> Result<Made, CheckoutError> {
        if let Some(request) = self.orders.store.find_request(cart.id, &asked.key, now).await? {
            let is_same = request.digest == *digest;
            return if is_same {
                Ok(Made::Meant(request.order))
            } else {
                Err(CheckoutError::KeyReused { key: asked.key.clone() })
            };
        }
        let Some(made) = cart.checkout else { return Ok(Made::None) };
        let is_same_quote = made.quote == asked.quote;
        match made.state {
            // Pressed once more in a tab that still shows what was ordered.
            CartCheckoutState::Ordered if is_same_quote => Ok(Made::Meant(made.order)),
            CartCheckoutState::Ordered => Ok(Made::None),
            CartCheckoutState::Pending => {
                self.check_digital_consent(made.order, asked).await?;
                let contact = self.orders.store.find_contact(made.order).await?;
                // Whoever goes back and mends the address means another order, and so does who was shown other terms by now; one
                // that is paid stays.
                let is_same = is_same_quote
                    && contact.as_ref() == Some(&asked.contact)
                    && self.is_under(made.order, asked.legal_texts.as_ref()).await?;
                Ok(if is_same { Made::Meant(made.order) } else { Made::Another(made.order) })
            }
        }
    }

    /// Whether an order was placed under the texts that were shown, as far as that was said.
    async fn is_under(&self, order: OrderId, shown: Option<&ShownLegalTexts>) -> Result<bool, StoreError> {
        let Some(shown) = shown else { return Ok(true) };
        let order = self.orders.store.find(order).await?;
        Ok(order.is_some_and(|order| shown.are(&order.value.content.legal_texts)))
    }

    /// Fails where an order needed a consent that is not given now: neither is that order meant then, nor would one come to its
    /// place.
    async fn check_digital_consent(&self, order: OrderId, asked: &Checkout) -> Result<(), CheckoutError> {
        if asked.has_digital_consent {
            return Ok(());
        }
        let order = self.orders.store.find(order).await?;
        let is_needed = order.is_some_and(|order| order.value.content.digital_consent_at.is_some());
        if is_needed { Err(ContentError::NoDigitalConsent.into()) } else { Ok(()) }
    }

    /// The texts under which orders are placed now, unless others were shown.
    async fn agreed_texts(&self, asked: &Checkout, cart: &Cart) -> Result<Vec<OrderLegalText>, CheckoutError> {
        let legal_texts = self.legal_texts.of(&self.carts.shop.present(), &cart.market, asked.language).await?;
        let is_outdated = asked.legal_texts.as_ref().is_some_and(|shown| !shown.are(&legal_texts));
        if is_outdated { Err(CheckoutError::TermsChanged) } else { Ok(legal_texts) }
    }

    /// One attempt; `None` where somebody else was faster and all must be looked at anew.
    async fn try_place(
        &self,
        asked: &Checkout,
        digest: [u8; 32],
        cart: Arc<Stored<Cart>>,
        now: Timestamp,
    ) -> Result<Option<OrderId>, CheckoutError> {
        let read_at = cart.version;
        let mut cart = cart.value.clone();
        cart.destination = Some(self.carts.checked_destination(&cart.market, asked.contact.delivery.destination())?);
        let customer = self.customer(&asked.contact);
        let open = self.priced(Stored { value: cart.clone(), version: read_at }, asked, customer).await?;
        let quote = open.quote.clone()?;
        if quote.id != asked.quote || quote.lines.len() != cart.lines.len() {
            return Err(CheckoutError::QuoteChanged(Box::new(open)));
        }
        let names = Names::new(&self.carts, &open, &quote, asked.language).await?;
        let legal_texts = self.agreed_texts(asked, &cart).await?;
        let content =
            Arc::new(OrderContent::of(&quote, &names, legal_texts, asked.has_digital_consent.then_some(now))?);
        let due = content.totals.due;
        if due.minor() > 0 && !self.orders.provider.accepts(due) {
            return Err(CheckoutError::NotPayable { due, least: self.orders.provider.payable_from(due) });
        }
        let records = self.stock.find_many(&names.skus()).await?;
        let Allocation { holds, back_orders } = allocate(&content.demand(), &records, &names, sources(&quote))
            .map_err(|shortages| CheckoutError::OutOfStock(within_limits(shortages, &open)))?;
        let beyond = beyond_limits(&open);
        if !beyond.is_empty() {
            return Err(CheckoutError::QuantityNotAllowed(beyond));
        }
        let mut uses = limits::uses(&quote, customer);
        if due.minor() > 0 {
            uses.extend(self.open_orders.uses(customer, asked.from.map(|from| self.network(from))));
        }
        let (uses, limits) = uses.into_iter().unzip();
        let hold_until = now.saturating_add(self.hold).unwrap_or(Timestamp::MAX);
        let order = Order {
            id: OrderId::new(self.carts.ids.unique(now)),
            number: OrderNumber::drawn(lot(self.carts.ids.secret())),
            cart: cart.id,
            capability: cart.capability,
            market: cart.market.clone(),
            country: asked.place.country,
            language: asked.language,
            content,
            holds,
            back_orders,
            uses,
            workflow: self.orders.workflows.newest().version,
            placed_at: now,
            hold_until,
            is_hold_extended: false,
            state: OrderState::PendingPayment,
            payment: None,
            paid_at: None,
            refunds: Vec::new(),
            task: Task::due(hold_until),
        };
        cart.begin_checkout(order.id, &order.content, now);
        let commit = OrderCommit {
            write: OrderWrite::Place {
                contact: Box::new(asked.contact.clone()),
                request: CheckoutRequest {
                    cart: cart.id,
                    key: asked.key.clone(),
                    digest,
                    order: order.id,
                    expires_at: now.saturating_add(REQUEST_MEMORY).unwrap_or(Timestamp::MAX),
                },
            },
            events: vec![OrderEvent::Placed(Box::new(order.clone()))],
            cart: Some((cart, read_at)),
            stock: StockWrite::Hold,
            meters: MeterWrite::Spend(limits),
            gift_cards: GiftCardWrite::Spend,
            at: now,
            order,
        };
        self.commit(commit).await
    }

    /// Makes the commit. What leaves nothing to be charged, as it costs nothing or gift cards pay for it, is paid at once.
    async fn commit(&self, mut commit: OrderCommit) -> Result<Option<OrderId>, CheckoutError> {
        let (id, at) = (commit.order.id, commit.at);
        if commit.order.content.totals.due.minor() == 0 {
            for event in [OrderEvent::Authorised { payment: None }, OrderEvent::Paid] {
                commit.order.apply(&event, at);
                commit.events.push(event);
            }
            if let Some((cart, _)) = &mut commit.cart {
                cart.complete(id, at);
            }
        }
        match self.orders.committed(commit).await {
            Ok(_) => Ok(Some(id)),
            Err(OrderCommitError::Refused(reasons)) => {
                let is_ours = |reason: &OrderRefused| matches!(reason, OrderRefused::OrderStale { present: Some(_) });
                // A commit whose answer was lost, made again by the store, finds itself.
                if reasons.iter().any(is_ours) {
                    return Ok(Some(id));
                }
                reasons.iter().find_map(too_many_open).map_or(Ok(None), Err)
            }
            // The cart tells whether it was made.
            Err(OrderCommitError::Store(StoreError::OutcomeUnknown)) => Ok(None),
            Err(OrderCommitError::Store(error)) => Err(error.into()),
        }
    }

    /// What the cart costs this customer: without the promotions that they, or all, have used up.
    async fn priced(
        &self,
        cart: Stored<Cart>,
        asked: &Checkout,
        customer: CustomerDigest,
    ) -> Result<OpenCart, CheckoutError> {
        let cart = Arc::new(cart);
        let mut known = Known::NOTHING;
        loop {
            let open = self.carts.priced(Arc::clone(&cart), &asked.place, &known).await?;
            let Ok(quote) = &open.quote else { return Ok(open) };
            if self.learn_of_gifts(quote, &mut known).await? {
                continue;
            }
            let uses: Vec<(Meter, Option<u32>)> =
                limits::uses(quote, customer).into_iter().filter(|(_, limit)| limit.is_some()).collect();
            if uses.is_empty() {
                return Ok(open);
            }
            let meters: Vec<Meter> = uses.iter().map(|(meter, _)| meter.clone()).collect();
            let used = self.orders.store.used(&meters).await?;
            // Each round takes at least one promotion away, so there are no more rounds than promotions.
            if !limits::learn(&mut known, &uses, &used) {
                return Ok(open);
            }
        }
    }

    /// Learns which gifts cannot be had, with their promotions; returns whether that is news. Nobody is kept from buying by
    /// what they would get for nothing.
    async fn learn_of_gifts(&self, quote: &Quote, known: &mut Known) -> Result<bool, StoreError> {
        let before = known.used_up.len();
        for gift in &quote.gifts {
            let good = self.carts.goods.find_by_sku(&gift.sku).await?;
            let variant = good.as_ref().and_then(|good| good.variant(&gift.sku));
            let can_be_had = variant
                .is_some_and(|variant| variant.available().is_none_or(|units| units >= u64::from(gift.quantity)));
            if let Some(discount) = quote.discounts.get(gift.discount).filter(|_| !can_be_had) {
                known.used_up.push(discount.promotion.clone());
            }
        }
        Ok(known.used_up.len() > before)
    }

    fn customer(&self, contact: &Contact) -> CustomerDigest {
        CustomerDigest(self.keyed_digest(contact.email.person().as_bytes()))
    }

    fn network(&self, address: IpAddr) -> NetworkDigest {
        NetworkDigest(self.keyed_digest(network_of(address).to_string().as_bytes()))
    }

    fn keyed_digest(&self, of: &[u8]) -> [u8; 16] {
        let hash = blake3::keyed_hash(&self.customer_key, of);
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.as_bytes()[..16]);
        digest
    }
}

fn too_many_open(reason: &OrderRefused) -> Option<CheckoutError> {
    match reason {
        OrderRefused::Limit { meter: Meter::OpenOrdersOfCustomer(_), .. } => Some(CheckoutError::TooManyOpenOfCustomer),
        OrderRefused::Limit { meter: Meter::OpenOrdersFromNetwork(_), .. } => {
            Some(CheckoutError::TooManyOpenFromNetwork)
        }
        _ => None,
    }
}

/// What there is too little of, with no more than one cart may have of it: of four that are left none can be had where they
/// come by the six. What is given for nothing comes in any number.
fn within_limits(mut shortages: Vec<Shortage>, open: &OpenCart) -> Vec<Shortage> {
    let lines = &open.cart.value.lines;
    let before = units_before(lines, &open.goods);
    for Shortage { sku, asked, available } in &mut shortages {
        let Some((line, before)) = lines.iter().zip(&before).find(|(line, _)| line.sku == *sku) else { continue };
        let given = u64::from(asked.saturating_sub(line.quantity.get()));
        if let Some(good) = open.goods.get(&line.product)
            && let Some(variant) = good.variant(sku)
        {
            let left = available.saturating_sub(given);
            let left = good.room_beside(*before).map_or(left, |room| room.min(left));
            *available = variant.limits.within(left) + given.min(*available);
        }
    }
    shortages
}

/// The lines that the limits of their products do not allow, with what they do.
fn beyond_limits(open: &OpenCart) -> Vec<Shortage> {
    let lines = &open.cart.value.lines;
    let beyond = |(line, before): (&CartLine, u64)| {
        let good = open.goods.get(&line.product)?;
        let variant = good.variant(&line.sku)?;
        let asked = line.quantity.get();
        let available = good.orderable(variant, asked.into(), before);
        // What is short by now was in stock when the cart was read: that is for the stock to say.
        let is_beyond = !variant.limits.allows(asked.into())
            || good.room_beside(before).is_some_and(|room| room < u64::from(asked));
        is_beyond.then(|| Shortage { sku: line.sku.clone(), asked, available })
    };
    lines.iter().zip(units_before(lines, &open.goods)).filter_map(beyond).collect()
}

/// Where the goods of a quote are sent from, best first; anywhere where nothing is said.
fn sources(quote: &Quote) -> &[ecom67_domain::LocationCode] {
    let chosen = quote.chosen_delivery.as_ref().map(|chosen| &quote.delivery[chosen.choice]);
    chosen.map(|choice| choice.locations.as_slice()).unwrap_or_default()
}

fn lot(secret: [u8; 32]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&secret[..8]);
    u64::from_le_bytes(bytes)
}

/// The digest of all that a checkout asks for.
fn digest(asked: &Checkout) -> [u8; 32] {
    let Checkout { cart, place, language, key: _, quote, contact, legal_texts, has_digital_consent, from: _ } = asked;
    let contact = crate::document::OrderContactDocument::from(contact);
    // As JSON, in which texts end where they end: two different checkouts never look the same.
    let mut asked = vec![
        json!(cart.id.to_string()),
        json!(place.market.as_str()),
        json!(place.country.to_string()),
        json!(language.to_string()),
        json!(quote.to_string()),
        json!(contact),
    ];
    asked.extend(legal_texts.as_ref().map(|shown| json!(shown.to_words())));
    // Not a list, as texts are; and nothing where it is not given, as before it could be.
    asked.extend(has_digital_consent.then(|| json!("digital consent")));
    *blake3::hash(serde_json::Value::from(asked).to_string().as_bytes()).as_bytes()
}

/// Whether a variant may be promised beyond what is there.
pub(crate) trait StockPolicies {
    /// Whether it may.
    fn may_be_back_ordered(&self, sku: &Sku) -> bool;

    /// Whether it goes the way that was chosen: what is digital does not.
    fn is_sent(&self, sku: &Sku) -> bool;
}
