//! What the simulator has in memory: where every payment stands in the ledger, and those of late as they are.
//!
//! Memory has a bound. Of each payment and each kept key only its place in the file stays; more of either than the options
//! allow are refused. Whole payments are kept for the last few thousand changes and read from the file beyond that.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use super::journal::{DiskFailed, Journal, LedgerError, Place};
use super::model::{KeptKey, Payment, Record};
use super::problem::Problem;

/// How long an answer is kept under its key, as at Stripe.
pub(super) const KEY_SECONDS: i64 = 24 * 60 * 60;

#[derive(Debug)]
pub(super) struct Book {
    journal: Arc<Journal>,
    /// By number, from 0.
    payments: Vec<Slot>,
    recent: HashMap<u64, Recent>,
    /// Numbers and changes, the oldest first.
    order: VecDeque<(u64, u64)>,
    keys: HashMap<KeyDigest, KnownKey>,
    /// The oldest first.
    key_order: VecDeque<(i64, KeyDigest)>,
    /// Refunds that become something else, by their payment's number and their place.
    waiting: BTreeSet<(u64, usize)>,
    limits: Limits,
}

/// The most that is kept of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) payments: usize,
    pub(super) keys: usize,
    pub(super) recent: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    created: i64,
    place: Place,
    /// How many records have to be on the disk before it is told.
    needs: u64,
}

#[derive(Debug)]
struct Recent {
    payment: Arc<Payment>,
    change: u64,
}

type KeyDigest = [u8; 16];

#[derive(Clone, Copy, Debug)]
struct KnownKey {
    at: i64,
    print: u64,
    place: Place,
    needs: u64,
}

/// What is known of a key.
#[derive(Debug)]
pub(super) enum Known {
    New,
    /// It was answered by the record at this place.
    Answered(Place),
}

/// A change that was written, and is to be waited for.
#[derive(Debug)]
pub(super) struct Committed {
    pub(super) record: Record,
    pub(super) place: Place,
    pub(super) needs: u64,
}

impl Book {
    pub(super) fn open(folder: &Path, limits: Limits, now: i64) -> Result<Self, LedgerError> {
        let mut replayed = Replayed::default();
        let journal = Arc::new(Journal::open(folder, |record, place| replayed.take(record, place, now))?);
        Ok(Self {
            journal,
            payments: replayed.payments,
            recent: HashMap::new(),
            order: VecDeque::new(),
            keys: replayed.keys,
            key_order: replayed.key_order,
            waiting: replayed.waiting,
            limits,
        })
    }

