-- Mails that were sent, or that somebody is sending. The id tells the order and what it was about, and nothing of a person.
CREATE TABLE sent_mails (
    id TEXT NOT NULL PRIMARY KEY,
    claimed_until INTEGER NOT NULL,
    sent_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_mails_by_expiry ON sent_mails (expires_at);
