//! The shop while its search engine is down.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use ecom67_api::cursor::CursorSigner;
use ecom67_api::parameters::ListParameters;
use ecom67_api::present::{CardCache, Presenter};
use ecom67_app::Clock as _;
use ecom67_app::port::StoreError;
use ecom67_app::search::{FacetKey, Filter, GuardedIndex, ListHits, ListQuery, ProductIndex, Sort, SuggestQuery};
use ecom67_app::search_log::{SearchLog, SearchLogLimits};
use ecom67_aws::opensearch::{OpenSearchConfig, OpenSearchIndex};
use ecom67_domain::{Language, MarketCode};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::catalog_shop::CatalogShop;
use crate::search_engine::{address, victim};

/// Time enough for whatever has to happen, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_mins(1);

async fn guarded(shop: &CatalogShop, address: &str) -> (OpenSearchIndex, Arc<GuardedIndex>) {
    let config = OpenSearchConfig::new(address, format!("test-{}", Uuid::now_v7().simple()));
    let index = OpenSearchIndex::open(config).await.expect("the engine makes an index");
    shop.build(Arc::new(index.clone())).await;
    let guarded = GuardedIndex::new(
        Arc::new(index.clone()),
        Arc::new(shop.database.clone()),
        Arc::new(shop.database.clone()),
        Arc::clone(&shop.shop),
        Arc::clone(&shop.clock) as _,
    );
    (index, Arc::new(guarded))
}

fn market(shop: &CatalogShop) -> MarketCode {
    shop.shop.present().markets.first().expect("the demo has markets").code.clone()
}

fn a_list(shop: &CatalogShop) -> ListQuery {
    ListQuery { limit: 20, facets: true, ..ListQuery::everything(Language::ENGLISH, market(shop)) }
}

/// Lists of categories and collections in every order, some of them filtered.
fn lists(shop: &CatalogShop) -> Vec<ListQuery> {
    let present = shop.shop.present();
    let categories: Vec<_> = present.categories.iter().map(|category| Some(category.code.clone())).collect();
    let now = shop.clock.now();
    let collections = present.collections.values();
    let mut lists: Vec<ListQuery> = collections.map(|collection| a_list(shop).in_collection(collection, now)).collect();
    for (place, category) in categories.into_iter().enumerate() {
        let orders = [Sort::Relevance, Sort::Newest, Sort::Price, Sort::PriceDescending, Sort::Name];
        let filters =
            if place % 2 == 0 { vec![] } else { vec![Filter::Price { minimum: Some(1_500), maximum: Some(6_000) }] };
        lists.push(ListQuery { category, sort: orders[place % orders.len()], filters, ..a_list(shop) });
    }
    lists.push(ListQuery { sort: Sort::Price, ..a_list(shop) });
    lists
}

async fn answers(index: &dyn ProductIndex, lists: &[ListQuery]) -> Vec<ListHits> {
    let mut answers = Vec::with_capacity(lists.len());
    for list in lists {
        answers.push(index.list(list.clone()).await.unwrap_or_else(|error| panic!("{list:?}: {error:?}")));
    }
    answers
}

async fn search(index: &dyn ProductIndex, shop: &CatalogShop) -> Result<ListHits, StoreError> {
    index.list(ListQuery { text: Some("bowl".to_owned()), ..a_list(shop) }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_engine_is_killed_lists_go_on_from_the_store_and_search_says_so() {
    let Some((address, process)) = victim() else { return };
    let shop = CatalogShop::demo().await;
    let (_, index) = guarded(&shop, &address).await;
    let lists = lists(&shop);
    let before = answers(&*index, &lists).await;
    assert!(before.iter().all(|hits| !hits.facets_missing && !hits.facets.is_empty()));
    assert!(before.iter().any(|hits| hits.next.is_some()), "some list has a second page");
    assert!(search(&*index, &shop).await.unwrap().total > 0);
    let generation = index.generation();

    let killed = Command::new("kill").args(["-KILL", &process]).status().expect("the process can be killed");
    assert!(killed.success());
    let began = Instant::now();
    let down = answers(&*index, &lists).await;
    let took = began.elapsed();

    for ((down, before), list) in down.iter().zip(&before).zip(&lists) {
        let expected = ListHits { facets: vec![], facets_missing: true, ..before.clone() };
        assert_eq!(*down, expected, "{list:?}");
    }
    assert!(took < PATIENCE, "{} lists took {took:?}", lists.len());
    assert!(index.generation() > generation, "no answer of before is kept for one of now");
    let refused = search(&*index, &shop).await;
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "got {refused:?}");
    let ListQuery { language, market, synonyms, .. } = a_list(&shop);
    let query = SuggestQuery { language, market, synonyms, text: "bow".to_owned(), hits: 5, queries: 5 };
    let refused = index.suggest(query).await;
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "got {refused:?}");

    // Nobody waits for what is known to be down.
    let began = Instant::now();
    answers(&*index, &lists).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{} lists took {:?}", lists.len(), began.elapsed());

    assert_the_api_says_so(&shop, index).await;
}

