//! The index that products are listed from, embedded: Tantivy.
//!
//! Not the store of record: it is fed from the change log, and emptied and built anew whenever it is of another format
//! or damaged. Readers see one commit as a whole and never wait for the writer.

mod analysis;
mod bags;
mod collect;
mod contents;
mod dictionary;
mod documents;
mod explain;
mod facets;
mod filters;
mod list;
mod order;
mod query;
mod rescore;
mod schema;
mod scoring;
mod segment;
mod semantics;
mod spelling;
mod stop;
mod suggest;
mod synonyms;
mod values;
mod words;
mod writer;

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{Position, Refused, StoreError};
use ecom67_app::search::{
    Explanation, IndexBuild, IndexChange, ListHits, ListQuery, ProductIndex, SuggestQuery, Suggestions,
};
use ecom67_domain::ProductCode;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tantivy::directory::MmapDirectory;
use tantivy::index::{SegmentComponent, SegmentMeta};
use tantivy::store::Compressor;
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy};
use tokio::sync::oneshot;

use self::dictionary::Dictionary;
use self::schema::Fields;
use self::segment::Snapshot;
use self::semantics::Model;
use self::stop::Stop;
use self::synonyms::LastCompiled;
use self::writer::{Payload, WriterSlot};

/// An index of products in a folder of its own.
#[derive(Clone)]
pub struct TantivyIndex {
    inner: Arc<Inner>,
}

/// An index of up to so many products answers where it is asked: that takes less than a millisecond or two, of which
/// the way to another thread and back would be a good part.
const ANSWERED_IN_PLACE_MAX: u64 = 50_000;

/// Threads that answer queries of larger ones: as many as there are cores. More would only wait for each other, and
/// each keeps room for what it works on.
static SEARCHERS: LazyLock<Result<ThreadPool, ThreadPoolBuildError>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    ThreadPoolBuilder::new()
        .num_threads(cores)
        .thread_name(|_| "search".to_owned())
        // Its hook has told of a panic, and whoever waits for the answer learns that there is none.
        .panic_handler(drop)
        .build()
});

/// What a query or a change works on.
struct Inner {
    folder: PathBuf,
    fields: Fields,
    engine: Index,
    reader: IndexReader,
    snapshot: RwLock<Arc<Snapshot>>,
    writer: WriterSlot,
    synonyms: LastCompiled,
    generation: AtomicU64,
    /// Whether anything has ever been committed in this format.
    committed: AtomicBool,
    last_commit: Mutex<LastCommit>,
    /// Held while what is visible changes, so that the snapshot's position is that of its segments.
    showing: Mutex<()>,
    /// Whether somebody waits to show merged segments.
    settling: AtomicBool,
    /// Ends what takes long, when the shop stops.
    stop: Stop,
}

/// What was committed last.
struct LastCommit {
    /// Its words: the next commit begins with them.
    words: Arc<Dictionary>,
    /// Whether it is shown, as it is not while the segments of a build are merged.
    is_shown: bool,
}

/// After a change, when to look whether segments have been merged: many segments make each query slower, and the files
/// of the old ones stay on disk until nobody sees them any more.
const SETTLING: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];

/// What the engine has in its folder beside the files of segments.
const ENGINE_FILES: [&str; 4] = ["meta.json", ".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock"];

/// Why an index cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The operating system refuses.
    #[error("the folder {path} of the index cannot be used")]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The engine cannot work there, though the folder was empty.
    #[error("no index can be made in {path}")]
    Engine {
        /// The folder.
        path: PathBuf,
        /// What the engine says.
        #[source]
        source: tantivy::TantivyError,
    },
}

