//! The order: what was bought, what was promised for it, and what became of both.

use crate::id::id;

id! {
    /// Which order. It is no secret, and no proof: whoever asks for an order shows what opened its cart.
    OrderId, "order_", "order_id_invalid"
}
