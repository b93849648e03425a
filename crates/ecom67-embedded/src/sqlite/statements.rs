//! Every statement of this module, shown to SQLite's planner: none may walk through a table that grows with the shop.

use std::path::Path;

use super::{Access, Durability, How, migrate};

/// The statements in a source file: its string literals that begin like one.
fn statements(source: &str) -> Vec<String> {
    let literals = source.split('"').skip(1).step_by(2);
    let is_statement =
        |text: &&str| ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|beginning| text.starts_with(beginning));
    // A backslash at the end of a line takes the indentation of the next away.
    let joined = |text: &str| {
        text.split("\\\n").enumerate().map(|(line, part)| if line == 0 { part } else { part.trim_start() }).collect()
    };
    literals.filter(is_statement).map(joined).collect()
}

/// The statements in the files of a folder and those below it.
fn statements_below(folder: &Path) -> Vec<String> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources = paths.filter(|path| !path.ends_with("sqlite/statements.rs") && !path.ends_with("maintenance.rs"));
    let found = |path: std::path::PathBuf| {
        if path.is_dir() { statements_below(&path) } else { statements(&std::fs::read_to_string(path).unwrap()) }
    };
    sources.flat_map(found).collect()
}

fn all_statements() -> Vec<String> {
    statements_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite"))
}

#[test]
fn no_statement_walks_through_a_table_that_grows_with_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.sqlite");
    let mut connection =
        How { path: path.clone(), vfs: None, durability: Durability::Full }.open(Access::Write).unwrap();
    migrate(&mut connection, &path).unwrap();

    let statements = all_statements();

    assert!(statements.len() > 25, "statements are found: {statements:#?}");
    for statement in &statements {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        // Without values: the planner does not look at them.
        let mut steps = plan.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let step: String = step.get(3).unwrap();
            // The count of all products is asked for once in a build of the index, which reads them all.
            let is_counting = statement == "SELECT count(*) FROM products";
            // Of all orders, an index has those alone that are stuck.
            let is_of_few = step == "SCAN orders USING COVERING INDEX orders_stuck";
            let is_small =
                is_counting || is_of_few || ["SCAN CONSTANT ROW", "SCAN change_log"].contains(&step.as_str());
            // All slugs, or all documents, of a kind are about all there are.
            let walks = !is_small && (step.starts_with("SCAN") || step.ends_with("(kind=?)"));
            assert!(!walks, "{statement}\n{step}");
        }
    }
}
