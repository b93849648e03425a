//! The words that corrections are found among: a file that belongs to a commit.

use std::fs;
use std::path::{Path, PathBuf};

use ecom67_app::search::{IndexChange, ProductIndex};
use ecom67_domain::{Language, ProductCode};
use ecom67_testkit::product_index::an_entry;

use super::{apply, assert_emptied, found, open, position};

/// An index of a kettle and a teapot that came one after the other, closed, in its folder.
async fn closed_index() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    apply(&index, [an_entry("kettle").named(Language::ENGLISH, "Copper kettle")], 1).await;
    apply(&index, [an_entry("teapot").named(Language::ENGLISH, "Porcelain teapot")], 2).await;
    folder
}

fn files_of_words(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("words-")).collect()
}

#[tokio::test]
async fn typos_are_forgiven_after_a_start_as_before() {
    let folder = closed_index().await;
    for _ in 0..2 {
        let index = open(folder.path());
        assert_eq!(found(&index, Language::ENGLISH, "kettel").await, ["kettle"]);
        assert_eq!(found(&index, Language::ENGLISH, "porcelian").await, ["teapot"]);
    }
}

#[tokio::test]
async fn a_word_that_no_product_has_any_more_stands_in_no_others_way() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    apply(&index, [an_entry("kessel").named(Language::ENGLISH, "Copper teakessel")], 1).await;
    apply(&index, [an_entry("kettle").named(Language::ENGLISH, "Copper teakettle")], 2).await;
    // One edit leads to the one, two to the other.
    assert_eq!(found(&index, Language::ENGLISH, "teakettel").await, ["kettle"]);

    let gone: ProductCode = "kettle".parse().unwrap();
    index.apply(vec![IndexChange::Remove(gone)], position(3)).await.unwrap();

    assert_eq!(found(&index, Language::ENGLISH, "teakettel").await, ["kessel"]);
    drop(index);
    assert_eq!(found(&open(folder.path()), Language::ENGLISH, "teakettel").await, ["kessel"]);
}

#[tokio::test]
async fn only_the_words_of_the_last_commit_take_room() {
    let folder = closed_index().await;
    assert_eq!(files_of_words(folder.path()).len(), 1);

    // What a process that was killed between its words and its commit has left behind.
    let left = folder.path().join(format!("words-{}", "0".repeat(64)));
    fs::write(&left, "words").unwrap();
    let index = open(folder.path());
    assert!(!left.exists());
    assert_eq!(found(&index, Language::ENGLISH, "kettel").await, ["kettle"]);
}

#[tokio::test]
async fn an_index_whose_words_are_damaged_or_gone_is_emptied() {
    let damage: [fn(&Path); 3] = [
        |file| fs::remove_file(file).unwrap(),
        |file| fs::write(file, "").unwrap(),
        |file| {
            let mut bytes = fs::read(file).unwrap();
            bytes[5] ^= 4;
            fs::write(file, bytes).unwrap();
        },
    ];
    for damage in damage {
        let folder = closed_index().await;
        damage(&files_of_words(folder.path())[0]);

        assert_emptied(folder.path()).await;
    }
}

#[tokio::test]
async fn damaged_words_are_found_by_a_check() {
    let folder = closed_index().await;
    let index = open(folder.path());
    let file = files_of_words(folder.path()).remove(0);
    fs::write(&file, "damaged").unwrap();

    assert_eq!(index.damaged_files().await.unwrap(), [PathBuf::from(file.file_name().unwrap())]);
}
