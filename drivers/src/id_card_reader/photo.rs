//! The photo on the chip: 1024 bytes in a format (WLT) whose decoder only its issuer gives out.
//!
//! The driver hands the bytes on unchanged. A separate *program*, supplied by the operator, makes a picture of them
//! (section 6): exactly 1024 bytes on its standard input, a BMP or PNG of 102 x 126 on its standard output, exit
//! status 0, or 2 for 'not such a photo', within 3 seconds. A program and no loaded library, because those libraries
//! write temporary files and crash on bad input. Knows nothing of faces.

use contract::Secret;
use image::{ImageFormat, ImageReader, Limits, RgbImage};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::io::{Cursor, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Bytes of a photo on the chip.
const PHOTO_BYTES: usize = 1024;
/// Width and height of the picture in it.
const SIZE: (u32, u32) = (102, 126);
/// More than any 24-bit picture of that size takes (38,862 bytes as BMP).
const LARGEST_PICTURE: u64 = 128 * 1024;
/// How long a decoder may take.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// How often it is looked after.
const LOOK: Duration = Duration::from_millis(5);

/// The undecoded photo of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo(Secret<Vec<u8>>);

impl Photo {
    /// Takes exactly 1024 bytes.
    pub fn from_chip(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == PHOTO_BYTES).then(|| Self(Secret::new(bytes.to_vec())))
    }

    /// The bytes as the chip gave them.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoFault {
    /// The program could not be started.
    #[error("no photo decoder can be started ({0}): install one and name it in the settings")]
    NoDecoder(String),
    /// It says that this is no photo of its format.
    #[error("the photo on the card is not of the decoder's format")]
    NotAPhoto,
    /// It failed or crashed.
    #[error("the photo decoder failed ({0}): see its own documentation")]
    Failed(String),
    /// It did not end in time and was killed.
    #[error("the photo decoder did not end within 3 s and was killed")]
    TimedOut,
    /// What it wrote is no picture of 102 x 126.
    #[error("the photo decoder did not write a BMP or PNG of 102 x 126: replace it")]
    BadPicture,
}

/// The operator's program that makes a picture of a photo.
#[derive(Clone, Debug)]
pub struct PhotoDecoder {
    program: PathBuf,
}

impl PhotoDecoder {
    /// Names the program. It is started anew for every photo, with an empty environment and no arguments.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Decodes a photo. Dropping the future kills the program.
    pub async fn decode(&self, photo: &Photo) -> Result<RgbImage, PhotoFault> {
        let (answer, result) = oneshot::channel();
        let (program, photo) = (self.program.clone(), photo.clone());
        std::thread::Builder::new()
            .name("photo-decoder".into())
            .spawn(move || {
                let mut answer = answer;
                let outcome = contract::washed(|| run(&program, &photo, &mut answer));
                let _ = answer.send(outcome);
            })
            .map_err(|error| PhotoFault::NoDecoder(error.kind().to_string()))?;
        result.await.unwrap_or_else(|_| Err(PhotoFault::Failed("its thread ended".into())))
    }
}

type Answer = oneshot::Sender<Result<RgbImage, PhotoFault>>;

fn run(program: &PathBuf, photo: &Photo, answer: &mut Answer) -> Result<RgbImage, PhotoFault> {
    let mut child = Command::new(program)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // A group of its own, so that what it starts is killed with it.
        .process_group(0)
        .spawn()
        .map_err(|error| PhotoFault::NoDecoder(error.kind().to_string()))?;
    // 1024 bytes fit into the pipe: this cannot block. A program that doesn't read them is told by its exit status.
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(photo.bytes());
    }
    let picture = child
        .stdout
        .take()
        .map(|output| std::thread::spawn(move || contract::washed(|| read_bounded(output))));
    let status = watch(&mut child, answer);
    // Also after a good end: nothing of its group may live on and hold the pipe open.
    kill_group(&child);
    let status = status?;
    let picture = picture.and_then(|reader| reader.join().ok()).unwrap_or_default();
    match status.code() {
        Some(0) => open_picture(&picture),
        Some(2) => Err(PhotoFault::NotAPhoto),
        _ => Err(PhotoFault::Failed(status.to_string())),
    }
}

/// Waits for the end, the time limit or the loss of the one who asked.
fn watch(child: &mut Child, answer: &Answer) -> Result<ExitStatus, PhotoFault> {
    let deadline = Instant::now() + TIME_LIMIT;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < deadline && !answer.is_closed() => std::thread::sleep(LOOK),
            outcome => {
                kill_group(child);
                let _ = child.wait();
                return Err(match outcome {
                    Err(error) => PhotoFault::Failed(error.kind().to_string()),
                    Ok(_) => PhotoFault::TimedOut,
                });
            }
        }
    }
}

fn kill_group(child: &Child) {
    if let Ok(id) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
    }
}

/// Reads until the end or one byte past the bound; more is no picture of ours.
fn read_bounded(output: impl Read) -> Zeroizing<Vec<u8>> {
    let mut picture = Zeroizing::new(Vec::with_capacity(64 * 1024));
    let _ = output.take(LARGEST_PICTURE + 1).read_to_end(&mut picture);
    picture
}

fn open_picture(bytes: &[u8]) -> Result<RgbImage, PhotoFault> {
    let format = match bytes {
        [b'B', b'M', ..] => ImageFormat::Bmp,
        [0x89, b'P', b'N', b'G', ..] => ImageFormat::Png,
        _ => return Err(PhotoFault::BadPicture),
    };
    if bytes.len() as u64 > LARGEST_PICTURE {
        return Err(PhotoFault::BadPicture);
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIZE.0), Some(SIZE.1));
    limits.max_alloc = Some(4 * 1024 * 1024);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| PhotoFault::BadPicture)?.into_rgb8();
    if picture.dimensions() == SIZE { Ok(picture) } else { Err(PhotoFault::BadPicture) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_has_exactly_1024_bytes() {
        assert!(Photo::from_chip(&[0; 1023]).is_none());
        assert!(Photo::from_chip(&[0; 1025]).is_none());
        let photo = Photo::from_chip(&[7; 1024]).unwrap();
        assert_eq!(format!("{photo:?}"), "Photo(***)");
    }

    #[test]
    fn only_a_picture_of_the_right_size_is_taken() {
        let encode = |width, height, format| {
            let mut bytes = Cursor::new(Vec::new());
            RgbImage::new(width, height).write_to(&mut bytes, format).unwrap();
            bytes.into_inner()
        };
        assert!(open_picture(&encode(102, 126, ImageFormat::Bmp)).is_ok());
        assert!(open_picture(&encode(102, 126, ImageFormat::Png)).is_ok());
        assert_eq!(open_picture(&encode(126, 102, ImageFormat::Png)), Err(PhotoFault::BadPicture));
        assert_eq!(open_picture(&encode(5000, 126, ImageFormat::Bmp)), Err(PhotoFault::BadPicture));
        assert_eq!(open_picture(b"GIF89a"), Err(PhotoFault::BadPicture));
        assert_eq!(open_picture(&[]), Err(PhotoFault::BadPicture));
    }
}
