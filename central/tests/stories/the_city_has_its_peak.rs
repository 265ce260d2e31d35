//! The city's peak of writes for half a minute, with two thousand terminals that hold a request: no error. The whole
//! fleet of ten thousand, and ten minutes, are `central bench --seconds 600`.

use std::path::Path;
use std::process::Command;

#[test]
fn a_whole_city_is_borne_without_an_error() {
    let output = Command::new(env!("CARGO_BIN_EXE_central"))
        .args(["bench", "--records", "0", "--kiosks", "2000", "--seconds", "30", "--catalog"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog"))
        .output()
        .unwrap();
    let (said, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{trouble}");
    println!("{said}");
}
