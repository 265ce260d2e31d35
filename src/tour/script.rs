//! The visit itself, page by page: a certificate with the network, somebody else's card, an application without the
//! network that arrives when it returns, graduates who settle, a form that was begun on a phone; the errands between them.

use super::fingers::SIGNATURE;
use super::{Tourist, english, errands, pause};
use crate::journey::{Connection, HandoffStep, LogInStep, Outcome, Page, PapersStep, Printing};
use crate::papers::Refusal;
use crate::services::Obstacle;
use anyhow::{Context, Result};
use std::time::Duration;

/// What a graduate who settles applies for.
const HUKOU: &str = "普通高校应届毕业生引进落户（秒批）－全日制本科生";
/// 无犯罪记录证明（本人申请开具）
const CERTIFICATE: &str = "无犯罪记录证明（本人申请开具）";

pub(super) async fn walk(tourist: &mut Tourist) -> Result<()> {
    tourist.say("waiting for devices, face models and central");
    tourist
        .fingers
        .until_health("card reader, printer, camera, face models and central", |health| {
            health.reader && health.printer && health.face && health.connection == Connection::Online
        })
        .await?;
    certificate(tourist).await?;
    somebody_else(tourist).await?;
    offline(tourist).await?;
    errands::bill(tourist).await?;
    english::bill(tourist).await?;
    errands::fee(tourist).await?;
    errands::incident(tourist).await?;
    errands::receipt(tourist).await?;
    errands::project(tourist).await?;
    graduates(tourist).await?;
    begun_on_a_phone(tourist).await?;
    tourist.say("the tour is over");
    Ok(())
}

/// From the first touch to the receipt.
async fn certificate(tourist: &mut Tourist) -> Result<()> {
    tourist.say("a resident comes for a certificate");
    tourist.picture("attract")?;
    tourist.fingers.touch("触摸屏幕开始办理").await?;
    tourist.picture("home")?;
    tourist.fingers.touch("搜索事项").await?;
    tourist.fingers.keys("wfzjl").await?;
    tourist.picture("search")?;
    tourist.fingers.touch(CERTIFICATE).await?;
    tourist.fingers.touch("打印指南").await?;
    let is_printed =
        |page: &Page| matches!(page, Page::Guide(shown) if matches!(shown.printing, Some(Printing::Over(_))));
    tourist.until("the guide on paper", is_printed).await?;
    tourist.picture("guide")?;
    tourist.fingers.touch("开始办理").await?;
    tourist.picture("lay-card")?;
    log_in(tourist, "sample-citizen").await?;
    tourist.until("the form", |page| matches!(page, Page::Filing(_))).await?;
    tourist.picture("form-from-card")?;
    tourist.fingers.touch("信息无误，下一步").await?;
    tourist.fingers.touch("下一步").await?;
    tourist.picture("form-mistakes")?;
    tourist.fingers.touch("手机号码").await?;
    tourist.fingers.keys("13800000001").await?;
    tourist.picture("form-keyboard")?;
    tourist.fingers.touch("完成输入").await?;
    tourist.fingers.touch("求职").await?;
    tourist.picture("form-questions")?;
    tourist.fingers.touch("下一步").await?;
    tourist.fingers.touch("1").await?;
    tourist.fingers.touch("去核对").await?;
    tourist.picture("review")?;
    tourist.fingers.touch("确认提交").await?;
    tourist.until("the receipt", |page| matches!(page, Page::Done(_))).await?;
    printed(tourist).await?;
    tourist.picture("done")?;
    say_number(tourist, "central has given case");
    tourist.fingers.touch("非常满意").await?;
    tourist.picture("done-rated")?;
    tourist.fingers.touch("结束").await?;
    tourist.picture("goodbye")?;
    lift_card(tourist).await
}

