//! What Stripe has made for those who use it, started by `cargo xtask test`.

mod localstripe;
mod python;
mod stripe_mock;

use std::env;
use std::io::{self, Write as _};

/// What a variable says. Without it the test says so, and fails where everything must be tested.
fn variable(name: &str) -> Option<String> {
    if let Ok(value) = env::var(name) {
        return Some(value);
    }
    let message = format!("{name} is not set: `cargo xtask test` starts or installs it and sets it");
    assert!(env::var("CI").is_err(), "{message}");
    // Not `eprintln!`, which is only shown for tests that fail.
    drop(writeln!(io::stderr(), "NOT TESTED: {message}"));
    None
}
