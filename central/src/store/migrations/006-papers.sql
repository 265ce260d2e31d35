-- The pages of papers that came after an application. The picture stays in its entry.
CREATE TABLE papers (
    kiosk       TEXT NOT NULL,
    application BLOB NOT NULL,
    material    TEXT NOT NULL,
    page        INTEGER NOT NULL CHECK (page > 0),
    entry       BLOB NOT NULL,
    PRIMARY KEY (kiosk, application, material, page)
) STRICT, WITHOUT ROWID;
