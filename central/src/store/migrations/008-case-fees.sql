-- What an application costs (规费), from the catalogue on the day that it came in.
CREATE TABLE case_fees (
    number  TEXT NOT NULL,
    amount  INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (number)
) STRICT, WITHOUT ROWID;

-- Payments of fees by the order that brought them, and what became of each: it stands for good.
CREATE TABLE fee_postings (
    key      TEXT NOT NULL,
    number   TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;

-- A fee is paid once.
CREATE UNIQUE INDEX fees_paid ON fee_postings (number) WHERE outcome = 'posted';
