//! Changes, and building an index anew beside the one that is listed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use ecom67_app::port::{Position, Refused, StoreError};
use ecom67_app::search::{IndexBuild, IndexChange, IndexEntry};
use serde_json::{Value, json};
use uuid::Uuid;

use super::bulk::{Action, BulkError, Rejected};
use super::call::{CallError, Pace};
use super::document::document;
use super::learn::learn_later;
use super::model::{Features, Model};
use super::settings::{self, field};
use super::{Inner, Reader};

/// So many products wait to be written together while an index is built: it bounds memory.
const QUEUE_PRODUCTS: usize = 1_000;

/// Who writes at present.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// Held while changes are made: one batch at a time.
    writing: tokio::sync::Mutex<()>,
    building: Arc<AtomicBool>,
}

/// Held while an index is built.
#[derive(Debug)]
struct Building(Arc<AtomicBool>);

impl Drop for Building {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

fn write_error(error: BulkError) -> StoreError {
    match error {
        BulkError::Call(error) => error.of_write(),
        failed @ BulkError::Failed { .. } => StoreError::failed(failed),
    }
}

fn refused(rejected: Vec<Rejected>) -> Result<Vec<Refused>, StoreError> {
    let refused = |rejected: Rejected| {
        let product = rejected.code.parse().map_err(StoreError::failed)?;
        Ok(Refused::new(product, &format!("the search engine refuses it: {}", rejected.reason)))
    };
    rejected.into_iter().map(refused).collect()
}

impl Inner {
    /// Makes the changes and shows them.
    pub(super) async fn apply(
        &self,
        changes: Vec<IndexChange>,
        position: Option<&Position>,
    ) -> Result<Vec<Refused>, StoreError> {
        if self.writer.building.load(Ordering::Acquire) {
            return Err(StoreError::Busy);
        }
        let _writing = self.writer.writing.lock().await;
        // Somebody may have begun to build while we waited.
        if self.writer.building.load(Ordering::Acquire) {
            return Err(StoreError::Busy);
        }
        // An index of which a part was changed without a position is to be built, whatever happens next. One whose
        // position is older than its products only sees some changes twice.
        let mut mark = None;
        if position.is_none() {
            mark = Some(self.reader.note_position(None).await.map_err(CallError::of_write)?);
        }
        let model = self.model();
        let actions = actions(changes, model.as_deref());
        let mut refused = Vec::new();
        if !actions.is_empty() {
            refused = self::refused(self.reader.write(actions).await.map_err(write_error)?)?;
        }
        // Whoever hears of what was refused has to note it before the position moves on.
        if position.is_some() && refused.is_empty() {
            mark = Some(self.reader.note_position(position).await.map_err(CallError::of_write)?);
        }
        self.reader.show().await.map_err(CallError::of_write)?;
        self.has_shown(mark);
        Ok(refused)
    }

    /// Begins to build an index.
    pub(super) async fn build(self: &Arc<Self>) -> Result<Build, StoreError> {
        if self.writer.building.swap(true, Ordering::AcqRel) {
            return Err(StoreError::Busy);
        }
        let building = Building(Arc::clone(&self.writer.building));
        // The batch that is being written is seen to its end.
        drop(self.writer.writing.lock().await);
        self.remove_leftovers().await.map_err(CallError::of_write)?;
        let reader = Reader {
            engine: self.reader.engine.clone(),
            name: format!("{}.{}", self.reader.name, Uuid::now_v7().simple()),
            is_alias: false,
            synonyms: Arc::default(),
        };
        reader.create(self.settings, None).await.map_err(CallError::of_write)?;
        Ok(Build {
            inner: Arc::clone(self),
            reader,
            model: self.model(),
            queued: Vec::new(),
            is_left: true,
            _building: building,
        })
    }

    /// Removes indexes of which nobody knows any more: a process that was killed left them half built.
    async fn remove_leftovers(&self) -> Result<(), CallError> {
        let listed = self.reader.behind_alias().await?;
        for name in self.reader.indexes().await?.into_iter().filter(|name| !listed.contains(name)) {
            tracing::info!(index = name, "an index that was never finished is removed");
            self.reader.delete_index(&name).await?;
        }
        Ok(())
    }
}

/// What is to be done to the documents. Of several changes of one product only the last counts.
fn actions(changes: Vec<IndexChange>, model: Option<&Model>) -> Vec<Action> {
    let mut last: HashMap<String, usize> = HashMap::new();
    let code = |change: &IndexChange| match change {
        IndexChange::Put(entry) => entry.code.to_string(),
        IndexChange::Remove(code) => code.to_string(),
    };
    for (place, change) in changes.iter().enumerate() {
        last.insert(code(change), place);
    }
    let counts = |(place, change): &(usize, IndexChange)| last.get(&code(change)) == Some(place);
    let action = |(_, change)| match change {
        IndexChange::Put(entry) => put(&entry, model),
        IndexChange::Remove(code) => Action::Remove { code: code.to_string() },
    };
    changes.into_iter().enumerate().filter(counts).map(action).collect()
}

fn put(entry: &IndexEntry, model: Option<&Model>) -> Action {
    let mut document = document(entry);
    if let Some(model) = model {
        document[field::VECTOR] = model.vector(&Features::of(entry, model.language)).into();
        document[field::MODEL] = model.id.as_str().into();
    }
    Action::Put { code: entry.code.to_string(), document }
}

impl Reader {
    /// Makes the index, behind an alias if one is named.
    pub(super) async fn create(&self, settings: settings::Size, alias: Option<&str>) -> Result<(), CallError> {
        let mut body = settings::index(settings);
        if let Some(alias) = alias {
            body["aliases"] = json!({ alias: {} });
        }
        match self.engine.put(&format!("/{}", self.name), &body).await {
            // It was made by somebody at the same moment, or by ourselves without hearing of it.
            Err(error) if error.is_present() => Ok(()),
            made => made.map(drop),
        }
    }

