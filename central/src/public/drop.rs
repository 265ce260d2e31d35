//! The page that a resident's phone opens from the code on a terminal, to hand pictures over (手机传图). One form, no script:
//! the browser's own button takes or chooses the pictures. Whoever sends here knows the token; what they send may still be
//! anything, and is read by `drops::take_in`.

use super::in_turn;
use super::page::page;
use crate::drops::{self, DropFault, MAX_UPLOAD_BYTES, PictureFault, Standing};
use crate::limits;
use crate::store::Store;
use axum::Router;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use contract::phone::{DropToken, MOST_PICTURES};
use jiff::Timestamp;
use maud::{Markup, html};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The longest that sending may take on a poor line.
const UPLOAD_TIME: Duration = Duration::from_mins(3);
/// What stands between the files of a form.
const BETWEEN: usize = 64 * 1024;
/// Phones that send at the same time. Each holds at most one file here, and the small pictures that were made of the others.
const UPLOADS: usize = 16;
/// Pictures that are read at the same time: each may fill 200 MB for a moment.
const READINGS: usize = 2;
/// Seconds after which a phone that found everything taken may come back.
const COME_BACK_AFTER: &str = "5";

/// What the page works with.
#[derive(Clone)]
struct Relay {
    store: Arc<dyn Store>,
    uploads: Arc<Semaphore>,
    readings: Arc<Semaphore>,
}

/// The path of this page.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(store: Arc<dyn Store>) -> Router<S> {
    let page = in_turn(limits::phones(), get(show).post(send));
    let limit = DefaultBodyLimit::max(usize::from(MOST_PICTURES) * MAX_UPLOAD_BYTES + BETWEEN);
    let [uploads, readings] = [UPLOADS, READINGS].map(|most| Arc::new(Semaphore::new(most)));
    Router::new().route("/drop/{token}", page.layer(limit)).with_state(Relay { store, uploads, readings })
}

/// Why pictures were not taken.
enum Trouble {
    /// The drop takes nothing, or not so much.
    Drop(DropFault),
    /// One of them is no picture for a terminal.
    Picture(PictureFault),
    /// Nothing was chosen.
    Nothing,
    /// What came is no form of ours.
    Broken(StatusCode),
    TooSlow,
    Busy,
}

impl From<DropFault> for Trouble {
    fn from(fault: DropFault) -> Self {
        Self::Drop(fault)
    }
}

impl From<MultipartError> for Trouble {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::Picture(PictureFault::TooLarge),
            status => Self::Broken(status),
        }
    }
}

/// The form, while the drop takes anything.
async fn show(State(relay): State<Relay>, Path(token): Path<String>) -> Response {
    match relay.look(&token).await {
        Ok((token, standing)) => form(&token, standing),
        Err(fault) => refusal(&token, &fault.into()),
    }
}

/// Pictures come. A page that is loaded again must not send them again.
async fn send(
    State(relay): State<Relay>,
    Path(token): Path<String>,
    files: Result<Multipart, MultipartRejection>,
) -> Response {
    match relay.take(&token, files).await {
        Ok(()) => Redirect::to(&format!("/drop/{token}")).into_response(),
        Err(trouble) => refusal(&token, &trouble),
    }
}

impl Relay {
    async fn look(&self, token: &str) -> Result<(DropToken, Standing), DropFault> {
        let token: DropToken = token.parse().map_err(|_| DropFault::NoSuchDrop)?;
        let (asked, now) = (token.clone(), Timestamp::now());
        let standing = self.store.read(move |sql| drops::look(sql, &asked, now)).await?;
        Ok((token, standing))
    }

    async fn take(&self, token: &str, files: Result<Multipart, MultipartRejection>) -> Result<(), Trouble> {
        // Before a byte of a file is read.
        let (token, standing) = self.look(token).await?;
        if standing.left == 0 {
            return Err(DropFault::Full(0).into());
        }
        let mut files = files.map_err(|rejection| Trouble::Broken(rejection.status()))?;
        let _turn = self.uploads.try_acquire().map_err(|_| Trouble::Busy)?;
        let read = self.read(&mut files, standing.left);
        let pictures = tokio::time::timeout(UPLOAD_TIME, read).await.map_err(|_| Trouble::TooSlow)??;
        let now = Timestamp::now();
        self.store.change(move |sql| drops::put(sql, &token, &pictures, now)).await?;
        Ok(())
    }

    /// The pictures of a form, each made small before the next is read.
    async fn read(&self, files: &mut Multipart, left: u8) -> Result<Vec<Vec<u8>>, Trouble> {
        let mut pictures = Vec::new();
        while let Some(file) = files.next_field().await? {
            // A button that was not used sends an empty file.
            let Some(bytes) = bytes(file).await? else { continue };
            if pictures.len() >= usize::from(left) {
                return Err(DropFault::Full(left).into());
            }
            let _turn = self.readings.acquire().await.map_err(|_| Trouble::Busy)?;
            let taken = tokio::task::spawn_blocking(move || drops::take_in(&bytes)).await;
            let taken = taken.map_err(|_| Trouble::Picture(PictureFault::NotAPicture))?;
            pictures.push(taken.map_err(Trouble::Picture)?);
        }
        if pictures.is_empty() { Err(Trouble::Nothing) } else { Ok(pictures) }
    }
}

