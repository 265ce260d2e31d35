-- A case is rated once in a round, and a bad rating says why.
CREATE TABLE ratings (
    kiosk       TEXT NOT NULL,
    application BLOB NOT NULL,
    round       INTEGER NOT NULL CHECK (round BETWEEN 1 AND 9),
    entry       BLOB NOT NULL,
    stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    tags        TEXT NOT NULL,              -- JSON
    PRIMARY KEY (kiosk, application, round)
) STRICT, WITHOUT ROWID;

INSERT INTO ratings (kiosk, application, round, entry, stars, tags)
SELECT kiosk, application, 1, entry, stars, '[]' FROM evaluations;

DROP TABLE evaluations;
