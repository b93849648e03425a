//! What the simulation is worth: its store keeps the contract, its seeds can be had again, it meets what it is there to
//! meet, and it finds mistakes that are put before it.

mod contract;
mod mistakes;
mod planted;
mod seeds;

use std::sync::Arc;

use ecom67_simulation::{Alterations, Grounds, Keep, Outcome, simulate};

async fn grounds() -> Arc<Grounds> {
    Arc::new(Grounds::prepare().await.expect("the catalog can be read"))
}

/// Simulates on a thread of its own: a seed has a runtime for itself.
fn simulated(seed: u64, grounds: &Arc<Grounds>, keep: Keep, alterations: &Arc<dyn Alterations>) -> Outcome {
    simulate(seed, grounds, keep, alterations).expect("there is a runtime")
}

fn prepared() -> Arc<Grounds> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("there is a runtime");
    runtime.block_on(grounds())
}