    /// All indexes that are or were to be behind the alias.
    pub(super) async fn indexes(&self) -> Result<Vec<String>, CallError> {
        let all: HashMap<String, Value> = self.engine.get(Pace::Work, &format!("/{}.*/_alias", self.name)).await?;
        Ok(all.into_keys().collect())
    }

    /// Deletes an index, if it is there.
    pub(super) async fn delete_index(&self, name: &str) -> Result<(), CallError> {
        match self.engine.delete(&format!("/{name}"), &Value::Null).await {
            Err(error) if error.is_absent() => Ok(()),
            deleted => deleted.map(drop),
        }
    }

    /// The indexes behind the alias.
    pub(super) async fn behind_alias(&self) -> Result<Vec<String>, CallError> {
        let path = format!("/_alias/{}", self.name);
        match self.engine.get::<HashMap<String, Value>>(Pace::Work, &path).await {
            Ok(behind) => Ok(behind.into_keys().collect()),
            Err(error) if error.is_absent() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Shows what has been written.
    pub(super) async fn show(&self) -> Result<(), CallError> {
        self.engine.post::<Value>(Pace::Work, &format!("/{}/_refresh", self.name), &Value::Null).await.map(drop)
    }
}

/// An index being built. It has a name that nobody looks for until it is finished.
pub(super) struct Build {
    inner: Arc<Inner>,
    reader: Reader,
    /// What vectors are made by from beginning to end.
    model: Option<Arc<Model>>,
    /// Products that wait for others, to be written with them.
    queued: Vec<Action>,
    /// Whether it has to be removed if this is dropped.
    is_left: bool,
    _building: Building,
}

#[async_trait]
impl IndexBuild for Build {
    async fn put(&mut self, entries: Vec<IndexEntry>) -> Result<Vec<Refused>, StoreError> {
        self.queued.extend(entries.iter().map(|entry| put(entry, self.model.as_deref())));
        if self.queued.len() < QUEUE_PRODUCTS {
            return Ok(Vec::new());
        }
        self.flush().await
    }

    async fn flush(&mut self) -> Result<Vec<Refused>, StoreError> {
        refused(self.reader.write(std::mem::take(&mut self.queued)).await.map_err(write_error)?)
    }

    async fn finish(mut self: Box<Self>, position: Position) -> Result<(), StoreError> {
        // Who wanted to hear of what is refused has flushed before.
        self.flush().await?;
        let finished = async {
            if let Some(model) = &self.model {
                self.reader.keep_model(model).await?;
                self.reader.note_model(&model.id).await?;
            }
            let mark = self.reader.note_position(Some(&position)).await?;
            self.reader.show().await?;
            let alias = &self.inner.reader.name;
            let mut actions = vec![json!({ "add": { "index": self.reader.name, "alias": alias } })];
            for listed in self.inner.reader.behind_alias().await? {
                actions.push(json!({ "remove_index": { "index": listed } }));
            }
            // If the answer is lost, the swap may have been made: the index must not be removed then. Whoever builds
            // next removes what is not listed.
            self.is_left = false;
            self.inner.reader.engine.post::<Value>(Pace::Work, "/_aliases", &json!({ "actions": actions })).await?;
            Ok(mark)
        };
        let mark = finished.await.map_err(CallError::of_write)?;
        // One that was learned meanwhile has made none of these vectors.
        self.inner.set_model(self.model.clone());
        self.inner.has_shown(Some(mark));
        learn_later(&self.inner);
        Ok(())
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if !self.is_left {
            return;
        }
        let reader = self.reader.clone();
        runtime.spawn(async move {
            if let Err(error) = reader.delete_index(&reader.name).await {
                // The next build removes it.
                tracing::warn!(%error, index = reader.name, "an index that was given up could not be removed");
            }
        });
    }
}
