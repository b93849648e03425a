//! Lock files name packages and checksums; where to fetch them from is each developer's own setting.

use super::problem;
use super::tracked::TrackedFile;

/// The name under which cargo knows the public registry, wherever that is fetched from.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn check(file: &TrackedFile) -> Vec<String> {
    match file.name() {
        "Cargo.lock" => foreign_sources(file),
        "package-lock.json" => download_addresses(file, "\"resolved\": \"http"),
        "requirements.txt" | "constraints.txt" => download_addresses(file, "://"),
        _ => Vec::new(),
    }
}

fn foreign_sources(file: &TrackedFile) -> Vec<String> {
    file.lines()
        .filter(|(_, line)| line.starts_with("source = ") && !line.contains(CRATES_IO))
        .map(|(number, _)| problem(file, number, "a dependency from elsewhere than crates.io"))
        .collect()
}

/// One line is enough to tell: a lock file has all of them or none.
fn download_addresses(file: &TrackedFile, mark: &str) -> Vec<String> {
    file.lines()
        .find(|(_, line)| line.contains(mark))
        .map(|(number, _)| problem(file, number, "a download address in a lock file"))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_come_from_the_public_registry_only() {
        let lock = |source: &str| TrackedFile::of_text("Cargo.lock", &format!("name = \"a\"\nsource = \"{source}\"\n"));

        assert!(check(&lock(CRATES_IO)).is_empty());
        assert_eq!(check(&lock("git+https://example.com/a")).len(), 1);
    }

    #[test]
    fn npm_and_python_locks_name_no_host() {
        let npm = "  \"resolved\": \"https://mirror.example/a.tgz\",\n".repeat(3);
        let workspace_link = "  \"resolved\": \"packages/ui\",\n";

        assert_eq!(check(&TrackedFile::of_text("web/package-lock.json", &npm)).len(), 1);
        assert!(check(&TrackedFile::of_text("web/package-lock.json", workspace_link)).is_empty());
        assert_eq!(check(&TrackedFile::of_text("requirements.txt", "--index-url https://mirror.example")).len(), 1);
        assert!(check(&TrackedFile::of_text("requirements.txt", "schemathesis==4.32.5")).is_empty());
    }
}