    pub(super) fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.journal)
    }

    /// The number of the next payment.
    pub(super) fn next_number(&self) -> Result<u64, Problem> {
        if self.payments.len() >= self.limits.payments {
            return Err(Problem::full("payments"));
        }
        Ok(self.payments.len() as u64)
    }

    /// A payment, and how many records have to be on the disk before it is told.
    pub(super) fn payment(&self, number: u64) -> Result<Option<(Arc<Payment>, u64)>, LedgerError> {
        let Some(slot) = usize::try_from(number).ok().and_then(|index| self.payments.get(index)) else {
            return Ok(None);
        };
        if let Some(recent) = self.recent.get(&number) {
            return Ok(Some((Arc::clone(&recent.payment), slot.needs)));
        }
        let payment = self.journal.read(slot.place)?.payment;
        Ok(payment.map(|payment| (Arc::new(payment), slot.needs)))
    }

    /// Numbers of payments made at `since` or later, the newest first, after `after`.
    pub(super) fn newest(&self, since: i64, after: Option<u64>) -> impl Iterator<Item = u64> {
        let end = after
            .map_or(self.payments.len(), |after| usize::try_from(after).unwrap_or(usize::MAX).min(self.payments.len()));
        let numbered = self.payments[..end].iter().enumerate().rev();
        numbered.filter(move |(_, slot)| slot.created >= since).map(|(index, _)| index as u64)
    }

    /// Whether the key was used before, and for the same.
    pub(super) fn known(&mut self, text: &str, print: u64, now: i64) -> Result<Known, Problem> {
        while self.key_order.front().is_some_and(|(at, _)| at.saturating_add(KEY_SECONDS) <= now) {
            let Some((at, digest)) = self.key_order.pop_front() else { break };
            if self.keys.get(&digest).is_some_and(|key| key.at == at) {
                self.keys.remove(&digest);
            }
        }
        match self.keys.get(&digest_of(text)) {
            Some(key) if key.at.saturating_add(KEY_SECONDS) > now => {
                if key.print != print {
                    return Err(Problem::key_reused());
                }
                // Its answer is not on the disk yet, so nobody has it.
                if key.needs > self.journal.synced() {
                    return Err(Problem::key_in_use());
                }
                Ok(Known::Answered(key.place))
            }
            _ if self.keys.len() >= self.limits.keys => Err(Problem::full("keys")),
            _ => Ok(Known::New),
        }
    }

    /// Refunds that become something else.
    pub(super) fn waiting_refunds(&self) -> Vec<(u64, usize)> {
        self.waiting.iter().copied().collect()
    }

    /// Writes a record and makes what it says known.
    pub(super) fn commit(&mut self, record: Record) -> Result<Committed, DiskFailed> {
        let (place, needs) = self.journal.add(&record)?;
        if let Some(key) = &record.key {
            let digest = digest_of(&key.text);
            self.keys.insert(digest, KnownKey { at: record.at, print: key.print, place, needs });
            self.key_order.push_back((record.at, digest));
        }
        if let Some(payment) = &record.payment {
            let slot = Slot { created: payment.created, place, needs };
            place_in(&mut self.payments, payment.number, slot);
            note_waiting(&mut self.waiting, payment);
            self.recent.insert(payment.number, Recent { payment: Arc::new(payment.clone()), change: needs });
            self.order.push_back((payment.number, needs));
            self.forget();
        }
        Ok(Committed { record, place, needs })
    }

    /// Lets go of payments that were changed long ago, and are on the disk.
    fn forget(&mut self) {
        let synced = self.journal.synced();
        while self.order.len() > self.limits.recent {
            let Some(&(number, change)) = self.order.front() else { break };
            if change > synced {
                break;
            }
            self.order.pop_front();
            if self.recent.get(&number).is_some_and(|recent| recent.change == change) {
                self.recent.remove(&number);
            }
        }
    }
}

/// What a ledger says while it is read.
#[derive(Default)]
struct Replayed {
    payments: Vec<Slot>,
    keys: HashMap<KeyDigest, KnownKey>,
    key_order: VecDeque<(i64, KeyDigest)>,
    waiting: BTreeSet<(u64, usize)>,
}

impl Replayed {
    fn take(&mut self, record: Record, place: Place, now: i64) {
        let at = record.at;
        if let Some(KeptKey { text, print }) = record.key
            && at.saturating_add(KEY_SECONDS) > now
        {
            let digest = digest_of(&text);
            self.keys.insert(digest, KnownKey { at, print, place, needs: 0 });
            self.key_order.push_back((at, digest));
        }
        if let Some(payment) = record.payment {
            note_waiting(&mut self.waiting, &payment);
            place_in(&mut self.payments, payment.number, Slot { created: payment.created, place, needs: 0 });
        }
    }
}

fn note_waiting(waiting: &mut BTreeSet<(u64, usize)>, payment: &Payment) {
    for (index, refund) in payment.refunds.iter().enumerate() {
        let key = (payment.number, index);
        if refund.becomes.is_some() {
            waiting.insert(key);
        } else {
            waiting.remove(&key);
        }
    }
}

/// Numbers are given in order, so a new one is the next.
fn place_in(slots: &mut Vec<Slot>, number: u64, slot: Slot) {
    match usize::try_from(number).ok().and_then(|index| slots.get_mut(index)) {
        Some(place) => *place = slot,
        None => slots.push(slot),
    }
}

fn digest_of(text: &str) -> KeyDigest {
    let mut digest = KeyDigest::default();
    blake3::Hasher::new().update(text.as_bytes()).finalize_xof().fill(&mut digest);
    digest
}
