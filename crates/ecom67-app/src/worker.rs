//! The worker: takes what a queue delivers, and hands it to a handler.
//!
//! The queue sees to it that one message of a group is handled at a time; the worker holds the lease as long as the handler
//! works, and gives up a message whose lease is lost.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::port::{Delivery, Handled, Handler, Lease, PutOff, QUEUE_BATCH_MAX, Queue, QueueName, StoreError, one_line};
use crate::{Chain, Chance, Clock, stopped};

/// How often is measured how full the queue is.
const MEASURE_INTERVAL: Duration = Duration::from_secs(10);

/// An answer that is asked for when it is time to stop has so long: what it brings would else wait for its lease to end.
const LAST_ANSWER_TIME_MAX: Duration = Duration::from_millis(250);

/// The least pause after an empty answer, for an engine that does not wait.
const IDLE_PAUSE: Duration = Duration::from_millis(20);

const FAILURE_PAUSE_FIRST: Duration = Duration::from_millis(200);
const FAILURE_PAUSE_MAX: Duration = Duration::from_secs(30);

/// How often the end of a message is told, where the queue does not answer.
const TELLINGS_MAX: u32 = 4;

/// How much is handled at once, and how long.
#[derive(Clone, Copy, Debug)]
pub struct WorkerLimits {
    /// Messages that are handled at once.
    pub handling_max: usize,
    /// How long a message is leased; the lease is extended while it is handled. At least three seconds.
    pub lease: Duration,
    /// How long one call waits for messages.
    pub wait: Duration,
    /// How long a handler may take for one message.
    pub handling_time_max: Duration,
    /// How long handlers may go on when it is time to stop.
    pub stop_time_max: Duration,
    /// How long a message is put off after its first attempt. Thereafter three times as long each time, less some jitter.
    pub pause_first: Duration,
    /// How long a message is put off at most.
    pub pause_max: Duration,
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self {
            handling_max: 8,
            lease: Duration::from_secs(30),
            wait: Duration::from_secs(5),
            handling_time_max: Duration::from_mins(5),
            stop_time_max: Duration::from_secs(10),
            pause_first: Duration::from_secs(15),
            pause_max: Duration::from_hours(4),
        }
    }
}

impl WorkerLimits {
    /// How long a message is put off after this attempt, before jitter.
    fn pause_after(&self, attempt: u32) -> Duration {
        let factor = 3_u32.saturating_pow(attempt.saturating_sub(1).min(20));
        self.pause_first.saturating_mul(factor).min(self.pause_max)
    }
}

/// Handles what a queue delivers.
#[derive(Clone)]
pub struct Worker {
    /// The queues.
    pub queue: Arc<dyn Queue>,
    /// Which of them.
    pub name: QueueName,
    /// What handles its messages.
    pub handler: Arc<dyn Handler>,
    /// How much at once, and how long.
    pub limits: WorkerLimits,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Spreads those who try again.
    pub chance: Arc<dyn Chance>,
}

/// What has become of a delivery: a label of the metric.
#[derive(Clone, Copy)]
enum Outcome {
    Done,
    PutOff,
    Dead,
    /// Somebody else may have it.
    Lost,
    /// The queue could not be told.
    Untold,
}

/// What the queue is told of a delivery.
enum Word<'why> {
    Done,
    PutOff { pause: Duration, why: &'why str },
    Poisoned { why: &'why str },
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::PutOff => "put_off",
            Self::Dead => "dead",
            Self::Lost => "lost",
            Self::Untold => "untold",
        }
    }
}

