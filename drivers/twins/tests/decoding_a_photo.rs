//! Card photos go to a decoder in another program, which may be the demo's, missing, lying or asleep.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that fails panics"
)]

mod support;

use drivers::id_card_reader::{Photo, PhotoDecoder, PhotoFault};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use support::demo;
use tempfile::TempDir;

fn demo_decoder() -> PhotoDecoder {
    PhotoDecoder::new(PathBuf::from(env!("CARGO_BIN_EXE_demo-photo-decoder")))
}

fn photo(name: &str) -> Photo {
    Photo::from_chip(&std::fs::read(demo("photos").join(name)).unwrap()).unwrap()
}

/// A decoder as a shell script.
fn script(text: &str) -> (TempDir, PhotoDecoder) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("decoder");
    std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    (folder, PhotoDecoder::new(program))
}

#[tokio::test]
async fn the_photos_of_the_demo_become_pictures() {
    for name in ["astronaut.photo", "drawn.photo"] {
        let picture = demo_decoder().decode(&photo(name)).await.unwrap();
        assert_eq!(picture.dimensions(), (102, 126));
    }
}

#[tokio::test]
async fn a_photo_of_another_format_is_told_from_a_broken_one() {
    let real = Photo::from_chip(&[0x5A; 1024]).unwrap();
    assert_eq!(demo_decoder().decode(&real).await, Err(PhotoFault::NotAPhoto));
    let mut bytes = vec![0; 1024];
    bytes[..8].copy_from_slice(b"BDYPHOT1");
    let broken = demo_decoder().decode(&Photo::from_chip(&bytes).unwrap()).await;
    assert!(matches!(broken, Err(PhotoFault::Failed(_))), "{broken:?}");
}

#[tokio::test]
async fn no_decoder_is_said() {
    let missing = PhotoDecoder::new("/no/such/decoder".into()).decode(&photo("drawn.photo")).await;
    assert!(matches!(missing, Err(PhotoFault::NoDecoder(_))), "{missing:?}");
}

#[tokio::test]
async fn a_decoder_that_hangs_is_killed_with_what_it_started() {
    let (folder, decoder) = script("echo $$ > \"${0%/*}/id\"\nsleep 60 &\nsleep 60");
    let begun = Instant::now();
    assert_eq!(decoder.decode(&photo("drawn.photo")).await, Err(PhotoFault::TimedOut));
    assert!((3..6).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let id = std::fs::read_to_string(folder.path().join("id")).unwrap();
    assert!(!PathBuf::from(format!("/proc/{}", id.trim())).exists());
}

#[tokio::test]
async fn a_decoder_that_nobody_waits_for_is_killed() {
    let (folder, decoder) = script("echo $$ > \"${0%/*}/id\"\nexec sleep 60");
    let drawn = photo("drawn.photo");
    {
        let picture = decoder.decode(&drawn);
        tokio::pin!(picture);
        let id = folder.path().join("id");
        while std::fs::read_to_string(&id).unwrap_or_default().is_empty() {
            assert!(tokio::time::timeout(Duration::from_millis(20), &mut picture).await.is_err());
        }
    }
    let id = std::fs::read_to_string(folder.path().join("id")).unwrap();
    let process = PathBuf::from(format!("/proc/{}", id.trim()));
    let begun = Instant::now();
    while process.exists() {
        assert!(begun.elapsed() < Duration::from_secs(2), "it lives on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn whatever_a_decoder_does_is_an_error_with_a_name() {
    let cases = [
        ("exit 2", PhotoFault::NotAPhoto),
        ("exit 0", PhotoFault::BadPicture),
        ("echo BMnonsense", PhotoFault::BadPicture),
        ("head -c 9000000 /dev/zero; exit 0", PhotoFault::BadPicture),
        ("test -z \"$HOME$CARGO_MANIFEST_DIR\" && exit 2; exit 1", PhotoFault::NotAPhoto),
    ];
    for (text, fault) in cases {
        let (_folder, decoder) = script(text);
        assert_eq!(decoder.decode(&photo("drawn.photo")).await, Err(fault), "{text}");
    }
    let (_folder, decoder) = script("kill -SEGV $$");
    let crashed = decoder.decode(&photo("drawn.photo")).await;
    assert!(matches!(crashed, Err(PhotoFault::Failed(_))), "{crashed:?}");
}
