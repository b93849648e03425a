//! A disk that is full: what was done stays, and with room again everything goes on.

use std::process::Command;

use crate::shell::{Ended, Place, catalog, ecom67, text};

/// How a program gets a view of the file system of its own here: as root, by becoming root, or as root of a new user
/// namespace, which some systems refuse.
fn own_namespace() -> (&'static str, &'static [&'static str]) {
    const WAYS: [(&str, &[&str]); 3] = [
        ("unshare", &["--mount"]),
        ("sudo", &["--non-interactive", "--preserve-env", "unshare", "--mount"]),
        ("unshare", &["--user", "--map-root-user", "--mount"]),
    ];
    let works = |(program, arguments): &(&str, &[&str])| {
        Command::new(program).args(*arguments).arg("true").output().is_ok_and(|output| output.status.success())
    };
    WAYS.into_iter()
        .find(works)
        .expect("one of the ways to mount a small disk works: unshare, or sudo without a password")
}

/// Runs `script` with `$DISK` being a disk of `megabytes`, in a namespace of its own that takes the disk with it.
fn with_disk(place: &Place, megabytes: u32, script: &str) -> Ended {
    let disk = place.path("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let mount = format!("mount -t tmpfs -o size={megabytes}m none \"$DISK\" && {script}");
    let (program, arguments) = own_namespace();
    let mut command = Command::new(program);
    command.args(arguments).args(["sh", "-eu", "-c", &mount]);
    command.env("DISK", &disk).env("ECOM67", ecom67().get_program()).env("ECOM67_DATA", disk.join("data"));
    Ended::of(&mut command)
}

#[test]
fn an_import_onto_a_full_disk_fails_clearly_and_goes_on_when_there_is_room() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(8_000));
    let script = format!(
        r#"
        set +e
        "$ECOM67" import jsonl "{file}" 2>"$DISK.errors"; echo "first: $?"
        mount -o remount,size=400m "$DISK"
        "$ECOM67" check; echo "check: $?"
        "$ECOM67" import jsonl "{file}"; echo "second: $?"
        "$ECOM67" check; echo "check again: $?"
        "#,
        file = text(&file)
    );

    let ended = with_disk(&place, 6, &script);

    let errors = std::fs::read_to_string(place.path("disk.errors")).unwrap_or_default();
    assert!(ended.output.contains("first: 1"), "{ended:?}, {errors}");
    assert!(errors.contains("error:") && errors.contains("full"), "{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    assert!(ended.output.contains("check: 0"), "{ended:?}");
    assert!(ended.output.contains("second: 0"), "{ended:?}");
    assert!(ended.output.contains("check again: 0"), "{ended:?}");
    assert!(ended.output.contains("8000 products") || ended.output.contains("8,000 products"), "{ended:?}");
}
