//! What every answer has to say for itself: validators, caches, encodings, and problems of one shape.

use serde_json::json;
use ureq::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    LOCATION, VARY,
};
use ureq::http::{Method, Request};

use crate::shell::{Answer, Place, Server, catalog, product_line, text, wait_for};

const PRODUCT: &str = "/api/products/mug-mug-1?locale=en-gb";

fn served() -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(3));
    place.done(&["import", "jsonl", text(&file)]);
    let server = place.serve();
    (place, server)
}

fn asked(server: &Server, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.ask(request.body(()).expect("the test's requests are valid"))
}

fn header<'answer>(answer: &'answer Answer, name: &str) -> &'answer str {
    let value = answer.headers.get(name).unwrap_or_else(|| panic!("no {name}: {answer:?}"));
    value.to_str().expect("headers are text")
}

#[test]
fn an_unchanged_answer_is_not_sent_again_and_a_changed_one_is() {
    let (place, server) = served();
    let first = server.get(PRODUCT);
    let tag = header(&first, ETAG.as_str()).to_owned();

    let again = asked(&server, Method::GET, PRODUCT, &[(IF_NONE_MATCH.as_str(), &tag)]);
    place.done(&["products", "set", "MUG-1", "--price", "9.90", "--market", "gb"]);
    let changed = asked(&server, Method::GET, PRODUCT, &[(IF_NONE_MATCH.as_str(), &tag)]);

    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(header(&again, ETAG.as_str()), tag);
    assert_eq!(header(&again, CACHE_CONTROL.as_str()), "public, no-cache");
    assert_eq!(changed.status, 200, "whoever changed it sees the change at once");
    assert!(changed.body.contains("\"amount\":990"), "{changed:?}");
}

#[test]
fn a_kept_answer_never_outlives_a_change_however_often_it_is_asked_for() {
    let (place, server) = served();
    for pence in 100..110 {
        let price = format!("{}.{:02}", pence / 100, pence % 100);
        drop(server.get(PRODUCT));
        place.done(&["products", "set", "MUG-1", "--price", &price, "--market", "gb"]);

        let product = server.get(PRODUCT);

        assert!(product.body.contains(&format!("\"amount\":{pence}")), "{price}: {product:?}");
    }
}

#[test]
fn totals_are_exact_to_ten_thousand_and_at_least_that_beyond() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(10_000));
    place.done(&["import", "jsonl", text(&file)]);
    let one_more = place.write("one.jsonl", product_line("one-more"));
    let total = |server: &Server| server.get("/api/products?locale=en-gb&limit=1").json()["total"].clone();

    let exact = total(&place.serve());
    place.done(&["import", "jsonl", text(&one_more)]);
    let server = place.serve();
    let beyond = total(&server);

    assert_eq!(exact, json!({"count": 10_000, "exact": true}));
    assert_eq!(beyond, json!({"count": 10_000, "exact": false}));
    assert!(server.get("/en-gb/c/mugs").body.contains("More than 10,000 products"));
}

#[test]
fn an_answer_comes_in_the_encoding_that_was_asked_for() {
    let (_place, server) = served();
    let list = "/api/products?locale=en-gb";

    let gzip = asked(&server, Method::HEAD, list, &[(ACCEPT_ENCODING.as_str(), "gzip")]);
    let brotli = asked(&server, Method::HEAD, list, &[(ACCEPT_ENCODING.as_str(), "gzip, br")]);
    let plain = asked(&server, Method::HEAD, list, &[(ACCEPT_ENCODING.as_str(), "identity")]);

    assert_eq!(header(&gzip, CONTENT_ENCODING.as_str()), "gzip");
    assert_eq!(header(&brotli, CONTENT_ENCODING.as_str()), "br");
    assert!(plain.headers.get(CONTENT_ENCODING).is_none());
    assert!([&gzip, &brotli, &plain].iter().all(|answer| header(answer, VARY.as_str()) == "accept-encoding"));
    let length = |answer: &Answer| header(answer, CONTENT_LENGTH.as_str()).parse::<u64>().unwrap();
    assert!(length(&brotli) < length(&plain), "{} and {}", length(&brotli), length(&plain));
    assert_eq!(plain.body, "", "HEAD has no body");
}

