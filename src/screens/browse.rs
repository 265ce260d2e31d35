//! Home, lists, shelves and guide.

use super::terminal::{send, sends};
use super::{list, named, print, refresh, texts};
use crate::journey::{Connection, GuideShown, Health, Journey, Page, Touch, obstacle};
use crate::services::{Hit, Library, Obstacle, Shelf};
use contract::catalogue::{Badge, Service};
use contract::guide::Window;
use contract::language::{Language, english_count};
use contract::settings::Settings;
use kiosk_ui::{App, Browse, FactView, GroupView, GuideView, ServiceView, ShelfKind, TileView, WindowView};
use slint::{ComponentHandle, Model, ModelRc, ModelTracker};
use std::sync::Arc;

pub(super) fn listen(app: &App) {
    let browse = app.global::<Browse>();
    browse.on_open_search(sends(Touch::OpenSearch));
    browse.on_start(sends(Touch::Start));
    browse.on_book_window(sends(Touch::BookWindow));
    browse.on_print_guide(sends(Touch::PrintGuide));
    browse.on_open_tile(move |place| {
        if let Ok(place) = usize::try_from(place) {
            send(Touch::OpenTile(place));
        }
    });
    browse.on_open_shelf(move |kind| {
        send(Touch::OpenShelf(match kind {
            ShelfKind::Person => Shelf::Person,
            ShelfKind::Entity => Shelf::Entity,
            ShelfKind::Department => Shelf::Department,
        }));
    });
    browse.on_open_group(move |place| {
        if let Ok(place) = usize::try_from(place) {
            send(Touch::OpenGroup(place));
        }
    });
    browse.on_choose(move |code| {
        if let Ok(code) = code.parse() {
            send(Touch::Choose(code));
        }
    });
}

pub(super) fn show(app: &App, journey: &Journey) {
    let (browse, language) = (app.global::<Browse>(), journey.language());
    match journey.page() {
        Page::Home => {
            let library = journey.library();
            let tiles = library.tiles().iter().map(|tile| TileView {
                title: named(library, language, &tile.title),
                note: match tile.note.as_str() {
                    "" => services(language, library.services().len()).into(),
                    note => named(library, language, note),
                },
                icon: tile.icon.as_str().into(),
            });
            if let Some(tiles) = refresh(&browse.get_tiles(), tiles.collect()) {
                browse.set_tiles(tiles);
            }
            let health = journey.health();
            let rows = library
                .popular()
                .map(|service| row(language, library, health, journey.settings(), service, 0..0));
            browse.set_popular(list(rows));
            browse.set_notice(named(library, language, library.notice()));
        }
        Page::Search(search) => {
            let title = search.title.as_deref().map(|title| named(journey.library(), language, title));
            let untitled = || language.say("搜索事项", "Search services").into();
            browse.set_search_title(title.unwrap_or_else(untitled));
            browse.set_typed_search(search.title.is_none());
            browse.set_query(format!("{}{}", search.typing.text(), search.typing.composing()).into());
            browse.set_results(ModelRc::new(Results {
                library: Arc::clone(journey.library()),
                language,
                health: journey.health(),
                settings: Arc::clone(journey.settings()),
                hits: search.hits.clone(),
            }));
        }
        Page::Shelf(shelf) => {
            browse.set_shelf(match shelf {
                Shelf::Person => ShelfKind::Person,
                Shelf::Entity => ShelfKind::Entity,
                Shelf::Department => ShelfKind::Department,
            });
            let groups = journey.library().groups(*shelf).iter().map(|group| GroupView {
                title: named(journey.library(), language, &group.title),
                count: i32::try_from(group.len()).unwrap_or(i32::MAX),
            });
            if let Some(groups) = refresh(&browse.get_groups(), groups.collect()) {
                browse.set_groups(groups);
            }
        }
        Page::Guide(shown) => {
            if let Some(service) = journey.library().find(&shown.service) {
                browse.set_guide(guide(journey, shown, service));
            }
        }
        _ => {}
    }
}