impl Worker {
    /// Works until it is time to stop; then finishes what it is at, if that does not take too long. What is left comes again
    /// when its lease has ended.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let worker = Arc::new(self);
        tokio::join!(worker.work(stop.clone()), worker.measure(stop));
    }

    async fn work(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(self.limits.handling_max));
        let mut tasks = JoinSet::new();
        let mut failure_pause = FAILURE_PAUSE_FIRST;
        while !*stop.borrow() {
            while tasks.try_join_next().is_some() {}
            let Some(free) = free_places(&places, &mut stop).await else { break };
            let pause = match self.receive(free.len(), &mut stop).await {
                Some(Ok(deliveries)) => {
                    failure_pause = FAILURE_PAUSE_FIRST;
                    let is_idle = deliveries.is_empty();
                    for (delivery, place) in deliveries.into_iter().zip(free) {
                        let worker = Arc::clone(self);
                        tasks.spawn(async move {
                            worker.take(&delivery).await;
                            drop(place);
                        });
                    }
                    if is_idle { IDLE_PAUSE } else { Duration::ZERO }
                }
                Some(Err(error)) => {
                    tracing::warn!(queue = %self.name, error = %Chain(&error), "a queue could not be received from; it is tried again");
                    let pause = self.chance.jitter(failure_pause);
                    failure_pause = (failure_pause * 2).min(FAILURE_PAUSE_MAX);
                    pause
                }
                None => break,
            };
            tokio::select! {
                // In the order in which they stand, here and below, so that a simulation is the same again.
                biased;
                () = sleep(pause) => {}
                () = stopped(&mut stop) => {}
            }
        }
        let finished = async { while tasks.join_next().await.is_some() {} };
        if timeout(self.limits.stop_time_max, finished).await.is_err() {
            tracing::warn!(queue = %self.name, left = tasks.len(), "messages were given up half-way; they come again");
            tasks.shutdown().await;
        }
    }

    /// What the queue delivers; `None` where it is time to stop and nothing has come.
    async fn receive(
        &self,
        limit: usize,
        stop: &mut watch::Receiver<bool>,
    ) -> Option<Result<Vec<Delivery>, StoreError>> {
        let mut receiving = self.queue.receive(self.name, limit, self.limits.lease, self.limits.wait);
        tokio::select! {
            biased;
            received = &mut receiving => Some(received),
            () = stopped(stop) => timeout(LAST_ANSWER_TIME_MAX, receiving).await.ok(),
        }
    }

    /// Has a message handled, and tells the queue what came of it.
    async fn take(&self, delivery: &Delivery) {
        let outcome = match self.handled(delivery).await {
            None => Outcome::Lost,
            Some(Handled::Done) => self.tell(delivery, &Word::Done).await,
            Some(Handled::PutOff { why }) => {
                let why = one_line(&why);
                let pause = self.chance.jitter(self.limits.pause_after(delivery.attempt));
                let outcome = self.tell(delivery, &Word::PutOff { pause, why: &why }).await;
                match outcome {
                    Outcome::Dead => tracing::error!(
                        queue = %self.name, message = %delivery.id, group = %delivery.group, attempt = delivery.attempt,
                        why, "a message could not be handled as often as it was tried; see `ecom67 queue list`",
                    ),
                    Outcome::Done | Outcome::PutOff | Outcome::Lost | Outcome::Untold => tracing::warn!(
                        queue = %self.name, message = %delivery.id, group = %delivery.group, attempt = delivery.attempt,
                        outcome = outcome.as_str(), why, "a message could not be handled",
                    ),
                }
                outcome
            }
            Some(Handled::Poisoned { why }) => {
                let why = one_line(&why);
                tracing::error!(
                    queue = %self.name, message = %delivery.id, group = %delivery.group, why,
                    "a message can never be handled; see `ecom67 queue list`",
                );
                self.tell(delivery, &Word::Poisoned { why: &why }).await
            }
        };
        let labels = [("queue", self.name.as_str()), ("outcome", outcome.as_str())];
        metrics::counter!("ecom67_queue_handled_total", &labels).increment(1);
        metrics::histogram!("ecom67_queue_attempts", "queue" => self.name.as_str()).record(delivery.attempt);
    }

    /// What the handler says, with the lease held meanwhile; `None` where that was lost.
    async fn handled(&self, delivery: &Delivery) -> Option<Handled> {
        let mut handling = AssertUnwindSafe(self.handler.handle(delivery)).catch_unwind();
        // Side by side: the handler goes on while a slow queue is asked for more time.
        tokio::select! {
            biased;
            handled = &mut handling => {
                // What it panicked with may name a person; the panic hook has logged it.
                Some(handled.unwrap_or_else(|_| Handled::PutOff { why: "the handler panicked".to_owned() }))
            }
            () = sleep(self.limits.handling_time_max) => {
                Some(Handled::PutOff { why: "the handler took too long".to_owned() })
            }
            () = self.keep_lease(delivery) => {
                tracing::warn!(queue = %self.name, message = %delivery.id, "the lease of a message was lost; it is given up here");
                None
            }
        }
    }

    /// Extends the lease again and again, until it is lost.
    async fn keep_lease(&self, delivery: &Delivery) {
        let mut leased_until = Instant::now() + self.limits.lease;
        loop {
            sleep(self.limits.lease / 3).await;
            let asked_at = Instant::now();
            match self.queue.extend(delivery, self.limits.lease).await {
                Ok(Lease::Held) => leased_until = asked_at + self.limits.lease,
                Ok(Lease::Lost) => return,
                Err(error) => {
                    tracing::warn!(queue = %self.name, message = %delivery.id, error = %Chain(&error), "a lease could not be extended");
                    if Instant::now() >= leased_until {
                        return;
                    }
                }
            }
        }
    }

    /// Tells the queue what came of a message, again where it does not answer. What cannot be told comes again.
    async fn tell(&self, delivery: &Delivery, word: &Word<'_>) -> Outcome {
        let mut pause = FAILURE_PAUSE_FIRST;
        for telling in 1..=TELLINGS_MAX {
            match self.tell_once(delivery, word).await {
                Ok(outcome) => return outcome,
                Err(error) => {
                    tracing::warn!(queue = %self.name, telling, error = %Chain(&error), "a queue did not hear what came of a message");
                }
            }
            sleep(self.chance.jitter(pause)).await;
            pause *= 2;
        }
        Outcome::Untold
    }

    async fn tell_once(&self, delivery: &Delivery, word: &Word<'_>) -> Result<Outcome, StoreError> {
        let or_lost = |lease, outcome| match lease {
            Lease::Held => outcome,
            Lease::Lost => Outcome::Lost,
        };
        Ok(match word {
            Word::Done => or_lost(self.queue.complete(delivery).await?, Outcome::Done),
            Word::Poisoned { why } => or_lost(self.queue.bury(delivery, why).await?, Outcome::Dead),
            Word::PutOff { pause, why } => match self.queue.put_off(delivery, *pause, why).await? {
                PutOff::Later => Outcome::PutOff,
                PutOff::Dead => Outcome::Dead,
                PutOff::Lost => Outcome::Lost,
            },
        })
    }

    /// Measures how full the queue is, again and again.
    async fn measure(&self, mut stop: watch::Receiver<bool>) {
        let queue = self.name.as_str();
        loop {
            match self.queue.depth(self.name).await {
                Ok(depth) => {
                    let states = [
                        ("ready", depth.ready),
                        ("in_flight", depth.in_flight),
                        ("put_off", depth.put_off),
                        ("dead", depth.dead),
                    ];
                    for (state, messages) in states {
                        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
                        metrics::gauge!("ecom67_queue_depth", "queue" => queue, "state" => state).set(messages);
                    }
                    let age = depth.oldest_sent_at.map(|sent_at| self.clock.now().duration_since(sent_at));
                    let age = age.map_or(0.0, |age| age.as_secs_f64().max(0.0));
                    metrics::gauge!("ecom67_queue_oldest_age_seconds", "queue" => queue).set(age);
                }
                Err(error) => {
                    tracing::warn!(queue, error = %Chain(&error), "how full a queue is could not be measured");
                }
            }
            tokio::select! {
                biased;
                () = sleep(MEASURE_INTERVAL) => {}
                () = stopped(&mut stop) => return,
            }
        }
    }
}

