-- The first shape of the store. A change is a new file; this one never changes once it is in the field.

-- Facts about this file: the kiosk it belongs to, the secret of its lanes.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: how far the series is and what the outbox holds. It changes in the transaction of every row it counts.
CREATE TABLE series (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    last_seq INTEGER NOT NULL,
    entries  INTEGER NOT NULL CHECK (entries >= 0),
    bytes    INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO series VALUES (1, 0, 0, 0);

-- Confirmed entries that central has not acknowledged.
CREATE TABLE outbox (
    id       BLOB PRIMARY KEY CHECK (length(id) = 16),
    seq      INTEGER NOT NULL UNIQUE CHECK (seq > 0),
    lane     BLOB NOT NULL CHECK (length(lane) = 16),
    kind     TEXT NOT NULL,
    made_at  INTEGER NOT NULL,              -- ms since 1970, for people
    seal     INTEGER NOT NULL DEFAULT 0,    -- id of the key the payload is sealed to; 0: not sealed
    payload  BLOB NOT NULL,                 -- the exact bytes of the request body
    state    INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),    -- 0 waiting, 1 set aside
    attempts INTEGER NOT NULL DEFAULT 0,
    problem  TEXT,                          -- central's last problem document
    next_due INTEGER NOT NULL DEFAULT 0     -- ms since 1970; not sent before
) STRICT, WITHOUT ROWID;

-- What central answered, without a look-up's personal lines.
CREATE TABLE receipts (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    seq         INTEGER NOT NULL UNIQUE,
    case_number TEXT,
    received_at INTEGER NOT NULL,
    receipt     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The technician's list, and its count, without reading the outbox.
CREATE INDEX outbox_set_aside ON outbox (seq) WHERE state = 1;