/// Why what is in the folder is of no use.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("it is of another format")]
    Format,
    #[error("its words cannot be read")]
    Words(#[source] io::Error),
    #[error(transparent)]
    Engine(#[from] tantivy::TantivyError),
}

impl TantivyIndex {
    /// Opens the index in `folder`, or makes one there. One that is damaged or of another format is emptied, and says
    /// by its position that it is to be built. Blocks; the folder must be held by nobody else.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Io { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let is_empty = fs::read_dir(folder).map_err(failed)?.next().is_none();
        if !is_empty {
            match Inner::open(folder) {
                Ok(inner) => return Ok(Self::of(inner)),
                // Of what cannot be read at present nobody knows that it is damaged.
                Err(Unusable::Words(source)) if !dictionary::is_damage(&source) => return Err(failed(source)),
                Err(unusable) => tracing::warn!(
                    folder = %folder.display(),
                    reason = %unusable,
                    "the index cannot be used; it is emptied and will be built anew"
                ),
            }
            empty(folder).map_err(failed)?;
        }
        let inner = Inner::create(folder).map_err(|source| OpenError::Engine { path: folder.to_owned(), source })?;
        Ok(Self::of(inner))
    }

    fn of(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Answers a shopper's query: here where the index is small, else as [`Self::ask`] does.
    async fn ask_shortly<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&Inner) -> tantivy::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.product_count() <= ANSWERED_IN_PLACE_MAX {
            // A panic is the same as on another thread: its hook has told of it, and there is no answer.
            let answered = catch_unwind(AssertUnwindSafe(|| answer(&self.inner)));
            return answered.map_err(|_| StoreError::failed("answering a query panicked"))?.map_err(StoreError::failed);
        }
        self.ask(answer).await
    }

    /// Answers a query once one of the threads for that is free: it may go through all products.
    async fn ask<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&Inner) -> tantivy::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let searchers = SEARCHERS.as_ref().map_err(|error| StoreError::failed(error.to_string()))?;
        let inner = Arc::clone(&self.inner);
        let (tell, told) = oneshot::channel();
        searchers.spawn(move || {
            // Whoever asked may have gone away meanwhile: then there is nothing to do.
            if !tell.is_closed() {
                drop(tell.send(answer(&inner)));
            }
        });
        told.await.map_err(StoreError::failed)?.map_err(StoreError::failed)
    }

    /// The files whose content is not what was written. Reads the whole index: for checks, not for each start.
    pub async fn damaged_files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let inner = Arc::clone(&self.inner);
        let look = move || {
            let mut damaged: Vec<PathBuf> =
                inner.engine.validate_checksum().map_err(StoreError::failed)?.into_iter().collect();
            // Meanwhile nobody removes them for those of a later commit.
            let _showing = inner.showing.lock().unwrap_or_else(PoisonError::into_inner);
            let snapshot = inner.snapshot();
            let words = snapshot.words.name();
            damaged.extend(words.filter(|name| Dictionary::open(&inner.folder, name).is_err()).map(PathBuf::from));
            Ok(damaged)
        };
        let mut damaged = self.inner.blocking(look).await?;
        damaged.sort();
        Ok(damaged)
    }

    /// Learns what the products are about, unless what was learned before still holds: results are in their final order
    /// after that. A served index does so by itself. Given up where [`Self::stop_learning`] is called meanwhile: then results stay as
    /// they were.
    pub async fn learn(&self) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.inner);
        self.inner.blocking(move || inner.learn().map_err(StoreError::failed)).await
    }

    /// Gives up what is being learned, and learns nothing from now on: for a process that is to end, which would wait for
    /// it. Queries are answered as before, from what is shown now at least.
    pub fn stop_learning(&self) {
        self.inner.stop.request();
    }

    /// How many products are in it, listed or not.
    pub fn product_count(&self) -> u64 {
        self.inner.snapshot().searcher.num_docs()
    }
}

impl fmt::Debug for TantivyIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TantivyIndex").field("products", &self.product_count()).finish_non_exhaustive()
    }
}

/// Removes everything in a folder.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
    }
    Ok(())
}