/// A file, or nothing where it is empty.
async fn bytes(mut file: Field<'_>) -> Result<Option<Vec<u8>>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = file.chunk().await? {
        if bytes.len() + chunk.len() > MAX_UPLOAD_BYTES {
            return Err(Trouble::Picture(PictureFault::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

fn form(token: &DropToken, standing: Standing) -> Response {
    let Standing { taken, left, time } = standing;
    let minutes = time.as_secs().max(0) / 60 + 1;
    let content = html! {
        @if taken > 0 {
            p.good { strong { "已收到 " (taken) " 张" } "，请在终端上逐张确认。 " span lang="en" { (taken) " received: look at each on the terminal." } }
        }
        @if left > 0 {
            form method="post" enctype="multipart/form-data" action={ "/drop/" (token.expose()) } {
                label for="camera" { "现在拍照 " span lang="en" { "Take a photo" } }
                input #camera type="file" name="picture" accept="image/jpeg,image/png" capture="environment" multiple;
                label for="album" { "或从相册选择 " span lang="en" { "or choose photos" } }
                input #album type="file" name="picture" accept="image/jpeg,image/png" multiple;
                button { "发送到终端 Send" }
            }
            p.note {
                "还可以发送 " (left) " 张，" (minutes) " 分钟内有效。照片里的位置等信息会被去掉；在终端上确认之前不会提交。 "
                span lang="en" { (left) " more, within " (minutes) " minutes. Where and when they were taken is removed." }
            }
        } @else {
            p { "已经收满，可以关闭此页。 " span lang="en" { "That is all: you may close this page." } }
        }
    };
    page(StatusCode::OK, "传照片到终端", "Send photos to the terminal", &content)
}

fn refusal(token: &str, trouble: &Trouble) -> Response {
    let (status, heading, english, words) = words(trouble);
    // Whoever knows no token is not told one by what they typed.
    let again = token
        .parse::<DropToken>()
        .ok()
        .filter(|_| !matches!(trouble, Trouble::Drop(DropFault::NoSuchDrop | DropFault::Over)));
    let content: Markup = html! {
        p { (words) }
        @if let Some(token) = again { p { a href={ "/drop/" (token.expose()) } { "返回 Back" } } }
    };
    let mut response = page(status, heading, english, &content);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(COME_BACK_AFTER));
    }
    response
}

fn words(trouble: &Trouble) -> (StatusCode, &'static str, &'static str, String) {
    let (status, heading, english, words) = match trouble {
        Trouble::Drop(DropFault::NoSuchDrop) => {
            (StatusCode::NOT_FOUND, "二维码无效", "There is no such code", "请回到终端，重新扫码。")
        }
        Trouble::Drop(DropFault::Over) => {
            (StatusCode::GONE, "二维码已失效", "This code is over", "请回到终端，点“换一个二维码”。")
        }
        Trouble::Drop(DropFault::Full(0)) => {
            (StatusCode::GONE, "已经收满", "No more are taken", "请在终端上查看已收到的照片。")
        }
        Trouble::Drop(DropFault::Full(left)) => {
            let words = format!("还可以发送 {left} 张，请少选几张。没有收下任何一张。");
            return (StatusCode::UNPROCESSABLE_ENTITY, "照片太多", "Too many photos", words);
        }
        Trouble::Picture(PictureFault::NotAPicture) => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "不是照片",
            "Not a photo",
            "请选择照片（JPG 或 PNG），或现在拍照。没有收下任何一张。",
        ),
        Trouble::Picture(PictureFault::TooLarge) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "照片太大",
            "The photo is too large",
            "每张不超过 16 MB、6400 万像素。没有收下任何一张。",
        ),
        Trouble::Picture(PictureFault::TooSmall) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "照片太小",
            "The photo is too small",
            "照片太小，看不清。没有收下任何一张。",
        ),
        Trouble::Nothing => (StatusCode::BAD_REQUEST, "没有照片", "No photo", "请先拍照或选择照片。"),
        Trouble::Broken(status) => (*status, "没有收到", "Nothing came", "请再试一次。"),
        Trouble::TooSlow => {
            (StatusCode::REQUEST_TIMEOUT, "没有收到", "It took too long", "网络太慢，请少选几张再试。")
        }
        Trouble::Busy | Trouble::Drop(DropFault::Store(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "请稍后再试", "Not available now", "现在人多，请稍后再发送。")
        }
    };
    (status, heading, english, words.to_owned())
}
