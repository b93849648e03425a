//! A served shop: how it starts, what the shell changes in it, and how it stops.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ecom67_app::SystemClock;
use ecom67_app::port::{OrderCommit, OrderStore, StockWrite};
use ecom67_domain::Order;
use ecom67_domain::order::WorkflowVersion;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_embedded::{DataFolder, Database};
use ecom67_testkit::an_order;
use ecom67_testkit::orders::placing;
use rustix::process::Signal;

use crate::shell::{PATIENCE, Place, Server, catalog, text, wait_for};

/// A served shop with so many products.
fn served(products: usize) -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(products));
    place.done(&["import", "jsonl", text(&file)]);
    let server = place.serve();
    (place, server)
}

#[test]
fn a_second_server_on_the_same_folder_refuses_to_start() {
    let (place, server) = served(1);

    let second = place.run(&["serve", "--listen", "127.0.0.1:0"]);

    assert_eq!(second.status, Some(1), "{second:?}");
    assert!(second.errors.contains(text(&place.data())), "{second:?}");
    assert_eq!(second.output, "");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_port_that_is_taken_is_told_and_the_folder_stays_free() {
    let (_place, server) = served(1);
    let other = Place::new();

    let ended = other.run(&["serve", "--listen", server.socket()]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(ended.errors.contains(server.socket()), "{ended:?}");
    let other = other.serve();
    wait_for("its shop is ready", || (other.get("/readyz").status == 200).then_some(()));
}

#[test]
fn a_shop_with_an_order_of_another_release_is_not_served_by_this_one() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(1));
    place.done(&["import", "jsonl", text(&file)]);
    let later = Order { workflow: WorkflowVersion(9), ..an_order() };
    let runtime = tokio::runtime::Runtime::new().expect("the machine has room for threads");
    runtime.block_on(async {
        let folder = DataFolder::hold(&place.data()).expect("nobody holds it");
        let options = DatabaseOptions::new(&folder.database(), Arc::new(SystemClock));
        let database = Database::open(options).expect("it is a shop");
        let placed = OrderCommit { stock: StockWrite::Keep, ..placing(&later) };
        database.commit(placed).await.expect("it is placed");
    });
    drop(runtime);

    let refused = place.run(&["serve", "--listen", "127.0.0.1:0"]);

    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert!(refused.errors.contains("version 9 of the workflow, which this release does not have"), "{refused:?}");
    assert_eq!(refused.output, "");
    let shown = place.done(&["workflow", "list"]).output;
    assert!(shown.contains(&later.number.to_string()), "the shell still looks after it: {shown}");
}

#[test]
fn a_change_from_the_shell_reaches_the_served_shop_and_its_search_within_a_second() {
    let (place, server) = served(20);
    let found = |query: &str| {
        let answer = server.get(&format!("/api/search?locale=en-gb&q={query}")).json();
        answer["products"].as_array().is_some_and(|products| products.iter().any(|one| one["code"] == "mug-7"))
    };
    assert_eq!(server.get("/api/products/mug-mug-7?locale=en-gb").status, 200);
    assert!(!found("Teapot"));

    let set = ["products", "set", "MUG-7", "--language", "en", "--name", "Teapot", "--price", "9.90", "--market", "gb"];
    place.done(&set);
    let answered = Instant::now();
    wait_for("the change can be found", || found("Teapot").then_some(()));

    // Its commit was before the command's end, so this is the most it can have been.
    assert!(answered.elapsed() < Duration::from_secs(1), "{:?}", answered.elapsed());
    let product = server.get("/api/products/teapot?locale=en-gb").json();
    assert_eq!(product["name"], "Teapot");
    assert!(product.to_string().contains("\"amount\":990"), "{product}");
    let old = server.get("/api/products/mug-mug-7?locale=en-gb").json();
    assert_eq!(old["slug"], "teapot", "the old slug leads to the new one: {old}");
}

#[test]
fn stock_and_status_from_the_shell_reach_the_served_shop() {
    let (place, server) = served(3);
    let product = "/api/products/mug-mug-1?locale=en-gb";
    let before = server.get(product).body;

    place.done(&["products", "set", "MUG-1", "--stock", "0"]);
    let sold_out = server.get(product).body;
    place.done(&["products", "set", "MUG-1", "--status", "archived"]);

    assert_ne!(before, sold_out);
    assert_eq!(server.get(product).status, 404);
    wait_for("it is listed no more", || (server.listed() == 2).then_some(()));
}

#[test]
fn commands_on_a_served_folder_are_done_by_the_server() {
    let (place, server) = served(2);
    let more = place.write("more.jsonl", catalog(50));

    let imported = place.done(&["import", "jsonl", text(&more)]);
    let checked = place.done(&["check"]);
    place.done(&["reindex"]);
    place.done(&["recount"]);

    assert!(imported.output.contains("48 new"), "{imported:?}");
    assert!(checked.output.contains("50 products"), "{checked:?}");
    wait_for("all are listed", || (server.listed() == 50).then_some(()));
}

#[test]
fn a_server_that_is_told_to_stop_finishes_the_answer_it_is_giving() {
    let (_place, mut server) = served(30);
    // A request whose end comes only after the server was told to stop.
    let mut stream = TcpStream::connect(server.socket()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let start = b"GET /api/products?locale=en-gb HTTP/1.1\r\nHost: shop\r\nAccept: */*\r\n";
    stream.write_all(start).unwrap();
    std::thread::sleep(Duration::from_millis(100));

    server.terminate();
    wait_for("nobody new is let in", || TcpStream::connect(server.socket()).err());
    stream.write_all(b"\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (status, rest) = server.ended();

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\"total\""), "{answer}");
    assert_eq!((status, rest.as_str()), (Some(0), ""), "one line is all that is said");
}

#[test]
fn a_stopped_server_leaves_a_folder_that_is_whole_and_can_be_served_again() {
    let (place, first) = served(30);
    let mut server = first;
    for (name, signal) in [("a service manager", Signal::TERM), ("somebody at the terminal", Signal::INT)] {
        server.signal(signal);
        assert_eq!(server.ended(), (Some(0), String::new()), "stopped by {name}");

        place.done(&["check"]);

        server = place.serve();
        assert_eq!(server.listed(), 30, "after {name}");
    }
}
