//! What products are about, learned from the catalog alone (`ecom67_ranking`).
//!
//! Words are made of the entries here, not read back from the engine, so that a product that changes gets its vector on
//! its way in. What was learned is kept in the index beside the products, under an id; each product says by which model
//! its vector was made, since those of two models have nothing in common.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use ecom67_app::search::IndexEntry;
use ecom67_domain::Language;
use ecom67_ranking::features::{ATTRIBUTES_WEIGHT, WORDS_MAX, Weights, is_outdated, push_scaled, weighed, word_weight};
use ecom67_ranking::{Basis, DIMENSIONS, Matrix, Vector};
use frostem::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::main_bag;
use super::search::FoundHit;
use super::settings::{Analysis, SEPARATOR, field};

/// The features of a product: how often it uses which word, and which attributes it has, by their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Features {
    words: HashMap<u64, u64>,
    attributes: BTreeSet<u64>,
}

impl Features {
    /// Those of an entry, by its texts in a language.
    pub(super) fn of(entry: &IndexEntry, language: Language) -> Self {
        let own = entry.texts.iter().find(|(own, _)| *own == language);
        let text = own.map(|(_, text)| main_bag(text, entry.brand.as_deref().unwrap_or_default()));
        let attributes = entry.attributes.iter().map(|(code, _)| code.as_str());
        Self::read(language, text.as_deref().unwrap_or_default(), attributes)
    }

    /// Those of a document of the index.
    pub(super) fn of_document(document: &Value, language: Language) -> Self {
        let text = document.pointer(&format!("/main/{language}")).and_then(Value::as_str).unwrap_or_default();
        let tokens = document.get(field::ATTRIBUTE).and_then(Value::as_array).into_iter().flatten();
        let codes = tokens.filter_map(Value::as_str).filter_map(|token| token.split(SEPARATOR).next());
        Self::read(language, text, codes)
    }

    fn read<'entry>(language: Language, text: &str, attributes: impl Iterator<Item = &'entry str>) -> Self {
        let stemmer = match Analysis::of(language) {
            Analysis::English => Some(Stemmer::new(Algorithm::English)),
            Analysis::German => Some(Stemmer::new(Algorithm::German)),
            Analysis::Other => None,
        };
        let mut words: HashMap<u64, u64> = HashMap::new();
        for word in text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            let hash = match &stemmer {
                Some(stemmer) => hash(stemmer.stem(&word).as_bytes()),
                None => hash(word.as_bytes()),
            };
            *words.entry(hash).or_default() += 1;
        }
        Self { words, attributes: attributes.map(|code| hash(code.as_bytes())).collect() }
    }
}

/// A hash that is the same in every process and release (FNV-1a): it is stored.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What was learned.
#[derive(Debug)]
pub(super) struct Model {
    /// By what products say that their vector was made by it.
    pub(super) id: String,
    /// The language whose texts were looked at.
    pub(super) language: Language,
    /// How many products there were.
    products: u64,
    words: Weights,
    attributes: Weights,
    basis: Basis,
}

/// A model as it is kept.
#[derive(Deserialize, Serialize)]
struct StoredModel {
    id: String,
    language: String,
    products: u64,
    /// The hash and the weight of each feature, words first, eight and four bytes, in Base64.
    features: String,
    /// How many of them are words.
    words: usize,
    /// [`Basis::to_bytes`] in Base64.
    basis: String,
}

const FEATURE_BYTES: usize = 12;

