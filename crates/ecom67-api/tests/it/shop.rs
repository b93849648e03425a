//! A shop in a temporary folder, asked through its whole router.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use ecom67_api::allowance::{AddressAllowance, Allowance, CodeTries};
use ecom67_api::answer::AnswerCache;
use ecom67_api::cart_answers::CartAnswers;
use ecom67_api::cursor::CursorSigner;
use ecom67_api::page::{Manifest, Pages};
use ecom67_api::present::{CardCache, Presenter};
use ecom67_api::route::{Api, Assets, Readiness, router};
use ecom67_api::socket::{SocketLimits, Sockets};
use ecom67_api::view;
use ecom67_app::Clock;
use ecom67_app::carts::Carts;
use ecom67_app::catalog::Catalog;
use ecom67_app::checkouts::{Checkouts, CurrentLegalTexts, OpenOrderLimits};
use ecom67_app::gift_cards::GiftCards;
use ecom67_app::goods::Goods;
use ecom67_app::ids::SystemIds;
use ecom67_app::import::{Cancel, Format, ImportRequest, Importer, NoProgress, Source, run};
use ecom67_app::indexing::{IndexFeed, Indexer};
use ecom67_app::orders::workflow::Workflows;
use ecom67_app::orders::{KnownPayments, Orders, Wake};
use ecom67_app::port::{Mailbox, PaymentProvider, Subject};
use ecom67_app::search::GuardedIndex;
use ecom67_app::search_log::{SearchLog, SearchLogLimits};
use ecom67_app::shop::ShopCache;
use ecom67_embedded::Database;
use ecom67_embedded::checkpoint::FileCheckpoints;
use ecom67_embedded::index::TantivyIndex;
use ecom67_embedded::media::FolderMediaStore;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_stripe::simulator::{Simulator, SimulatorOptions};
use ecom67_stripe::{ClientOptions, StripeClient, StripeWebhooks, WebhookSecret};
use ecom67_testkit::MovableClock;
use hyper::header::{HeaderMap, RETRY_AFTER};
use hyper::{Method, Request, StatusCode, Uri};
use jiff::SignedDuration;
use metrics_exporter_prometheus::PrometheusBuilder;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

/// What answers may be kept in, and no answer may be longer than.
const ANSWERS_BYTES: u64 = 8 * 1_024 * 1_024;

/// How many carts may be made from one address in a second.
pub(crate) const CARTS_A_SECOND: u32 = 20;

/// What browsers show the simulator.
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_browser";

/// What the provider signs with.
pub(crate) fn webhook_secret() -> WebhookSecret {
    "whsec_test".parse().expect("a secret for tests")
}

fn payment_config() -> view::PaymentConfig {
    view::PaymentConfig {
        provider: view::PaymentProviderName::Simulator,
        publishable_key: PUBLISHABLE_KEY.to_owned(),
        api: "/simulator".to_owned(),
    }
}

/// As in a shop, only that silence is short.
const SOCKET_LIMITS: SocketLimits = SocketLimits {
    sockets_max: 100,
    sockets_of_one_max: 3,
    tickets_max: 100,
    heartbeat: Duration::from_millis(100),
    silence_max: Duration::from_millis(500),
    age_max: Duration::from_secs(60),
};

/// The payment provider: the simulator.
fn provider(clock: Arc<dyn Clock>, ledger: &Path) -> (Arc<dyn PaymentProvider>, Simulator) {
    let key: ecom67_stripe::SecretKey = "sk_test_shop".parse().expect("a key for tests");
    let options = SimulatorOptions::new(key.clone(), PUBLISHABLE_KEY, clock);
    let simulator = Simulator::open(ledger, options).expect("an empty folder becomes a ledger");
    let client = StripeClient::new(Arc::new(simulator.transport()), key, ClientOptions::default());
    (Arc::new(client), simulator)
}

/// Checkout, paid with the provider.
fn checkouts(carts: Carts, store: Arc<Database>, provider: Arc<dyn PaymentProvider>) -> Checkouts {
    let orders = Orders {
        store: Arc::clone(&store) as _,
        provider,
        carts: carts.clone(),
        wake: Wake::new().0,
        hold_extension: SignedDuration::from_mins(10),
        payments: Arc::new(KnownPayments::new(100)),
        news: Arc::default(),
        turns: Arc::default(),
        workflows: Workflows::default(),
    };
    Checkouts {
        carts,
        orders,
        legal_texts: Arc::new(CurrentLegalTexts::new(Arc::clone(&store) as _)),
        stock: store,
        customer_key: [7; 32],
        open_orders: OpenOrderLimits::DEFAULT,
        hold: SignedDuration::from_mins(15),
        turns: Arc::default(),
    }
}

