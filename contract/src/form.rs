//! Form templates: which fields a service asks for, of which closed set of types, and whether a filled form
//! is complete. Run by the kiosk while a resident types, and again by central before it believes a word.

use crate::code_lists::{Code, DISTRICTS, NATIONS, SEX};
use crate::validate::{self, FieldFault};
use crate::{FieldId, FormId, IdNumber, Secret};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Filled fields, each in the canonical text of its type.
pub type Fields = BTreeMap<FieldId, Secret<String>>;

/// What a field holds. The set is closed: each kind has one validator in [`validate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A person's name.
    CnName,
    /// 公民身份号码, GB 11643.
    Id18,
    /// 统一社会信用代码, GB 32100.
    Uscc18,
    /// A mobile number of mainland China.
    Mobile,
    /// `2026-11-23`.
    Date,
    /// A date or 长期.
    DateOrLong,
    /// `2026-11-23T09:30`.
    DateTime,
    /// `2026-11`.
    Month,
    /// `2026-11` or `2026-Q4`.
    MonthOrQuarter,
    /// Free text of at most so many characters.
    Text {
        /// In characters.
        max: u16,
    },
    /// Digits only, so many of them.
    Digits {
        /// At least.
        min: u8,
        /// At most.
        max: u8,
    },
    /// A whole number.
    Int {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// An amount in fen.
    MoneyFen,
    /// One of the options.
    Choice(Vec<String>),
    /// A code of a national standard.
    Coded(CodeList),
    /// Yes or no; a required one must be yes.
    Bool,
    /// Strokes of a finger, `x,y x,y;x,y`.
    Signature,
    /// Fixed by the service item.
    Item,
    /// A number plate.
    Plate,
    /// A bank card number.
    BankCard,
    /// A case number.
    Case,
    /// A travel document number.
    TravelDoc,
    /// One to five.
    Score,
    /// A number that another system gave: an account, a project, a grid cell.
    Reference,
    /// A list or a table; filled at a window until the terminal learns it.
    Structured,
}

/// The standards that coded fields refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeList {
    /// GB/T 2261.1
    Sex,
    /// GB/T 3304
    Nation,
    /// GB/T 2260, Shenzhen
    District,
}

impl CodeList {
    /// The codes of the standard.
    pub const fn codes(self) -> &'static [Code] {
        match self {
            Self::Sex => SEX,
            Self::Nation => NATIONS,
            Self::District => DISTRICTS,
        }
    }
}

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The chip of the ID card; the resident can't change it.
    Card,
    /// The resident.
    Manual,
    /// A registry of the city; asked of the resident until the terminal can look it up.
    Lookup,
    /// The service item.
    Item,
    /// The face check.
    Face,
}

/// Who is asked for a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedOf {
    /// Every applicant.
    #[default]
    Everyone,
    /// Only somebody whose card was read.
    Identified,
    /// Only somebody who asks without a card.
    Anonymous,
}

/// A field becomes required when another has a value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredWhen {
    /// The other field.
    pub field: FieldId,
    /// The value.
    pub is: String,
}

/// One field of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub id: FieldId,
    /// What the resident reads.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be filled.
    pub required: bool,
    /// Where the value comes from.
    pub source: Source,
    /// Who is asked.
    pub asked_of: AskedOf,
    /// Becomes required on a condition.
    pub required_when: Option<RequiredWhen>,
    /// A date or month that must not be after another field's, or after `today`.
    pub not_after: Option<String>,
}

/// A form template (表单模板).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub id: FormId,
    /// What the resident reads.
    pub name: String,
    /// The fields in order.
    pub fields: Vec<Field>,
}

/// What a form is judged against.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The day, in Shenzhen.
    pub today: Date,
    /// Whether the applicant's card was read.
    pub identified: bool,
}

impl Template {
    /// Whether every required field can be filled at the terminal.
    pub fn is_fillable(&self) -> bool {
        self.fields.iter().all(|field| field.kind != FieldKind::Structured || !field.required)
    }

