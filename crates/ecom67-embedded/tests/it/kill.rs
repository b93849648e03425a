//! The process killed at random moments while it writes: nothing acknowledged is lost, nothing is half there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use ecom67_app::port::{Adjusted, ProductStore};
use ecom67_embedded::{DataFolder, Database};
use ecom67_testkit::{Random, a_product};
use tokio::task::JoinSet;

use crate::child::{ChildProcess, folder_of_child, say};
use crate::shop::{assert_whole, code, ledger, on_hand, open, receive, saving, version_of};

/// How often the process is killed.
const KILLS: usize = 20;

/// The most acknowledged writes after which it is.
const WRITES_MAX: u64 = 300;

/// Writers at work in the process.
const WRITERS: usize = 4;

/// SKUs whose stock they all change.
const SKUS: u64 = 3;

/// What the killed processes had said was done.
#[derive(Default)]
struct Acknowledged {
    versions: BTreeMap<String, u64>,
    tokens: BTreeMap<String, BTreeSet<String>>,
}

impl Acknowledged {
    fn hear(&mut self, word: &str) {
        match word.split(' ').collect::<Vec<_>>()[..] {
            ["product", code, version] => {
                let version: u64 = version.parse().expect("a child says numbers");
                let latest = self.versions.entry(code.to_owned()).or_insert(0);
                *latest = version.max(*latest);
            }
            ["stock", sku, token] => {
                self.tokens.entry(sku.to_owned()).or_default().insert(token.to_owned());
            }
            _ => {}
        }
    }

    async fn assert_kept_by(&self, database: &Database) {
        for (code, version) in &self.versions {
            let found = version_of(database, code).await.unwrap_or(0);
            assert!(found >= *version, "version {version} of {code} was acknowledged, {found} is there");
        }
        for (sku, tokens) in &self.tokens {
            let ledger = ledger(database, sku).await;
            let found: BTreeSet<_> = ledger.iter().map(|entry| entry.token.clone()).collect();
            let lost: Vec<_> = tokens.difference(&found).collect();
            assert!(lost.is_empty(), "deliveries of {sku} were acknowledged and are not there: {lost:?}");
            assert_eq!(on_hand(database, sku).await, ledger.len() as u64, "each delivery brought one");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_killed_at_any_moment_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Random::seeded(std::process::id().into());
    let mut acknowledged = Acknowledged::default();
    for kill in 0..KILLS {
        let mut child = ChildProcess::start("kill::child_that_writes_until_it_is_killed", folder.path());
        // The first are killed while the shop is made, later ones while it is opened again, or is at work.
        let writes = if kill % 5 == 0 { 0 } else { chance.below(WRITES_MAX) };
        for _ in 0..=writes {
            acknowledged.hear(&child.next_word().expect("the child is at work"));
        }

        child.kill().iter().for_each(|word| acknowledged.hear(word));

        let _held = DataFolder::hold(folder.path()).expect("a killed process holds nothing");
        let database = open(folder.path());
        assert_whole(&database).await;
        acknowledged.assert_kept_by(&database).await;
    }
    assert!(!acknowledged.versions.is_empty() && acknowledged.tokens.len() as u64 == SKUS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test in a process of its own, and killed there"]
async fn child_that_writes_until_it_is_killed() {
    let Some(folder) = folder_of_child() else { return };
    let _held = DataFolder::hold(&folder).unwrap();
    say("at work");
    let database = open(&folder);
    let count: &'static AtomicU64 = Box::leak(Box::default());
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let database = database.clone();
        writers.spawn(async move {
            loop {
                write(&database, writer, count.fetch_add(1, Ordering::Relaxed)).await;
            }
        });
    }
    // They end only by a panic, or with the process.
    writers.join_all().await;
}

async fn write(database: &Database, writer: usize, number: u64) {
    let mug = format!("mug-{writer}-{}", number % 5);
    let read_at = ProductStore::find(database, &code(&mug)).await.unwrap().map(|found| found.version);
    // Large enough for the log to be folded in and cut now and then.
    let words = usize::try_from(number % 8).unwrap() * 1_000;
    let product = a_product(&mug).with(|parts| {
        parts.texts.values_mut().for_each(|text| text.description = "very ".repeat(words));
    });
    let version = ProductStore::save(database, saving(product.build(), read_at)).await.unwrap();
    say(&format!("product {mug} {}", version.0));

    let (sku, token) = (format!("MUG-{}", number % SKUS), format!("{}-{number}", std::process::id()));
    let adjusted = receive(database, &sku, 1, &token).await;
    assert!(matches!(adjusted, Adjusted::Entered(_)));
    say(&format!("stock {sku} {token}"));
}
