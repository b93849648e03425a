//! Threads that digest and compress bodies: as many as there are cores.
//!
//! Brotli works in megabytes that the allocator then keeps for the thread. On the runtime's threads for blocking work, of
//! which there are as many as requests come at once, that added up to hundreds of megabytes.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

static JOBS: LazyLock<Sender<Job>> = LazyLock::new(|| {
    let (jobs, taken) = channel();
    let taken = Arc::new(Mutex::new(taken));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    for _ in 0..cores {
        let taken = Arc::clone(&taken);
        let spawned = std::thread::Builder::new().name("encoder".into()).spawn(move || work(&taken));
        if let Err(error) = spawned {
            tracing::error!(%error, "there is one thread less to compress answers");
        }
    }
    jobs
});

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is not held while the job is done.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A panic has been told by its hook, and whoever waits for the result learns that there is none.
        drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)));
    }
}

/// An answer could not be digested and compressed.
#[derive(Debug, thiserror::Error)]
#[error("an answer could not be compressed")]
pub struct EncodingError;

/// Does `work` on one of the threads.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, EncodingError> {
    let (tell, told) = oneshot::channel();
    // Whoever asked may have gone away meanwhile: then there is nothing to do.
    let job = Box::new(move || {
        if !tell.is_closed() {
            drop(tell.send(work()));
        }
    });
    JOBS.send(job).map_err(|_| EncodingError)?;
    told.await.map_err(|_| EncodingError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_takes_no_thread_with_it() {
        let jobs = (0..64).map(|number| tokio::spawn(run(move || assert!(number % 2 == 0, "as it is meant to"))));

        let mut done = 0;
        for job in jobs.collect::<Vec<_>>() {
            done += usize::from(job.await.unwrap().is_ok());
        }

        assert_eq!(done, 32);
    }
}
