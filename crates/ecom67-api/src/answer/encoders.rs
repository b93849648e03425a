//! Threads that digest and compress bodies: as many as there are cores.
//!
//! Brotli works in megabytes that the allocator then keeps for the thread. On the runtime's threads for blocking work, of
//! which there are as many as requests come at once, that added up to hundreds of megabytes.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tokio::sync::oneshot;

static ENCODERS: LazyLock<Result<ThreadPool, ThreadPoolBuildError>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    ThreadPoolBuilder::new()
        .num_threads(cores)
        .thread_name(|_| "encoder".to_owned())
        // Its hook has told of a panic, and whoever waits for the result learns that there is none.
        .panic_handler(drop)
        .build()
});

/// An answer could not be digested and compressed.
#[derive(Debug, thiserror::Error)]
#[error("an answer could not be compressed")]
pub struct EncodingError;

/// Does `work` on one of the threads.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, EncodingError> {
    let encoders = ENCODERS.as_ref().map_err(|error| {
        tracing::error!(%error, "there are no threads to compress answers");
        EncodingError
    })?;
    let (tell, told) = oneshot::channel();
    encoders.spawn(move || {
        // Whoever asked may have gone away meanwhile: then there is nothing to do.
        if !tell.is_closed() {
            drop(tell.send(work()));
        }
    });
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