/// Removes what a process that was killed had written and not committed, so that it takes no room until the next change.
fn remove_leftovers(folder: &Path, segments: &[SegmentMeta], words: Option<&str>) -> io::Result<()> {
    let own: HashSet<String> = segments.iter().map(|segment| segment.id().uuid_string()).collect();
    let deleted = segments.iter().map(|segment| segment.relative_path(SegmentComponent::Delete));
    let deleted: HashSet<PathBuf> = deleted.collect();
    let is_living = |name: &Path| {
        let is_of_segment = name.to_str().and_then(|name| name.split('.').next()).is_some_and(|id| own.contains(id));
        let tells_deleted = name.extension().is_some_and(|extension| extension == "del");
        is_of_segment && (!tells_deleted || deleted.contains(name))
    };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_kept = ENGINE_FILES.iter().copied().chain(words).any(|own| name == *own);
        if !is_kept && !is_living(Path::new(&name)) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

impl Inner {
    fn open(folder: &Path) -> Result<Self, Unusable> {
        let engine = Index::open_in_dir(folder)?;
        let (schema, fields) = Fields::schema();
        if engine.schema() != schema {
            return Err(Unusable::Format);
        }
        let metas = engine.load_metas()?;
        let payload = match &metas.payload {
            Some(payload) => Payload::parse(payload).ok_or(Unusable::Format)?,
            // Made, but nothing has been committed yet.
            None if metas.segments.is_empty() => Payload::default(),
            None => return Err(Unusable::Format),
        };
        let words = match payload.words() {
            Some(name) => Dictionary::open(folder, name).map_err(Unusable::Words)?,
            None => Dictionary::empty(),
        };
        if let Err(error) = remove_leftovers(folder, &metas.segments, payload.words()) {
            tracing::warn!(%error, "what a build left behind cannot be removed from the folder of the index");
        }
        Ok(Self::of(folder, engine, fields, payload.position(), words, metas.payload.is_some())?)
    }

    fn create(folder: &Path) -> tantivy::Result<Self> {
        let (schema, fields) = Fields::schema();
        // Nothing is stored beside the columns.
        let settings = IndexSettings {
            docstore_compression: Compressor::None,
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let directory = MmapDirectory::open(folder)?;
        let engine = Index::create(directory, schema, settings)?;
        Self::of(folder, engine, fields, None, Dictionary::empty(), false)
    }

    fn of(
        folder: &Path,
        engine: Index,
        fields: Fields,
        position: Option<Position>,
        words: Dictionary,
        is_committed: bool,
    ) -> tantivy::Result<Self> {
        engine.tokenizers().register(words::WORDS, words::Spaced::default());
        let reader = engine.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let stop = Stop::default();
        let words = Arc::new(words);
        let snapshot = Snapshot::open(&fields, reader.searcher(), position, Arc::clone(&words), None, None, &stop)?;
        Ok(Self {
            folder: folder.to_owned(),
            fields,
            engine,
            reader,
            snapshot: RwLock::new(Arc::new(snapshot)),
            writer: WriterSlot::default(),
            synonyms: LastCompiled::default(),
            generation: AtomicU64::new(0),
            committed: AtomicBool::new(is_committed),
            last_commit: Mutex::new(LastCommit { words, is_shown: true }),
            showing: Mutex::default(),
            settling: AtomicBool::new(false),
            stop,
        })
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn last_commit(&self) -> MutexGuard<'_, LastCommit> {
        self.last_commit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows what has been committed last; `showing` must be held.
    fn show(&self, position: Option<&Position>, words: &Arc<Dictionary>) -> tantivy::Result<()> {
        self.reader.reload()?;
        let before = self.snapshot();
        let (searcher, model) = (self.reader.searcher(), before.model.as_ref());
        let open = |model| {
            let (searcher, position, words) = (searcher.clone(), position.cloned(), Arc::clone(words));
            Snapshot::open(&self.fields, searcher, position, words, Some(&before), model, &self.stop)
        };
        let snapshot = match open(model) {
            // What is committed is shown all the same: the process ends, and until then words alone decide.
            Err(error) if Stop::is_told_by(&error) => open(None)?,
            opened => opened?,
        };
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        Ok(())
    }

    /// Learns what the products are about, unless what was learned before still holds. Where it is to stop meanwhile, what
    /// was there before stays.
    fn learn(&self) -> tantivy::Result<()> {
        match self.learn_anew() {
            Err(error) if Stop::is_told_by(&error) => Ok(()),
            result => result,
        }
    }

    fn learn_anew(&self) -> tantivy::Result<()> {
        let before = self.snapshot();
        let products = before.searcher.segment_readers().iter().map(|reader| u64::from(reader.max_doc())).sum();
        if before.model.as_ref().is_some_and(|model| !model.is_outdated(products)) {
            return Ok(());
        }
        let model = apart(|| Model::learn(&self.fields, &before.segments, &self.stop))?;
        let Some(model) = model.map(Arc::new) else { return Ok(()) };
        let _showing = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        let present = self.snapshot();
        let (searcher, position) = (present.searcher.clone(), present.position.clone());
        let words = Arc::clone(&present.words);
        let snapshot =
            Snapshot::open(&self.fields, searcher, position, words, Some(&present), Some(&model), &self.stop)?;
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        // Results stand in another order now.
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Runs what takes its time on a thread for such work. A panic there is damage that nobody foresaw: an error.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        tokio::task::spawn_blocking(work).await.map_err(StoreError::failed)?
    }
}

/// Does work that takes much memory for a while on a thread of its own: the allocator keeps for a thread what it once
/// needed, and gives it back when the thread ends.
fn apart<T: Send>(work: impl FnOnce() -> tantivy::Result<T> + Send) -> tantivy::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("index-learn".into()).spawn_scoped(scope, work)?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Shows merged segments as soon as they are there, unless somebody already waits to.
fn show_merged_later(inner: &Arc<Inner>) {
    if inner.settling.swap(true, Ordering::AcqRel) {
        return;
    }
    let inner = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            let Some(generation) = inner.upgrade().map(|inner| inner.generation.load(Ordering::Acquire)) else {
                return;
            };
            for wait in SETTLING {
                let Some(seen) = inner.upgrade().map(|inner| inner.generation.load(Ordering::Acquire)) else { return };
                tokio::time::sleep(wait).await;
                let Some(inner) = inner.upgrade() else { return };
                if inner.stop.is_requested() {
                    return;
                }
                let show = Arc::clone(&inner);
                let work = move || {
                    writer::show_merged(&show)?;
                    // While changes still come, what would be learned is soon outdated.
                    if show.generation.load(Ordering::Acquire) == seen { show.learn() } else { Ok(()) }
                };
                let shown = inner.blocking(move || work().map_err(StoreError::failed)).await;
                if let Err(error) = shown
                    && !inner.stop.is_requested()
                {
                    // The next change tries again, and tells of its failure.
                    tracing::warn!(%error, "merged segments of the index could not be shown");
                }
            }
            let Some(inner) = inner.upgrade() else { return };
            if inner.generation.load(Ordering::Acquire) == generation {
                inner.settling.store(false, Ordering::Release);
                return;
            }
        }
    });
}

