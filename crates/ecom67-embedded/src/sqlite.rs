//! The store of record: one SQLite database, one writer, readers beside it.

mod carts;
mod change_log;
mod check;
mod dead_letters;
mod document_store;
mod gift_cards;
mod legal_texts;
mod maintenance;
mod meters;
mod orders;
mod outbox;
mod product_store;
mod queue;
mod read;
mod recent;
mod search_counts;
mod sent_mails;
mod slugs;
#[cfg(test)]
mod statements;
mod stock_store;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ecom67_app::Clock;
use ecom67_app::port::{StoreError, Subject};
use ecom67_domain::order::WorkflowVersion;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::watch;

pub use change_log::FORGET_MAX;
pub use check::{CheckReport, PROBLEMS_MAX, Problem};
pub use queue::SqliteQueue;
pub use write::{Lane, Unit, UnitError, WriteError, WriterLimits};

use maintenance::{Maintenance, RestartRequest};
use queue::Deliveries;
use read::Readers;
use recent::RecentRecords;
use write::Writer;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// How long a statement waits for a lock. Only a checkpoint can hold one, and briefly.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// So many records are few: they are read without a change of threads.
const FEW_ROWS: usize = 8;

/// How far a commit is driven before it is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The disk has it: survives power loss.
    #[default]
    Full,
    /// The operating system has it: for tests that show what the durability harness finds without it.
    Off,
}

/// Told of each commit before its writers are answered: whoever has read an answer will not see what was cached before.
pub type CommitObserver = Box<dyn Fn(&[Subject]) + Send + Sync>;

/// How a database is opened.
pub struct DatabaseOptions {
    /// The file.
    pub path: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How far a commit is driven.
    pub durability: Durability,
    /// The name of a virtual file system, for tests; the operating system's where absent.
    pub vfs: Option<String>,
    /// How much waits and how much is taken at once.
    pub limits: WriterLimits,
    /// Told of each commit.
    pub observer: Option<CommitObserver>,
    /// About how many bytes of carts and orders are kept in memory as they were written or read last.
    pub recent_bytes_max: u64,
}

/// What is kept in memory where nobody says how much.
const RECENT_BYTES_MAX: u64 = 16 * 1024 * 1024;

impl DatabaseOptions {
    /// The options for a shop.
    pub fn new(path: &Path, clock: Arc<dyn Clock>) -> Self {
        Self {
            path: path.to_owned(),
            clock,
            durability: Durability::Full,
            vfs: None,
            limits: WriterLimits::default(),
            observer: None,
            recent_bytes_max: RECENT_BYTES_MAX,
        }
    }
}

/// The store of record. Cheap to clone: every clone speaks with the same writer.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
    lane: Lane,
}

struct Inner {
    writer: Writer,
    readers: Readers,
    recent: RecentRecords,
    /// The queues to which commits of orders send what they tell, once there are any.
    deliveries: OnceLock<Deliveries>,
    path: PathBuf,
    /// Which change log this is.
    log: String,
    /// Up to where somebody has read the change log, and so need not be told again.
    followed: AtomicI64,
    /// Stopped before the writer's connection goes: dropped in order of declaration, after `writer` has drained.
    _maintenance: Maintenance,
}

/// Why a database did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite refuses.
    #[error("the database {path} cannot be opened")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer release has written it: nothing was touched.
    #[error("the database {path} was written by a newer release: its schema is {schema}, this release knows {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema it has.
        schema: i64,
        /// The newest schema that this release knows.
        known: i64,
    },
    /// The schema cannot be brought up to date: the file is damaged, or not ours.
    #[error("the database {path} cannot be brought to this release's schema")]
    Migration {
        /// The file.
        path: PathBuf,
        /// What the migrations say.
        #[source]
        source: Box<refinery::Error>,
    },
    /// A thread could not be started.
    #[error("a thread could not be started")]
    Thread(#[source] std::io::Error),
}

impl Database {
    /// Opens the database, makes it where it is missing, and brings its schema up to date.
    pub fn open(options: DatabaseOptions) -> Result<Self, OpenError> {
        let sqlite = |source| OpenError::Sqlite { path: options.path.clone(), source };
        let how = How { path: options.path.clone(), vfs: options.vfs.clone(), durability: options.durability };
        let mut connection = how.open(Access::Write).map_err(sqlite)?;
        migrate(&mut connection, &options.path)?;
        let log = change_log::id(&connection).map_err(sqlite)?;
        let restart = RestartRequest::default();
        let writer = Writer::start(connection, options.limits, options.observer, options.clock, restart.clone())
            .map_err(OpenError::Thread)?;
        let maintenance_connection = how.open(Access::Write).map_err(sqlite)?;
        let maintenance = Maintenance::start(maintenance_connection, how.wal(), restart).map_err(OpenError::Thread)?;
        let inner = Inner {
            writer,
            readers: Readers::new(how),
            recent: RecentRecords::new(options.recent_bytes_max),
            deliveries: OnceLock::new(),
            path: options.path,
            log,
            followed: AtomicI64::new(0),
            _maintenance: maintenance,
        };
        Ok(Self { inner: Arc::new(inner), lane: Lane::Interactive })
    }

