//! What a client may not do to the server.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::shell::{Place, Server};

/// Longer than a head may take, shorter than a test may.
const LONG: Duration = Duration::from_secs(45);

fn connection(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.socket()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// What comes until the server ends the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the server neither answers nor ends the connection: {error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_client_that_never_ends_its_request_is_let_go() {
    let server = Place::new().serve();
    let mut stream = connection(&server);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\n").unwrap();
    let began = Instant::now();

    let mut trickle = stream.try_clone().unwrap();
    let trickling = std::thread::spawn(move || {
        // A byte now and then does not buy more time.
        while trickle.write_all(b"x").is_ok() && began.elapsed() < LONG {
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    rest(&mut stream);

    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    trickling.join().unwrap();
}

#[test]
fn a_client_that_says_nothing_or_hardly_anything_is_let_go() {
    let server = Place::new().serve();
    let began = Instant::now();
    let mut silent: Vec<_> = ["", "P", "PRI * HTTP/2"].map(|start| (start, connection(&server))).into();
    for (start, stream) in &mut silent {
        stream.write_all(start.as_bytes()).unwrap();
    }

    for (start, mut stream) in silent {
        rest(&mut stream);

        assert!(began.elapsed() < Duration::from_secs(30), "{start:?}: {:?}", began.elapsed());
    }
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let server = Place::new().serve();
    let mut stream = connection(&server);
    let head = format!("GET / HTTP/1.1\r\nHost: shop\r\nCookie: {}\r\n\r\n", "a".repeat(200_000));

    // The server may have gone before everything was sent.
    drop(stream.write_all(head.as_bytes()));

    let answer = rest(&mut stream);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_body_that_nobody_asked_for_does_not_fill_the_memory() {
    let server = Place::new().serve();
    let mut stream = connection(&server);
    let head = "POST /api/products HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000000000\r\n\r\n";

    stream.write_all(head.as_bytes()).unwrap();

    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer == "HTTP/1.1 405" || answer == "HTTP/1.1 413", "{answer}");
}
