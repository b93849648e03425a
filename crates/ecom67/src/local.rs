//! A shop on this machine, put together: the one place where adapters are chosen.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use ecom67_api::answer::AnswerCache;
use ecom67_api::route::{BuildProgress, Readiness};
use ecom67_app::carts::Carts;
use ecom67_app::catalog::Catalog;
use ecom67_app::checkouts::{Checkouts, CurrentLegalTexts, OpenOrderLimits};
use ecom67_app::gift_cards::GiftCards;
use ecom67_app::goods::Goods;
use ecom67_app::ids::SystemIds;
use ecom67_app::import::Importer;
use ecom67_app::indexing::{IndexFeed, Indexer};
use ecom67_app::orders::workflow::Workflows;
use ecom67_app::orders::{KnownPayments, MissingWorkflows, Orders, Wake};
use ecom67_app::port::{Handler, Queue, QueueLimits, QueueName, SentMails, Subject};
use ecom67_app::relay::Relay;
use ecom67_app::search::GuardedIndex;
use ecom67_app::search_log::{SearchLog, SearchLogLimits};
use ecom67_app::shop::ShopCache;
use ecom67_app::worker::{Worker, WorkerLimits};
use ecom67_app::{Chain, Clock, SystemClock, stopped};
use ecom67_domain::OrderId;
use ecom67_embedded::checkpoint::FileCheckpoints;
use ecom67_embedded::index::TantivyIndex;
use ecom67_embedded::media::FolderMediaStore;
use ecom67_embedded::sqlite::{DatabaseOptions, SqliteQueue};
use ecom67_embedded::{DataFolder, Database};
use jiff::SignedDuration;
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::task::JoinHandle;

use crate::payments::{PaymentOptions, Payments};

/// What a shop is made with.
#[derive(Clone, Debug)]
pub(crate) struct ShopOptions {
    /// How many bytes of answers are kept.
    pub(crate) answer_cache_bytes: u64,
    /// How long goods are held that are not paid for.
    pub(crate) hold: SignedDuration,
    /// How many orders may hold goods at once that are not paid for.
    pub(crate) open_orders: OpenOrderLimits,
    /// Who charges cards.
    pub(crate) payments: PaymentOptions,
}

impl ShopOptions {
    /// A shop that answers no requests and takes no orders: for commands on its folder.
    pub(crate) const fn for_commands(payments: PaymentOptions) -> Self {
        let open_orders = OpenOrderLimits::DEFAULT;
        Self { answer_cache_bytes: 1, hold: SignedDuration::ZERO, open_orders, payments }
    }
}

/// A shop on this machine. The folder is held as long as this value lives.
pub(crate) struct LocalShop {
    /// What the shop consists of.
    pub(crate) folder: DataFolder,
    /// The store of record.
    pub(crate) database: Database,
    /// The reference data in memory.
    pub(crate) shop: Arc<ShopCache>,
    /// The index itself.
    pub(crate) index: Arc<TantivyIndex>,
    /// Lists and search, as they are served: by the index, and until it is built by the store as far as that can.
    pub(crate) lists: Arc<GuardedIndex>,
    /// Whether the shop can serve, and how far a build of its index is.
    pub(crate) readiness: Readiness,
    /// Pictures.
    pub(crate) media: Arc<FolderMediaStore>,
    /// Answers that are kept.
    pub(crate) answers: Arc<AnswerCache>,
    /// Feeds the index.
    pub(crate) indexer: Arc<Indexer>,
    /// What is searched and looked at.
    pub(crate) search_log: Arc<SearchLog>,
    /// Makes, changes and orders carts.
    pub(crate) checkouts: Checkouts,
    /// Who charges cards.
    pub(crate) payments: Payments,
    /// Where is heard that something is to be done for an order; taken by whoever does it.
    woken: std::sync::Mutex<Option<mpsc::Receiver<OrderId>>>,
    /// What is to be done beside the requests.
    pub(crate) queue: Arc<dyn Queue>,
    /// Publishes what happens to orders.
    relay: Relay,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Held by the import that is under way: there is one place to note how far it came.
    pub(crate) importing: Mutex<()>,
    checkpoints: Arc<FileCheckpoints>,
    documents_changed: Arc<Notify>,
}

