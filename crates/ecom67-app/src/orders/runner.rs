//! What does what is due for orders, beside the requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ecom67_domain::OrderId;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

use super::{OrderError, Orders};
use crate::port::ORDERS_PAGE_MAX;
use crate::{Chain, stopped};

/// How often is looked for what is due, whether anybody was woken or not.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// Orders that wait to be looked at; one more is found by the next sweep.
const WAITING_MAX: usize = 10_000;

/// Orders that are worked on at once.
const WORKING_MAX: usize = 32;

/// Wakes what does what is due. To wake for nothing does no harm, and whom nobody wakes the next sweep finds.
#[derive(Clone, Debug)]
pub struct Wake(mpsc::Sender<OrderId>);

impl Wake {
    /// A way to wake, and the end at which it is heard.
    pub fn new() -> (Self, mpsc::Receiver<OrderId>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), receiver)
    }

    /// Something is to be done for an order.
    pub fn order(&self, id: OrderId) {
        if self.0.try_send(id).is_err() {
            tracing::debug!(order = %id, "nobody hears of an order now; a sweep will find it");
        }
    }
}

/// The orders that are worked on, each with whether somebody has woken for it since.
type Working = Arc<Mutex<HashMap<OrderId, bool>>>;

/// An order that is worked on, until this is dropped, be it by a panic.
struct Work {
    id: OrderId,
    working: Working,
    is_over: bool,
}

impl Work {
    /// Begins, unless somebody is at it: whoever is will look once more.
    fn begin(id: OrderId, working: &Working) -> Option<Self> {
        let mut known = working.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(is_woken) = known.get_mut(&id) {
            *is_woken = true;
            return None;
        }
        known.insert(id, false);
        Some(Self { id, working: Arc::clone(working), is_over: false })
    }

    /// Ends, unless somebody has woken since the last look: then another one is due.
    fn ends(&mut self) -> bool {
        let mut known = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let is_woken = known.get_mut(&self.id).is_some_and(std::mem::take);
        if !is_woken {
            known.remove(&self.id);
        }
        self.is_over = !is_woken;
        self.is_over
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if !self.is_over {
            self.working.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
        }
    }
}

impl Orders {
    /// Does what is due, as it becomes due, until it is time to stop; then finishes what it is at.
    pub async fn run(self, mut woken: mpsc::Receiver<OrderId>, mut stop: watch::Receiver<bool>) {
        let working = Working::default();
        let places = Arc::new(Semaphore::new(WORKING_MAX));
        let mut tasks = JoinSet::new();
        let mut sweep = tokio::time::interval(SWEEP_INTERVAL);
        sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let due = tokio::select! {
                // In this order, so that it is the same again: no stream of those who wake holds up a sweep.
                biased;
                () = stopped(&mut stop) => break,
                _ = sweep.tick() => self.due().await,
                Some(id) = woken.recv() => vec![id],
            };
            for id in due {
                let Some(mut work) = Work::begin(id, &working) else { continue };
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
                let orders = self.clone();
                tasks.spawn(async move {
                    loop {
                        if let Err(error) = orders.take_step(id).await {
                            tracing::warn!(order = %id, error = %Chain(&error), "what is due for an order could not be done");
                        }
                        if work.ends() {
                            break;
                        }
                    }
                    drop(place);
                });
            }
            while tasks.try_join_next().is_some() {}
        }
        tasks.join_all().await;
    }

    /// Does all that is due now, one after the other, and returns for how many orders that was tried.
    pub async fn do_what_is_due(&self) -> Result<usize, OrderError> {
        let due = self.store.due(self.carts.clock.now(), ORDERS_PAGE_MAX).await?;
        for id in &due {
            self.take_step(*id).await?;
        }
        Ok(due.len())
    }

    async fn due(&self) -> Vec<OrderId> {
        match self.store.due(self.carts.clock.now(), ORDERS_PAGE_MAX).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "what is due for orders could not be read");
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_wakes_for_an_order_that_is_worked_on_is_not_forgotten() {
        let (working, id) = (Working::default(), OrderId::new(1));
        let mut work = Work::begin(id, &working).expect("nobody is at it");

        assert!(Work::begin(id, &working).is_none(), "one at a time");
        assert!(!work.ends(), "somebody woke: there is another look");
        assert!(work.ends());

        let again = Work::begin(id, &working).expect("it has ended");
        drop(work);
        assert!(Work::begin(id, &working).is_none(), "what has ended takes nothing from who came later");
        drop(again);
        assert!(Work::begin(id, &working).is_some(), "a panic ends it as well");
    }
}
