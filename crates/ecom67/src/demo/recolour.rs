//! Recolouring: the same thing in another colour, as a maker would dye it.
//!
//! The pixels near the picture's main hue turn to the new one; what has another hue, a handle or a ribbon, stays.
//! Light and shadow stay, moved towards the lightness of the new colour in the middle tones only, so that highlights
//! and outlines survive. A picture without a main hue is dyed as a whole.

use anyhow::Context;
use ecom67_domain::attribute::Color;
use image::RgbaImage;

/// Pixels duller than this have no hue to speak of.
const DULL: f32 = 0.12;

/// How far from the main hue a pixel still belongs to it, in degrees.
const REACH: f32 = 55.0;

/// Below this share of coloured pixels a picture has no main hue.
const COLOURED_SHARE_MIN: f32 = 0.08;

/// How much of the distance in lightness is gone.
const LIGHTNESS_SHARE: f32 = 0.75;

/// How good the recoloured WebP is, of 100.
const QUALITY: f32 = 90.0;

/// Hue in degrees, saturation and lightness from 0 to 1.
#[derive(Clone, Copy)]
struct Hsl {
    hue: f32,
    saturation: f32,
    lightness: f32,
}

/// The picture with its main colour turned to `color`, as WebP.
pub(crate) fn recolour(bytes: &[u8], color: Color) -> anyhow::Result<Vec<u8>> {
    let mut picture = image::load_from_memory(bytes).context("the picture cannot be read")?.into_rgba8();
    turn(&mut picture, from_rgb(color.0));
    let (width, height) = picture.dimensions();
    let encoded = webp::Encoder::from_rgba(picture.as_raw(), width, height).encode_simple(false, QUALITY);
    let encoded = encoded.map_err(|error| anyhow::anyhow!("the WebP encoder failed: {error:?}"))?;
    Ok(encoded.to_vec())
}

fn turn(picture: &mut RgbaImage, target: Hsl) {
    let main = main_hue(picture);
    let belongs =
        |pixel: Hsl| main.is_none_or(|main| pixel.saturation >= DULL && distance(pixel.hue, main).abs() <= REACH);
    let (mut count, mut saturation, mut lightness) = (0.0_f32, 0.0_f32, 0.0_f32);
    for pixel in picture.pixels().filter(|pixel| pixel.0[3] > 0) {
        let color = hsl_of(*pixel);
        if belongs(color) {
            count += 1.0;
            saturation += color.saturation;
            lightness += color.lightness;
        }
    }
    if count == 0.0 {
        return;
    }
    let (saturation, lightness) = (saturation / count, lightness / count);
    for pixel in picture.pixels_mut().filter(|pixel| pixel.0[3] > 0) {
        let color = hsl_of(*pixel);
        if !belongs(color) {
            continue;
        }
        let (hue, dyed) = match main {
            Some(main) => {
                let strength = (target.saturation / saturation.max(DULL)).min(1.6);
                (target.hue + distance(color.hue, main) * 0.5, (color.saturation * strength).min(1.0))
            }
            None => (target.hue, target.saturation),
        };
        // A parabola over the lightness: black and white do not move.
        let middle = 4.0 * color.lightness * (1.0 - color.lightness);
        let moved = color.lightness + (target.lightness - lightness) * LIGHTNESS_SHARE * middle;
        let [red, green, blue] = to_rgb(Hsl { hue, saturation: dyed, lightness: moved.clamp(0.0, 1.0) });
        pixel.0 = [red, green, blue, pixel.0[3]];
    }
}

fn hsl_of(pixel: image::Rgba<u8>) -> Hsl {
    let [red, green, blue, _] = pixel.0;
    from_rgb([red, green, blue])
}

/// The hue that most of the coloured surface has, found in steps of ten degrees.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a hue of 0 to 360 makes a place of 0 to 35"
)]
#[expect(clippy::cast_precision_loss, reason = "places and counts of pixels are small")]
fn main_hue(picture: &RgbaImage) -> Option<f32> {
    let mut weights = [0.0_f32; 36];
    let (mut visible, mut coloured) = (0.0_f32, 0.0_f32);
    for pixel in picture.pixels().filter(|pixel| pixel.0[3] > 127) {
        let color = hsl_of(*pixel);
        visible += 1.0;
        if color.saturation >= DULL {
            coloured += 1.0;
            weights[(color.hue / 10.0) as usize % 36] += color.saturation;
        }
    }
    if coloured < visible * COLOURED_SHARE_MIN {
        return None;
    }
    let smoothed = |place: usize| weights[(place + 35) % 36] + 2.0 * weights[place] + weights[(place + 1) % 36];
    let best = (0..36).max_by(|a, b| smoothed(*a).total_cmp(&smoothed(*b)))?;
    Some(best as f32 * 10.0 + 5.0)
}

