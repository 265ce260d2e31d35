//! The guide (办事指南) of a service, as content: what a terminal shows and prints, and what anybody's phone shows. One for
//! all three, so that nobody reads two answers. Knows neither screen nor page.

use crate::ServiceCode;
use crate::catalogue::{Audience, Badge, Handling, Service};
use crate::form::{Material, Party, Taken};
use crate::guide_book::{GuideBook, Part};
use crate::opening::OpeningHours;

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
    ) -> Self {
        let time = match service.handling {
            Handling::OnTheSpot => "即时办结".to_owned(),
            Handling::Promised { promised, .. } => format!("{promised} 个工作日"),
        };
        let fee = if service.fee.0 == 0 { "免费".to_owned() } else { service.fee.to_string() };
        let visits = if service.has(Badge::ZeroVisit) { "0 次" } else { "1 次" };
        let bring = if service.needs_face { "身份证" } else { "不用带" };
        let windows = hours.sites().iter().map(|site| Window {
            site: site.name.clone(),
            address: site.address.clone(),
            hours: site.hours(),
        });
        Self {
            code: service.code.clone(),
            name: service.name.clone(),
            department: service.department.clone(),
            facts: [
                ("多久办结", time),
                ("多少费用", fee),
                ("要跑几次", visits.to_owned()),
                ("要带什么", bring.to_owned()),
            ],
            conditions: book.of(Part::Condition, service),
            bring: to_bring(service, papers, read_at),
            grounds: book.of(Part::Ground, service),
            at_terminal: service.at_terminal,
            windows: windows.collect(),
            rows: rows(service),
        }
    }
}

/// For whom the form stands whose papers a guide names: a body's where only bodies may ask.
pub fn party_of(service: &Service) -> Party {
    if service.audience == Audience::Entity { Party::Entity } else { Party::Person }
}

fn rows(service: &Service) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("服务对象", audience(service.audience).to_owned()),
        ("事项类型", service.kind.clone()),
        ("办理部门", service.department.clone()),
        ("主题", service.themes.join("、")),
        ("事项编码", service.code.to_string()),
    ];
    if let Handling::Promised { statutory, .. } = service.handling {
        rows.insert(2, ("法定时限", format!("{statutory} 个工作日")));
    }
    rows
}

/// Card and phone, then the papers of the form: under the camera, or to be shown to the department.
fn to_bring(service: &Service, papers: &[Material], read_at: ReadAt) -> Vec<String> {
    let own: &[&str] = match (service.needs_face, read_at) {
        (true, ReadAt::Terminal(_)) => {
            &["本人二代身份证原件（放在读卡区即可，不用复印）", "可以接听的手机号码"]
        }
        (true, ReadAt::Phone) => &["本人二代身份证原件（不用复印）", "可以接听的手机号码"],
        (false, _) => &["不需要证件"],
    };
    let papers = papers.iter().map(|paper| {
        let if_any = (paper.min == 0 || paper.when.is_some()).then_some("如有");
        let how = match read_at {
            ReadAt::Phone => None,
            ReadAt::Terminal(means) if service.at_terminal && means.has_camera_for(paper) => {
                Some("在本机拍摄")
            }
            ReadAt::Terminal(means) if service.at_terminal && means.phone => Some("用手机拍好传到本机"),
            ReadAt::Terminal(_) => Some("办理部门核验时出示"),
        };
        let spared = paper.licence.is_some().then_some("有电子证照的免提交");
        let notes = [if_any, how, spared].into_iter().flatten().collect::<Vec<_>>().join("，");
        if notes.is_empty() { paper.name.clone() } else { format!("{}（{notes}）", paper.name) }
    });
    own.iter().map(|own| (*own).to_owned()).chain(papers).collect()
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Person => "个人",
        Audience::Entity => "单位",
        Audience::Both => "个人、单位",
    }
}
