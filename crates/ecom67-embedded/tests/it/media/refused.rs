//! What is no picture, or would be too much of one.

use ecom67_app::port::{MediaError, MediaInfo, MediaStore};
use ecom67_testkit::Random;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageFormat};

use super::Pictures;
use super::pictures::{encode, jpeg, noise, png, png_that_claims, turned};

impl Pictures {
    /// Offers the bytes, and makes sure that a refusal leaves nothing behind and is foreseen by a dry run.
    async fn offer(&self, bytes: Vec<u8>) -> Result<MediaInfo, MediaError> {
        let before = self.kept();
        let probed = self.store.probe(bytes.clone()).await;
        let result = self.store.put(bytes).await;
        if result.is_err() {
            assert_eq!(self.kept(), before, "a refused picture is kept");
            assert!(self.unfinished().is_empty(), "a refused picture is left half-made");
        }
        assert_eq!(probed.is_ok(), result.is_ok(), "the dry run says {probed:?}, the real one {result:?}");
        result
    }
}

fn is_unreadable(result: &Result<MediaInfo, MediaError>) -> bool {
    matches!(result, Err(MediaError::Unreadable))
}

fn is_too_large(result: &Result<MediaInfo, MediaError>) -> bool {
    matches!(result, Err(MediaError::TooLarge { .. }))
}

#[tokio::test]
async fn a_small_file_that_claims_to_be_huge_is_refused_before_anything_is_unfolded() {
    let pictures = Pictures::open();

    for (width, height) in [(60_000, 60_000), (8_000, 7_000), (1_000_000_000, 1)] {
        let result = pictures.offer(png_that_claims(width, height)).await;

        assert!(is_too_large(&result), "{width}×{height}: {result:?}");
    }
}

#[tokio::test]
async fn a_small_file_that_unfolds_to_a_huge_picture_is_refused() {
    let pictures = Pictures::open();
    let mut bomb = Vec::new();
    PngEncoder::new_with_quality(&mut bomb, CompressionType::Fast, FilterType::NoFilter)
        .write_image(&vec![0; 9_000 * 6_000], 9_000, 6_000, ExtendedColorType::L8)
        .unwrap();
    assert!(bomb.len() < 1_000_000, "the bomb has {} bytes", bomb.len());

    let result = pictures.offer(bomb).await;

    assert!(is_too_large(&result), "got {result:?}");
}

#[tokio::test]
async fn a_file_of_21_megabytes_is_refused_whatever_it_is() {
    let pictures = Pictures::open();
    let mut bytes = png(10, 10);
    bytes.resize(21 * 1024 * 1024, 0);

    let result = pictures.offer(bytes).await;

    assert!(is_too_large(&result), "got {result:?}");
}

#[tokio::test]
async fn a_picture_too_tall_for_the_format_it_is_shown_in_is_refused() {
    let pictures = Pictures::open();

    let result = pictures.offer(png(20, 20_000)).await;

    assert!(is_too_large(&result), "got {result:?}");
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let pictures = Pictures::open();
    for (what, bytes) in [
        ("nothing", vec![]),
        ("text", b"<svg onload=alert(1)></svg>".to_vec()),
        ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("only the beginning of a PNG", png(10, 10)[..20].to_vec()),
        ("only the beginning of a WebP", encode(&noise(10, 10, 1), ImageFormat::WebP)[..16].to_vec()),
        ("the signature of a JPEG", b"\xFF\xD8\xFF\xE0".to_vec()),
    ] {
        let result = pictures.offer(bytes).await;

        assert!(is_unreadable(&result), "{what}: {result:?}");
    }
}

#[tokio::test]
async fn a_truncated_picture_is_refused() {
    let pictures = Pictures::open();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encode(&noise(300, 200, 1), format);
        for eighths in 1..8 {
            let result = pictures.offer(whole[..whole.len() * eighths / 8].to_vec()).await;

            assert!(is_unreadable(&result), "{eighths}/8 of a {format:?}: {result:?}");
        }
    }
}

#[tokio::test]
async fn a_jpeg_without_its_last_bytes_is_refused_even_if_it_carries_a_whole_thumbnail() {
    let pictures = Pictures::open();
    let thumbnail = jpeg(16, 16);
    let length = u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes();
    let whole = jpeg(300, 200);
    let mut bytes = [&whole[..2], b"\xFF\xE2", &length, &thumbnail, &whole[2..]].concat();
    assert!(pictures.offer(bytes.clone()).await.is_ok());

    bytes.truncate(bytes.len() - 10);
    let result = pictures.offer(bytes).await;

    assert!(is_unreadable(&result), "got {result:?}");
}

#[tokio::test]
async fn what_follows_the_end_of_a_jpeg_does_not_matter() {
    let pictures = Pictures::open();

    let result = pictures.offer([jpeg(30, 20), b"some cameras write more".to_vec()].concat()).await;

    assert!(result.is_ok(), "got {result:?}");
}

#[tokio::test]
async fn whatever_happens_to_a_file_it_is_kept_or_refused_and_never_half_there() {
    let pictures = Pictures::open();
    let mut chance = Random::seeded(7);
    let (png, jpeg) = (png(40, 30), turned(&jpeg(40, 30)));
    let (webp, noisy) = (encode(&noise(40, 30, 1), ImageFormat::WebP), encode(&noise(20, 20, 2), ImageFormat::Png));
    for _ in 0..300 {
        let mut bytes = chance.pick(&[&png, &jpeg, &webp, &noisy]).clone();
        for _ in 0..=chance.below(4) {
            let at = usize::try_from(chance.below(bytes.len() as u64)).unwrap();
            bytes[at] = u8::try_from(chance.below(256)).unwrap();
        }

        let result = pictures.offer(bytes).await;

        assert!(!matches!(result, Err(MediaError::Store(_))), "got {result:?}");
    }
}
