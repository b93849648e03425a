//! Reading one line of JSON, telling the path of a mistake.

use std::fmt;

use ecom67_domain::Violations;
use serde::de::value::StringDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::report::Problem;

/// Reads a line. The path of a mistake is looked for only where there is one: following it costs.
pub(super) fn parse_line<'line, T: Deserialize<'line>>(line: &'line str) -> Result<T, Problem> {
    serde_json::from_str(line).map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_str(line);
        match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Err(error) => problem(&error.path().to_string(), error.inner()),
            Ok(_) => problem("", &error),
        }
    })
}

/// The same, without the member `type` that tells which sort of line it is.
pub(super) fn parse_typed_line<'line, T: Deserialize<'line>>(line: &'line str) -> Result<T, Problem> {
    let mut plain = serde_json::Deserializer::from_str(line);
    let whole = T::deserialize(WithoutType(&mut plain)).and_then(|value| plain.end().map(|()| value));
    whole.map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_str(line);
        match serde_path_to_error::deserialize::<_, T>(WithoutType(&mut deserializer)) {
            Err(error) => problem(&error.path().to_string(), error.inner()),
            Ok(_) => problem("", &error),
        }
    })
}

fn problem(path: &str, error: &serde_json::Error) -> Problem {
    let code = if error.is_data() { "field_invalid" } else { "json_invalid" };
    // A question mark stands for a part that is not known.
    let field = path.trim_end_matches('?').trim_end_matches('.');
    // A line of a file is a whole text to serde, which calls it line 1.
    let message = error.to_string().replace(" at line 1 column ", " at column ");
    Problem::refused(field, code, message)
}

/// The problems of a violated record.
pub(super) fn problems(violations: &Violations) -> Vec<Problem> {
    violations.as_slice().iter().map(Problem::from).collect()
}

/// Hides the member `type` of an object from what is read of it. (Serde's own tagged enums read the whole line into a
/// tree first, and lose the path of a mistake on the way.)
struct WithoutType<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for WithoutType<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Filter(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Filter<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Filter<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Filter(map))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Filter<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.0.next_key::<String>()? {
            if key == "type" {
                self.0.next_value::<IgnoredAny>()?;
                continue;
            }
            let key: StringDeserializer<A::Error> = key.into_deserializer();
            return seed.deserialize(key).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{MarketDocument, ProductDocument};

    fn refusal<T: for<'line> Deserialize<'line>>(line: &str) -> (String, &'static str, String) {
        let problem = parse_typed_line::<T>(line).err().expect("the line is wrong");
        (problem.field, problem.code, problem.expected)
    }

    #[test]
    fn the_type_of_a_line_may_stand_anywhere_in_it() {
        let market =
            r#"{"code":"de","type":"market","countries":["DE"],"currency":"EUR","tax":"included","languages":["de"]}"#;

        let read: MarketDocument = parse_typed_line(market).unwrap();

        assert_eq!(read.code, "de");
    }

    #[test]
    fn a_mistake_is_told_with_its_path() {
        let price = r#"{"type":"product","code":"a","texts":{},"variants":[{"sku":"A"},{"sku":"B","prices":{"de":{"currency":"EUR","amount":12.5}}}]}"#;
        let attribute = r#"{"type":"product","code":"a","texts":{},"variants":[],"attributes":{"care":null}}"#;
        let unknown = r#"{"type":"product","code":"a","texts":{},"variants":[],"colour":"red"}"#;

        let (field, code, expected) = refusal::<ProductDocument>(price);
        assert_eq!((field.as_str(), code), ("variants[1].prices.de.amount", "field_invalid"));
        assert!(expected.contains("12.5"), "{expected}");
        let (field, _, expected) = refusal::<ProductDocument>(attribute);
        assert_eq!(field, "attributes.care");
        assert!(expected.contains("expected a text, a number, true, false, or a text per language"), "{expected}");
        assert!(refusal::<ProductDocument>(unknown).2.contains("colour"));
    }

    #[test]
    fn what_is_no_json_is_told_with_its_column() {
        let (field, code, expected) = refusal::<ProductDocument>(r#"{"type":"product","code":"a","texts":{"en":{"na"#);

        assert_eq!(code, "json_invalid");
        assert!(field.starts_with("texts"), "{field}");
        assert!(expected.contains("at column "), "{expected}");
        assert_eq!(
            refusal::<ProductDocument>(r#"{"type":"product","code":"a","texts":{},"variants":[]} x"#).1,
            "json_invalid"
        );
    }
}
