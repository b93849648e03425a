//! Who ordered, and where it goes: what is personal of an order. It stands apart from the order and its events, so that a
//! person can be forgotten while the order stays.

use std::fmt;
use std::str::FromStr;

use crate::market::Country;
use crate::pricing::{Destination, PostalCode, Region};
use crate::violation::{Invalid, Violations};

/// The longest address of an e-mail (RFC 5321, 4.5.3.1.3: a path of 256 with its brackets).
const EMAIL_LENGTH_MAX: usize = 254;
/// The longest part before the @ (RFC 5321, 4.5.3.1.1).
const EMAIL_LOCAL_LENGTH_MAX: usize = 64;
/// The longest line of an address, in characters.
pub const ADDRESS_LINE_LENGTH_MAX: usize = 100;
/// The longest telephone number, in characters.
const PHONE_LENGTH_MAX: usize = 30;

/// An e-mail address, normalised: without spaces around it, its domain in small letters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(Box<str>);

impl EmailAddress {
    /// The address as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Who is meant: in small letters throughout, since hardly any mailbox tells capitals apart and two that differ in
    /// nothing else belong to one person.
    pub fn person(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailAddress(..)")
    }
}

impl FromStr for EmailAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("email_invalid", "an e-mail address, as name@example.org");
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or_else(invalid)?;
        let is_local = !local.is_empty()
            && local.len() <= EMAIL_LOCAL_LENGTH_MAX
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|letter| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter));
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        };
        let is_domain = domain.contains('.') && domain.split('.').all(is_label);
        if text.len() > EMAIL_LENGTH_MAX || !is_local || !is_domain {
            return Err(invalid());
        }
        Ok(Self(format!("{local}@{}", domain.to_lowercase()).into()))
    }
}

/// A line of text that a person typed: trimmed, without line breaks and what only hides or turns text round.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressLine(Box<str>);

impl AddressLine {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AddressLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AddressLine(..)")
    }
}

impl FromStr for AddressLine {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_hidden = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new("text_missing", "some text"));
        }
        if text.chars().count() > ADDRESS_LINE_LENGTH_MAX || text.chars().any(is_hidden) {
            let expected = format!("one line of at most {ADDRESS_LINE_LENGTH_MAX} visible characters");
            return Err(Invalid::new("text_invalid", expected));
        }
        Ok(Self(text.into()))
    }
}

/// A telephone number as it was typed: a carrier calls it, no program does.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(Box<str>);

impl PhoneNumber {
    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PhoneNumber(..)")
    }
}

impl FromStr for PhoneNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = text.chars().all(|letter| letter.is_ascii_digit() || "+-/(). ".contains(letter));
        if text.len() > PHONE_LENGTH_MAX || !is_plain || digits < 5 {
            return Err(Invalid::new("phone_invalid", "a telephone number, as +49 30 901820"));
        }
        Ok(Self(text.into()))
    }
}

/// Where something is sent, or who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    /// Who.
    pub name: AddressLine,
    /// Their company.
    pub company: Option<AddressLine>,
    /// Street and number.
    pub line1: AddressLine,
    /// What else the carrier must know.
    pub line2: Option<AddressLine>,
    /// The postal code, where the country has them.
    pub postal_code: Option<PostalCode>,
    /// The town.
    pub city: AddressLine,
    /// The region, where addresses of the country name one.
    pub region: Option<Region>,
    /// The country.
    pub country: Country,
}

impl PostalAddress {
    /// What prices and taxes depend on.
    pub const fn destination(&self) -> Destination {
        Destination { country: self.country, region: self.region, postal_code: self.postal_code }
    }

    /// Checks what its country asks of an address; `field` is where it stands.
    pub fn check(&self, field: &str, violations: &mut Violations) {
        let format = AddressFormat::of(self.country);
        if format.has_postal_code && self.postal_code.is_none() {
            violations.add(format!("{field}.postal_code"), "postal_code_missing", "the postal code");
        }
        if let Some(code) = self.postal_code
            && !format.fits(code.as_str())
        {
            let expected = format!("a postal code of {}, as {}", self.country, format.example);
            violations.add(format!("{field}.postal_code"), "postal_code_invalid", expected);
        }
        if format.has_region && self.region.is_none() {
            violations.add(format!("{field}.region"), "region_missing", "the state or province, as NY");
        }
    }
}

/// What addresses of a country have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressFormat {
    /// Whether they have a postal code.
    pub has_postal_code: bool,
    /// Whether they name a region.
    pub has_region: bool,
    /// The shape of the postal code: `9` is a digit, `A` a letter, anything else itself; none where it is not checked.
    shapes: &'static [&'static str],
    /// A postal code, to show what is meant.
    pub example: &'static str,
}

