//! The shards of a stream, and which goes on from which.

use std::collections::BTreeMap;

/// One shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) id: String,
    /// The shard that it goes on from; it may have been forgotten.
    pub(super) parent: Option<String>,
    /// Whether nothing more will be written to it.
    pub(super) has_ended: bool,
}

impl Shard {
    pub(super) fn read(shard: aws_sdk_dynamodbstreams::types::Shard) -> Option<Self> {
        let has_ended = shard.sequence_number_range().is_some_and(|range| range.ending_sequence_number().is_some());
        Some(Self { id: shard.shard_id?, parent: shard.parent_shard_id, has_ended })
    }
}

/// All shards that a stream has at present.
#[derive(Clone, Debug)]
pub(super) struct Shards {
    by_id: BTreeMap<String, Shard>,
    /// Each after its parent.
    order: Vec<String>,
}

impl Shards {
    pub(super) fn new(shards: Vec<Shard>) -> Self {
        let by_id: BTreeMap<String, Shard> = shards.into_iter().map(|shard| (shard.id.clone(), shard)).collect();
        let mut children: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for shard in by_id.values() {
            let parent = shard.parent.as_deref().filter(|parent| by_id.contains_key(*parent));
            children.entry(parent).or_default().push(&shard.id);
        }
        let mut order: Vec<&str> = children.get(&None).cloned().unwrap_or_default();
        let mut next = 0;
        while let Some(id) = order.get(next) {
            order.extend(children.get(&Some(*id)).into_iter().flatten());
            next += 1;
        }
        let order = order.into_iter().map(str::to_owned).collect();
        Self { by_id, order }
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn parents_first(&self) -> impl Iterator<Item = &Shard> {
        self.order.iter().map(|id| &self.by_id[id])
    }

    /// The shard that `shard` goes on from, unless it has been forgotten.
    pub(super) fn parent(&self, shard: &Shard) -> Option<&Shard> {
        self.by_id.get(shard.parent.as_deref()?)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn shard(id: &str, parent: Option<&str>) -> Shard {
        Shard { id: id.to_owned(), parent: parent.map(str::to_owned), has_ended: false }
    }

    #[test]
    fn a_parent_comes_before_its_children_even_where_its_own_parent_is_forgotten() {
        let shards = Shards::new(vec![
            shard("a", Some("d")),
            shard("b", Some("c")),
            shard("c", Some("d")),
            shard("d", Some("x")),
        ]);

        let order: Vec<_> = shards.parents_first().map(|shard| shard.id.as_str()).collect();

        assert_eq!(order, ["d", "a", "c", "b"]);
    }
}
