//! Webhooks: doubled, late, out of order, lost; and some that nobody sent who should be believed.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::{PaymentId, PaymentStatus, ProviderEvent, ProviderEventSubject};
use tokio::time::sleep;

use crate::world::World;

/// How often one is sent that is not taken.
const DELIVERIES_MAX: u32 = 4;
/// How late one may be.
const LATE_MAX_MS: u64 = 20 * 60_000;

/// The provider tells the shop of a payment, in its own time.
pub(crate) fn tell(world: &Arc<World>, payment: &PaymentId, claim: PaymentStatus) {
    if world.goes_wrong(world.settings.webhook_lost_one_in) {
        return;
    }
    let copies = if world.goes_wrong(5) { 2 + world.chance.below(2) } else { 1 };
    for _ in 0..copies {
        let is_late = world.goes_wrong(world.settings.webhook_late_one_in);
        let after_ms = world.chance.below(if is_late { LATE_MAX_MS } else { 1_000 });
        let (there, payment) = (Arc::clone(world), payment.clone());
        world.spawn(async move {
            sleep(Duration::from_millis(after_ms)).await;
            deliver(&there, payment, claim).await;
        });
    }
}

/// Somebody who is not the provider claims something of a payment that they have never paid.
pub(crate) async fn forge(world: &World) {
    let payments = world.bank.payments();
    if payments.is_empty() {
        return;
    }
    let forged = &payments[world.chance.index(payments.len())];
    let claim = world.chance.pick(&[PaymentStatus::Authorised, PaymentStatus::Captured, PaymentStatus::Cancelled]);
    world.tell(format_args!("stranger: claims that {} is {claim:?}", forged.id));
    deliver(world, forged.id.clone(), claim).await;
}

async fn deliver(world: &World, payment: PaymentId, claim: PaymentStatus) {
    for _ in 0..DELIVERIES_MAX {
        world.alterations.heard(&payment, claim);
        let event = ProviderEvent {
            id: format!("evt_{}", world.chance.below(1 << 32)),
            about: ProviderEventSubject::Payment(payment.clone()),
        };
        let heard = world.ask(async |shop| shop.orders.heard(&event).await).await;
        world.tell(format_args!("webhook: of {payment}: {heard:?}"));
        if matches!(heard, Ok(Ok(()))) {
            world.tally.count("webhooks");
            return;
        }
        world.wait_up_to(30_000).await;
    }
}
