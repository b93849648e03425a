//! Searches, clicks and views of a served shop, and what `ecom67 search report` says of them.

use serde_json::{Value, json};
use ureq::http::header::{CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, ORIGIN, USER_AGENT};
use ureq::http::{Method, Request};

use crate::shell::{Place, Server, catalog, text};

const SEARCH: &str = "/api/search?locale=en-gb&q=Mug";

fn served() -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(6));
    place.done(&["import", "jsonl", text(&file)]);
    let server = place.serve();
    (place, server)
}

/// What is asked with these headers; the status.
fn asked(server: &Server, method: Method, path: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = Request::builder().method(method).uri(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.ask(request.body(()).expect("the test's requests are valid")).status
}

fn report(place: &Place) -> Value {
    let ended = place.done(&["search", "report", "--json"]);
    serde_json::from_str(&ended.output).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

#[test]
fn a_search_counts_however_it_is_answered_and_a_look_around_in_it_does_not() {
    let (place, server) = served();
    let tag = server.get(SEARCH).headers[ETAG].to_str().unwrap().to_owned();
    assert_eq!(server.get(SEARCH).status, 200, "from memory");
    assert_eq!(asked(&server, Method::GET, SEARCH, &[(IF_NONE_MATCH.as_str(), &tag)]), 304);
    assert_eq!(server.get("/en-gb/search?q=mug").status, 200);
    assert_eq!(server.get("/en-gb/search?q=zeppelin").status, 200);

    for path in [
        "/en-gb/search?q=mug&page=2",
        "/en-gb/search?q=mug&sort=name",
        "/api/search?locale=en-gb&q=mug&filter=reduced:yes",
        "/api/search?locale=en-gb&q=",
        "/api/suggest?locale=en-gb&q=mug",
        "/api/products?locale=en-gb",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert_eq!(asked(&server, Method::HEAD, SEARCH, &[]), 200);
    assert_eq!(asked(&server, Method::GET, SEARCH, &[("sec-purpose", "prefetch")]), 200);
    assert_eq!(asked(&server, Method::GET, SEARCH, &[(USER_AGENT.as_str(), "Googlebot/2.1")]), 200);

    let report = report(&place);
    let counts: Vec<_> =
        report["most_searched"].as_array().unwrap().iter().map(|line| (&line["query"], &line["searches"])).collect();
    assert_eq!(counts, [(&json!("mug"), &json!(4)), (&json!("zeppelin"), &json!(1))]);
    assert_eq!(report["found_nothing"][0]["query"], "zeppelin");
}

#[test]
fn what_was_counted_survives_a_stop_and_a_kill_leaves_a_whole_shop() {
    let (place, mut server) = served();
    server.get(SEARCH);
    server.terminate();
    assert_eq!(server.ended().0, Some(0));
    assert_eq!(report(&place)["totals"]["searches"], 1);

    let server = place.serve();
    server.get(SEARCH);
    server.kill();

    assert!(place.done(&["check"]).output.contains("the data folder is whole"));
    let searches = report(&place)["totals"]["searches"].as_u64().unwrap();
    assert!((1..=2).contains(&searches), "{searches} searches");
}

#[test]
fn clicks_and_views_count_from_pages_of_this_shop_alone() {
    let (place, server) = served();
    server.get(SEARCH);
    let json = [(CONTENT_TYPE.as_str(), "application/json")];
    let click =
        |q: Value, position: Value| json!({"locale": "en-gb", "product": "mug-1", "q": q, "position": position});
    let followed = json!({"locale": "en-gb", "product": "mug-1"});

    assert_eq!(server.post("/api/clicks", &json, &click(json!("mug"), json!(3)).to_string()).status, 204);
    assert_eq!(server.post("/api/clicks", &json, &followed.to_string()).status, 204);
    assert_eq!(server.post("/api/views", &json, &followed.to_string()).status, 204);
    let own = server.socket().to_owned();
    for (headers, status) in [
        (vec![json[0], ("sec-fetch-site", "same-origin")], 204),
        (vec![json[0], (ORIGIN.as_str(), &server.address), (HOST.as_str(), &own)], 204),
        (vec![json[0], ("sec-fetch-site", "cross-site")], 403),
        (vec![json[0], ("sec-fetch-site", "none")], 403),
        (vec![json[0], (ORIGIN.as_str(), "https://elsewhere.example")], 403),
        (vec![json[0], (ORIGIN.as_str(), "null")], 403),
        (vec![(CONTENT_TYPE.as_str(), "text/plain")], 415),
    ] {
        assert_eq!(server.post("/api/views", &headers, &followed.to_string()).status, status, "{headers:?}");
    }

    let report = report(&place);
    assert_eq!(report["totals"]["clicks"], 1, "{report}");
    assert_eq!(report["most_searched"][0]["mean_position"], 3.0);
}

#[test]
fn a_signal_that_makes_no_sense_is_refused() {
    let (_place, server) = served();
    let json = [(CONTENT_TYPE.as_str(), "application/json")];
    for (body, status, code) in [
        (json!({"locale": "en-gb", "product": "mug-1", "q": "mug"}).to_string(), 400, "click_incomplete"),
        (json!({"locale": "en-gb", "product": "mug-1", "position": 1}).to_string(), 400, "click_incomplete"),
        (
            json!({"locale": "en-gb", "product": "mug-1", "q": "mug", "position": 0}).to_string(),
            400,
            "position_invalid",
        ),
        (
            json!({"locale": "en-gb", "product": "mug-1", "q": "mug", "position": 1_001}).to_string(),
            400,
            "position_invalid",
        ),
        (json!({"locale": "en-gb", "product": "mug-1", "q": "mug", "position": -1}).to_string(), 400, "body_invalid"),
        (json!({"locale": "en-gb", "product": "mug-1", "q": " ", "position": 1}).to_string(), 400, "query_invalid"),
        (
            json!({"locale": "en-gb", "product": "mug-1", "q": "m".repeat(201), "position": 1}).to_string(),
            400,
            "query_invalid",
        ),
        (json!({"locale": "xx-xx", "product": "mug-1"}).to_string(), 400, "locale_unknown"),
        (json!({"locale": "en-gb", "product": "mug-1", "session": "1"}).to_string(), 400, "body_invalid"),
        (json!({"locale": "en-gb", "product": "cup"}).to_string(), 404, "product_not_found"),
        ("{".to_owned(), 400, "body_invalid"),
        (String::new(), 400, "body_invalid"),
        ("[".repeat(2_000), 400, "body_invalid"),
        (" ".repeat(2_049), 413, "body_too_large"),
    ] {
        let answer = server.post("/api/clicks", &json, &body);

        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{body}: {answer:?}");
    }
    assert_eq!(server.get("/api/clicks").status, 405);
}

#[test]
fn a_report_is_read_by_people_too() {
    let (place, server) = served();
    server.get(SEARCH);
    server.get("/api/search?locale=en-gb&q=zeppelin");

    let told = place.done(&["search", "report", "--days", "7", "--locale", "en-gb", "--limit", "1"]);
    let wrong = place.run(&["search", "report", "--days", "91"]);
    let nowhere = place.run(&["search", "report", "--locale", "fr-fr"]);

    let line = told.output.lines().find(|line| line.ends_with("  mug")).unwrap_or_else(|| panic!("{told:?}"));
    let columns: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(columns, ["1", "0", "6", "0", "0.00", "-", "en/gb", "mug"]);
    assert_eq!(wrong.status, Some(2), "{wrong:?}");
    assert_eq!(nowhere.status, Some(1), "{nowhere:?}");
}

#[test]
fn only_what_can_be_seen_is_popular_or_suggested() {
    let (place, server) = served();
    let json = [(CONTENT_TYPE.as_str(), "application/json")];
    for product in ["mug-1", "mug-2"] {
        let view = json!({"locale": "en-gb", "product": product}).to_string();
        for _ in 0..10 {
            assert_eq!(server.post("/api/views", &json, &view).status, 204);
        }
    }
    for _ in 0..6 {
        server.get("/api/search?locale=en-gb&q=mug%20mug-1");
        server.get("/api/search?locale=en-gb&q=mug%20zeppelin");
    }
    let mut server = server;
    server.terminate();
    server.ended();
    place.done(&["products", "set", "MUG-2", "--status", "archived"]);
    let server = place.serve();

    let popular = crate::shell::wait_for("what is popular is read", || {
        let popular = server.get("/api/popular?locale=en-gb&limit=3").json();
        // Kept as long as it holds: another address is another answer.
        let again = server.get("/api/popular?locale=en-gb&limit=4").json();
        (popular["products"] != json!([]) || again["products"] != json!([])).then_some(again)
    });

    let codes: Vec<&Value> = popular["products"].as_array().unwrap().iter().map(|card| &card["code"]).collect();
    assert_eq!(codes, ["mug-1"]);
    let suggested = server.get("/api/suggest?locale=en-gb&q=mug").json();
    let queries = suggested["queries"].as_array().unwrap();
    assert_eq!(queries.first(), Some(&json!("mug mug-1")), "{suggested}");
    assert!(!queries.contains(&json!("mug zeppelin")), "it finds what has some of the words: {suggested}");
}
