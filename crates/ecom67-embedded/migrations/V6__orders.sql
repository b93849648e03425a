-- Orders. What was agreed on is written once (`placed`), how far an order is with every step (`progress`). The id is a UUID of
-- version 7 as 16 bytes: new ones stand side by side, and the newest are last.
CREATE TABLE orders (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER,
    placed TEXT NOT NULL,
    progress TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_state ON orders (state, id);
CREATE INDEX orders_due ON orders (due_at) WHERE due_at IS NOT NULL;

-- Who ordered: apart, so that a person can be forgotten while the order stays.
CREATE TABLE order_contacts (
    order_id BLOB NOT NULL PRIMARY KEY REFERENCES orders (id),
    record TEXT NOT NULL
) STRICT;

-- What each commit told of an order.
CREATE TABLE order_events (
    order_id BLOB NOT NULL REFERENCES orders (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    events TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;

-- Checkouts that were asked for, so that the same again is answered with the same order. Carts are swept after a while, their
-- orders are not.
CREATE TABLE checkout_requests (
    cart BLOB NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    order_id BLOB NOT NULL REFERENCES orders (id),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (cart, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkout_requests_by_expiry ON checkout_requests (expires_at);

-- What is counted because it is limited.
CREATE TABLE meters (
    meter TEXT NOT NULL PRIMARY KEY,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
