//! What a terminal is set to by its local file, `kiosk.toml`. Every key is known or the file is refused.

use crate::screens::Panel;
use contract::KioskId;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The local file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The terminal's name; the same as in its certificate.
    pub kiosk: KioskId,
    /// Where it stands, as the strip at the top says it.
    pub site: String,
    /// The cell (网格) in which it stands, by its code: who reports what lies before it need not look for the place.
    pub cell: Option<String>,
    /// The panel.
    #[serde(default)]
    pub panel: PanelSettings,
    /// The devices.
    pub devices: DeviceSettings,
    /// Folders and files.
    pub paths: PathSettings,
    /// Central; none on a terminal that is not enrolled.
    pub central: Option<CentralSettings>,
}

/// Which panel.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelSettings {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels a millimetre; measure the panel.
    pub px_per_mm: f32,
}

impl Default for PanelSettings {
    fn default() -> Self {
        let Panel { width, height, px_per_mm } = Panel::PORTRAIT;
        Self { width, height, px_per_mm }
    }
}

/// Where the devices are: names that udev keeps.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceSettings {
    /// The serial port of the ID-card reader.
    pub id_reader: PathBuf,
    /// The serial port of the receipt printer.
    pub receipt_printer: PathBuf,
    /// A switch at the cabinet's door (柜门), wired to the receipt printer's drawer connector; none: nobody is told.
    pub door_switch: Option<DoorWiring>,
    /// The page printer, `ipp://127.0.0.1:60000/ipp/print` behind ipp-usb; none: certificates stand on the receipt alone.
    pub page_printer: Option<String>,
    /// The camera: a device, or a folder of pictures for demo and tests.
    pub camera: PathBuf,
    /// The camera over the shelf for papers, likewise; none: papers are shown to the department.
    pub document_camera: Option<PathBuf>,
    /// The serial port of the code scanner, 9600 bits a second where it has a speed; none: numbers are typed.
    pub code_scanner: Option<PathBuf>,
    /// The speaker, by a name that `aplay -L` lists, as `plughw:CARD=Device`; none: nothing is heard.
    pub speaker: Option<String>,
    /// The program that decodes chip photos (see the card reader's contract); none: no face check.
    pub photo_decoder: Option<PathBuf>,
}

/// What pin 3 of the receipt printer's drawer connector says of the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoorWiring {
    /// It is high while the door is open.
    HighWhenOpen,
    /// It is high while the door is closed.
    HighWhenClosed,
}

/// Folders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathSettings {
    /// The catalogue.
    pub catalog: PathBuf,
    /// The face models as published.
    pub models: PathBuf,
    /// What the terminal writes: its store and the folded models.
    pub state: PathBuf,
}

/// Central.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentralSettings {
    /// `https://host:port`
    pub address: String,
    /// Central's authority, PEM.
    pub authority: PathBuf,
    /// This terminal's certificate, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Where central's pages for anyone are, `https://host` without a slash at the end: paper carries codes that open them;
    /// none: it does not.
    pub public: Option<String>,
    /// Where central lets newcomers in, `https://host:8444`: a terminal without a certificate asks for it on its panel; none: by
    /// `kiosk enrol` alone.
    pub enrol: Option<String>,
    /// Where operators' browsers reach central's console, `https://host` without a slash at the end: the code for technicians
    /// opens it; none: its text is pasted there.
    pub console: Option<String>,
    /// The public key of the city's signer: whose desired states are believed, and by whose suite everything is sealed.
    pub signer: PathBuf,
}

/// Why the file can't be used (故障 E08).
#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    /// It can't be read.
    #[error("{path}: {source}; name the file with --config")]
    File {
        /// The file.
        path: String,
        /// The system's word.
        source: std::io::Error,
    },
    /// It does not say what it must.
    #[error("{path} line {line}: {reason}")]
    Content {
        /// The file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what would be right.
        reason: String,
    },
}

impl Settings {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, SettingsFault> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsFault::File { path: name.clone(), source })?;
        Self::parse(&text, name)
    }

    fn parse(text: &str, path: String) -> Result<Self, SettingsFault> {
        let settings: Self = toml::from_str(text).map_err(|fault| {
            let before = fault.span().and_then(|span| text.get(..span.start)).unwrap_or("");
            let reason = fault.message().replace('\n', "; ");
            SettingsFault::Content { path: path.clone(), line: before.matches('\n').count() + 1, reason }
        })?;
        let PanelSettings { width, height, px_per_mm } = settings.panel;
        let usable = (320..=7680).contains(&width)
            && (320..=7680).contains(&height)
            && (1.0..=20.0).contains(&px_per_mm);
        if usable {
            Ok(settings)
        } else {
            let reason =
                "the panel must have 320 to 7680 pixels each way and 1 to 20 pixels a millimetre".to_owned();
            Err(SettingsFault::Content { path, line: 1, reason })
        }
    }

    /// The panel, as the screen takes it.
    pub const fn panel(&self) -> Panel {
        let PanelSettings { width, height, px_per_mm } = self.panel;
        Panel { width, height, px_per_mm }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
kiosk = "ft-0001"
site = "福田区政务服务中心 · 1 号终端"
[devices]
id_reader = "/run/kiosk/id-reader"
receipt_printer = "/run/kiosk/receipt-printer"
camera = "/run/kiosk/camera"
[paths]
catalog = "/usr/share/kiosk/catalog"
models = "/usr/share/kiosk/models"
state = "/var/lib/kiosk"
"#;

    fn fault(text: &str) -> String {
        Settings::parse(text, "kiosk.toml".to_owned()).unwrap_err().to_string()
    }

    #[test]
    fn a_complete_file_is_taken() {
        let settings = Settings::parse(GOOD, "kiosk.toml".to_owned()).unwrap();
        assert_eq!((settings.panel(), settings.central), (Panel::PORTRAIT, None));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let text = GOOD.replace("camera =", "kamera = 1\ncamera =");
        let fault = fault(&text);
        assert!(fault.starts_with("kiosk.toml line 7: unknown field `kamera`"), "{fault}");
    }

    #[test]
    fn values_that_cannot_be_are_named() {
        assert!(fault(&GOOD.replace("ft-0001", "FT 1")).contains("is not a kiosk id"), "kiosk id");
        assert!(fault(&GOOD.replace("[paths]", "[paths")).starts_with("kiosk.toml line"), "no toml");
        let panel = format!("{GOOD}[panel]\nwidth = 0\nheight = 1920\npx_per_mm = 4.0\n");
        assert!(fault(&panel).contains("320 to 7680 pixels"), "panel");
    }
}
