//! The writer: one thread, one connection, many units to a transaction, one sync for all of them.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ecom67_app::Clock;
use ecom67_app::port::{
    AdjustError, CartChangeError, GiftCardIssueError, OrderCommitError, SaveError, StoreError, Subject,
};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use super::maintenance::RestartRequest;
use super::{CommitObserver, micros};

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody waits: taken first, refused at once when too much waits.
    Interactive,
    /// Nobody waits: a slice of each batch, and room is waited for.
    Bulk,
}

/// How much waits and how much is taken at once.
#[derive(Clone, Copy, Debug)]
pub struct WriterLimits {
    /// Units that may wait in the interactive lane.
    pub interactive_waiting_max: usize,
    /// Units that may wait in the bulk lane.
    pub bulk_waiting_max: usize,
    /// Units of one batch.
    pub batch_units_max: usize,
    /// How long the bulk units of one batch may run while somebody else might come.
    pub bulk_slice: Duration,
    /// How long an answer is waited for before the outcome counts as unknown.
    pub answer_timeout: Duration,
}

impl Default for WriterLimits {
    fn default() -> Self {
        Self {
            interactive_waiting_max: 4_096,
            bulk_waiting_max: 1_024,
            batch_units_max: 512,
            bulk_slice: Duration::from_millis(5),
            answer_timeout: Duration::from_secs(30),
        }
    }
}

/// Why a write has no answer of its own.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Too much is waiting.
    #[error("too many writes are waiting")]
    Busy,
    /// The answer did not come in time, or the disk failed while it was asked to keep the batch.
    #[error("the outcome of the write is unknown")]
    OutcomeUnknown,
    /// The batch was not committed: another unit brought the transaction down, or the commit was refused.
    #[error("the write was not committed: {0}")]
    NotCommitted(String),
}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Busy => Self::Busy,
            WriteError::OutcomeUnknown => Self::OutcomeUnknown,
            WriteError::NotCommitted(_) => Self::failed(error),
        }
    }
}

/// What went wrong in a unit that is none of its own refusals.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// A statement failed.
    #[error("a statement failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The unit panicked: a bug. Its writes are undone.
    #[error("the write panicked: {0}")]
    Panicked(String),
}

impl From<UnitError> for StoreError {
    fn from(error: UnitError) -> Self {
        Self::failed(error)
    }
}

impl From<UnitError> for SaveError {
    fn from(error: UnitError) -> Self {
        Self::Store(error.into())
    }
}

impl From<UnitError> for CartChangeError {
    fn from(error: UnitError) -> Self {
        Self::Store(error.into())
    }
}

impl From<UnitError> for OrderCommitError {
    fn from(error: UnitError) -> Self {
        Self::Store(error.into())
    }
}

impl From<UnitError> for GiftCardIssueError {
    fn from(error: UnitError) -> Self {
        Self::Store(error.into())
    }
}

impl From<UnitError> for AdjustError {
    fn from(error: UnitError) -> Self {
        Self::Store(error.into())
    }
}

/// What a unit works with: it sees what earlier units of its batch wrote.
pub struct Unit<'batch> {
    /// The connection, inside a savepoint of the unit's own.
    pub connection: &'batch Connection,
    /// When the batch began.
    pub at: jiff::Timestamp,
    told: &'batch mut Told,
}

/// What is to be told once the batch has come to its end.
#[derive(Default)]
struct Told {
    subjects: Vec<Subject>,
    hearers: Vec<Hearer>,
}

/// Told of the fate of the batch.
type Hearer = Box<dyn FnOnce(Fate)>;

/// What has become of a batch that may be on the disk. One that certainly is not has changed nothing, and is told to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is on the disk.
    Committed,
    /// The disk failed while it was asked to keep the batch.
    Unknown,
}

