//! What central asks about services, and the one place where it is answered from the catalogue.

use crate::{CentralError, Office};
use contract::form::Setting;
use contract::message::{Application, Assurance};
use contract::{Fen, ServiceCode};
use jiff::civil::Date;
use std::path::Path;

/// What central must know of a service to take an application for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceFacts {
    /// Working days promised; 0 is on the spot.
    pub promised_days: u16,
    /// What is to pay.
    pub fee: Fen,
    /// What kind of outcome it has.
    pub kind: ServiceKind,
    /// Its name.
    pub name: String,
    /// Its first theme (主题).
    pub theme: String,
}

/// What an application for a service leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    /// A case that somebody works on.
    Ordinary,
    /// An answer at once.
    LookUp,
    /// 好差评: a word on a case of before.
    Rating,
    /// A certificate to print at once.
    Certificate,
}

/// What central asks about services.
pub trait Services: Send + Sync + 'static {
    /// The facts of a service; `None` when there is no such service.
    fn describe(&self, code: &ServiceCode) -> Option<ServiceFacts>;

    /// Judges a filled form. The words of a refusal hold no personal data.
    fn check(&self, application: &Application, today: Date) -> Result<(), String>;

    /// By what applications are decided.
    fn office(&self) -> &Office;
}

/// Forms whose applications are answered instead of opening a case.
const LOOK_UP_FORMS: [&str; 2] = ["query-only", "guide-consult"];
const RATING_FORM: &str = "evaluation";
const CERTIFICATE_FORM: &str = "certificate-print";

/// The catalogue's folder as [`Services`].
#[derive(Clone, Debug)]
pub struct CatalogueServices(Office);

impl CatalogueServices {
    /// Reads the folder.
    pub fn load(folder: &Path) -> Result<Self, CentralError> {
        Ok(Self(Office::load(folder)?))
    }
}

/// The services of an office that somebody put together differently.
impl From<Office> for CatalogueServices {
    fn from(office: Office) -> Self {
        Self(office)
    }
}

impl Services for CatalogueServices {
    fn describe(&self, code: &ServiceCode) -> Option<ServiceFacts> {
        let service = self.0.catalogue.find(code)?;
        Some(ServiceFacts {
            promised_days: service.handling.promised_days(),
            fee: service.fee,
            kind: match service.form.as_str() {
                form if LOOK_UP_FORMS.contains(&form) => ServiceKind::LookUp,
                RATING_FORM => ServiceKind::Rating,
                CERTIFICATE_FORM => ServiceKind::Certificate,
                _ => ServiceKind::Ordinary,
            },
            name: service.name.clone(),
            theme: service.themes.first().cloned().unwrap_or_default(),
        })
    }

    fn check(&self, application: &Application, today: Date) -> Result<(), String> {
        let Some(service) = self.0.asked(application) else {
            return Err(format!("there is no service {}", application.service));
        };
        if service.form != application.form {
            return Err(format!("{} takes form {}, not {}", service.code, service.form, application.form));
        }
        if service.needs_face && application.assurance != Assurance::CardAndFace {
            return Err(format!("{} needs an ID card and the face that belongs to it", service.code));
        }
        let Some(template) = self.0.form(application) else {
            return Err(format!("there is no form {}", application.form));
        };
        let setting = Setting { today, identified: application.assurance != Assurance::Anonymous };
        let faults = template.check(&application.fields, setting);
        if faults.is_empty() {
            return Ok(());
        }
        let faults: Vec<String> = faults.iter().map(|(field, fault)| format!("{field}: {fault}")).collect();
        Err(faults.join("; "))
    }

    fn office(&self) -> &Office {
        &self.0
    }
}
