-- Money. Every key begins with the kiosk (an order's number does) or the district.

-- The last order number of a kiosk's day.
CREATE TABLE order_days (
    kiosk TEXT NOT NULL,
    day   TEXT NOT NULL,
    last  INTEGER NOT NULL,
    PRIMARY KEY (kiosk, day)
) STRICT, WITHOUT ROWID;

-- An order as it stands. What is searched for stands beside the body; all of it is written together.
CREATE TABLE orders (
    number       TEXT PRIMARY KEY,
    kiosk        TEXT NOT NULL,
    key          BLOB NOT NULL CHECK (length(key) = 16),   -- the idempotency key of the request
    request_hash BLOB NOT NULL,                            -- SHA-256 of the request as it came
    created_at   INTEGER NOT NULL,                         -- ms since 1970
    state        TEXT NOT NULL,
    open_amount  INTEGER NOT NULL CHECK (open_amount >= 0), -- fen that are taken, and neither posted nor given back
    due_at       INTEGER,                                  -- when it wants to be worked on; nothing when it rests
    body         TEXT NOT NULL,                            -- the order as JSON
    UNIQUE (kiosk, key)
) STRICT;
CREATE INDEX orders_due ON orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_of_a_kiosk ON orders (kiosk, created_at);
CREATE INDEX orders_open ON orders (number) WHERE open_amount > 0;

-- The money book (账簿): what moved, as the channel or the provider said it. Lines are added, never changed.
CREATE TABLE money_book (
    number TEXT NOT NULL REFERENCES orders (number),
    n      INTEGER NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('paid', 'posted', 'refunded')),
    amount INTEGER NOT NULL,                -- fen; less than zero takes a line back
    at     INTEGER NOT NULL,                -- ms since 1970, by the clock of whoever moved it
    day    TEXT NOT NULL,                   -- that moment's day in China: daily files go by it
    PRIMARY KEY (number, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX money_book_of_a_day ON money_book (day);

-- Bills that an order is out for, or has paid. A bill has one row or none: nobody pays it twice.
CREATE TABLE bill_holds (
    district INTEGER NOT NULL,
    provider TEXT NOT NULL,
    bill     TEXT NOT NULL,
    number   TEXT NOT NULL,                 -- the order
    state    TEXT NOT NULL CHECK (state IN ('locked', 'paid')),
    PRIMARY KEY (district, provider, bill)
) STRICT, WITHOUT ROWID;
CREATE INDEX bill_holds_of_an_order ON bill_holds (number);

-- What people must see to (差异与告警): differences between the daily files and the money book, and alarms of orders.
CREATE TABLE matters (
    district  INTEGER NOT NULL,
    day       TEXT NOT NULL,
    subject   TEXT NOT NULL,                -- an order's number, or what a file calls one
    kind      TEXT NOT NULL,
    ours      INTEGER,                      -- fen by the money book
    theirs    INTEGER,                      -- fen by the file
    state     TEXT NOT NULL CHECK (state IN ('open', 'in_hand', 'settled')),
    owner     TEXT NOT NULL,
    how       TEXT,                         -- how it was settled
    found_at  INTEGER NOT NULL,             -- ms since 1970
    closed_at INTEGER,                      -- ms since 1970
    PRIMARY KEY (district, day, subject, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX matters_not_settled ON matters (day) WHERE state <> 'settled';
