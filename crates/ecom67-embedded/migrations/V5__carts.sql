-- Carts, and the requests that changed them. The id is a UUID of version 7 as 16 bytes: new ones stand side by side. The day
-- is the one, counted from 1970, after which the sweep takes an expired cart away: it changes once a day, not at each edit.
CREATE TABLE carts (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_day INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX carts_by_expiry ON carts (expires_day);

CREATE TABLE cart_requests (
    cart BLOB NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (cart, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX cart_requests_by_expiry ON cart_requests (expires_at);
