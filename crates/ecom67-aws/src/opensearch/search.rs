//! Searches: what is sent, and what of the answers is read.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Reader;
use super::call::{CallError, Pace};

/// The answer to one search.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    #[serde(default)]
    timed_out: bool,
    #[serde(rename = "_shards", default)]
    shards: Shards,
    #[serde(default)]
    pub(super) hits: Hits,
    #[serde(default)]
    pub(super) aggregations: Map<String, Value>,
    #[serde(default)]
    pub(super) suggest: Map<String, Value>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Shards {
    #[serde(default)]
    failed: u64,
}

/// What was found.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Hits {
    #[serde(default)]
    total: Total,
    #[serde(default)]
    pub(super) hits: Vec<FoundHit>,
}

#[derive(Debug, Default, Deserialize)]
struct Total {
    value: u64,
}

/// One product that was found.
#[derive(Debug, Deserialize)]
pub(super) struct FoundHit {
    /// Its code.
    #[serde(rename = "_id")]
    pub(super) code: String,
    #[serde(rename = "_score", default)]
    pub(super) score: Option<f32>,
    #[serde(default)]
    pub(super) sort: Vec<Value>,
    #[serde(default)]
    pub(super) fields: Map<String, Value>,
    #[serde(rename = "_source", default)]
    pub(super) source: Value,
    #[serde(default)]
    pub(super) highlight: Map<String, Value>,
}

impl Found {
    /// The answer, if all of the engine had a part in it.
    pub(super) fn whole(self) -> Result<Self, CallError> {
        if let Some(error) = &self.error {
            return Err(refused(error));
        }
        if self.timed_out || self.shards.failed > 0 { Err(CallError::Incomplete) } else { Ok(self) }
    }

    /// How many there are, as far as they were counted.
    pub(super) fn total(&self) -> u64 {
        self.hits.total.value
    }

    /// A part of an aggregation.
    pub(super) fn aggregation(&self, path: &str) -> Option<&Value> {
        let mut steps = path.split('/');
        let first = self.aggregations.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }
}

impl FoundHit {
    /// The first value of a field.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.get(0)?.as_str()
    }
}

impl Reader {
    /// Answers several searches in one call.
    pub(super) async fn searches(&self, searches: &[Value]) -> Result<Vec<Found>, CallError> {
        #[derive(Deserialize)]
        struct Answers {
            responses: Vec<Found>,
        }
        if searches.is_empty() {
            return Ok(Vec::new());
        }
        let header = json!({ "index": self.name }).to_string();
        let lines: String = searches.iter().map(|search| format!("{header}\n{search}\n")).collect();
        let answers: Answers = self.engine.post_lines(Pace::Ask, "/_msearch", lines).await?;
        if answers.responses.len() != searches.len() {
            return Err(CallError::Incomplete);
        }
        answers.responses.into_iter().map(Found::whole).collect()
    }

    /// Answers one search.
    pub(super) async fn search(&self, search: &Value) -> Result<Found, CallError> {
        self.searches(std::slice::from_ref(search)).await?.pop().ok_or(CallError::Incomplete)
    }
}

/// What it means that one search of several was refused.
fn refused(error: &Value) -> CallError {
    let root = error.pointer("/root_cause/0/type").or_else(|| error.get("type"));
    let kind = root.and_then(Value::as_str).unwrap_or("without a reason").to_owned();
    tracing::trace!(%error, "the search engine refuses");
    if kind.contains("rejected_execution") || kind == "circuit_breaking_exception" {
        return CallError::Overloaded(reqwest::StatusCode::TOO_MANY_REQUESTS);
    }
    CallError::Refused { status: reqwest::StatusCode::BAD_REQUEST, kind }
}
