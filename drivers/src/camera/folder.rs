//! A folder of pictures as a camera: they are shown in the order of their names, over and over, ten a second.
//!
//! For the demo and for tests. Pictures that are added, changed or taken away are noticed; no folder is no camera.

use super::frame::{CameraFault, Frame, FrameSource};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Time of one picture.
const PACE: Duration = Duration::from_millis(100);
/// An empty folder is looked at for so long.
const PATIENCE: Duration = Duration::from_secs(2);

/// Plays a folder.
#[derive(Debug)]
pub struct FolderSource {
    folder: PathBuf,
    last: Option<PathBuf>,
    due: Instant,
}

impl FolderSource {
    /// Opens a folder.
    pub fn open(folder: PathBuf) -> Result<Self, CameraFault> {
        if folder.is_dir() {
            Ok(Self { folder, last: None, due: Instant::now() })
        } else {
            Err(CameraFault::NoDevice)
        }
    }

    /// The picture after the last one, by name; the first after the end.
    fn next_picture(&self) -> Result<Option<PathBuf>, CameraFault> {
        let entries = std::fs::read_dir(&self.folder).map_err(|_| CameraFault::NoDevice)?;
        let mut pictures: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_picture(path)).collect();
        pictures.sort();
        let next = self.last.as_ref().map_or(0, |last| pictures.partition_point(|picture| picture <= last));
        Ok(pictures.get(next).or(pictures.first()).cloned())
    }

    fn wait_until_due(&mut self) {
        std::thread::sleep(self.due.saturating_duration_since(Instant::now()));
        self.due = (self.due + PACE).max(Instant::now());
    }
}

fn is_picture(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

impl FrameSource for FolderSource {
    fn next_frame(&mut self) -> Result<Frame, CameraFault> {
        let until = Instant::now() + PATIENCE;
        loop {
            self.wait_until_due();
            // A file that was taken away or is still being written is passed over.
            if let Some(picture) = self.next_picture()? {
                let opened = image::open(&picture);
                self.last = Some(picture);
                if let Ok(image) = opened {
                    return Ok(image.into_rgb8().into());
                }
            }
            if Instant::now() > until {
                return Err(CameraFault::Stalled);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn save(folder: &std::path::Path, name: &str, shade: u8) {
        RgbImage::from_pixel(4, 2, Rgb([shade; 3])).save(folder.join(name)).unwrap();
    }

    fn shade(source: &mut FolderSource) -> u8 {
        source.next_frame().unwrap().rgb.expose()[0]
    }

    #[test]
    fn pictures_come_in_the_order_of_their_names_and_over_again() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "b.png", 2);
        save(folder.path(), "a.png", 1);
        std::fs::write(folder.path().join("readme.txt"), "no picture").unwrap();
        let mut source = FolderSource::open(folder.path().to_owned()).unwrap();
        assert_eq!([shade(&mut source), shade(&mut source), shade(&mut source)], [1, 2, 1]);
        save(folder.path(), "aa.png", 3);
        assert_eq!(shade(&mut source), 3);
        std::fs::remove_file(folder.path().join("b.png")).unwrap();
        assert_eq!(shade(&mut source), 1);
    }

    #[test]
    fn a_broken_picture_is_passed_over_and_no_picture_is_a_stall() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), "half a picture").unwrap();
        let mut source = FolderSource::open(folder.path().to_owned()).unwrap();
        assert_eq!(source.next_frame(), Err(CameraFault::Stalled));
        save(folder.path(), "b.png", 9);
        assert_eq!(shade(&mut source), 9);
    }

    #[test]
    fn a_folder_that_goes_away_is_a_camera_that_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "a.png", 1);
        let mut source = FolderSource::open(folder.path().to_owned()).unwrap();
        shade(&mut source);
        drop(folder);
        assert_eq!(source.next_frame(), Err(CameraFault::NoDevice));
        assert!(FolderSource::open("/no/such/folder".into()).is_err());
    }
}
