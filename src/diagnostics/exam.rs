//! Checks that a technician makes: a device does something (external), or a person looks at what it did (interactive), as
//! against what it says of itself (internal). Each ends in a plain verdict and the next step. Pure: what was done comes in as
//! values, and none of them holds anything of a person.

use super::finding::{Subject, Verdict, Words};
use crate::face::FaceHint;
use drivers::id_card_reader::CardFault;
use drivers::receipt_printer::{JobResult, NotPrinted};
use std::time::Duration;

/// How long a card or a code is waited for.
pub const LAID_WAIT: Duration = Duration::from_secs(30);

/// KB a second below which an application with its papers (a few MB) takes minutes.
const SLOW: u128 = 50;

/// What a check does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exam {
    /// A card is laid down and read; nothing of it is kept or shown.
    Card,
    /// A sample is printed and cut.
    SamplePrint,
    /// A code is held before the scanner; nothing of it is kept or shown.
    Code,
    /// The picture of the camera, with what the face check sees in it.
    Face,
    /// The picture of the document camera.
    Papers,
    /// How fast the line to central carries something large.
    Line,
}

impl Exam {
    /// The check of a part, where there is one.
    pub const fn of(subject: Subject) -> Option<Self> {
        match subject {
            Subject::IdReader => Some(Self::Card),
            Subject::ReceiptPrinter => Some(Self::SamplePrint),
            Subject::CodeScanner => Some(Self::Code),
            Subject::Camera => Some(Self::Face),
            Subject::DocumentCamera => Some(Self::Papers),
            Subject::Network => Some(Self::Line),
            _ => None,
        }
    }

    /// Whether it shows a picture as long as it goes on.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Face | Self::Papers)
    }
}

/// What the technician's own eyes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eye {
    /// 清楚
    Well,
    /// 不清楚
    Badly,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// How it is.
    pub verdict: Verdict,
    /// What was seen.
    pub found: Words,
    /// What to do next; nothing, where nothing is to be done.
    pub next: Option<Words>,
}

/// Where a face is in a frame: left, top, width and height in thousandths of the frame's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaceBox {
    /// From the left edge.
    pub left: u16,
    /// From the top edge.
    pub top: u16,
    /// Of the box.
    pub width: u16,
    /// Of the box.
    pub height: u16,
}

/// What the face check sees in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceSight {
    /// The faces, the widest first.
    pub boxes: Vec<FaceBox>,
    /// What it would tell the person; nothing, where the face could be compared.
    pub hint: Option<FaceHint>,
}

fn good(found: Words) -> Examined {
    Examined { verdict: Verdict::Good, found, next: None }
}

fn attention(found: Words, next: Words) -> Examined {
    Examined { verdict: Verdict::Attention, found, next: Some(next) }
}

fn broken(found: Words, next: Words) -> Examined {
    Examined { verdict: Verdict::Broken, found, next: Some(next) }
}

/// A card was read: which kind, and how long its chip took.
pub fn card_read(kind: &Words, took: Option<Duration>) -> Examined {
    let millis = took.map_or(0, |took| took.as_millis());
    good(Words::of(
        format!("读到一张{}，读芯片用 {millis} 毫秒；内容没有保留", kind.zh),
        format!("{} was read in {millis} ms; nothing of it was kept", kind.en),
    ))
}

/// Nobody laid a card down.
pub fn no_card() -> Examined {
    attention(
        Words::of("30 秒内没有读到卡", "no card was read within 30 s"),
        Words::of(
            "把测试卡平放在读卡区中央再试；仍读不到就换一张卡",
            "lay the test card on the middle of the reader; then try another card",
        ),
    )
}

