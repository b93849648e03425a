//! What every [`ChangeLog`](ecom67_app::port::ChangeLog) must do.
//!
//! A log may lag behind its store and may tell a change twice, so the cases wait for what must come and count what has
//! come at least.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

mod heads;
mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use ecom67_app::document::DocumentKey;
use ecom67_app::port::{Change, Position, Subject};
use tokio::time::{Instant, sleep};

use crate::{Stores, a_page};

pub use heads::*;
pub use told::*;

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! change_log_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; change_log;
            // told
            an_empty_shop_has_nothing_to_tell
            every_commit_is_told
            a_removal_is_told
            a_refused_write_is_not_told
            changes_of_one_subject_are_told_in_the_order_of_their_commits
            reading_takes_nothing_out_of_the_log
            no_more_is_told_at_once_than_was_asked_for
            reading_on_from_any_position_tells_what_came_later
            of_64_commits_at_once_all_are_told
            // heads
            nothing_comes_after_the_head_until_somebody_commits
            the_head_of_an_empty_log_can_be_read_on_from
            whoever_rebuilds_from_the_store_and_reads_on_misses_nothing
        );
    };
}

/// The longest a log may lag behind its store in a test.
const LAG_MAX: Duration = Duration::from_secs(20);
const POLL_PAUSE: Duration = Duration::from_millis(10);
const PAGE: usize = 50;

/// The subject that is a product.
pub(crate) fn product(code: &str) -> Subject {
    Subject::Product(crate::steps::code(code))
}

/// The subject that is a document.
pub(crate) fn document(key: &DocumentKey) -> Subject {
    Subject::Document(key.clone())
}

/// How often each subject has been told of.
pub(crate) fn counts<'changes>(changes: impl IntoIterator<Item = &'changes Change>) -> BTreeMap<Subject, usize> {
    let mut counts = BTreeMap::new();
    for change in changes {
        *counts.entry(change.subject.clone()).or_insert(0) += 1;
    }
    counts
}

fn has_at_least(counts: &BTreeMap<Subject, usize>, expected: &[(Subject, usize)]) -> bool {
    expected.iter().all(|(subject, times)| counts.get(subject).is_some_and(|told| told >= times))
}

/// Reads on after `after` until each subject has been told of at least so often and nothing more comes.
pub(crate) async fn assert_told(
    stores: &Stores,
    after: Option<&Position>,
    expected: &[(Subject, usize)],
) -> Vec<Change> {
    let deadline = Instant::now() + LAG_MAX;
    let mut changes: Vec<Change> = Vec::new();
    loop {
        let position = changes.last().map(|change| &change.position).or(after);
        let page = stores.changes.read(position, PAGE).await.expect("the log answers");
        let is_quiet = page.is_empty();
        changes.extend(page);
        let told = counts(&changes);
        if is_quiet && has_at_least(&told, expected) {
            return changes;
        }
        assert!(Instant::now() < deadline, "told {told:?}, expected at least {expected:?}");
        if is_quiet {
            sleep(POLL_PAUSE).await;
        }
    }
}

/// Commits something else, waits until that is told, and asserts that nothing that matches was.
pub(crate) async fn assert_untold(stores: &Stores, after: &Position, is_wrong: impl Fn(&Subject) -> bool) {
    let fence = ecom67_app::document::ShopDocument::Page(a_page("fence"));
    let subject = document(&fence.key());
    stores.save_document(fence).await;

    let told = assert_told(stores, Some(after), &[(subject, 1)]).await;

    let wrong: Vec<_> = told.iter().filter(|change| is_wrong(&change.subject)).collect();
    assert!(wrong.is_empty(), "told of what never was: {wrong:?}");
}
