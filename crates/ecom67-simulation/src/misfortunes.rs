//! What happens beside shopping: time leaps, clocks are wrong, prices change, goods come in, strangers claim things.

use std::num::NonZeroU32;
use std::sync::Arc;

use ecom67_app::port::{GiftCardIssue, QueueName, Subject};
use ecom67_domain::gift_card::GiftCard;
use ecom67_domain::price::Price;
use ecom67_domain::stock::{Adjustment, AdjustmentReason, StockChange};
use ecom67_domain::{GiftCardId, LocationCode, Money, Product};
use jiff::SignedDuration;

use crate::catalog::{GIFT_CARDS, GOODS, gift_card_code};
use crate::process::GIFT_CARD_KEY;
use crate::webhooks;
use crate::world::World;

/// The longest leap that a call may have to live with.
const LEAP_MAX_S: u64 = 20 * 60;
/// The longest leap when no call is under way: longer than the provider remembers a key.
const LEAP_MAX_H: u64 = 26;

/// Puts so much of everything on the shelves as the seed says.
pub(crate) fn stock(world: &World) {
    let is_scarce = world.chance.one_in(2);
    for (sku, _, plenty, few) in GOODS {
        let units = if is_scarce { few } else { plenty };
        receive(world, sku, &LocationCode::main(), units);
        if let Ok(north) = "north".parse()
            && world.chance.one_in(2)
        {
            receive(world, sku, &north, units / 2);
        }
    }
    for product in &world.grounds.products {
        world.store.put_product(product.clone());
    }
    for (place, (minor, currency, minutes)) in GIFT_CARDS.into_iter().enumerate() {
        issue(world, place, minor, currency, minutes);
    }
}

/// Issues the gift card at this place.
fn issue(world: &World, place: usize, minor: i64, currency: &str, minutes: Option<i64>) {
    let Ok(currency) = currency.parse() else { return };
    let (code, now) = (gift_card_code(place), world.clocks.world());
    let amount = Money::new(minor, currency);
    let card = GiftCard {
        id: GiftCardId::new(place as u128 + 1),
        digest: code.digest(&GIFT_CARD_KEY),
        hint: code.hint(),
        issued: amount,
        balance: amount,
        issued_at: now,
        expires_at: minutes.and_then(|minutes| now.checked_add(SignedDuration::from_mins(minutes)).ok()),
        returned_at: None,
        blocked_at: None,
        note: None,
    };
    let issued = world.store.state().issue(&GiftCardIssue { card, actor: "simulation".into() });
    world.tell(format_args!("staff: issues a gift card of {minor} {}: {}", currency.code(), issued.is_ok()));
}

fn receive(world: &World, sku: &str, location: &LocationCode, units: u64) {
    let Ok(sku) = sku.parse() else { return };
    let adjustment = Adjustment {
        sku,
        location: location.clone(),
        change: StockChange::By(units.cast_signed()),
        reason: AdjustmentReason::Received,
        actor: "simulation".to_owned(),
        token: format!("delivery {}", world.chance.number()),
        at: world.clocks.world(),
    };
    let subject = Subject::Stock(adjustment.sku.clone());
    let received = world.store.state().adjust(&adjustment);
    world.grounds.changes.committed(&[subject]);
    world.tell(format_args!("staff: receives {units} {} at {location}: {}", adjustment.sku, received.is_ok()));
}

/// Goes on until nothing goes wrong any more.
pub(crate) async fn befall(world: Arc<World>) {
    while !world.is_calm() {
        world.wait_up_to(40_000).await;
        if world.is_calm() {
            return;
        }
        match world.chance.below(7) {
            0 => webhooks::forge(&world).await,
            1 if world.chance.one_in(3) => change_price(&world),
            2 if world.chance.one_in(3) => {
                let (sku, ..) = world.chance.pick(&GOODS);
                receive(&world, sku, &LocationCode::main(), 1 + world.chance.below(3));
            }
            3 if world.chance.one_in(3) => capture_by_hand(&world),
            3 => lapse(&world),
            4 => redrive(&world),
            _ if world.settings.has_leaps => leap(&world),
            _ => {}
        }
    }
}

/// Somebody looks at the dead letters, and has one of them sent again.
fn redrive(world: &World) {
    let dead: Vec<_> = world.queue.kept().all_dead().cloned().collect();
    if dead.is_empty() {
        return;
    }
    let message = &dead[world.chance.index(dead.len())];
    // Dead once is done with: what its order told next has been let pass.
    world.post.ended(&message.deduplication);
    let redriven = world.queue.redrive_now(QueueName::Notifications, &message.id);
    world.tell(format_args!(
        "staff: sends {} again, which died of \"{}\": {redriven:?}",
        message.deduplication, message.why
    ));
    world.tally.count("messages redriven");
}

/// Somebody's bank gives up what it set aside.
fn lapse(world: &Arc<World>) {
    if let Some(account) = world.bank.lapse(|length| world.chance.index(length)) {
        world.tell(format_args!("bank: {} lapses", account.id));
        world.became(&account.id, account.status);
    }
}

/// Somebody takes money by hand, at the provider, that was set aside.
fn capture_by_hand(world: &Arc<World>) {
    if let Some(account) = world.bank.capture_by_hand(|length| world.chance.index(length)) {
        world.tell(format_args!("staff: captures {} by hand", account.id));
        world.tally.count("captured by hand");
        world.became(&account.id, account.status);
    }
}

fn leap(world: &World) {
    let seconds = |bound: u64| SignedDuration::from_secs(world.chance.below(bound).cast_signed());
    match world.chance.below(8) {
        0..=3 => pass(world, seconds(LEAP_MAX_S / 10)),
        4 => pass(world, seconds(LEAP_MAX_S)),
        5 if world.is_quiet() => pass(world, seconds(LEAP_MAX_H * 3_600)),
        _ => {
            let wrong = seconds(240) - SignedDuration::from_secs(90);
            world.tell(format_args!("world: the shop's clock is wrong by {wrong:?}"));
            world.clocks.be_wrong_by(wrong);
        }
    }
}

pub(crate) fn pass(world: &World, duration: SignedDuration) {
    world.tell(format_args!("world: {duration:?} pass"));
    world.clocks.pass(duration);
}

fn change_price(world: &World) {
    let product = &world.grounds.products[world.chance.index(world.grounds.products.len())];
    let mut parts = product.clone().into_parts();
    let more = 1 + u32::try_from(world.chance.below(50)).unwrap_or(0);
    let more = NonZeroU32::new(more).map_or(1, NonZeroU32::get);
    for variant in &mut parts.variants {
        for price in variant.prices.values_mut() {
            let amount = price.amount();
            let dearer = Money::new(amount.minor() + i64::from(more), amount.currency());
            *price = Price::new(dearer, None).unwrap_or(*price);
        }
    }
    let Ok(product) = Product::new(parts) else { return };
    world.tell(format_args!("staff: {} costs {more} more", product.code));
    let subject = Subject::Product(product.code.clone());
    world.store.put_product(product);
    world.grounds.changes.committed(&[subject]);
}
