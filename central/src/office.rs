//! By what central decides: the catalogue, the working-day calendar, the rules, the registries and the plans of staged
//! projects, read from the catalogue's folder as one. A folder with one fault in it is not taken at all.

use crate::CentralError;
use crate::deciding::project::{Kind, Plan, Plans};
use crate::deciding::rules::{RuleSet, RuleSets};
use crate::registries::{Registries, Resources, SampleRegistries};
use crate::routing::{Level, Promises};
use contract::booking;
use contract::calendar::{Calendar, WorkingDays};
use contract::catalogue::{Catalogue, Service};
use contract::form::{Fields, FormsFault, Party, Prefill, Template, Templates};
use contract::guide::{Guide, ReadAt, party_of};
use contract::guide_book::GuideBook;
use contract::language::Voice;
use contract::message::Application;
use contract::opening::OpeningHours;
use contract::table::{Table, TableFaults};
use contract::{DepartmentCode, ServiceCode};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The form whose applications belong to a construction project.
const STAGED_FORM: &str = "staged-project";

/// Working days for a clerk when rules can't decide and the law names no limit; as of a certificate that somebody must
/// look up by hand.
const BY_HAND: WorkingDays = WorkingDays(7);

/// Bodies that decide: a city has about a hundred.
const DEPARTMENTS: Table = Table {
    file: "departments.csv",
    columns: &["code", "department", "level", "items", "kiosk_items"],
    most: 1_000,
};

/// How an application is decided.
#[derive(Clone, Debug)]
pub enum Procedure {
    /// 秒批
    Instant(Arc<RuleSet>),
    /// 承诺件
    Counter,
    /// 深圳90
    Staged,
}

/// By what central decides.
#[derive(Clone)]
pub struct Office {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) templates: Arc<Templates>,
    calendar: Arc<Calendar>,
    pub(crate) resources: Arc<Resources>,
    pub(crate) registries: Arc<dyn Registries>,
    rules: RuleSets,
    plans: Arc<Plans>,
    departments: Arc<Departments>,
    hours: Arc<OpeningHours>,
    guides: Arc<GuideBook>,
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Office({} services)", self.catalogue.services().len())
    }
}

