//! The same catalog in both engines: where no words are asked for, both answer the same to the last count.

use ecom67_app::search::{FACET_VALUES_MAX, Filter, IndexChange, ListHits, ListQuery, ProductIndex, Sort};
use ecom67_embedded::index::TantivyIndex;
use ecom67_testkit::Random;
use ecom67_testkit::product_index::{random_batches, random_query};

use crate::search_engine::empty_index;

const REQUESTS: usize = 500;

/// Attributes of all kinds: such as few have, such as each has for itself, and such with more values than are told.
fn with_more_attributes(change: &mut IndexChange, random: &mut Random) {
    let IndexChange::Put(entry) = change else { return };
    for attribute in 0..14_u64 {
        if random.below(14) < attribute {
            continue;
        }
        let value = match attribute {
            0 => format!("one {}", random.below(100_000)),
            1 => format!("many {:03}", random.below(3 * FACET_VALUES_MAX as u64)),
            2 => "the same for all".to_owned(),
            _ => format!("value {}", random.below(attribute)),
        };
        let code = format!("attribute-{attribute}").parse().expect("the code is valid");
        entry.attributes.push((code, value));
    }
    entry.brand =
        entry.brand.take().map(|brand| if random.one_in(3) { format!("{brand} {}", random.below(80)) } else { brand });
}

/// A request without words, in any order, sometimes filtered by what a facet would tell or by what nobody has.
fn request(random: &mut Random) -> ListQuery {
    let sort = random.pick(&[Sort::Relevance, Sort::Newest, Sort::Price, Sort::PriceDescending, Sort::Name]);
    let mut query = ListQuery { text: None, sort, ..random_query(random) };
    if random.one_in(4) {
        let attribute = random.below(14);
        let code = format!("attribute-{attribute}").parse().expect("the code is valid");
        let value = random.pick(&["value 0", "value 1", "many 007", "the same for all", "nothing"]);
        query.filters.push(Filter::Attribute(code, vec![value.to_owned(), "value 2".to_owned()]));
    }
    query
}

async fn both([first, second]: [&dyn ProductIndex; 2], query: &ListQuery) -> (ListHits, ListHits) {
    let answer = async |index: &dyn ProductIndex| index.list(query.clone()).await.expect("the list is answered");
    (answer(first).await, answer(second).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_filters_and_facets_are_the_same_in_both_engines() {
    let Some(engine) = empty_index().await else { return };
    let folder = tempfile::tempdir().expect("the machine has room for a test");
    let embedded = TantivyIndex::open(folder.path()).expect("the index opens");
    let indexes: [&dyn ProductIndex; 2] = [&engine.index, &embedded];
    let mut random = Random::seeded(6_700);
    let (batches, _) = random_batches(&mut random);
    for mut changes in batches {
        for change in &mut changes {
            with_more_attributes(change, &mut random);
        }
        for index in indexes {
            index.apply(changes.clone(), None).await.expect("the changes are applied");
        }
    }
    let (mut hits, mut facets) = (0, 0);

    for number in 0..REQUESTS {
        let mut query = request(&mut random);
        let (ours, theirs) = both(indexes, &query).await;

        assert_eq!(ours, theirs, "request {number}: {query:?}");
        hits += ours.hits.len();
        facets += ours.facets.len();
        if let Some(next) = ours.next {
            query.after = Some(next);
            let (ours, theirs) = both(indexes, &query).await;
            assert_eq!(ours, theirs, "the second page of request {number}: {query:?}");
        }
    }

    assert!(hits > REQUESTS && facets > 5 * REQUESTS, "{hits} hits and {facets} facets prove little");
}
