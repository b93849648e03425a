//! The log of searches over a real database: what it counts, what it must never keep, and what it makes popular.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::Clock as _;
use ecom67_app::document::{DocumentKind, ShopDocument};
use ecom67_app::port::{DocumentSave, DocumentStore, StoreError};
use ecom67_app::search::Hit;
use ecom67_app::search_log::{
    AddError, Addition, Counted, CountedKind, Counts, ReportRequest, SearchCountStore, SearchLog, SearchLogLimits,
    SearchScope, report, scopes,
};
use ecom67_app::shop::ShopCache;
use ecom67_domain::{Language, ProductCode};
use ecom67_testkit::{MovableClock, a_document_of_each_kind};
use jiff::SignedDuration;
use jiff::civil::Date;

use crate::shop::{TempShop, code};

/// A log over a database of its own, and the clock it goes by.
struct TestLog {
    log: SearchLog,
    shop: TempShop,
    clock: MovableClock,
    cache: ShopCache,
}

impl TestLog {
    async fn open() -> Self {
        Self::open_within(SearchLogLimits::default()).await
    }

    async fn open_within(limits: SearchLogLimits) -> Self {
        let shop = TempShop::open();
        for document in a_document_of_each_kind("de") {
            if matches!(&document, ShopDocument::Market(_)) {
                DocumentStore::save(&shop.database, DocumentSave { document, read_at: None }).await.unwrap();
            }
        }
        let cache = ShopCache::load(&shop.database).await.unwrap();
        let clock = MovableClock::default();
        let log = SearchLog::new(Arc::new(shop.database.bulk()), Arc::new(clock.clone()), limits);
        Self { log, shop, clock, cache }
    }

    /// The first language of the first market.
    fn scope(&self) -> SearchScope {
        scopes(&self.cache).into_iter().next().expect("the shop has a market")
    }

    fn searched(&self, words: &str, hits: u64, times: usize) {
        let search = self.log.search(self.scope(), words, hits, &[]);
        (0..times).for_each(|_| search.count());
    }

    async fn sums(&self) -> Vec<(String, Counts)> {
        let today: Date = jiff::tz::Offset::UTC.to_datetime(self.clock.now()).date();
        let listed = SearchCountStore::list(&self.shop.database, today, &self.scope(), CountedKind::Query, None, 1_000)
            .await
            .unwrap();
        listed.into_iter().map(|(counted, counts)| (counted.as_str().to_owned(), counts)).collect()
    }

    async fn refreshed(&self) {
        self.log.flush().await.unwrap();
        self.log.refresh(&self.cache).await.unwrap();
    }

    fn completed(&self, typed: &str) -> Vec<String> {
        let queries = self.log.popularity().completed(&self.scope(), typed, 10);
        queries.into_iter().map(|query| query.to_string()).collect()
    }