/// From `to` to `from` the short way round, in degrees.
fn distance(from: f32, to: f32) -> f32 {
    (from - to + 540.0).rem_euclid(360.0) - 180.0
}

fn from_rgb(rgb: [u8; 3]) -> Hsl {
    let [red, green, blue] = rgb.map(|channel| f32::from(channel) / 255.0);
    let (highest, lowest) = (red.max(green).max(blue), red.min(green).min(blue));
    let (lightness, spread) = (f32::midpoint(highest, lowest), highest - lowest);
    if spread < f32::EPSILON {
        return Hsl { hue: 0.0, saturation: 0.0, lightness };
    }
    let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs()).max(f32::EPSILON);
    let sixth = if red >= highest {
        ((green - blue) / spread).rem_euclid(6.0)
    } else if green >= highest {
        (blue - red) / spread + 2.0
    } else {
        (red - green) / spread + 4.0
    };
    Hsl { hue: sixth * 60.0, saturation: saturation.min(1.0), lightness }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a channel is clamped to 0 to 255")]
fn to_rgb(color: Hsl) -> [u8; 3] {
    let spread = (1.0 - (2.0 * color.lightness - 1.0).abs()) * color.saturation;
    let sixth = color.hue.rem_euclid(360.0) / 60.0;
    let second = spread * (1.0 - (sixth.rem_euclid(2.0) - 1.0).abs());
    let (red, green, blue) = match sixth {
        sixth if sixth < 1.0 => (spread, second, 0.0),
        sixth if sixth < 2.0 => (second, spread, 0.0),
        sixth if sixth < 3.0 => (0.0, spread, second),
        sixth if sixth < 4.0 => (0.0, second, spread),
        sixth if sixth < 5.0 => (second, 0.0, spread),
        _ => (spread, 0.0, second),
    };
    let lift = color.lightness - spread / 2.0;
    [red, green, blue].map(|channel| ((channel + lift) * 255.0).round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(rgba: [u8; 4]) -> RgbaImage {
        RgbaImage::from_pixel(8, 8, image::Rgba(rgba))
    }

    fn turned(rgba: [u8; 4], color: &str) -> [u8; 4] {
        let mut picture = filled(rgba);
        turn(&mut picture, from_rgb(color.parse::<Color>().unwrap().0));
        picture.get_pixel(3, 3).0
    }

    #[test]
    fn a_red_thing_turns_blue_and_keeps_its_edges() {
        let [red, _, blue, alpha] = turned([210, 40, 50, 200], "#2f64a8");

        assert!(blue > red, "{red} {blue}");
        assert_eq!(alpha, 200);
        assert_eq!(turned([210, 40, 50, 0], "#2f64a8"), [210, 40, 50, 0], "what cannot be seen stays");
    }

    #[test]
    fn white_and_black_stay_what_they_are() {
        assert_eq!(turned([255, 255, 255, 255], "#2f64a8"), [255, 255, 255, 255]);
        assert_eq!(turned([0, 0, 0, 255], "#2f64a8"), [0, 0, 0, 255]);
    }

    #[test]
    fn what_has_another_hue_is_not_dyed() {
        let mut picture = filled([210, 40, 50, 255]);
        picture.put_pixel(0, 0, image::Rgba([40, 170, 60, 255]));
        turn(&mut picture, from_rgb([0x2f, 0x64, 0xa8]));

        assert_eq!(picture.get_pixel(0, 0).0, [40, 170, 60, 255]);
    }

    #[test]
    fn colours_survive_the_way_there_and_back() {
        for rgb in [[214, 69, 93], [1, 2, 3], [250, 250, 10], [128, 128, 128]] {
            let back = to_rgb(from_rgb(rgb));
            let off = rgb.iter().zip(back).map(|(a, b)| a.abs_diff(b)).max();
            assert!(off <= Some(1), "{rgb:?} became {back:?}");
        }
    }
}