    /// The versions of the workflow by which orders of a file still go whose schema would be brought up to date by opening it:
    /// a release that lacks one can refuse before it changes anything. None where the file is new or up to date.
    pub fn workflows_before_migration(options: &DatabaseOptions) -> Result<Vec<WorkflowVersion>, OpenError> {
        let path = &options.path;
        let sqlite = |source| OpenError::Sqlite { path: path.clone(), source };
        if !path.exists() {
            return Ok(Vec::new());
        }
        let how = How { path: path.clone(), vfs: options.vfs.clone(), durability: options.durability };
        let connection = how.open(Access::Write).map_err(sqlite)?;
        let counted = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
        let has_workflows = "SELECT COUNT(*) FROM pragma_table_info('orders') WHERE name = 'workflow'";
        // Before orders had it, there was one version alone.
        if counted(has_workflows).map_err(sqlite)? == 0 {
            return Ok(Vec::new());
        }
        let applied = counted("SELECT MAX(version) FROM refinery_schema_history").map_err(sqlite)?;
        let migrations = embedded::migrations::runner();
        let newest = migrations.get_migrations().iter().map(|migration| i64::from(migration.version())).max();
        if newest.is_none_or(|newest| applied >= newest) {
            return Ok(Vec::new());
        }
        orders::open_workflows(&connection).map_err(sqlite)
    }

    /// The same database, for work that must not get in the way of shoppers: imports and repairs.
    #[must_use]
    pub fn bulk(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), lane: Lane::Bulk }
    }

    /// Counts up with each commit that changed something: who follows the change log waits on it.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.writer.commits()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Runs `read` on a connection of its own, which sees one snapshot and cannot write.
    async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.run(read).await
    }

    /// Runs `read` without a change of threads where that can be done. It reads a few rows by their keys and no more, since
    /// nothing else goes on in this thread meanwhile, and each of its statements sees a snapshot of its own.
    async fn read_rows<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.run_here(read).await
    }

    /// Writes that wait for the writer, are in its hands, or are not answered yet.
    pub fn unanswered_writes(&self) -> usize {
        self.inner.writer.unanswered()
    }

    /// Runs `unit` in the writer's next batch. The answer comes when the batch is on the disk.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<Result<T, E>, WriteError>
    where
        T: Send + 'static,
        E: From<UnitError> + Send + 'static,
        F: FnOnce(&mut Unit<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.writer.run(self.lane, unit).await
    }
}

/// Brings the schema up to date, in one transaction.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let runner = embedded::migrations::runner().set_grouped(true);
    let known = runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0);
    let Err(error) = runner.run(connection) else { return Ok(()) };
    Err(match error.kind() {
        refinery::error::Kind::MissingVersion(applied) if i64::from(applied.version()) > known => {
            OpenError::Newer { path: path.to_owned(), schema: i64::from(applied.version()), known }
        }
        _ => OpenError::Migration { path: path.to_owned(), source: Box::new(error) },
    })
}

/// How each connection is opened.
#[derive(Clone, Debug)]
struct How {
    path: PathBuf,
    vfs: Option<String>,
    durability: Durability,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl How {
    fn open(&self, access: Access) -> rusqlite::Result<Connection> {
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs.as_str())?,
            None => Connection::open_with_flags(&self.path, flags)?,
        };
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(128);
        // Plans do not follow the values: else statements over partial indexes are compiled anew for each of them.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if access == Access::Write {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // Our own checkpoints: SQLite's would stall the commit that happens to cross the limit.
            connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        }
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::Off => "OFF",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // On a Mac, where a plain sync leaves it to the drive when to write; elsewhere these change nothing.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // Kibibytes, as a negative number. Mapped memory would cost on a file that grows.
        connection.pragma_update(None, "cache_size", if access == Access::Write { -16_384 } else { -512 })?;
        connection.pragma_update(None, "mmap_size", 0)?;
        Ok(connection)
    }

    fn wal(&self) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push("-wal");
        PathBuf::from(name)
    }
}

/// What a failing statement is to the port's caller.
fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::failed(error)
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over where they end")]
fn unreadable(key: impl Into<String>, reason: impl ToString) -> StoreError {
    StoreError::Unreadable { key: key.into(), reason: reason.to_string() }
}

/// Microseconds since 1970, as times are stored.
fn micros(at: jiff::Timestamp) -> i64 {
    at.as_microsecond()
}

fn timestamp(micros: i64) -> Result<jiff::Timestamp, StoreError> {
    jiff::Timestamp::from_microsecond(micros).map_err(|error| unreadable("a time", error))
}
