//! Typed attributes: what is known of a product beyond its texts.

use std::collections::BTreeMap;

use crate::code::{AttributeCode, ChoiceCode};
use crate::text::LocalizedText;
use crate::violation::{Invalid, Violations};

/// What values an attribute takes.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeKind {
    /// Free text, in one or several languages.
    Text,
    /// A number, in `unit` where it has one.
    Number {
        /// Such as `cm`; empty where the number is a mere count.
        unit: String,
    },
    /// Yes or no.
    YesNo,
    /// One of a list; also what variants differ by.
    Choice(Choices),
}

/// The choices of an attribute, in the order a shopper should see them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices(Vec<Choice>);

/// One choice of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The choice's code, unique in its attribute.
    pub code: ChoiceCode,
    /// What a shopper reads.
    pub label: LocalizedText,
    /// What a shopper sees: `#rrggbb`, for colours.
    pub color: Option<Color>,
}

impl Choices {
    /// The choices in order; a code may occur once.
    pub fn new(choices: Vec<Choice>) -> Result<Self, Violations> {
        let mut violations = Violations::new();
        let mut seen = std::collections::BTreeSet::new();
        for (index, choice) in choices.iter().enumerate() {
            if !seen.insert(&choice.code) {
                violations.add(format!("choices[{index}].code"), "choice_duplicate", "each choice stands once");
            }
        }
        violations.or(|| Self(choices))
    }

    /// The choice with this code.
    pub fn get(&self, code: &str) -> Option<&Choice> {
        self.0.iter().find(|choice| choice.code.as_str() == code)
    }

    /// The place of the choice with this code in the order shoppers see.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.0.iter().position(|choice| choice.code.as_str() == code)
    }

    /// All choices in order.
    pub fn iter(&self) -> impl Iterator<Item = &Choice> {
        self.0.iter()
    }
}

/// A colour as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

impl std::str::FromStr for Color {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("color_invalid", "a colour is # and six hexadecimal digits, such as #d6455d");
        let digits =
            text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii()).ok_or_else(invalid)?;
        let value = u32::from_str_radix(digits, 16).map_err(|_| invalid())?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// An attribute as the shop defines it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The attribute's code.
    pub code: AttributeCode,
    /// What a shopper reads before the value.
    pub label: LocalizedText,
    /// What values it takes.
    pub kind: AttributeKind,
    /// Whether shoppers may filter by it.
    pub facet: bool,
    /// Where it stands in a product's table: lower comes first.
    pub position: u32,
}

/// What a product says of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeValue {
    /// A text that is the same in every language, such as a model name.
    Text(String),
    /// A text per language.
    Localized(LocalizedText),
    /// A finite number, in the unit of the attribute.
    Number(f64),
    /// Yes or no.
    YesNo(bool),
}

/// The attributes of a product: sparse, in the order of their codes.
pub type AttributeValues = BTreeMap<AttributeCode, AttributeValue>;

/// The longest attribute text in characters: real catalogs list every device that a cartridge fits.
pub const ATTRIBUTE_TEXT_LENGTH_MAX: usize = 10_000;

impl Attribute {
    /// Checks that `value` is one that this attribute takes.
    pub fn check(&self, value: &AttributeValue) -> Result<(), Invalid> {
        match (&self.kind, value) {
            (AttributeKind::Text, AttributeValue::Text(text)) => check_length(text),
            (AttributeKind::Text, AttributeValue::Localized(texts)) => {
                texts.iter().try_for_each(|(_, text)| check_length(text))
            }
            (AttributeKind::Number { .. }, AttributeValue::Number(number)) if number.is_finite() => Ok(()),
            (AttributeKind::YesNo, AttributeValue::YesNo(_)) => Ok(()),
            (AttributeKind::Choice(choices), AttributeValue::Text(code)) => {
                if choices.get(code).is_some() {
                    Ok(())
                } else {
                    Err(Invalid::new("choice_unknown", format!("one of the choices of {}", self.code)))
                }
            }
            (kind, _) => Err(Invalid::new(
                "attribute_type_wrong",
                match kind {
                    AttributeKind::Text => "a text, or a text per language",
                    AttributeKind::Number { .. } => "a finite number",
                    AttributeKind::YesNo => "true or false",
                    AttributeKind::Choice(_) => "the code of one of the attribute's choices",
                },
            )),
        }
    }
}

fn check_length(text: &str) -> Result<(), Invalid> {
    if text.chars().count() > ATTRIBUTE_TEXT_LENGTH_MAX {
        return Err(Invalid::new("attribute_too_long", format!("at most {ATTRIBUTE_TEXT_LENGTH_MAX} characters")));
    }
    Ok(())
}

/// A number as people write it: no needless zeros, at most three decimals.
pub fn plain_number(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: AttributeKind) -> Attribute {
        Attribute { code: "x".parse().unwrap(), label: LocalizedText::default(), kind, facet: true, position: 0 }
    }

    #[test]
    fn a_value_must_be_of_the_attributes_type() {
        let weight = attribute(AttributeKind::Number { unit: "kg".into() });

        assert!(weight.check(&AttributeValue::Number(2.13)).is_ok());
        assert_eq!(weight.check(&AttributeValue::Text("2".into())).unwrap_err().code, "attribute_type_wrong");
        assert_eq!(weight.check(&AttributeValue::Number(f64::NAN)).unwrap_err().code, "attribute_type_wrong");
    }

    #[test]
    fn a_choice_that_does_not_exist_is_refused() {
        let choices = Choices::new(vec![Choice {
            code: "rose".parse().unwrap(),
            label: LocalizedText::default(),
            color: Some("#d6455d".parse().unwrap()),
        }]);
        let colour = attribute(AttributeKind::Choice(choices.unwrap()));

        assert!(colour.check(&AttributeValue::Text("rose".into())).is_ok());
        assert_eq!(colour.check(&AttributeValue::Text("mauve".into())).unwrap_err().code, "choice_unknown");
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(plain_number(350.0), "350");
        assert_eq!(plain_number(2.13), "2.13");
        assert_eq!(plain_number(0.1 + 0.2), "0.3");
    }
}
