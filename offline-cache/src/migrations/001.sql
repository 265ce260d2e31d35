-- The first shape of the store. A change is a new file; this one never changes once it is in the field.

-- Facts about this file: the kiosk it belongs to, the secret of its lanes, the desired state, the reported heads.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: how far the series is, what the outbox holds, and the latest time that central is known to have had. It
-- changes in the transaction of every row it counts.
CREATE TABLE series (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    last_seq INTEGER NOT NULL,
    entries  INTEGER NOT NULL CHECK (entries >= 0),
    bytes    INTEGER NOT NULL CHECK (bytes >= 0),
    floor    INTEGER NOT NULL                -- ms since 1970; the clock is not believed below it
) STRICT;
INSERT INTO series VALUES (1, 0, 0, 0, 0);

-- Confirmed entries that central has not acknowledged. The head of a lane is one look-up away, and an append writes
-- one tree only.
CREATE TABLE outbox (
    lane     INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 255),
    seq      INTEGER NOT NULL CHECK (seq > 0),
    id       BLOB NOT NULL CHECK (length(id) = 16),
    kind     TEXT NOT NULL,
    made_at  INTEGER NOT NULL,               -- ms since 1970, for people
    state    INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),    -- 0 waiting, 1 set aside
    attempts INTEGER NOT NULL DEFAULT 0,
    key      INTEGER NOT NULL CHECK (key > 0),   -- the key that the entry is sealed to
    problem  TEXT,                           -- central's last problem document
    sealed   BLOB NOT NULL,                  -- the same bytes at every sending
    PRIMARY KEY (lane, seq)
) STRICT, WITHOUT ROWID;

-- The technician's list, and its count, without reading the outbox.
CREATE INDEX outbox_set_aside ON outbox (seq) WHERE state = 1;

-- What central answered, without a look-up's personal lines.
CREATE TABLE receipts (
    seq         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    receipt     BLOB NOT NULL
) STRICT;

-- Drafts that residents asked to keep. Name and content say nothing without the resident's card and the terminal's own
-- secret, and neither is in this file. Later rows were kept later.
CREATE TABLE drafts (
    place   INTEGER PRIMARY KEY,
    name    BLOB NOT NULL UNIQUE CHECK (length(name) = 32),
    kept_at INTEGER NOT NULL,                -- ms since 1970
    locked  BLOB NOT NULL
) STRICT;

-- What the terminal did, each line hashed over the one before it. No personal data.
CREATE TABLE journal (
    n    INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,                   -- ms since 1970
    act  TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
