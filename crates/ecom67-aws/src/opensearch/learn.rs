//! Learning what products are about, and telling each of them, while they are listed.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ecom67_app::port::StoreError;
use ecom67_domain::Language;
use ecom67_ranking::features::SAMPLE;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::bulk::{Action, BulkError};
use super::call::{CallError, Pace};
use super::model::{Features, Model};
use super::settings::field;
use super::{Inner, Reader};

/// So many products are read at once.
const PAGE: usize = 500;
/// How long a walk may take from one page to the next.
const KEEP_ALIVE: &str = "2m";
/// How long changes must have ceased before something is learned: what is learned meanwhile is soon outdated.
const QUIET: Duration = Duration::from_secs(5);

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
enum LearnError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Bulk(#[from] BulkError),
    #[error("the search engine does not take what {count} products are about: {reason}")]
    Rejected { count: usize, reason: String },
    #[error("the work was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

impl From<LearnError> for StoreError {
    fn from(error: LearnError) -> Self {
        match error {
            LearnError::Call(error) | LearnError::Bulk(BulkError::Call(error)) => error.of_write(),
            other => Self::failed(other),
        }
    }
}

impl Inner {
    /// Learns, unless what was learned before still holds. One at a time; who comes second waits.
    pub(super) async fn learn(&self) -> Result<(), StoreError> {
        let _learning = self.learning.lock().await;
        Ok(self.learn_alone().await?)
    }

    async fn learn_alone(&self) -> Result<(), LearnError> {
        let products = self.reader.count().await?;
        if self.model().is_some_and(|model| !model.is_outdated(products)) {
            return Ok(());
        }
        let Some(language) = self.reader.language_with_most_words().await? else { return Ok(()) };
        let sample = self.reader.sample(language, products).await?;
        let id = Uuid::now_v7().simple().to_string();
        let learn = move || Model::learn(id, language, products, &sample);
        let Some(model) = tokio::task::spawn_blocking(learn).await?.map(Arc::new) else { return Ok(()) };
        self.reader.keep_model(&model).await?;
        // From now on what changes is told by this model, and then all that has not changed.
        self.set_model(Some(Arc::clone(&model)));
        let told = async {
            self.reader.tell(&model).await?;
            let mark = self.reader.note_model(&model.id).await?;
            self.reader.show().await?;
            Ok::<_, LearnError>(mark)
        };
        let mark = match told.await {
            Ok(mark) => mark,
            Err(error) => {
                // Some products have not been told: the next time all is learned anew.
                self.set_model(None);
                return Err(error);
            }
        };
        // Results stand in another order now.
        self.has_shown(Some(mark));
        tracing::info!(products, model = model.id, "what products are about has been learned");
        Ok(())
    }
}

/// Learns once changes have ceased, unless somebody already waits to.
pub(super) fn learn_later(inner: &Arc<Inner>) {
    if inner.waiting.swap(true, Ordering::AcqRel) {
        return;
    }
    let inner = Arc::downgrade(inner);
    tokio::spawn(async move {
        while let Some(seen) = inner.upgrade().map(|inner| inner.generation()) {
            tokio::time::sleep(QUIET).await;
            let Some(inner) = inner.upgrade() else { return };
            if inner.generation() == seen {
                // Before the work: a change that comes meanwhile is looked at again.
                inner.waiting.store(false, Ordering::Release);
                if let Err(error) = inner.learn().await {
                    // The next change tries again.
                    tracing::warn!(%error, "what products are about could not be learned");
                }
                return;
            }
        }
    });
}

/// Looks now and then whether another process has changed the index.
pub(super) fn watch(inner: &Arc<Inner>, every: Duration) {
    let inner: Weak<Inner> = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            let Some(inner) = inner.upgrade() else { return };
            // Whoever lists or writes hears of an engine that is down.
            if let Err(error) = inner.look_around().await {
                tracing::debug!(%error, "the search engine was not asked for news");
            }
        }
    });
}

/// Pages of products, each read once, as they were when the walk began.
struct Walk<'reader> {
    reader: &'reader Reader,
    point_in_time: String,
    search: Value,
    after: Option<Vec<Value>>,
}

impl Walk<'_> {
    /// The next documents, by their codes; none at the end.
    async fn next(&mut self) -> Result<Vec<(String, Value)>, CallError> {
        let mut search = self.search.clone();
        search["pit"] = json!({ "id": self.point_in_time, "keep_alive": KEEP_ALIVE });
        if let Some(after) = &self.after {
            search["search_after"] = json!(after);
        }
        let found: super::search::Found = self.reader.engine.post(Pace::Work, "/_search", &search).await?;
        let found = found.whole()?;
        self.after = found.hits.hits.last().map(|hit| hit.sort.clone());
        Ok(found.hits.hits.into_iter().map(|hit| (hit.code, hit.source)).collect())
    }

    async fn end(self) -> Result<(), CallError> {
        let path = "/_search/point_in_time";
        self.reader.engine.delete(path, &json!({ "pit_id": [self.point_in_time] })).await.map(drop)
    }
}

