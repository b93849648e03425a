//! What happened, as lines that people read and as a digest that tells whether two runs were the same.

use std::fmt::{self, Write as _};
use std::sync::Mutex;

use crate::chance::locked;

/// Whether the lines are kept, or counted and forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All lines.
    Lines,
    /// The digest alone, which is all that most seeds are asked for.
    Digest,
}

pub(crate) struct History(Mutex<Told>);

struct Told {
    digest: Fnv,
    lines: Option<Vec<String>>,
    count: u64,
}

/// FNV-1a.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        Ok(())
    }
}

impl History {
    pub(crate) fn new(keep: Keep) -> Self {
        let lines = (keep == Keep::Lines).then(Vec::new);
        Self(Mutex::new(Told { digest: Fnv(0xCBF2_9CE4_8422_2325), lines, count: 0 }))
    }

    pub(crate) fn tell(&self, line: fmt::Arguments<'_>) {
        let mut told = locked(&self.0);
        told.count += 1;
        match &mut told.lines {
            None => told.digest.write_fmt(line),
            Some(_) => {
                let text = line.to_string();
                let written = told.digest.write_str(&text);
                told.lines.get_or_insert_default().push(text);
                written
            }
        }
        .unwrap_or_default();
    }

    /// The digest of all lines, and how many there are.
    pub(crate) fn digest(&self) -> (u64, u64) {
        let told = locked(&self.0);
        (told.digest.0, told.count)
    }

    pub(crate) fn take_lines(&self) -> Vec<String> {
        locked(&self.0).lines.take().unwrap_or_default()
    }
}
