//! The state machine that is written from the workflow, carried out by an interpreter of AWS's language against this code,
//! tells the same story of an order as the runner of the binary.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use ecom67_app::orders::workflow::{FIRST, FUNCTION, Stage, StepName, state_machine};
use ecom67_app::orders::{Orders, PerformError, Performed};
use ecom67_domain::OrderId;
use ecom67_domain::order::CancelReason;
use ecom67_stripe::simulator::{Fault, FaultRule, Operation};
use hyper::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::shop::{RoutedShop, answered};

use super::troubled::Trouble;
use super::workflow::{History, history, placed, troubled_shop};
use super::{Buyer, GOOD_CARD, available, confirm, settled};

/// Where the interpreter is.
const VARIABLE: &str = "ECOM67_STATE_MACHINES_URL";

const DECLINED_CARD: &str = "4000000000009995";
const CHALLENGED_CARD: &str = "4000000000003220";

/// How long an execution may take here.
const PATIENCE: Duration = Duration::from_secs(60);

/// The interpreter, or `None` where there is none and that was said.
fn interpreter() -> Option<Interpreter> {
    let Ok(url) = std::env::var(VARIABLE) else {
        let message = format!("{VARIABLE} is not set: `cargo xtask test` starts an interpreter and sets it");
        assert!(std::env::var("CI").is_err(), "{message}");
        // Not `eprintln!`, which is only shown for tests that fail.
        drop(writeln!(std::io::stderr(), "NOT TESTED: {message}"));
        return None;
    };
    Some(Interpreter { address: url.trim_start_matches("http://").to_owned() })
}

#[derive(Clone)]
struct Interpreter {
    address: String,
}

