-- Gift cards. Of a code only its digest and its last four characters are kept. Balances are in the minor unit of the currency.
CREATE TABLE gift_cards (
    id BLOB NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    currency TEXT NOT NULL,
    issued INTEGER NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    issued_at INTEGER NOT NULL,
    expires_at INTEGER,
    returned_at INTEGER,
    note TEXT
) STRICT;

-- What changed a balance. The place tells why, and for which order: so nothing happens to a card twice.
CREATE TABLE gift_card_entries (
    card BLOB NOT NULL REFERENCES gift_cards (id),
    place TEXT NOT NULL,
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (card, place)
) STRICT, WITHOUT ROWID;