impl Reader {
    /// How many products there are, listed or not.
    pub(super) async fn count(&self) -> Result<u64, CallError> {
        #[derive(Deserialize)]
        struct Count {
            count: u64,
        }
        let asked = json!({ "query": { "exists": { "field": field::CODE } } });
        let counted: Count = self.engine.post(Pace::Work, &format!("/{}/_count", self.name), &asked).await?;
        Ok(counted.count)
    }

    async fn walk(&self, query: Value, sort: Value, language: Language) -> Result<Walk<'_>, CallError> {
        #[derive(Deserialize)]
        struct Opened {
            pit_id: String,
        }
        let path = format!("/{}/_search/point_in_time?keep_alive={KEEP_ALIVE}", self.name);
        let Opened { pit_id } = self.engine.post(Pace::Work, &path, &Value::Null).await?;
        let search = json!({
            "size": PAGE,
            "track_total_hits": false,
            "query": query,
            "sort": sort,
            "_source": [field::main(language), field::ATTRIBUTE, field::MODEL],
        });
        Ok(Walk { reader: self, point_in_time: pit_id, search, after: None })
    }

    /// The features of some products by chance, or of all where they are few.
    async fn sample(&self, language: Language, products: u64) -> Result<Vec<Features>, CallError> {
        let is_product = json!({ "exists": { "field": field::CODE } });
        let (query, sort) = if products > SAMPLE as u64 {
            let by_chance = json!({ "seed": 67, "field": "_seq_no" });
            let query = json!({
                "function_score": { "query": is_product, "random_score": by_chance, "boost_mode": "replace" },
            });
            (query, json!([{ "_score": "desc" }, { field::CODE: "asc" }]))
        } else {
            (is_product, json!([{ field::CODE: "asc" }]))
        };
        let mut walk = self.walk(query, sort, language).await?;
        let mut sample = Vec::new();
        while sample.len() < SAMPLE {
            let page = walk.next().await?;
            if page.is_empty() {
                break;
            }
            sample.extend(page.iter().map(|(_, document)| Features::of_document(document, language)));
        }
        walk.end().await?;
        Ok(sample)
    }

    /// Tells every product what it is about.
    async fn tell(&self, model: &Model) -> Result<(), LearnError> {
        let is_product = json!({ "exists": { "field": field::CODE } });
        let mut walk = self.walk(is_product, json!([{ field::CODE: "asc" }]), model.language).await?;
        loop {
            let page = walk.next().await?;
            if page.is_empty() {
                break;
            }
            let is_told = |document: &Value| document.get(field::MODEL).and_then(Value::as_str) == Some(&model.id);
            let actions = page.into_iter().filter(|(_, document)| !is_told(document)).map(|(code, document)| {
                let vector = model.vector(&Features::of_document(&document, model.language));
                Action::Change { code, fields: json!({ field::VECTOR: vector, field::MODEL: model.id }) }
            });
            let rejected = self.write(actions.collect()).await?;
            if let Some(first) = rejected.first() {
                return Err(LearnError::Rejected { count: rejected.len(), reason: first.reason.clone() });
            }
        }
        Ok(walk.end().await?)
    }

    /// The language in which products have most to say.
    async fn language_with_most_words(&self) -> Result<Option<Language>, CallError> {
        let languages = self.languages().await?;
        let mut most: Option<(u64, Language)> = None;
        for (language, words) in self.words_in(&languages).await? {
            if words > 0 && most.is_none_or(|(other, _)| words > other) {
                most = Some((words, language));
            }
        }
        Ok(most.map(|(_, language)| language))
    }

    /// The languages that products have texts in, in the order of their names.
    async fn languages(&self) -> Result<Vec<Language>, CallError> {
        let mappings: std::collections::BTreeMap<String, Value> =
            self.engine.get(Pace::Work, &format!("/{}/_mapping", self.name)).await?;
        let mut languages: Vec<Language> = mappings
            .values()
            .filter_map(|index| index.pointer("/mappings/properties/main/properties")?.as_object())
            .flat_map(|languages| languages.keys())
            .filter_map(|language| language.parse().ok())
            .collect();
        languages.sort_unstable();
        languages.dedup();
        Ok(languages)
    }
}
