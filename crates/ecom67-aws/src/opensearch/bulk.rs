//! Writing many products at once, each with its own answer.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Reader;
use super::call::{CallError, Pace, jittered};

/// The most bytes of one call.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// How often what the engine has no room for is sent at most.
const TRIES_MAX: u32 = 6;
/// The pause before the second try; each further one is twice as long, and random up to that length.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
/// The most products that an error names.
const NAMED_MAX: usize = 5;
/// The longest name of a field that is told.
const FIELD_LENGTH_MAX: usize = 100;
/// Kinds of refusals that are told of one document and are about the index: no other document fares better.
const KINDS_OF_INDEX: [&str; 2] = ["index_closed_exception", "validation_exception"];

/// What is to be done with one product; doing it twice is doing it once.
#[derive(Debug)]
pub(super) enum Action {
    /// Put the document in the place of an older one.
    Put {
        /// The product's code.
        code: String,
        /// The document.
        document: Value,
    },
    /// Change some fields of the document, if there is one.
    Change {
        /// The product's code.
        code: String,
        /// The fields.
        fields: Value,
    },
    /// Remove the document, if there is one.
    Remove {
        /// The product's code.
        code: String,
    },
}

/// Why products were not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum BulkError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The engine did not write some of them, which is not their fault.
    #[error("the search engine did not write {count} products, among them {named}")]
    Failed {
        /// How many.
        count: usize,
        /// The first, each with the kind of reason.
        named: String,
    },
}

/// A document that the engine does not take, whenever it is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    /// The product's code.
    pub(super) code: String,
    /// The kind of reason, and the field where one is to blame. The engine's own words may repeat what is in it.
    pub(super) reason: String,
}

impl Action {
    fn code(&self) -> &str {
        match self {
            Self::Put { code, .. } | Self::Change { code, .. } | Self::Remove { code } => code,
        }
    }

