//! Writing the index.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ecom67_app::port::{Position, Refused, StoreError};
use ecom67_app::search::{IndexBuild, IndexChange, IndexEntry};
use serde::{Deserialize, Serialize};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::query::AllQuery;
use tantivy::{IndexWriter, TantivyError};

use super::dictionary::{self, Dictionary};
use super::schema::FORMAT;
use super::words::Words;
use super::{Inner, LastCommit};

/// What a batch may take up in memory before it goes to disk: the more, the fewer segments a build has to merge. Beside it up
/// to 10,000 documents wait, by a constant of the engine: of some kilobytes each.
const MEMORY_BYTES: usize = 96_000_000;
/// Threads that note which product has which word. One, since making words of texts keeps another busy: with two, a
/// build of a small catalog would have to make one segment of several in the end, while nothing else is to be done.
const THREADS: usize = 1;
/// Merges that go on side by side, and segments that a large build ends with.
const MERGE_THREADS: usize = 2;
/// Segments of up to so many documents are merged with each other whatever their sizes.
const SMALL_SEGMENT_DOCUMENTS: u32 = 1_000;
/// So many segments of about one size become one: few, since each costs every query its share, not fewer, since each
/// product would be written anew more often.
const SEGMENTS_PER_MERGE: usize = 4;
/// An index of up to so many documents is built of one segment in the end: each query then looks its words up once. A
/// larger one is built of as many as can be written side by side.
const ONE_SEGMENT_DOCUMENTS_MAX: usize = 100_000;
/// A segment that has lost this share of its documents is written anew without them.
const DELETED_SHARE_MAX: f32 = 0.3;

/// Who writes at present.
#[derive(Default)]
pub(super) enum Writer {
    /// Nobody has written yet, or the last writer failed: the next begins from what is committed.
    #[default]
    Absent,
    /// Nobody, but the writer is ready.
    Ready(Box<IndexWriter>),
    /// The index is being built anew, with the writer.
    Building,
}

/// The writer, for one at a time.
pub(super) type WriterSlot = Mutex<Writer>;

/// What a commit says beside its documents.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Payload {
    format: u32,
    position: Option<String>,
    /// The file with the words.
    words: Option<String>,
}

impl Payload {
    /// What a commit of this format says that was made at `position`.
    pub(super) fn new(position: Option<&Position>, words: &Dictionary) -> Self {
        Self {
            format: FORMAT,
            position: position.map(|position| position.0.clone()),
            words: words.name().map(str::to_owned),
        }
    }

    /// What a commit says, if it is of this format.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|payload: &Self| payload.format == FORMAT)
    }

    /// The position of the commit.
    pub(super) fn position(&self) -> Option<Position> {
        self.position.clone().map(Position)
    }

    /// The file with the words; `None` where there are none.
    pub(super) fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }
}

fn open(inner: &Inner) -> tantivy::Result<Box<IndexWriter>> {
    let options = IndexWriterOptions::builder()
        .memory_budget_per_thread(MEMORY_BYTES)
        .num_worker_threads(THREADS)
        .num_merge_threads(MERGE_THREADS)
        .build();
    let writer = inner.engine.writer_with_options(options)?;
    writer.set_merge_policy(Box::new(merge_policy()));
    // What a process that was killed had written and not committed. The engine counts on from the last commit, and would
    // fail for ever at a file of the same name.
    writer.garbage_collect_files().wait()?;
    Ok(Box::new(writer))
}

/// When segments are merged while an index serves.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_layer_size(SMALL_SEGMENT_DOCUMENTS);
    policy.set_min_num_segments(SEGMENTS_PER_MERGE);
    policy.set_del_docs_ratio_before_merge(DELETED_SHARE_MAX);
    policy
}

/// Makes so many segments of all, side by side. Waits without holding a thread: a process that stops does not wait for it.
async fn merge_all(inner: &Inner, writer: &mut IndexWriter, parts: usize) -> tantivy::Result<()> {
    let segments = inner.engine.searchable_segment_ids()?;
    // Dealt out, since the engine tells them by their size.
    let part = |first| segments.iter().copied().skip(first).step_by(parts).collect::<Vec<_>>();
    let parts = (0..parts).map(part).filter(|part| part.len() > 1);
    let merges: Vec<_> = parts.map(|part| writer.merge(&part)).collect();
    for merge in merges {
        merge.await?;
    }
    Ok(())
}

