-- What came from the terminals. Every key begins with the kiosk or the district, so that a cluster can divide the rows.

-- Every entry that took effect, with the answer that it got and will get again.
CREATE TABLE entries (
    kiosk       TEXT NOT NULL,
    id          BLOB NOT NULL CHECK (length(id) = 16),
    seq         INTEGER NOT NULL CHECK (seq > 0),
    received_at INTEGER NOT NULL,           -- ms since 1970
    seal_hash   BLOB NOT NULL,              -- SHA-256 of the sealed entry as it came
    body        BLOB NOT NULL,              -- the entry, opened
    receipt     BLOB NOT NULL,              -- as it was answered
    PRIMARY KEY (kiosk, id),
    UNIQUE (kiosk, seq)
) STRICT;

-- A clerk may know the key alone.
CREATE INDEX entries_by_id ON entries (id);

-- Entries that will never take effect, so that a series is known to be whole. The kiosk keeps them.
CREATE TABLE refusals (
    kiosk   TEXT NOT NULL,
    seq     INTEGER NOT NULL CHECK (seq > 0),
    id      BLOB NOT NULL,
    at      INTEGER NOT NULL,               -- ms since 1970
    problem TEXT NOT NULL,                  -- the problem's type
    PRIMARY KEY (kiosk, seq)
) STRICT, WITHOUT ROWID;

-- The heads of the kiosks' journals, as they were reported. The highest n of a kiosk is what its next report must go on
-- from.
CREATE TABLE journal_heads (
    kiosk  TEXT NOT NULL,
    n      INTEGER NOT NULL,
    at     INTEGER NOT NULL,                -- ms since 1970
    length INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (kiosk, n)
) STRICT, WITHOUT ROWID;

-- Kiosks whose next report is taken whatever it goes on from: an operator has looked at them.
CREATE TABLE readmissions (
    kiosk TEXT PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each kiosk's series is.
CREATE TABLE series (
    kiosk      TEXT PRIMARY KEY,
    contiguous INTEGER NOT NULL,
    highest    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last case number of a district's day that was handed to an instance.
CREATE TABLE case_days (
    district INTEGER NOT NULL,
    day      TEXT NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (district, day)
) STRICT, WITHOUT ROWID;

-- The number begins with the district.
CREATE TABLE cases (
    number        TEXT PRIMARY KEY,
    kiosk         TEXT NOT NULL,
    entry         BLOB NOT NULL,
    service       TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('accepted', 'completed')),
    accepted_on   TEXT NOT NULL,
    promised_days INTEGER NOT NULL,
    UNIQUE (kiosk, entry)
) STRICT, WITHOUT ROWID;

-- What anyone may check who holds a printed certificate, by its code: enough to see that the paper was not altered, not
-- enough to learn who somebody is.
CREATE TABLE certificates (
    district   INTEGER NOT NULL,
    check_code TEXT NOT NULL,
    number     TEXT NOT NULL,               -- the case
    service    TEXT NOT NULL,
    issued_on  TEXT NOT NULL,
    holder     TEXT NOT NULL,               -- masked: 张* 0011
    PRIMARY KEY (district, check_code)
) STRICT, WITHOUT ROWID;

-- One rating an application.
CREATE TABLE evaluations (
    kiosk       TEXT NOT NULL,
    application BLOB NOT NULL,
    entry       BLOB NOT NULL,
    stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    PRIMARY KEY (kiosk, application)
) STRICT, WITHOUT ROWID;
