-- Version 5: what the reader changes about publications, and collections. docs/formats/database.md says what each is for.

ALTER TABLE publication ADD COLUMN sort_title TEXT;
ALTER TABLE publication ADD COLUMN sort_folded TEXT;
ALTER TABLE publication ADD COLUMN series_number REAL;
ALTER TABLE publication ADD COLUMN rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5);
ALTER TABLE publication ADD COLUMN reading_status TEXT NOT NULL DEFAULT '';

UPDATE publication SET series_number = CAST(series_position AS REAL) WHERE series_position IS NOT NULL;

-- What the file says, where the reader has changed the metadata; elsewhere the columns of `publication` say it.
CREATE TABLE publication_file_metadata (
    publication INTEGER PRIMARY KEY REFERENCES publication (row) ON DELETE CASCADE,
    metadata    TEXT NOT NULL -- JSON
) STRICT;

-- Collections that are not deleted; merged from the ops.
CREATE TABLE collection (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    filter      TEXT
) STRICT, WITHOUT ROWID;

-- What the reader has put into collections; the collection may not have arrived yet, or be deleted.
CREATE TABLE collection_member (
    collection  BLOB NOT NULL CHECK (length(collection) = 16),
    publication INTEGER NOT NULL REFERENCES publication (row) ON DELETE CASCADE,
    PRIMARY KEY (collection, publication)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_member_publication ON collection_member (publication);
