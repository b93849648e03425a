//! Answers that are made once: serialised, digested and compressed, then given away as they are until what they tell
//! of changes.
//!
//! Reads of the hot catalog are served from here without touching the store. An answer remembers what it was made
//! from; a commit marks what it changed before its writer is answered, so nobody who has seen a write succeed gets an
//! answer from before it.

mod encoders;

use std::io::Write;
use std::sync::Arc;

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use ecom67_app::kept::{Changes, Dependency, Kept};
use ecom67_app::search_log::CountedSearch;
use hyper::header::{HeaderMap, HeaderValue};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, SemaphorePermit};

pub use encoders::EncodingError;

/// Bodies below this size are not worth compressing.
const COMPRESS_FROM: usize = 256;

/// Brotli's effort, of 11, for what is kept long: 5 costs about 0.7 ms for 30 KB and is within 10 % of the smallest.
const BROTLI_QUALITY: i32 = 5;

/// Brotli's effort for a short one that the next change of the catalog makes anew: a third of the time, and a tenth
/// larger. Pages with lists are longer: that tenth decides whether a home page comes in the first ten packets, which
/// are sent before a phone has said that it got any.
const BROTLI_QUALITY_OF_LISTS: i32 = 3;

/// The longest list that is compressed with little effort where it was made: less than a quarter of a millisecond.
const COMPRESSED_IN_PLACE_MAX: usize = 32 * 1_024;

/// How far back Brotli looks, as a power of two: over the whole of any answer. With efforts from 5 on it takes another,
/// much slower way below 17.
const BROTLI_WINDOW: i32 = 18;

/// The least for a list: over the whole of it, but no further, since Brotli makes and empties room for twice as much
/// before it begins.
const BROTLI_WINDOW_OF_LISTS_MIN: i32 = 14;

/// Answers that are made at once for each core: some of them wait for the store.
const MAKERS_PER_CORE: usize = 2;

/// How a body is encoded on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// Deflate in a gzip frame.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Encoding {
    /// The best encoding that a request accepts (RFC 9110, 12.5.3; a weight other than zero counts as acceptance).
    pub fn accepted(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers.get("accept-encoding").and_then(|value| value.to_str().ok()) else {
            return Self::Identity;
        };
        let mut best = Self::Identity;
        for part in accepted.split(',') {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let weight =
                parameters.trim().strip_prefix("q=").map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
            match name.trim() {
                "br" if weight > 0.0 => return Self::Brotli,
                "gzip" if weight > 0.0 => best = Self::Gzip,
                _ => {}
            }
        }
        best
    }

    /// The header that names it.
    pub const fn header(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Brotli => Some(HeaderValue::from_static("br")),
        }
    }

    /// Encodes `body`; a short one is left as it is, and the encoding it ends up in is told.
    fn encode(self, body: Vec<u8>, brotli_quality: i32) -> (Self, Bytes) {
        if body.len() < COMPRESS_FROM {
            return (Self::Identity, body.into());
        }
        match self {
            Self::Identity => (self, body.into()),
            Self::Gzip => {
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
                let encoded = gzip.write_all(&body).and_then(|()| gzip.finish());
                encoded.map_or_else(|_| (Self::Identity, body.into()), |encoded| (self, exactly(&encoded)))
            }
            Self::Brotli => {
                let parameters = BrotliEncoderParams {
                    quality: brotli_quality,
                    lgwin: brotli_window(brotli_quality, body.len()),
                    size_hint: body.len(),
                    ..BrotliEncoderParams::default()
                };
                let mut encoded = Vec::with_capacity(body.len() / 4);
                match brotli::BrotliCompress(&mut body.as_slice(), &mut encoded, &parameters) {
                    Ok(_) => (self, exactly(&encoded)),
                    Err(_) => (Self::Identity, body.into()),
                }
            }
        }
    }
}