    fn next_day(&self) {
        self.clock.forward(SignedDuration::from_hours(24));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_at_once_and_while_others_are_written_are_each_counted_once() {
    let test = Arc::new(TestLog::open().await);
    let search = test.log.search(test.scope(), "tea towel", 3, &[]);

    let counting = (0..4).map(|_| {
        let search = search.clone();
        std::thread::spawn(move || (0..20_000).for_each(|_| search.count()))
    });
    let counting: Vec<_> = counting.collect();
    while counting.iter().any(|thread| !thread.is_finished()) {
        test.log.flush().await.unwrap();
    }
    for thread in counting {
        thread.join().unwrap();
    }
    test.log.flush().await.unwrap();

    let expected = Counts { searches: 80_000, hits: Some(3), ..Counts::default() };
    assert_eq!(test.sums().await, [("tea towel".to_owned(), expected)]);
}

#[tokio::test]
async fn what_may_tell_of_a_person_is_nowhere_in_the_database() {
    let test = TestLog::open().await;
    for words in ["ann@example.com", "call 0176 1234567", "4111-1111-1111-1111"] {
        test.searched(words, 0, 6);
        test.log.clicked(&test.scope(), code("mug"), Some((words, 1)), &["MUG"]);
    }
    test.log.flush().await.unwrap();

    let sums = test.sums().await;
    assert_eq!(sums.len(), 1, "{sums:?}");
    assert_eq!((sums[0].0.as_str(), sums[0].1.searches, sums[0].1.clicks), ("", 18, 3));
    let folder = test.shop.close();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in ["ann@example", "1234567", "4111"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is kept");
        }
    }
}

#[tokio::test]
async fn a_flood_of_random_queries_stays_in_bound_in_memory_and_on_the_disk() {
    let limits = SearchLogLimits { pending_max: 50, distinct_a_day_max: 20, ..SearchLogLimits::default() };
    let test = TestLog::open_within(limits).await;
    test.searched("kite", 3, 1);
    test.log.flush().await.unwrap();
    for round in 0..5 {
        for index in 0..200 {
            test.searched(&format!("noise {round} {index}"), 0, 1);
        }
        test.log.flush().await.unwrap();
    }
    test.searched("kite", 3, 1);
    test.log.flush().await.unwrap();

    let sums = test.sums().await;
    assert_eq!(sums.len(), 21, "{sums:?}");
    assert_eq!(sums.iter().map(|(_, counts)| counts.searches).sum::<u64>(), 1_002);
    assert_eq!(sums.iter().find(|(text, _)| text == "kite").unwrap().1.searches, 2);
}

#[tokio::test]
async fn what_one_person_may_have_typed_is_not_suggested_to_others() {
    let test = TestLog::open().await;
    test.searched("teapot for ann", 2, 4);
    test.searched("tea towel", 2, 5);
    test.searched("tea for nobody", 0, 50);
    test.searched("tea cosy", 1, 1);
    test.refreshed().await;
    assert_eq!(test.completed("Tea"), ["tea towel"]);

    test.next_day();
    test.searched("tea cosy", 1, 1);
    test.refreshed().await;

    assert_eq!(test.completed("tea"), ["tea towel", "tea cosy"]);
    assert_eq!(test.completed("tea c"), ["tea cosy"]);
    assert_eq!(test.completed("tea cosy"), Vec::<String>::new(), "it is typed already");
    assert_eq!(test.completed(""), Vec::<String>::new());
    for _ in 0..30 {
        test.next_day();
    }
    test.refreshed().await;
    assert_eq!(test.completed("tea"), Vec::<String>::new(), "it was long ago");
}

#[tokio::test]
async fn a_flood_of_one_day_makes_no_more_popular_than_a_few_every_day() {
    let test = TestLog::open().await;
    let scope = test.scope();
    for _ in 0..20 {
        for _ in 0..10 {
            test.log.viewed(&scope, code("mug"));
        }
        test.log.flush().await.unwrap();
        test.next_day();
    }
    for _ in 0..100_000 {
        test.log.clicked(&scope, code("bowl"), None, &[]);
    }
    for _ in 0..4 {
        test.log.viewed(&scope, code("jug"));
    }
    test.refreshed().await;

    let popularity = test.log.popularity();
    assert_eq!(
        popularity.products(&scope.market, 10),
        [code("mug"), code("bowl")],
        "a jug that few look at is not told"
    );
    let hit = |code: ProductCode| Hit { code, name_matches: Vec::new() };
    let mut hits: Vec<Hit> = ["a", "b", "c", "d", "e", "bowl"].map(code).map(hit).to_vec();
    popularity.lift(&scope.market, &mut hits);
    let place = hits.iter().position(|hit| hit.code == code("bowl")).unwrap();
    assert!((4..=5).contains(&place), "lifted from the sixth place to number {}", place + 1);
}

/// A store that is away: it says that nothing was written.
struct Away;

#[async_trait]
impl SearchCountStore for Away {
    async fn add(&self, _: Date, unwritten: Vec<Addition>, _: usize) -> Result<(), AddError> {
        Err(AddError { unwritten, source: StoreError::Busy })
    }

