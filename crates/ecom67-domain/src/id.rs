//! Ids that a program makes: unique numbers, each kind with a prefix of its own.

/// Defines an id. It begins with the time it was made at, so that stores write new records side by side, and is no
/// secret.
macro_rules! id {
    ($(#[$documentation:meta])* $name:ident, $prefix:literal, $code:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The id with this number, which is unique: a UUID of version 7.
            pub const fn new(number: u128) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn number(self) -> u128 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!($prefix, "{:032x}"), self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::violation::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::violation::Invalid> {
                $crate::id::number_after($prefix, text).map(Self).ok_or_else(|| {
                    $crate::violation::Invalid::new($code, concat!($prefix, " and 32 lower-case hexadecimal digits"))
                })
            }
        }
    };
}

pub(crate) use id;

/// The number that is written after the prefix, in just the way in which ids are printed.
pub(crate) fn number_after(prefix: &str, text: &str) -> Option<u128> {
    let digits = text.strip_prefix(prefix)?;
    let is_plain = digits.len() == 32 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_plain { u128::from_str_radix(digits, 16).ok() } else { None }
}
