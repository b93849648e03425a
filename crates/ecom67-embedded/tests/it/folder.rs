//! One process holds a data folder.

use ecom67_embedded::DataFolder;
use ecom67_embedded::folder::FolderError;

use crate::child::{ChildProcess, folder_of_child, say};

#[test]
fn a_folder_is_held_once_and_the_second_is_told_which() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not there yet");
    let held = DataFolder::hold(&path).unwrap();

    let second = DataFolder::hold(&path);

    assert!(matches!(&second, Err(FolderError::InUse(which)) if *which == path), "got {second:?}");
    drop(held);
    DataFolder::hold(&path).unwrap();
}

#[test]
fn a_folder_without_a_shop_is_told_of_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("mistyped")] {
        let held = DataFolder::hold_existing(&path);

        assert!(matches!(&held, Err(FolderError::NoShop(which)) if *which == path), "got {held:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    std::fs::write(folder.path().join("shop.sqlite"), "").unwrap();
    DataFolder::hold_existing(folder.path()).unwrap();
}

#[test]
fn another_process_cannot_hold_the_folder_until_this_one_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let held = DataFolder::hold(folder.path()).unwrap();
    let try_in_a_child =
        || ChildProcess::start("folder::child_that_tries_to_hold_the_folder", folder.path()).next_word().unwrap();

    let while_held = try_in_a_child();
    drop(held);
    let when_free = try_in_a_child();

    assert_eq!(while_held, format!("the data folder {} is in use by another process", folder.path().display()));
    assert_eq!(when_free, "held");
}

#[test]
fn a_folder_that_was_held_by_a_killed_process_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = ChildProcess::start("folder::child_that_tries_to_hold_the_folder", folder.path());
    assert_eq!(child.next_word().unwrap(), "held");

    child.kill();

    DataFolder::hold(folder.path()).unwrap();
}

#[test]
#[ignore = "run by other tests in a process of its own"]
fn child_that_tries_to_hold_the_folder() {
    let Some(folder) = folder_of_child() else { return };
    match DataFolder::hold(&folder) {
        Ok(_held) => {
            say("held");
            // Holds it until the parent has seen that, and kills it.
            std::thread::park();
        }
        Err(error) => say(&error.to_string()),
    }
}
