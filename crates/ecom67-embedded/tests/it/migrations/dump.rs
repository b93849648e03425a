//! A database as SQL, which later releases can restore.

use std::fmt::Write;

use rusqlite::Connection;

/// The statements that make the database anew.
pub(super) fn dump(connection: &Connection) -> String {
    let mut sql = "PRAGMA foreign_keys = OFF;\nBEGIN;\n".to_owned();
    let objects =
        "SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'";
    let objects = |kind: &str| -> Vec<(String, String)> {
        let mut statement = connection.prepare(objects).unwrap();
        statement.query_map((kind,), |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    for (table, create) in objects("table") {
        writeln!(sql, "{create};").unwrap();
        for row in rows(connection, &table) {
            writeln!(sql, "INSERT INTO {table} VALUES ({row});").unwrap();
        }
    }
    for row in rows(connection, "sqlite_sequence") {
        writeln!(sql, "INSERT INTO sqlite_sequence VALUES ({row});").unwrap();
    }
    for (_, create) in objects("index") {
        writeln!(sql, "{create};").unwrap();
    }
    sql + "COMMIT;\n"
}

/// The rows of a table, each as a list of SQL values.
fn rows(connection: &Connection, table: &str) -> Vec<String> {
    let names = "SELECT group_concat('quote(' || name || ')', '||'', ''||') FROM pragma_table_info(?1)";
    let columns: String = connection.query_row(names, (table,), |row| row.get(0)).unwrap();
    let mut statement = connection.prepare(&format!("SELECT {columns} FROM {table}")).unwrap();
    statement.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
