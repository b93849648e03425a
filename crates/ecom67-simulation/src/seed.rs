//! One seed from its beginning to the moment at which nothing is left to be done.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::carts::Place;
use jiff::SignedDuration;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::catalog::Grounds;
use crate::invariants;
use crate::misfortunes;
use crate::process;
use crate::shopper::Shopper;
use crate::tally::Counts;
use crate::world::World;
use crate::{Alterations, Keep};

/// So often time passes until the next thing is due, and is then given a moment. A thing that is never done is due for ever.
const ROUNDS_MAX: u32 = 400;
/// What one moment is: longer than any sweep takes to come round.
const MOMENT: Duration = Duration::from_secs(3);
/// The longest that shoppers take, by the runtime's time.
const SHOPPING_MAX: Duration = Duration::from_secs(6 * 3_600);

/// What came of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The digest of its whole history.
    pub digest: u64,
    /// How many lines that has.
    pub lines: u64,
    /// The lines, where they were kept.
    pub history: Vec<String>,
    /// What was as it must never be; `None` where all was well.
    pub violation: Option<String>,
    /// How often what happened.
    pub counts: Counts,
}

/// Simulates a seed, in a runtime of its own on this thread.
pub fn simulate(
    seed: u64,
    grounds: &Arc<Grounds>,
    keep: Keep,
    alterations: &Arc<dyn Alterations>,
) -> Result<Outcome, std::io::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let (grounds, alterations) = (Arc::clone(grounds), Arc::clone(alterations));
    Ok(runtime.block_on(async move {
        let world = World::new(seed, grounds, keep, alterations);
        tokio::select! {
            biased;
            () = world.until_violated() => {}
            () = live(&world) => {}
        }
        let (digest, lines) = world.history.digest();
        Outcome {
            seed,
            digest,
            lines,
            history: world.history.take_lines(),
            violation: world.verdict(),
            counts: world.tally.counts(),
        }
    }))
}

async fn live(world: &Arc<World>) {
    misfortunes::stock(world);
    for index in 0..world.slots.len() {
        world.spawn(process::run(Arc::clone(world), index));
    }
    world.spawn(misfortunes::befall(Arc::clone(world)));
    let mut shoppers = JoinSet::new();
    for number in 1..=world.settings.shoppers {
        shoppers.spawn(Shopper::new(Arc::clone(world), number).shops());
    }
    let all_leave = async {
        while let Some(left) = shoppers.join_next().await {
            if let Err(error) = left {
                world.violated(format_args!("a shopper panicked: {error}"));
            }
        }
    };
    if tokio::time::timeout(SHOPPING_MAX, all_leave).await.is_err() {
        world.violated(format_args!("shoppers are waiting for ever"));
    }
    world.calm_down();
    settle(world).await;
}

/// Nothing goes wrong any more: all that is to be done is done, sooner or later.
async fn settle(world: &Arc<World>) {
    for _ in 0..ROUNDS_MAX {
        sleep(MOMENT).await;
        for account in world.bank.settle_refunds(|| !world.chance.one_in(4)) {
            world.tell(format_args!("bank: a refund of {} is settled", account.id));
        }
        let (due, unsettled) = {
            let state = world.store.state();
            let put_off_until = world.queue.kept().put_off_until();
            (state.due_next().into_iter().chain(put_off_until).min(), invariants::unsettled(&state))
        };
        if unsettled.is_empty() && world.is_quiet() && invariants::untold(world) == 0 {
            invariants::in_the_end(world);
            return look_at_carts(world).await;
        }
        let now = world.clocks.world();
        if let Some(wait) = due.map(|due| due.duration_since(now)).filter(SignedDuration::is_positive) {
            misfortunes::pass(world, wait);
        }
    }
    let unsettled = invariants::unsettled(&world.store.state());
    let untold = invariants::untold(world);
    world.violated(format_args!("these are never settled: {unsettled:?}, and {untold} are never told"));
}

/// What is shown of a cart is what is kept. Where writes come after their time, a cart that is remembered may lag behind one
/// that nobody was told of.
async fn look_at_carts(world: &Arc<World>) {
    if world.settings.store_one_in > 0 {
        return;
    }
    let carts: Vec<_> = world.store.state().carts.values().map(|kept| kept.cart.clone()).collect();
    for kept in carts {
        let (key, market) = (kept.value.key(), kept.value.market.clone());
        let Ok(country) = "GB".parse() else { return };
        let shown = world.ask(async move |shop| shop.carts.find(key, &Place { market, country }).await).await;
        if let Ok(Ok(shown)) = shown {
            let is_same = *shown.cart == kept;
            world.must(
                is_same,
                format_args!("{} is kept at {:?} and shown at {:?}", key.id, kept.version, shown.cart.version),
            );
        }
    }
}
