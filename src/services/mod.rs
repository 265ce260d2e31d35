//! What the terminal offers: catalogue, form templates, home tiles and search, loaded once and never changed
//! during a visit. Knows no screen and no store.

mod english;
mod search;
mod shelves;

pub use search::{Hit, SearchIndex, initials};
pub use shelves::{Group, Shelf};

use crate::typing::Pinyin;
use contract::catalogue::{Catalogue, Service};
use contract::form::{FormsFault, Options, Party, Template, Templates};
use contract::guide::{Guide, Means, ReadAt, party_of};
use contract::guide_book::GuideBook;
use contract::language::{Language, Voice};
use contract::message::Rating;
use contract::opening::OpeningHours;
use contract::providers::{Provider, Providers};
use contract::table::TableFaults;
use contract::{ProviderId, ServiceCode};
use english::English;
use serde::Deserialize;
use shelves::Shelves;
use std::{borrow::Cow, io, path::Path};

/// Why a service can't be started here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The terminal shows the guide only; the case is for a window.
    AtWindow,
    /// Its form has parts that the terminal can't fill yet.
    FormNotYet,
    /// Operators have closed it for now (暂停办理).
    Closed,
    /// It needs a card reader (故障 E01).
    NoCardReader,
    /// It needs the face check (故障 E03).
    NoFaceCheck,
    /// It needs central, and there is no line.
    NeedsNetwork,
    /// The store takes nothing.
    Store(StoreTrouble),
}

/// Why the store takes no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// The disk or one of the store's bounds is full (故障 E04).
    Full,
    /// It is damaged or does not work (故障 E05).
    Broken,
    /// It has not answered: perhaps the entry is kept, perhaps not. Nobody is asked to submit it again, for that could
    /// double it (故障 E05).
    Unknown,
    /// Central says that this terminal is a copy, or was set back to an older image (故障 E09).
    Copied,
    /// The disk is read-only (故障 E10).
    ReadOnly,
    /// The store comes from a newer version of this software (故障 E11).
    Newer,
    /// The terminal has never reached central, so there is no key to seal to (故障 E12).
    NoKey,
}

/// A tile of the home page: which services lie behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tile {
    /// Two to seven characters.
    pub title: String,
    /// What is behind it, in a few words.
    pub note: String,
    /// An icon's name.
    pub icon: String,
    forms: Vec<String>,
    departments: Vec<String>,
    all: bool,
}