impl Office {
    /// Reads the folder of the catalogue, the sample registries in it included.
    pub fn load(folder: &Path) -> Result<Self, CentralError> {
        let read = |name| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|source| CentralError::Catalogue { path, source })
        };
        let catalogue = Catalogue::parse(&read("services.csv")?)?;
        let templates = Templates::parse(&read("forms.json")?, &read("lists.json")?)?;
        let resources = Resources::parse(&read("data-resources.csv")?)?;
        prefills_are_known(&templates, &resources)?;
        let departments = departments(&read("departments.csv")?)?;
        Ok(Self {
            rules: RuleSets::parse(&read("rules.json")?, &catalogue, &templates, &resources)?,
            plans: Arc::new(Plans::parse(&read("staged.json")?, |code| departments.contains_key(code))?),
            hours: Arc::new(OpeningHours::parse(&read("places.csv")?, &read("sites.csv")?, &templates)?),
            guides: Arc::new(GuideBook::parse(&read("guides.csv")?)?),
            calendar: Arc::new(Calendar::parse(&read("calendar.csv")?)?),
            departments: Arc::new(departments),
            registries: Arc::new(SampleRegistries::load(&folder.join("registries"), &resources)?),
            catalogue: Arc::new(catalogue),
            templates: Arc::new(templates),
            resources: Arc::new(resources),
        })
    }

    /// The same office with other registries.
    #[must_use]
    pub fn with_registries(self, registries: Arc<dyn Registries>) -> Self {
        Self { registries, ..self }
    }

    /// What may be asked of the registries.
    pub fn resources(&self) -> &Resources {
        &self.resources
    }

    /// By which days deadlines are counted.
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// When which site is open, and for how many.
    pub fn hours(&self) -> &OpeningHours {
        &self.hours
    }

    /// The guide of a service, for anybody's phone.
    pub fn guide(&self, service: &Service) -> Guide {
        let form = self.templates.for_service(service, Some(party_of(service)));
        let papers = form.map(|form| form.materials).unwrap_or_default();
        Guide::new(service, &papers, ReadAt::Phone, &self.guides, &self.hours, Voice::CHINESE)
    }

    /// Whether places are given for a service: it is a booking itself, or is done at windows alone.
    pub fn is_bookable(&self, code: &ServiceCode) -> bool {
        self.service(code).is_some_and(|service| booking::books(&service.form) || !service.at_terminal)
    }

    fn service(&self, code: &ServiceCode) -> Option<&Service> {
        self.catalogue.find(code)
    }

    /// What a service promises; one that the catalogue does not have promises nothing.
    pub fn promises(&self, code: &ServiceCode) -> Promises {
        self.service(code).map_or_else(
            || Promises { level: Level::City, badges: BTreeSet::new() },
            |service| Promises { level: Level::from_words(&service.level), badges: service.badges.clone() },
        )
    }

    /// The service that an application asks for: its own, or a window for one that terminals do not do.
    pub(crate) fn asked(&self, application: &Application) -> Option<Cow<'_, Service>> {
        let service = self.service(&application.service)?;
        let window = booking::window_for(service).filter(|window| window.form == application.form);
        Some(window.map_or(Cow::Borrowed(service), Cow::Owned))
    }

    /// The form of an application: that of its service, for whom it says it is.
    pub(crate) fn form(&self, application: &Application) -> Option<Template> {
        let service = self.asked(application)?;
        self.templates.for_service(&service, Party::said(&application.fields))
    }

    /// The form of a service for who applies; none where terminals do not do it.
    pub(crate) fn template(&self, code: &ServiceCode, party: Option<Party>) -> Option<Template> {
        let service = self.service(code).filter(|service| service.at_terminal)?;
        self.templates.for_service(service, party)
    }

    /// The forms of a service, one a party.
    pub(crate) fn forms_of(&self, code: &ServiceCode) -> Vec<Template> {
        let Some(service) = self.service(code) else { return Vec::new() };
        let parties = [Party::Person, Party::Entity];
        parties.iter().filter_map(|party| self.templates.for_service(service, Some(*party))).collect()
    }

    /// How an application is decided.
    pub fn procedure(&self, application: &Application) -> Procedure {
        match self.rules.find(&application.service) {
            Some(rules) => Procedure::Instant(Arc::clone(rules)),
            None if application.form.as_str() == STAGED_FORM => Procedure::Staged,
            None => Procedure::Counter,
        }
    }

    /// How long a clerk may take when the rules of an instant service can't decide.
    pub fn limit_by_hand(&self, code: &ServiceCode) -> WorkingDays {
        match self.service(code).map(|service| service.statutory_days) {
            None | Some(0) => BY_HAND,
            Some(days) => WorkingDays(days),
        }
    }

    /// The stages of each kind of project.
    pub const fn plans(&self) -> &Arc<Plans> {
        &self.plans
    }

    /// The departments' names.
    pub const fn departments(&self) -> &Arc<Departments> {
        &self.departments
    }

    /// The plan of a kind of project, by the words of the form.
    pub(crate) fn plan(&self, form: &Fields) -> Option<&Arc<Plan>> {
        let kind = form.iter().find(|(id, _)| id.as_str() == "invest_kind");
        kind.and_then(|(_, words)| Kind::from_words(words.expose())).and_then(|kind| self.plans.of(kind))
    }
}

/// What a form would have filled in by a registry, the registry must be able to tell.
fn prefills_are_known(templates: &Templates, resources: &Resources) -> Result<(), FormsFault> {
    let told = |prefill: &Prefill| {
        let resource = resources.iter().find(|known| known.id.as_str() == prefill.resource)?;
        resource.kind_of(&prefill.field)
    };
    for form in templates.iter() {
        let unknown =
            form.fields.iter().find(|field| field.prefill.as_ref().is_some_and(|by| told(by).is_none()));
        if let Some(field) = unknown {
            let detail = "'prefill' names no field of data-resources.csv".to_owned();
            return Err(FormsFault::Field { form: form.id.to_string(), field: field.id.to_string(), detail });
        }
    }
    Ok(())
}

/// The names of departments by their codes.
pub(crate) type Departments = BTreeMap<DepartmentCode, String>;

/// What stands in `departments.csv`.
pub(crate) fn departments(text: &str) -> Result<Departments, TableFaults> {
    let names = DEPARTMENTS
        .read(text, |row| Ok((row.parse(0, "a department code (two capital letters)")?, row.words(1)?)))?;
    Ok(Departments::from_iter(names))
}
