-- Version 3: which passages contain a stop word, a run of stop words or words that begin with certain characters.
-- docs/formats/database.md has the encoding. They are built from the passages while the library is in use.

CREATE TABLE common_set (
    id   INTEGER PRIMARY KEY, -- bucket of the keys << 48 | publication row
    sets BLOB NOT NULL
) STRICT;

ALTER TABLE publication ADD COLUMN has_common_sets INTEGER NOT NULL DEFAULT 0;
CREATE INDEX publication_without_common_sets ON publication (row) WHERE has_common_sets = 0;