#[async_trait]
impl ProductIndex for TantivyIndex {
    async fn list(&self, query: ListQuery) -> Result<ListHits, StoreError> {
        self.ask_shortly(move |inner| {
            let synonyms = inner.synonyms.compiled(&query.synonyms);
            list::list(&inner.fields, &inner.snapshot(), &synonyms, &query)
        })
        .await
    }

    async fn suggest(&self, query: SuggestQuery) -> Result<Suggestions, StoreError> {
        self.ask_shortly(move |inner| {
            let synonyms = inner.synonyms.compiled(&query.synonyms);
            suggest::suggest(&inner.fields, &inner.snapshot(), &synonyms, &query)
        })
        .await
    }

    async fn explain(&self, query: ListQuery, product: &ProductCode) -> Result<Option<Explanation>, StoreError> {
        let product = product.clone();
        self.ask(move |inner| {
            let synonyms = inner.synonyms.compiled(&query.synonyms);
            explain::explain(&inner.fields, &inner.snapshot(), &synonyms, &query, &product)
        })
        .await
    }

    /// Refuses nothing: this engine takes any document, and leaves words that are too long for it out. What fails in it
    /// is the disk or itself.
    async fn apply(&self, changes: Vec<IndexChange>, position: Option<Position>) -> Result<Vec<Refused>, StoreError> {
        let inner = Arc::clone(&self.inner);
        self.inner.blocking(move || writer::apply(&inner, &changes, position.as_ref())).await?;
        show_merged_later(&self.inner);
        Ok(Vec::new())
    }

    async fn position(&self) -> Result<Option<Position>, StoreError> {
        Ok(self.inner.snapshot().position.clone())
    }

    async fn fingerprints(&self, products: &[ProductCode]) -> Result<Vec<Option<u64>>, StoreError> {
        let products = products.to_vec();
        self.ask(move |inner| contents::fingerprints(&inner.fields, &inner.snapshot(), &products)).await
    }

    async fn products(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<ProductCode>, StoreError> {
        let after = after.cloned();
        self.ask(move |inner| contents::products(&inner.fields, &inner.snapshot(), after.as_ref(), limit)).await
    }

    async fn rebuild(&self) -> Result<Box<dyn IndexBuild>, StoreError> {
        let inner = Arc::clone(&self.inner);
        let build = self.inner.blocking(move || writer::Build::begin(inner)).await?;
        Ok(Box::new(build))
    }

    fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::Acquire)
    }

    fn is_built(&self) -> bool {
        self.inner.committed.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use ecom67_app::search::{IndexEntry, IndexText};
    use ecom67_domain::Language;
    use ecom67_domain::stock::Availability;

    use super::*;

    fn change(code: &str) -> IndexChange {
        let text = IndexText {
            name: code.to_owned(),
            product_type: String::new(),
            description: String::new(),
            words: String::new(),
        };
        IndexChange::Put(Box::new(IndexEntry {
            code: code.parse().unwrap(),
            texts: vec![(Language::ENGLISH, text)],
            numbers: vec![],
            categories: vec![],
            collections: vec![],
            tags: vec![],
            brand: None,
            availability: Availability::InStock,
            prices: vec![],
            reduced_in: vec![],
            attributes: vec![],
            published_at: jiff::Timestamp::UNIX_EPOCH,
        }))
    }

    #[tokio::test]
    async fn merged_segments_are_shown_without_another_change() {
        let folder = tempfile::tempdir().unwrap();
        let index = TantivyIndex::open(folder.path()).unwrap();
        let position = Some(Position("7".to_owned()));
        for code in ["a", "b", "c", "d"] {
            index.apply(vec![change(code)], position.clone()).await.unwrap();
        }
        let generation = index.generation();

        let is_merged = async {
            while index.inner.snapshot().segments.len() > 1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), is_merged).await.expect("four segments become one");

        assert_eq!(index.product_count(), 4);
        assert_eq!(index.position().await.unwrap(), position);
        assert_eq!(index.generation(), generation, "what was made from the segments before is as good as ever");
    }
}