/// The second page of a list goes on, too, and a search is told to come back later.
async fn assert_the_api_says_so(shop: &CatalogShop, index: Arc<GuardedIndex>) {
    let presenter = Presenter {
        shop: Arc::clone(&shop.shop),
        products: Arc::new(shop.database.clone()),
        stock: Arc::new(shop.database.clone()),
        index,
        media: Arc::clone(&shop.media) as _,
        clock: Arc::clone(&shop.clock) as _,
        cursors: CursorSigner::new([7; 32]),
        card_cache: Arc::new(CardCache::new(1_000_000, Arc::default())),
        log: Arc::new(SearchLog::new(
            Arc::new(shop.database.clone()),
            Arc::clone(&shop.clock) as _,
            SearchLogLimits::default(),
        )),
    };
    let locale = shop.shop.present().locales().next().expect("the demo has locales").0.to_string();
    let audience = presenter.audience(&locale).expect("the locale is the shop's");
    let parameters = ListParameters {
        locale,
        category: None,
        collection: None,
        filter: vec![],
        sort: None,
        limit: Some(10),
        cursor: None,
    };

    let first = presenter.list(&audience, &parameters, "").await.expect("lists go on").list;
    let next = ListParameters { cursor: first.next_cursor.clone(), ..parameters.clone() };
    let second = presenter.list(&audience, &next, "").await.expect("lists go on").list;
    let refused = presenter.list(&audience, &parameters, "bowl").await.map(drop).expect_err("search needs the engine");

    assert!(first.facets_missing && first.facets.is_empty());
    assert_eq!((first.products.len(), second.products.len()), (10, 10));
    assert_ne!(first.products[0].code, second.products[0].code);
    assert_eq!((refused.status().as_u16(), refused.problem().code), (503, "search_unavailable"));
}

/// A way to the engine that can be cut and mended.
struct Line {
    address: std::net::SocketAddr,
    engine: String,
    open: Option<JoinHandle<()>>,
}

impl Line {
    async fn to(engine: &str) -> Self {
        let engine = engine.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let mut line = Self { address: listener.local_addr().expect("it has an address"), engine, open: None };
        line.carry(listener);
        line
    }

    fn carry(&mut self, listener: TcpListener) {
        let engine = self.engine.clone();
        self.open = Some(tokio::spawn(async move {
            // Ended with this task: so a cut ends what is under way.
            let mut carried = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let engine = engine.clone();
                carried.spawn(async move {
                    let Ok(mut far) = TcpStream::connect(engine).await else { return };
                    drop(copy_bidirectional(&mut near, &mut far).await);
                });
            }
        }));
    }

    async fn cut(&mut self) {
        if let Some(open) = self.open.take() {
            open.abort();
            drop(open.await);
        }
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        self.carry(listener);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_engine_is_back_it_is_asked_again() {
    let Some(address) = address() else { return };
    let shop = CatalogShop::demo().await;
    let mut line = Line::to(&address).await;
    let (engine, index) = guarded(&shop, &format!("http://{}", line.address)).await;
    let list = ListQuery { sort: Sort::Price, ..a_list(&shop) };
    let before = index.list(list.clone()).await.unwrap();
    assert!(before.facets.iter().any(|facet| facet.key == FacetKey::Price));

    line.cut().await;
    for _ in 0..5 {
        assert!(index.list(list.clone()).await.unwrap().facets_missing);
    }
    line.mend().await;

    let back = async {
        while index.list(list.clone()).await.unwrap().facets_missing {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, back).await.expect("the engine is asked again");
    assert_eq!(index.list(list).await.unwrap(), before);
    assert!(search(&*index, &shop).await.unwrap().total > 0);
    engine.remove().await.expect("the engine removes the index");
}