    /// The fields that this applicant sees.
    pub fn asked(&self, setting: Setting) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.is_asked(setting) && field.kind != FieldKind::Structured)
    }

    /// Everything that is wrong with a filled form, in the order of its fields.
    pub fn check(&self, fields: &Fields, setting: Setting) -> Vec<(FieldId, FieldFault)> {
        let unknown = fields.keys().filter(|id| !self.asked(setting).any(|field| field.id == **id));
        let unknown = unknown.map(|id| (id.clone(), FieldFault::NotAsked));
        let wrong = self
            .asked(setting)
            .filter_map(|field| Some((field.id.clone(), field.check(fields, setting).err()?)));
        unknown.chain(wrong).collect()
    }
}

impl Field {
    fn is_asked(&self, setting: Setting) -> bool {
        match self.asked_of {
            AskedOf::Everyone => setting.identified || self.source != Source::Card,
            AskedOf::Identified => setting.identified,
            AskedOf::Anonymous => !setting.identified,
        }
    }

    /// Whether the field must be filled, given the others.
    pub fn is_required(&self, fields: &Fields) -> bool {
        self.required || (self.required_when.is_some() && self.is_relevant(fields))
    }

    /// Whether the field has a meaning, given the others: an address has none where nothing is posted.
    pub fn is_relevant(&self, fields: &Fields) -> bool {
        let met = |when: &RequiredWhen| fields.get(&when.field).is_some_and(|v| *v.expose() == when.is);
        self.required_when.as_ref().is_none_or(met)
    }

    /// Judges the field's value among the others.
    pub fn check(&self, fields: &Fields, setting: Setting) -> Result<(), FieldFault> {
        let value = fields.get(&self.id).map_or("", |value| value.expose().as_str());
        if value.is_empty() {
            return if self.is_required(fields) { Err(FieldFault::Missing) } else { Ok(()) };
        }
        validate::check(&self.kind, value, setting.today)?;
        if self.kind == FieldKind::Bool && self.required && value != "true" {
            return Err(FieldFault::MustBeYes);
        }
        self.check_order(value, fields, setting)?;
        self.check_against_id(value, fields)
    }

    fn check_order(&self, value: &str, fields: &Fields, setting: Setting) -> Result<(), FieldFault> {
        match self.not_after.as_deref() {
            None => Ok(()),
            Some("today") => {
                let today = setting.today.to_string();
                if value <= today.get(..value.len()).unwrap_or(&today) {
                    Ok(())
                } else {
                    Err(FieldFault::InFuture)
                }
            }
            Some(other) => {
                let other =
                    fields.iter().find(|(id, _)| id.as_str() == other).map(|(_, v)| v.expose().as_str());
                match other {
                    Some(end) if !end.is_empty() && value > end => Err(FieldFault::AfterEnd),
                    _ => Ok(()),
                }
            }
        }
    }

    /// What the chip says must fit the number that it says.
    fn check_against_id(&self, value: &str, fields: &Fields) -> Result<(), FieldFault> {
        if self.source != Source::Card {
            return Ok(());
        }
        let number = fields.iter().find(|(id, _)| id.as_str() == "id_no");
        let Some(number) = number.and_then(|(_, v)| IdNumber::parse(v.expose()).ok()) else { return Ok(()) };
        let fits = match self.id.as_str() {
            "birth" => value == number.birth_date().to_string(),
            "sex" => matches!(value, "0" | "9") || value == number.sex().code(),
            _ => true,
        };
        if fits { Ok(()) } else { Err(FieldFault::NotAsIdNumber) }
    }
}

/// Why `forms.json` can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FormsFault {
    /// Not the JSON that it should be.
    #[error("forms.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A field has a type outside the closed set.
    #[error(
        "forms.json: form {form}, field {field}: type '{kind}' is unknown; see FieldKind for the closed set"
    )]
    Kind {
        /// The form.
        form: String,
        /// The field.
        field: String,
        /// What stands there.
        kind: String,
    },
    /// Two forms of one name.
    #[error("forms.json: form {0} stands there twice")]
    Twice(String),
}

#[derive(Deserialize)]
struct RawFile {
    forms: Vec<RawForm>,
}

#[derive(Deserialize)]
struct RawForm {
    id: FormId,
    name: String,
    fields: Vec<RawField>,
}