/// Opens the database, unless its schema would be brought up to date for a release that lacks the workflow of an order: the
/// release that has it may not read the file any more then.
fn open_database(options: DatabaseOptions) -> anyhow::Result<Database> {
    let mut missing = Database::workflows_before_migration(&options)?;
    missing.retain(|version| Workflows::default().of(*version).is_none());
    if !missing.is_empty() {
        return Err(MissingWorkflows(missing).into());
    }
    Ok(Database::open(options)?)
}

impl LocalShop {
    /// Holds the folder and opens everything in it; what is missing is made.
    pub(crate) async fn open(folder: DataFolder, options: &ShopOptions) -> anyhow::Result<Self> {
        let ShopOptions { answer_cache_bytes, hold, ref payments, .. } = *options;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let answers = Arc::new(AnswerCache::new(answer_cache_bytes));
        let documents_changed = Arc::new(Notify::new());
        let observer = {
            let (answers, documents_changed) = (Arc::clone(&answers), Arc::clone(&documents_changed));
            move |subjects: &[Subject]| {
                answers.changes.committed(subjects);
                if subjects.iter().any(|subject| matches!(subject, Subject::Document(_))) {
                    documents_changed.notify_one();
                }
            }
        };
        let mut of_database = DatabaseOptions::new(&folder.database(), Arc::clone(&clock));
        of_database.observer = Some(Box::new(observer));
        of_database.recent_bytes_max = answer_cache_bytes / RECENT_PER_ANSWERS;
        let database = open_database(of_database)?;
        let shop = {
            let answers = Arc::clone(&answers);
            // Marked here, for the indexer and an import read the shop again as well.
            Arc::new(ShopCache::load(&database).await?.telling(move || answers.changes.shop_changed()))
        };
        let index = Arc::new(TantivyIndex::open(&folder.index())?);
        let media = FolderMediaStore::open(&folder.media()).context("the folder of the pictures cannot be opened")?;
        let checkpoints =
            FileCheckpoints::open(&folder.checkpoints()).context("the folder of the imports cannot be opened")?;
        let store = Arc::new(database.bulk());
        let lists = GuardedIndex::in_process(
            Arc::clone(&index) as _,
            Arc::clone(&store) as _,
            Arc::clone(&store) as _,
            Arc::clone(&shop),
            Arc::clone(&clock),
        );
        let indexer = Arc::new(Indexer::new(IndexFeed {
            products: Arc::clone(&store) as _,
            stock: Arc::clone(&store) as _,
            documents: Arc::clone(&store) as _,
            log: Arc::clone(&store) as _,
            dead_letters: store,
            shop: Arc::clone(&shop),
            index: Arc::clone(&index) as _,
            clock: Arc::clone(&clock),
        }));
        // In the lane of what nobody waits for: an order never waits for statistics.
        let counts = Arc::new(database.bulk());
        let search_log = SearchLog::new(counts, Arc::clone(&clock), SearchLogLimits::default());
        let store = Arc::new(database.clone());
        let goods_bytes = answer_cache_bytes / GOODS_PER_ANSWERS;
        let changes = Arc::clone(&answers.changes);
        let payments = opened_payments(payments, &folder, &clock)?;
        let carts = Carts {
            gift_cards: gift_cards(&store, &payments, &folder, &clock)?,
            goods: Arc::new(Goods::new(Arc::clone(&store) as _, Arc::clone(&store) as _, changes, goods_bytes)),
            store: Arc::clone(&store) as _,
            shop: Arc::clone(&shop),
            clock: Arc::clone(&clock),
            ids: Arc::new(SystemIds),
        };
        let (wake, woken) = Wake::new();
        let queue = SqliteQueue::new(&database, Arc::clone(&clock), QueueLimits::default());
        queue.take_from_commits();
        let queue: Arc<dyn Queue> = Arc::new(queue);
        let relay = relay(&database, &queue);
        let orders = Orders {
            // Nobody wakes the relay: what a commit could not send itself waits for its sweep.
            store: Arc::clone(&store) as _,
            provider: Arc::clone(&payments.provider),
            carts: carts.clone(),
            wake,
            hold_extension: hold * HOLD_EXTENDED_BY.0 / HOLD_EXTENDED_BY.1,
            payments: Arc::new(KnownPayments::new(KNOWN_PAYMENTS_MAX)),
            news: Arc::default(),
            turns: Arc::default(),
            workflows: Workflows::default(),
        };
        payments.tell(orders.clone());
        let customer_key = secret_key(&folder, "customers")?;
        let checkouts = checkouts(carts, orders, &store, customer_key, options);
        Ok(Self {
            checkouts,
            payments,
            woken: std::sync::Mutex::new(Some(woken)),
            queue,
            relay,
            search_log: Arc::new(search_log),
            folder,
            database,
            shop,
            index,
            lists: Arc::new(lists),
            readiness: Readiness::default(),
            media: Arc::new(media),
            answers,
            indexer,
            clock,
            importing: Mutex::new(()),
            checkpoints: Arc::new(checkpoints),
            documents_changed,
        })
    }

