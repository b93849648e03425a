//! The payment simulator in a process of its own, and a shop that is pointed at it.

use std::net::TcpListener;
use std::process::Command;

use ureq::http::Request;
use ureq::http::header::AUTHORIZATION;

use crate::orders::{GOOD_CARD, RULES, confirm, place_order};
use crate::shell::{Ended, Place, Server, catalog, ecom67, text, wait_for};

const SECRET_KEY: &str = "sk_test_ofTwoProcesses";

fn with_keys(mut command: Command) -> Command {
    command
        .env("ECOM67_STRIPE_SECRET_KEY", SECRET_KEY)
        .env("ECOM67_STRIPE_PUBLISHABLE_KEY", "pk_test_ofTwoProcesses")
        .env("ECOM67_STRIPE_WEBHOOK_SECRETS", "whsec_ofTwoProcesses");
    command
}

fn simulator(place: &Place, shop: &str) -> Server {
    let mut command = ecom67();
    let webhooks = format!("http://{shop}/api/webhooks/payments");
    command.args(["simulator", "--listen", "127.0.0.1:0", "--webhook-url", &webhooks, "--webhook-duplicates", "100"]);
    command.arg("--ledger").arg(place.path("provider"));
    Server::start(with_keys(command))
}

/// The shop with the simulator as its payment provider.
fn shop(place: &Place, address: &str, simulator: &Server) -> Server {
    let mut command = place.command(&["serve", "--listen", address]);
    command.env("ECOM67_STRIPE_API", &simulator.address);
    Server::start(with_keys(command))
}

fn deeds(simulator: &Server) -> Vec<String> {
    let request =
        Request::get(simulator.url("/simulator/ledger")).header(AUTHORIZATION, format!("Bearer {SECRET_KEY}"));
    let answer = simulator.ask(request.body(()).expect("the test's requests are valid"));
    assert_eq!((answer.status, &answer.headers["x-simulator"]), (200, &"true".parse().unwrap()));
    let deed =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["deed"].as_str().unwrap().to_owned();
    answer.body.lines().map(deed).collect()
}

#[test]
fn an_order_is_paid_and_given_back_through_a_simulator_in_a_process_of_its_own() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(2) + RULES);
    place.done(&["import", "jsonl", text(&file)]);
    // Each must know the other's address before it starts.
    let free = TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().unwrap().to_string();
    let provider = simulator(&place, &free);
    let server = shop(&place, &free, &provider);
    let config = server.get("/config.json").json();
    assert_eq!(config["payment"]["api"], provider.address.as_str());

    let (_, order) = place_order(&server, "ann", "MUG-0", None);
    assert_eq!(confirm(&server, &order, GOOD_CARD).status, 200);

    // Nobody comes back to the shop: it hears of it by a webhook.
    wait_for("the order is paid", || place.done(&["order", "list"]).output.contains(" paid").then_some(()));
    assert_eq!(deeds(&provider), ["created", "authorised", "captured"]);

    // The provider ends, and starts elsewhere with its ledger: a shop that is told so goes on where it was.
    server.kill();
    provider.kill();
    let provider = simulator(&place, &free);
    let _server = shop(&place, &free, &provider);
    let number = order["number"].as_str().expect("a number");
    place.done(&["order", "refund", number, "--amount", "5.00"]);
    wait_for("the money is given back", || {
        place.done(&["order", "show", number]).output.contains("refund 1: succeeded").then_some(())
    });
    assert_eq!(deeds(&provider), ["created", "authorised", "captured", "refunded"]);
}

#[test]
fn keys_are_shown_to_nobody_far_away_without_tls() {
    let place = Place::new();
    let mut command = with_keys(place.command(&["serve", "--listen", "127.0.0.1:0"]));

    let refused = Ended::of(command.env("ECOM67_STRIPE_API", "http://payments.example.org"));

    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert!(refused.errors.contains("ECOM67_STRIPE_API") && refused.errors.contains("https://"), "{refused:?}");
    assert!(!refused.errors.contains(SECRET_KEY), "{refused:?}");
}

#[test]
fn a_simulator_takes_keys_for_tests_only_and_one_ledger_has_one() {
    let place = Place::new();
    let ended = |variables: &[(&str, &str)]| {
        let mut command = ecom67();
        command.args(["simulator", "--listen", "127.0.0.1:0"]).arg("--ledger").arg(place.path("provider"));
        Ended::of(command.envs(variables.iter().copied()))
    };

    assert_eq!(ended(&[]).status, Some(2));
    let live = [("ECOM67_STRIPE_SECRET_KEY", "sk_live_a1"), ("ECOM67_STRIPE_PUBLISHABLE_KEY", "pk_live_b2")];
    let refused = ended(&live);
    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert!(refused.errors.contains("for tests only") && !refused.errors.contains("sk_live_a1"), "{refused:?}");
    let _running = simulator(&place, "127.0.0.1:9");
    let test = [("ECOM67_STRIPE_SECRET_KEY", "sk_test_a1"), ("ECOM67_STRIPE_PUBLISHABLE_KEY", "pk_test_b2")];
    let second = ended(&test);
    assert_eq!(second.status, Some(1), "{second:?}");
    assert!(second.errors.contains("in use"), "{second:?}");
}

#[test]
fn a_demo_in_which_people_pay_shows_their_mails_to_nobody() {
    let place = Place::new();
    let server = Server::start(with_keys(place.command(&["serve", "--demo"])));

    assert_eq!(server.get("/demo/mailbox").status, 404);
    assert!(server.get("/config.json").json()["mailbox"].is_null());
}
