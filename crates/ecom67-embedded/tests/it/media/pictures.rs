//! Pictures to try things with.

use std::io::Cursor;

use ecom67_testkit::Random;
use image::{DynamicImage, ImageFormat, RgbaImage};

/// A picture that no compressor makes small, different for each seed.
pub(super) fn noise(width: u32, height: u32, seed: u64) -> DynamicImage {
    let mut chance = Random::seeded(seed);
    let mut byte = move || u8::try_from(chance.below(256)).expect("a number below 256");
    RgbaImage::from_fn(width, height, |_, _| image::Rgba([byte(), byte(), byte(), 255])).into()
}

/// A smooth picture, dark at the left and bright at the right.
pub(super) fn gradient(width: u32, height: u32) -> DynamicImage {
    let shade = |x: u32| u8::try_from(x * 255 / width.max(1)).expect("at most 255");
    RgbaImage::from_fn(width, height, |x, _| image::Rgba([shade(x), shade(x), shade(x), 255])).into()
}

pub(super) fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let result = match format {
        // JPEG has no transparency.
        ImageFormat::Jpeg => picture.to_rgb8().write_to(&mut bytes, format),
        _ => picture.write_to(&mut bytes, format),
    };
    result.expect("a picture can be encoded");
    bytes.into_inner()
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encode(&gradient(width, height), ImageFormat::Png)
}

pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(&gradient(width, height), ImageFormat::Jpeg)
}

/// A PNG of one pixel whose header says that it has far more.
pub(super) fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The checksum of PNG (ISO 3309), the slow way.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

/// The JPEG with a note that it was taken with the camera turned by 90° (Exif orientation 6).
pub(super) fn turned(jpeg: &[u8]) -> Vec<u8> {
    let exif: &[u8] = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).expect("a short note").to_be_bytes();
    [&jpeg[..2], b"\xFF\xE1", &length, exif, &jpeg[2..]].concat()
}
