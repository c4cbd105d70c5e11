-- Version 2: ops that this version does not know are kept, every op names its owner, and the database knows which
-- device writes to it. docs/formats/database.md says what each column is for.

-- Of a field that this version knows, the newest op of each device; of any other field, all. A field's value is merged
-- from them.
CREATE TABLE op_2 (
    entity TEXT NOT NULL,
    field  TEXT NOT NULL,
    device BLOB NOT NULL CHECK (length(device) = 16),
    stamp  BLOB NOT NULL CHECK (length(stamp) = 8), -- big-endian, so that bytes order as numbers
    id     BLOB NOT NULL CHECK (length(id) = 16),
    owner  BLOB CHECK (length(owner) = 16), -- the publication whose permanent deletion deletes this op too
    value  BLOB NOT NULL, -- JSON in this version
    PRIMARY KEY (entity, field, device, stamp, id)
) STRICT, WITHOUT ROWID;

INSERT INTO op_2 (entity, field, device, stamp, id, owner, value)
SELECT entity, field, device, stamp, id,
       CASE WHEN entity GLOB 'publication:*' AND length(entity) = 44 THEN unhex(substr(entity, 13)) END,
       CAST(value AS BLOB)
FROM op;

DROP TABLE op;
ALTER TABLE op_2 RENAME TO op;
CREATE INDEX op_owner ON op (owner) WHERE owner IS NOT NULL;

-- One row at most: the device that this copy of the library is.
CREATE TABLE device_claim (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    device       BLOB NOT NULL CHECK (length(device) = 16), -- the device of the ops written here
    vault_device BLOB NOT NULL CHECK (length(vault_device) = 16), -- the vault's device when this was claimed
    token        BLOB NOT NULL CHECK (length(token) = 16) -- new at every opening; the account's state folder has it too
) STRICT;
