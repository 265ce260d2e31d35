-- Terminals that are invited to ask for a certificate, and what they asked with.
CREATE TABLE enrolments (
    kiosk       TEXT PRIMARY KEY,
    code        BLOB NOT NULL,                  -- SHA-256 of the claim code
    invited_by  TEXT NOT NULL,
    ends_at     INTEGER NOT NULL,               -- ms since 1970
    misses      INTEGER NOT NULL,               -- wrong codes
    others      INTEGER NOT NULL,               -- times that another key came with the right code
    request     TEXT,                           -- the certificate request that came with the code, PEM
    certificate TEXT                            -- once it is approved, PEM
) STRICT, WITHOUT ROWID;

-- Certificates of terminals. A terminal that has any is let in with one of them only.
CREATE TABLE terminal_certificates (
    kiosk       TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    issued_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    approved_by TEXT,                           -- nobody, where it was renewed over another one
    revoked_at  INTEGER,
    revoked_by  TEXT,
    PRIMARY KEY (kiosk, fingerprint)
) STRICT, WITHOUT ROWID;