/// The window for a body of so many bytes.
fn brotli_window(quality: i32, length: usize) -> i32 {
    if quality > BROTLI_QUALITY_OF_LISTS {
        return BROTLI_WINDOW;
    }
    // The format keeps the last sixteen bytes of a window for itself.
    let reaches = |window: &i32| length + 16 <= 1 << window;
    (BROTLI_WINDOW_OF_LISTS_MIN..BROTLI_WINDOW).find(reaches).unwrap_or(BROTLI_WINDOW)
}

/// A copy without the room to grow that a vector has, since it may be kept for long. To make the vector shorter would not do:
/// the allocator leaves a block as it is until less than half of it is used.
fn exactly(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

/// A response body, ready to be sent.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The encoded body.
    pub body: Bytes,
    /// How it is encoded.
    pub encoding: Encoding,
    /// `Content-Type`.
    pub content_type: HeaderValue,
    /// The beginning of the digest of the body before it was encoded: as short as it can be kept, since there are many.
    pub digest: [u8; 16],
    /// The search whose results it tells, where it is one.
    pub search: Option<CountedSearch>,
}

impl Answer {
    /// `ETag`: it names the body, however it is encoded.
    pub fn etag(&self) -> HeaderValue {
        let etag = format!("W/\"{:032x}\"", u128::from_be_bytes(self.digest));
        HeaderValue::try_from(etag).expect("hexadecimal digits are a header's value")
    }

    /// Digests and encodes a body that was made from what `dependency` tells.
    pub fn new(body: Vec<u8>, content_type: HeaderValue, encoding: Encoding, dependency: &Dependency) -> Self {
        let mut digest = [0; 16];
        digest.copy_from_slice(&blake3::hash(&body).as_bytes()[..16]);
        let is_quick = is_short_list(dependency, body.len());
        let brotli_quality = if is_quick { BROTLI_QUALITY_OF_LISTS } else { BROTLI_QUALITY };
        let (encoding, body) = encoding.encode(body, brotli_quality);
        Self { body, encoding, content_type, digest, search: None }
    }

    /// The same on a thread where nobody else waits, if compressing takes longer than to go there and back.
    pub async fn made(
        body: Vec<u8>,
        content_type: HeaderValue,
        encoding: Encoding,
        dependency: Dependency,
    ) -> Result<Self, EncodingError> {
        // gzip takes three times as long.
        if encoding != Encoding::Gzip && is_short_list(&dependency, body.len()) {
            return Ok(Self::new(body, content_type, encoding, &dependency));
        }
        encoders::run(move || Self::new(body, content_type, encoding, &dependency)).await
    }
}

/// Whether the next change of the catalog makes it anew, and it is short.
const fn is_short_list(dependency: &Dependency, length: usize) -> bool {
    matches!(dependency, Dependency::Index(_) | Dependency::Popularity(_)) && length <= COMPRESSED_IN_PLACE_MAX
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    path: Box<str>,
    encoding: Encoding,
}

#[derive(Clone)]
struct Bytewise;

impl Weighter<Key, Arc<Kept<Answer>>> for Bytewise {
    fn weight(&self, key: &Key, kept: &Arc<Kept<Answer>>) -> u64 {
        let search = kept.value.search.as_ref().map_or(0, CountedSearch::weight);
        (key.path.len() + kept.value.body.len()) as u64 + search + kept.weight()
    }
}

/// The answers that are kept.
pub struct AnswerCache {
    cache: Cache<Key, Arc<Kept<Answer>>, Bytewise>,
    /// When what was changed.
    pub changes: Arc<Changes>,
    /// How many answers may be made at once.
    makers: Semaphore,
}