/// What brings changes into the index.
fn indexer(
    store: &Arc<Database>,
    shop: &Arc<ShopCache>,
    index: &Arc<TantivyIndex>,
    clock: &Arc<MovableClock>,
) -> Indexer {
    Indexer::new(IndexFeed {
        products: Arc::clone(store) as _,
        documents: Arc::clone(store) as _,
        stock: Arc::clone(store) as _,
        log: Arc::clone(store) as _,
        dead_letters: Arc::clone(store) as _,
        shop: Arc::clone(shop),
        index: Arc::clone(index) as _,
        clock: Arc::clone(clock) as _,
    })
}

/// What puts a catalog in.
fn importer(
    store: &Arc<Database>,
    shop: &Arc<ShopCache>,
    media: &Arc<FolderMediaStore>,
    clock: &Arc<MovableClock>,
    folder: &Path,
) -> Importer {
    let catalog = Catalog {
        products: Arc::clone(store) as _,
        documents: Arc::clone(store) as _,
        stock: Arc::clone(store) as _,
        clock: Arc::clone(clock) as _,
    };
    let checkpoints = FileCheckpoints::open(&folder.join("imports")).expect("the folder can be written");
    Importer { catalog, shop: Arc::clone(shop), media: Arc::clone(media) as _, checkpoints: Arc::new(checkpoints) }
}

/// A shop and its router.
pub(crate) struct RoutedShop {
    pub(crate) router: Router,
    pub(crate) indexer: Indexer,
    pub(crate) index: Arc<TantivyIndex>,
    pub(crate) readiness: Readiness,
    shop: Arc<ShopCache>,
    pub(crate) database: Database,
    importer: Importer,
    pub(crate) checkouts: Checkouts,
    pub(crate) simulator: Simulator,
    pub(crate) clock: Arc<MovableClock>,
    /// Ends the sockets.
    pub(crate) stop: watch::Sender<bool>,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: impl AsRef<str>) -> &str {
        self.headers.get(name.as_ref()).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn retry_after_s(&self) -> Option<u64> {
        self.header(RETRY_AFTER).parse().ok()
    }
}

impl RoutedShop {
    /// A shop with nothing in it, whose index has not been built.
    pub(crate) async fn open() -> Self {
        Self::opened(None, |_| {}).await
    }

    /// The same, with the mailbox of a demo.
    pub(crate) async fn open_demo(mailbox: Arc<dyn Mailbox>) -> Self {
        Self::opened(Some(mailbox), |_| {}).await
    }

    /// The same, with whatever `change` makes of its checkout before anybody uses it.
    pub(crate) async fn open_with(change: impl FnOnce(&mut Checkouts)) -> Self {
        Self::opened(None, change).await
    }

