//! Starts a cluster, prints its address, and removes it when standard input ends: for benchmarks by hand and `xtask`.

use private_postgres::Cluster;
use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cluster = match Cluster::start() {
        Ok(cluster) => cluster,
        Err(error) => {
            eprintln!("private-postgres: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Whoever has gone needs no cluster.
    if writeln!(stdout(), "{}", cluster.uri()).and_then(|()| stdout().flush()).is_ok() {
        let _ = stdin().read_to_end(&mut Vec::new());
    }
    ExitCode::SUCCESS
}
