-- Version 4: what sync needs. docs/formats/database.md says what each table is for.

-- Set until the op is in a sealed record. No op was sent by an older version, so all are unsent.
ALTER TABLE op ADD COLUMN outbox INTEGER NOT NULL DEFAULT 1 CHECK (outbox IN (0, 1));
CREATE INDEX op_id ON op (id);
CREATE INDEX op_outbox ON op (id) WHERE outbox = 1;

-- Ops that are no registers, in the bytes of the wire: cards of publications, and those of later versions.
CREATE TABLE wire_op (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    owner       BLOB CHECK (length(owner) = 16),
    card_of     BLOB CHECK (length(card_of) = 16), -- the publication whose card it is; null if it is no card
    device      BLOB NOT NULL CHECK (length(device) = 16),
    stamp       BLOB NOT NULL CHECK (length(stamp) = 8),
    outbox      INTEGER NOT NULL CHECK (outbox IN (0, 1)),
    bytes       BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wire_op_owner ON wire_op (owner) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX wire_op_card ON wire_op (card_of) WHERE card_of IS NOT NULL; -- only the winning one
CREATE INDEX wire_op_outbox ON wire_op (id) WHERE outbox = 1;

-- One row at most: the account of this library.
CREATE TABLE account (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    account         BLOB NOT NULL CHECK (length(account) = 16),
    device          BLOB NOT NULL CHECK (length(device) = 16), -- under which this copy is enrolled
    server          TEXT NOT NULL,
    login_name      TEXT,
    server_key      BLOB CHECK (length(server_key) = 32),
    bundle_revision INTEGER NOT NULL, -- the highest that was seen
    device_keys     BLOB NOT NULL, -- sealed
    secrets         BLOB -- sealed; null until the enrolment is complete
) STRICT;

-- Records since the last snapshot, of all devices, as they were signed. Written once.
CREATE TABLE sync_record (
    device BLOB NOT NULL CHECK (length(device) = 16),
    seq    INTEGER NOT NULL CHECK (seq > 0),
    hash   BLOB NOT NULL CHECK (length(hash) = 32),
    bytes  BLOB NOT NULL,
    PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER sync_record_is_written_once BEFORE UPDATE ON sync_record
BEGIN SELECT raise(ABORT, 'a record never changes'); END;

-- The vector: of each device, the last record that was applied or put aside here, and the last that the log is known to hold.
CREATE TABLE sync_head (
    device  BLOB PRIMARY KEY CHECK (length(device) = 16),
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    log_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Records that could not be applied; they are in sync_record.
CREATE TABLE sync_quarantine (
    device BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    reason BLOB NOT NULL, -- encoded by the engine
    PRIMARY KEY (device, seq),
    FOREIGN KEY (device, seq) REFERENCES sync_record (device, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Small values of the engine, encoded by it: cursor, registry of devices, alarm.
CREATE TABLE sync_state (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
