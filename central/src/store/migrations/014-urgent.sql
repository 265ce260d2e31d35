-- What does not wait: emergency notices, with who has shown them, and commands to single terminals, with what came of them.

CREATE TABLE fleet_emergencies (
    id          INTEGER PRIMARY KEY,         -- the number of the act
    scope       TEXT NOT NULL,
    urgency     TEXT NOT NULL,               -- warning, evacuate
    chinese     TEXT NOT NULL,
    english     TEXT NOT NULL,
    until       INTEGER NOT NULL,
    phase       TEXT NOT NULL,               -- proposed, holds, ended
    proposed_by TEXT NOT NULL,
    approved_by TEXT,
    at          INTEGER NOT NULL,
    held_at     INTEGER,                     -- since when it holds
    ended_at    INTEGER
) STRICT;

-- Which terminals have it on their screens, and when central first heard so.
CREATE TABLE fleet_receipts (
    emergency INTEGER NOT NULL,
    kiosk     TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (emergency, kiosk)
) STRICT, WITHOUT ROWID;

CREATE TABLE fleet_commands (
    id         INTEGER PRIMARY KEY,          -- the number of the act
    kiosk      TEXT NOT NULL,
    errand     TEXT NOT NULL,                -- restart, self-test, support-bundle
    until      INTEGER NOT NULL,
    ordered_by TEXT NOT NULL,
    at         INTEGER NOT NULL,
    became     TEXT,                         -- JSON; none while nothing was heard
    ended_at   INTEGER
) STRICT;
CREATE INDEX fleet_commands_kiosk ON fleet_commands (kiosk, id);

-- The last picture of a technician's screen that an operator looks at; gone with the end of the command.
CREATE TABLE fleet_pictures (
    command INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    jpeg    BLOB NOT NULL
) STRICT;

CREATE TABLE fleet_bundles (
    command INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    bundle  BLOB NOT NULL
) STRICT;
