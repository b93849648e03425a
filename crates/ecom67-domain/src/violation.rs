//! What is wrong with a piece of input, told so that its author can mend it.

use std::fmt;

/// One broken rule: where, which, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the offending field, such as `variants[2].prices.de.amount`.
    pub field: String,
    /// A stable code for programs, such as `price_negative`.
    pub code: &'static str,
    /// What would be right, in a sentence for people.
    pub expected: String,
}

impl Violation {
    /// A violation of the rule `code` at `field`.
    pub fn new(field: impl Into<String>, code: &'static str, expected: impl Into<String>) -> Self {
        Self { field: field.into(), code, expected: expected.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} ({})", self.field, self.expected, self.code)
    }
}

/// Everything that is wrong with a piece of input, found in one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Violations(Vec<Violation>);

/// The most violations one piece of input is told about: a hostile row must not make a report of a million lines.
pub const VIOLATIONS_MAX: usize = 20;

impl Violations {
    /// No violations yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a violation, unless [`VIOLATIONS_MAX`] are known already. The field may come from `format_args!`: its path is
    /// written out only here.
    pub fn add(&mut self, field: impl fmt::Display, code: &'static str, expected: impl Into<String>) {
        if self.0.len() < VIOLATIONS_MAX {
            self.0.push(Violation::new(field.to_string(), code, expected));
        }
    }

    /// Keeps the value of `result`, or adds its violation.
    pub fn keep<T>(&mut self, field: impl fmt::Display, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.add(field, invalid.code, invalid.expected);
                None
            }
        }
    }

    /// The violations in the order they were found.
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` if nothing is wrong.
    pub fn or<T>(self, value: impl FnOnce() -> T) -> Result<T, Self> {
        if self.is_empty() { Ok(value()) } else { Err(self) }
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("; ")?;
            }
            write!(formatter, "{violation}")?;
        }
        Ok(())
    }
}

/// Why a single value was refused; the caller knows which field it stood in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct Invalid {
    /// A stable code for programs.
    pub code: &'static str,
    /// What would be right.
    pub expected: String,
}

impl Invalid {
    /// A refusal with the rule's `code`.
    pub fn new(code: &'static str, expected: impl Into<String>) -> Self {
        Self { code, expected: expected.into() }
    }

    /// This refusal, placed at a field.
    pub fn at(self, field: impl Into<String>) -> Violation {
        Violation { field: field.into(), code: self.code, expected: self.expected }
    }
}
