//! Notices of orders, as long as there is nobody who tells people of them.

use async_trait::async_trait;
use ecom67_app::Chain;
use ecom67_app::port::{Delivery, Handled, Handler, OrderNotice};

/// Counts notices and is done with them: what nobody is going to be told of must not pile up.
pub(crate) struct Untold;

#[async_trait]
impl Handler for Untold {
    async fn handle(&self, delivery: &Delivery) -> Handled {
        match OrderNotice::read(&delivery.body) {
            Ok(notice) => {
                metrics::counter!("ecom67_notices_untold_total").increment(1);
                tracing::debug!(order = %notice.order, version = notice.version.0, "nobody is told of an order");
                Handled::Done
            }
            Err(error) => Handled::Poisoned { why: Chain(&error).to_string() },
        }
    }
}
