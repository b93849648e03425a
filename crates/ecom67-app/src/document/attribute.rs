//! Attributes and their values as they are written down.

use std::fmt;

use ecom67_domain::attribute::{Attribute, AttributeKind, AttributeValue, Choice, Choices};
use ecom67_domain::{ChoiceCode, Violations};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{TextDocument, localized, localized_document, parse};

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDocument {
    /// The attribute's code.
    pub code: String,
    /// `text`, `number`, `yes_no` or `choice`.
    pub kind: String,
    /// What a shopper reads before the value.
    pub label: TextDocument,
    /// The unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The choices, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ChoiceDocument>,
    /// Whether shoppers may filter by it.
    #[serde(default = "yes")]
    pub facet: bool,
    /// Where it stands in a product's table.
    #[serde(default = "last_position")]
    pub position: u32,
}

const fn yes() -> bool {
    true
}

const fn last_position() -> u32 {
    1_000
}

/// One choice of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceDocument {
    /// The choice's code.
    pub code: String,
    /// What a shopper reads.
    pub label: TextDocument,
    /// `#rrggbb`, for colours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// The name of an attribute's kind in data.
pub const fn attribute_kind_name(kind: &AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Text => "text",
        AttributeKind::Number { .. } => "number",
        AttributeKind::YesNo => "yes_no",
        AttributeKind::Choice(_) => "choice",
    }
}

impl AttributeDocument {
    /// The attribute, checked.
    pub fn to_attribute(&self) -> Result<Attribute, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let label = localized(&mut violations, "label", &self.label);
        let kind = match self.kind.as_str() {
            "text" => Some(AttributeKind::Text),
            "number" => Some(AttributeKind::Number { unit: self.unit.clone().unwrap_or_default() }),
            "yes_no" => Some(AttributeKind::YesNo),
            "choice" => self.to_choices(&mut violations).map(AttributeKind::Choice),
            _ => {
                violations.add("kind", "attribute_kind_unknown", "text, number, yes_no or choice");
                None
            }
        };
        let (Some(code), Some(kind), true) = (code, kind, violations.is_empty()) else { return Err(violations) };
        Ok(Attribute { code, label, kind, facet: self.facet, position: self.position })
    }

    fn to_choices(&self, violations: &mut Violations) -> Option<Choices> {
        let mut choices = Vec::with_capacity(self.choices.len());
        for (index, choice) in self.choices.iter().enumerate() {
            let field = format!("choices[{index}]");
            let code = parse::<ChoiceCode>(violations, format!("{field}.code"), &choice.code);
            let label = localized(violations, format_args!("{field}.label"), &choice.label);
            let color = choice.color.as_ref().and_then(|color| parse(violations, format!("{field}.color"), color));
            choices.push(Choice { code: code?, label, color });
        }
        match Choices::new(choices) {
            Ok(choices) => Some(choices),
            Err(duplicates) => {
                for violation in duplicates.as_slice() {
                    violations.add(&violation.field, violation.code, &violation.expected);
                }
                None
            }
        }
    }
}

impl From<&Attribute> for AttributeDocument {
    fn from(attribute: &Attribute) -> Self {
        let (unit, choices) = match &attribute.kind {
            AttributeKind::Number { unit } if !unit.is_empty() => (Some(unit.clone()), Vec::new()),
            AttributeKind::Choice(choices) => {
                let choice = |choice: &Choice| ChoiceDocument {
                    code: choice.code.to_string(),
                    label: localized_document(&choice.label),
                    color: choice.color.map(|color| color.to_string()),
                };
                (None, choices.iter().map(choice).collect())
            }
            _ => (None, Vec::new()),
        };
        Self {
            code: attribute.code.to_string(),
            kind: attribute_kind_name(&attribute.kind).to_owned(),
            label: localized_document(&attribute.label),
            unit,
            choices,
            facet: attribute.facet,
            position: attribute.position,
        }
    }
}

/// What a product says of one attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AttributeValueDocument {
    /// Yes or no.
    YesNo(bool),
    /// A number.
    Number(#[serde(serialize_with = "plainly")] f64),
    /// A text, or the code of a choice.
    Text(String),
    /// A text per language.
    Localized(TextDocument),
}

/// As the value looks, so it is read: to try one kind after the other, as is done for what is untagged, takes several times as
/// long, and every product that is read has two dozen.
impl<'de> Deserialize<'de> for AttributeValueDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        #[expect(clippy::cast_precision_loss, reason = "numbers of attributes are as exact as JSON's are elsewhere")]
        impl<'de> Visitor<'de> for Value {
            type Value = AttributeValueDocument;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text, a number, true, false, or a text per language")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(AttributeValueDocument::YesNo(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(AttributeValueDocument::Number(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(AttributeValueDocument::Number(value as f64))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(AttributeValueDocument::Number(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(AttributeValueDocument::Text(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
                Ok(AttributeValueDocument::Text(value))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                TextDocument::deserialize(MapAccessDeserializer::new(map)).map(AttributeValueDocument::Localized)
            }
        }

        deserializer.deserialize_any(Value)
    }
}

/// Writes a whole number without a decimal point, as people do.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn plainly<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    /// Up to here every whole number has a `f64` of its own.
    const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < WHOLE_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the range")]
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}

impl From<&AttributeValue> for AttributeValueDocument {
    fn from(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Text(text) => Self::Text(text.clone()),
            AttributeValue::Localized(text) => Self::Localized(localized_document(text)),
            AttributeValue::Number(number) => Self::Number(*number),
            AttributeValue::YesNo(value) => Self::YesNo(*value),
        }
    }
}
