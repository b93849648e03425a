//! How far an import is, and how to stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProgressState {
    /// Rows that are done, an interrupted earlier run's included.
    pub rows: u64,
    /// Rows of these that were refused.
    pub refused: u64,
    /// Bytes read of the source, as they lie on the disk.
    pub bytes_read: u64,
    /// Bytes of the source.
    pub bytes_total: u64,
    /// How long this run has been going.
    pub elapsed: Duration,
    /// Rows a second, on the average of this run.
    pub rows_per_second: f64,
    /// How long it will take still, once there is something to tell by.
    pub time_left: Option<Duration>,
}

/// Is told how far an import is, a few times a second and once in the end. Must not block.
pub trait Progress: Send + Sync {
    /// How far it is now.
    fn update(&self, state: &ProgressState);
}

/// Looks away.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn update(&self, _: &ProgressState) {}
}

/// Asks an import to stop: it finishes what is under way, notes how far it came, and reports.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks it to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often progress is told.
const INTERVAL: Duration = Duration::from_millis(100);

/// Counts what is needed to tell.
pub(super) struct Meter<'run> {
    progress: &'run dyn Progress,
    bytes_read: Arc<AtomicU64>,
    bytes_total: u64,
    started: Instant,
    /// What had been done and read when the first new row came: skipping over old ones says nothing of the pace.
    base: Option<(u64, u64, Instant)>,
    told: Option<Instant>,
}

impl<'run> Meter<'run> {
    pub(super) fn new(progress: &'run dyn Progress, bytes_read: Arc<AtomicU64>, bytes_total: u64) -> Self {
        Self { progress, bytes_read, bytes_total, started: Instant::now(), base: None, told: None }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn tell_now_and_then(&mut self, rows: u64, refused: u64) {
        if self.told.is_none_or(|told| told.elapsed() >= INTERVAL) {
            self.tell(rows, refused);
        }
    }

    pub(super) fn tell(&mut self, rows: u64, refused: u64) {
        let now = Instant::now();
        let bytes_read = self.bytes_read.load(Ordering::Relaxed);
        let (rows_before, bytes_before, began) = *self.base.get_or_insert((rows, bytes_read, now));
        let seconds = now.duration_since(began).as_secs_f64();
        let rate = |count: u64| if seconds > 0.0 { lossy(count) / seconds } else { 0.0 };
        let bytes_rate = rate(bytes_read.saturating_sub(bytes_before));
        let bytes_left = self.bytes_total.saturating_sub(bytes_read);
        let time_left = (bytes_rate > 0.0).then(|| lossy(bytes_left) / bytes_rate);
        self.told = Some(now);
        self.progress.update(&ProgressState {
            rows,
            refused,
            bytes_read: bytes_read.min(self.bytes_total),
            bytes_total: self.bytes_total,
            elapsed: self.started.elapsed(),
            rows_per_second: rate(rows.saturating_sub(rows_before)),
            time_left: time_left.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people's eyes")]
fn lossy(count: u64) -> f64 {
    count as f64
}
