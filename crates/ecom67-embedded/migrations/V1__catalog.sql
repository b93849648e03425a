-- Products, documents, stock and the change log. Times are microseconds since 1970.

CREATE TABLE products (
    code TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (kind, code)
) STRICT;

-- Who goes by a slug, or once did: kind is 'product' or that of a document.
CREATE TABLE slugs (
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    slug TEXT NOT NULL,
    owner TEXT NOT NULL,
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    PRIMARY KEY (kind, language, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX slugs_of_owner ON slugs (kind, owner);

CREATE TABLE skus (
    sku TEXT NOT NULL PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products (code)
) STRICT, WITHOUT ROWID;
CREATE INDEX skus_of_product ON skus (product);

CREATE TABLE price_changes (
    id INTEGER PRIMARY KEY,
    product TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX price_changes_of_product ON price_changes (product, at, id);

-- One record per variant: how many ledger entries it has, and below it what stands where.
CREATE TABLE stock_records (
    sku TEXT NOT NULL PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_levels (
    sku TEXT NOT NULL REFERENCES stock_records (sku),
    location TEXT NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    PRIMARY KEY (sku, location)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_ledger (
    sku TEXT NOT NULL REFERENCES stock_records (sku),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    location TEXT NOT NULL,
    delta INTEGER NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    token TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (sku, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX stock_ledger_tokens ON stock_ledger (sku, token);

-- What was committed, in the same transaction: projections follow it.
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL
) STRICT;