/// Commits with the words that belong to it. Nobody sees it yet.
fn commit(
    inner: &Inner,
    writer: &mut IndexWriter,
    position: Option<&Position>,
    words: Words,
) -> tantivy::Result<Arc<Dictionary>> {
    let words = words.finish()?;
    let payload = serde_json::to_string(&Payload::new(position, &words))?;
    // Of the last commit, not of what is shown: that may be an earlier one, whose words have no file any more.
    if !Arc::ptr_eq(&words, &inner.last_commit().words) {
        words.save(&inner.folder)?;
    }
    let _showing = inner.showing.lock().unwrap_or_else(PoisonError::into_inner);
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    *inner.last_commit() = LastCommit { words: Arc::clone(&words), is_shown: false };
    Ok(words)
}

/// Shows what has been committed.
fn show(inner: &Inner, position: Option<&Position>, words: &Arc<Dictionary>) -> tantivy::Result<()> {
    let _showing = inner.showing.lock().unwrap_or_else(PoisonError::into_inner);
    inner.show(position, words)?;
    inner.last_commit().is_shown = true;
    inner.committed.store(true, Ordering::Release);
    inner.generation.fetch_add(1, Ordering::Release);
    // Only now: what is shown is looked at by checks.
    if let Err(error) = dictionary::remove_others(&inner.folder, words.name()) {
        tracing::warn!(%error, "the words of an earlier commit cannot be removed; the next start or commit tries again");
    }
    Ok(())
}

/// Shows the segments that have been merged since the last commit. They hold the same products. A commit that is not
/// shown yet is left to whoever made it, or makes the next.
pub(super) fn show_merged(inner: &Inner) -> tantivy::Result<()> {
    let _showing = inner.showing.lock().unwrap_or_else(PoisonError::into_inner);
    if !inner.last_commit().is_shown {
        return Ok(());
    }
    let snapshot = inner.snapshot();
    let mut shown: Vec<_> = snapshot.segments.iter().map(|segment| segment.reader.segment_id()).collect();
    let mut present = inner.engine.searchable_segment_ids()?;
    shown.sort_unstable();
    present.sort_unstable();
    if shown == present { Ok(()) } else { inner.show(snapshot.position.as_ref(), &snapshot.words) }
}

/// Makes the changes and commits them.
pub(super) fn apply(inner: &Inner, changes: &[IndexChange], position: Option<&Position>) -> Result<(), StoreError> {
    write(inner, |writer| {
        let mut words = Words::new(Arc::clone(&inner.last_commit().words));
        for change in changes {
            match change {
                IndexChange::Put(entry) => {
                    writer.delete_term(inner.fields.product(&entry.code));
                    writer.add_document(inner.fields.document(entry, &mut words))?;
                    words.make_room()?;
                }
                IndexChange::Remove(code) => drop(writer.delete_term(inner.fields.product(code))),
            }
        }
        let words = commit(inner, writer, position, words)?;
        show(inner, position, &words)
    })
}

/// Runs `work` with the writer. A writer that failed is given up, since it may hold half of the changes: what is
/// committed stays.
fn write(inner: &Inner, work: impl FnOnce(&mut IndexWriter) -> Result<(), TantivyError>) -> Result<(), StoreError> {
    let mut slot = inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
    let mut writer = take(inner, &mut slot, Writer::Absent)?;
    work(&mut writer).map_err(StoreError::failed)?;
    *slot = Writer::Ready(writer);
    Ok(())
}

/// Takes the writer out of the slot, or opens one, and leaves `instead` there.
fn take(inner: &Inner, slot: &mut Writer, instead: Writer) -> Result<Box<IndexWriter>, StoreError> {
    let writer = match std::mem::take(slot) {
        Writer::Building => {
            *slot = Writer::Building;
            return Err(StoreError::Busy);
        }
        Writer::Ready(writer) => writer,
        Writer::Absent => open(inner).map_err(StoreError::failed)?,
    };
    *slot = instead;
    Ok(writer)
}

/// An index being built. Nothing of it is committed, so nothing of it is seen, until it is finished.
pub(super) struct Build {
    inner: Arc<Inner>,
    /// With the words of the texts so far; absent while it works, and after it failed.
    writer: Option<(Box<IndexWriter>, Words)>,
    /// All that were put.
    documents: usize,
}