#[test]
fn every_mistake_is_told_as_a_problem_with_its_field() {
    let (_place, server) = served();
    for (path, status, code, field) in [
        ("/api/products", 400, "parameter_invalid", Some("locale")),
        ("/api/products?locale=xx-yy", 400, "locale_unknown", Some("locale")),
        ("/api/products?locale=en-gb&limit=0", 400, "limit_invalid", Some("limit")),
        ("/api/products?locale=en-gb&limit=many", 400, "parameter_invalid", Some("limit")),
        ("/api/products?locale=en-gb&cursor=made-up", 400, "cursor_invalid", Some("cursor")),
        ("/api/products?locale=en-gb&filter=colour", 400, "filter_invalid", Some("filter[0]")),
        ("/api/products/nothing?locale=en-gb", 404, "product_not_found", None),
        ("/api/products/%FF?locale=en-gb", 404, "route_not_found", None),
        ("/api/nothing", 404, "route_not_found", None),
        ("/media/nothing/320.webp", 404, "picture_not_found", None),
        ("/assets/%FF", 404, "route_not_found", None),
    ] {
        let answer = server.get(path);

        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(header(&answer, CONTENT_TYPE.as_str()), "application/problem+json", "{path}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{path}: {problem}");
        assert_eq!(problem["field"].as_str(), field, "{path}: {problem}");
        assert_eq!(problem["request_id"].as_str(), Some(header(&answer, "x-request-id")), "{path}");
    }
}

#[test]
fn a_method_that_an_address_does_not_have_is_refused_and_the_right_ones_are_told() {
    let (_place, server) = served();
    for path in ["/api/products?locale=en-gb", "/en-gb/", "/robots.txt", "/healthz", "/openapi.json", "/nothing"] {
        for method in [Method::POST, Method::DELETE, Method::PUT] {
            let answer = asked(&server, method.clone(), path, &[]);

            assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
            assert!(header(&answer, ALLOW.as_str()).contains("GET"), "{method} {path}: {answer:?}");
            assert_eq!(answer.json()["code"], "method_not_allowed", "{method} {path}");
        }
    }
}

#[test]
fn no_page_and_no_file_allows_foreign_or_inline_scripts() {
    let (_place, server) = served();
    for path in ["/en-gb/p/mug-mug-1", "/nothing", "/docs", "/api/markets", "/healthz"] {
        let answer = server.get(path);

        let policy = header(&answer, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
    }
}

#[test]
fn a_page_that_is_not_there_speaks_the_readers_language_and_says_that_it_varies() {
    let (_place, server) = served();

    let answer = asked(&server, Method::GET, "/nothing", &[("accept-language", "en")]);

    assert_eq!(answer.status, 404);
    assert!(header(&answer, VARY.as_str()).contains("accept-language"), "{answer:?}");
    assert!(answer.body.contains("<html lang=\"en"), "{answer:?}");
}

#[test]
fn an_old_slug_leads_to_the_new_one_for_programs_and_for_people() {
    let (place, server) = served();
    place.done(&["products", "set", "MUG-1", "--language", "en", "--name", "Teapot"]);

    let data = server.redirect(PRODUCT);
    let page = server.redirect("/en-gb/p/mug-mug-1");

    assert_eq!((data.status, header(&data, LOCATION.as_str())), (308, "/api/products/teapot?locale=en-gb"));
    assert_eq!((page.status, header(&page, LOCATION.as_str())), (308, "/en-gb/p/teapot"));
}

#[test]
fn the_shop_stays_ready_while_its_index_is_built_anew() {
    let (place, server) = served();
    wait_for("the shop is ready", || (server.get("/readyz").status == 200).then_some(()));
    let renamed = crate::shell::BASICS.replace("\"Mugs\"", "\"Cups\"");
    let file = place.write("renamed.jsonl", renamed);

    place.done(&["import", "jsonl", text(&file)]);

    for _ in 0..50 {
        assert_eq!(server.get("/readyz").status, 200);
    }
}

#[test]
fn the_shop_can_be_installed_and_its_worker_is_looked_at_anew_each_time() {
    let (_place, server) = served();

    let manifest = server.get("/en-gb/manifest.webmanifest");
    let worker = server.get("/service-worker.js");
    let icon = asked(&server, Method::HEAD, "/icon-192.png", &[]);

    assert_eq!(header(&manifest, CONTENT_TYPE.as_str()), "application/manifest+json");
    assert_eq!(header(&manifest, CACHE_CONTROL.as_str()), "public, no-cache");
    assert!(manifest.body.contains("\"start_url\":\"/en-gb/\""), "{manifest:?}");
    assert_eq!(server.get("/fr-fr/manifest.webmanifest").status, 404);
    assert_eq!((worker.status, header(&worker, CONTENT_TYPE.as_str())), (200, "text/javascript; charset=utf-8"));
    assert_eq!(header(&worker, CACHE_CONTROL.as_str()), "public, no-cache", "an old worker must not outlive a release");
    assert!(header(&worker, "content-security-policy").contains("connect-src 'self'"));
    assert_eq!((icon.status, header(&icon, CONTENT_TYPE.as_str())), (200, "image/png"));
}
