-- Who works at the console, what they did, and what is wrong in the fleet. Small tables of the whole city: there is nothing
-- for a cluster to divide.

-- Operators (运维人员). A password is an argon2id string, a second factor's secret is sealed to central's own key.
CREATE TABLE operators (
    id            TEXT PRIMARY KEY,
    role          TEXT NOT NULL,             -- city, district:futian, technician:futian, auditor
    standing      TEXT NOT NULL CHECK (standing IN ('invited', 'active', 'locked')),
    password      TEXT NOT NULL,
    invited_until INTEGER NOT NULL,          -- ms since 1970: the first password is good until then
    totp_key      INTEGER,                   -- to which key the secret is sealed
    totp          BLOB,
    totp_step     INTEGER NOT NULL,          -- the last step whose code was used: each is good once
    tries         INTEGER NOT NULL,          -- since the last log-in
    locked_until  INTEGER NOT NULL,          -- ms since 1970
    made_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sessions, by the SHA-256 of their token.
CREATE TABLE operator_sessions (
    token    BLOB PRIMARY KEY CHECK (length(token) = 32),
    operator TEXT NOT NULL,
    stage    TEXT NOT NULL CHECK (stage IN ('password', 'full')),
    address  TEXT NOT NULL,
    made_at  INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator);

-- Every act at the console, each with the hash of the one before it.
CREATE TABLE audit (
    n        INTEGER PRIMARY KEY CHECK (n > 0),
    at       INTEGER NOT NULL,               -- ms since 1970
    actor    TEXT NOT NULL,
    deed     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    detail   TEXT NOT NULL,
    address  TEXT NOT NULL,
    suite    TEXT NOT NULL,                  -- whose hash it is
    hash     BLOB NOT NULL
) STRICT;

-- The end of the chain: one row, which whoever appends locks.
CREATE TABLE audit_head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    n     INTEGER NOT NULL,
    hash  BLOB,                              -- none before the first
    suite TEXT NOT NULL                      -- by which the next one is hashed
) STRICT;

INSERT INTO audit_head (one, n, hash, suite) VALUES (1, 0, NULL, 'international');

-- Alarms (告警). One of a kind is open for a terminal at a time.
CREATE TABLE alarms (
    kiosk    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    began_at INTEGER NOT NULL,               -- ms since 1970
    taken_by TEXT,                           -- the operator who looks after it
    taken_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (kiosk, kind, began_at)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX alarms_open ON alarms (kiosk, kind) WHERE ended_at IS NULL;

-- Messages of alarms that no route has taken yet.
CREATE TABLE alarm_messages (
    kiosk  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('begin', 'end')),
    at     INTEGER NOT NULL,                 -- ms since 1970
    route  TEXT NOT NULL,                    -- webhook, mail
    tries  INTEGER NOT NULL,
    due_at INTEGER NOT NULL,                 -- when it is tried next, or another instance may
    PRIMARY KEY (kiosk, kind, change, at, route)
) STRICT, WITHOUT ROWID;

CREATE INDEX alarm_messages_due ON alarm_messages (due_at);

-- How long something has been waiting in a terminal's outbox, as far as its reports show.
CREATE TABLE alarm_queues (
    kiosk TEXT PRIMARY KEY,
    since INTEGER NOT NULL                   -- ms since 1970
) STRICT, WITHOUT ROWID;

-- Where terminals stand.
CREATE TABLE terminal_sites (
    kiosk  TEXT PRIMARY KEY,
    name   TEXT NOT NULL,
    street TEXT NOT NULL                     -- by its short name
) STRICT, WITHOUT ROWID;