/// Somebody lays down a card that is not theirs: refused, with other ways.
async fn somebody_else(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody comes with another person's card");
    tourist.touch_to_begin().await?;
    tourist.fingers.touch(CERTIFICATE).await?;
    tourist.fingers.touch("开始办理").await?;
    tourist.keeper("reader", "lay other-face").await?;
    tourist
        .until("the consent", |page| is_step(page, |step| matches!(step, LogInStep::AskConsent(_))))
        .await?;
    tourist.fingers.touch("同意并开始核对").await?;
    tourist
        .until("the refusal", |page| is_step(page, |step| matches!(step, LogInStep::FaceTrouble { .. })))
        .await?;
    tourist.picture("face-refused")?;
    tourist.fingers.touch("结束").await?;
    lift_card(tourist).await
}

/// The network is cut, the application is kept here and arrives when the network returns.
async fn offline(tourist: &mut Tourist) -> Result<()> {
    tourist.say("the network is cut; a resident applies all the same");
    tourist.keeper("network", "cut").await?;
    tourist.touch_to_begin().await?;
    tourist
        .fingers
        .until_health("the cut to be noticed", |health| health.connection != Connection::Online)
        .await?;
    let service = tourist.service_for_offline().context("no service can be filed offline")?;
    tourist.picture("home-offline")?;
    tourist.fingers.touch("搜索事项").await?;
    tourist.fingers.keys(&service.initials).await?;
    tourist.picture("search-offline")?;
    tourist.fingers.touch(&service.name).await?;
    tourist.fingers.touch("开始办理").await?;
    log_in(tourist, "sample-citizen").await?;
    tourist.fingers.touch("信息无误，下一步").await?;
    tourist.fingers.touch("手机号码").await?;
    tourist.fingers.keys("13800000001").await?;
    tourist.fingers.touch("申请事由").await?;
    tourist.fingers.keys("shenqing").await?;
    tourist.picture("form-pinyin")?;
    tourist.fingers.touch("申请").await?;
    tourist.fingers.touch("完成输入").await?;
    tourist.fingers.touch("窗口自取").await?;
    tourist.fingers.touch("下一步").await?;
    papers(tourist).await?;
    tourist.fingers.touch("去核对").await?;
    tourist.fingers.touch("我已阅读并同意").await?;
    tourist.fingers.draw("签名框", &SIGNATURE).await?;
    tourist.picture("review-signed")?;
    tourist.fingers.touch("确认提交").await?;
    tourist.picture("submitting")?;
    tourist.until("the receipt", |page| matches!(page, Page::Done(_))).await?;
    printed(tourist).await?;
    tourist.picture("done-offline")?;
    say_number(tourist, "kept at the terminal as");
    tourist.say("the network returns");
    tourist.keeper("network", "restore").await?;
    // Whatever is confirmed next makes the terminal try at once; otherwise it tries again within its back-off.
    tourist.fingers.touch("满意").await?;
    let arrived =
        |health: crate::journey::Health| health.waiting == 0 && health.connection == Connection::Online;
    tourist.fingers.until_health("the application to arrive", arrived).await?;
    tourist.say("the application has arrived at central");
    tourist.fingers.touch("结束").await?;
    lift_card(tourist).await
}

/// A page of what proves it, under the document camera.
async fn papers(tourist: &mut Tourist) -> Result<()> {
    let is_step = |page: &Page, is_so: fn(&PapersStep) -> bool| matches!(page, Page::Papers(papers) if is_so(&papers.step));
    tourist.picture("papers")?;
    tourist.fingers.touch("拍摄").await?;
    tourist.keeper("documents", "lay over the edge").await?;
    let is_cut_off =
        |step: &PapersStep| matches!(step, PapersStep::Look(look) if look.why == Some(Refusal::CutOff));
    tourist.until("the sheet to be seen", |page| is_step(page, is_cut_off)).await?;
    tourist.picture("papers-look")?;
    tourist.keeper("documents", "lay").await?;
    let is_taken = |step: &PapersStep| matches!(step, PapersStep::Judge { .. });
    tourist.until("a page", |page| is_step(page, is_taken)).await?;
    tourist.picture("papers-page")?;
    tourist.fingers.touch("用这一页").await?;
    tourist.picture("papers-taken")
}