impl Tile {
    /// Whether everything lies behind it: too much for one list.
    pub const fn is_all(&self) -> bool {
        self.all
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct HomePage {
    notice: String,
    tiles: Vec<Tile>,
    popular: Vec<ServiceCode>,
}

/// Why the catalogue folder can't be used (故障 E07).
#[derive(Debug, thiserror::Error)]
pub enum LibraryFault {
    /// A file can't be read.
    #[error("{path}: {source}; lay the full catalogue folder there")]
    File {
        /// The file.
        path: String,
        /// The system's word.
        source: io::Error,
    },
    /// A table is not right.
    #[error(transparent)]
    Catalogue(#[from] TableFaults),
    /// forms.json is not right.
    #[error(transparent)]
    Forms(#[from] FormsFault),
    /// home.json is not right.
    #[error("home.json: {0}")]
    Home(#[from] serde_json::Error),
    /// home.json names a service that services.csv does not have.
    #[error("home.json: popular service {0} is not in services.csv")]
    Popular(ServiceCode),
    /// services.csv names a form that forms.json does not have.
    #[error("services.csv: service {service} asks for form '{form}', which forms.json does not have")]
    Form {
        /// The service.
        service: ServiceCode,
        /// The form.
        form: String,
    },
}

/// What is no place of a terminal (故障 E08).
#[derive(Debug, thiserror::Error)]
#[error(
    "cell: '{0}' is no cell of lists.json, as 440304-08-01-001; leave it out where the terminal stands in none"
)]
pub struct NoSuchCell(String);

/// The texts of the catalogue's files.
#[derive(Clone, Copy, Debug)]
pub struct CatalogueFiles<'a> {
    /// services.csv
    pub services: &'a str,
    /// aliases.csv
    pub aliases: &'a str,
    /// forms.json
    pub forms: &'a str,
    /// lists.json
    pub lists: &'a str,
    /// home.json
    pub home: &'a str,
    /// providers.csv
    pub providers: &'a str,
    /// guides.csv
    pub guides: &'a str,
    /// places.csv
    pub places: &'a str,
    /// sites.csv
    pub sites: &'a str,
    /// english.csv
    pub english: &'a str,
}

/// Everything that is on offer.
#[derive(Debug, Default)]
pub struct Library {
    catalogue: Catalogue,
    templates: Templates,
    home: HomePage,
    providers: Providers,
    guides: GuideBook,
    hours: OpeningHours,
    index: SearchIndex,
    shelves: Shelves,
    pinyin: Pinyin,
    english: English,
    site: Option<String>,
}

impl Library {
    /// Loads the folder `catalog/`. All of it fits together or none of it is taken.
    pub fn load(folder: &Path) -> Result<Self, LibraryFault> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path)
                .map_err(|source| LibraryFault::File { path: path.display().to_string(), source })
        };
        Self::parse(&CatalogueFiles {
            services: &read("services.csv")?,
            aliases: &read("aliases.csv")?,
            forms: &read("forms.json")?,
            lists: &read("lists.json")?,
            home: &read("home.json")?,
            providers: &read("providers.csv")?,
            guides: &read("guides.csv")?,
            places: &read("places.csv")?,
            sites: &read("sites.csv")?,
            english: &read("english.csv")?,
        })
    }

    /// The same from texts.
    pub fn parse(files: &CatalogueFiles<'_>) -> Result<Self, LibraryFault> {
        let catalogue = Catalogue::parse(files.services)?;
        let templates = Templates::parse(files.forms, files.lists)?;
        let providers = Providers::parse(files.providers)?;
        let guides = GuideBook::parse(files.guides)?;
        let hours = OpeningHours::parse(files.places, files.sites, &templates)?;
        let home: HomePage = serde_json::from_str(files.home)?;
        if let Some(code) = home.popular.iter().find(|code| catalogue.find(code).is_none()) {
            return Err(LibraryFault::Popular(code.clone()));
        }
        if let Some(service) = catalogue.services().iter().find(|s| templates.find(&s.form).is_none()) {
            return Err(LibraryFault::Form { service: service.code.clone(), form: service.form.to_string() });
        }
        let index = SearchIndex::new(catalogue.services(), files.aliases, &home.popular)?;
        let names: Vec<&str> = catalogue.services().iter().map(|service| service.name.as_str()).collect();
        let pinyin = Pinyin::new(&names.join("\n"));
        let shelves = Shelves::new(catalogue.services());
        let english = English::parse(files.english)?;
        Ok(Self {
            catalogue,
            templates,
            home,
            providers,
            guides,
            hours,
            index,
            shelves,
            pinyin,
            english,
            site: None,
        })
    }

    /// The same at a terminal that stands in a cell (网格), named by its code.
    pub fn standing_in(mut self, cell: &str) -> Result<Self, NoSuchCell> {
        let named = self.cell(cell).cloned();
        self.site = Some(named.ok_or_else(|| NoSuchCell(cell.chars().take(40).collect()))?);
        Ok(self)
    }

    fn cell(&self, code: &str) -> Option<&String> {
        let of_sites = self.templates.iter().flat_map(|form| &form.fields).filter(|field| field.at_site);
        let mut options = of_sites.filter_map(|field| field.kind.options()).flat_map(Options::all);
        options.find(|option| option.split_once(' ').is_some_and(|(own, _)| own == code))
    }

    /// Where the terminal stands, as fields name such a place.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// A service by its code.
    pub fn find(&self, code: &ServiceCode) -> Option<&Service> {
        self.catalogue.find(code)
    }

    /// All services.
    pub fn services(&self) -> &[Service] {
        self.catalogue.services()
    }

    /// A service's form, for who applies.
    pub fn form(&self, service: &Service, party: Party) -> Option<Template> {
        self.templates.for_service(service, Some(party))
    }

    /// The guide of a service, at a terminal with such means.
    pub fn guide(&self, service: &Service, means: Means, language: Language) -> Guide {
        let papers = self.form(service, party_of(service)).map(|form| form.materials).unwrap_or_default();
        self.speak(language, |voice| {
            Guide::new(service, &papers, ReadAt::Terminal(means), &self.guides, &self.hours, voice)
        })
    }

    /// Who is asked or paid under a service.
    pub fn provider_of(&self, code: &ServiceCode) -> Option<&Provider> {
        self.providers.of_service(code)
    }

    /// The reasons that belong to a level of 好差评.
    pub fn rating_tags(&self, rating: Rating) -> &[String] {
        self.templates.rating_tags(rating)
    }

    /// A provider by its name.
    pub fn provider(&self, id: &ProviderId) -> Option<&Provider> {
        self.providers.find(id)
    }

    /// What the catalogue says, in a language as far as it is known there: a name, a label, an option, an answer's words.
    pub fn say<'a>(&'a self, language: Language, chinese: &'a str) -> Cow<'a, str> {
        self.english.say(language, chinese)
    }

    /// The same for whoever says more than names.
    pub fn speak<T>(&self, language: Language, say: impl FnOnce(Voice<'_>) -> T) -> T {
        say(Voice { language, names: &|chinese| self.say(language, chinese).into_owned() })
    }

    /// Pinyin for the keyboard.
    pub const fn pinyin(&self) -> &Pinyin {
        &self.pinyin
    }

    /// The line at the foot of the home page.
    pub fn notice(&self) -> &str {
        &self.home.notice
    }

    /// The tiles of the home page.
    pub fn tiles(&self) -> &[Tile] {
        &self.home.tiles
    }

    /// A tile by its place.
    pub fn tile(&self, place: usize) -> Option<&Tile> {
        self.home.tiles.get(place)
    }

    /// The services that the home page names.
    pub fn popular(&self) -> impl Iterator<Item = &Service> {
        self.home.popular.iter().filter_map(|code| self.find(code))
    }

    /// The services behind a tile; those that the terminal does itself come first.
    pub fn behind(&self, tile: &Tile) -> Vec<Hit> {
        let behind = |service: &&Service| {
            tile.forms.iter().any(|form| form == service.form.as_str())
                || tile.departments.contains(&service.department)
        };
        self.listed(self.services().iter().filter(behind))
    }

    /// Themes or departments.
    pub fn groups(&self, shelf: Shelf) -> &[Group] {
        self.shelves.groups(shelf)
    }

    /// The services of a theme or department; those that the terminal does itself come first.
    pub fn grouped(&self, group: &Group) -> Vec<Hit> {
        self.listed(group.services.iter().filter_map(|place| self.services().get(*place)))
    }

    fn listed<'a>(&self, services: impl Iterator<Item = &'a Service>) -> Vec<Hit> {
        let mut services: Vec<&Service> = services.collect();
        services.sort_by_key(|service| self.obstacle(service).is_some());
        services.into_iter().map(|service| Hit::unmarked(service.code.clone())).collect()
    }

    /// Services for a typed text, best first.
    pub fn search(&self, text: &str) -> Vec<Hit> {
        self.index.search(text)
    }

    /// What speaks against a service at any terminal.
    pub fn obstacle(&self, service: &Service) -> Option<Obstacle> {
        if !service.at_terminal {
            Some(Obstacle::AtWindow)
        } else if is_about_money(service) && self.provider_of(&service.code).is_none() {
            Some(Obstacle::FormNotYet)
        } else {
            None
        }
    }
}

