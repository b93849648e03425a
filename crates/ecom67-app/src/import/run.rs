//! One import from beginning to end.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use ecom67_domain::ProductCode;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;

use super::checkpoint::{Checkpoint, CheckpointStore, NoCheckpoints};
use super::flight::{Boarding, Flight};
use super::ledger::Ledger;
use super::picture::{FolderPictures, NoPictures, PictureSource};
use super::progress::{Cancel, Meter, Progress};
use super::reader::{Chunk, Reader};
use super::report::{Problem, ReportFile};
use super::rows::{Lane, RowResult, StockPriceRow, Unit, Work};
use super::save::{Done, Patience, Saver};
use super::source::{SourceFile, identity};
use super::{ImportError, ImportReport, ImportRequest, Importer, dry};
use crate::port::{MediaStore, StoreError};
use crate::shop::Shop;

/// A checkpoint is made when so many rows are done since the last.
const CHECKPOINT_ROWS: u64 = 1_000;
/// A checkpoint is made when so much time has passed since the last.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);
/// The most chunks that wait between the reader and the store.
const CHUNKS_WAITING_MAX: usize = 2;
/// How many SKUs are looked up at once.
const LOOKUPS_AT_ONCE: usize = 64;

/// Imports what is asked for. The report tells what became of each row; an error, why it had to end early.
pub async fn run(
    importer: &Importer,
    request: ImportRequest,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<ImportReport, ImportError> {
    let ready = prepare(importer, request).await?;
    let Prepared { files, shop, saver, checkpoints, source, earlier, request } = ready;
    let report = ReportFile::open(request.report.as_deref(), earlier.as_ref().map(|earlier| earlier.report_bytes));
    let bytes_read = Arc::new(AtomicU64::new(0));
    let bytes_total = files.iter().map(|file| file.bytes).sum();
    let names = files.iter().map(|file| file.name.clone()).collect();
    let (sender, chunks) = mpsc::channel(CHUNKS_WAITING_MAX);
    let reader = Reader {
        files,
        start: earlier.as_ref().map(|earlier| earlier.place).unwrap_or_default(),
        mapper: request.format.mapper(&shop, importer.catalog.clock.now()),
        chunks: sender,
        bytes_read: Arc::clone(&bytes_read),
    };
    let mut run = Run {
        ledger: Ledger::new(report.map_err(ImportError::Report)?, names, earlier.as_ref()),
        meter: Meter::new(progress, bytes_read, bytes_total),
        flight: Flight::new(Arc::clone(&saver), shop),
        saver,
        checkpoints,
        source,
        checkpointed: Instant::now(),
        cancel,
    };
    // From here on a crash is gone on from, with the same tokens.
    run.checkpoint().await.map_err(|stop| match stop {
        Stop::Store(error) => ImportError::Unready(error),
        Stop::Other(error) => error,
    })?;
    let reading = tokio::task::spawn_blocking(move || reader.run());
    let ended = run.take_all(chunks).await;
    if let Err(error) = reading.await
        && let Ok(panic) = error.try_into_panic()
    {
        // A reader that died must not look like a file that ended.
        std::panic::resume_unwind(panic);
    }
    if !request.dry_run
        && let Err(error) = importer.shop.refresh(importer.catalog.documents.as_ref()).await
    {
        tracing::warn!(%error, "the shop in memory was not read again after an import");
    }
    run.finish(&request, earlier.as_ref(), ended).await
}

struct Prepared {
    files: Vec<SourceFile>,
    shop: Shop,
    saver: Arc<Saver>,
    checkpoints: Arc<dyn CheckpointStore>,
    source: String,
    earlier: Option<Checkpoint>,
    request: ImportRequest,
}

async fn prepare(importer: &Importer, request: ImportRequest) -> Result<Prepared, ImportError> {
    let (source, format) = (request.source.clone(), request.format);
    let (folder, files) = blocking(move || (source.folder(), source.files(format))).await?;
    let files = files?;
    let name = identity(&files, &format!("{} set_stock={}", format.as_str(), request.set_stock));
    let shop = Shop::load(importer.catalog.documents.as_ref()).await.map_err(ImportError::Unready)?;
    let checkpoints: Arc<dyn CheckpointStore> =
        if request.dry_run { Arc::new(NoCheckpoints) } else { Arc::clone(&importer.checkpoints) };
    let earlier = checkpoints.load().await.map_err(ImportError::Unready)?.filter(|earlier| earlier.source == name);
    let began = importer.catalog.clock.now().as_microsecond();
    let run = earlier.as_ref().map_or_else(|| format!("import:{name}:{began}"), |earlier| earlier.run.clone());
    let (catalog, media): (_, Arc<dyn MediaStore>) = if request.dry_run {
        (dry::catalog(&importer.catalog), Arc::new(dry::DryMedia { real: Arc::clone(&importer.media) }))
    } else {
        (importer.catalog.clone(), Arc::clone(&importer.media))
    };
    let pictures: Arc<dyn PictureSource> = match (&request.pictures, folder) {
        (Some(pictures), _) => Arc::clone(pictures),
        (None, Some(folder)) => Arc::new(FolderPictures::new(folder)),
        (None, None) => Arc::new(NoPictures),
    };
    let saver = Arc::new(Saver::new(catalog, media, pictures, run, request.set_stock));
    Ok(Prepared { files, shop, saver, checkpoints, source: name, earlier, request })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ImportError> {
    let joined = tokio::task::spawn_blocking(work).await;
    joined.map_err(|error| ImportError::Unready(StoreError::failed(error)))
}

/// Why no further row is taken.
enum Stop {
    Store(StoreError),
    Other(ImportError),
}

impl From<ImportError> for Stop {
    fn from(error: ImportError) -> Self {
        Self::Other(error)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Other(ImportError::Report(error))
    }
}

struct Run<'run> {
    ledger: Ledger,
    meter: Meter<'run>,
    flight: Flight,
    saver: Arc<Saver>,
    checkpoints: Arc<dyn CheckpointStore>,
    source: String,
    checkpointed: Instant,
    cancel: &'run Cancel,
}

impl Run<'_> {
    /// Takes chunk after chunk, until there are none or something stops it; then waits for what is under way.
    async fn take_all(&mut self, mut chunks: mpsc::Receiver<Result<Chunk, ImportError>>) -> Result<(), Stop> {
        let mut ended = self.take_chunks(&mut chunks).await;
        drop(chunks);
        while let Some(done) = self.flight.land().await {
            let closed = self.close(done);
            if ended.is_ok() {
                ended = match closed {
                    Ok(()) => self.look_up().await,
                    Err(stop) => Err(stop),
                };
            }
        }
        ended
    }

    async fn take_chunks(&mut self, chunks: &mut mpsc::Receiver<Result<Chunk, ImportError>>) -> Result<(), Stop> {
        loop {
            let chunk = if self.flight.is_empty() {
                chunks.recv().await
            } else {
                tokio::select! {
                    chunk = chunks.recv() => chunk,
                    Some(done) = self.flight.land() => {
                        self.close(done)?;
                        self.look_up().await?;
                        continue;
                    }
                }
            };
            match chunk {
                None => return Ok(()),
                Some(Err(error)) => return Err(error.into()),
                Some(Ok(chunk)) => self.take(chunk).await?,
            }
            if self.cancel.is_requested() {
                return Ok(());
            }
        }
    }

    async fn take(&mut self, chunk: Chunk) -> Result<(), Stop> {
        self.meter.tell_now_and_then(self.ledger.counts().rows, self.ledger.counts().refused);
        let mut counted = Vec::new();
        for mut row in chunk {
            let is_refused = row.problems.iter().any(Problem::is_refusal);
            let ticket = self.ledger.open(&mut row);
            let (Some(lane), false) = (row.work.lane(), is_refused) else {
                self.ledger.close(ticket, RowResult::Refused, Vec::new())?;
                continue;
            };
            let unit = match row.work {
                Work::Document(document) => Unit::Document { ticket, document },
                Work::Product(product) => Unit::Product { ticket, product },
                Work::StockPrice(stock_price) => {
                    counted.push((ticket, stock_price));
                    continue;
                }
                Work::Nothing => continue,
            };
            self.start(lane, unit, row.bytes).await?;
            if self.cancel.is_requested() {
                return Ok(());
            }
        }
        self.take_stock_prices(counted).await
    }

    /// Groups rows by product, so that each product is saved once.
    async fn take_stock_prices(&mut self, rows: Vec<(u64, StockPriceRow)>) -> Result<(), Stop> {
        let products = Arc::clone(&self.saver.catalog.products);
        let mut found = stream::iter(rows)
            .map(|(ticket, row)| {
                let products = Arc::clone(&products);
                async move {
                    let mut patience = Patience::default();
                    loop {
                        match products.find_by_sku(&row.sku).await {
                            Err(error) if patience.lasts(&error).await => {}
                            code => return (ticket, row, code),
                        }
                    }
                }
            })
            .buffered(LOOKUPS_AT_ONCE);
        let mut groups: Vec<(ProductCode, Vec<(u64, StockPriceRow)>)> = Vec::new();
        let mut unknown = Vec::new();
        while let Some((ticket, row, code)) = found.next().await {
            let Some(code) = code.map_err(Stop::Store)? else {
                let problem = Problem::refused("sku", "sku_unknown", "the SKU of a variant that exists");
                unknown.push((ticket, problem.with_sku(row.sku.as_str())));
                continue;
            };
            match groups.iter_mut().rev().find(|(known, _)| *known == code) {
                Some((_, rows)) => rows.push((ticket, row)),
                None => groups.push((code, vec![(ticket, row)])),
            }
        }
        drop(found);
        for (ticket, problem) in unknown {
            self.ledger.close(ticket, RowResult::Refused, vec![problem])?;
        }
        for (code, rows) in groups {
            self.start(Lane::StockPrice, Unit::StockPrices { code, rows }, 0).await?;
        }
        Ok(())
    }

    async fn start(&mut self, lane: Lane, unit: Unit, bytes: usize) -> Result<(), Stop> {
        let boarding = Boarding::new(lane, unit, bytes);
        while !self.flight.has_room_for(&boarding)
            && let Some(done) = self.flight.land().await
        {
            self.close(done)?;
            self.look_up().await?;
        }
        self.flight.start(boarding);
        Ok(())
    }

    fn close(&mut self, done: Done) -> Result<(), Stop> {
        for (ticket, result, problems) in done.rows {
            self.ledger.close(ticket, result, problems)?;
        }
        done.stop.map_or(Ok(()), |error| Err(Stop::Store(error)))
    }

    /// Tells how far it is and makes a checkpoint, where it is time.
    async fn look_up(&mut self) -> Result<(), Stop> {
        let counts = self.ledger.counts();
        self.meter.tell_now_and_then(counts.rows, counts.refused);
        let closed = self.ledger.closed_since_checkpoint();
        let is_time = closed >= CHECKPOINT_ROWS || (closed > 0 && self.checkpointed.elapsed() >= CHECKPOINT_INTERVAL);
        if is_time { self.checkpoint().await } else { Ok(()) }
    }

    async fn checkpoint(&mut self) -> Result<(), Stop> {
        let checkpoint = self.ledger.checkpoint(&self.source, &self.saver.run)?;
        self.checkpointed = Instant::now();
        self.checkpoints.save(&checkpoint).await.map_err(Stop::Store)
    }

    async fn finish(
        mut self,
        request: &ImportRequest,
        earlier: Option<&Checkpoint>,
        ended: Result<(), Stop>,
    ) -> Result<ImportReport, ImportError> {
        let cancelled = ended.is_ok() && self.cancel.is_requested();
        let (rows, refused) = (self.ledger.counts().rows, self.ledger.counts().refused);
        self.meter.tell(rows, refused);
        let noted = if ended.is_ok() && !cancelled {
            self.checkpoints.clear().await.map_err(Stop::Store)
        } else {
            self.checkpoint().await
        };
        let duration = self.meter.elapsed();
        let (counts, definitions, samples) = self.ledger.into_parts().map_err(ImportError::Report)?;
        let report = ImportReport {
            format: request.format,
            dry_run: request.dry_run,
            cancelled,
            resumed_at_row: earlier.map(|earlier| earlier.counts.rows).filter(|rows| *rows > 0),
            counts,
            definitions,
            samples,
            duration,
        };
        // Why it ended says more than that the note of it failed as well.
        match ended.and(noted) {
            Ok(()) => Ok(report),
            Err(Stop::Store(source)) => Err(ImportError::Store { report: Box::new(report), source }),
            Err(Stop::Other(error)) => Err(error),
        }
    }
}