impl Build {
    /// Begins.
    pub(super) fn begin(inner: Arc<Inner>) -> Result<Self, StoreError> {
        let mut slot = inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = take(&inner, &mut slot, Writer::Building)?;
        drop(slot);
        let build = Self { inner, writer: Some((writer, Words::new(Arc::new(Dictionary::empty())))), documents: 0 };
        // Not `delete_all_documents`: that takes effect at once, and a merge that ends right then would commit it.
        let removed = build.writer.as_ref().map(|(writer, _)| {
            writer.set_merge_policy(Box::new(NoMergePolicy));
            writer.delete_query(Box::new(AllQuery))
        });
        removed.transpose().map_err(StoreError::failed)?;
        Ok(build)
    }

    fn taken(&mut self) -> Result<(Box<IndexWriter>, Words), StoreError> {
        self.writer.take().ok_or_else(|| StoreError::failed("the index being built has failed before"))
    }
}

#[async_trait]
impl IndexBuild for Build {
    async fn put(&mut self, entries: Vec<IndexEntry>) -> Result<Vec<Refused>, StoreError> {
        let (writer, mut words) = self.taken()?;
        let fields = self.inner.fields;
        self.documents += entries.len();
        let work = move || {
            for entry in &entries {
                writer.add_document(fields.document(entry, &mut words))?;
                words.make_room()?;
            }
            Ok::<_, TantivyError>((writer, words))
        };
        self.writer = Some(self.inner.blocking(move || work().map_err(StoreError::failed)).await?);
        Ok(Vec::new())
    }

    async fn finish(mut self: Box<Self>, position: Position) -> Result<(), StoreError> {
        let (mut writer, words) = self.taken()?;
        let (inner, own) = (Arc::clone(&self.inner), position.clone());
        let work = move || {
            let words = commit(&inner, &mut writer, Some(&own), words).map_err(StoreError::failed)?;
            Ok((writer, words))
        };
        let (mut writer, words) = self.inner.blocking(work).await?;
        // Not on the way, since each product would be written anew several times, and before anybody sees it: of many
        // segments each would be opened, and make queries slower.
        let parts = if self.documents <= ONE_SEGMENT_DOCUMENTS_MAX { 1 } else { MERGE_THREADS };
        if let Err(error) = merge_all(&self.inner, &mut writer, parts).await {
            tracing::warn!(%error, "the segments of the new index could not be merged; queries take longer");
        }
        let inner = Arc::clone(&self.inner);
        self.inner.blocking(move || show(&inner, Some(&position), &words).map_err(StoreError::failed)).await?;
        writer.set_merge_policy(Box::new(merge_policy()));
        *self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner) = Writer::Ready(writer);
        super::show_merged_later(&self.inner);
        Ok(())
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        // First the writer, with what it has not committed, then the slot: the next writer finds the lock free.
        drop(self.writer.take());
        let mut slot = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*slot, Writer::Building) {
            *slot = Writer::Absent;
        }
    }
}

#[cfg(test)]
mod tests {
    use ecom67_app::search::{ListQuery, ProductIndex};
    use ecom67_domain::Language;
    use ecom67_testkit::product_index::{a_list, an_entry};

    use super::super::TantivyIndex;
    use super::*;

    fn position(number: u64) -> Position {
        Position(number.to_string())
    }

    #[tokio::test]
    async fn what_was_committed_and_not_shown_keeps_its_words_whatever_comes_next() {
        let folder = tempfile::tempdir().unwrap();
        let index = TantivyIndex::open(folder.path()).unwrap();
        let kettle = || an_entry("kettle").named(Language::ENGLISH, "Copper kettle").build();
        index.apply(vec![IndexChange::Put(Box::new(kettle()))], Some(position(1))).await.unwrap();
        let inner = &index.inner;
        let teapot = an_entry("teapot").named(Language::ENGLISH, "Porcelain teapot").build();
        write(inner, |writer| {
            let mut words = Words::new(Arc::clone(&inner.last_commit().words));
            writer.add_document(inner.fields.document(&teapot, &mut words))?;
            commit(inner, writer, Some(&position(2)), words).map(drop)
        })
        .unwrap();
        show_merged(inner).unwrap();
        assert_eq!(index.position().await.unwrap(), Some(position(1)), "it is not shown");
        assert_eq!(index.damaged_files().await.unwrap(), Vec::<std::path::PathBuf>::new());

        index.apply(vec![IndexChange::Put(Box::new(kettle()))], Some(position(3))).await.unwrap();
        drop(index);

        let index = TantivyIndex::open(folder.path()).unwrap();
        assert_eq!(index.position().await.unwrap(), Some(position(3)));
        let query = ListQuery { text: Some("porcelian".to_owned()), ..a_list() };
        assert_eq!(index.list(query).await.unwrap().corrected.as_deref(), Some("porcelain"));
    }
}