#[derive(Deserialize)]
struct RawField {
    id: FieldId,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    required: bool,
    source: Source,
    #[serde(default)]
    asked_of: AskedOf,
    #[serde(default)]
    options: Vec<String>,
    required_when: Option<RequiredWhen>,
    not_after: Option<String>,
}

/// All templates, by name.
#[derive(Clone, Debug, Default)]
pub struct Templates(HashMap<FormId, Template>);

impl Templates {
    /// Reads `forms.json`.
    pub fn parse(text: &str) -> Result<Self, FormsFault> {
        let raw: RawFile = serde_json::from_str(text)?;
        let mut templates = HashMap::new();
        for form in raw.forms {
            let fields =
                form.fields.into_iter().map(|field| field.typed(&form.id)).collect::<Result<_, _>>()?;
            let template = Template { id: form.id.clone(), name: form.name, fields };
            if templates.insert(form.id.clone(), template).is_some() {
                return Err(FormsFault::Twice(form.id.to_string()));
            }
        }
        Ok(Self(templates))
    }

    /// The template of a name.
    pub fn find(&self, id: &FormId) -> Option<&Template> {
        self.0.get(id)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.0.values()
    }
}

impl RawField {
    fn typed(self, form: &FormId) -> Result<Field, FormsFault> {
        let kind = kind_of(&self.kind, &self.options).ok_or_else(|| FormsFault::Kind {
            form: form.to_string(),
            field: self.id.to_string(),
            kind: self.kind.clone(),
        })?;
        Ok(Field {
            id: self.id,
            label: self.label,
            kind,
            required: self.required,
            source: self.source,
            asked_of: self.asked_of,
            required_when: self.required_when,
            not_after: self.not_after,
        })
    }
}