    /// What writes the catalog.
    pub(crate) fn catalog(&self) -> Catalog {
        let store = Arc::new(self.database.bulk());
        Catalog {
            products: Arc::clone(&store) as _,
            documents: Arc::clone(&store) as _,
            stock: store,
            clock: Arc::clone(&self.clock),
        }
    }

    /// What imports.
    pub(crate) fn importer(&self) -> Importer {
        Importer {
            catalog: self.catalog(),
            shop: Arc::clone(&self.shop),
            media: Arc::clone(&self.media) as _,
            checkpoints: Arc::clone(&self.checkpoints) as _,
        }
    }

    /// Whether nothing has been put into the shop yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.shop.present().markets.is_empty()
    }

    /// Starts what goes on beside the requests: feeding the index, reading reference data again when it changed, and
    /// having `notifier` handle the notices of orders. Without one they would pile up.
    pub(crate) fn start_background(
        self: &Arc<Self>,
        notifier: Arc<dyn Handler>,
        stop: &watch::Receiver<bool>,
    ) -> Vec<JoinHandle<()>> {
        let feeding = {
            let (shop, commits, stop) = (Arc::clone(self), self.database.commits(), stop.clone());
            tokio::spawn(async move { shop.indexer.run(commits, stop).await })
        };
        let refreshing = {
            let (shop, mut stop) = (Arc::clone(self), stop.clone());
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        () = shop.documents_changed.notified() => {}
                        () = stopped(&mut stop) => return,
                    }
                    shop.refresh().await;
                }
            })
        };
        let learning = {
            let (index, mut stop) = (Arc::clone(&self.index), stop.clone());
            tokio::spawn(async move {
                let learn = async {
                    if let Err(error) = index.learn().await {
                        tracing::warn!(error = %Chain(&error), "results stay in the order of their words alone");
                    }
                };
                // What is learned later, after changes, is given up as well.
                let give_up = async {
                    stopped(&mut stop).await;
                    index.stop_learning();
                };
                tokio::join!(learn, give_up);
            })
        };
        let measuring = {
            let (shop, mut stop) = (Arc::clone(self), stop.clone());
            let mut building = None;
            tokio::spawn(async move {
                loop {
                    metrics::gauge!("ecom67_writer_unanswered").set(gauge(shop.database.unanswered_writes() as u64));
                    metrics::gauge!("ecom67_index_lag_seconds").set(shop.indexer.lag().as_secs_f64());
                    if let Some(letters) = shop.indexer.dead_letters() {
                        metrics::gauge!("ecom67_index_dead_letters").set(gauge(letters as u64));
                    }
                    shop.measure_build(&mut building).await;
                    tokio::select! {
                        () = tokio::time::sleep(LAG_INTERVAL) => {}
                        () = stopped(&mut stop) => return,
                    }
                }
            })
        };
        let forgetting = {
            let (database, mut stop) = (self.database.bulk(), stop.clone());
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        () = tokio::time::sleep(FORGET_INTERVAL) => {}
                        () = stopped(&mut stop) => return,
                    }
                    if let Err(error) = database.forget_old_changes().await {
                        tracing::warn!(error = %Chain(&error), "old changes could not be forgotten");
                    }
                }
            })
        };
        let counting = {
            let (shop, stop) = (Arc::clone(self), stop.clone());
            tokio::spawn(async move { shop.search_log.run(&shop.shop, stop).await })
        };
        let sweeping = tokio::spawn(sweep(self.checkouts.clone(), self.database.bulk(), stop.clone()));
        let woken = self.woken.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let processing = {
            let (orders, stop) = (self.checkouts.orders.clone(), stop.clone());
            tokio::spawn(async move {
                if let Some(woken) = woken {
                    orders.run(woken, stop).await;
                }
            })
        };
        let publishing = tokio::spawn(self.relay.clone().run(stop.clone()));
        let worker = Worker {
            queue: Arc::clone(&self.queue),
            name: QueueName::Notifications,
            handler: notifier,
            limits: WorkerLimits::default(),
            clock: Arc::clone(&self.clock),
            chance: Arc::new(SystemIds),
        };
        let notifying = tokio::spawn(worker.run(stop.clone()));
        vec![
            processing, publishing, notifying, counting, sweeping, feeding, refreshing, learning, measuring, forgetting,
        ]
    }

    /// Tells how far a build of the index is. `building` has what was told before.
    async fn measure_build(&self, building: &mut Option<BuildProgress>) {
        *building = match self.indexer.building() {
            None => None,
            Some(products) => {
                let is_same = |before: &BuildProgress| before.products <= products && before.total > 0;
                let total = match building.filter(is_same) {
                    Some(before) => before.total,
                    // What is only told, not needed: it is asked for again in the next round.
                    None => self.database.product_count().await.unwrap_or_default(),
                };
                Some(BuildProgress { products, total })
            }
        };
        let progress = building.unwrap_or(BuildProgress { products: 0, total: 0 });
        metrics::gauge!("ecom67_index_building").set(u8::from(building.is_some()));
        metrics::gauge!("ecom67_index_build_products").set(gauge(progress.products));
        metrics::gauge!("ecom67_index_build_products_total").set(gauge(progress.total));
        self.readiness.note_build(*building);
    }

    /// Reads the reference data again.
    async fn refresh(&self) {
        if let Err(error) = self.shop.refresh(&self.database).await {
            tracing::error!(%error, "the reference data could not be read again; it is tried again");
            tokio::time::sleep(REFRESH_RETRY).await;
            self.documents_changed.notify_one();
        }
    }
}