/// What somebody looked for is theirs.
pub(super) fn forget(app: &App) {
    let browse = app.global::<Browse>();
    browse.set_query("".into());
    browse.set_search_title("".into());
    browse.set_results(list([]));
    browse.set_guide(GuideView::default());
}

/// A list of services whose rows are made as they come into sight: making all 3,585 would cost a frame.
struct Results {
    library: Arc<Library>,
    language: Language,
    health: Health,
    settings: Arc<Settings>,
    hits: Vec<Hit>,
}

impl Model for Results {
    type Data = ServiceView;

    fn row_count(&self) -> usize {
        self.hits.len()
    }

    fn row_data(&self, place: usize) -> Option<ServiceView> {
        let hit = self.hits.get(place)?;
        let service = self.library.find(&hit.code)?;
        Some(row(self.language, &self.library, self.health, &self.settings, service, hit.marked.clone()))
    }

    fn model_tracker(&self) -> &dyn ModelTracker {
        // A changed list is a new one.
        &()
    }
}

/// `共 3585 项`, `3585 services`.
fn services(language: Language, count: usize) -> String {
    match language {
        Language::Chinese => format!("共 {count} 项"),
        Language::English => english_count(count, "service"),
    }
}

fn row(
    language: Language,
    library: &Library,
    health: Health,
    settings: &Settings,
    service: &Service,
    marked: std::ops::Range<usize>,
) -> ServiceView {
    let name = library.say(language, &service.name);
    // What was found was found in the Chinese name.
    let marked = if language == Language::Chinese { marked } else { 0..0 };
    let part = |from: usize, to: usize| -> String { name.chars().skip(from).take(to - from).collect() };
    let length = name.chars().count();
    ServiceView {
        code: service.code.as_str().into(),
        before: part(0, marked.start).into(),
        marked: part(marked.start, marked.end).into(),
        after: part(marked.end, length).into(),
        name: name.as_ref().into(),
        department: named(library, language, &service.department),
        badges: texts(badges(language, service)),
        obstacle: match obstacle(library, health, settings, service) {
            Some(Obstacle::AtWindow) if health.connection == Connection::Online => {
                language.say("到窗口办 · 可预约", "At a counter · bookable")
            }
            obstacle => obstacle.map(|lacking| short_obstacle(language, lacking)).unwrap_or_default(),
        }
        .into(),
    }
}

fn badges(language: Language, service: &Service) -> impl Iterator<Item = &'static str> {
    service.badges.iter().map(move |badge| match badge {
        Badge::Instant => language.say("秒批", "Instant"),
        Badge::ZeroVisit => language.say("不见面", "No visit"),
        Badge::CityWide => language.say("全城通办", "City-wide"),
        Badge::OfflineOk => language.say("可离线", "Works offline"),
    })
}

const fn short_obstacle(language: Language, obstacle: Obstacle) -> &'static str {
    let (chinese, english) = match obstacle {
        Obstacle::AtWindow => ("到窗口办 · 可看指南", "At a counter · guide"),
        Obstacle::FormNotYet => ("本机暂不办 · 可看指南", "Not here yet · guide"),
        Obstacle::Closed => ("暂停办理 · 可看指南", "Paused · guide"),
        Obstacle::NoCardReader | Obstacle::NoFaceCheck | Obstacle::Store(_) => {
            ("暂停 · 可到窗口办", "Paused · use a counter")
        }
        Obstacle::NeedsNetwork => ("断网暂停 · 可看指南", "No network · guide"),
    };
    language.say(chinese, english)
}

