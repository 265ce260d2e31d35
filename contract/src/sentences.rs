//! What an applicant reads of a fault, at the terminal and on the phone alike.

use crate::id_number::IdNumberFault;
use crate::validate::FieldFault;

impl FieldFault {
    /// What the applicant reads, in one kind sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing | Self::TooShort { min: 1 } => "这一项需要填写".to_owned(),
            Self::NotAsked => "这一项请到窗口办理".to_owned(),
            Self::Name => "请填写 2 到 30 个字的姓名".to_owned(),
            Self::IdNumber(IdNumberFault::Form) => "身份证号码是 18 位，请核对".to_owned(),
            Self::IdNumber(IdNumberFault::BirthDate) => "第 7 到 14 位应是出生日期，请核对".to_owned(),
            Self::IdNumber(IdNumberFault::Check) => "号码和校验位不符，请对照证件核对".to_owned(),
            Self::CreditCode => "请对照营业执照核对 18 位统一社会信用代码".to_owned(),
            Self::Mobile => "请填写 11 位手机号码".to_owned(),
            Self::Date => "请按 年-月-日 填写，例如 2026-11-23".to_owned(),
            Self::Month => "请按 年-月 填写，例如 2026-11".to_owned(),
            Self::InFuture => "不能晚于现在".to_owned(),
            Self::AfterEnd => "起始月份不能晚于截止月份".to_owned(),
            Self::TooShort { min } => format!("至少 {min} 个字"),
            Self::TooLong { max } => format!("最多 {max} 个字"),
            Self::ControlCharacter => "有无法识别的字符，请重新填写".to_owned(),
            Self::Digits { min, max } if min == max => format!("请填写 {min} 位数字"),
            Self::Digits { min, max } => format!("请填写 {min} 到 {max} 位数字"),
            Self::OutOfRange { min, max } => format!("请填写 {min} 到 {max} 之间的整数"),
            Self::NotAnOption | Self::NotABool => "请选择其中一项".to_owned(),
            Self::MustBeYes => "请阅读并勾选同意".to_owned(),
            Self::Signature => "请在框内签写完整姓名".to_owned(),
            Self::Plate => "请填写车牌号码，例如 粤B12345".to_owned(),
            Self::BankCard => "请对照银行卡核对卡号".to_owned(),
            Self::BirthCertificate => "请填写出生证编号：1 个字母和 9 位数字".to_owned(),
            Self::NoSuchNumber => "号码不对，请对照证件核对".to_owned(),
            Self::Entries { min: 0, max } => format!("最多 {max} 项"),
            Self::Entries { min, max } if min == max => format!("请选择 {min} 项"),
            Self::Entries { min, max } => format!("请填 {min} 到 {max} 项"),
            Self::Cell { column, fault: of_cell, .. } => format!("{column}：{}", of_cell.sentence()),
            Self::Repeated { .. } => "这一位已经填过了".to_owned(),
            Self::Total { total } => format!("各方比例合计应为 {total}"),
            Self::Rule(says) => says.to_string(),
            Self::Reference => "请填写 4 到 40 位编号".to_owned(),
            Self::NotAsIdNumber => "与身份证号码不一致".to_owned(),
        }
    }
}