impl AnswerCache {
    /// Keeps answers of at most `bytes_max` in all.
    pub fn new(bytes_max: u64) -> Self {
        // An answer takes about 2 KB compressed.
        let items = usize::try_from(bytes_max / 2_048).unwrap_or(usize::MAX).max(16);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            cache: Cache::with_weighter(items, bytes_max, Bytewise),
            changes: Arc::default(),
            makers: Semaphore::new(cores * MAKERS_PER_CORE),
        }
    }

    /// Waits until another answer may be made: as many at once as there are requests would take memory for all of them
    /// and be done no sooner.
    pub async fn make(&self) -> SemaphorePermit<'_> {
        self.makers.acquire().await.expect("nobody closes it")
    }

    /// The answer for a path in an encoding, if it still holds in the index's present generation.
    pub fn get(&self, path: &str, encoding: Encoding, generation: u64) -> Option<Answer> {
        let kept = self.cache.get(&KeyRef { path, encoding })?;
        kept.holds(&self.changes, generation).then(|| kept.value.clone())
    }

    /// Keeps an answer that was made from what stood at `made_at`.
    pub fn put(&self, path: &str, encoding: Encoding, answer: Answer, dependency: &Dependency, made_at: u64) {
        let kept = Kept::new(answer, dependency, made_at, &self.changes);
        self.cache.insert(Key { path: path.into(), encoding }, Arc::new(kept));
    }
}

/// A key that need not be allocated to be looked up.
#[derive(Hash)]
struct KeyRef<'path> {
    path: &'path str,
    encoding: Encoding,
}

impl quick_cache::Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.path == *key.path && self.encoding == key.encoding
    }
}

#[cfg(test)]
mod tests {
    use ecom67_app::port::Subject;

    use super::*;

    fn product(code: &str) -> Subject {
        Subject::Product(code.parse().unwrap())
    }

    fn answer() -> Answer {
        let json = HeaderValue::from_static("application/json");
        Answer::new(b"{}".to_vec(), json, Encoding::Brotli, &Dependency::Shop)
    }

    #[test]
    fn an_answer_holds_until_its_product_or_stock_changes() {
        let cache = AnswerCache::new(1_000_000);
        let stock = Subject::Stock("MUG".parse().unwrap());
        let of_mug = Dependency::Product(vec![product("mug"), stock.clone()]);
        for changed in [product("mug"), stock] {
            cache.put("/mug", Encoding::Brotli, answer(), &of_mug, cache.changes.now());
            assert!(cache.get("/mug", Encoding::Brotli, 0).is_some());

            cache.changes.committed(&[changed]);

            assert!(cache.get("/mug", Encoding::Brotli, 0).is_none());
        }
    }

    #[test]
    fn an_answer_made_while_its_product_changed_is_never_given() {
        let cache = AnswerCache::new(1_000_000);
        let read_at = cache.changes.now();

        cache.changes.committed(&[product("mug")]);
        cache.put("/mug", Encoding::Brotli, answer(), &Dependency::Product(vec![product("mug")]), read_at);

        assert!(cache.get("/mug", Encoding::Brotli, 0).is_none());
    }

    #[test]
    fn a_list_holds_for_one_generation_of_the_index_and_everything_until_the_shop_changes() {
        let cache = AnswerCache::new(1_000_000);
        cache.put("/list", Encoding::Gzip, answer(), &Dependency::Index(3), cache.changes.now());
        cache.put("/page", Encoding::Gzip, answer(), &Dependency::Shop, cache.changes.now());

        assert!(cache.get("/list", Encoding::Gzip, 3).is_some());
        assert!(cache.get("/list", Encoding::Gzip, 4).is_none());
        assert!(cache.get("/list", Encoding::Brotli, 3).is_none());
        cache.changes.shop_changed();
        assert!(cache.get("/list", Encoding::Gzip, 3).is_none());
        assert!(cache.get("/page", Encoding::Gzip, 3).is_none());
    }

    #[test]
    fn a_weight_of_zero_refuses_an_encoding() {
        let accepted = |value: &'static str| {
            let headers = HeaderMap::from_iter([(hyper::header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            Encoding::accepted(&headers)
        };

        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepted("gzip;q=1.0, br;q=0"), Encoding::Gzip);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }
}
