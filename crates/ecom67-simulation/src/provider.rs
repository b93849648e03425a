//! The line from a process of the shop to the provider: what is asked for may not arrive, arrive late, or be done without
//! anybody hearing of it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{
    NewPayment, NewRefund, OperationKey, Payment, PaymentError, PaymentId, PaymentProvider, ProviderRefund,
    ProviderRefundId,
};
use ecom67_domain::Money;
use jiff::Timestamp;
use tokio::time::sleep;

use crate::bank::{Account, Answer, Going, Operation};
use crate::invariants;
use crate::process::Life;
use crate::world::World;

/// The least amount that is charged.
const AMOUNT_MIN: i64 = 30;
/// How late what was sent may arrive when nobody waits for it any more.
const LATE_MAX_MS: u64 = 30_000;
/// How long what is slow takes.
const SLOW_MAX_MS: u64 = 6_000;

/// The provider as one process reaches it.
pub(crate) struct Line {
    world: Arc<World>,
    life: Arc<Life>,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    Slow,
    /// Nobody was reached, or the provider would not begin.
    Unavailable,
    /// There is no answer: it is done; or never arrives; or arrives when nobody waits for it any more.
    AnswerLost,
    NotArrived,
    Late,
    /// It is answered by something that is not understood, whether it was done or not.
    UnreadableAfter,
    UnreadableBefore,
    FailedBefore,
    FailedAfter,
    Declined,
}

const TROUBLES: [Fate; 11] = [
    Fate::Slow,
    Fate::Slow,
    Fate::Unavailable,
    Fate::AnswerLost,
    Fate::NotArrived,
    Fate::Late,
    Fate::UnreadableAfter,
    Fate::UnreadableBefore,
    Fate::FailedBefore,
    Fate::FailedAfter,
    Fate::Declined,
];

const READING_TROUBLES: [Fate; 4] = [Fate::Slow, Fate::Unavailable, Fate::UnreadableBefore, Fate::FailedBefore];

fn unavailable() -> PaymentError {
    PaymentError::Unavailable { retry_after: Duration::from_secs(1) }
}

fn unreadable() -> PaymentError {
    PaymentError::Unreadable("status 403 without an error of Stripe's".to_owned())
}

fn unknown() -> PaymentError {
    PaymentError::OutcomeUnknown("the connection broke".into())
}

impl Line {
    pub(crate) fn new(world: Arc<World>, life: Arc<Life>) -> Self {
        Self { world, life }
    }

    async fn read<T>(
        &self,
        what: &str,
        read: impl FnOnce(&World) -> Result<T, PaymentError>,
    ) -> Result<T, PaymentError> {
        let world = &self.world;
        self.life.lives().await;
        let under_way = world.under_way();
        world.linger().await;
        let is_troubled = world.goes_wrong(world.settings.provider_one_in);
        let fate = if is_troubled { world.chance.pick(&READING_TROUBLES) } else { Fate::Done };
        let found = match fate {
            Fate::Unavailable => Err(unavailable()),
            Fate::UnreadableBefore => Err(unreadable()),
            Fate::FailedBefore => Err(PaymentError::Failed { status: 500 }),
            Fate::Slow => {
                world.wait_up_to(SLOW_MAX_MS).await;
                read(world)
            }
            _ => read(world),
        };
        // What is found grows old on its way.
        world.linger().await;
        drop(under_way);
        self.life.lives().await;
        world.tell(format_args!(
            "provider: {what} ({fate:?}): {}",
            found.as_ref().err().map_or(String::new(), ToString::to_string)
        ));
        found
    }

