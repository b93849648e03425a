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
    /// The engine does not take some of them, whenever they are sent.
    #[error("the search engine does not take {count} products, among them {named}")]
    Refused {
        /// How many.
        count: usize,
        /// The first, each with the kind of reason.
        named: String,
    },
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
    Refused(String),
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
                Self::Refused(kind.to_owned())
            }
        }
    }
}

impl Reader {
    /// Does all of `actions`, no two of which are about the same product. After an error some may have been done.
    pub(super) async fn write(&self, actions: Vec<Action>) -> Result<(), BulkError> {
        let mut refused = Vec::new();
        let mut batch: (Vec<Action>, String) = Default::default();
        for action in actions {
            let lines = action.lines(&self.name);
            if !batch.0.is_empty() && batch.1.len() + lines.len() > BYTES_MAX {
                refused.extend(self.write_batch(std::mem::take(&mut batch)).await?);
            }
            batch.0.push(action);
            batch.1.push_str(&lines);
        }
        if !batch.0.is_empty() {
            refused.extend(self.write_batch(batch).await?);
        }
        if refused.is_empty() {
            return Ok(());
        }
        let named: Vec<&str> = refused.iter().map(String::as_str).take(NAMED_MAX).collect();
        Err(BulkError::Refused { count: refused.len(), named: named.join(", ") })
    }

    /// Sends actions until each is done or refused, and tells which were.
    async fn write_batch(&self, (mut actions, mut lines): (Vec<Action>, String)) -> Result<Vec<String>, BulkError> {
        let path = format!("/_bulk?refresh=false{}", self.existing());
        let mut refused = Vec::new();
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
                    Outcome::Refused(kind) => refused.push(format!("{} ({kind})", action.code())),
                }
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
        Ok(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_products_answer_is_its_own() {
        let put = Action::Put { code: "mug".to_owned(), document: json!({}) };
        let remove = Action::Remove { code: "mug".to_owned() };
        let answer = |status: u16| json!({ "index": { "status": status, "error": { "type": "mapper_parsing" } } });

        assert!(matches!(Outcome::of(&put, &answer(201)), Outcome::Done));
        assert!(matches!(Outcome::of(&put, &answer(429)), Outcome::Later));
        assert!(matches!(Outcome::of(&put, &answer(404)), Outcome::Refused(_)), "there is no such index");
        assert!(matches!(Outcome::of(&remove, &answer(404)), Outcome::Done), "it was gone already");
        assert!(matches!(Outcome::of(&put, &answer(400)), Outcome::Refused(kind) if kind == "mapper_parsing"));
        assert!(matches!(Outcome::of(&put, &Value::Null), Outcome::Refused(_)));
    }
}
