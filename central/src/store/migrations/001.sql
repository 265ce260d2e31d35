-- The first shape of central's store. A change is a new file.

-- Every entry that took effect, with the answer that it got and will get again.
CREATE TABLE entries (
    kiosk       TEXT NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq > 0),
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    received_at INTEGER NOT NULL,           -- ms since 1970
    seal_hash   BLOB NOT NULL,              -- SHA-256 of the sealed entry as it came
    body        BLOB NOT NULL,              -- the entry, opened
    receipt     BLOB NOT NULL,              -- as it was answered
    PRIMARY KEY (kiosk, seq)
) STRICT;

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

-- The last case number of a district's day.
CREATE TABLE case_days (
    district INTEGER NOT NULL,
    day      TEXT NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (district, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
    number        TEXT PRIMARY KEY,
    entry         BLOB NOT NULL UNIQUE REFERENCES entries (id),
    service       TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('accepted', 'completed')),
    accepted_on   TEXT NOT NULL,
    promised_days INTEGER NOT NULL,
    check_code    TEXT
) STRICT, WITHOUT ROWID;

-- One rating an application.
CREATE TABLE evaluations (
    application BLOB PRIMARY KEY REFERENCES cases (entry),
    entry       BLOB NOT NULL UNIQUE REFERENCES entries (id),
    stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5)
) STRICT, WITHOUT ROWID;
