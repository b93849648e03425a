//! What stands beside the products in an index: the position they have come to, and what was learned of them.

use ecom67_app::port::Position;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Reader;
use super::call::{CallError, Pace};
use super::model::Model;
use super::settings::FORMAT;

/// No product has such a code.
const STATE: &str = "~state";
const MODEL: &str = "~model";

/// The state of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Which one it is: it changes with each change of the index.
    pub(super) mark: Mark,
    /// The position that came with the last changes; `None` where the index is to be built.
    pub(super) position: Option<Position>,
    /// The model that the vectors were made by last.
    pub(super) model: Option<String>,
}

/// What tells one state from another.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Mark {
    #[serde(rename = "_index")]
    index: String,
    #[serde(rename = "_seq_no")]
    number: u64,
}

#[derive(Deserialize)]
struct Kept<T> {
    #[serde(rename = "_source")]
    source: Option<Source<T>>,
    #[serde(flatten)]
    mark: Option<Mark>,
}

#[derive(Deserialize)]
struct Source<T> {
    state: Option<T>,
}

#[derive(Deserialize)]
struct KeptState {
    format: Option<u32>,
    position: Option<String>,
    model: Option<String>,
}

impl Reader {
    /// The state of the index; `None` where it has none yet.
    pub(super) async fn state(&self) -> Result<Option<State>, CallError> {
        let Some(Kept { source, mark }) = self.kept::<KeptState>(Pace::Ask, STATE).await? else { return Ok(None) };
        let state = mark.zip(source.and_then(|source| source.state)).map(|(mark, kept)| {
            // An index of another format is to be built, too.
            let position = kept.position.filter(|_| kept.format == Some(FORMAT)).map(Position);
            State { mark, position, model: kept.model }
        });
        Ok(state)
    }

    /// Notes the position that the products have come to.
    pub(super) async fn note_position(&self, position: Option<&Position>) -> Result<Mark, CallError> {
        self.note(&json!({ "format": FORMAT, "position": position.map(|position| &position.0) })).await
    }

    /// Notes which model the vectors are made by.
    pub(super) async fn note_model(&self, model: &str) -> Result<Mark, CallError> {
        self.note(&json!({ "model": model })).await
    }

    /// Changes some of the state and leaves the rest.
    async fn note(&self, state: &Value) -> Result<Mark, CallError> {
        let path = format!("/{}/_update/{STATE}?retry_on_conflict=5{}", self.name, self.existing());
        self.engine.post(Pace::Work, &path, &json!({ "doc": { "state": state }, "doc_as_upsert": true })).await
    }

    /// What was learned; `None` where nothing was, or of another format.
    pub(super) async fn model(&self) -> Result<Option<Model>, CallError> {
        let kept = self.kept::<Value>(Pace::Work, MODEL).await?;
        Ok(kept.and_then(|kept| kept.source?.state).and_then(Model::read))
    }

    /// Keeps what was learned.
    pub(super) async fn keep_model(&self, model: &Model) -> Result<(), CallError> {
        let path = format!("/{}/_doc/{MODEL}?refresh=false{}", self.name, self.existing());
        self.engine.put(&path, &json!({ "state": model.stored() })).await.map(drop)
    }

    async fn kept<T: serde::de::DeserializeOwned>(&self, pace: Pace, id: &str) -> Result<Option<Kept<T>>, CallError> {
        match self.engine.get(pace, &format!("/{}/_doc/{id}", self.name)).await {
            Ok(kept) => Ok(Some(kept)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
