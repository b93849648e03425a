//! Items: how values are written down in attributes and read back.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::StoreError;
use ecom67_domain::Version;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;

use super::key::{Key, PK, SK};

/// The attributes of one item.
pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) const VERSION: &str = "version";
pub(super) const DOCUMENT: &str = "document";
pub(super) const OWNER: &str = "owner";

/// The largest document that is read: a few hundred kilobytes hold many gigabytes of zeros.
const DOCUMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// `value` as compressed JSON.
pub(super) fn document(value: &impl Serialize) -> Result<AttributeValue, StoreError> {
    let json = serde_json::to_vec(value).map_err(StoreError::failed)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&json).map_err(StoreError::failed)?;
    Ok(AttributeValue::B(Blob::new(encoder.finish().map_err(StoreError::failed)?)))
}

/// An item as it was read, with the key that errors name.
pub(super) struct Reader<'item> {
    item: &'item Item,
    key: Key,
}

impl<'item> Reader<'item> {
    pub(super) fn new(item: &'item Item) -> Self {
        let part = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        Self { item, key: Key { pk: part(PK), sk: part(SK) } }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    pub(super) fn unreadable(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Unreadable { key: self.key.to_string(), reason: reason.into() }
    }

    fn attribute<T>(&self, name: &str, read: impl FnOnce(&'item AttributeValue) -> Option<T>) -> Result<T, StoreError> {
        let value = self.item.get(name).ok_or_else(|| self.unreadable(format!("{name} is missing")))?;
        read(value).ok_or_else(|| self.unreadable(format!("{name} is not what it should be")))
    }

    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Result<N, StoreError> {
        self.attribute(name, |value| value.as_n().ok()?.parse().ok())
    }

    pub(super) fn text(&self, name: &str) -> Result<&'item str, StoreError> {
        self.attribute(name, |value| value.as_s().ok().map(String::as_str))
    }

    /// A text that is parsed to something else.
    pub(super) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, StoreError> {
        self.attribute(name, |value| value.as_s().ok()?.parse().ok())
    }

    pub(super) fn yes_no(&self, name: &str) -> Result<bool, StoreError> {
        self.attribute(name, |value| value.as_bool().ok().copied())
    }

    pub(super) fn map(&self, name: &str) -> Result<&'item Item, StoreError> {
        self.attribute(name, |value| value.as_m().ok())
    }

    pub(super) fn list(&self, name: &str) -> Result<&'item [AttributeValue], StoreError> {
        self.attribute(name, |value| value.as_l().ok().map(Vec::as_slice))
    }

    pub(super) fn version(&self) -> Result<Version, StoreError> {
        self.number(VERSION).map(Version)
    }

    pub(super) fn bytes(&self, name: &str) -> Result<&'item [u8], StoreError> {
        self.attribute(name, |value| value.as_b().ok().map(Blob::as_ref))
    }

    /// The JSON that was compressed.
    pub(super) fn document(&self) -> Result<Vec<u8>, StoreError> {
        self.json(DOCUMENT)
    }

    /// The JSON that was compressed, in an attribute of its own.
    pub(super) fn json(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let blob = self.bytes(name)?;
        let mut json = Vec::new();
        let read = GzDecoder::new(blob).take(DOCUMENT_BYTES_MAX).read_to_end(&mut json);
        read.map_err(|error| self.unreadable(error.to_string()))?;
        Ok(json)
    }
}
