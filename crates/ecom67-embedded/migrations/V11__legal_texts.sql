-- The shop's terms and the like as they were when orders were placed under them: each text once, by its digest, for good.
CREATE TABLE legal_texts (
    digest BLOB NOT NULL UNIQUE,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
