//! What is kept of a picture.

use ecom67_app::port::MediaStore;
use ecom67_embedded::media::FolderMediaStore;
use image::{GenericImageView, ImageFormat, Pixel};
use tokio::task::JoinSet;

use super::Pictures;
use super::pictures::{encode, gradient, jpeg, noise, png, turned};

#[tokio::test]
async fn the_same_bytes_twice_are_one_picture() {
    let pictures = Pictures::open();

    let first = pictures.store.put(png(300, 200)).await.unwrap();
    let second = pictures.store.put(png(300, 200)).await.unwrap();

    assert_eq!(first, second);
    assert_eq!(pictures.kept().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_many_times_at_once_are_one_picture() {
    let pictures = Pictures::open();
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let store = pictures.store.clone();
        tasks.spawn(async move { store.put(png(400, 300)).await.unwrap() });
    }

    let infos = tasks.join_all().await;

    assert!(infos.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(pictures.kept().len(), 1);
    assert!(pictures.unfinished().is_empty());
}

#[tokio::test]
async fn a_picture_is_kept_in_smaller_widths_and_never_enlarged() {
    for (width, widths) in [
        (100, vec![100]),
        (160, vec![160]),
        (500, vec![160, 320, 500]),
        (1920, vec![160, 320, 640, 960, 1280, 1920]),
        (2000, vec![160, 320, 640, 960, 1280, 1920]),
    ] {
        let pictures = Pictures::open();

        let info = pictures.store.put(png(width, 100)).await.unwrap();

        assert_eq!((info.width, info.height), (width, 100));
        assert_eq!(info.widths, widths, "of {width}");
        for kept in widths {
            let file = pictures.store.file(&info.id, kept).await.unwrap().expect("the width is there");
            let file = image::load_from_memory_with_format(&file.bytes, ImageFormat::WebP).unwrap();
            let height = (f64::from(kept) * 100.0 / f64::from(width)).round();
            assert_eq!(file.width(), kept);
            assert!((f64::from(file.height()) - height).abs() <= 1.0, "{} is not about {height}", file.height());
        }
    }
}

#[tokio::test]
async fn a_resized_picture_still_shows_the_same() {
    let pictures = Pictures::open();

    let info = pictures.store.put(png(1_000, 500)).await.unwrap();

    let file = pictures.store.file(&info.id, 160).await.unwrap().unwrap();
    let file = image::load_from_memory(&file.bytes).unwrap();
    let brightness = |x| file.get_pixel(x, 40).to_luma()[0];
    let expected = [(8, 13), (80, 127), (150, 239)];
    assert!(
        expected.iter().all(|(x, shade)| brightness(*x).abs_diff(*shade) < 8),
        "got {:?}",
        expected.map(|(x, _)| brightness(x))
    );
}

#[tokio::test]
async fn what_shines_through_still_does_when_resized() {
    let pictures = Pictures::open();
    let mut picture = gradient(400, 400).into_rgba8();
    picture.enumerate_pixels_mut().filter(|(x, _, _)| *x < 200).for_each(|(_, _, pixel)| pixel[3] = 0);

    let info = pictures.store.put(encode(&picture.into(), ImageFormat::Png)).await.unwrap();

    let file = pictures.store.file(&info.id, 160).await.unwrap().unwrap();
    let file = image::load_from_memory(&file.bytes).unwrap();
    assert_eq!((file.get_pixel(20, 80)[3], file.get_pixel(140, 80)[3]), (0, 255));
}

#[tokio::test]
async fn a_photograph_taken_with_the_camera_turned_stands_upright() {
    let pictures = Pictures::open();

    let info = pictures.store.put(turned(&jpeg(400, 200))).await.unwrap();

    assert_eq!((info.width, info.height), (200, 400));
    let file = pictures.store.file(&info.id, 200).await.unwrap().unwrap();
    let file = image::load_from_memory(&file.bytes).unwrap();
    let brightness = |y| file.get_pixel(100, y).to_luma()[0];
    assert!(brightness(10) < 30 && brightness(390) > 220, "dark above, bright below");
}

#[tokio::test]
async fn pictures_of_extreme_shape_are_kept() {
    let pictures = Pictures::open();
    for (width, height) in [(1, 1), (1, 3_000), (6_000, 1), (161, 7)] {
        let info = pictures.store.put(png(width, height)).await.unwrap();

        for kept in info.widths {
            let file = pictures.store.file(&info.id, kept).await.unwrap().unwrap();
            let file = image::load_from_memory(&file.bytes).unwrap();
            assert!(file.width() == kept && file.height() >= 1, "{width}×{height}");
        }
    }
}

#[tokio::test]
async fn originals_come_back_byte_for_byte() {
    let pictures = Pictures::open();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = encode(&noise(200, 100, 1), format);

        let info = pictures.store.put(bytes.clone()).await.unwrap();

        assert_eq!(pictures.store.original(&info.id).await.unwrap(), Some(bytes), "{format:?}");
    }
}

#[tokio::test]
async fn a_webp_picture_is_not_made_worse_at_its_own_width() {
    let pictures = Pictures::open();
    let bytes = encode(&noise(200, 100, 1), ImageFormat::WebP);

    let info = pictures.store.put(bytes.clone()).await.unwrap();

    assert_eq!(pictures.store.file(&info.id, 200).await.unwrap().unwrap().bytes, bytes);
}

#[tokio::test]
async fn a_picture_is_known_to_whoever_opens_the_folder_next() {
    let pictures = Pictures::open();
    let info = pictures.store.put(png(300, 200)).await.unwrap();

    let next = FolderMediaStore::open(pictures.folder.path()).unwrap();

    assert_eq!(next.info(&info.id).await.unwrap(), Some(info.clone()));
    assert!(next.file(&info.id, 160).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_never_kept_is_absent() {
    let pictures = Pictures::open();
    let kept = pictures.store.put(png(300, 200)).await.unwrap();
    let absent = "0123456789".repeat(4).parse().unwrap();

    assert_eq!(pictures.store.info(&absent).await.unwrap(), None);
    assert_eq!(pictures.store.original(&absent).await.unwrap(), None);
    assert_eq!(pictures.store.file(&absent, 160).await.unwrap(), None);
    assert_eq!(pictures.store.file(&kept.id, 161).await.unwrap(), None);
}
