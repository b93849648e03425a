//! What every [`Queue`] must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod dead;
mod leases;
mod order;
mod sent;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::{Delivery, Lease, MessageBody, NewMessage, PutOff, Queue, QueueLimits, QueueName};
use jiff::SignedDuration;

use crate::MovableClock;

pub use dead::*;
pub use leases::*;
pub use order::*;
pub use sent::*;

/// The queue that the cases use.
pub const QUEUE: QueueName = QueueName::Notifications;

/// What it allows, where a case says nothing else.
pub const LIMITS: QueueLimits = QueueLimits { depth_max: 10_000, attempts_max: 3 };

/// A lease that does not end while a case runs.
const LONG: Duration = Duration::from_mins(10);

/// A lease that a case lets end.
const SHORT: Duration = Duration::from_secs(3);

/// Nothing is waited for that must be there.
const AT_ONCE: Duration = Duration::ZERO;

/// Empty queues, for one case.
#[derive(Clone)]
pub struct EmptyQueues {
    /// The queues.
    pub queue: Arc<dyn Queue>,
    /// The very same queues, with other limits.
    pub with: Arc<dyn Fn(QueueLimits) -> Arc<dyn Queue> + Send + Sync>,
    /// The clock that the engine goes by, where that can be moved.
    pub clock: Option<MovableClock>,
    /// Whatever must live as long as the queues, such as a temporary folder.
    pub guard: Arc<dyn Any + Send + Sync>,
}

impl fmt::Debug for EmptyQueues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmptyQueues")
    }
}

/// What a factory of queues may answer: some, or `None` where their engine is absent and it has said so.
pub trait IntoQueues {
    /// The queues, if there are any.
    fn into_queues(self) -> Option<EmptyQueues>;
}

impl IntoQueues for EmptyQueues {
    fn into_queues(self) -> Option<EmptyQueues> {
        Some(self)
    }
}

impl IntoQueues for Option<EmptyQueues> {
    fn into_queues(self) -> Option<EmptyQueues> {
        self
    }
}

/// Makes one named test of each case.
#[doc(hidden)]
#[macro_export]
macro_rules! queue_contract_cases {
    ($queues:expr; $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(empty) = $crate::queue::IntoQueues::into_queues($queues) {
                    $crate::queue::$case(&empty).await;
                }
            }
        )*
    };
}

/// One test per case of the contract, on the queues that the expression makes anew for each, with
/// [`LIMITS`](crate::queue::LIMITS).
#[macro_export]
macro_rules! queue_contract {
    ($queues:expr) => {
        $crate::queue_contract_cases!($queues;
            // sent
            a_message_is_delivered_as_it_was_sent
            an_empty_queue_delivers_nothing
            who_waits_gets_what_is_sent_meanwhile
            a_name_that_is_sent_again_is_one_message
            of_16_that_send_one_name_there_is_one_message
            a_full_queue_takes_nothing_until_there_is_room
            how_full_a_queue_is_is_told
            // leases
            a_message_that_somebody_has_is_delivered_to_nobody_else
            a_message_whose_lease_has_ended_is_delivered_again
            a_lease_that_is_extended_holds_longer
            who_has_lost_the_lease_changes_nothing
            a_message_that_is_put_off_comes_when_it_is_time
            a_message_that_is_completed_twice_is_completed_once
            // order
            messages_of_a_group_are_delivered_in_their_order_and_one_at_a_time
            groups_do_not_wait_for_each_other
            a_message_that_is_put_off_holds_up_its_group_only
            a_thousand_messages_are_handled_by_eight_consumers_each_in_its_turn
            // dead
            a_message_that_fails_as_often_as_it_may_is_dead_and_lets_the_next_pass
            a_message_of_which_nobody_tells_the_end_is_dead_at_last
            a_poisoned_message_is_dead_at_once_and_holds_nobody_up
            the_dead_are_told_page_by_page
            a_redriven_message_is_delivered_behind_its_group_as_if_it_were_new
            a_discarded_message_never_comes_again
        );
    };
}

impl EmptyQueues {
    /// Lets time pass: by the engine's clock, or if that cannot be moved by waiting a little longer.
    async fn pass(&self, time: Duration) {
        match &self.clock {
            Some(clock) => clock.forward(SignedDuration::try_from(time).expect("a short time")),
            None => tokio::time::sleep(time + Duration::from_millis(300)).await,
        }
    }

    async fn send(&self, messages: &[NewMessage]) {
        self.queue.send(QUEUE, messages).await.expect("the queue takes messages");
    }

    /// What can be received at once.
    async fn received(&self, limit: usize, lease: Duration) -> Vec<Delivery> {
        self.queue.receive(QUEUE, limit, lease, AT_ONCE).await.expect("the queue answers")
    }

    /// The names of what can be received at once.
    async fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.received(10, LONG).await.iter().map(name).collect();
        names.sort();
        names
    }

    /// The one message that can be received.
    async fn one(&self, lease: Duration) -> Delivery {
        let mut received = self.received(10, lease).await;
        assert_eq!(received.len(), 1, "one message can be received: {received:?}");
        received.remove(0)
    }

    async fn complete(&self, delivery: &Delivery) -> Lease {
        self.queue.complete(delivery).await.expect("the queue answers")
    }

    async fn put_off(&self, delivery: &Delivery, delay: Duration) -> PutOff {
        self.queue.put_off(delivery, delay, "not now").await.expect("the queue answers")
    }
}

fn name(delivery: &Delivery) -> String {
    delivery.deduplication.to_string()
}

/// A message of this name, in the group of this name.
fn message(name: &str, group: &str) -> NewMessage {
    NewMessage {
        deduplication: name.parse().expect("a name"),
        group: group.parse().expect("a group"),
        body: MessageBody::new(format!("{{\"of\":\"{name}\"}}")).expect("a body"),
    }
}