    async fn opened(mailbox: Option<Arc<dyn Mailbox>>, change: impl FnOnce(&mut Checkouts)) -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a test");
        let path = folder.path();
        let clock = Arc::new(MovableClock::default());
        let answers = Arc::new(AnswerCache::new(ANSWERS_BYTES));
        let mut options = DatabaseOptions::new(&path.join("shop.sqlite"), Arc::clone(&clock) as _);
        let committed = Arc::clone(&answers);
        options.observer = Some(Box::new(move |subjects: &[Subject]| committed.changes.committed(subjects)));
        let database = Database::open(options).expect("an empty folder becomes a shop");
        let store = Arc::new(database.clone());
        let shop = ShopCache::load(&database).await.expect("the store answers");
        let changed = Arc::clone(&answers);
        let shop = Arc::new(shop.telling(move || changed.changes.shop_changed()));
        let index = Arc::new(TantivyIndex::open(&path.join("index")).expect("an empty folder becomes an index"));
        let guarded = GuardedIndex::in_process(
            Arc::clone(&index) as _,
            Arc::clone(&store) as _,
            Arc::clone(&store) as _,
            Arc::clone(&shop),
            Arc::clone(&clock) as _,
        );
        let indexer = indexer(&store, &shop, &index, &clock);
        let media = Arc::new(FolderMediaStore::open(&path.join("media")).expect("the folder can be written"));
        let importer = importer(&store, &shop, &media, &clock, path);
        let changes = Arc::clone(&answers.changes);
        let (provider, simulator) = provider(Arc::clone(&clock) as _, &path.join("payments"));
        let gift_cards = GiftCards {
            store: Arc::clone(&store) as _,
            provider: Arc::clone(&provider),
            key: [8; 32],
            clock: Arc::clone(&clock) as _,
            ids: Arc::new(SystemIds),
        };
        let carts = Carts {
            gift_cards,
            goods: Arc::new(Goods::new(Arc::clone(&store) as _, Arc::clone(&store) as _, changes, ANSWERS_BYTES)),
            store: Arc::clone(&store) as _,
            shop: Arc::clone(&shop),
            clock: Arc::clone(&clock) as _,
            ids: Arc::new(SystemIds),
        };
        let presenter = Presenter {
            shop: Arc::clone(&shop),
            products: Arc::clone(&store) as _,
            stock: Arc::clone(&store) as _,
            index: Arc::new(guarded),
            media,
            clock: Arc::clone(&clock) as _,
            cursors: CursorSigner::new([7; 32]),
            card_cache: Arc::new(CardCache::new(ANSWERS_BYTES, Arc::clone(&answers.changes))),
            log: Arc::new(SearchLog::new(Arc::clone(&store) as _, Arc::clone(&clock) as _, SearchLogLimits::default())),
        };
        let pages = Pages::new(presenter.clone(), Arc::clone(&store) as _, Manifest::default(), None);
        let mut checkouts = checkouts(carts, store, provider);
        change(&mut checkouts);
        let readiness = Readiness::default();
        let stop = watch::Sender::new(false);
        let router = router(Api {
            presenter,
            cart_answers: CartAnswers::new(ANSWERS_BYTES, Arc::clone(&answers.changes)),
            checkouts: checkouts.clone(),
            webhooks: Some(Arc::new(StripeWebhooks::new(vec![webhook_secret()]))),
            look_ups: Arc::new(Allowance::new(5)),
            code_tries: Arc::new(CodeTries::default()),
            new_carts: Arc::new(AddressAllowance::new(CARTS_A_SECOND)),
            sockets: Sockets::new(SOCKET_LIMITS, stop.subscribe()),
            // Nothing is captured here but when a test says so.
            capture_patience: Duration::ZERO,
            payment: payment_config(),
            is_https: false,
            pages,
            answers,
            assets: Arc::new(Assets::default()),
            version: "0.0.0",
            mailbox,
            demo: false,
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            readiness: readiness.clone(),
        });
        Self {
            router,
            indexer,
            index,
            readiness,
            shop,
            database,
            importer,
            checkouts,
            simulator,
            clock,
            stop,
            _folder: folder,
        }
    }

    /// Puts a catalog in, one JSON object a line; nothing of it may be refused.
    pub(crate) async fn import(&self, lines: String) {
        let source = Source::Memory(vec![("catalog.jsonl".to_owned(), Cow::Owned(lines.into_bytes()))]);
        let request = ImportRequest::new(Format::Jsonl, source);
        let report = run(&self.importer, request, &NoProgress, &Cancel::default()).await.expect("it is imported");
        assert!(report.samples.is_empty(), "{:?}", report.samples);
        self.shop.refresh(&self.database).await.expect("the store answers");
    }

    /// Lets the index take in all there is.
    pub(crate) async fn catch_up(&self) {
        while self.indexer.step().await.expect("the index is fed") > 0 {}
    }

    /// What the shop answers to a GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(path.parse().unwrap_or_else(|error| panic!("{path}: {error}"))).await
    }

    /// The same for an address that is one already.
    pub(crate) async fn ask(&self, address: Uri) -> Answer {
        let request = Request::builder().method(Method::GET).uri(address).body(Body::empty());
        answered(self.router.clone(), request.expect("it is a request")).await
    }
}

/// What a router answers, read to its end.
pub(crate) async fn answered(router: Router, request: Request<Body>) -> Answer {
    let answered = router.oneshot(request).await;
    let (parts, body) = answered.expect("a router always answers").into_parts();
    let body = to_bytes(body, usize::try_from(ANSWERS_BYTES).expect("it fits")).await.expect("it is read");
    Answer { status: parts.status, headers: parts.headers, body }
}
