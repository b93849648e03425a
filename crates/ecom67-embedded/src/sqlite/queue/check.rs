//! Whether the tables of queues say the same.

use ecom67_app::port::{QueueName, StoreError};
use rusqlite::{Connection, OptionalExtension};

use super::statements::{Row, first_of};
use super::{delivery, message_id};
use crate::sqlite::check::Problem;
use crate::sqlite::failed;

/// What is wrong with up to `limit` messages behind the one with the number `after`, and the last one's number. Exactly the
/// first of each group can be received: else a group would stand still, or two of it be handled at once.
pub(in crate::sqlite) fn check_messages(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> Result<(Vec<Problem>, Option<i64>), StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, deduplication, message_group, body, sent_at, first_received_at, attempts, queue, is_head \
             FROM queue_messages WHERE id > ?1 ORDER BY id LIMIT ?2",
        )
        .map_err(failed)?;
    let mut rows = statement.query((after, limit)).map_err(failed)?;
    let (mut problems, mut last) = (Vec::new(), None);
    while let Some(read) = rows.next().map_err(failed)? {
        let row = Row::read(read).map_err(failed)?;
        let (name, is_head): (String, bool) = (read.get(7).map_err(failed)?, read.get(8).map_err(failed)?);
        last = Some(row.id);
        let subject = format!("message {}", message_id(row.id));
        let Some(queue) = QueueName::parse(&name) else {
            problems.push(Problem { subject, message: format!("there is no queue {name:?}") });
            continue;
        };
        let is_first = first_of(connection, queue, &row.group).map_err(failed)? == Some(row.id);
        if is_first != is_head {
            let message = if is_first { "its group stands still" } else { "it would overtake others of its group" };
            problems.push(Problem { subject: subject.clone(), message: message.to_owned() });
        }
        if let Err(error) = delivery(queue, row) {
            problems.push(Problem { subject, message: error.to_string() });
        }
    }
    Ok((problems, last))
}

/// Whether there are as many messages as the counts say.
pub(in crate::sqlite) fn check_counts(connection: &Connection) -> Result<Vec<Problem>, StoreError> {
    let mut problems = Vec::new();
    for queue in QueueName::ALL {
        let count = |sql| {
            let mut statement = connection.prepare_cached(sql)?;
            let counted = statement.query_row((queue.as_str(),), |row| row.get::<_, u64>(0)).optional()?;
            Ok::<u64, rusqlite::Error>(counted.unwrap_or(0))
        };
        for (there, told) in [
            (
                "SELECT count(*) FROM queue_messages WHERE queue = ?1",
                "SELECT messages FROM queue_counts WHERE queue = ?1",
            ),
            ("SELECT count(*) FROM queue_dead WHERE queue = ?1", "SELECT dead FROM queue_counts WHERE queue = ?1"),
        ] {
            let (there, told) = (count(there).map_err(failed)?, count(told).map_err(failed)?);
            if there != told {
                let message = format!("{told} messages are counted, {there} are there");
                problems.push(Problem { subject: format!("queue {queue}"), message });
            }
        }
    }
    Ok(problems)
}
