-- Whose case it is, so that people find their own by their card. Cases from before are found by their number.
CREATE TABLE applicants (
    district INTEGER NOT NULL,
    person   TEXT NOT NULL,                 -- the ID number of who applied, for themselves or for a body
    at       INTEGER NOT NULL,              -- when it was opened, ms since 1970
    number   TEXT NOT NULL,                 -- the case
    PRIMARY KEY (district, person, at, number)
) STRICT, WITHOUT ROWID;
