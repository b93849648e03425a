//! From bytes that somebody gave to a picture, if they are one and not too much of one.

use std::io::Cursor;
use std::panic::catch_unwind;

use ecom67_app::port::MediaError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbaImage};

/// The most bytes of a picture's file.
pub(super) const BYTES_MAX: u64 = 20 * 1024 * 1024;
/// The most pixels of a picture: a small file can unfold to any size.
const PIXELS_MAX: u64 = 50 * 1_000_000;
/// The most millions of pixels that are decoded at once, each at up to twelve bytes: as many as one picture may have.
pub(super) const MEGAPIXELS_AT_ONCE: usize = 50;
/// The most memory a decoder may take: four bytes a pixel, and as much again for its own work.
const DECODE_BYTES_MAX: u64 = PIXELS_MAX * 8;

/// A picture as it is looked at: upright.
pub(super) struct Picture {
    pub(super) pixels: RgbaImage,
    /// The bytes it came from show just this wherever WebP is shown.
    pub(super) is_plain_webp: bool,
}

pub(super) const fn too_large() -> MediaError {
    MediaError::TooLarge { bytes_max: BYTES_MAX, pixels_max: PIXELS_MAX }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Picture, MediaError> {
    if bytes.len() as u64 > BYTES_MAX {
        return Err(too_large());
    }
    // Decoders are large, and some file will bring one down: that says something about the file, not about the store.
    catch_unwind(|| try_decode(bytes)).unwrap_or_else(|_| {
        tracing::warn!("a decoder panicked over a picture");
        Err(MediaError::Unreadable)
    })
}

/// How many millions of pixels the picture says it has, begun ones included; refused where that is too many.
pub(super) fn megapixels(bytes: &[u8]) -> Result<u32, MediaError> {
    let read = || -> Result<(u32, u32), MediaError> {
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| MediaError::Unreadable)?;
        reader.into_dimensions().map_err(of_decoder)
    };
    let (width, height) = catch_unwind(read).unwrap_or(Err(MediaError::Unreadable))?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MAX {
        return Err(too_large());
    }
    u32::try_from(pixels.div_ceil(1_000_000).max(1)).map_err(|_| too_large())
}

fn try_decode(bytes: &[u8]) -> Result<Picture, MediaError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| MediaError::Unreadable)?;
    let format = reader.format().ok_or(MediaError::Unreadable)?;
    // The decoder shows grey where a JPEG ends too soon.
    if format == ImageFormat::Jpeg && !jpeg_has_its_end(bytes) {
        return Err(MediaError::Unreadable);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(of_decoder)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > DECODE_BYTES_MAX {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(of_decoder)?;
    picture.apply_orientation(orientation);
    let is_plain_webp = format == ImageFormat::WebP && orientation == Orientation::NoTransforms;
    Ok(Picture { pixels: picture.into_rgba8(), is_plain_webp })
}

#[expect(clippy::needless_pass_by_value, reason = "used by `map_err`")]
fn of_decoder(error: ImageError) -> MediaError {
    match error {
        ImageError::Limits(_) => too_large(),
        _ => MediaError::Unreadable,
    }
}

/// Walks the segments of a JPEG to the marker of its end. A thumbnail inside a segment has one of its own, so looking
/// for the marker anywhere would not do.
fn jpeg_has_its_end(bytes: &[u8]) -> bool {
    const END: u8 = 0xD9;
    const SCAN: u8 = 0xDA;
    // Markers that stand alone; the first of them are found inside of scans.
    let is_bare = |marker: u8| matches!(marker, 0x01 | 0xD0..=0xD8);
    let mut at = 0;
    let mut is_in_scan = false;
    while let Some(&[mark, marker]) = bytes.get(at..at + 2) {
        let is_marker = mark == 0xFF && marker != 0xFF && marker != 0x00;
        at += match marker {
            END if is_marker => return true,
            _ if is_marker && !is_bare(marker) => {
                let Some(length) = bytes.get(at + 2..at + 4) else { return false };
                is_in_scan = marker == SCAN;
                2 + usize::from(u16::from_be_bytes([length[0], length[1]]))
            }
            _ if is_marker => 2,
            // A marker may be filled up in front, and stands between the bytes of a scan.
            _ if is_in_scan || mark == 0xFF => 1,
            _ => return false,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::GrayImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_takes_as_much_of_the_memory_as_its_header_says_it_has_pixels() {
        assert_eq!(megapixels(&png(1, 1)).unwrap(), 1);
        assert_eq!(megapixels(&png(1_000, 1_000)).unwrap(), 1);
        assert_eq!(megapixels(&png(1_001, 1_000)).unwrap(), 2);
        assert!(matches!(megapixels(&png(1_000, 1_000)[..20]), Err(MediaError::Unreadable)));
        let most = u32::try_from(PIXELS_MAX / 1_000_000).unwrap();
        assert_eq!(usize::try_from(most).unwrap(), MEGAPIXELS_AT_ONCE, "the largest picture finds room in the end");
    }
}
