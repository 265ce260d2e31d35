//! A real browser: headless Chromium, driven by WebDriver. It takes a picture of each page, and says what it complains about.

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The driver and the browser that it started, in a group of processes of their own.
struct Driver(Child);

impl Drop for Driver {
    /// A story that broke closes no browser; its group would stay.
    fn drop(&mut self) {
        if let Some(group) = self.0.id() {
            // It may be gone already.
            let _ = std::process::Command::new("kill").args(["--", &format!("-{group}")]).status();
        }
    }
}

/// What a window is higher than its page.
const HEAD: u32 = 160;

/// Pages that follow each other by themselves.
const PAGES_IN_A_ROW: usize = 4;

pub(crate) struct Browser {
    pub(crate) page: Client,
    _driver: Driver,
    _fonts: tempfile::TempDir,
    pictures: PathBuf,
}

impl Browser {
    /// A browser of one's own; nothing, and a word about it, where Chromium is not installed.
    pub(crate) async fn start() -> Option<Self> {
        let fonts = tempfile::tempdir().unwrap();
        let configuration = fonts.path().join("fonts.conf");
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/fonts");
        // The machine may have no Chinese font; the terminal's own is in the house.
        let text = format!(
            "<fontconfig><include ignore_missing=\"yes\">/etc/fonts/fonts.conf</include><dir>{}</dir></fontconfig>",
            house.canonicalize().unwrap().display()
        );
        std::fs::write(&configuration, text).unwrap();
        let mut driver = Command::new("chromedriver");
        driver.arg("--port=0").env("FONTCONFIG_FILE", &configuration).process_group(0);
        let Ok(mut driver) = driver.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            eprintln!("skipped: there is no chromedriver; the package chromium-driver brings it");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let driver = Driver(driver);
        let port = loop {
            let line = lines.next_line().await.unwrap().unwrap();
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--no-proxy-server"] },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let page =
            builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{port}")).await.unwrap();
        let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/console");
        std::fs::create_dir_all(&pictures).unwrap();
        Some(Self { page, _driver: driver, _fonts: fonts, pictures })
    }

    pub(crate) async fn type_into(&self, field: &str, text: &str) {
        // As with reading: the page that was asked for may take the place of the one before.
        for _ in 0..PAGES_IN_A_ROW {
            if let Ok(element) = self.page.wait().for_element(Locator::Css(field)).await
                && element.clear().await.is_ok()
                && element.send_keys(text).await.is_ok()
            {
                return;
            }
        }
        panic!("'{field}' does not stay long enough to be typed into");
    }

    pub(crate) async fn click(&self, what: &str) {
        self.page.find(Locator::Css(what)).await.unwrap().click().await.unwrap();
    }

    pub(crate) async fn text(&self, what: &str) -> String {
        // Between finding and reading, the page that was asked for may take the place of the one before.
        for _ in 0..PAGES_IN_A_ROW {
            if let Ok(element) = self.page.wait().for_element(Locator::Css(what)).await
                && let Ok(text) = element.text().await
            {
                return text;
            }
        }
        panic!("'{what}' does not stay long enough to be read");
    }

    /// Keeps a picture of the whole page, and insists that nothing of it is cut off at the side.
    pub(crate) async fn take_picture(&self, name: &str, (width, height): (u32, u32)) {
        self.page.set_window_size(width, height).await.unwrap();
        let size = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth, \
                    document.documentElement.scrollHeight]";
        let size = self.page.execute(size, Vec::new()).await.unwrap();
        assert!(size[0].as_u64() <= size[1].as_u64(), "{name} at {width}: {size} is wider than the window");
        let whole = u32::try_from(size[2].as_u64().unwrap()).unwrap().clamp(height, 3000);
        self.page.set_window_size(width, whole + HEAD).await.unwrap();
        let picture = self.page.screenshot().await.unwrap();
        std::fs::write(self.pictures.join(format!("{name}-{width}.png")), picture).unwrap();
    }

    /// What the browser complained about since it was last asked: errors of scripts, what the policy kept out.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.page.issue_cmd(ReadLog).await.unwrap();
        log.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn close(self) {
        self.page.close().await.unwrap();
    }
}

/// Chromium's own command beside the standard: what its console says.
#[derive(Debug)]
struct ReadLog;

impl WebDriverCompatibleCommand for ReadLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
