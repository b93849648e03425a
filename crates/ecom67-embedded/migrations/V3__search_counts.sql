-- What was searched and looked at, as sums: never who or when in the day. An empty subject stands for all that have no
-- sum of their own.
CREATE TABLE search_counts (
    day TEXT NOT NULL,
    language TEXT NOT NULL,
    market TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('query', 'product')),
    subject TEXT NOT NULL,
    searches INTEGER NOT NULL CHECK (searches >= 0),
    empty INTEGER NOT NULL CHECK (empty >= 0),
    hits INTEGER CHECK (hits >= 0),
    clicks INTEGER NOT NULL CHECK (clicks >= 0),
    positions INTEGER NOT NULL CHECK (positions >= 0),
    views INTEGER NOT NULL CHECK (views >= 0),
    PRIMARY KEY (day, language, market, kind, subject)
) STRICT, WITHOUT ROWID;