/// A card was not read.
pub fn card_fault(fault: CardFault) -> Examined {
    let lay_again = || {
        Words::of(
            "平放、不动，再试一次；换一张卡比较",
            "lay it flat and still, try again; compare with another card",
        )
    };
    match fault {
        CardFault::HoldStill => {
            attention(Words::of("卡移动了或没有认出", "the card moved, or was not accepted"), lay_again())
        }
        CardFault::Unreadable => {
            attention(Words::of("不是能读的卡", "not a card that can be read"), lay_again())
        }
        CardFault::Data(_) => attention(
            Words::of("读到了，但芯片内容不对", "it was read, and what its chip says is wrong"),
            lay_again(),
        ),
        CardFault::TakenOver => attention(
            Words::of("另一处也在等卡", "another part of the program waits for a card"),
            lay_again(),
        ),
        CardFault::NoReader | CardFault::Offline => broken(
            Words::of("读卡器没有应答", "the reader does not answer"),
            Words::of("断电十秒再上电，检查数据线", "switch it off for ten seconds, check its cable"),
        ),
        CardFault::Module(_) => broken(
            Words::of("读卡器的安全模块有故障", "its security module failed"),
            Words::of("更换读卡器并登记序列号", "replace the reader and note the serial number"),
        ),
    }
}

/// A code of so many characters was read.
pub fn code_read(length: usize) -> Examined {
    good(Words::of(
        format!("读到一个 {length} 个字符的码；内容没有保留"),
        format!("a code of {length} characters was read; nothing of it was kept"),
    ))
}

/// Nobody held a code before it, or it read none; readings that failed meanwhile tell the two apart.
pub fn no_code(garbled: u64) -> Examined {
    if garbled == 0 {
        return attention(
            Words::of("30 秒内没有读到码", "no code was read within 30 s"),
            Words::of(
                "把任意一张回执的二维码对准窗口再试；灯不亮就检查数据线",
                "hold the code of any receipt before its window; where no lamp shines, check its cable",
            ),
        );
    }
    broken(
        Words::of(
            format!("看到了码，{garbled} 次没读成"),
            format!("it saw a code, and failed {garbled} times"),
        ),
        mend_scanner(),
    )
}

/// What to do with a scanner that sees codes and says none.
pub(super) fn mend_scanner() -> Words {
    Words::of(
        "擦窗口；按说明书把它设为纯文本、以回车结尾、串口 9600",
        "clean its window; set it to plain text, CR at the end, 9600 bits a second",
    )
}

/// A sample was printed, or not. Whether it is good is asked afterwards.
pub fn printed(result: JobResult) -> Examined {
    match result {
        JobResult::Printed { replaced: 0 } => {
            good(Words::of("样张已打印并切纸", "the sample is printed and cut"))
        }
        JobResult::Printed { replaced } => attention(
            Words::of(
                format!("样张已打印，有 {replaced} 个字打印机没有"),
                format!("printed; the printer lacks {replaced} characters"),
            ),
            Words::of("看字库设置，或更换打印机型号", "look at its fonts, or take another model"),
        ),
        JobResult::NotPrinted(NotPrinted::NoPrinter | NotPrinted::Offline) => broken(
            Words::of("打印机没有应答", "the printer does not answer"),
            Words::of("检查电源和数据线", "check power and cable"),
        ),
        JobResult::NotPrinted(why) => broken(
            Words::of("没有打印：缺纸、开盖、卡切刀或过热，见上面的状态", why.to_string()),
            Words::of("按上面的状态处理后再打一张", "see to what is said above, then print again"),
        ),
        JobResult::Unknown => attention(
            Words::of("不知道是否打完：没有收到打印机的确认", "nobody knows whether it came out whole"),
            Words::of("看出纸口；再打一张比较", "look at the paper; print another to compare"),
        ),
    }
}

/// A camera gave no picture.
pub fn no_picture() -> Examined {
    broken(
        Words::of("摄像头没有画面", "the camera gives no picture"),
        Words::of("检查数据线；换一个 USB 口", "check its cable; try another port"),
    )
}

/// A picture was shown for as long as it is, and nobody said how it is.
pub fn not_judged() -> Examined {
    attention(
        Words::of("画面看了一分钟，没有人判断", "it was shown for a minute, and nobody judged it"),
        Words::of("再看一次，点“清楚”或“不清楚”", "look again and say how it is"),
    )
}

