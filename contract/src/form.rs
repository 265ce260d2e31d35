//! Form templates: which fields a service asks for, of which closed set of types, and whether a filled form
//! is complete. Run by the kiosk while a resident types, and again by central before it believes a word.

use crate::code_lists::{Code, DISTRICTS, NATIONS, SEX};
use crate::validate::{self, FieldFault};
use crate::{FieldId, FormId, IdNumber, Secret};

pub use crate::form_file::{FormsFault, Templates};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

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

/// The field that says how the result goes out (结果领取方式).
pub const RESULT_DELIVERY: &str = "result_delivery";
/// The way that needs a visit.
pub const AT_A_WINDOW: &str = "窗口自取";

impl Template {
    /// The form of an item that promises no visit (不见面): its result is not fetched at a window.
    #[must_use]
    pub fn without_visits(mut self) -> Self {
        for field in self.fields.iter_mut().filter(|field| field.id.as_str() == RESULT_DELIVERY) {
            if let FieldKind::Choice(options) = &mut field.kind {
                options.retain(|option| option != AT_A_WINDOW);
            }
        }
        self
    }

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
    fn an_item_without_visits_offers_no_window() {
        let fault = |form: &Template| {
            let fields = certificate(&[(RESULT_DELIVERY, AT_A_WINDOW)]);
            let faults = form.check(&fields, setting()).into_iter();
            faults.filter(|(id, _)| id.as_str() == RESULT_DELIVERY).map(|(_, fault)| fault).next()
        };
        let form = template("person-basic");
        assert_eq!(fault(&form), None);
        assert_eq!(fault(&form.without_visits()), Some(FieldFault::NotAnOption));
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
