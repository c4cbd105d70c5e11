-- Version 1. docs/formats/database.md says what each table is for.

PRAGMA application_id = 0x414c5831; -- "ALX1"

CREATE TABLE publication (
    row             INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: the indexes know publications by it
    id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    state           INTEGER NOT NULL CHECK (state IN (0, 1, 2)), -- shelf, bin, gone
    language        TEXT NOT NULL,
    format          TEXT NOT NULL,
    title_folded    TEXT NOT NULL, -- the *_folded columns are what filters look in
    authors_folded  TEXT NOT NULL,
    subjects_folded TEXT NOT NULL,
    series_folded   TEXT NOT NULL,
    sections        INTEGER NOT NULL,
    passages        INTEGER NOT NULL,
    embedded        INTEGER NOT NULL DEFAULT 0, -- passages whose vectors are safely in the vector index
    added_ms        INTEGER NOT NULL,
    moved_ms        INTEGER NOT NULL,
    opened_ms       INTEGER,
    progression     REAL,
    title           TEXT NOT NULL,
    preferred_title TEXT,
    authors         TEXT NOT NULL, -- JSON
    subjects        TEXT NOT NULL, -- JSON
    identifiers     TEXT NOT NULL, -- JSON
    series          TEXT,
    series_position TEXT,
    publisher       TEXT,
    published       TEXT,
    right_to_left   INTEGER NOT NULL,
    cover_type      TEXT,
    byte_size       INTEGER NOT NULL
) STRICT;

CREATE INDEX publication_off_shelf ON publication (state, row) WHERE state <> 0;
CREATE INDEX publication_backlog ON publication (added_ms, row) WHERE state = 0 AND embedded < passages;

-- What is long and seldom asked for.
CREATE TABLE publication_detail (
    publication INTEGER PRIMARY KEY REFERENCES publication (row) ON DELETE CASCADE,
    description TEXT,
    toc         TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE thumbnail (
    publication INTEGER PRIMARY KEY REFERENCES publication (row) ON DELETE CASCADE,
    image       BLOB NOT NULL
) STRICT;

CREATE TABLE section (
    publication      INTEGER NOT NULL REFERENCES publication (row) ON DELETE CASCADE,
    number           INTEGER NOT NULL,
    href             TEXT NOT NULL,
    media_type       TEXT NOT NULL,
    toc_path         TEXT NOT NULL, -- JSON
    linear           INTEGER NOT NULL,
    chars            INTEGER NOT NULL,
    chars_before     INTEGER NOT NULL,
    positions_before INTEGER NOT NULL,
    first_passage    INTEGER NOT NULL, -- ordinal
    passages         INTEGER NOT NULL,
    PRIMARY KEY (publication, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE passage (
    id       INTEGER PRIMARY KEY, -- publication row << 20 | ordinal
    section  INTEGER NOT NULL,
    start    INTEGER NOT NULL,
    pieces   INTEGER NOT NULL,
    headings TEXT NOT NULL, -- JSON
    text     TEXT NOT NULL
) STRICT;

-- Terms only, made by `analysis`; the tokenizer just splits at spaces. The text itself is in `passage`.
CREATE VIRTUAL TABLE passage_terms USING fts5 (
    body, heading, forms, repeated,
    content = '', contentless_delete = 1, tokenize = "ascii tokenchars '#~+'"
);
INSERT INTO passage_terms (passage_terms, rank) VALUES ('rank', 'bm25(1.0, 0.5, 1.0, 0.0)');
-- One segment a book: the hash table takes a long one whole.
INSERT INTO passage_terms (passage_terms, rank) VALUES ('hashsize', 33554432);
INSERT INTO passage_terms (passage_terms, rank) VALUES ('automerge', 16);
INSERT INTO passage_terms (passage_terms, rank) VALUES ('crisismerge', 64);

-- The newest op of each device on each field. A register is the greatest of them.
CREATE TABLE op (
    entity TEXT NOT NULL,
    field  TEXT NOT NULL,
    device BLOB NOT NULL CHECK (length(device) = 16),
    stamp  BLOB NOT NULL CHECK (length(stamp) = 8), -- big-endian, so that bytes order as numbers
    id     BLOB NOT NULL CHECK (length(id) = 16),
    value  TEXT NOT NULL, -- JSON
    outbox INTEGER NOT NULL, -- made here and not sent yet
    PRIMARY KEY (entity, field, device)
) STRICT, WITHOUT ROWID;

CREATE INDEX op_outbox ON op (stamp) WHERE outbox = 1;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
