-- The fleet: what is set for its terminals, how changes roll out, what each terminal was given and reports.

-- One row, which every act of the fleet changes first: acts come one after another, on any number of instances, and each
-- instance sees by the number that something has changed.
CREATE TABLE fleet_generation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    n   INTEGER NOT NULL
) STRICT;
INSERT INTO fleet_generation VALUES (1, 0);

-- Every terminal that ever asked, and where it belongs.
CREATE TABLE fleet_kiosks (
    kiosk    TEXT PRIMARY KEY,
    district TEXT,
    party    TEXT                            -- the group
) STRICT, WITHOUT ROWID;

-- What a scope says: city, district:NAME, group:NAME, terminal:KIOSK.
CREATE TABLE fleet_layers (
    scope    TEXT PRIMARY KEY,
    settings TEXT NOT NULL                   -- JSON: key to value and since
) STRICT, WITHOUT ROWID;

CREATE TABLE fleet_rollouts (
    id          INTEGER PRIMARY KEY,
    scope       TEXT NOT NULL,
    settings    TEXT NOT NULL,               -- what the scope will say
    pace        TEXT NOT NULL,               -- staged, at_once
    phase       TEXT NOT NULL,               -- JSON
    open        INTEGER NOT NULL CHECK (open IN (0, 1)),
    reason      TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    approved_by TEXT,
    at          INTEGER NOT NULL
) STRICT;

-- A scope changes by one rollout at a time.
CREATE UNIQUE INDEX fleet_rollouts_open ON fleet_rollouts (scope) WHERE open = 1;

-- Which terminals a rollout was sent to, with which version of their document, and what became of it.
CREATE TABLE fleet_reached (
    rollout INTEGER NOT NULL,
    kiosk   TEXT NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    outcome TEXT,                            -- kept, failed, busy
    PRIMARY KEY (rollout, kiosk)
) STRICT, WITHOUT ROWID;

-- The last document of each terminal.
CREATE TABLE fleet_desired (
    kiosk     TEXT PRIMARY KEY,
    version   INTEGER NOT NULL,
    content   BLOB NOT NULL CHECK (length(content) = 32),   -- the digest of what it says
    expires   INTEGER NOT NULL,
    document  TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The last report of each terminal.
CREATE TABLE fleet_reports (
    kiosk  TEXT PRIMARY KEY,
    at     INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT, WITHOUT ROWID;
