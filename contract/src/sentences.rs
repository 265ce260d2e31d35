//! What an applicant reads of a fault, at the terminal and on the phone alike.

use crate::id_number::IdNumberFault;
use crate::language::{Language, english_count};
use crate::validate::FieldFault;

impl FieldFault {
    /// What the applicant reads, in one kind sentence.
    pub fn sentence(&self, language: Language) -> String {
        match language {
            Language::Chinese => self.in_chinese(),
            Language::English => self.in_english(),
        }
    }

    fn in_chinese(&self) -> String {
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
            Self::Cell { column, fault: of_cell, .. } => {
                format!("{column}：{}", of_cell.sentence(Language::Chinese))
            }
            Self::Repeated { .. } => "这一位已经填过了".to_owned(),
            Self::Total { total } => format!("各方比例合计应为 {total}"),
            Self::Rule(says) => says.to_string(),
            Self::Reference => "请填写 4 到 40 位编号".to_owned(),
            Self::NotAsIdNumber => "与身份证号码不一致".to_owned(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Missing | Self::TooShort { min: 1 } => "Please fill this in".to_owned(),
            Self::NotAsked => "Please see to this at a counter".to_owned(),
            Self::Name => "Please write a name of 2 to 30 characters".to_owned(),
            Self::IdNumber(IdNumberFault::Form) => "An ID number has 18 characters, please check".to_owned(),
            Self::IdNumber(IdNumberFault::BirthDate) => {
                "Digits 7 to 14 should be the date of birth, please check".to_owned()
            }
            Self::IdNumber(IdNumberFault::Check) => {
                "The last character does not fit, please compare with the card".to_owned()
            }
            Self::CreditCode => {
                "Please compare with the 18-character credit code on the business licence".to_owned()
            }
            Self::Mobile => "Please enter a mobile number of 11 digits".to_owned(),
            Self::Date => "Please write year-month-day, for example 2026-11-23".to_owned(),
            Self::Month => "Please write year-month, for example 2026-11".to_owned(),
            Self::InFuture => "This can't be later than now".to_owned(),
            Self::AfterEnd => "The first month can't be after the last".to_owned(),
            Self::TooShort { min } => format!("At least {}", english_count(*min, "character")),
            Self::TooLong { max } => format!("At most {}", english_count(*max, "character")),
            Self::ControlCharacter => "Some characters can't be read, please write it again".to_owned(),
            Self::Digits { min, max } if min == max => {
                format!("Please enter {}", english_count(*min, "digit"))
            }
            Self::Digits { min, max } => format!("Please enter {min} to {max} digits"),
            Self::OutOfRange { min, max } => format!("Please enter a whole number from {min} to {max}"),
            Self::NotAnOption | Self::NotABool => "Please choose one".to_owned(),
            Self::MustBeYes => "Please read this and agree".to_owned(),
            Self::Signature => "Please sign your full name in the box".to_owned(),
            Self::Plate => "Please enter the number plate, for example 粤B12345".to_owned(),
            Self::BankCard => "Please compare the number with the bank card".to_owned(),
            Self::BirthCertificate => "One letter and 9 digits, as on the birth certificate".to_owned(),
            Self::NoSuchNumber => "There is no such number, please compare with the document".to_owned(),
            Self::Entries { min: 0, max } => format!("At most {max}"),
            Self::Entries { min, max } if min == max => format!("Please choose {min}"),
            Self::Entries { min, max } => format!("Please give {min} to {max}"),
            Self::Cell { column, fault: of_cell, .. } => {
                format!("{column}: {}", of_cell.sentence(Language::English))
            }
            Self::Repeated { .. } => "This person is in the list already".to_owned(),
            Self::Total { total } => format!("The shares should add up to {total}"),
            Self::Rule(says) => says.to_string(),
            Self::Reference => "Please enter a number of 4 to 40 characters".to_owned(),
            Self::NotAsIdNumber => "This differs from the ID number".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_one_sentence_in_each_language() {
        let digits = FieldFault::Digits { min: 6, max: 6 };
        assert_eq!(digits.sentence(Language::Chinese), "请填写 6 位数字");
        assert_eq!(digits.sentence(Language::English), "Please enter 6 digits");
        let fault = Box::new(FieldFault::TooShort { min: 2 });
        let cell = FieldFault::Cell { row: 1, column: "Name".to_owned(), fault };
        assert_eq!(cell.sentence(Language::Chinese), "Name：至少 2 个字");
        assert_eq!(cell.sentence(Language::English), "Name: At least 2 characters");
        assert_eq!(FieldFault::TooLong { max: 1 }.sentence(Language::English), "At most 1 character");
    }
}
