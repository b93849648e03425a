//! A position in the change log: how far each shard has been read.
//!
//! Written as `1` and, for each shard, its id and the number of the last change that was read, such as
//! `1 shardId-00000001=4711 shardId-00000002=done`. A shard that is not named has not been read yet.

use std::collections::BTreeMap;

use ecom67_app::port::{Position, StoreError};

use super::shards::{Shard, Shards};

/// The form of what is written; a later form has another.
const FORM: &str = "1";
const DONE: &str = "done";
const START: &str = "start";

/// How far a shard has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Not at all.
    Start,
    /// To this number.
    After(String),
    /// To its end.
    Done,
}

/// How far the stream has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    marks: BTreeMap<String, Mark>,
}

impl Place {
    pub(super) fn of(marks: impl IntoIterator<Item = (String, Mark)>) -> Self {
        Self { marks: marks.into_iter().collect() }
    }

    /// Reads what [`Self::write`] wrote; the beginning for `None`.
    pub(super) fn read(position: Option<&Position>) -> Result<Self, StoreError> {
        let Some(Position(text)) = position else { return Ok(Self::of([])) };
        let mut parts = text.split(' ');
        if parts.next() != Some(FORM) {
            return Err(unreadable(text));
        }
        let read = |part: &str| {
            let (shard, mark) = part.split_once('=')?;
            let mark = match mark {
                DONE => Mark::Done,
                START => Mark::Start,
                number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Mark::After(number.to_owned())
                }
                _ => return None,
            };
            Some((shard.to_owned(), mark))
        };
        let marks = parts.map(read).collect::<Option<BTreeMap<_, _>>>();
        marks.map(|marks| Self { marks }).ok_or_else(|| unreadable(text))
    }

    pub(super) fn write(&self) -> Position {
        let mut text = FORM.to_owned();
        for (shard, mark) in &self.marks {
            let mark = match mark {
                Mark::Start => START,
                Mark::After(number) => number,
                Mark::Done => DONE,
            };
            text.extend([" ", shard, "=", mark]);
        }
        Position(text)
    }

    /// Whether each shard that has been read from is among these.
    pub(super) fn is_within(&self, shards: &Shards) -> bool {
        self.marks.keys().all(|shard| shards.contains(shard))
    }

    /// Forgets the shards that the stream has forgotten. One that was not read to its end is a gap: nobody can say
    /// what it told.
    pub(super) fn enter(&mut self, shards: &Shards) -> Result<(), StoreError> {
        let gap = self.marks.iter().find(|(shard, mark)| **mark != Mark::Done && !shards.contains(shard));
        if let Some((shard, _)) = gap {
            return Err(forgotten(shard));
        }
        self.marks.retain(|shard, _| shards.contains(shard));
        Ok(())
    }

    pub(super) fn mark(&self, shard: &str) -> Mark {
        self.marks.get(shard).cloned().unwrap_or(Mark::Start)
    }

    pub(super) fn set(&mut self, shard: &Shard, mark: Mark) {
        self.marks.insert(shard.id.clone(), mark);
    }
}

/// The position lies further back than the stream remembers: who reads must read the whole store.
pub(super) fn forgotten(shard: &str) -> StoreError {
    let reason = "what follows it is older than 24 hours and forgotten: the whole store must be read".to_owned();
    StoreError::Unreadable { key: format!("position in {shard}"), reason }
}

fn unreadable(text: &str) -> StoreError {
    StoreError::Unreadable { key: format!("position {text}"), reason: "no position in this change log".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::shards::tests::shard;
    use super::*;

    fn place() -> Place {
        Place::of([
            ("shardId-1-a".to_owned(), Mark::Done),
            ("shardId-2-b".to_owned(), Mark::After("000471100000000001".to_owned())),
            ("shardId-3-c".to_owned(), Mark::Start),
        ])
    }

    #[test]
    fn a_position_reads_back_as_it_was_written() {
        assert_eq!(Place::read(Some(&place().write())).unwrap(), place());
        assert_eq!(Place::read(Some(&Place::of([]).write())).unwrap(), Place::of([]));
        assert_eq!(Place::read(None).unwrap(), Place::of([]));
    }

    #[test]
    fn a_text_that_is_no_position_is_refused() {
        for text in ["", "17", "2 shardId-1=5", "1 shardId-1", "1 shardId-1=", "1 shardId-1=-5", "1  "] {
            let read = Place::read(Some(&Position(text.to_owned())));
            assert!(matches!(read, Err(StoreError::Unreadable { .. })), "{text:?} is read as {read:?}");
        }
    }

    #[test]
    fn a_shard_forgotten_before_it_was_read_to_its_end_is_a_gap() {
        let mut complete = place();
        let mut late = place();

        complete.enter(&Shards::new(vec![shard("shardId-2-b", None), shard("shardId-3-c", None)])).unwrap();
        let gap = late.enter(&Shards::new(vec![shard("shardId-1-a", None), shard("shardId-3-c", None)]));

        assert_eq!(complete.mark("shardId-1-a"), Mark::Start);
        assert!(matches!(gap, Err(StoreError::Unreadable { .. })), "got {gap:?}");
    }
}
