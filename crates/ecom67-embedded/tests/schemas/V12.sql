PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES (1, 'catalog', '2026-11-28T19:47:12.576467097Z', '8029436969685312083');
INSERT INTO refinery_schema_history VALUES (2, 'change_log', '2026-11-28T19:47:12.576489711Z', '9953811307044185978');
INSERT INTO refinery_schema_history VALUES (3, 'search_counts', '2026-11-28T19:47:12.576491944Z', '18180252887726823942');
INSERT INTO refinery_schema_history VALUES (4, 'dead_letters', '2026-11-28T19:47:12.576494138Z', '6023360643002853104');
INSERT INTO refinery_schema_history VALUES (5, 'carts', '2026-11-28T19:47:12.576496Z', '13933791647804786231');
INSERT INTO refinery_schema_history VALUES (6, 'orders', '2026-11-28T19:47:12.576498244Z', '13407121017213281447');
INSERT INTO refinery_schema_history VALUES (7, 'queues', '2026-11-28T19:47:12.576500287Z', '17997610975320373905');
INSERT INTO refinery_schema_history VALUES (8, 'sent_mails', '2026-11-28T19:47:12.57650241Z', '13234276818725496064');
INSERT INTO refinery_schema_history VALUES (9, 'gift_cards', '2026-11-28T19:47:12.576504383Z', '2967236446032459753');
INSERT INTO refinery_schema_history VALUES (10, 'workflows', '2026-11-28T19:47:12.576506756Z', '3264992036777539183');
INSERT INTO refinery_schema_history VALUES (11, 'legal_texts', '2026-11-28T19:47:12.576508819Z', '15903800235951440504');
INSERT INTO refinery_schema_history VALUES (12, 'blocked_gift_cards', '2026-11-28T19:47:12.576510622Z', '14264585483079089833');
CREATE TABLE products (
    code TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
INSERT INTO products VALUES ('mug', 2, '{"code":"mug","status":"active","texts":{"en":{"name":"mug","slug":"big-mug"}},"variants":[{"sku":"MUG","prices":{"de":{"currency":"EUR","amount":1490}},"tax_class":"standard","stock_policy":"deny"}],"published_at":"2026-11-02T12:00:00Z"}');
INSERT INTO products VALUES ('bowl', 1, '{"code":"bowl","status":"draft","brand":"Søndergård & Søn","product_type":{"de":"Becher","en":"Mug"},"categories":["mugs","gifts"],"tags":["new","hand made"],"texts":{"de":{"name":"bowl-becher","slug":"bowl-becher"},"en":{"name":"bowl","slug":"bowl","summary":"Keeps tea warm.","description":"# Stoneware\n\n“Glazed” by hand — 0.35 l, dishwasher-safe ☕́.","seo_title":"A mug","seo_description":"The mug of mugs"}},"attributes":{"capacity":0.35,"care":{"de":"von Hand","en":"by hand"},"dishwasher":false,"material":"stoneware"},"options":["colour"],"variants":[{"sku":"bowl-RED","options":{"colour":"colour-0"},"barcode":"4006381333931","prices":{"de":{"currency":"EUR","amount":990,"compare_at":1490},"jp":{"currency":"JPY","amount":2000},"kw":{"currency":"KWD","amount":4995},"us":{"currency":"USD","amount":1699}},"content":{"quantity":350,"unit":"ml"},"weight_grams":420,"digital":true,"tax_class":"reduced","stock_policy":"back_order","quantity":{"min":12,"max":48,"step":6}},{"sku":"bowl blue/2.5+#","options":{"colour":"colour-1"},"prices":{"de":{"currency":"EUR","amount":1490},"jp":{"currency":"JPY","amount":2000},"kw":{"currency":"KWD","amount":4995},"us":{"currency":"USD","amount":1699}},"tax_class":"standard","stock_policy":"deny"}],"max_per_cart":60,"pictures":[{"file":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","alt":{"de":"Ein Becher","en":"A mug"},"options":{"colour":"colour-0"}}],"manufacturer":{"name":"Kiln Ltd","address":"1 Clay Lane\nStoke","email":"kiln@example.com"},"responsible_person":{"name":"Kiln Ltd","address":"1 Clay Lane\nStoke"},"warnings":{"en":["Hot!","Breaks."]},"origin":"GB","published_at":"2026-09-21T14:13:20.123456Z"}');
CREATE TABLE documents (
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (kind, code)
) STRICT;
INSERT INTO documents VALUES ('market', 'main', 1, '{"type":"market","code":"main","countries":["DE","AT"],"currency":"EUR","tax":"included","languages":["de","en"],"low_price_notice":true}');
INSERT INTO documents VALUES ('location', 'main', 1, '{"type":"location","code":"main","name":"Main","country":"DE"}');
INSERT INTO documents VALUES ('attribute', 'main', 1, '{"type":"attribute","code":"main","kind":"choice","label":{"en":"Colour"},"choices":[{"code":"red","label":{"en":"Red"},"color":"#ff0000"}],"facet":true,"position":3}');
INSERT INTO documents VALUES ('category', 'main', 1, '{"type":"category","code":"main","name":{"en":"main"},"slug":{"en":"main"},"position":0}');
INSERT INTO documents VALUES ('collection', 'main', 1, '{"type":"collection","code":"main","name":{"en":"main"},"slug":{"en":"main"},"products":[]}');
INSERT INTO documents VALUES ('page', 'main', 1, '{"type":"page","code":"main","kind":"other","markets":[],"texts":{"en":{"title":"main","slug":"main","summary":"All about it.","body":"## Heading\n\nA “paragraph” with ümlauts."}}}');
INSERT INTO documents VALUES ('menu', 'main', 1, '{"type":"menu","code":"main","title":{"en":"Help"},"markets":["de"],"links":[{"label":{"en":"Mugs"},"to":{"category":"mugs"}}]}');
INSERT INTO documents VALUES ('home', 'main', 1, '{"type":"home","code":"main","markets":[],"seo":{"en":{"title":"Shop","description":"A shop."}},"sections":[{"kind":"products","title":{"en":"New"},"text":{},"show":"newest","limit":8,"link":{"label":{"en":"Mugs"},"to":{"category":"mugs"}}}]}');
INSERT INTO documents VALUES ('branding', 'main', 1, '{"type":"branding","code":"main","name":"Mugs & More","tagline":{"en":"For tea"},"service_note":{},"short_name":"Mugs","colors":{"ground":"#fbf8f3","ground_dark":"#171412"}}');
INSERT INTO documents VALUES ('synonyms', 'main', 1, '{"type":"synonyms","code":"main","language":"en","words":["mug"],"finds":["cup"]}');
INSERT INTO documents VALUES ('query_rule', 'main', 1, '{"type":"query_rule","code":"main","language":"en","queries":["mug"],"pinned":["teacup"]}');
INSERT INTO documents VALUES ('calendar', 'main', 1, '{"type":"calendar","code":"main","time_zone":"Europe/Berlin","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":["2026-12-25"]}');
INSERT INTO documents VALUES ('tax_zone', 'main', 1, '{"type":"tax_zone","code":"main","areas":[{"country":"DE"},{"country":"AT","postal":[{"from":"66","to":"67"}]}],"rates":{"reduced":[{"name":"VAT","percent":"7"}],"standard":[{"name":"VAT","percent":"19"}]},"rounding":"per_rate","delivery":"pro_rata"}');
INSERT INTO documents VALUES ('registration', 'main', 1, '{"type":"registration","code":"main","kind":"domestic","country":"DE"}');
INSERT INTO documents VALUES ('delivery_zone', 'main', 1, '{"type":"delivery_zone","code":"main","areas":[{"country":"DE"}]}');
INSERT INTO documents VALUES ('delivery_method', 'main', 1, '{"type":"delivery_method","code":"main","name":{"en":"Parcel"},"position":1,"markets":["main"],"zones":["main"],"locations":["main"],"rates":[{"currency":"EUR","price":{"by_weight":[{"up_to_grams":5000,"price":490}]},"free_from":5000}],"calendar":"main","transit":{"handling_days":1,"minimum_days":1,"maximum_days":2}}');
INSERT INTO documents VALUES ('price_list', 'main', 1, '{"type":"price_list","code":"main","market":"main","currency":"EUR","group":"trade","starts":"2026-10-01T00:00:00Z","entries":[{"sku":"MUG","minimum_quantity":10,"amount":1290}]}');
INSERT INTO documents VALUES ('promotion', 'main', 1, '{"type":"promotion","code":"main","name":{"en":"A tenth off tea"},"priority":3,"exclusive":true,"coupons":["TEA-10"],"limits":{"in_all":100,"per_customer":1},"ends":"2027-01-01T00:00:00Z","conditions":{"markets":["main"],"minimum_total":{"EUR":2000},"quantities":[{"of":{"tags":["tea"]},"minimum":2}]},"target":{"categories":["main"]},"effect":{"kind":"percentage","basis_points":1000}}');
CREATE TABLE slugs (
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    slug TEXT NOT NULL,
    owner TEXT NOT NULL,
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    PRIMARY KEY (kind, language, slug)
) STRICT, WITHOUT ROWID;
INSERT INTO slugs VALUES ('category', 'en', 'main', 'main', 1);
INSERT INTO slugs VALUES ('collection', 'en', 'main', 'main', 1);
INSERT INTO slugs VALUES ('page', 'en', 'main', 'main', 1);
INSERT INTO slugs VALUES ('product', 'de', 'bowl-becher', 'bowl', 1);
INSERT INTO slugs VALUES ('product', 'en', 'big-mug', 'mug', 1);
INSERT INTO slugs VALUES ('product', 'en', 'bowl', 'bowl', 1);
INSERT INTO slugs VALUES ('product', 'en', 'mug', 'mug', 0);
CREATE TABLE skus (
    sku TEXT NOT NULL PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products (code)
) STRICT, WITHOUT ROWID;
INSERT INTO skus VALUES ('bowl blue/2.5+#', 'bowl');
INSERT INTO skus VALUES ('bowl-RED', 'bowl');
INSERT INTO skus VALUES ('MUG', 'mug');
CREATE TABLE price_changes (
    id INTEGER PRIMARY KEY,
    product TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
INSERT INTO price_changes VALUES (1, 'mug', 1793620800000000, '{"at":"2026-11-02T12:00:00Z","sku":"MUG","market":"de","was":{"currency":"EUR","amount":1990},"is":{"currency":"EUR","amount":1490}}');
CREATE TABLE stock_records (
    sku TEXT NOT NULL PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO stock_records VALUES ('MUG', 2);
CREATE TABLE stock_levels (
    sku TEXT NOT NULL REFERENCES stock_records (sku),
    location TEXT NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    PRIMARY KEY (sku, location)
) STRICT, WITHOUT ROWID;
INSERT INTO stock_levels VALUES ('MUG', 'main', 7, 0);
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
INSERT INTO stock_ledger VALUES ('MUG', 1, 'main', 10, 10, 'count', 'test', 'delivery 1', 1793620800000000);
INSERT INTO stock_ledger VALUES ('MUG', 2, 'main', -3, 7, 'count', 'test', 'breakage', 1793620800000000);
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL
) STRICT;
INSERT INTO changes VALUES (1, 1793620800000000, 'market', 'main');
INSERT INTO changes VALUES (2, 1793620800000000, 'location', 'main');
INSERT INTO changes VALUES (3, 1793620800000000, 'attribute', 'main');
INSERT INTO changes VALUES (4, 1793620800000000, 'category', 'main');
INSERT INTO changes VALUES (5, 1793620800000000, 'collection', 'main');
INSERT INTO changes VALUES (6, 1793620800000000, 'page', 'main');
INSERT INTO changes VALUES (7, 1793620800000000, 'menu', 'main');
INSERT INTO changes VALUES (8, 1793620800000000, 'home', 'main');
INSERT INTO changes VALUES (9, 1793620800000000, 'branding', 'main');
INSERT INTO changes VALUES (10, 1793620800000000, 'synonyms', 'main');
INSERT INTO changes VALUES (11, 1793620800000000, 'query_rule', 'main');
INSERT INTO changes VALUES (12, 1793620800000000, 'calendar', 'main');
INSERT INTO changes VALUES (13, 1793620800000000, 'tax_zone', 'main');
INSERT INTO changes VALUES (14, 1793620800000000, 'registration', 'main');
INSERT INTO changes VALUES (15, 1793620800000000, 'delivery_zone', 'main');
INSERT INTO changes VALUES (16, 1793620800000000, 'delivery_method', 'main');
INSERT INTO changes VALUES (17, 1793620800000000, 'price_list', 'main');
INSERT INTO changes VALUES (18, 1793620800000000, 'promotion', 'main');
INSERT INTO changes VALUES (19, 1793620800000000, 'product', 'mug');
INSERT INTO changes VALUES (20, 1793620800000000, 'product', 'mug');
INSERT INTO changes VALUES (21, 1793620800000000, 'product', 'bowl');
INSERT INTO changes VALUES (22, 1793620800000000, 'stock', 'MUG');
INSERT INTO changes VALUES (23, 1793620800000000, 'stock', 'MUG');
CREATE TABLE change_log (id TEXT NOT NULL) STRICT;
INSERT INTO change_log VALUES ('f8c4662e8a142c53');
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
INSERT INTO search_counts VALUES ('2026-11-27', 'en', 'de', 'query', 'big mug', 3, 0, 1, 1, 1, 0);
CREATE TABLE dead_letters (
    product TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 1)
) STRICT, WITHOUT ROWID;
INSERT INTO dead_letters VALUES ('bowl', 'too long', 1793620800000000, 1793620800000000, 1);
CREATE TABLE carts (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_day INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
INSERT INTO carts VALUES (X'00000000000000000000000000000007', 1, 20789, '{"id":"cart_00000000000000000000000000000007","capability":"0707070707070707070707070707070707070707070707070707070707070707","market":"de","lines":[{"sku":"MUG","product":"mug","quantity":1,"price_seen":1490,"currency":"EUR"}],"saved":[{"sku":"MUG-2","product":"mug","quantity":1,"price_seen":1490,"currency":"EUR"}],"wishes":[{"sku":"MUG-3","product":"mug"}],"coupons":["TEA-10"],"gift_cards":[{"card":"gift_00000000000000000000000000000007"}],"destination":{"country":"AT"},"delivery":"parcel","note":"Ring twice.","created_at":"2026-11-02T12:00:00Z","changed_at":"2026-11-02T12:00:00Z"}');
CREATE TABLE cart_requests (
    cart BLOB NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (cart, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE orders (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at INTEGER,
    placed TEXT NOT NULL,
    progress TEXT NOT NULL
, workflow INTEGER NOT NULL DEFAULT 1, is_stuck INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE order_contacts (
    order_id BLOB NOT NULL PRIMARY KEY REFERENCES orders (id),
    record TEXT NOT NULL
) STRICT;
CREATE TABLE order_events (
    order_id BLOB NOT NULL REFERENCES orders (id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    events TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkout_requests (
    cart BLOB NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    order_id BLOB NOT NULL REFERENCES orders (id),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (cart, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE meters (
    meter TEXT NOT NULL PRIMARY KEY,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE queue_counts (
    queue TEXT NOT NULL PRIMARY KEY,
    messages INTEGER NOT NULL,
    dead INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_deduplications (
    queue TEXT NOT NULL,
    deduplication TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (queue, deduplication)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE order_outbox (
    order_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    queues TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE sent_mails (
    id TEXT NOT NULL PRIMARY KEY,
    claimed_until INTEGER NOT NULL,
    sent_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
, blocked_at INTEGER) STRICT;
INSERT INTO gift_cards VALUES (X'00000000000000000000000000000007', X'D961D279D4852A903456B3899F4C265D01A332DDFB9473CF7D31239541A800D7', 'HKKT', 'EUR', 5000, 5000, 1793620800000000, NULL, NULL, NULL, NULL);
CREATE TABLE gift_card_entries (
    card BLOB NOT NULL REFERENCES gift_cards (id),
    place TEXT NOT NULL,
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL, note TEXT,
    PRIMARY KEY (card, place)
) STRICT, WITHOUT ROWID;
INSERT INTO gift_card_entries VALUES (X'00000000000000000000000000000007', '0', 5000, 1793620800000000, 'test', NULL);
CREATE TABLE legal_texts (
    digest BLOB NOT NULL UNIQUE,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
INSERT INTO sqlite_sequence VALUES ('changes', 23);
CREATE INDEX slugs_of_owner ON slugs (kind, owner);
CREATE INDEX skus_of_product ON skus (product);
CREATE INDEX price_changes_of_product ON price_changes (product, at, id);
CREATE UNIQUE INDEX stock_ledger_tokens ON stock_ledger (sku, token);
CREATE INDEX carts_by_expiry ON carts (expires_day);
CREATE INDEX cart_requests_by_expiry ON cart_requests (expires_at);
CREATE UNIQUE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_state ON orders (state, id);
CREATE INDEX checkout_requests_by_expiry ON checkout_requests (expires_at);
CREATE INDEX queue_messages_by_group ON queue_messages (queue, message_group, id);
CREATE INDEX queue_messages_by_age ON queue_messages (queue, sent_at);
CREATE INDEX queue_messages_due ON queue_messages (queue, visible_at, is_leased) WHERE is_head = 1;
CREATE INDEX queue_deduplications_by_end ON queue_deduplications (until);
CREATE INDEX queue_dead_by_queue ON queue_dead (queue, id);
CREATE INDEX sent_mails_by_expiry ON sent_mails (expires_at);
CREATE INDEX orders_due ON orders (due_at, workflow) WHERE due_at IS NOT NULL;
CREATE INDEX orders_stuck ON orders (id, workflow) WHERE is_stuck = 1;
COMMIT;
