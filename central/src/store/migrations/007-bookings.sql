-- How many places of a slot are taken: counted up only while the capacity allows it, in the transaction of the case.
CREATE TABLE places (
    district INTEGER NOT NULL,
    day      TEXT NOT NULL,
    site     TEXT NOT NULL,
    slot     TEXT NOT NULL,
    taken    INTEGER NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (district, day, site, slot)
) STRICT, WITHOUT ROWID;

-- Which place a case holds, or held until it was given back.
CREATE TABLE bookings (
    number    TEXT NOT NULL,
    day       TEXT NOT NULL,
    site      TEXT NOT NULL,
    slot      TEXT NOT NULL,
    freed_at  INTEGER,
    PRIMARY KEY (number)
) STRICT, WITHOUT ROWID;
