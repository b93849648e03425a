//! What must never be otherwise of messages and mails.

use std::collections::BTreeSet;
use std::sync::Arc;

use ecom67_app::mails::owed;
use ecom67_app::port::{Delivery, Mail, MailId, OrderEnvelope, OrderNotice, QueueKey};
use ecom67_app::relay::destinations;
use ecom67_domain::OrderId;

use crate::store::{KeptOrder, State};
use crate::world::World;

/// The name of the message that tells of an envelope.
fn name(envelope: &OrderEnvelope) -> QueueKey {
    OrderNotice { order: envelope.order, version: envelope.version }.to_message().deduplication
}

/// The mails that an envelope owes.
fn mails(envelope: &OrderEnvelope) -> impl Iterator<Item = MailId> + '_ {
    owed(&envelope.events).into_iter().map(|kind| MailId::of_order(envelope.order, envelope.version, kind))
}

/// A message was delivered: it tells of something that was, and whatever its order had told before is done with or dead.
pub(crate) fn after_receipt(world: &World, delivery: &Delivery) {
    let Ok(notice) = OrderNotice::read(&delivery.body) else {
        return world.violated(format_args!("{} is no notice", delivery.id));
    };
    let number = notice.order.number() & 0xFFFF_FFFF;
    let attempt = delivery.attempt;
    world.tell(format_args!("queue: version {} of order {number}, attempt {attempt}", notice.version.0));
    world.tally.count(if attempt > 1 { "messages delivered again" } else { "messages delivered" });
    let state = world.store.state();
    let envelopes = state.orders.get(&notice.order).map_or(&[][..], |kept| &kept.envelopes);
    let told = envelopes.iter().find(|envelope| envelope.version == notice.version);
    let is_told = told.is_some_and(|envelope| !destinations(&envelope.events).is_empty());
    world.must(is_told, format_args!("{} has nothing to tell at version {}", notice.order, notice.version.0));
    let earlier = envelopes.iter().filter(|envelope| envelope.version < notice.version);
    for envelope in earlier.filter(|envelope| !destinations(&envelope.events).is_empty()) {
        let name = name(envelope);
        let is_over =
            world.post.has_ended(&name) || world.queue.kept().all_dead().any(|dead| dead.deduplication == name);
        let (before, version) = (envelope.version.0, notice.version.0);
        world.must(
            is_over,
            format_args!("{}: version {version} is delivered, and {before} was not done with", notice.order),
        );
    }
}

/// The post office has taken a mail: it was owed, says what was so then, and was not sent before by anybody who knew it.
pub(crate) fn after_delivery(world: &Arc<World>, mail: &Mail) {
    let before = world.post.deliver(&mail.id);
    world.tally.count(if before.deliveries > 0 { "mails sent again" } else { "mails sent" });
    world.tell(format_args!("post office: takes {}", mail.id));
    world.must(before.unnoted == 0, format_args!("{} was sent, was not noted, and was sent again", mail.id));
    world.must(
        before.deliveries < before.claims,
        format_args!("{} was sent more often than anybody was allowed to", mail.id),
    );
    let state = world.store.state();
    let order = mail.id.as_str().split('.').next().and_then(|order| order.parse::<OrderId>().ok());
    let kept = order.and_then(|order| state.orders.get(&order));
    let owing = kept.and_then(|kept| {
        let envelope = kept.envelopes.iter().find(|envelope| mails(envelope).any(|id| id == mail.id))?;
        Some((kept, envelope))
    });
    let Some((kept, envelope)) = owing else {
        return world.violated(format_args!("{} was sent, and is owed to nobody", mail.id));
    };
    let place = usize::try_from(envelope.version.0).ok().and_then(|version| version.checked_sub(1));
    let was = place.and_then(|place| kept.states.get(place)).map(|state| format!("{state:?}"));
    world.must(
        was.as_ref() == Some(&mail.text),
        format_args!("{} says {}, and the order was {was:?}", mail.id, mail.text),
    );
    world.must(mail.to == kept.contact.email, format_args!("{} went to somebody else", mail.id));
    let first = kept.envelopes.first().and_then(|placed| mails(placed).next()).filter(|first| *first != mail.id);
    world.must(mail.follows == first, format_args!("{} follows {:?}, and not {first:?}", mail.id, mail.follows));
}

/// Nothing is left to be told: each mail that is owed was sent, or lies with a reason among the dead.
pub(super) fn in_the_end(world: &World, state: &State) {
    let queue = world.queue.kept();
    let mut dead = BTreeSet::new();
    for message in queue.all_dead() {
        world.tally.count("dead letters");
        let has_reason = !message.why.is_empty() && message.attempts > 0;
        world.must(has_reason, format_args!("{} died of nothing: {message:?}", message.deduplication));
        dead.insert(message.deduplication.clone());
    }
    for envelope in state.orders.values().flat_map(|kept: &KeptOrder| &kept.envelopes) {
        let is_dead = dead.contains(&name(envelope));
        for mail in mails(envelope) {
            let is_told = is_dead || world.post.has(&mail);
            world.must(is_told, format_args!("{mail} is owed, and was never sent"));
        }
    }
}

/// How much is still to be told.
pub(crate) fn untold(world: &World) -> usize {
    world.store.state().outbox.len() + world.queue.kept().alive()
}
