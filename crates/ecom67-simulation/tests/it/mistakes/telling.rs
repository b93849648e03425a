//! Mistakes of whatever tells people of their orders.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{
    DeadMessage, Delivery, Lease, MailClaim, MailId, MessageId, NewMessage, Outbox, OutboxEntry, PutOff, Queue,
    QueueDepth, QueueName, SendError, SentMails, StoreError,
};
use ecom67_domain::{OrderId, Version};
use ecom67_simulation::Alterations;
use jiff::Timestamp;

/// What a relay may do wrong.
#[derive(Clone, Copy)]
pub(crate) enum RelayMistake {
    /// It takes out what it has not sent yet.
    MarksFirst,
    /// It tells of what an order is, and not of what it was meanwhile.
    SkipsVersions,
    /// It tells what was last first.
    Backwards,
}

/// What a worker may do wrong.
#[derive(Clone, Copy)]
pub(crate) enum WorkerMistake {
    /// It completes a message as soon as it has it.
    CompletesFirst,
    /// It completes what was put off.
    LosesWhatIsPutOff,
    /// It completes what nobody can ever handle.
    LosesWhatIsBuried,
}

/// What may go wrong with what is known of mails.
#[derive(Clone, Copy)]
pub(crate) enum MailMistake {
    /// That a mail was sent is not noted.
    NotesNothing,
    /// Nobody is asked whether it was.
    AsksNobody,
}

impl Alterations for RelayMistake {
    fn outbox(&self, outbox: Arc<dyn Outbox>) -> Arc<dyn Outbox> {
        Arc::new(MistakenOutbox { outbox, mistake: *self })
    }
}

impl Alterations for WorkerMistake {
    fn queue(&self, queue: Arc<dyn Queue>) -> Arc<dyn Queue> {
        Arc::new(MistakenQueue { queue, mistake: *self })
    }
}

impl Alterations for MailMistake {
    fn sent_mails(&self, sent_mails: Arc<dyn SentMails>) -> Arc<dyn SentMails> {
        Arc::new(MistakenMails { sent_mails, mistake: *self })
    }
}

struct MistakenOutbox {
    outbox: Arc<dyn Outbox>,
    mistake: RelayMistake,
}

#[async_trait]
impl Outbox for MistakenOutbox {
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut entries = self.outbox.pending(after, limit).await?;
        let name = |entry: &OutboxEntry| (entry.order, entry.version);
        match self.mistake {
            RelayMistake::MarksFirst => {
                self.outbox.mark_published(&entries.iter().map(name).collect::<Vec<_>>()).await?;
            }
            RelayMistake::SkipsVersions => {
                let last: BTreeMap<OrderId, Version> = entries.iter().map(name).collect();
                let is_last = |entry: &OutboxEntry| last.get(&entry.order) == Some(&entry.version);
                let skipped: Vec<_> = entries.iter().filter(|entry| !is_last(entry)).map(name).collect();
                if !skipped.is_empty() {
                    self.outbox.mark_published(&skipped).await?;
                }
                entries.retain(is_last);
            }
            RelayMistake::Backwards => entries.reverse(),
        }
        Ok(entries)
    }

    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
        self.outbox.mark_published(envelopes).await
    }
}

struct MistakenQueue {
    queue: Arc<dyn Queue>,
    mistake: WorkerMistake,
}

#[async_trait]
impl Queue for MistakenQueue {
    async fn send(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError> {
        self.queue.send(queue, messages).await
    }

    async fn receive(
        &self,
        queue: QueueName,
        limit: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, StoreError> {
        let deliveries = self.queue.receive(queue, limit, lease, wait).await?;
        if let WorkerMistake::CompletesFirst = self.mistake {
            for delivery in &deliveries {
                let _either = self.queue.complete(delivery).await?;
            }
        }
        Ok(deliveries)
    }

    async fn complete(&self, delivery: &Delivery) -> Result<Lease, StoreError> {
        self.queue.complete(delivery).await
    }

    async fn put_off(&self, delivery: &Delivery, delay: Duration, why: &str) -> Result<PutOff, StoreError> {
        if let WorkerMistake::LosesWhatIsPutOff = self.mistake {
            let _either = self.queue.complete(delivery).await?;
            return Ok(PutOff::Later);
        }
        self.queue.put_off(delivery, delay, why).await
    }

    async fn bury(&self, delivery: &Delivery, why: &str) -> Result<Lease, StoreError> {
        if let WorkerMistake::LosesWhatIsBuried = self.mistake {
            return self.queue.complete(delivery).await;
        }
        self.queue.bury(delivery, why).await
    }

    async fn extend(&self, delivery: &Delivery, lease: Duration) -> Result<Lease, StoreError> {
        self.queue.extend(delivery, lease).await
    }

    async fn dead(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError> {
        self.queue.dead(queue, after, limit).await
    }

    async fn find_dead(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError> {
        self.queue.find_dead(queue, id).await
    }

    async fn redrive(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError> {
        self.queue.redrive(queue, id).await
    }

    async fn discard(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError> {
        self.queue.discard(queue, id).await
    }

    async fn depth(&self, queue: QueueName) -> Result<QueueDepth, StoreError> {
        self.queue.depth(queue).await
    }
}

struct MistakenMails {
    sent_mails: Arc<dyn SentMails>,
    mistake: MailMistake,
}

#[async_trait]
impl SentMails for MistakenMails {
    async fn claim(&self, mail: &MailId, now: Timestamp, until: Timestamp) -> Result<MailClaim, StoreError> {
        match self.mistake {
            MailMistake::AsksNobody => {
                self.sent_mails.claim(mail, now, until).await?;
                Ok(MailClaim::Claimed)
            }
            MailMistake::NotesNothing => self.sent_mails.claim(mail, now, until).await,
        }
    }

    async fn note_sent(&self, mail: &MailId, at: Timestamp) -> Result<(), StoreError> {
        match self.mistake {
            MailMistake::NotesNothing => Ok(()),
            MailMistake::AsksNobody => self.sent_mails.note_sent(mail, at).await,
        }
    }

    async fn release(&self, mail: &MailId, until: Timestamp) -> Result<(), StoreError> {
        self.sent_mails.release(mail, until).await
    }

    async fn forget(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.sent_mails.forget(now).await
    }
}