/// The goods of carts are kept in a quarter of what answers are kept in, beside it: ten thousand products with a few variants.
const GOODS_PER_ANSWERS: u64 = 4;

/// Carts and orders likewise: ten thousand carts of a few lines, and a quarter as many orders.
const RECENT_PER_ANSWERS: u64 = 2;

/// By which part of itself a hold is extended, once: 15 minutes by 10.
const HOLD_EXTENDED_BY: (i32, i32) = (2, 3);

/// Payments of the last orders whose names are in memory; about 100 bytes each.
const KNOWN_PAYMENTS_MAX: usize = 10_000;

/// A count as metrics have it.
fn gauge(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How often some of the oldest changes, carts and requests are forgotten: over four million of each a day.
const FORGET_INTERVAL: std::time::Duration = std::time::Duration::from_secs(10);

/// How often the lag of the index is measured.
const LAG_INTERVAL: std::time::Duration = std::time::Duration::from_millis(500);

/// How long to wait before the reference data is read again after a failure.
const REFRESH_RETRY: std::time::Duration = std::time::Duration::from_secs(1);

/// Forgets what need not be remembered any more: carts, requests, and that mails were sent. Counts what is stuck.
async fn sweep(checkouts: Checkouts, mails: Database, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(FORGET_INTERVAL) => {}
            () = stopped(&mut stop) => return,
        }
        if let Err(error) = checkouts.carts.forget_expired().await {
            tracing::warn!(error = %Chain(&error), "expired carts could not be forgotten");
        }
        match checkouts.orders.count_stuck().await {
            Ok(stuck) => metrics::gauge!("ecom67_order_runs_stuck").set(gauge(stuck as u64)),
            Err(error) => tracing::warn!(error = %Chain(&error), "stuck workflows could not be counted"),
        }
        let now = checkouts.carts.clock.now();
        if let Err(error) = checkouts.orders.store.forget_requests(now).await {
            tracing::warn!(error = %Chain(&error), "old requests could not be forgotten");
        }
        if let Err(error) = SentMails::forget(&mails, now).await {
            tracing::warn!(error = %Chain(&error), "mails that were sent long ago could not be forgotten");
        }
    }
}