impl AddressFormat {
    /// That of a country. Shapes are those that the Universal Postal Union publishes for its members; of countries that are
    /// not named here nothing is checked.
    pub fn of(country: Country) -> Self {
        let format = |shapes, example| Self { has_postal_code: true, has_region: false, shapes, example };
        match country.to_string().as_str() {
            "DE" | "FR" | "IT" | "ES" | "FI" => format(&["99999"], "10115"),
            "AT" | "CH" | "BE" | "DK" | "NO" | "LU" | "HU" | "SI" | "BG" | "LI" => format(&["9999"], "1010"),
            "NL" => format(&["9999AA"], "1012 AB"),
            "PL" => format(&["99999"], "00-950"),
            "CZ" | "SK" | "SE" | "GR" => format(&["99999"], "110 00"),
            "PT" => format(&["9999999"], "1000-001"),
            "GB" => format(&["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"], "SW1A 1AA"),
            "US" => Self { has_region: true, ..format(&["99999", "999999999"], "10001") },
            "CA" => Self { has_region: true, ..format(&["A9A9A9"], "K1A 0B1") },
            "AU" => Self { has_region: true, ..format(&["9999"], "2000") },
            _ => Self { has_postal_code: false, has_region: false, shapes: &[], example: "" },
        }
    }

    /// Whether a postal code has one of the shapes; spaces and dashes do not count.
    fn fits(&self, code: &str) -> bool {
        let letters = || code.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
        let is_like = |letter: u8, shape: u8| match shape {
            b'9' => letter.is_ascii_digit(),
            b'A' => letter.is_ascii_alphabetic(),
            other => letter == other,
        };
        let has = |shape: &&'static str| {
            letters().count() == shape.len()
                && letters().zip(shape.bytes()).all(|(letter, shape)| is_like(letter, shape))
        };
        self.shapes.is_empty() || self.shapes.iter().any(has)
    }
}

/// Who ordered, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Where mails about the order go.
    pub email: EmailAddress,
    /// Whom the carrier calls.
    pub phone: Option<PhoneNumber>,
    /// Where it goes. An order of which nothing is sent has it too: where its buyer is decides on the tax.
    pub delivery: PostalAddress,
    /// Who pays, where that is somebody else.
    pub billing: Option<PostalAddress>,
}

impl Contact {
    /// Checks both addresses.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        self.delivery.check("delivery_address", &mut violations);
        if let Some(billing) = &self.billing {
            billing.check("billing_address", &mut violations);
        }
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_mail_is_normalised_and_nothing_else_is_one() {
        let address: EmailAddress = " Jürgen.Groß+Shop@Example.ORG ".parse().unwrap();

        assert_eq!(address.as_str(), "Jürgen.Groß+Shop@example.org");
        assert_eq!(address.person(), "jürgen.groß+shop@example.org");
        assert_eq!(format!("{address:?}"), "EmailAddress(..)");
        let long = format!("{}@example.org", "a".repeat(65));
        for wrong in ["", "@", "a@b", "a b@example.org", "a@example..org", ".a@example.org", "a@-example.org", &long] {
            assert_eq!(wrong.parse::<EmailAddress>().unwrap_err().code, "email_invalid", "{wrong}");
        }
    }

    #[test]
    fn what_hides_or_turns_text_round_is_no_line_of_an_address() {
        assert_eq!(" 10 Downing Street ".parse::<AddressLine>().unwrap().as_str(), "10 Downing Street");
        assert_eq!("  ".parse::<AddressLine>().unwrap_err().code, "text_missing");
        for wrong in ["a\nb", "a\u{202E}b", "a\u{200B}b", &"a".repeat(101)] {
            assert_eq!(wrong.parse::<AddressLine>().unwrap_err().code, "text_invalid", "{wrong:?}");
        }
    }

    #[test]
    fn each_country_has_addresses_of_its_own() {
        let checked = |country: &str, postal_code: Option<&str>, region: Option<&str>| {
            let address = PostalAddress {
                name: "Ann".parse().unwrap(),
                company: None,
                line1: "Street 1".parse().unwrap(),
                line2: None,
                postal_code: postal_code.map(|code| code.parse().unwrap()),
                city: "Town".parse().unwrap(),
                region: region.map(|region| region.parse().unwrap()),
                country: country.parse().unwrap(),
            };
            let mut violations = Violations::new();
            address.check("delivery_address", &mut violations);
            violations
                .as_slice()
                .iter()
                .map(|violation| format!("{} {}", violation.field, violation.code))
                .collect::<Vec<_>>()
        };

        for (country, postal_code, region) in [
            ("DE", Some("10115"), None),
            ("GB", Some("SW1A 1AA"), None),
            ("NL", Some("1012 AB"), None),
            ("US", Some("10001-1234"), Some("NY")),
            ("HK", None, None),
        ] {
            assert_eq!(checked(country, postal_code, region), Vec::<String>::new(), "{country}");
        }
        assert_eq!(checked("DE", Some("1011"), None), ["delivery_address.postal_code postal_code_invalid"]);
        assert_eq!(checked("DE", None, None), ["delivery_address.postal_code postal_code_missing"]);
        assert_eq!(checked("US", Some("10001"), None), ["delivery_address.region region_missing"]);
        assert_eq!(checked("GB", Some("12345"), None), ["delivery_address.postal_code postal_code_invalid"]);
    }
}