    async fn change(&self, operation: Operation, key: &OperationKey) -> Result<Answer, PaymentError> {
        let world = &self.world;
        self.life.lives().await;
        let under_way = world.under_way();
        let is_troubled = world.goes_wrong(world.settings.provider_one_in);
        let mut fate = if is_troubled { world.chance.pick(&TROUBLES) } else { Fate::Done };
        if fate == Fate::Declined && !matches!(operation, Operation::Capture(_)) {
            fate = Fate::Done;
        }
        world.tell(format_args!("provider: {operation} under {} ({fate:?})", key.as_str()));
        if fate != Fate::Done {
            world.tally.count("provider troubles");
        }
        world.linger().await;
        let going = match fate {
            Fate::FailedBefore => Going::FailedBefore,
            Fate::FailedAfter => Going::FailedAfter,
            Fate::Declined => Going::Declined,
            _ if matches!(operation, Operation::Refund(_)) && world.goes_wrong(4) => Going::Slowly,
            _ => Going::Well,
        };
        let answer = match fate {
            Fate::Unavailable => Err(unavailable()),
            Fate::NotArrived => Err(unknown()),
            Fate::UnreadableBefore => Err(unreadable()),
            Fate::Late => {
                let (world, key) = (Arc::clone(world), key.clone());
                let after = Duration::from_millis(world.chance.below(LATE_MAX_MS));
                let under_way = world.under_way();
                Arc::clone(&world).spawn(async move {
                    sleep(after).await;
                    world.tell(format_args!("provider: {} arrives late", key.as_str()));
                    done(&world, &operation, &key, going).await;
                    drop(under_way);
                });
                Err(unknown())
            }
            _ => {
                if fate == Fate::Slow {
                    world.wait_up_to(SLOW_MAX_MS).await;
                }
                // Whether whoever asks lives on makes no difference to what has been sent: it is done all the same.
                let (there, key) = (Arc::clone(world), key.clone());
                let answer = tokio::spawn(async move { done(&there, &operation, &key, going).await }).await;
                match (fate, answer) {
                    (Fate::AnswerLost, _) | (_, Err(_)) => Err(unknown()),
                    (Fate::UnreadableAfter, _) => Err(unreadable()),
                    (_, Ok(answer)) => Ok(answer),
                }
            }
        };
        world.linger().await;
        drop(under_way);
        self.life.lives().await;
        answer
    }
}

/// An operation arrives at the provider and is done there, unless its key is known.
async fn done(world: &Arc<World>, operation: &Operation, key: &OperationKey, going: Going) -> Answer {
    if let Some(known) = world.bank.begin(operation, key, world.clocks.world()) {
        world.tell(format_args!("provider: {} is known", key.as_str()));
        return known;
    }
    world.linger().await;
    let (answer, changed) = world.bank.finish(operation, key, going, world.clocks.world());
    if let Some(account) = changed {
        let Account { id, status, captured, refunded, .. } = &account;
        world.tell(format_args!("bank: {id} is {status:?}, captured {captured}, given back {refunded}"));
        invariants::after_operation(world, operation, &account);
        world.became(&account.id, account.status);
    }
    answer
}

#[async_trait]
impl PaymentProvider for Line {
    fn payable_from(&self, amount: Money) -> Option<Money> {
        Some(Money::new(amount.minor().max(AMOUNT_MIN), amount.currency()))
    }

    async fn create(&self, payment: &NewPayment, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.change(Operation::Create(payment.clone()), key).await?.into_payment()
    }

    async fn find(&self, id: &PaymentId) -> Result<Payment, PaymentError> {
        self.read("find payment", |world| Ok(world.bank.find(id).ok_or(PaymentError::NotFound)?.told())).await
    }

    async fn capture(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.change(Operation::Capture(id.clone()), key).await?.into_payment()
    }

    async fn cancel(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.change(Operation::Cancel(id.clone()), key).await?.into_payment()
    }

    async fn refund(&self, refund: &NewRefund, key: &OperationKey) -> Result<ProviderRefund, PaymentError> {
        self.change(Operation::Refund(refund.clone()), key).await?.into_refund()
    }

    async fn find_refund(&self, id: &ProviderRefundId) -> Result<ProviderRefund, PaymentError> {
        self.read("find refund", |world| world.bank.find_refund(id).ok_or(PaymentError::NotFound)).await
    }

    async fn refunds(&self, payment: &PaymentId) -> Result<Vec<ProviderRefund>, PaymentError> {
        self.read("list refunds", |world| Ok(world.bank.refunds_of(payment))).await
    }

    async fn list(
        &self,
        since: Timestamp,
        after: Option<&PaymentId>,
        limit: usize,
    ) -> Result<Vec<Payment>, PaymentError> {
        self.read("list payments", |world| Ok(world.bank.list(since, after, limit))).await
    }
}