impl LocalShop {
    /// A key that this shop made for itself when it was first asked for, and keeps to itself.
    pub(crate) fn secret_key(&self, name: &str) -> anyhow::Result<[u8; 32]> {
        secret_key(&self.folder, name)
    }
}

/// Checkout over one store.
fn checkouts(
    carts: Carts,
    orders: Orders,
    store: &Arc<Database>,
    customer_key: [u8; 32],
    options: &ShopOptions,
) -> Checkouts {
    Checkouts {
        carts,
        orders,
        stock: Arc::clone(store) as _,
        legal_texts: Arc::new(CurrentLegalTexts::new(Arc::clone(store) as _)),
        customer_key,
        open_orders: options.open_orders,
        hold: options.hold,
        turns: Arc::default(),
    }
}

fn opened_payments(options: &PaymentOptions, folder: &DataFolder, clock: &Arc<dyn Clock>) -> anyhow::Result<Payments> {
    Payments::open(options, &folder.payments(), secret_key(folder, "simulator")?, Arc::clone(clock))
}

fn relay(database: &Database, queue: &Arc<dyn Queue>) -> Relay {
    Relay {
        outbox: Arc::new(database.bulk()),
        queue: Arc::clone(queue),
        woken: Arc::default(),
        chance: Arc::new(SystemIds),
    }
}

fn gift_cards(
    store: &Arc<Database>,
    payments: &Payments,
    folder: &DataFolder,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<GiftCards> {
    Ok(GiftCards {
        store: Arc::clone(store) as _,
        provider: Arc::clone(&payments.provider),
        key: secret_key(folder, "gift-cards")?,
        clock: Arc::clone(clock),
        ids: Arc::new(SystemIds),
    })
}

fn secret_key(folder: &DataFolder, name: &str) -> anyhow::Result<[u8; 32]> {
    let path = folder.secrets().join(name);
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| anyhow::anyhow!("the key {} is damaged", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key: [u8; 32] = rand::random();
            write_secret(&path, &key).with_context(|| format!("the key {} cannot be kept", path.display()))?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("the key {} cannot be read", path.display())),
    }
}

fn write_secret(path: &Path, key: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = path.with_extension("new");
    let mut file = std::fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(key)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    std::fs::File::open(folder)?.sync_all()
}
