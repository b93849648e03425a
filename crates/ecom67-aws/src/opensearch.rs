//! The index that products are listed from, on `OpenSearch`.
//!
//! # The index
//!
//! A shop's index is an alias of one index of the engine, whose name is the alias's with an id behind a dot. Building anew
//! is making another beside it and moving the alias, in one step that also removes the old one. Beside the products stand
//! two documents that no list finds, since they have no price: the state (the position that products have come to, the
//! format, the model that vectors are made by) and the model.
//!
//! **Writes.** A batch of changes goes in by `_bulk`, then the position, and then both are shown at once: the engine never
//! refreshes by itself. There is no transaction; a process that is killed in between leaves products that are newer than
//! the position, and sees some changes twice. Changes without a position note that first. One process feeds an index;
//! others that list from it look every second whether it has changed.
//!
//! **Reads.** Analysis, dictionaries, spelling, facets and highlights are the engine's own; how words and results are
//! weighed is `ecom67_ranking`, which the embedded engine uses as well. A search without words is one call; one with
//! words three (the words with their frequencies, the products, the names), two more for a typo or a German compound.
//!
//! **One shard.** How rare a word is and which values are the most frequent is exact within a shard. An index of some
//! millions of products fits into one; more are possible, and then both are nearly right.
//!
//! # Not there
//!
//! Requests are not signed: `SigV4` comes with the deployment. Until then the engine must be reachable by the shop alone.

mod bulk;
mod call;
mod compounds;
mod contents;
mod document;
mod explain;
mod facets;
mod filters;
mod learn;
mod list;
mod model;
mod names;
mod order;
mod query;
mod scoring;
mod search;
mod settings;
mod spelling;
mod state;
mod suggest;
mod synonyms;
mod words;
mod writer;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{Position, Refused, StoreError};
use ecom67_app::search::{
    Explanation, IndexBuild, IndexChange, ListHits, ListQuery, ProductIndex, SuggestQuery, Suggestions,
};
use ecom67_domain::ProductCode;

use self::call::{CallError, Engine};
use self::learn::{learn_later, watch};
use self::model::Model;
use self::state::Mark;
use self::synonyms::LastCompiled;
use self::writer::Writer;

/// How often an index is looked at for changes that another process made.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// The longest name of an index.
const NAME_LENGTH_MAX: usize = 100;

/// Where an index is, and how large it may become.
#[derive(Clone, Debug)]
pub struct OpenSearchConfig {
    /// The engine's address, such as `http://127.0.0.1:9200`.
    pub address: String,
    /// The index's name: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// In how many parts it lies; with more than one, how rare words are is only nearly right.
    pub shards: u32,
    /// How many copies of each part there are beside the first.
    pub replicas: u32,
}

impl OpenSearchConfig {
    /// An index of one shard without copies.
    pub fn new(address: impl Into<String>, name: impl Into<String>) -> Self {
        Self { address: address.into(), name: name.into(), shards: 1, replicas: 0 }
    }
}

/// Why an index cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The name is none.
    #[error("an index's name has 1 to {NAME_LENGTH_MAX} characters of a-z, 0-9, - and _, the first a letter")]
    Name,
    /// No client can be made.
    #[error("no connections can be made")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The engine does not answer, or refuses.
    #[error("the search engine does not open the index")]
    Engine(#[source] StoreError),
}

/// An index of products on `OpenSearch`.
#[derive(Clone)]
pub struct OpenSearchIndex {
    inner: Arc<Inner>,
}

/// An index of the engine, or what an alias leads to.
#[derive(Clone, Debug)]
struct Reader {
    engine: Engine,
    name: String,
    /// Whether the name is an alias. What is written by an alias must not make an index of that name.
    is_alias: bool,
    synonyms: Arc<LastCompiled>,
}

impl Reader {
    /// What a path that writes says further.
    const fn existing(&self) -> &'static str {
        if self.is_alias { "&require_alias=true" } else { "" }
    }
}

/// What changes and questions work on.
struct Inner {
    reader: Reader,
    settings: settings::Size,
    writer: Writer,
    generation: AtomicU64,
    /// The state of the index that was seen last.
    seen: Mutex<Option<Mark>>,
    model: RwLock<Option<Arc<Model>>>,
    learning: tokio::sync::Mutex<()>,
    /// Whether somebody waits for changes to cease.
    waiting: AtomicBool,
}