/// Money is asked for by the course of an order alone, never by a form.
fn is_about_money(service: &Service) -> bool {
    matches!(service.form.as_str(), "payment-bill" | "payment-fee")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: CatalogueFiles<'_> = CatalogueFiles {
        services: include_str!("../../catalog/services.csv"),
        aliases: include_str!("../../catalog/aliases.csv"),
        forms: include_str!("../../catalog/forms.json"),
        lists: include_str!("../../catalog/lists.json"),
        home: include_str!("../../catalog/home.json"),
        providers: include_str!("../../catalog/providers.csv"),
        guides: include_str!("../../catalog/guides.csv"),
        english: include_str!("../../catalog/english.csv"),
        places: include_str!("../../catalog/places.csv"),
        sites: include_str!("../../catalog/sites.csv"),
    };

    #[test]
    fn the_shipped_catalogue_fits_together() {
        let library = Library::parse(&FILES).unwrap();
        assert_eq!(library.tiles().len(), 6);
        assert_eq!(library.popular().count(), 8);
        for tile in library.tiles().iter().filter(|tile| !tile.is_all()) {
            assert!(library.behind(tile).len() > 20, "{} is nearly empty", tile.title);
        }
        for service in library.popular() {
            assert_eq!(library.obstacle(service), None, "{} is popular but can't be done", service.name);
        }
    }

    #[test]
    fn what_does_not_fit_together_is_named() {
        let home = FILES.home.replace("SZ-HZ-000078", "SZ-HZ-999999");
        let fault = Library::parse(&CatalogueFiles { home: &home, ..FILES }).unwrap_err().to_string();
        assert_eq!(fault, "home.json: popular service SZ-HZ-999999 is not in services.csv");
        let forms = FILES.forms.replace("\"id\": \"certificate-print\"", "\"id\": \"certificate\"");
        let fault = Library::parse(&CatalogueFiles { forms: &forms, ..FILES }).unwrap_err().to_string();
        assert!(fault.contains("asks for form 'certificate-print'"), "{fault}");
    }

    /// The city's own figure to beat is 70 in a hundred.
    #[test]
    fn the_licence_library_spares_most_of_the_papers_that_must_be_handed_in() {
        let library = Library::parse(&FILES).unwrap();
        let (mut asked, mut spared) = (0, 0);
        for service in library.services().iter().filter(|service| library.obstacle(service).is_none()) {
            for paper in library.form(service, party_of(service)).unwrap().materials {
                // What belongs to some applicants only is counted for none.
                if paper.min > 0 && paper.when.is_none() {
                    asked += 1;
                    spared += usize::from(paper.licence.is_some());
                }
            }
        }
        println!(
            "papers that must be handed in: {asked}; with every licence in the library: {}",
            asked - spared
        );
        assert!(spared * 100 >= asked * 70, "{spared} of {asked}");
    }
}
