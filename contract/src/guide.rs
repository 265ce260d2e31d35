//! The guide (办事指南) of a service, as content: what a terminal shows and prints, and what anybody's phone shows. One for
//! all three, so that nobody reads two answers. Knows neither screen nor page.

use crate::calendar::WorkingDays;
use crate::catalogue::{Audience, Badge, Handling, Service};
use crate::form::{Material, Party, Taken};
use crate::guide_book::{GuideBook, Part};
use crate::language::{Language, Voice};
use crate::opening::OpeningHours;
use crate::{Fen, ServiceCode};

/// What one has to know before one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// Which service.
    pub code: ServiceCode,
    /// Its name.
    pub name: String,
    /// Who handles it.
    pub department: String,
    /// How long, how much, how often, what with.
    pub facts: [(&'static str, String); 4],
    /// Who may ask (受理条件).
    pub conditions: Vec<String>,
    /// Card and papers (申请材料).
    pub bring: Vec<String>,
    /// By which law (设定依据).
    pub grounds: Vec<String>,
    /// Whether any terminal does it, at any hour.
    pub at_terminal: bool,
    /// Where windows are and when they are open (办理地点和时间).
    pub windows: Vec<Window>,
    /// The rest, a label and a value a line.
    pub rows: Vec<(&'static str, String)>,
}

/// Where somebody goes in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The site.
    pub site: String,
    /// Where it is.
    pub address: String,
    /// When it is open.
    pub hours: String,
}

/// By what pages of papers and photos are taken at a terminal, whether or not it works now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// A document camera.
    pub camera: bool,
    /// The resident's own phone.
    pub phone: bool,
}

impl Means {
    /// Whether the camera takes a material: a paper, not a place.
    pub fn has_camera_for(self, material: &Material) -> bool {
        self.camera && material.taken == Taken::Paper
    }

    /// Whether anything does.
    pub fn has_any_for(self, material: &Material) -> bool {
        self.phone || self.has_camera_for(material)
    }
}

/// Where a guide is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAt {
    /// At a terminal: papers are taken there, or shown to the department.
    Terminal(Means),
    /// On a phone, anywhere: nothing is said of how papers get there.
    Phone,
}

impl Guide {
    /// The guide of a service with the papers of its form.
    pub fn new(
        service: &Service,
        papers: &[Material],
        read_at: ReadAt,
        book: &GuideBook,
        hours: &OpeningHours,
        voice: Voice<'_>,
    ) -> Self {
        let Voice { language, names } = voice;
        let time = match service.handling {
            Handling::OnTheSpot => language.say("即时办结", "On the spot").to_owned(),
            Handling::Promised { promised, .. } => WorkingDays(promised).words(language),
        };
        let fee = match service.fee {
            Fen::ZERO => language.say("免费", "Free").to_owned(),
            fee => fee.to_string(),
        };
        let is_visited = !service.has(Badge::ZeroVisit);
        let visits = if is_visited { language.say("1 次", "One") } else { language.say("0 次", "None") };
        let (card, nothing) = (language.say("身份证", "ID card"), language.say("不用带", "Nothing"));
        let bring = if service.needs_face { card } else { nothing };
        let windows = hours.sites().iter().map(|site| Window {
            site: names(&site.name),
            address: site.address.clone(),
            hours: site.hours(language),
        });
        Self {
            code: service.code.clone(),
            name: names(&service.name),
            department: names(&service.department),
            facts: [
                (language.say("多久办结", "Time"), time),
                (language.say("多少费用", "Fee"), fee),
                (language.say("要跑几次", "Visits"), visits.to_owned()),
                (language.say("要带什么", "Bring"), bring.to_owned()),
            ],
            conditions: book.of(Part::Condition, service, voice),
            bring: to_bring(service, papers, read_at, voice),
            grounds: book.of(Part::Ground, service, voice),
            at_terminal: service.at_terminal,
            windows: windows.collect(),
            rows: rows(service, voice),
        }
    }
}

/// For whom the form stands whose papers a guide names: a body's where only bodies may ask.
pub fn party_of(service: &Service) -> Party {
    if service.audience == Audience::Entity { Party::Entity } else { Party::Person }
}

fn rows(service: &Service, Voice { language, names }: Voice<'_>) -> Vec<(&'static str, String)> {
    let themes: Vec<String> = service.themes.iter().map(|theme| names(theme)).collect();
    let mut rows = vec![
        (language.say("服务对象", "For"), audience(language, service.audience).to_owned()),
        (language.say("事项类型", "Kind"), names(&service.kind)),
        (language.say("办理部门", "Department"), names(&service.department)),
        (language.say("主题", "Themes"), themes.join(language.comma())),
        (language.say("事项编码", "Code"), service.code.to_string()),
    ];
    if let Handling::Promised { statutory, .. } = service.handling {
        rows.insert(2, (language.say("法定时限", "Legal limit"), WorkingDays(statutory).words(language)));
    }
    rows
}

/// Card and phone, then the papers of the form: under the camera, or to be shown to the department.
fn to_bring(service: &Service, papers: &[Material], read_at: ReadAt, voice: Voice<'_>) -> Vec<String> {
    let Voice { language, names } = voice;
    let card = match read_at {
        ReadAt::Terminal(_) => language.say(
            "本人二代身份证原件（放在读卡区即可，不用复印）",
            "Your own ID card (it is laid on the card area, no copies)",
        ),
        ReadAt::Phone => language.say("本人二代身份证原件（不用复印）", "Your own ID card (no copies)"),
    };
    let phone = language.say("可以接听的手机号码", "A mobile number on which you can be called");
    let nothing = language.say("不需要证件", "No documents");
    let own = if service.needs_face { vec![card, phone] } else { vec![nothing] };
    let papers = papers.iter().map(|paper| {
        let if_any =
            (paper.min == 0 || paper.when.is_some()).then_some(language.say("如有", "if you have it"));
        let how = match read_at {
            ReadAt::Phone => None,
            ReadAt::Terminal(means) if service.at_terminal && means.has_camera_for(paper) => {
                Some(language.say("在本机拍摄", "photographed here"))
            }
            ReadAt::Terminal(means) if service.at_terminal && means.phone => {
                Some(language.say("用手机拍好传到本机", "sent here from your phone"))
            }
            ReadAt::Terminal(_) => Some(language.say("办理部门核验时出示", "shown to the department")),
        };
        let spared = (paper.licence.is_some())
            .then_some(language.say("有电子证照的免提交", "not needed where the licence library has it"));
        let notes = [if_any, how, spared].into_iter().flatten().collect::<Vec<_>>();
        let name = names(&paper.name);
        match language {
            _ if notes.is_empty() => name,
            Language::Chinese => format!("{name}（{}）", notes.join("，")),
            Language::English => format!("{name} ({})", notes.join(", ")),
        }
    });
    own.into_iter().map(str::to_owned).chain(papers).collect()
}

const fn audience(language: Language, audience: Audience) -> &'static str {
    match audience {
        Audience::Person => language.say("个人", "Persons"),
        Audience::Entity => language.say("单位", "Organisations"),
        Audience::Both => language.say("个人、单位", "Persons, organisations"),
    }
}
