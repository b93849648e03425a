//! Workflows that cannot go on by themselves: those whose step has failed for too long, and those of another release.

use std::fmt;

use ecom67_domain::order::WorkflowVersion;
use ecom67_domain::{Order, OrderId};

use super::{ATTEMPTS_MAX, OrderError, Orders, moment, pause};
use crate::port::{ORDERS_PAGE_MAX, StoreError, Stored};

/// The most stuck workflows that are counted.
pub const STUCK_COUNTED_MAX: usize = 10_000;

/// Versions of the workflow by which orders still go, and which this release lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct MissingWorkflows(pub Vec<WorkflowVersion>);

impl fmt::Display for MissingWorkflows {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        write!(
            formatter,
            "there are orders under way that go by version {} of the workflow, which this release does not have: start the \
             release that they were placed with until they are through",
            versions.join(", ")
        )
    }
}

impl Orders {
    /// Whether this release can go on with every order that is under way.
    pub async fn missing_workflows(&self) -> Result<Option<MissingWorkflows>, StoreError> {
        let mut versions = self.store.open_workflows().await?;
        versions.retain(|version| self.workflows.of(*version).is_none());
        Ok(if versions.is_empty() { None } else { Some(MissingWorkflows(versions)) })
    }

    /// How many workflows are stuck; no more than [`STUCK_COUNTED_MAX`] are counted.
    pub async fn count_stuck(&self) -> Result<usize, StoreError> {
        let (mut after, mut count) = (None, 0);
        while count < STUCK_COUNTED_MAX {
            let page = self.store.stuck(after, ORDERS_PAGE_MAX).await?;
            count += page.len();
            after = page.last().copied();
            if page.len() < ORDERS_PAGE_MAX {
                break;
            }
        }
        Ok(count)
    }

    /// Has a step that failed tried again at once. It goes on under the key that it had, so nothing is done twice. `None`
    /// where nothing has failed.
    pub async fn retry(&self, id: OrderId) -> Result<Option<Stored<Order>>, OrderError> {
        for attempt in 0..ATTEMPTS_MAX {
            if attempt > 0 {
                pause(&*self.carts.ids, attempt).await;
            }
            let order = self.read(id).await?;
            let (task, now) = (&order.value.task, moment(&*self.carts.clock));
            if task.failure.is_none() {
                return Ok(None);
            }
            if self.put_off(&order, task.again(now), now).await? {
                self.take_step(id).await?;
                self.wake.order(id);
                return self.read(id).await.map(Some);
            }
        }
        Err(OrderError::Contended)
    }
}
