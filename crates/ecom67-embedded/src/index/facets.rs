//! Facets: what the counts of all segments add up to, and which attributes are worth showing.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::ops::Range;

use ecom67_app::search::{
    ATTRIBUTE_FACETS_MAX, FACET_VALUES_MAX, FacetCounts, FacetKey, Filter, ListQuery, REDUCED_VALUE,
};
use ecom67_domain::{AttributeCode, CategoryCode};
use ecom67_ranking::Identity;
use ecom67_ranking::facets::Sketch;

use super::collect::Counts;
use super::schema::{AVAILABILITIES, SEPARATOR, attribute_token};
use super::segment::Columns;
use super::values::{Values, hash};

/// What one segment counted, beside the columns that say what of.
pub(super) type SegmentCounts<'segment> = (&'segment Columns, &'segment Counts);

/// Adds up the facets of all segments; `total` is the number of hits.
pub(super) fn merge(segments: &[SegmentCounts<'_>], query: &ListQuery, total: u64) -> Vec<FacetCounts> {
    let filters = &query.filters;
    let mut facets = Vec::new();
    let categories = Sums::of(segments, Values::categories);
    let offered = query.facet_categories.as_deref().map_or_else(|| categories.all(), |asked| categories.among(asked));
    facets.extend(facet(FacetKey::Category, &categories, offered, filters));
    let brands = Sums::of(segments, Values::brands);
    facets.extend(facet(FacetKey::Brand, &brands, brands.all(), filters));
    let prices = segments.iter().filter_map(|(_, counts)| counts.prices);
    if let Some(range) = prices.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1))) {
        facets.push(FacetCounts { key: FacetKey::Price, values: Vec::new(), range: Some(range) });
    }
    let availability = AVAILABILITIES.iter().enumerate().map(|(number, availability)| {
        let count = segments.iter().map(|(_, counts)| counts.availability[number]).sum();
        (availability.as_str().to_owned(), count)
    });
    facets.extend(plain_facet(FacetKey::Availability, availability.collect(), filters));
    let reduced = segments.iter().map(|(_, counts)| counts.reduced).sum();
    facets.extend(plain_facet(FacetKey::Reduced, vec![(REDUCED_VALUE.to_owned(), reduced)], filters));
    add_attributes(&mut facets, segments, filters, total);
    facets
}

/// A facet of a few values that are known beforehand.
fn plain_facet(key: FacetKey, mut values: Vec<(String, u64)>, filters: &[Filter]) -> Option<FacetCounts> {
    let wanted = wanted_values(&key, filters);
    values.retain(|(value, count)| *count > 0 || wanted.contains(value));
    sort_values(&mut values);
    (!values.is_empty()).then_some(FacetCounts { key, values, range: None })
}

/// A facet with the most frequent of the values it offers, and those that are filtered by whatever their counts.
fn facet(key: FacetKey, sums: &Sums<'_>, offered: Vec<&Sum>, filters: &[Filter]) -> Option<FacetCounts> {
    let mut values = sums.most_frequent(offered, FACET_VALUES_MAX);
    for wanted in wanted_values(&key, filters) {
        if values.iter().all(|(value, _)| *value != wanted) {
            let hash = match &key {
                FacetKey::Attribute(code) => hash(attribute_token(code, &wanted).as_bytes()),
                _ => hash(wanted.as_bytes()),
            };
            let count = sums.values.iter().find(|value| value.hash == hash).map_or(0, |value| value.count);
            values.push((wanted, count));
        }
    }
    sort_values(&mut values);
    (!values.is_empty()).then_some(FacetCounts { key, values, range: None })
}

fn sort_values(values: &mut [(String, u64)]) {
    values.sort_unstable_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
}

