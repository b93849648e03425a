-- Which log the changes are in, by chance: a position in another shop's log means nothing in this one.
CREATE TABLE change_log (id TEXT NOT NULL) STRICT;
INSERT INTO change_log (id) VALUES (lower(hex(randomblob(8))));