impl Interpreter {
    /// One call of the API of Step Functions.
    async fn call(&self, action: &str, body: &Value) -> Value {
        let (address, body) = (&self.address, body.to_string());
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Amz-Target: AWSStepFunctions.{action}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20261122/eu-central-1/states/aws4_request, \
             SignedHeaders=host, Signature=0\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.expect("the interpreter listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let (_, json) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{action}: {answer}"));
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{action}: {error}: {answer}"))
    }

    /// Makes the machine of the workflow, whose function is this address, and begins an execution for an order.
    async fn begin(&self, function: &str, id: OrderId, wait_seconds: i64) -> String {
        let definition = state_machine(&FIRST).to_string().replace(FUNCTION, function);
        let name = format!("checkout-{}", id.number());
        let role = "arn:aws:iam::123456789012:role/checkout";
        let made = json!({"name": name, "definition": definition, "roleArn": role});
        let machine = self.call("CreateStateMachine", &made).await["stateMachineArn"].clone();
        let input = json!({"order": id.to_string(), "wait_seconds": wait_seconds}).to_string();
        let begun = json!({"stateMachineArn": machine, "name": id.to_string(), "input": input});
        let execution = self.call("StartExecution", &begun).await["executionArn"].clone();
        execution.as_str().unwrap_or_else(|| panic!("{begun}")).to_owned()
    }

    /// How an execution ended: its status, and the stage it told.
    async fn ended(&self, execution: &str) -> (String, String) {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let told = self.call("DescribeExecution", &json!({"executionArn": execution})).await;
            if told["status"] != "RUNNING" {
                let output: Value = serde_json::from_str(told["output"].as_str().unwrap_or("null")).expect("JSON");
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                return (text(&told["status"]), text(&output["state"]));
            }
            assert!(tokio::time::Instant::now() < end, "it takes too long: {told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The function that the state machine calls.
struct Function {
    orders: Orders,
    interpreter: Interpreter,
}

fn answer_of(id: OrderId, performed: &Performed, now: jiff::Timestamp) -> Value {
    json!({"order": id.to_string(), "state": performed.stage.as_str(), "wait_seconds": performed.wait_seconds(now)})
}

async fn called(State(function): State<Arc<Function>>, body: String) -> (StatusCode, String) {
    let asked: Value = serde_json::from_str(&body).expect("the machine sends JSON");
    let id: OrderId = asked["order"].as_str().expect("an order").parse().expect("an id");
    let step = StepName::parse(asked["step"].as_str().expect("a step")).expect("a step of ours");
    if let Some(token) = asked["token"].as_str() {
        tokio::spawn(Arc::clone(&function).gives_back(id, step, token.to_owned()));
        return (StatusCode::OK, "{}".to_owned());
    }
    match function.orders.perform(id, step).await {
        Ok(performed) => (StatusCode::OK, answer_of(id, &performed, function.orders.carts.clock.now()).to_string()),
        Err(error) => {
            let told = json!({"errorType": error.name(), "errorMessage": error.to_string()});
            (StatusCode::INTERNAL_SERVER_ERROR, told.to_string())
        }
    }
}

impl Function {
    /// Gives a token back as soon as the order has moved, be it before anybody waited.
    async fn gives_back(self: Arc<Self>, id: OrderId, step: StepName, token: String) {
        let mut follower = self.orders.news.follower();
        assert!(follower.follow(id));
        loop {
            match self.orders.perform(id, step).await {
                Ok(Performed { stage: Stage::PendingPayment, .. }) => drop(follower.next().await),
                Ok(performed) => {
                    let output = answer_of(id, &performed, self.orders.carts.clock.now()).to_string();
                    self.interpreter.call("SendTaskSuccess", &json!({"taskToken": token, "output": output})).await;
                    return;
                }
                Err(error) => {
                    let told = json!({"taskToken": token, "error": error.name(), "cause": error.to_string()});
                    self.interpreter.call("SendTaskFailure", &told).await;
                    return;
                }
            }
        }
    }
}

/// The address of a function that carries the steps of a shop's orders out.
async fn function_of(shop: &RoutedShop, interpreter: &Interpreter) -> String {
    let function = Function { orders: shop.checkouts.orders.clone(), interpreter: interpreter.clone() };
    let router = Router::new().route("/", post(called)).with_state(Arc::new(function));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("the machine has a port");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

/// What becomes of a buyer and their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Story {
    Pays,
    IsDeclinedAndPays,
    ProvesWhoTheyAre,
    LeavesAfterAChallenge,
    PaysInTheLastMoment,
    ExtendsAndPays,
    GoesBackOnIt,
    CannotBeCharged,
}

impl Story {
    const ALL: [Self; 8] = [
        Self::Pays,
        Self::IsDeclinedAndPays,
        Self::ProvesWhoTheyAre,
        Self::LeavesAfterAChallenge,
        Self::PaysInTheLastMoment,
        Self::ExtendsAndPays,
        Self::GoesBackOnIt,
        Self::CannotBeCharged,
    ];

    /// How long the machine waits at first: where nobody comes back, no longer than the test.
    fn wait_seconds(self) -> i64 {
        match self {
            Self::LeavesAfterAChallenge | Self::PaysInTheLastMoment | Self::ExtendsAndPays => 1,
            _ => 900,
        }
    }

    /// What the buyer does, and time.
    async fn is_told(self, shop: &RoutedShop, buyer: &Buyer<'_>, order: &Value) {
        let comes_back = async || drop(buyer.order(Method::POST, order, "/payment").await);
        match self {
            Self::Pays => drop(buyer.pays(order).await),
            Self::IsDeclinedAndPays => {
                assert_eq!(confirm(shop, order, DECLINED_CARD).await.status, 402);
                comes_back().await;
                buyer.pays(order).await;
            }
            Self::ProvesWhoTheyAre => {
                let challenged = confirm(shop, order, CHALLENGED_CARD).await.json();
                comes_back().await;
                prove(shop, &challenged).await;
                comes_back().await;
            }
            Self::LeavesAfterAChallenge => {
                confirm(shop, order, CHALLENGED_CARD).await;
                shop.clock.forward(SignedDuration::from_mins(16));
            }
            Self::PaysInTheLastMoment => {
                assert_eq!(confirm(shop, order, GOOD_CARD).await.status, 200);
                shop.clock.forward(SignedDuration::from_mins(16));
            }
            Self::ExtendsAndPays => {
                assert_eq!(buyer.order(Method::POST, order, "/hold-extension").await.status, 200);
                // Meanwhile the first wait is over, and there is another one.
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                buyer.pays(order).await;
            }
            Self::GoesBackOnIt => {
                let id = order["id"].as_str().expect("an id").parse().expect("it is one");
                shop.checkouts.orders.cancel(id, CancelReason::Shopper).await.expect("it can be cancelled");
            }
            Self::CannotBeCharged => {
                assert_eq!(confirm(shop, order, GOOD_CARD).await.status, 200);
                comes_back().await;
                let declined = FaultRule::next(Operation::Capture, Fault::Declined, 9);
                shop.simulator.add_fault(declined).expect("a fault");
            }
        }
    }
}

/// Answers a challenge as the shopper's bank wants it.
async fn prove(shop: &RoutedShop, challenged: &Value) {
    let url = challenged["next_action"]["redirect_to_url"]["url"].as_str().unwrap_or_else(|| panic!("{challenged}"));
    let path = &url[url.find("/3d-secure").expect("the simulator's page") - "/simulator".len()..];
    let (path, token) = path.split_once("?token=").expect("a token");
    let request = hyper::Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(format!("token={token}&outcome=complete").into()).expect("it is a request");
    assert_eq!(answered(shop.simulator.router(), request).await.status, 303);
}

/// The history of a story as the runner of the binary makes it.
async fn told_by_the_runner(shop: &RoutedShop, story: Story) -> History {
    let before = available(shop, "MUG").await;
    let (buyer, order, id) = placed(shop, &format!("{story:?}-runner")).await;
    story.is_told(shop, &buyer, &order).await;
    for _ in 0..6 {
        settled(shop).await;
        shop.clock.forward(SignedDuration::from_mins(11));
    }
    shop.simulator.clear_faults();
    history(shop, id, before).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_machine_and_the_runner_tell_the_same_of_every_story() {
    let Some(interpreter) = interpreter() else { return };
    let (shop, _line) = troubled_shop().await;
    let function = function_of(&shop, &interpreter).await;
    for story in Story::ALL {
        let told = told_by_the_runner(&shop, story).await;
        let before = available(&shop, "MUG").await;
        let (buyer, order, id) = placed(&shop, &format!("{story:?}-machine")).await;

        let execution = interpreter.begin(&function, id, story.wait_seconds()).await;
        story.is_told(&shop, &buyer, &order).await;
        let (status, stage) = interpreter.ended(&execution).await;
        shop.simulator.clear_faults();

        let again = history(&shop, id, before).await;
        assert_eq!((status.as_str(), stage.as_str()), ("SUCCEEDED", again.state.as_str()), "{story:?}");
        assert_eq!(again, told, "{story:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_machine_tries_each_step_again_that_fails_and_ends_as_if_it_had_not() {
    let Some(interpreter) = interpreter() else { return };
    let (shop, line) = troubled_shop().await;
    let function = function_of(&shop, &interpreter).await;
    for story in [Story::Pays, Story::LeavesAfterAChallenge, Story::GoesBackOnIt] {
        let told = told_by_the_runner(&shop, story).await;
        for trouble in [Trouble::FailedAfter, Trouble::LostAfter, Trouble::Unavailable] {
            let before = available(&shop, "MUG").await;
            let (buyer, order, id) = placed(&shop, &format!("{story:?}-{trouble:?}")).await;
            if story == Story::GoesBackOnIt {
                line.breaks(trouble, 2);
            }
            story.is_told(&shop, &buyer, &order).await;
            if story != Story::GoesBackOnIt {
                line.breaks(trouble, 2);
            }

            let execution = interpreter.begin(&function, id, story.wait_seconds()).await;
            let (status, _) = interpreter.ended(&execution).await;
            line.is_mended();

            assert_eq!(status, "SUCCEEDED", "{story:?}, {trouble:?}");
            assert_eq!(history(&shop, id, before).await, told, "{story:?}, {trouble:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_execution_whose_order_is_stuck_fails_and_says_so() {
    let Some(interpreter) = interpreter() else { return };
    let (shop, line) = troubled_shop().await;
    let function = function_of(&shop, &interpreter).await;
    let (buyer, order, id) = placed(&shop, "ann").await;
    buyer.pays(&order).await;
    line.breaks(Trouble::FailedBefore, u32::MAX);
    let orders = &shop.checkouts.orders;
    while orders.count_stuck().await.expect("the store answers") == 0 {
        orders.do_what_is_due().await.expect("the store answers");
        shop.clock.forward(SignedDuration::from_mins(10));
    }

    let execution = interpreter.begin(&function, id, 900).await;

    assert_eq!(interpreter.ended(&execution).await.0, "FAILED");
    assert!(matches!(orders.perform(id, StepName::Capture).await, Err(PerformError::Stuck { .. })));
}