const fn long_obstacle(language: Language, obstacle: Obstacle) -> &'static str {
    let (chinese, english) = match obstacle {
        Obstacle::AtWindow => (
            "这个事项在窗口办理。您可以在这里预约窗口，带齐材料再去。",
            "This is done at a counter. You can book one here, then go there with all papers.",
        ),
        Obstacle::FormNotYet => (
            "本机暂不能填写这个事项的表格。您可以查看指南，到窗口办理。",
            "This form can't be filled in here yet. Please read the guide and go to a counter.",
        ),
        Obstacle::Closed => (
            "这个事项暂停在自助终端办理。您可以查看、打印指南，到下面的窗口办理，或拨打 12345 咨询。",
            "Terminals don't do this for now. Read or print the guide, go to a counter below, or call 12345.",
        ),
        Obstacle::NoCardReader => (
            "读卡器暂时不可用，这个事项需要身份证。请稍后再来，或到窗口办理。（故障 E01）",
            "This needs an ID card, and the reader does not work. Come later or go to a counter. (fault E01)",
        ),
        Obstacle::NoFaceCheck => (
            "面部核对暂时不可用，本机不能确认身份。请到窗口办理，或拨打 12345。（故障 E03）",
            "The face check does not work now. Please go to a counter or call 12345. (fault E03)",
        ),
        Obstacle::NeedsNetwork => (
            "现在网络不通，这个事项需要联网。请稍后再试；标有“可离线”的事项现在就能办。",
            "This needs a network, and there is none now. What is marked 'Works offline' can be done.",
        ),
        Obstacle::Store(trouble) => return super::store_trouble::at_the_guide(language, trouble),
    };
    language.say(chinese, english)
}

/// A window can't be booked now; the guide still says what to bring.
const fn window_obstacle(language: Language, lacking: Obstacle) -> &'static str {
    let (chinese, english) = match lacking {
        Obstacle::NoCardReader => (
            "这个事项在窗口办理。读卡器暂时不可用，约不了窗口，可以直接到窗口取号。（故障 E01）",
            "Done at a counter. The card reader does not work: just take a number there. (fault E01)",
        ),
        Obstacle::NoFaceCheck => (
            "这个事项在窗口办理。面部核对暂时不可用，约不了窗口，可以直接到窗口取号。（故障 E03）",
            "Done at a counter. The face check does not work: just take a number there. (fault E03)",
        ),
        Obstacle::NeedsNetwork => (
            "这个事项在窗口办理。现在网络不通，约不了窗口；请稍后再试，或直接到窗口取号。",
            "Done at a counter. No network, no booking now: try later, or just take a number there.",
        ),
        Obstacle::AtWindow | Obstacle::FormNotYet | Obstacle::Closed | Obstacle::Store(_) => (
            "这个事项在窗口办理。本机暂时约不了窗口，可以直接到窗口取号。",
            "Done at a counter. It can't be booked here now: just take a number there.",
        ),
    };
    language.say(chinese, english)
}

fn fact(icon: &str, (label, value): &(&'static str, String)) -> FactView {
    FactView { icon: icon.into(), label: (*label).into(), value: value.as_str().into() }
}

fn window_view(window: &Window) -> WindowView {
    WindowView {
        site: window.site.as_str().into(),
        address: window.address.as_str().into(),
        hours: window.hours.as_str().into(),
    }
}

fn guide(journey: &Journey, shown: &GuideShown, service: &Service) -> GuideView {
    let language = journey.language();
    let guide = journey.library().guide(service, journey.health().means(), language);
    let icons = ["clock", "coin", "walk", "id"];
    let (print, print_words) = print::words(language, print::GUIDE, shown.printing);
    let (obstacle, window) = (journey.obstacle(service), journey.window(service));
    GuideView {
        name: guide.name.as_str().into(),
        department: guide.department.as_str().into(),
        badges: texts(badges(language, service)),
        facts: list(icons.into_iter().zip(&guide.facts).map(|(icon, line)| fact(icon, line))),
        conditions: texts(guide.conditions.iter().map(String::as_str)),
        materials: texts(guide.bring.iter().map(String::as_str)),
        windows: list(guide.windows.iter().map(window_view)),
        at_terminal: guide.at_terminal,
        grounds: texts(guide.grounds.iter().map(String::as_str)),
        rows: list(guide.rows.iter().map(|line| fact("", line))),
        obstacle: match window {
            Some(Some(lacking)) => window_obstacle(language, lacking),
            _ => obstacle.map(|lacking| long_obstacle(language, lacking)).unwrap_or_default(),
        }
        .into(),
        at_window: window.is_some(),
        can_start: window.map_or_else(|| obstacle.is_none(), |lacking| lacking.is_none()),
        print,
        print_words,
    }
}
