//! The virtual camera's folder through the real driver: who looks sees, and nobody is filmed while nobody looks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that fails panics"
)]

mod support;

use drivers::DeviceStatus;
use drivers::camera::{Camera, CameraConfig, CameraName, Scene};
use std::time::Duration;
use support::{Twin, demo, until};
use tempfile::TempDir;

fn set_up() -> (TempDir, Twin, Camera) {
    let folder = tempfile::tempdir().unwrap();
    let pictures = folder.path().join("camera");
    let portrait = demo("astronaut.png");
    let arguments = ["--portrait", portrait.to_str().unwrap(), "--out", pictures.to_str().unwrap()];
    let twin = Twin::start(env!("CARGO_BIN_EXE_virtual-camera"), &arguments);
    (folder, twin, Camera::start(CameraConfig::Folder(pictures)))
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("in time")
}

#[tokio::test]
async fn frames_come_while_somebody_looks_and_are_wiped_afterwards() {
    let (_folder, _twin, camera) = set_up();
    until(&mut camera.status(), |status| *status == DeviceStatus::Online).await;
    let mut frames = camera.frames();
    assert!(frames.borrow().is_none(), "nobody looks");
    let mut view = camera.look();
    let first = in_time(view.next_frame()).await.unwrap();
    let second = in_time(view.next_frame()).await.unwrap();
    assert_eq!((first.width, first.height), (640, 480));
    assert_eq!(first.rgb.expose().len(), 640 * 480 * 3);
    assert_ne!(first, second, "the person moves");
    assert_eq!(format!("{first:?}"), "Frame(640 x 480)");
    let other = camera.look();
    drop(view);
    in_time(frames.changed()).await.unwrap();
    assert!(frames.borrow_and_update().is_some(), "the other still looks");
    drop(other);
    in_time(frames.wait_for(Option::is_none)).await.unwrap();
}

#[tokio::test]
async fn an_unplugged_camera_is_noticed_and_comes_back_to_those_who_look() {
    let (_folder, mut twin, camera) = set_up();
    let mut view = camera.look();
    in_time(view.next_frame()).await.unwrap();
    let mut status = camera.status();
    twin.tell("unplug");
    until(&mut status, |status| *status == DeviceStatus::NoDevice).await;
    assert!(camera.frames().borrow().is_none());
    twin.tell("nobody");
    twin.tell("plug");
    until(&mut status, |status| *status == DeviceStatus::Online).await;
    in_time(view.next_frame()).await.unwrap();
}

#[tokio::test]
async fn a_camera_that_was_never_plugged_in_is_no_device() {
    let camera =
        Camera::start(CameraConfig::Device(CameraName::Path("/run/kiosk/no-camera".into()), Scene::Person));
    let _view = camera.look();
    until(&mut camera.status(), |status| *status == DeviceStatus::NoDevice).await;
}
