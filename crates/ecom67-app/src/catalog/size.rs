//! How large a record may be.

use std::io::{self, Write};

use ecom67_domain::Violations;
use serde::Serialize;

/// The most bytes of one record as it is written down. DynamoDB takes 400 KB for an item with its keys and indexes: what
/// is larger would be refused there, each time it is tried.
const RECORD_BYTES_MAX: usize = 300 * 1024;

/// Checks that a record as it is written down fits into every store. Each of its parts may be within its bounds, and all
/// of them too much all the same.
pub(super) fn check(record: &impl Serialize) -> Result<(), Violations> {
    let mut counter = Counter { bytes: 0 };
    let mut violations = Violations::new();
    if serde_json::to_writer(&mut counter, record).is_err() {
        violations.add("", "record_too_large", format!("at most {RECORD_BYTES_MAX} bytes as JSON, all together"));
    }
    violations.or(|| ())
}

/// Counts what is written, up to the bound.
struct Counter {
    bytes: usize,
}

impl Write for Counter {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.bytes += buffer.len();
        if self.bytes > RECORD_BYTES_MAX { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(buffer.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
