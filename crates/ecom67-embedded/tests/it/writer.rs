//! The writer: many units to a transaction, one sync for all of them, and what must not go wrong with that.

mod answers;
mod batches;
mod lanes;
mod log;
mod torn;

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use ecom67_app::port::Subject;
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{Unit, UnitError, WriteError};
use tokio::sync::oneshot;

use crate::shop::{TempShop, changes, code};

/// What comes back from a write of a note.
type Answer = Result<Result<(), UnitError>, WriteError>;

/// A write that waits for its answer.
type Waiting = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Queues a write without waiting for it, so that the order of several is certain.
fn queue<F>(database: &Database, unit: F) -> Waiting
where
    F: FnOnce(&mut Unit<'_>) -> Result<(), UnitError> + Send + 'static,
{
    let database = database.clone();
    let mut waiting: Waiting = Box::pin(async move { database.write(unit).await });
    assert!(answer_so_far(&mut waiting).is_none(), "the write was answered before it ran");
    waiting
}

fn answer_so_far(waiting: &mut Waiting) -> Option<Answer> {
    match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    }
}

/// A write that stays in the writer's hands until it is released.
struct Held {
    entered: oneshot::Receiver<()>,
    release: mpsc::Sender<()>,
    waiting: Waiting,
}

impl Held {
    fn queue(database: &Database) -> Self {
        let (enter, entered) = oneshot::channel();
        let (release, released) = mpsc::channel();
        let waiting = queue(database, move |_| {
            enter.send(()).unwrap();
            // An error means that the test has failed and let go.
            released.recv().unwrap_or_default();
            Ok(())
        });
        Self { entered, release, waiting }
    }

    /// Holds the writer from now on: what is queued waits until [`Self::release`] and is then of the same batch.
    async fn now(database: &Database) -> Self {
        let mut held = Self::queue(database);
        held.entered().await;
        held
    }

    async fn entered(&mut self) {
        (&mut self.entered).await.expect("the writer comes to it");
    }

    /// Lets the writer go on.
    fn release(self) {
        self.release.send(()).expect("the writer waits for it");
    }

    /// Lets the writer go on, and waits for the answer to the write that held it.
    async fn release_and_wait(self) -> Answer {
        self.release.send(()).expect("the writer waits for it");
        self.waiting.await
    }
}

/// Writes a note: a row of its own, which the change log tells of.
fn note(unit: &mut Unit<'_>, text: &str) -> Result<(), UnitError> {
    unit.connection.execute("INSERT INTO notes (text) VALUES (?1)", (text,))?;
    Ok(unit.changed(Subject::Product(code(text)))?)
}

/// A unit that writes a note.
fn noting(text: &str) -> impl FnOnce(&mut Unit<'_>) -> Result<(), UnitError> + Send + use<> {
    let text = text.to_owned();
    move |unit| note(unit, &text)
}

/// The rule by which a unit refuses in these tests.
fn refusal() -> UnitError {
    UnitError::Sqlite(rusqlite::Error::QueryReturnedNoRows)
}

impl TempShop {
    /// Makes the table that these tests write to.
    fn with_notes(self) -> Self {
        self.beside().execute_batch("CREATE TABLE notes (text TEXT NOT NULL PRIMARY KEY) STRICT").unwrap();
        self
    }

    /// The notes that another program sees.
    fn notes(&self) -> Vec<String> {
        notes_in(&self.beside())
    }

    /// The notes that the change log tells of.
    async fn told(&self) -> Vec<String> {
        let changes = changes(&self.database).await;
        changes.iter().map(subject_name).collect()
    }
}

fn notes_in(connection: &rusqlite::Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT text FROM notes ORDER BY rowid").unwrap();
    statement.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn subject_name(subject: &Subject) -> String {
    match subject {
        Subject::Product(code) => code.to_string(),
        Subject::Stock(sku) => sku.to_string(),
        Subject::Document(key) => key.to_string(),
    }
}