impl OpenSearchIndex {
    /// Opens an index, or makes it. One that is new or of another format says by its position that it is to be built.
    pub async fn open(config: OpenSearchConfig) -> Result<Self, OpenError> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        let name = config.name;
        if name.len() > NAME_LENGTH_MAX
            || !name.bytes().all(is_allowed)
            || !name.starts_with(|first: char| first.is_ascii_lowercase())
        {
            return Err(OpenError::Name);
        }
        let engine = Engine::at(&config.address).map_err(|error| OpenError::Client(error.into()))?;
        let inner = Arc::new(Inner {
            reader: Reader { engine, name, is_alias: true, synonyms: Arc::default() },
            settings: settings::Size { shards: config.shards, replicas: config.replicas },
            writer: Writer::default(),
            generation: AtomicU64::new(0),
            seen: Mutex::default(),
            model: RwLock::default(),
            learning: tokio::sync::Mutex::default(),
            waiting: AtomicBool::new(false),
        });
        inner.open().await.map_err(|error| OpenError::Engine(error.of_write()))?;
        watch(&inner, WATCH_EVERY);
        Ok(Self { inner })
    }

    /// Learns what the products are about, unless what was learned before still holds: results are in their final order
    /// after that. An index that is fed does so by itself.
    pub async fn learn(&self) -> Result<(), StoreError> {
        self.inner.learn().await
    }

    /// How many products are in it, listed or not.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(self.inner.reader.count().await?)
    }

    /// Removes the index from the engine, with all that is in it.
    pub async fn remove(&self) -> Result<(), StoreError> {
        let reader = &self.inner.reader;
        for name in reader.indexes().await.map_err(CallError::of_write)? {
            reader.delete_index(&name).await.map_err(CallError::of_write)?;
        }
        Ok(())
    }
}

impl fmt::Debug for OpenSearchIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OpenSearchIndex").field("name", &self.inner.reader.name).finish_non_exhaustive()
    }
}

impl Inner {
    async fn open(&self) -> Result<(), CallError> {
        if self.reader.behind_alias().await?.is_empty() {
            // By this name it is made once, whoever else opens it at the same moment.
            let first = Reader { name: format!("{}.first", self.reader.name), is_alias: false, ..self.reader.clone() };
            first.create(self.settings, Some(&self.reader.name)).await?;
        }
        self.look_around().await
    }

    /// Finds out what another process has changed.
    async fn look_around(&self) -> Result<(), CallError> {
        let Some(state) = self.reader.state().await? else { return Ok(()) };
        let before = self.seen.lock().unwrap_or_else(PoisonError::into_inner).replace(state.mark.clone());
        if before.as_ref() == Some(&state.mark) {
            return Ok(());
        }
        let known = self.model().map(|model| model.id.clone());
        if state.model.is_some() && state.model != known {
            // A model of which not all products were told is not noted in the state: it is learned anew.
            let model = self.reader.model().await?.filter(|model| Some(&model.id) == state.model.as_ref());
            self.set_model(model.map(Arc::new));
        }
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Notes that something else is visible now.
    fn has_shown(&self, mark: Option<Mark>) {
        if mark.is_some() {
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = mark;
        }
        self.generation.fetch_add(1, Ordering::Release);
    }

    fn model(&self) -> Option<Arc<Model>> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_model(&self, model: Option<Arc<Model>>) {
        *self.model.write().unwrap_or_else(PoisonError::into_inner) = model;
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

#[async_trait]
impl ProductIndex for OpenSearchIndex {
    async fn list(&self, query: ListQuery) -> Result<ListHits, StoreError> {
        Ok(self.inner.reader.list(&query).await?)
    }

    async fn suggest(&self, query: SuggestQuery) -> Result<Suggestions, StoreError> {
        Ok(self.inner.reader.suggest(&query).await?)
    }

    async fn explain(&self, query: ListQuery, product: &ProductCode) -> Result<Option<Explanation>, StoreError> {
        Ok(self.inner.reader.explain(&query, product).await?)
    }

    async fn apply(&self, changes: Vec<IndexChange>, position: Option<Position>) -> Result<Vec<Refused>, StoreError> {
        let refused = self.inner.apply(changes, position.as_ref()).await?;
        learn_later(&self.inner);
        Ok(refused)
    }

    async fn position(&self) -> Result<Option<Position>, StoreError> {
        Ok(self.inner.reader.state().await?.and_then(|state| state.position))
    }

    async fn fingerprints(&self, products: &[ProductCode]) -> Result<Vec<Option<u64>>, StoreError> {
        Ok(self.inner.reader.fingerprints(products).await?)
    }

    async fn products(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<ProductCode>, StoreError> {
        Ok(self.inner.reader.products(after, limit).await?)
    }

    async fn rebuild(&self) -> Result<Box<dyn IndexBuild>, StoreError> {
        Ok(Box::new(self.inner.build().await?))
    }

    fn generation(&self) -> u64 {
        self.inner.generation()
    }

    /// One of another format is listed from until the new one takes its place.
    fn is_built(&self) -> bool {
        self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}
