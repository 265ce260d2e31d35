-- What technicians found at terminals, what they photographed of it, and how it ended.

CREATE TABLE fault_tickets (
    kiosk     TEXT NOT NULL,
    entry     BLOB NOT NULL,
    -- When it was written at the terminal.
    at        INTEGER NOT NULL,
    part      TEXT NOT NULL,
    symptom   TEXT NOT NULL,
    closed_at INTEGER,
    -- Empty where it was mended before it was written.
    closed_by TEXT,
    PRIMARY KEY (kiosk, entry)
) STRICT, WITHOUT ROWID;

CREATE INDEX fault_tickets_by_time ON fault_tickets (at);

CREATE TABLE fault_photos (
    kiosk TEXT NOT NULL,
    entry BLOB NOT NULL,
    place INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    jpeg  BLOB NOT NULL,
    PRIMARY KEY (kiosk, entry, place)
) STRICT;