    fn lines(&self, index: &str) -> String {
        let name = json!({ "_index": index, "_id": self.code() });
        match self {
            Self::Put { document, .. } => format!("{}\n{document}\n", json!({ "index": name })),
            Self::Change { fields, .. } => {
                let mut name = name;
                name["retry_on_conflict"] = 5.into();
                format!("{}\n{}\n", json!({ "update": name }), json!({ "doc": fields }))
            }
            Self::Remove { .. } => format!("{}\n", json!({ "delete": name })),
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    items: Vec<Value>,
}

/// What became of one action.
enum Outcome {
    Done,
    /// There is no room at present.
    Later,
    /// The document itself is refused.
    Rejected(String),
    /// Something is wrong with the index or the engine.
    Failed(String),
}

impl Outcome {
    fn of(action: &Action, item: &Value) -> Self {
        let item = item.as_object().and_then(|item| item.values().next()).unwrap_or(&Value::Null);
        let status = item.get("status").and_then(Value::as_u64).unwrap_or_default();
        let is_gone = status == 404 && !matches!(action, Action::Put { .. });
        match status {
            200..300 => Self::Done,
            _ if is_gone => Self::Done,
            429 | 503 => Self::Later,
            _ => {
                let kind = item.pointer("/error/type").and_then(Value::as_str).unwrap_or("without a reason");
                if status != 400 || KINDS_OF_INDEX.contains(&kind) {
                    return Self::Failed(format!("{kind}, status {status}"));
                }
                let reason = item.pointer("/error/reason").and_then(Value::as_str).unwrap_or_default();
                Self::Rejected(field_in(reason).map_or_else(|| kind.to_owned(), |field| format!("{kind} in {field}")))
            }
        }
    }
}

/// The field that a reason names: `field [brand]` or `field="brand"`.
fn field_in(reason: &str) -> Option<&str> {
    let (_, after) = reason.split_once("field")?;
    let in_brackets = after.strip_prefix(" [").and_then(|after| after.split_once(']'));
    let in_quotes = || after.strip_prefix("=\"").and_then(|after| after.split_once('"'));
    let (field, _) = in_brackets.or_else(in_quotes)?;
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
    let is_name = (1..=FIELD_LENGTH_MAX).contains(&field.len()) && field.chars().all(is_of_name);
    is_name.then_some(field)
}

impl Reader {
    /// Does all of `actions`, no two of which are about the same product, but those that are rejected, which it returns.
    /// After an error some may have been done.
    pub(super) async fn write(&self, actions: Vec<Action>) -> Result<Vec<Rejected>, BulkError> {
        let mut rejected = Vec::new();
        let mut batch: (Vec<Action>, String) = Default::default();
        for action in actions {
            let lines = action.lines(&self.name);
            if !batch.0.is_empty() && batch.1.len() + lines.len() > BYTES_MAX {
                rejected.extend(self.write_batch(std::mem::take(&mut batch)).await?);
            }
            batch.0.push(action);
            batch.1.push_str(&lines);
        }
        if !batch.0.is_empty() {
            rejected.extend(self.write_batch(batch).await?);
        }
        Ok(rejected)
    }

    /// Sends actions until each is done or rejected, and tells which were.
    async fn write_batch(&self, (mut actions, mut lines): (Vec<Action>, String)) -> Result<Vec<Rejected>, BulkError> {
        let path = format!("/_bulk?refresh=false{}", self.existing());
        let (mut rejected, mut failed) = (Vec::new(), Vec::new());
        let mut pause = PAUSE_FIRST;
        for tries in 1.. {
            let answer: Answer = self.engine.post_lines(Pace::Work, &path, lines).await?;
            if answer.items.len() != actions.len() {
                return Err(CallError::Incomplete.into());
            }
            let mut left = Vec::new();
            for (action, item) in actions.into_iter().zip(&answer.items) {
                match Outcome::of(&action, item) {
                    Outcome::Done => {}
                    Outcome::Later => left.push(action),
                    Outcome::Rejected(reason) => rejected.push(Rejected { code: action.code().to_owned(), reason }),
                    Outcome::Failed(kind) => failed.push(format!("{} ({kind})", action.code())),
                }
            }
            if !failed.is_empty() {
                let named = failed[..failed.len().min(NAMED_MAX)].join(", ");
                return Err(BulkError::Failed { count: failed.len(), named });
            }
            if left.is_empty() {
                break;
            }
            if tries >= TRIES_MAX {
                return Err(CallError::Overloaded(reqwest::StatusCode::TOO_MANY_REQUESTS).into());
            }
            tokio::time::sleep(jittered(pause)).await;
            pause *= 2;
            lines = left.iter().map(|action| action.lines(&self.name)).collect();
            actions = left;
        }
        Ok(rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_products_answer_is_its_own() {
        let put = Action::Put { code: "mug".to_owned(), document: json!({}) };
        let remove = Action::Remove { code: "mug".to_owned() };
        let refusal = |status: u16, kind: &str| json!({ "index": { "status": status, "error": { "type": kind } } });
        let answer = |status: u16| refusal(status, "mapper_parsing");

        assert!(matches!(Outcome::of(&put, &answer(201)), Outcome::Done));
        assert!(matches!(Outcome::of(&put, &answer(429)), Outcome::Later));
        assert!(matches!(Outcome::of(&put, &answer(404)), Outcome::Failed(_)), "there is no such index");
        assert!(matches!(Outcome::of(&remove, &answer(404)), Outcome::Done), "it was gone already");
        assert!(matches!(Outcome::of(&put, &answer(400)), Outcome::Rejected(reason) if reason == "mapper_parsing"));
        assert!(matches!(Outcome::of(&put, &Value::Null), Outcome::Failed(_)));
        for status in [401, 403, 409, 413, 500] {
            assert!(matches!(Outcome::of(&put, &answer(status)), Outcome::Failed(_)), "{status}");
        }
        let closed = refusal(400, "index_closed_exception");
        assert!(matches!(Outcome::of(&put, &closed), Outcome::Failed(_)), "no document fares better");
    }

    #[test]
    fn a_reason_names_the_field_and_nothing_of_what_is_in_it() {
        let parsing = "failed to parse field [price.de] of type [long]. Preview of field's value: 'Ann Example'";
        let immense = "Document contains at least one immense term in field=\"brand\" (whose UTF8 encoding is longer";

        assert_eq!(field_in(parsing), Some("price.de"));
        assert_eq!(field_in(immense), Some("brand"));
        for nothing in ["", "field", "field [", "field []", "field [Ann Example]", "no field of [this]"] {
            assert_eq!(field_in(nothing), None, "{nothing}");
        }
    }
}
