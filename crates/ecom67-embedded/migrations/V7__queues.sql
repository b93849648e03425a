-- Queues. Messages of one group are delivered one after the other: only the first of a group (`is_head`) can be received, so
-- that no group, however long, is looked through. The number of a message is never given to another.
CREATE TABLE queue_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    deduplication TEXT NOT NULL,
    message_group TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    first_received_at INTEGER,
    attempts INTEGER NOT NULL,
    -- From when on it can be received; while it is leased, the end of the lease.
    visible_at INTEGER NOT NULL,
    is_leased INTEGER NOT NULL,
    is_head INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_messages_by_group ON queue_messages (queue, message_group, id);
CREATE INDEX queue_messages_by_age ON queue_messages (queue, sent_at);
CREATE INDEX queue_messages_due ON queue_messages (queue, visible_at, is_leased) WHERE is_head = 1;

-- How many messages there are, so that nobody counts them.
CREATE TABLE queue_counts (
    queue TEXT NOT NULL PRIMARY KEY,
    messages INTEGER NOT NULL,
    dead INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The names of messages that were sent lately.
CREATE TABLE queue_deduplications (
    queue TEXT NOT NULL,
    deduplication TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (queue, deduplication)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_deduplications_by_end ON queue_deduplications (until);

-- Messages that nobody delivers any more.
CREATE TABLE queue_dead (
    id INTEGER NOT NULL PRIMARY KEY,
    queue TEXT NOT NULL,
    deduplication TEXT NOT NULL,
    message_group TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    first_received_at INTEGER NOT NULL,
    died_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX queue_dead_by_queue ON queue_dead (queue, id);

-- Envelopes of orders that are to be published, with the names of the queues, separated by commas. What was told before there
-- was this table counts as published.
CREATE TABLE order_outbox (
    order_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    queues TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;
