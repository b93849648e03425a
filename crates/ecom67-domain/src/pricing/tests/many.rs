//! Millions of carts nobody thought of, each against every law of `properties.rs`: `cargo xtask carts`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use super::properties::{
    Shopping, it_is_another_with_another_price, it_is_no_dearer_than_without_promotions,
    it_is_the_same_turned_and_later, its_parts_add_up_and_nothing_is_negative, shopping,
};
use super::*;

/// Carts that one stream of chance makes: a failure is found again without the carts before it, on any number of threads.
const PART: u64 = 5_000;
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a whole number, not {text:?}")))
}

/// What was among the carts: a run in which no cart had a discount proves nothing of discounts.
#[derive(Clone, Default)]
struct Seen {
    carts: u64,
    by_currency: BTreeMap<&'static str, u64>,
    lines: u64,
    discounted: u64,
    with_gift: u64,
    sent_free: u64,
    taxed_within: u64,
    taxed_on_top: u64,
    relieved: u64,
    of_a_price_list: u64,
    for_nothing: u64,
    dearest: i64,
}

impl Seen {
    fn note(&mut self, quote: &Quote) {
        let totals = &quote.totals;
        let is = |truth: bool| u64::from(truth);
        self.carts += 1;
        *self.by_currency.entry(quote.currency.code()).or_default() += 1;
        self.lines += quote.lines.len() as u64;
        self.discounted += is(totals.discount.minor() > 0);
        self.with_gift += is(!quote.gifts.is_empty());
        self.sent_free += is(quote.delivery.iter().any(|choice| choice.price.minor() == 0));
        let is_taxed = totals.tax.minor() > 0;
        self.taxed_within += is(is_taxed && quote.tax_display == TaxDisplay::Included);
        self.taxed_on_top += is(is_taxed && quote.tax_display == TaxDisplay::Excluded);
        self.relieved += is(totals.relief.minor() > 0);
        self.of_a_price_list += is(quote.lines.iter().any(|line| line.price_cause != PriceCause::Market));
        self.for_nothing += is(totals.total.minor() == 0);
        self.dearest = self.dearest.max(totals.total.minor());
    }

    fn add(&mut self, other: &Self) {
        for (currency, count) in &other.by_currency {
            *self.by_currency.entry(currency).or_default() += count;
        }
        self.carts += other.carts;
        self.lines += other.lines;
        self.discounted += other.discounted;
        self.with_gift += other.with_gift;
        self.sent_free += other.sent_free;
        self.taxed_within += other.taxed_within;
        self.taxed_on_top += other.taxed_on_top;
        self.relieved += other.relieved;
        self.of_a_price_list += other.of_a_price_list;
        self.for_nothing += other.for_nothing;
        self.dearest = self.dearest.max(other.dearest);
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { carts, lines, discounted, with_gift, sent_free, .. } = self;
        let Self { taxed_within, taxed_on_top, relieved, of_a_price_list, for_nothing, dearest, .. } = self;
        writeln!(formatter, "{carts} carts of {lines} lines, {:?}", self.by_currency)?;
        writeln!(
            formatter,
            "  {discounted} with a discount, {with_gift} with a gift, {of_a_price_list} by a price list"
        )?;
        writeln!(formatter, "  {taxed_within} with tax in the price, {taxed_on_top} on top, {relieved} freed of it")?;
        write!(
            formatter,
            "  {sent_free} sent for nothing, {for_nothing} cost nothing; the dearest {dearest} minor units"
        )
    }
}

fn every_law(
    (shopping, turn, later_s, which): &(Shopping, usize, i64, usize),
    seen: &RefCell<Seen>,
) -> Result<(), TestCaseError> {
    let quote = its_parts_add_up_and_nothing_is_negative(shopping)?;
    it_is_no_dearer_than_without_promotions(shopping)?;
    it_is_the_same_turned_and_later(shopping, *turn, *later_s)?;
    it_is_another_with_another_price(shopping, *which)?;
    seen.borrow_mut().note(&quote);
    Ok(())
}

/// Makes up the carts of one part and looks at each; what breaks a law is told as small as it can be.
fn look_at(seed: u64, part: u64, carts: u64) -> Seen {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&part.to_le_bytes());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = (shopping(), 0_usize..10, 1_i64..10_000, 0_usize..10);
    let seen = RefCell::default();
    for _ in 0..carts {
        let cart = strategy.new_tree(&mut runner).expect("the strategy refuses nothing");
        match runner.run_one(cart, |cart| every_law(&cart, &seen)) {
            Ok(_) => {}
            Err(TestError::Fail(reason, cart)) => {
                panic!("a law is broken, ECOM67_QUOTE_SEED={seed}, part {part}: {reason}\n{cart:#?}")
            }
            Err(TestError::Abort(reason)) => panic!("ECOM67_QUOTE_SEED={seed}, part {part}: {reason}"),
        }
    }
    seen.into_inner()
}

/// What all threads know of the run.
struct Run {
    seed: u64,
    carts: u64,
    next: AtomicU64,
    started: Instant,
    seen: Mutex<(Seen, Instant)>,
}

impl Run {
    fn work(&self) {
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            let left = self.carts.saturating_sub(part * PART);
            if left == 0 {
                return;
            }
            self.note(&look_at(self.seed, part, left.min(PART)));
        }
    }

    fn note(&self, seen: &Seen) {
        // A thread that found something has told it.
        let Ok(mut state) = self.seen.lock() else { return };
        let (all, told_at) = &mut *state;
        all.add(seen);
        if told_at.elapsed() >= PROGRESS_INTERVAL {
            *told_at = Instant::now();
            let seconds = self.started.elapsed().as_secs().max(1);
            eprintln!("{:>6} s  {} of {} carts, {} a second", seconds, all.carts, self.carts, all.carts / seconds);
        }
    }
}

#[test]
#[ignore = "makes a million carts: cargo xtask carts"]
fn millions_of_carts_keep_every_law() {
    let carts = number("ECOM67_QUOTE_CARTS").unwrap_or(1_000_000);
    let seed = number("ECOM67_QUOTE_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    eprintln!("{carts} carts by ECOM67_QUOTE_SEED={seed}, on {threads} threads");
    let started = Instant::now();
    let run = Run { seed, carts, next: AtomicU64::new(0), started, seen: Mutex::new((Seen::default(), started)) };

    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| run.work());
        }
    });

    let (seen, _) = run.seen.into_inner().expect("no thread has failed");
    eprintln!("{seen}\nno law is broken; {} s", started.elapsed().as_secs());
    assert_eq!(seen.carts, carts);
    let kinds = [seen.discounted, seen.with_gift, seen.sent_free, seen.taxed_within, seen.taxed_on_top, seen.relieved];
    let is_enough = |count: &u64| *count * 100 >= carts;
    assert!(kinds.iter().all(is_enough), "a hundredth of the carts has each of what laws are about: {seen}");
}

#[test]
fn a_part_is_the_same_carts_whenever_it_is_made_up() {
    let [first, again, other] = [(7, 1), (7, 1), (7, 2)].map(|(seed, part)| look_at(seed, part, 20).to_string());

    assert_eq!(first, again);
    assert_ne!(first, other);
}
