-- Drafts between a phone and a terminal, sealed to central's own key; gone with their use or after a day.
CREATE TABLE phone_drafts (
    district    INTEGER NOT NULL,
    code        TEXT NOT NULL,
    way         TEXT NOT NULL,                  -- to_terminal, to_phone
    made_at     INTEGER NOT NULL,
    misses      INTEGER NOT NULL,
    sealing_key INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (district, code)
) STRICT, WITHOUT ROWID;

-- Who tried a wrong code at a terminal, by the digest of the number on the card, and how often.
CREATE TABLE draft_misses (
    district INTEGER NOT NULL,
    person   BLOB NOT NULL,
    misses   INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (district, person)
) STRICT, WITHOUT ROWID;
