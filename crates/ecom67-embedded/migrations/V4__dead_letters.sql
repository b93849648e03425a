-- Products that the index cannot have, with the reason. A letter may outlive its product until the indexer has seen that
-- it is gone, so it does not refer to it.
CREATE TABLE dead_letters (
    product TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 1)
) STRICT, WITHOUT ROWID;
