//! The process killed while it makes pictures: none is half there.

use std::collections::BTreeSet;
use std::path::Path;

use ecom67_app::port::MediaStore;
use ecom67_embedded::media::FolderMediaStore;
use ecom67_testkit::Random;
use image::ImageFormat;

use super::pictures::{encode, noise};
use super::{kept_in, names_in};
use crate::child::{ChildProcess, folder_of_child, say};

/// How often the process is killed.
const KILLS: u64 = 6;

#[tokio::test]
async fn a_picture_is_whole_or_absent_whenever_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Random::seeded(1);
    let mut acknowledged = BTreeSet::new();
    for _ in 0..KILLS {
        let mut child =
            ChildProcess::start("media::killed::child_that_keeps_pictures_until_it_is_killed", folder.path());
        assert_eq!(child.next_word().unwrap(), "at work");
        acknowledged.extend((0..chance.below(6)).map_while(|_| child.next_word()));

        acknowledged.extend(child.kill());

        let store = FolderMediaStore::open(folder.path()).unwrap();
        assert!(names_in(&folder.path().join("unfinished")).is_empty());
        let kept = kept_in(folder.path());
        for picture in &kept {
            assert_whole(&store, picture).await;
        }
        let kept: BTreeSet<_> =
            kept.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
        assert!(kept.is_superset(&acknowledged), "{acknowledged:?} were acknowledged, {kept:?} are there");
    }
    assert!(!acknowledged.is_empty());
}

async fn assert_whole(store: &FolderMediaStore, picture: &Path) {
    let id = picture.file_name().unwrap().to_str().unwrap().parse().unwrap();
    let info = store.info(&id).await.unwrap().expect("what is visible is known");
    let original = store.original(&id).await.unwrap().expect("the original is there");
    assert_eq!(store.put(original).await.unwrap().id, id, "its bytes are those it is named after");
    for width in info.widths {
        let file = store.file(&id, width).await.unwrap().expect("each width is there");
        assert_eq!(image::load_from_memory(&file.bytes).unwrap().width(), width);
    }
}

#[tokio::test]
#[ignore = "run by another test in a process of its own, and killed there"]
async fn child_that_keeps_pictures_until_it_is_killed() {
    let Some(folder) = folder_of_child() else { return };
    let store = FolderMediaStore::open(&folder).unwrap();
    say("at work");
    for seed in 0.. {
        let seed = seed + u64::from(std::process::id()) * 1_000;
        let info = store.put(encode(&noise(330, 40, seed), ImageFormat::Png)).await.unwrap();
        say(info.id.as_str());
    }
}