/// A form that was begun on a phone is gone on with by its code, and taken along again.
async fn begun_on_a_phone(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody begins a form on a phone");
    let fill =
        ["fill SZ-RS-000002", "990101200406150023", "phone=13800000001", "degree=本科", "study_mode=全日制"];
    let answer = tourist.keeper("phone", &fill.join("\t")).await?;
    let code = answer.trim_start_matches("ok ").to_owned();
    tourist.touch_to_begin().await?;
    tourist.fingers.touch("搜索事项").await?;
    tourist.fingers.keys("yjbysyjlh").await?;
    tourist.fingers.touch(HUKOU).await?;
    tourist.fingers.touch("开始办理").await?;
    log_in(tourist, "graduate").await?;
    tourist.picture("form-offers-phone")?;
    tourist.fingers.touch("我有手机上的码").await?;
    tourist.fingers.keys(&code).await?;
    tourist.picture("phone-code")?;
    tourist.fingers.touch("取用").await?;
    tourist
        .until("the form", |page| matches!(page, Page::Filing(filing) if filing.from_phone.is_some()))
        .await?;
    tourist.fingers.touch("信息无误，下一步").await?;
    tourist.picture("form-from-phone")?;
    tourist.fingers.touch("存草稿").await?;
    tourist.until("the draft", |page| matches!(page, Page::DraftKept(_))).await?;
    tourist.fingers.touch("带到手机上填").await?;
    let is_handed =
        |page: &Page| matches!(page, Page::Handoff(phone) if matches!(phone.step, HandoffStep::Handed(_)));
    tourist.until("the code for a phone", is_handed).await?;
    tourist.picture("phone-handed")?;
    tourist.fingers.touch("结束").await?;
    lift_card(tourist).await
}

/// Two graduates settle in the city (秒批): one is approved at once, one is refused and told why.
async fn graduates(tourist: &mut Tourist) -> Result<()> {
    for (card, degree, certificate, graduated, name) in [
        ("graduate", "本科", "105901202605000001", "20260630", "decided-approved"),
        ("graduate-on-record", "大专", "105901202505000003", "20251231", "decided-refused"),
    ] {
        tourist.say("a graduate wants to settle in the city");
        tourist.touch_to_begin().await?;
        tourist.fingers.touch("搜索事项").await?;
        tourist.fingers.keys("yjbysyjlh").await?;
        tourist.fingers.touch(HUKOU).await?;
        tourist.fingers.touch("开始办理").await?;
        log_in(tourist, card).await?;
        tourist.fingers.touch("信息无误，下一步").await?;
        let answers = [
            ("手机号码", By::Keys("13800000001")),
            ("福田区", By::Touch),
            ("福田街道", By::Touch),
            ("福南社区", By::Touch),
            ("详细地址", By::Words(&[("shenzhenshi", "深圳市"), ("fuzhonglu", "福中路")])),
            ("标准地址编码", By::Keys("4403040010010000001")),
            ("深圳大学", By::Touch),
            (degree, By::Touch),
            ("学历证书编号", By::Keys(certificate)),
            ("毕业日期", By::Keys(graduated)),
            ("全日制", By::Touch),
            ("单位集体户", By::Touch),
            ("我声明如此", By::Touch),
        ];
        tourist.fill(&answers).await?;
        tourist.fingers.touch("去核对").await?;
        tourist.fingers.touch("我已阅读并同意").await?;
        tourist.fingers.draw("签名框", &SIGNATURE).await?;
        tourist.fingers.touch("确认提交").await?;
        tourist.until("the decision", |page| matches!(page, Page::Done(_))).await?;
        printed(tourist).await?;
        tourist.picture(name)?;
        say_number(tourist, "central has decided case");
        tourist.fingers.touch("结束").await?;
        lift_card(tourist).await?;
    }
    Ok(())
}