    async fn list(
        &self,
        _: Date,
        _: &SearchScope,
        _: CountedKind,
        _: Option<&Counted>,
        _: usize,
    ) -> Result<Vec<(Counted, Counts)>, StoreError> {
        Err(StoreError::Busy)
    }

    async fn forget(&self, _: Date) -> Result<usize, StoreError> {
        Err(StoreError::Busy)
    }
}

#[tokio::test]
async fn a_store_that_is_away_for_long_costs_no_more_than_a_bound() {
    let limits = SearchLogLimits { pending_max: 10, ..SearchLogLimits::default() };
    let log = SearchLog::new(Arc::new(Away), Arc::new(MovableClock::default()), limits);
    let scope = SearchScope { language: Language::ENGLISH, market: "de".parse().unwrap() };
    for round in 0..50 {
        for index in 0..10 {
            log.search(scope.clone(), &format!("noise {round} {index}"), 1, &[]).count();
        }

        assert!(matches!(log.flush().await, Err(StoreError::Busy)));
        assert!(log.unwritten().await <= 11, "{} sums wait", log.unwritten().await);
    }
}

#[tokio::test]
async fn signals_beyond_what_a_shop_has_are_not_taken() {
    let limits = SearchLogLimits { signals_a_second_max: 1, ..SearchLogLimits::default() };
    let test = TestLog::open_within(limits).await;

    let taken = (0..1_000).filter(|_| test.log.takes_signals()).count();

    assert!((10..20).contains(&taken), "{taken} were taken");
}

#[tokio::test]
async fn a_report_tells_what_is_searched_what_finds_nothing_and_what_is_left_alone() {
    let test = TestLog::open().await;
    test.searched("kite", 8, 10);
    test.log.clicked(&test.scope(), code("kite"), Some(("Kite", 2)), &[]);
    test.log.clicked(&test.scope(), code("kite"), Some(("kite", 5)), &[]);
    test.searched("zeppelin", 0, 3);
    test.searched("string", 4, 2);
    test.searched("ann@example.com", 0, 1);
    test.log.flush().await.unwrap();
    test.next_day();
    test.searched("kite", 9, 1);
    test.log.flush().await.unwrap();

    let request = ReportRequest { scopes: scopes(&test.cache), days: 2, limit: 10 };
    let told = report(&test.shop.database, test.clock.now(), &request).await.unwrap();
    let today = ReportRequest { days: 1, ..request };
    let told_today = report(&test.shop.database, test.clock.now(), &today).await.unwrap();

    let queries =
        |lines: &[ecom67_app::search_log::QueryLine]| lines.iter().map(|line| line.query.clone()).collect::<Vec<_>>();
    assert_eq!(queries(&told.most_searched), ["kite", "zeppelin", "string"]);
    assert_eq!(queries(&told.found_nothing), ["zeppelin"]);
    assert_eq!(queries(&told.never_followed), ["string"]);
    let kite = &told.most_searched[0];
    assert_eq!((kite.searches, kite.hits, kite.clicks), (11, Some(9), 2));
    assert_eq!(kite.mean_position, Some(3.5));
    assert_eq!((told.totals.searches, told.totals.queries, told.totals.searches_without_words), (17, 3, 1));
    assert_eq!(told_today.totals.searches, 1);
}

#[tokio::test]
async fn what_is_older_than_is_kept_is_forgotten() {
    let test = TestLog::open().await;
    test.searched("kite", 1, 1);
    test.log.flush().await.unwrap();
    let day = jiff::tz::Offset::UTC.to_datetime(test.clock.now()).date();
    let present = || async {
        SearchCountStore::list(&test.shop.database, day, &test.scope(), CountedKind::Query, None, 10)
            .await
            .unwrap()
            .len()
    };
    for _ in 0..90 {
        test.next_day();
    }
    test.log.forget().await.unwrap();
    assert_eq!(present().await, 1, "ninety days are kept");

    test.next_day();
    test.log.forget().await.unwrap();

    assert_eq!(present().await, 0);
    assert!(DocumentStore::list(&test.shop.database, DocumentKind::Market, None, 10).await.unwrap().len() == 1);
}
