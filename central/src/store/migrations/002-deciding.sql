-- Cases that somebody decides, and by what they were decided. A case's number begins with its district.

-- A case on a desk. What it is follows from its opening and its events; the columns below the line say the same, so that
-- a queue can be listed.
CREATE TABLE casework (
    number      TEXT PRIMARY KEY,
    kiosk       TEXT NOT NULL,              -- where it was handed in, and as which entry
    entry       BLOB NOT NULL,
    service     TEXT NOT NULL,
    department  TEXT NOT NULL,
    district    INTEGER NOT NULL,           -- of the desk: may differ from the one in the number
    delivery    TEXT NOT NULL CHECK (delivery IN ('print', 'post', 'locker', 'licence_library', 'window')),
    limit_days  INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    -- -----------
    version     INTEGER NOT NULL,
    state       TEXT NOT NULL,
    clerk       TEXT,
    reviewed_at INTEGER,
    accepted_at INTEGER,
    closed_at   INTEGER,
    due_on      TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX casework_queue ON casework (district, department, closed_at, due_on);

-- The trace of a case: who did what when.
CREATE TABLE case_events (
    number TEXT NOT NULL,
    n      INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    record TEXT NOT NULL,                   -- the event, JSON
    PRIMARY KEY (number, n)
) STRICT, WITHOUT ROWID;

-- What applicants answered in a case, as entries of their own.
CREATE TABLE case_replies (
    number TEXT NOT NULL,
    kiosk  TEXT NOT NULL,
    entry  BLOB NOT NULL,
    PRIMARY KEY (number, kiosk, entry)
) STRICT, WITHOUT ROWID;

-- Rule sets that decided something, so that they can decide it again.
CREATE TABLE rule_sets (
    district INTEGER NOT NULL,
    version  TEXT NOT NULL,                 -- SHA-256 of the text
    id       TEXT NOT NULL,
    text     TEXT NOT NULL,
    used_at  INTEGER NOT NULL,              -- first
    PRIMARY KEY (district, version)
) STRICT, WITHOUT ROWID;

-- What rules decided. The digest is keyed by a salt that is sealed with the inputs: nobody is found by it.
CREATE TABLE decisions (
    number     TEXT PRIMARY KEY,
    rules      TEXT NOT NULL,               -- version
    digest     BLOB NOT NULL,
    decision   TEXT NOT NULL,               -- JSON
    outcomes   TEXT NOT NULL,               -- JSON: each rule, what it said, its sources
    decided_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The inputs of a decision, sealed to central's key: what the form and the registries said.
CREATE TABLE decision_inputs (
    number      TEXT PRIMARY KEY,
    sealing_key INTEGER NOT NULL,
    sealed      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every pull from a registry: why, on what ground, which fields. Never what it said.
CREATE TABLE registry_pulls (
    number       TEXT NOT NULL,
    resource     TEXT NOT NULL,
    at           INTEGER NOT NULL,
    registry     TEXT NOT NULL,
    owner        TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    legal_ground TEXT NOT NULL,
    fields       TEXT NOT NULL,
    outcome      TEXT NOT NULL CHECK (outcome IN ('found', 'not_found', 'no_answer')),
    retention    TEXT NOT NULL,
    PRIMARY KEY (number, resource)
) STRICT, WITHOUT ROWID;

-- Construction projects, with the plan that each began with.
CREATE TABLE projects (
    district  INTEGER NOT NULL,
    code      TEXT NOT NULL,
    plan      TEXT NOT NULL,                -- JSON
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (district, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE project_events (
    district INTEGER NOT NULL,
    code     TEXT NOT NULL,
    n        INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    record   TEXT NOT NULL,                 -- the event, JSON
    PRIMARY KEY (district, code, n)
) STRICT, WITHOUT ROWID;

-- The applications of a project's stages: they are decided with their stage.
CREATE TABLE project_cases (
    district INTEGER NOT NULL,
    code     TEXT NOT NULL,
    number   TEXT NOT NULL,
    stage    INTEGER NOT NULL,
    PRIMARY KEY (district, code, number)
) STRICT, WITHOUT ROWID;

-- What each department of a project is told.
CREATE TABLE department_inbox (
    district   INTEGER NOT NULL,
    department TEXT NOT NULL,
    code       TEXT NOT NULL,
    n          INTEGER NOT NULL,            -- of the project's event
    at         INTEGER NOT NULL,
    words      TEXT NOT NULL,
    PRIMARY KEY (district, department, code, n)
) STRICT, WITHOUT ROWID;

-- Cases that were opened before there were desks stand on the desk of their department. Where a case stands is no longer
-- a column of the list of numbers.
INSERT INTO casework (number, kiosk, entry, service, department, district, delivery, limit_days, received_at, version,
                      state)
SELECT c.number, c.kiosk, c.entry, c.service, substr(c.service, 4, 2), CAST(substr(c.number, 1, 6) AS INTEGER),
       'licence_library', CASE WHEN c.promised_days < 1 THEN 1 ELSE c.promised_days END, e.received_at, 0, 'received'
FROM cases c JOIN entries e ON e.kiosk = c.kiosk AND e.id = c.entry WHERE c.state = 'accepted';

ALTER TABLE cases DROP COLUMN state;