impl Unit<'_> {
    /// Enters a change into the change log, in this very transaction.
    pub fn changed(&mut self, subject: Subject) -> rusqlite::Result<()> {
        let (name, code) = match &subject {
            Subject::Product(code) => ("product", code.to_string()),
            Subject::Stock(sku) => ("stock", sku.to_string()),
            Subject::Document(key) => (key.kind.as_str(), key.code.clone()),
        };
        self.connection.prepare_cached("INSERT INTO changes (at, subject, code) VALUES (?1, ?2, ?3)")?.execute((
            micros(self.at),
            name,
            code,
        ))?;
        self.told.subjects.push(subject);
        Ok(())
    }

    /// Marks what is made from `subject` as old without entering a change: nobody who follows the log would see a difference.
    pub fn touched(&mut self, subject: Subject) {
        self.told.subjects.push(subject);
    }

    /// Has `hear` told of what becomes of the batch, before anybody is answered. Where the unit is undone or the batch is not
    /// committed, it hears nothing.
    pub(super) fn when_ended(&mut self, hear: impl FnOnce(Fate) + 'static) {
        self.told.hearers.push(Box::new(hear));
    }
}

/// Whether a unit's writes are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Undo,
}

/// What became of the batch a unit was in.
#[derive(Clone)]
enum Outcome {
    Committed,
    Unknown,
    NotCommitted(String),
}

/// What a unit had to do with the fate of its batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It was in it.
    Member,
    /// It brought the batch down.
    Culprit,
}

trait Job: Send {
    fn run(&mut self, unit: &mut Unit<'_>) -> Verdict;
    fn panicked(&mut self, message: String);
    fn answer(self: Box<Self>, outcome: Outcome, part: Part);
}

struct TypedJob<T, E, F> {
    unit: Option<F>,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<Result<T, E>, WriteError>>,
    /// Gives its place in the lane back when the job is done.
    _place: OwnedSemaphorePermit,
}

impl<T, E, F> Job for TypedJob<T, E, F>
where
    T: Send,
    E: From<UnitError> + Send,
    F: FnOnce(&mut Unit<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, unit: &mut Unit<'_>) -> Verdict {
        let Some(write) = self.unit.take() else { return Verdict::Undo };
        let result = write(unit);
        let verdict = if result.is_ok() { Verdict::Keep } else { Verdict::Undo };
        self.result = Some(result);
        verdict
    }

    fn panicked(&mut self, message: String) {
        self.result = Some(Err(UnitError::Panicked(message).into()));
    }

    fn answer(self: Box<Self>, outcome: Outcome, part: Part) {
        let answer = match (outcome, self.result) {
            (Outcome::Committed, Some(result)) => Ok(result),
            // Nothing of it is on the disk, and it is the one that can say why.
            (Outcome::NotCommitted(_), Some(Err(failure))) if part == Part::Culprit => Ok(Err(failure)),
            // Refusals too: one may rest on what an earlier unit of the batch wrote, and that is gone.
            (Outcome::Unknown, _) => Err(WriteError::OutcomeUnknown),
            (Outcome::NotCommitted(reason), _) => Err(WriteError::NotCommitted(reason)),
            (Outcome::Committed, None) => Err(WriteError::NotCommitted("the write was not run".into())),
        };
        // Whoever asked may have gone: then nobody is left to be told.
        drop(self.answer.send(answer));
    }
}

#[derive(Default)]
struct Lanes {
    interactive: VecDeque<Box<dyn Job>>,
    bulk: VecDeque<Box<dyn Job>>,
    closed: bool,
}

