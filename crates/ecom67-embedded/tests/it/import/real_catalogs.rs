//! Real catalogs, where `ECOM67_TEST_DATA` names a folder that has them.

use std::time::Instant;

use ecom67_app::import::{FolderPictures, PictureError, PictureSource};
use ecom67_domain::Language;

use super::*;
use crate::shop::{assert_whole, on_hand};

/// The file, or `None` where nobody says where it would be, which is told. A folder without it is a mistake.
fn test_data(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("ECOM67_TEST_DATA") else {
        eprintln!("not run: ECOM67_TEST_DATA names no folder with {file}");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    assert!(path.is_file(), "ECOM67_TEST_DATA names a folder without {file}");
    Some(path)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_of_icecat_goes_in_and_nothing_is_dropped() {
    let Some(path) = test_data("catalog-icecat/products.jsonl.gz") else { return };
    let shop = ImportShop::open().await;
    let began = Instant::now();

    let report = shop.import(Format::Icecat, &path).await;

    eprintln!("imported 19,406 products of Icecat in {:.1} s", began.elapsed().as_secs_f64());
    assert_eq!(
        (report.counts.rows, report.counts.created, report.counts.refused),
        (19_406, 19_406, 0),
        "{:?}",
        report.samples
    );
    assert_eq!(report.counts.mended, 0);
    let products = shop.products().await;
    assert_eq!(products.len(), 19_406);
    assert!(products.iter().all(|product| product.pictures.is_empty() && product.variants.len() == 1));
    let slugs: std::collections::BTreeSet<_> =
        products.iter().map(|product| product.text(Language::ENGLISH).slug.to_string()).collect();
    assert_eq!(slugs.len(), 19_406);
    assert_eq!(on_hand(&shop.database, "3920564").await, 100);
    let head = shop.head().await;
    let again = shop.import(Format::Icecat, &path).await;
    assert_eq!((again.counts.unchanged, again.definitions), (19_406, 0));
    assert_eq!(shop.head().await, head);
    assert_whole(&shop.database).await;
}

/// Every tenth picture of a folder: resizing all of them takes minutes where nothing is optimised.
struct EveryTenth {
    pictures: FolderPictures,
}

impl PictureSource for EveryTenth {
    fn open(&self, name: &str) -> Result<Vec<u8>, PictureError> {
        let sum: usize = name.bytes().map(usize::from).sum();
        if sum.is_multiple_of(10) { self.pictures.open(name) } else { Err(PictureError::Missing) }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_of_luma_goes_in_with_its_variants_and_pictures() {
    let Some(path) = test_data("catalog-luma/products.csv") else { return };
    let shop = ImportShop::open().await;
    let pictures = FolderPictures::new(path.parent().expect("a file is in a folder"));
    let pictures: Arc<dyn PictureSource> = Arc::new(EveryTenth { pictures });
    let import = || {
        let pictures = Some(Arc::clone(&pictures));
        shop.import_with(Format::Magento, &path, |request| request.pictures = pictures)
    };
    let began = Instant::now();

    let report = import().await.expect("the import runs to its end");

    eprintln!("imported 147 products of Luma in {:.1} s", began.elapsed().as_secs_f64());
    assert_eq!((report.counts.rows, report.counts.refused), (1_994, 0), "{:?}", report.samples);
    // Not all of its pictures are there; each that is not is told.
    assert_eq!(report.counts.problems.keys().collect::<Vec<_>>(), ["picture_missing"]);
    let products = shop.products().await;
    assert_eq!(products.len(), 147);
    assert_eq!(products.iter().map(|product| product.variants.len()).sum::<usize>(), 1_847);
    assert!(products.iter().all(|product| product.options.len() == 2));
    let different: std::collections::BTreeSet<_> =
        products.iter().flat_map(|product| product.pictures.iter().map(|picture| picture.media.clone())).collect();
    eprintln!("with {} different pictures", different.len());
    assert!(different.len() > 20);
    assert!(products.iter().all(|product| product.variants.iter().all(|variant| !variant.prices.is_empty())));
    let head = shop.head().await;
    let again = import().await.expect("the import runs to its end");
    assert_eq!(again.counts.unchanged, 1_994);
    assert_eq!(shop.head().await, head);
    assert_whole(&shop.database).await;
}
