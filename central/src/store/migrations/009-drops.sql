-- The drop that a terminal has opened for pictures from a phone: one each, the next takes its place. Nothing of it is
-- personal; the token is kept as its digest.
CREATE TABLE drops (
    kiosk   TEXT NOT NULL,
    id      BLOB NOT NULL,
    token   BLOB NOT NULL,
    most    INTEGER NOT NULL CHECK (most > 0),
    taken   INTEGER NOT NULL CHECK (taken >= 0),
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (kiosk)
) STRICT, WITHOUT ROWID;

CREATE INDEX drops_by_token ON drops (token);

-- The pictures that its terminal has not fetched yet.
CREATE TABLE drop_pictures (
    kiosk   TEXT NOT NULL,
    id      BLOB NOT NULL,
    n       INTEGER NOT NULL CHECK (n > 0),
    ends_at INTEGER NOT NULL,
    jpeg    BLOB NOT NULL,
    PRIMARY KEY (kiosk, id, n)
) STRICT, WITHOUT ROWID;