struct Shared {
    lanes: Mutex<Lanes>,
    arrived: Condvar,
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        // Jobs run outside the lock, so nothing can be left half-done in it.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct Writer {
    shared: Arc<Shared>,
    interactive_places: Arc<Semaphore>,
    bulk_places: Arc<Semaphore>,
    limits: WriterLimits,
    commits: watch::Receiver<u64>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        limits: WriterLimits,
        observer: Option<CommitObserver>,
        clock: Arc<dyn Clock>,
        restart: RestartRequest,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { lanes: Mutex::default(), arrived: Condvar::new() });
        let (committed, commits) = watch::channel(0);
        let worker = Worker { connection, shared: Arc::clone(&shared), limits, observer, clock, restart, committed };
        let thread = std::thread::Builder::new().name("sqlite-writer".into()).spawn(move || worker.work())?;
        Ok(Self {
            shared,
            interactive_places: Arc::new(Semaphore::new(limits.interactive_waiting_max)),
            bulk_places: Arc::new(Semaphore::new(limits.bulk_waiting_max)),
            limits,
            commits,
            thread: Some(thread),
        })
    }

    pub(super) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    pub(super) fn unanswered(&self) -> usize {
        let interactive = self.limits.interactive_waiting_max - self.interactive_places.available_permits();
        interactive + self.limits.bulk_waiting_max - self.bulk_places.available_permits()
    }

    pub(super) async fn run<T, E, F>(&self, lane: Lane, unit: F) -> Result<Result<T, E>, WriteError>
    where
        T: Send + 'static,
        E: From<UnitError> + Send + 'static,
        F: FnOnce(&mut Unit<'_>) -> Result<T, E> + Send + 'static,
    {
        let place = match lane {
            Lane::Interactive => {
                Arc::clone(&self.interactive_places).try_acquire_owned().map_err(|_| WriteError::Busy)?
            }
            Lane::Bulk => {
                let place = Arc::clone(&self.bulk_places).acquire_owned();
                match tokio::time::timeout(self.limits.answer_timeout, place).await {
                    Ok(Ok(place)) => place,
                    Ok(Err(_)) | Err(_) => return Err(WriteError::Busy),
                }
            }
        };
        let (answer, answered) = oneshot::channel();
        let job = Box::new(TypedJob { unit: Some(unit), result: None, answer, _place: place });
        let was_empty = {
            let mut lanes = self.shared.lanes();
            if lanes.closed {
                return Err(WriteError::NotCommitted("the database is closed".into()));
            }
            let was_empty = lanes.interactive.is_empty() && lanes.bulk.is_empty();
            match lane {
                Lane::Interactive => lanes.interactive.push_back(job),
                Lane::Bulk => lanes.bulk.push_back(job),
            }
            was_empty
        };
        // The writer sleeps only where nothing waits.
        if was_empty {
            self.shared.arrived.notify_one();
        }
        match tokio::time::timeout(self.limits.answer_timeout, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(WriteError::OutcomeUnknown),
        }
    }
}

impl Drop for Writer {
    /// Takes no more, finishes what waits, and ends.
    fn drop(&mut self) {
        self.shared.lanes().closed = true;
        self.shared.arrived.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer's thread panicked");
        }
    }
}

struct Worker {
    connection: Connection,
    shared: Arc<Shared>,
    limits: WriterLimits,
    observer: Option<CommitObserver>,
    clock: Arc<dyn Clock>,
    restart: RestartRequest,
    committed: watch::Sender<u64>,
}

impl Worker {
    fn work(self) {
        while self.wait_for_work() {
            self.batch();
            if self.restart.take() {
                self.fold_in_the_rest();
            }
        }
        if let Err(error) = self.connection.execute_batch("PRAGMA optimize") {
            tracing::warn!(%error, "the database's statistics were not brought up to date");
        }
    }