/// Places for as many messages as may be handled more, at least one and no more than one call receives; `None` where it is
/// time to stop.
async fn free_places(places: &Arc<Semaphore>, stop: &mut watch::Receiver<bool>) -> Option<Vec<OwnedSemaphorePermit>> {
    let first = tokio::select! {
        biased;
        place = Arc::clone(places).acquire_owned() => place.ok()?,
        () = stopped(stop) => return None,
    };
    let mut free = vec![first];
    while free.len() < QUEUE_BATCH_MAX
        && let Ok(place) = Arc::clone(places).try_acquire_owned()
    {
        free.push(place);
    }
    Some(free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::QueueLimits;

    #[test]
    fn a_message_that_fails_and_fails_is_tried_for_more_than_a_day_even_with_all_luck_against_it() {
        let limits = WorkerLimits::default();
        let attempts_max = QueueLimits::default().attempts_max;

        let pauses: Vec<Duration> = (1..attempts_max).map(|attempt| limits.pause_after(attempt)).collect();

        assert!(pauses.is_sorted());
        assert_eq!(pauses[0], limits.pause_first);
        let shortest = pauses.iter().map(|pause| pause.mul_f64(0.5)).sum::<Duration>();
        assert!(shortest > Duration::from_hours(24), "{shortest:?}");
        assert_eq!(limits.pause_after(u32::MAX), limits.pause_max);
    }
}