fn kind_of(text: &str, options: &[String]) -> Option<FieldKind> {
    let (name, rest) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let range = || match rest {
        None => Some(None),
        Some(rest) => {
            let (from, to) = rest.split_once('-').unwrap_or((rest, rest));
            Some(Some((from.parse::<i64>().ok()?, to.parse::<i64>().ok()?)))
        }
    };
    Some(match name {
        "cn_name" => FieldKind::CnName,
        "id18" => FieldKind::Id18,
        "uscc18" => FieldKind::Uscc18,
        "mobile" => FieldKind::Mobile,
        "date" => FieldKind::Date,
        "date_or_long" => FieldKind::DateOrLong,
        "datetime" => FieldKind::DateTime,
        "month" => FieldKind::Month,
        "month_or_quarter" => FieldKind::MonthOrQuarter,
        "text" => FieldKind::Text { max: rest?.parse().ok()? },
        "digits" => {
            let (min, max) = range()?.unwrap_or((1, 32));
            FieldKind::Digits { min: min.try_into().ok()?, max: max.try_into().ok()? }
        }
        "int" => {
            let (min, max) = range()?.unwrap_or((0, 1_000_000));
            FieldKind::Int { min, max }
        }
        "money_fen" => FieldKind::MoneyFen,
        "enum" => match rest {
            Some("GB/T 2261.1") => FieldKind::Coded(CodeList::Sex),
            Some("GB/T 3304") => FieldKind::Coded(CodeList::Nation),
            Some("GB/T 2260") => FieldKind::Coded(CodeList::District),
            Some("1-5") => FieldKind::Score,
            Some(_) => return None,
            // A list that hangs on another field is not yet data: the window fills it.
            None if options.is_empty() => FieldKind::Structured,
            None => FieldKind::Choice(options.to_vec()),
        },
        "bool" => FieldKind::Bool,
        "signature" => FieldKind::Signature,
        "item" => FieldKind::Item,
        "plate" => FieldKind::Plate,
        "bank_card" => FieldKind::BankCard,
        "case" => FieldKind::Case,
        "travel_doc" => FieldKind::TravelDoc,
        "score" => FieldKind::Score,
        "account" | "project" | "grid" => FieldKind::Reference,
        "list" | "map" => FieldKind::Structured,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn templates() -> Templates {
        Templates::parse(include_str!("../../catalog/forms.json")).unwrap()
    }

    fn template(id: &str) -> Template {
        templates().find(&id.parse().unwrap()).unwrap().clone()
    }

    fn setting() -> Setting {
        Setting { today: date(2026, 11, 23), identified: true }
    }

    fn filled(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(id, value)| (id.parse().unwrap(), Secret::from(*value))).collect()
    }

    const CARD: [(&str, &str); 8] = [
        ("name", "测试甲"),
        ("id_no", "990101199003070015"),
        ("sex", "1"),
        ("nation", "01"),
        ("birth", "1990-03-07"),
        ("card_address", "广东省深圳市福田区测试路１号"),
        ("card_issuer", "测试市公安局福田分局"),
        ("card_valid_to", "2040-01-02"),
    ];

    fn certificate(more: &[(&str, &str)]) -> Fields {
        let pairs: Vec<_> = CARD.iter().chain(more).copied().collect();
        filled(&pairs)
    }

    #[test]
    fn all_templates_load_and_the_spoken_for_ones_are_fillable() {
        assert_eq!(templates().iter().count(), 33);
        for id in ["person-basic", "certificate-print", "query-only"] {
            assert!(template(id).is_fillable(), "{id}");
        }
        assert!(!template("person-with-family").is_fillable());
    }

    #[test]
    fn a_complete_certificate_form_passes() {
        let fields = certificate(&[
            ("phone", "13800000001"),
            ("cert_kind", "无犯罪记录证明"),
            ("period_from", "2026-01"),
            ("period_to", "2026-11"),
            ("purpose", "求职"),
            ("copies", "1"),
        ]);
        assert_eq!(template("certificate-print").check(&fields, setting()), vec![]);
    }

    #[test]
    fn each_mistake_is_named_at_its_field() {
        let fields = certificate(&[
            ("phone", "1380000000"),
            ("cert_kind", "无犯罪记录证明"),
            ("period_from", "2026-10"),
            ("period_to", "2026-09"),
            ("purpose", "旅游"),
            ("copies", "4"),
            ("salary", "1"),
        ]);
        let faults: Vec<_> = template("certificate-print")
            .check(&fields, setting())
            .into_iter()
            .map(|(id, fault)| (id.to_string(), fault))
            .collect();
        assert_eq!(
            faults,
            vec![
                ("salary".to_owned(), FieldFault::NotAsked),
                ("phone".to_owned(), FieldFault::Mobile),
                ("period_from".to_owned(), FieldFault::AfterEnd),
                ("purpose".to_owned(), FieldFault::NotAnOption),
                ("copies".to_owned(), FieldFault::OutOfRange { min: 1, max: 3 }),
            ]
        );
    }

    #[test]
    fn a_month_to_come_and_a_foreign_birth_date_are_refused() {
        let mut fields = certificate(&[("period_to", "2026-12"), ("birth", "1990-03-08")]);
        let template = template("certificate-print");
        let fault_of = |fields: &Fields, id: &str| {
            template
                .check(fields, setting())
                .into_iter()
                .find(|(f, _)| f.as_str() == id)
                .map(|(_, fault)| fault)
        };
        assert_eq!(fault_of(&fields, "period_to"), Some(FieldFault::InFuture));
        assert_eq!(fault_of(&fields, "birth"), Some(FieldFault::NotAsIdNumber));
        fields.insert("birth".parse().unwrap(), Secret::from("1990-03-07"));
        assert_eq!(fault_of(&fields, "birth"), None);
    }

    #[test]
    fn an_address_is_needed_only_for_the_post() {
        let form = template("person-basic");
        let fault = |delivery: &str| {
            let fields = certificate(&[("result_delivery", delivery)]);
            form.check(&fields, setting()).into_iter().any(|(id, _)| id.as_str() == "post_address")
        };
        assert!(fault("邮寄"));
        assert!(!fault("窗口自取"));
    }

    #[test]
    fn a_public_look_up_asks_for_nothing_personal() {
        let form = template("query-only");
        let nobody = Setting { identified: false, ..setting() };
        let asked: Vec<_> = form.asked(nobody).map(|field| field.id.as_str()).collect();
        assert_eq!(asked, ["query_key"]);
        assert_eq!(form.check(&filled(&[("query_key", "莲花山公园")]), nobody), vec![]);
    }
}
