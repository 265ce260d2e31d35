//! The guide (办事指南) of a service, as content: what the screen shows and the printer takes along.

use super::Library;
use contract::ServiceCode;
use contract::catalogue::{Audience, Badge, Handling, Service};
use contract::form::{Material, Party, Taken};

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
    /// Card and papers.
    pub bring: Vec<String>,
    /// The rest, a label and a value a line.
    pub rows: Vec<(&'static str, String)>,
}

impl Library {
    /// The guide of a service, at a terminal with such means.
    pub fn guide(&self, service: &Service, means: Means) -> Guide {
        let time = match service.handling {
            Handling::OnTheSpot => "即时办结".to_owned(),
            Handling::Promised { promised, .. } => format!("{promised} 个工作日"),
        };
        let fee = if service.fee.0 == 0 { "免费".to_owned() } else { service.fee.to_string() };
        let visits = if service.has(Badge::ZeroVisit) { "0 次" } else { "1 次" };
        let bring = if service.needs_face { "身份证" } else { "不用带" };
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
        Guide {
            code: service.code.clone(),
            name: service.name.clone(),
            department: service.department.clone(),
            facts: [
                ("多久办结", time),
                ("多少费用", fee),
                ("要跑几次", visits.to_owned()),
                ("要带什么", bring.to_owned()),
            ],
            bring: self.to_bring(service, means),
            rows,
        }
    }

    /// Card and phone, then the papers (申请材料) of the form: under the camera, by phone, or to be shown to the department.
    fn to_bring(&self, service: &Service, means: Means) -> Vec<String> {
        let own: &[&str] = if service.needs_face {
            &["本人二代身份证原件（放在读卡区即可，不用复印）", "可以接听的手机号码"]
        } else {
            &["不需要证件"]
        };
        let party = if service.audience == Audience::Entity { Party::Entity } else { Party::Person };
        let papers = self.form(service, party).map(|form| form.materials).unwrap_or_default();
        let papers = papers.iter().map(|paper| {
            let when = if paper.min == 0 || paper.when.is_some() { "如有，" } else { "" };
            let means = if service.at_terminal { means } else { Means::default() };
            let how = if means.has_camera_for(paper) {
                "在本机拍摄"
            } else if means.phone {
                "用手机拍好传到本机"
            } else {
                "办理部门核验时出示"
            };
            let spared = if paper.licence.is_some() { "；有电子证照的免提交" } else { "" };
            format!("{}（{when}{how}{spared}）", paper.name)
        });
        own.iter().map(|own| (*own).to_owned()).chain(papers).collect()
    }
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Person => "个人",
        Audience::Entity => "单位",
        Audience::Both => "个人、单位",
    }
}
