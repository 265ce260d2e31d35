//! How checks ended, in a plain verdict and the next step. Pure: what was done comes in as values, and none of them holds anything
//! of a person.

use super::finding::{Verdict, Words};
use super::network::NetworkFacts;
use crate::printing::PageFault;
use drivers::id_card_reader::{CardFault, PhotoFault};
use drivers::page_printer::{NoPages, PageResult};
use drivers::receipt_printer::{JobResult, NotPrinted};
use drivers::speaker::NoSound;
use std::time::Duration;

/// KB a second below which an application with its papers (a few MB) takes minutes.
const SLOW: u128 = 50;
/// A durable write that takes longer is felt at every touch that is kept: disks write in a few milliseconds, worn ones do not.
const SLOW_DISK: Duration = Duration::from_millis(250);

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

pub(super) fn good(found: Words) -> Examined {
    Examined { verdict: Verdict::Good, found, next: None }
}

pub(super) fn attention(found: Words, next: Words) -> Examined {
    Examined { verdict: Verdict::Attention, found, next: Some(next) }
}

pub(super) fn broken(found: Words, next: Words) -> Examined {
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

/// The certificate was shown to central, on a connection of its own.
pub fn certificate_shown(facts: &NetworkFacts) -> Examined {
    match facts {
        NetworkFacts::Answered { answer, .. } => good(Words::of(
            format!("中心认可本机证书，握手和应答用 {} 毫秒", answer.as_millis()),
            format!("central took this certificate; handshake and answer took {} ms", answer.as_millis()),
        )),
        NetworkFacts::NotTrusted => broken(
            Words::of("中心不认可本机证书，或对方不是本市的中心", "central refuses it, or is not ours"),
            Words::of(
                "问运维中心：是否已吊销；没有吊销就检查 authority 文件，再重新登记",
                "ask the operator whether it was revoked; else check the file authority, then enrol again",
            ),
        ),
        NetworkFacts::NoAddress(_) | NetworkFacts::NoConnection(_) | NetworkFacts::NoAnswer(_) => attention(
            Words::of("没有联系上中心，证书没有用上", "central was not reached: nobody looked at it"),
            Words::of("先在“网络”一项处理线路，再试", "see to the network first, then try again"),
        ),
    }
}

/// A photo was taken off a card, decoded and looked at.
pub fn photo_seen(decoded: Duration, looked: Duration) -> Examined {
    let (decoded, looked) = (decoded.as_millis(), looked.as_millis());
    good(Words::of(
        format!("芯片照片解码用 {decoded} 毫秒，认出脸用 {looked} 毫秒；照片没有保留"),
        format!(
            "its photo was decoded in {decoded} ms, the face in it found in {looked} ms; nothing was kept"
        ),
    ))
}

/// The card that was laid down has no photo.
pub fn no_photo() -> Examined {
    attention(
        Words::of("这张卡里没有照片", "there is no photo on this card"),
        Words::of("换一张有照片的测试卡再试", "try a test card that has one"),
    )
}

/// A photo was read, and no face is found in it.
pub fn no_face_in_photo() -> Examined {
    attention(
        Words::of("照片解码了，但认不出脸", "it was decoded, and no face is found in it"),
        Words::of("换一张卡；都不行就更换解码程序", "try another card; then replace the decoder"),
    )
}

/// Decoder or models are missing: what is said above says which.
pub fn no_face_check() -> Examined {
    broken(
        Words::of("缺解码程序或人脸模型，没有检查", "decoder or models are missing: nothing was checked"),
        Words::of("先按上面的状态处理", "see to what is said above first"),
    )
}

/// The decoder made no picture.
pub fn photo_fault(fault: &PhotoFault) -> Examined {
    broken(
        Words::of("芯片照片没有解码出来", fault.to_string()),
        Words::of(
            "换一张卡；都不行就按解码程序的说明书处理",
            "try another card; then see the decoder's own documentation",
        ),
    )
}

/// The store wrote and was read: how long one durable write took, and reading all of it.
pub fn store_tried(write: Duration, read: Duration) -> Examined {
    let (millis, read) = (write.as_millis(), read.as_millis());
    let found = Words::of(
        format!("落盘一次平均 {millis} 毫秒，通读全库 {read} 毫秒，没有损坏"),
        format!("a durable write took {millis} ms on average, reading all of it {read} ms; no damage"),
    );
    if write <= SLOW_DISK {
        return good(found);
    }
    attention(
        found,
        Words::of(
            "盘写得太慢：多半老化，尽快换盘",
            "the disk writes too slowly: probably worn, replace it soon",
        ),
    )
}

/// The store could not be written or read.
pub fn store_failed(why: &str) -> Examined {
    broken(
        Words::of("本机存储写不进或读不出", why),
        Words::of(
            "不要断电、不要换盘；先停用本机，打电话给运维中心",
            "leave it switched on, take it out of service, call the operator",
        ),
    )
}

/// Why nothing was played, and what to do.
pub(super) fn no_sound(why: &NoSound) -> (Words, Words) {
    let (found, zh, en) = match why {
        NoSound::NoPlayer(_) => ("没有播放程序", "安装 alsa-utils", "install alsa-utils"),
        NoSound::NoDevice => (
            "没有这个声音设备",
            "检查数据线；用 aplay -L 看名字，改 kiosk.toml 的 speaker",
            "check its cable; 'aplay -L' lists names for speaker in kiosk.toml",
        ),
        NoSound::Busy => {
            ("别的程序占着它", "用 fuser -v /dev/snd/* 看是谁", "'fuser -v /dev/snd/*' tells which")
        }
        NoSound::Refused(_) => (
            "打不开或写不进去",
            "用户 kiosk 要在 audio 组；拔插一次，仍不行就更换",
            "the user kiosk is to be in the group audio; plug it in again, then replace it",
        ),
        NoSound::Stuck => ("没有反应", "拔插一次，仍不行就更换", "plug it in again, then replace it"),
    };
    (Words::of(found, why.to_string()), Words::of(zh, en))
}

/// The speaker was played on, or not. Whether it was heard is asked afterwards.
pub fn played(result: &Result<(), NoSound>) -> Examined {
    match result {
        Ok(()) => good(Words::of("左、右、两边各响了一声", "left, right and both were played")),
        Err(why) => {
            let (found, next) = no_sound(why);
            broken(found, next)
        }
    }
}

/// There is no sample page to print.
pub fn no_sample_page(fault: &PageFault) -> Examined {
    attention(
        Words::of("样页没有做成：多半是地点名里有字库没有的字", fault.to_string()),
        Words::of("请运维中心改终端地点的名字", "ask the operator to write the terminal's place otherwise"),
    )
}

/// A sample page was printed, or not. Whether it is good is asked afterwards.
pub fn page_printed(result: &PageResult) -> Examined {
    match result {
        PageResult::Printed => good(Words::of("样页已打印", "the sample page is printed")),
        PageResult::Unknown => attention(
            Words::of("不知道是否打完", "nobody knows whether it came out"),
            Words::of("看出纸盘；再打一张比较", "look at the tray; print another to compare"),
        ),
        PageResult::NotPrinted(NoPages::NoPaper) => broken(
            Words::of("没有 A4 纸", "no A4 paper"),
            Words::of("装 A4 纸再打一张", "load A4, print again"),
        ),
        PageResult::NotPrinted(why) => broken(
            Words::of("样页没有打印", why.to_string()),
            Words::of(
                "看打印机面板；检查电源、USB 线和 ipp-usb 服务",
                "look at its panel; check power, cable and ipp-usb",
            ),
        ),
    }
}

/// So many fields of the touch grid did not answer.
pub fn touched(missing: usize) -> Examined {
    if missing == 0 {
        return good(Words::of("每一格都有反应", "every field answers"));
    }
    broken(
        Words::of(format!("有 {missing} 格没有反应"), format!("{missing} fields do not answer")),
        Words::of(
            "点十字查偏差；擦干净屏幕和边框再试，同样的格仍不行就更换触摸框",
            "touch the crosses: it may be off; clean panel and frame and try again, then replace the touch panel",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Exam, Eye, by_eye};

    const MILLI: Duration = Duration::from_millis(1);

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
            no_sample_page(&PageFault::Character),
            page_printed(&PageResult::Unknown),
            page_printed(&PageResult::NotPrinted(NoPages::NoPaper)),
            page_printed(&PageResult::NotPrinted(NoPages::NoPdf)),
            played(&Err(NoSound::NoDevice)),
            played(&Err(NoSound::Stuck)),
            no_face_check(),
            no_photo(),
            no_face_in_photo(),
            photo_fault(&PhotoFault::TimedOut),
            store_tried(Duration::from_secs(1), MILLI),
            store_failed("disk image is malformed"),
            certificate_shown(&NetworkFacts::NotTrusted),
            certificate_shown(&NetworkFacts::NoConnection("192.0.2.1:443".to_owned())),
        ];
        let judged = [Exam::SamplePrint, Exam::SamplePage, Exam::Face, Exam::Papers, Exam::Sound];
        let judged = judged.map(|exam| by_eye(exam, Eye::Badly).unwrap());
        for examined in all.into_iter().chain(judged) {
            assert!(examined.verdict > Verdict::Good && examined.next.is_some(), "{examined:?}");
        }
        let kind = Words::of("居民身份证", "a citizen's card");
        let answered = NetworkFacts::Answered { name: MILLI, connection: MILLI, answer: MILLI, ahead: None };
        for examined in [
            touched(0),
            code_read(22),
            line_speed(170_000, Duration::from_millis(80)),
            printed(JobResult::Printed { replaced: 0 }),
            page_printed(&PageResult::Printed),
            played(&Ok(())),
            photo_seen(MILLI, MILLI),
            store_tried(MILLI, MILLI),
            certificate_shown(&answered),
            by_eye(Exam::Face, Eye::Well).unwrap(),
            card_read(&kind, Some(Duration::from_millis(812))),
        ] {
            assert!(examined.verdict == Verdict::Good && examined.next.is_none(), "{examined:?}");
        }
    }
}