/// The values that are filtered by, as the facet tells them.
fn wanted_values(key: &FacetKey, filters: &[Filter]) -> Vec<String> {
    let mut values: Vec<String> =
        filters.iter().filter(|filter| filter.key() == *key).flat_map(filter_values).collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn filter_values(filter: &Filter) -> Vec<String> {
    match filter {
        Filter::Category(codes) => codes.iter().map(ToString::to_string).collect(),
        Filter::Brand(values) | Filter::Attribute(_, values) => values.clone(),
        Filter::Availability(values) => values.iter().map(|value| value.as_str().to_owned()).collect(),
        Filter::Price { .. } => Vec::new(),
        Filter::Reduced => vec![REDUCED_VALUE.to_owned()],
    }
}

/// A value with how often it was counted, and a place where it can be read.
struct Sum {
    hash: u64,
    count: u64,
    segment: usize,
    ordinal: u32,
}

/// The counts of some values over all segments. The values themselves are not read.
struct Sums<'segment> {
    /// The values of the segments that have any of them.
    of: Vec<&'segment Values>,
    values: Vec<Sum>,
}

impl<'segment> Sums<'segment> {
    /// Adds up what was counted of the values that `which` tells the ordinals of.
    fn of(segments: &[SegmentCounts<'segment>], which: impl Fn(&Values) -> Range<usize>) -> Self {
        let mut sums = Self { of: Vec::new(), values: Vec::new() };
        let mut parts = segments.iter().filter_map(|(columns, counts)| {
            let mut counts = counts.values.within(which(&columns.values)).peekable();
            counts.peek().is_some().then_some((&columns.values, counts))
        });
        let Some((values, counts)) = parts.next() else { return sums };
        sums.add(values, counts);
        let mut places: HashMap<u64, usize, BuildHasherDefault<Identity>> = HashMap::default();
        for (values, counts) in parts {
            if places.is_empty() {
                places.extend(sums.values.iter().enumerate().map(|(place, value)| (value.hash, place)));
            }
            let segment = sums.of.len();
            sums.of.push(values);
            for (ordinal, count) in counts {
                let hash = values.hash(ordinal);
                let place = *places.entry(hash).or_insert(sums.values.len());
                match sums.values.get_mut(place) {
                    Some(value) => value.count += u64::from(count),
                    None => sums.values.push(Sum { hash, count: u64::from(count), segment, ordinal }),
                }
            }
        }
        sums
    }

    fn add(&mut self, values: &'segment Values, counts: impl Iterator<Item = (u32, u32)>) {
        let segment = self.of.len();
        self.of.push(values);
        let sum = |(ordinal, count)| Sum { hash: values.hash(ordinal), count: u64::from(count), segment, ordinal };
        self.values.extend(counts.map(sum));
    }

    /// All values.
    fn all(&self) -> Vec<&Sum> {
        self.values.iter().collect()
    }

    /// Those that are these categories.
    fn among(&self, categories: &[CategoryCode]) -> Vec<&Sum> {
        let hashes = categories.iter().map(|category| hash(category.as_str().as_bytes()));
        let hashes: HashSet<u64, BuildHasherDefault<Identity>> = hashes.collect();
        self.values.iter().filter(|value| hashes.contains(&value.hash)).collect()
    }

    /// Reads the most frequent of some values; of equally frequent ones those that come first.
    fn most_frequent(&self, mut kept: Vec<&Sum>, most: usize) -> Vec<(String, u64)> {
        if kept.len() > most {
            kept.select_nth_unstable_by_key(most - 1, |value| Reverse(value.count));
            let least = kept[most - 1].count;
            let mut equal: Vec<&Sum> = kept.iter().copied().filter(|value| value.count == least).collect();
            kept.truncate(most);
            kept.retain(|value| value.count > least);
            // In one segment the ordinals tell which come first; only across segments the values have to be read.
            let room = most - kept.len();
            equal.sort_unstable_by_key(|value| (value.segment, value.ordinal));
            let mut taken = vec![0; self.of.len()];
            kept.extend(equal.into_iter().filter(|value| {
                taken[value.segment] += 1;
                taken[value.segment] <= room
            }));
        }
        // The order they end in, in one segment: to find that they are sorted costs less than to sort texts.
        kept.sort_unstable_by_key(|sum| (Reverse(sum.count), sum.segment, sum.ordinal));
        let mut values: Vec<_> = kept.into_iter().map(|sum| (self.read(sum), sum.count)).collect();
        sort_values(&mut values);
        values.truncate(most);
        values
    }

    fn read(&self, sum: &Sum) -> String {
        let text = self.of[sum.segment].text(sum.ordinal);
        text.split_once(SEPARATOR).map_or(text, |(_, value)| value).to_owned()
    }
}

/// Adds the attributes that are filtered by, and the most useful of the others.
///
/// How useful one is can only be told once its values have been added up over all segments, which takes its time; what
/// can be told without is how useful it may be at most. So the most promising are added up first, until no other can be
/// better than those found: the answer is the same as if all had been added up, however many segments there are.
fn add_attributes(facets: &mut Vec<FacetCounts>, segments: &[SegmentCounts<'_>], filters: &[Filter], total: u64) {
    let mut filtered: Vec<&AttributeCode> = filters
        .iter()
        .filter_map(|filter| match filter {
            Filter::Attribute(code, _) => Some(code),
            _ => None,
        })
        .collect();
    filtered.sort_unstable();
    filtered.dedup();
    for code in &filtered {
        let sums = attribute(segments, code.as_str());
        facets.extend(facet(FacetKey::Attribute((*code).clone()), &sums, sums.all(), filters));
    }
    let mut candidates: Vec<(f64, &str)> = sketches(segments)
        .into_iter()
        .map(|(code, sketch)| (sketch.usefulness(total), code))
        .filter(|(most, code)| *most > 0.0 && !filtered.iter().any(|filtered| filtered.as_str() == *code))
        .collect();
    let by_usefulness =
        |left: &(f64, &str), right: &(f64, &str)| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(right.1));
    candidates.sort_unstable_by(by_usefulness);
    let mut best: Vec<((f64, &str), Sums<'_>)> = Vec::new();
    for (most, code) in candidates {
        if best.get(ATTRIBUTE_FACETS_MAX - 1).is_some_and(|((least, _), _)| *least > most) {
            break;
        }
        let sums = attribute(segments, code);
        let mut counts: Vec<u64> = sums.values.iter().map(|value| value.count).collect();
        let useful = Sketch::of(&mut counts).usefulness(total);
        if useful > 0.0 {
            best.push(((useful, code), sums));
            best.sort_by(|left, right| by_usefulness(&left.0, &right.0));
            best.truncate(ATTRIBUTE_FACETS_MAX);
        }
    }
    for ((_, code), sums) in best {
        if let Ok(code) = code.parse() {
            facets.extend(facet(FacetKey::Attribute(code), &sums, sums.all(), filters));
        }
    }
}

/// For each attribute that any hit has what can be told of it segment by segment.
fn sketches<'segment>(segments: &[SegmentCounts<'segment>]) -> Vec<(&'segment str, Sketch)> {
    let mut sketches: Vec<(&str, Sketch)> = Vec::new();
    let mut places: HashMap<u64, usize, BuildHasherDefault<Identity>> = HashMap::default();
    let mut counts: Vec<u64> = Vec::new();
    for (columns, counted) in segments {
        let mut attributes = columns.values.attributes().iter();
        let mut counted = counted.values.within(columns.values.all_attributes()).peekable();
        while let Some((ordinal, _)) = counted.peek().copied() {
            let Some(attribute) = attributes.find(|attribute| attribute.ordinals.contains(&(ordinal as usize))) else {
                break;
            };
            counts.clear();
            while let Some((_, count)) =
                counted.next_if(|(ordinal, _)| attribute.ordinals.contains(&(*ordinal as usize)))
            {
                counts.push(u64::from(count));
            }
            let place = *places.entry(attribute.hash).or_insert(sketches.len());
            if place == sketches.len() {
                sketches.push((attribute.code.as_str(), Sketch::default()));
            }
            sketches[place].1.add(&Sketch::of(&mut counts));
        }
    }
    sketches
}

/// The counts of an attribute's values.
fn attribute<'segment>(segments: &[SegmentCounts<'segment>], code: &str) -> Sums<'segment> {
    Sums::of(segments, |values| values.attribute(code))
}