    /// Folds in the few pages since the last checkpoint: as nobody else writes, that is all, and the next commit begins
    /// the log anew.
    fn fold_in_the_rest(&self) {
        if let Err(error) = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(())) {
            tracing::warn!(%error, "a checkpoint failed");
        }
    }

    /// Returns whether there is something to do; if not, the database is closing.
    fn wait_for_work(&self) -> bool {
        let mut lanes = self.shared.lanes();
        loop {
            if !lanes.interactive.is_empty() || !lanes.bulk.is_empty() {
                return true;
            }
            if lanes.closed {
                return false;
            }
            lanes = self.shared.arrived.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next job of the batch: interactive ones first, bulk ones while their slice lasts. Where nobody else waits, a
    /// bulk one begins the batch however late it is, or none might ever run.
    fn next_job(&self, is_first: bool, bulk_until: Instant) -> Option<Box<dyn Job>> {
        let mut lanes = self.shared.lanes();
        if let Some(job) = lanes.interactive.pop_front() {
            return Some(job);
        }
        if is_first || Instant::now() < bulk_until { lanes.bulk.pop_front() } else { None }
    }

    fn batch(&self) {
        let started = Instant::now();
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            tracing::error!(%error, "a transaction cannot be begun");
            return self.refuse_all_waiting(&error.to_string());
        }
        let mut done: Vec<Box<dyn Job>> = Vec::new();
        let mut told = Told::default();
        let at = self.clock.now();
        let mut torn = false;
        while done.len() < self.limits.batch_units_max
            && let Some(mut job) = self.next_job(done.is_empty(), started + self.limits.bulk_slice)
        {
            let result = self.run_in_savepoint(job.as_mut(), &mut told, at);
            done.push(job);
            // SQLITE_FULL, an interrupt and ON CONFLICT ROLLBACK end the whole transaction. The next savepoint would
            // open one of its own and commit alone: so nobody else may run.
            if let Err(error) = result {
                tracing::error!(%error, "a savepoint failed; the batch is given up");
                torn = true;
            }
            if torn || self.connection.is_autocommit() {
                torn = true;
                break;
            }
        }
        let outcome = if torn { self.give_up() } else { self.commit() };
        metrics::histogram!("ecom67_writer_batch_units").record(u32::try_from(done.len()).unwrap_or(u32::MAX));
        metrics::histogram!("ecom67_writer_batch_seconds").record(started.elapsed().as_secs_f64());
        self.tell(told, &outcome);
        let culprit = if torn { done.pop() } else { None };
        for job in done {
            job.answer(outcome.clone(), Part::Member);
        }
        if let Some(job) = culprit {
            job.answer(outcome, Part::Culprit);
        }
    }

    /// Tells what the batch has changed, before its writers are answered: whoever has read an answer does not see what was
    /// kept in memory before.
    fn tell(&self, Told { subjects, hearers }: Told, outcome: &Outcome) {
        let fate = match outcome {
            Outcome::Committed => Fate::Committed,
            Outcome::Unknown => Fate::Unknown,
            Outcome::NotCommitted(_) => return,
        };
        for hear in hearers {
            // As below.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| hear(fate))) {
                tracing::error!(panic = panic_message(panic.as_ref()), "what was committed could not be remembered");
            }
        }
        if subjects.is_empty() {
            return;
        }
        if let Some(observer) = &self.observer {
            // The batch is on the disk, or may be: somebody else's mistake must not keep its writers from hearing so.
            let told = catch_unwind(AssertUnwindSafe(|| observer(&subjects)));
            if let Err(panic) = told {
                tracing::error!(panic = panic_message(panic.as_ref()), "an observer of commits panicked");
            }
        }
        if fate == Fate::Committed {
            self.committed.send_modify(|count| *count += 1);
        }
    }

    fn run_in_savepoint(&self, job: &mut dyn Job, told: &mut Told, at: jiff::Timestamp) -> rusqlite::Result<()> {
        let (subjects_before, hearers_before) = (told.subjects.len(), told.hearers.len());
        self.execute("SAVEPOINT unit")?;
        let mut unit = Unit { connection: &self.connection, at, told };
        let verdict = catch_unwind(AssertUnwindSafe(|| job.run(&mut unit))).unwrap_or_else(|panic| {
            job.panicked(panic_message(panic.as_ref()));
            Verdict::Undo
        });
        if self.connection.is_autocommit() {
            return Ok(());
        }
        if verdict == Verdict::Undo {
            told.subjects.truncate(subjects_before);
            told.hearers.truncate(hearers_before);
            self.execute("ROLLBACK TO unit")?;
        }
        self.execute("RELEASE unit")
    }

    /// Runs a statement that is run again and again, without reading its words anew.
    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute(()).map(drop)
    }

    fn commit(&self) -> Outcome {
        let Err(error) = self.execute("COMMIT") else { return Outcome::Committed };
        tracing::error!(%error, "a batch was not committed");
        let disk_failed = error.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure);
        self.give_up();
        if disk_failed { Outcome::Unknown } else { Outcome::NotCommitted(error.to_string()) }
    }

    /// Leaves no transaction open.
    fn give_up(&self) -> Outcome {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction cannot be rolled back");
        }
        Outcome::NotCommitted("the transaction was rolled back".into())
    }

    fn refuse_all_waiting(&self, reason: &str) {
        let mut lanes = self.shared.lanes();
        let waiting: Vec<_> = {
            let Lanes { interactive, bulk, .. } = &mut *lanes;
            interactive.drain(..).chain(bulk.drain(..)).collect()
        };
        drop(lanes);
        for job in waiting {
            job.answer(Outcome::NotCommitted(reason.to_owned()), Part::Member);
        }
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