/// Base64 as the engine tells values: without the padding that it was given.
const TOLD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Model {
    /// Learns from a sample of `products` products; `None` where there is nothing to learn from. Takes its time.
    pub(super) fn learn(id: String, language: Language, products: u64, sample: &[Features]) -> Option<Self> {
        let mut of_words: HashMap<u64, u64> = HashMap::new();
        let mut of_attributes: HashMap<u64, u64> = HashMap::new();
        for features in sample {
            for word in features.words.keys() {
                *of_words.entry(*word).or_default() += 1;
            }
            for attribute in &features.attributes {
                *of_attributes.entry(*attribute).or_default() += 1;
            }
        }
        let words = weighed(&of_words, sample.len() as u64, 0, WORDS_MAX);
        let attributes = weighed(&of_attributes, sample.len() as u64, words.len(), usize::MAX);
        let count = words.len() + attributes.len();
        if count == 0 {
            return None;
        }
        let mut matrix = Matrix::default();
        for features in sample {
            matrix.push(&row(&words, &attributes, features));
        }
        Some(Self { id, language, products, basis: Basis::of(&matrix, count), words, attributes })
    }

    /// Whether the catalog has become another since.
    pub(super) const fn is_outdated(&self, products: u64) -> bool {
        is_outdated(self.products, products)
    }

    /// What a product is about, as it is kept with it.
    pub(super) fn vector(&self, features: &Features) -> String {
        let vector = self.basis.project(&row(&self.words, &self.attributes, features));
        STANDARD.encode(vector.0.map(i8::cast_unsigned))
    }

    /// The model as it is kept.
    pub(super) fn stored(&self) -> Value {
        let mut features = vec![0_u8; (self.words.len() + self.attributes.len()) * FEATURE_BYTES];
        for (hash, (place, weight)) in self.words.iter().chain(&self.attributes) {
            let begin = *place as usize * FEATURE_BYTES;
            features[begin..begin + 8].copy_from_slice(&hash.to_le_bytes());
            features[begin + 8..begin + FEATURE_BYTES].copy_from_slice(&weight.to_le_bytes());
        }
        let stored = StoredModel {
            id: self.id.clone(),
            language: self.language.to_string(),
            products: self.products,
            features: STANDARD.encode(features),
            words: self.words.len(),
            basis: STANDARD.encode(self.basis.to_bytes()),
        };
        serde_json::to_value(stored).unwrap_or_default()
    }

    /// The model that is kept so; `None` where it is damaged or of another format: it is learned anew.
    pub(super) fn read(stored: Value) -> Option<Self> {
        let stored: StoredModel = serde_json::from_value(stored).ok()?;
        let features = STANDARD.decode(&stored.features).ok()?;
        let basis = Basis::from_bytes(&STANDARD.decode(&stored.basis).ok()?)?;
        let (mut words, mut attributes) = (Weights::default(), Weights::default());
        for (place, feature) in features.chunks_exact(FEATURE_BYTES).enumerate() {
            let (hash, weight) = feature.split_first_chunk::<8>()?;
            let weight = f32::from_le_bytes(weight.try_into().ok()?);
            let weights = if place < stored.words { &mut words } else { &mut attributes };
            weights.insert(u64::from_le_bytes(*hash), (u32::try_from(place).ok()?, weight));
        }
        let language = stored.language.parse().ok()?;
        Some(Self { id: stored.id, language, products: stored.products, words, attributes, basis })
    }
}

/// A product's features as a row of the matrix.
fn row(words: &Weights, attributes: &Weights, features: &Features) -> Vec<(u32, f32)> {
    let mut own: Vec<(u32, f32)> = features
        .words
        .iter()
        .filter_map(|(hash, times)| words.get(hash).map(|(feature, weight)| (*feature, word_weight(*times) * weight)))
        .collect();
    // The same product always makes the same row: sums of fractions depend on their order.
    own.sort_unstable_by_key(|(feature, _)| *feature);
    let mut row = Vec::with_capacity(own.len() + features.attributes.len());
    push_scaled(&mut row, &own, 1.0);
    let own: Vec<(u32, f32)> = features.attributes.iter().filter_map(|hash| attributes.get(hash).copied()).collect();
    push_scaled(&mut row, &own, ATTRIBUTES_WEIGHT);
    row
}

/// What the hits are about, each that was made by the model which most of them were made by. The others wait for theirs.
pub(super) fn vectors(hits: &[FoundHit]) -> Vec<Vector> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for model in hits.iter().filter_map(|hit| hit.text(field::MODEL)) {
        *counts.entry(model).or_default() += 1;
    }
    let model = counts.into_iter().max_by_key(|(model, count)| (*count, *model)).map(|(model, _)| model);
    let vector = |hit: &FoundHit| {
        let is_by_model = model.is_some() && hit.text(field::MODEL) == model;
        let bytes = TOLD.decode(hit.text(field::VECTOR).filter(|_| is_by_model)?).ok()?;
        let bytes: [u8; DIMENSIONS] = bytes.try_into().ok()?;
        Some(Vector(bytes.map(u8::cast_signed)))
    };
    hits.iter().map(|hit| vector(hit).unwrap_or(Vector::ZERO)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(text: &str, attributes: &[&str]) -> Features {
        Features::read(Language::ENGLISH, text, attributes.iter().copied())
    }

    #[test]
    fn forms_of_a_word_are_one_feature() {
        assert_eq!(features("Two mugs, MUG!", &["colour"]), features("two mug\nmugs", &["colour", "colour"]));
        assert_ne!(features("mug", &[]), features("cup", &[]));
    }

    #[test]
    fn a_model_that_was_kept_makes_the_same_vectors() {
        let sample: Vec<Features> = (0..60)
            .map(|number| {
                let kind = ["red mug of clay", "steel kettle for tea", "oak table"][number % 3];
                features(&format!("{kind} {}", number % 7), &["colour", ["size", "volume", "height"][number % 3]])
            })
            .collect();
        let model = Model::learn("m1".to_owned(), Language::ENGLISH, 60, &sample).unwrap();

        let again = Model::read(model.stored()).unwrap();

        assert_eq!((again.id.as_str(), again.language, again.products), ("m1", Language::ENGLISH, 60));
        for features in &sample {
            assert_eq!(model.vector(features), again.vector(features));
        }
        assert_ne!(model.vector(&sample[0]), model.vector(&sample[1]));
        assert!(Model::read(Value::Null).is_none());
    }

    #[test]
    fn nothing_is_learned_from_nothing() {
        assert!(Model::learn("m1".to_owned(), Language::ENGLISH, 0, &[]).is_none());
    }
}
