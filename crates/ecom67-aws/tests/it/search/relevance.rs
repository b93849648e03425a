//! How good the search is on a real catalog, beside the embedded engine (`docs/SEARCH.md`).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ecom67_app::evaluation::{Evaluation, Figures, read_judgments};
use ecom67_app::import::{Format, Source};
use ecom67_app::search::{ProductIndex, SearchTuning};
use ecom67_domain::Locale;
use ecom67_embedded::index::TantivyIndex;

use crate::catalog_shop::CatalogShop;
use crate::search_engine::empty_index;

/// How far below the embedded engine the other may be.
const DIFFERENCE_MAX: f64 = 0.02;
const TYPO_SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// The figures for queries as they are, and the means over seeds for queries with typos.
async fn figures(shop: &CatalogShop, index: Arc<dyn ProductIndex>, judgments: &Path) -> [Figures; 2] {
    let read = |name: &str| fs::read_to_string(judgments.join(name)).expect("the judgments are there");
    let queries = read_judgments(&read("queries.tsv"), &read("qrels.tsv")).expect("the judgments can be read");
    let locale: Locale = "en-us".parse().expect("the locale is valid");
    let market = shop.shop.present().market(locale).expect("the catalog has the market").code.clone();
    let evaluation = Evaluation {
        index,
        products: Arc::new(shop.database.bulk()),
        tuning: SearchTuning::default(),
        language: locale.language,
        market,
    };
    let figures = async |typos| {
        let began = Instant::now();
        let report = evaluation.run(queries.clone(), typos, |_| {}).await.expect("every query is answered");
        assert_eq!(report.unknown_products, 0, "every judged product is there");
        // Some queries take more than one page to judge.
        let per_query = began.elapsed() / u32::try_from(report.queries.len()).unwrap_or(u32::MAX).max(1);
        eprintln!("{per_query:.1?} a query, typos {typos:?}");
        report.mean
    };
    let mut with_typos = Vec::new();
    for seed in TYPO_SEEDS {
        with_typos.push(figures(Some(seed)).await);
    }
    [figures(None).await, Figures::mean(with_typos.iter())]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn judged_searches_of_real_catalogs_are_answered_as_well_as_by_the_embedded_engine() {
    let Some(data) = std::env::var_os("ECOM67_TEST_DATA").map(PathBuf::from) else {
        eprintln!("left out: ECOM67_TEST_DATA names no folder with real catalogs");
        return;
    };
    let Some(engine) = empty_index().await else { return };
    let shop =
        CatalogShop::importing(Format::Icecat, Source::Path(data.join("catalog-icecat/products.jsonl.gz"))).await;
    let embedded = Arc::new(TantivyIndex::open(&shop.folder.path().join("index")).expect("the index opens"));
    let began = Instant::now();
    let indexed = shop.build(Arc::new(engine.index.clone())).await;
    let built = began.elapsed();
    engine.index.learn().await.expect("what products are about is learned");
    eprintln!(
        "{indexed} products built in {:.1} s, learned in {:.1} s",
        built.as_secs_f64(),
        began.elapsed().saturating_sub(built).as_secs_f64()
    );
    shop.build(Arc::clone(&embedded) as _).await;
    embedded.learn().await.expect("what products are about is learned");
    let judgments = data.join("relevance-icecat");

    let ours = figures(&shop, Arc::new(engine.index.clone()), &judgments).await;
    let theirs = figures(&shop, embedded, &judgments).await;

    for ((ours, theirs), asked) in ours.iter().zip(&theirs).zip(["plain", "with typos"]) {
        eprintln!(
            "{asked}: nDCG@10 {:.3}, judged only {:.3}; embedded {:.3} and {:.3}",
            ours.ndcg_10, ours.ndcg_10_judged, theirs.ndcg_10, theirs.ndcg_10_judged
        );
    }
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!(ours.ndcg_10 > theirs.ndcg_10 - DIFFERENCE_MAX, "{:.3}, not {:.3}", ours.ndcg_10, theirs.ndcg_10);
        assert!(
            ours.ndcg_10_judged > theirs.ndcg_10_judged - DIFFERENCE_MAX,
            "of judged products {:.3}, not {:.3}",
            ours.ndcg_10_judged,
            theirs.ndcg_10_judged
        );
    }
}
