//! Stripe's own client for Python, against the simulator.

use std::process::Stdio;
use std::time::Duration;

use ecom67_app::{Clock as _, SystemClock};
use ecom67_stripe::simulator::{Fault, FaultRule, Operation, serve};
use ecom67_stripe::{WebhookSecret, sign};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::variable;
use crate::shop::{SECRET_KEY, Shop};

const PYTHON: &str = "ECOM67_STRIPE_PYTHON";
const PATIENCE: Duration = Duration::from_secs(60);
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/engines/sdk.py");

#[tokio::test]
async fn stripes_own_client_takes_the_simulator_for_stripe() {
    let Some(python) = variable(PYTHON) else { return };
    let shop = Shop::open();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, shop.simulator.clone(), async { drop(stopped.await) }));
    // Its client repeats what is safe as ours does.
    shop.simulator.add_fault(FaultRule::next(Operation::List, Fault::FailedForNow, 1)).unwrap();
    let body = r#"{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent"}}}"#;
    let secret: WebhookSecret = "whsec_ofTheShop".parse().unwrap();
    // Python's clock is that of the machine, and is not to be told otherwise.
    let now = SystemClock.now();
    let signature = sign(body.as_bytes(), &secret, now);

    let run = Command::new(python)
        .args([SCRIPT, &address, SECRET_KEY, body, &signature, "whsec_ofTheShop", ecom67_stripe::STRIPE_VERSION])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(PATIENCE, run).await.expect("it ends").expect("Python runs");

    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "all 12 checks passed", "{told}");
    assert_eq!([shop.deeds("captured").await, shop.deeds("refunded").await, shop.deeds("voided").await], [1, 1, 1]);
    stop.send(()).unwrap();
    server.await.unwrap();
}
