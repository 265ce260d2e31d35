//! What the licence library (电子证照库) says to a terminal: a person's licences, and which of them stand for papers of an
//! application (免提交).

use crate::message::AnswerLine;
use crate::{FieldId, IdNumber, Secret, ServiceCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the licence library (电子证照库) holds of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonLicences {
    /// One after the other, by name.
    pub licences: Vec<Licence>,
    /// The names of those of which nobody knows now: their registry did not answer.
    pub unanswered: Vec<String>,
}

/// A licence (电子证照) as its registry has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Licence {
    /// 机动车驾驶证
    pub name: String,
    /// The body that issued it and answers for it.
    pub owner: String,
    /// The day on which its registry stood so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub as_of: Date,
    /// What it says, line by line.
    pub lines: Vec<AnswerLine>,
}

/// What the registries are asked with for an application: which licences stand for its papers (免提交), and what can be
/// filled in without being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegistryKeys {
    /// The service: only what its form names is looked for.
    pub service: ServiceCode,
    /// Whose, by the card that was read.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id_no: IdNumber,
    /// Of which body, where somebody applies for one: what stands in the field 统一社会信用代码.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub uscc: Option<Secret<String>>,
    /// The licence that the application is about: what stands in the field 许可证编号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub licence_no: Option<Secret<String>>,
}

/// Those of the wanted licences that the library holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldLicences {
    /// One after the other, by name.
    pub held: Vec<HeldLicence>,
}

/// A licence that is there and valid, without what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldLicence {
    /// 居民户口簿
    pub name: String,
    /// The body that issued it and answers for it.
    pub owner: String,
    /// The day on which its registry stood so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub as_of: Date,
}

/// What the registries fill in of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prefilled {
    /// One fact a field; fields of which nobody knows anything are not there.
    pub facts: Vec<PrefilledFact>,
}

/// A fact, and who says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrefilledFact {
    /// The field that it fills.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub field: FieldId,
    /// Its value, in the canonical text of its type.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub value: Secret<String>,
    /// The body that says it.
    pub owner: String,
    /// The day on which its registry stood so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub as_of: Date,
}
