//! The shapes that the tables had, one file each, and how one file serves both engines.

/// The files in order. A change is a new file.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001-intake.sql"),
    include_str!("migrations/002-deciding.sql"),
    include_str!("migrations/003-accounting.sql"),
    include_str!("migrations/004-applicants.sql"),
    include_str!("migrations/005-ratings.sql"),
    include_str!("migrations/006-papers.sql"),
    include_str!("migrations/007-bookings.sql"),
    include_str!("migrations/008-case-fees.sql"),
    include_str!("migrations/009-drops.sql"),
    include_str!("migrations/010-phone-drafts.sql"),
    include_str!("migrations/011-fleet.sql"),
    include_str!("migrations/012-console.sql"),
    include_str!("migrations/013-enrolment.sql"),
    include_str!("migrations/014-urgent.sql"),
    include_str!("migrations/015-fault-tickets.sql"),
];

/// The version that this program knows.
pub(super) fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The files after a version, each with its own.
pub(super) fn after(version: i64) -> impl Iterator<Item = (i64, &'static str)> {
    (1_i64..).zip(MIGRATIONS.iter().copied()).filter(move |(own, _)| *own > version)
}

/// A migration as PostgreSQL takes it: it has other names for two types, and no words for how a table is stored.
pub(super) fn for_postgres(sql: &str) -> String {
    sql.lines().map(|line| translated(line) + "\n").collect()
}

fn translated(line: &str) -> String {
    let (code, comment) = line.split_once("--").map_or((line, ""), |(code, comment)| (code, comment));
    let code = code
        .replace(" INTEGER", " BIGINT")
        .replace(" BLOB", " BYTEA")
        .replace(") STRICT, WITHOUT ROWID", ")")
        .replace(") STRICT", ")");
    if comment.is_empty() { code } else { format!("{code}--{comment}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_strict_and_loses_the_words_that_only_one_engine_knows() {
        for sql in MIGRATIONS {
            let tables = sql.matches("CREATE TABLE").count();
            assert_eq!(sql.matches(") STRICT").count(), tables, "every table checks its types");
            let theirs = for_postgres(sql);
            assert!(
                !theirs.contains("STRICT") && !theirs.contains(" BLOB ") && !theirs.contains(" INTEGER ")
            );
            assert_eq!(theirs.matches("CREATE TABLE").count(), tables);
        }
    }
}