pub(super) async fn log_in(tourist: &mut Tourist, card: &str) -> Result<()> {
    tourist.keeper("reader", &format!("lay {card}")).await?;
    tourist
        .until("the consent", |page| is_step(page, |step| matches!(step, LogInStep::AskConsent(_))))
        .await?;
    if tourist.pictures < 8 {
        tourist.picture("consent")?;
    }
    tourist.fingers.touch("同意并开始核对").await?;
    if tourist.pictures < 8 {
        // The camera's first picture needs a moment to be shown.
        pause(Duration::from_millis(350)).await;
        tourist.picture("look")?;
    }
    tourist.until("the form", |page| matches!(page, Page::Filing(_))).await
}

pub(super) async fn printed(tourist: &Tourist) -> Result<()> {
    let is_printed =
        |page: &Page| matches!(page, Page::Done(done) if matches!(done.printing, Printing::Over(_)));
    tourist.until("the receipt to be printed", is_printed).await
}

pub(super) async fn lift_card(tourist: &Tourist) -> Result<()> {
    tourist.keeper("reader", "lift").await?;
    Ok(())
}

pub(super) fn say_number(tourist: &Tourist, words: &str) {
    let number = tourist.fingers.journey(|journey| match journey.page() {
        Page::Done(done) => {
            Some((done.slip.number.clone(), matches!(done.outcome, Outcome::Received(_)), done.entry))
        }
        _ => None,
    });
    if let Some((number, received, entry)) = number {
        let state = if received { "received" } else { "待联网受理" };
        tourist.say(&format!("{words} {number} ({state}), entry {entry}"));
    }
}

fn is_step(page: &Page, is_so: impl Fn(&LogInStep) -> bool) -> bool {
    matches!(page, Page::LogIn(log_in) if is_so(&log_in.step))
}

struct Found {
    name: String,
    initials: String,
}

/// How a field of a form is answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum By<'a> {
    /// The option of this label is touched.
    Touch,
    /// Keys, as they stand.
    Keys(&'a str),
    /// Words by their sounds, each chosen among its candidates.
    Words(&'a [(&'a str, &'a str)]),
}

impl Tourist {
    pub(super) async fn touch_to_begin(&self) -> Result<()> {
        // The goodbye of the visit before may still be shown; it gives way by itself.
        self.until("the attract page", |page| matches!(page, Page::Attract)).await?;
        self.fingers.touch("触摸屏幕开始办理").await
    }

    /// Fills a form in, page by page: fields by their labels with keys, options by their words.
    pub(super) async fn fill(&self, answers: &[(&str, By<'_>)]) -> Result<()> {
        /// More pages than a form has.
        const PAGES: usize = 12;
        let mut left = answers.to_vec();
        for _ in 0..PAGES {
            if !self.fingers.journey(|journey| matches!(journey.page(), Page::Filing(_))) {
                break;
            }
            for (label, by) in left.clone() {
                if !self.fingers.reach(label).await {
                    continue;
                }
                left.retain(|(other, _)| *other != label);
                match by {
                    By::Words(words) => self.chinese(words).await?,
                    By::Keys(keys) => self.fingers.keys(keys).await?,
                    By::Touch => continue,
                }
                self.fingers.touch("完成输入").await?;
            }
            for main in ["下一步", "去核对"] {
                if self.fingers.reach(main).await {
                    break;
                }
            }
        }
        if left.is_empty() { Ok(()) } else { anyhow::bail!("the form does not ask for {left:?}") }
    }

    /// Words by their sounds, chosen among the candidates.
    async fn chinese(&self, words: &[(&str, &str)]) -> Result<()> {
        for (sounds, word) in words {
            self.fingers.keys(sounds).await?;
            self.fingers.touch(word).await?;
        }
        Ok(())
    }

    /// A service of the plain form that needs no network, and the letters that find it.
    fn service_for_offline(&self) -> Option<Found> {
        self.fingers.journey(|journey| {
            let library = journey.library();
            let fits = |obstacle: Option<Obstacle>| obstacle.is_none();
            let service = library
                .services()
                .iter()
                .find(|s| s.form.as_str() == "person-basic" && fits(journey.obstacle(s)) && s.fee.0 == 0)?;
            let initials = crate::services::initials(&service.name).chars().take(6).collect();
            Some(Found { name: service.name.clone(), initials })
        })
    }
}
