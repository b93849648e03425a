//! Whether what is left on each gift card is what its ledger adds up to. Nothing is put right here: where money is missing or
//! there is too much of it, somebody has to know why first.

use std::sync::Arc;

use ecom67_domain::gift_card::{GiftCard, GiftCardMove};
use ecom67_domain::{GiftCardId, Money};

use super::{COUNT_ATTEMPTS, FINDINGS_MAX};
use crate::port::{GIFT_CARDS_PAGE_MAX, GiftCardStore, StoreError};

/// Adds up the ledger of every gift card.
#[derive(Clone)]
pub struct GiftCardRecount {
    /// Where cards and ledgers are kept.
    pub store: Arc<dyn GiftCardStore>,
}

/// What was counted, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GiftCardReport {
    /// Cards whose ledger was added up.
    pub cards: u64,
    /// Entries that were added up.
    pub entries: u64,
    /// Cards with which something is wrong.
    pub wrong: u64,
    /// What is wrong, up to [`FINDINGS_MAX`].
    pub findings: Vec<GiftCardFinding>,
}

/// A card whose balance is not what its ledger adds up to, or is less than nothing or more than it was issued with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftCardFinding {
    /// The card.
    pub card: GiftCardId,
    /// What is left on it.
    pub balance: Money,
    /// What its ledger adds up to.
    pub ledger: Money,
}

impl std::fmt::Display for GiftCardFinding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (balance, ledger) = (self.balance.to_decimal(), self.ledger.to_decimal());
        let currency = self.balance.currency().code();
        write!(formatter, "{}: the ledger adds up to {ledger} {currency}, the card has {balance}", self.card)
    }
}

impl GiftCardRecount {
    /// Counts every card, calling `progress` after each page with what was counted. The shop goes on meanwhile.
    pub async fn run(&self, mut progress: impl FnMut(&GiftCardReport) + Send) -> Result<GiftCardReport, StoreError> {
        let mut report = GiftCardReport::default();
        let mut before = None;
        loop {
            let page = self.store.list(before, GIFT_CARDS_PAGE_MAX).await?;
            for card in &page {
                self.count(card.clone(), &mut report).await?;
            }
            progress(&report);
            if page.len() < GIFT_CARDS_PAGE_MAX {
                return Ok(report);
            }
            before = page.last().map(|card| card.id);
        }
    }

    async fn count(&self, listed: GiftCard, report: &mut GiftCardReport) -> Result<(), StoreError> {
        let mut card = listed;
        for attempt in 1..=COUNT_ATTEMPTS {
            let (sum, entries) = self.add_up(card.id).await?;
            let present = self.store.find_many(&[card.id]).await?.pop();
            let Some(present) = present else { return Ok(()) };
            // A commit changes balance and ledger together: if the balance stood still, so did the ledger, but for what came
            // and went in between, which the next look tells apart.
            let has_moved = present.balance != card.balance;
            let is_right = sum == present.balance.minor() && (0..=present.issued.minor()).contains(&sum);
            if is_right || (attempt == COUNT_ATTEMPTS && !has_moved) {
                report.cards += 1;
                report.entries += entries;
                if !is_right {
                    report.wrong += 1;
                    let ledger = Money::new(sum, present.balance.currency());
                    let finding = GiftCardFinding { card: card.id, balance: present.balance, ledger };
                    report.findings.extend(Some(finding).filter(|_| report.findings.len() < FINDINGS_MAX));
                }
                return Ok(());
            }
            card = present;
        }
        // It is being spent at this very moment, again and again.
        report.cards += 1;
        Ok(())
    }

    async fn add_up(&self, id: GiftCardId) -> Result<(i64, u64), StoreError> {
        let (mut sum, mut count, mut after) = (0_i64, 0, None::<GiftCardMove>);
        loop {
            let page = self.store.entries(id, after, GIFT_CARDS_PAGE_MAX).await?;
            sum = page.iter().fold(sum, |sum, entry| sum.saturating_add(entry.amount.minor()));
            count += page.len() as u64;
            if page.len() < GIFT_CARDS_PAGE_MAX {
                return Ok((sum, count));
            }
            after = page.last().map(|entry| entry.what);
        }
    }
}