/// Something of so many bytes came from central in that time.
pub fn line_speed(bytes: usize, took: Duration) -> Examined {
    let (bytes, millis) = (u128::try_from(bytes).unwrap_or(u128::MAX), took.as_millis().max(1));
    let speed = bytes.saturating_mul(1000) / millis / 1024;
    let found = Words::of(
        format!("下载 {} KB 用 {millis} 毫秒，约 {speed} KB/秒", bytes / 1024),
        format!("{} KB came in {millis} ms, {speed} KB/s", bytes / 1024),
    );
    if speed >= SLOW {
        return good(found);
    }
    attention(
        found,
        Words::of(
            "线路太慢，带材料的申请会等很久：检查路由器和信号，联系运营商",
            "papers take long on it: look at router and signal, call the carrier",
        ),
    )
}

/// Nothing came from central.
pub fn no_line() -> Examined {
    broken(
        Words::of(
            "没有下载成，线路不通或本机没有配置中心",
            "nothing came: no line to central, or none is set",
        ),
        Words::of("先按上面的状态处理网络", "see to what is said above first"),
    )
}

/// What the technician's eyes say; nothing of a check that no eye judges.
pub fn by_eye(exam: Exam, eye: Eye) -> Option<Examined> {
    let (what, next) = match exam {
        Exam::Card | Exam::Code | Exam::Line => return None,
        Exam::SamplePrint => (
            "样张",
            Words::of(
                "用酒精棉擦打印头，检查纸的方向；仍不清楚就更换打印头",
                "clean the head, check how the paper lies; then replace the head",
            ),
        ),
        Exam::Face => (
            "人脸画面",
            Words::of(
                "擦镜头，检查补光灯和角度；逆光就调整安装",
                "clean the lens, check lamp and angle; mind light from behind",
            ),
        ),
        Exam::Papers => (
            "材料画面",
            Words::of("擦镜头和台面，检查灯和高度", "clean lens and shelf, check lamp and height"),
        ),
    };
    Some(match eye {
        Eye::Well => {
            good(Words::of(format!("维护人员看过：{what}清楚"), "the technician says that it is good"))
        }
        Eye::Badly => attention(
            Words::of(format!("维护人员看过：{what}不清楚"), "the technician says that it is not good"),
            next,
        ),
    })
}

/// So many fields of the touch grid did not answer.
pub fn touched(missing: usize) -> Examined {
    if missing == 0 {
        return good(Words::of("每一格都有反应", "every field answers"));
    }
    broken(
        Words::of(format!("有 {missing} 格没有反应"), format!("{missing} fields do not answer")),
        Words::of(
            "擦干净屏幕和边框再试；同样的格仍不行就更换触摸框",
            "clean panel and frame and try again; the same fields again: replace the touch panel",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_good_says_what_to_do() {
        let all = [
            no_card(),
            no_code(0),
            no_code(3),
            no_picture(),
            not_judged(),
            touched(3),
            no_line(),
            line_speed(100_000, Duration::from_secs(5)),
            card_fault(CardFault::HoldStill),
            card_fault(CardFault::Offline),
            printed(JobResult::Unknown),
            printed(JobResult::NotPrinted(NotPrinted::NoPrinter)),
            printed(JobResult::Printed { replaced: 2 }),
            by_eye(Exam::SamplePrint, Eye::Badly).unwrap(),
            by_eye(Exam::Face, Eye::Badly).unwrap(),
            by_eye(Exam::Papers, Eye::Badly).unwrap(),
        ];
        for examined in all {
            assert!(examined.verdict > Verdict::Good && examined.next.is_some(), "{examined:?}");
        }
        let kind = Words::of("居民身份证", "a citizen's card");
        for examined in [
            touched(0),
            code_read(22),
            line_speed(170_000, Duration::from_millis(80)),
            printed(JobResult::Printed { replaced: 0 }),
            by_eye(Exam::Face, Eye::Well).unwrap(),
            card_read(&kind, Some(Duration::from_millis(812))),
        ] {
            assert!(examined.verdict == Verdict::Good && examined.next.is_none(), "{examined:?}");
        }
    }
}
