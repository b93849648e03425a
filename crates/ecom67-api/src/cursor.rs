//! Cursors: where the next page begins, signed so that nobody can make one up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecom67_app::search::{SortKey, SortValue};
use serde::{Deserialize, Serialize};

/// Bytes of the signature: forging one takes 2^64 requests on average.
const SIGNATURE_LENGTH: usize = 16;

/// The longest cursor that is looked at: one with the longest name, 500 characters, in a script of three bytes each,
/// has 2,150 characters.
const CURSOR_LENGTH_MAX: usize = 2_400;

/// Signs cursors with a key that the shop keeps.
#[derive(Clone)]
pub struct CursorSigner {
    key: [u8; 32],
}

/// The contents of a cursor, in as few bytes as JSON allows.
#[derive(Serialize, Deserialize)]
struct Contents {
    /// The list it belongs to.
    l: u64,
    /// The code.
    c: String,
    #[serde(flatten)]
    value: Value,
}

#[derive(Serialize, Deserialize)]
enum Value {
    /// The bits of a score: text would round it.
    #[serde(rename = "s")]
    Score(u32),
    #[serde(rename = "n")]
    Number(i64),
    #[serde(rename = "t")]
    Name(String),
}

impl CursorSigner {
    /// Signs with `key`.
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The cursor that goes on after `key` in the list with the digest `list`.
    pub fn sign(&self, list: u64, key: &SortKey) -> String {
        let value = match &key.value {
            SortValue::Score(score) => Value::Score(score.to_bits()),
            SortValue::Number(number) => Value::Number(*number),
            SortValue::Name(name) => Value::Name(name.clone()),
        };
        let contents = Contents { l: list, c: key.code.to_string(), value };
        let mut bytes = serde_json::to_vec(&contents).expect("numbers and texts are always JSON");
        bytes.extend_from_slice(&self.signature(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Where the list goes on, if the cursor is ours and of this list.
    pub fn verify(&self, list: u64, cursor: &str) -> Option<SortKey> {
        if cursor.len() > CURSOR_LENGTH_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (contents, signature) = bytes.split_last_chunk::<SIGNATURE_LENGTH>()?;
        // blake3::Hash compares in constant time; so does this, by folding all differences into one byte.
        let difference = self.signature(contents).iter().zip(signature).fold(0, |sum, (a, b)| sum | (a ^ b));
        if difference != 0 {
            return None;
        }
        let contents: Contents = serde_json::from_slice(contents).ok()?;
        let value = match contents.value {
            Value::Score(bits) => SortValue::Score(f32::from_bits(bits)),
            Value::Number(number) => SortValue::Number(number),
            Value::Name(name) => SortValue::Name(name),
        };
        (contents.l == list).then_some(SortKey { value, code: contents.c.parse().ok()? })
    }

    fn signature(&self, bytes: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let digest = blake3::keyed_hash(&self.key, bytes);
        *digest.as_bytes().first_chunk().expect("a digest has 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SortKey {
        SortKey { value: SortValue::Score(1.25), code: "mug".parse().unwrap() }
    }

    #[test]
    fn a_cursor_leads_back_to_where_it_was_made() {
        let signer = CursorSigner::new([7; 32]);
        for value in [SortValue::Score(0.1), SortValue::Number(-5), SortValue::Name("becher ü".into())] {
            let key = SortKey { value, ..key() };
            assert_eq!(signer.verify(1, &signer.sign(1, &key)), Some(key));
        }
    }

    #[test]
    fn the_longest_name_in_any_script_fits_into_a_cursor() {
        let signer = CursorSigner::new([7; 32]);
        let key = SortKey { value: SortValue::Name("茶".repeat(500)), code: "m".repeat(64).parse().unwrap() };

        assert_eq!(signer.verify(1, &signer.sign(1, &key)), Some(key));
    }

    #[test]
    fn a_forged_or_borrowed_cursor_is_refused() {
        let signer = CursorSigner::new([7; 32]);
        let cursor = signer.sign(1, &key());

        assert_eq!(signer.verify(2, &cursor), None, "it belongs to another list");
        assert_eq!(CursorSigner::new([8; 32]).verify(1, &cursor), None, "another shop signed it");
        for place in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(forged == cursor || signer.verify(1, &forged).is_none(), "changed at {place}");
        }
        for garbage in ["", "x", "====", &"A".repeat(5_000)] {
            assert_eq!(signer.verify(1, garbage), None);
        }
    }
}
