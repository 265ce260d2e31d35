//! Errands that need no face: a water bill, the fee of an application, how a construction project stands, a hazard with a
//! photo of it from a phone, and what became of it by its receipt.

use super::Tourist;
use super::fingers::SIGNATURE;
use super::script::{By, lift_card, log_in, printed, say_number};
use crate::journey::{AffairsStep, Page, PapersStep, PayStep, Printing};
use anyhow::{Context, Result};
use contract::Fen;
use contract::message::day_in_china;
use image::{Rgb, RgbImage};
use imageproc::drawing::draw_filled_ellipse_mut;
use jiff::{Timestamp, ToSpan};
use std::path::Path;

const WATER: &str = "居民水费（缴纳）";
const NEW_CARD: &str = "居民身份证（丢失补领）";
const MANHOLE: &str = "污水井盖缺失上报";
const HERE: &str = "就在这台终端旁，莲花街道福中社区";

/// A water bill, paid by the phone behind the code.
pub(super) async fn bill(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody pays the water bill");
    tourist.touch_to_begin().await?;
    tourist.fingers.touch("搜索事项").await?;
    tourist.fingers.keys("jmsf").await?;
    tourist.fingers.touch(WATER).await?;
    tourist.fingers.touch("开始办理").await?;
    tourist.fingers.keys("1030400017").await?;
    tourist.picture("pay-account")?;
    tourist.fingers.touch("查询").await?;
    tourist.until("the bills", |page| is_pay_step(page, |step| matches!(step, PayStep::Bills(_)))).await?;
    tourist.picture("pay-bills")?;
    tourist.fingers.touch("下一步").await?;
    tourist.picture("pay-confirm")?;
    pay(tourist, "pay-code", "pay-posted").await?;
    tourist.fingers.touch("结束").await
}

/// A lost card is asked for again, and its fee is paid where the receipt says what it is.
pub(super) async fn fee(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody asks for a new card and pays its fee");
    tourist.touch_to_begin().await?;
    tourist.fingers.touch("搜索事项").await?;
    tourist.fingers.keys("sfzds").await?;
    tourist.fingers.touch(NEW_CARD).await?;
    tourist.fingers.touch("开始办理").await?;
    log_in(tourist, "sample-citizen").await?;
    tourist.fingers.touch("信息无误，下一步").await?;
    tourist.fill(&[("手机号码", By::Keys("13800000001")), ("窗口自取", By::Touch)]).await?;
    // The papers may follow.
    tourist.fingers.touch("去核对").await?;
    tourist.fingers.touch("我已阅读并同意").await?;
    tourist.fingers.draw("签名框", &SIGNATURE).await?;
    tourist.fingers.touch("确认提交").await?;
    tourist.until("the receipt", |page| matches!(page, Page::Done(_))).await?;
    printed(tourist).await?;
    tourist.picture("fee-due")?;
    say_number(tourist, "central has given case");
    tourist.fingers.touch(&format!("现在缴费 {}", Fen(4_000))).await?;
    tourist.until("the fee", |page| is_pay_step(page, |step| matches!(step, PayStep::Bills(_)))).await?;
    tourist.fingers.touch("下一步").await?;
    pay(tourist, "fee-code", "fee-posted").await?;
    tourist.fingers.touch("结束").await?;
    lift_card(tourist).await
}

/// From the page that says account and amount once more to the slip.
async fn pay(tourist: &mut Tourist, code_name: &str, posted_name: &str) -> Result<()> {
    tourist.fingers.touch("出示付款码").await?;
    tourist.until("the code", |page| code_of(page).is_some()).await?;
    tourist.picture(code_name)?;
    let code = tourist.fingers.journey(|journey| code_of(journey.page())).context("no code is shown")?;
    tourist.keeper("phone", &format!("pay {code}")).await?;
    tourist.fingers.touch("我已支付，帮我查").await?;
    let is_over = |step: &PayStep| matches!(step, PayStep::Outcome(outcome) if matches!(outcome.printing, Some(Printing::Over(_))));
    tourist.until("the slip", |page| is_pay_step(page, is_over)).await?;
    tourist.picture(posted_name)
}

/// How a construction project stands, by its code.
pub(super) async fn project(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody looks how a construction project stands");
    tourist.touch_to_begin().await?;
    tourist.fingers.touch("办件进度").await?;
    tourist.fingers.keys("20264403040000000001").await?;
    tourist.picture("project-code")?;
    tourist.fingers.touch("查询编号").await?;
    let is_board = |page: &Page| matches!(page, Page::Affairs(affairs) if matches!(affairs.step, AffairsStep::Project(_)));
    tourist.until("the board", is_board).await?;
    tourist.fingers.touch("打印进度").await?;
    let is_printed = |page: &Page| {
        matches!(page, Page::Affairs(affairs)
        if matches!(&affairs.step, AffairsStep::Project(shown) if matches!(shown.printing, Some(Printing::Over(_)))))
    };
    tourist.until("the board on paper", is_printed).await?;
    tourist.picture("project")?;
    tourist.fingers.touch("结束").await
}

/// Whoever comes back holds the receipt before the scanner.
pub(super) async fn receipt(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody comes back with the receipt");
    tourist.touch_to_begin().await?;
    tourist.fingers.touch("办件进度").await?;
    tourist.picture("number-by-scanner")?;
    tourist.keeper("scanner", "receipt").await?;
    let is_case =
        |page: &Page| matches!(page, Page::Affairs(affairs) if matches!(affairs.step, AffairsStep::Case(_)));
    tourist.until("the case of the receipt", is_case).await?;
    tourist.picture("case-by-receipt")?;
    tourist.fingers.touch("结束").await
}

/// A manhole without its cover beside the terminal: nobody is asked who they are, a photo comes from a phone.
pub(super) async fn incident(tourist: &mut Tourist) -> Result<()> {
    tourist.say("somebody reports a manhole without its cover");
    tourist.touch_to_begin().await?;
    tourist.fingers.touch("搜索事项").await?;
    tourist.fingers.keys("jinggai").await?;
    tourist.fingers.touch(MANHOLE).await?;
    tourist.fingers.touch("开始办理").await?;
    tourist.until("the form", |page| matches!(page, Page::Filing(_))).await?;
    for option in ["设施", "井盖缺失", "紧急"] {
        tourist.fingers.reach(option).await;
    }
    tourist.picture("incident-kind")?;
    tourist.fingers.touch("下一步").await?;
    tourist.fingers.touch(HERE).await?;
    tourist.picture("incident-here")?;
    let yesterday = day_in_china(Timestamp::now()).checked_sub(1.day())?.strftime("%Y%m%d0830").to_string();
    let answers = [
        ("地点描述", By::Words(&[("fuzhonglu", "福中路"), ("lukou", "路口")])),
        ("发现时间", By::Keys(&yesterday)),
        ("情况描述", By::Words(&[("jinggaibujianle", "井盖不见了")])),
        ("是", By::Touch),
    ];
    tourist.fill(&answers).await?;
    tourist.fingers.touch("用手机拍").await?;
    tourist.until("the code for a phone", |page| drop_of(page).is_some()).await?;
    tourist.picture("incident-code")?;
    let code = tourist.fingers.journey(|journey| drop_of(journey.page())).context("no code is shown")?;
    let photo = tourist.out.join("drawn-manhole.jpg");
    draw_manhole(&photo)?;
    tourist.keeper("phone", &format!("send {code}\t{}", photo.display())).await?;
    let is_shown =
        |page: &Page| matches!(page, Page::Papers(papers) if matches!(papers.step, PapersStep::Judge { .. }));
    tourist.until("the photo", is_shown).await?;
    tourist.picture("incident-photo")?;
    tourist.fingers.touch("要这张").await?;
    tourist.fingers.touch("返回").await?;
    tourist.fingers.touch("去核对").await?;
    tourist.picture("incident-review")?;
    tourist.fingers.touch("确认提交").await?;
    tourist.until("the receipt", |page| matches!(page, Page::Done(_))).await?;
    printed(tourist).await?;
    tourist.picture("incident-done")?;
    say_number(tourist, "central has given report");
    tourist.fingers.touch("结束").await
}

/// What a phone would see of it, drawn.
fn draw_manhole(file: &Path) -> Result<()> {
    let mut dice = fastrand::Rng::with_seed(7);
    let mut road = RgbImage::from_fn(1600, 1200, |_, _| {
        let grey = dice.u8(96..128);
        Rgb([grey, grey, grey.saturating_add(4)])
    });
    for (radius, grey) in [(330, 70), (300, 24)] {
        draw_filled_ellipse_mut(&mut road, (800, 640), radius + 120, radius, Rgb([grey; 3]));
    }
    road.save(file).with_context(|| format!("can't write {}", file.display()))
}

fn is_pay_step(page: &Page, is_so: impl Fn(&PayStep) -> bool) -> bool {
    matches!(page, Page::Paying(paying) if is_so(&paying.step))
}

fn code_of(page: &Page) -> Option<String> {
    match page {
        Page::Paying(paying) => match &paying.step {
            PayStep::Code(code) => code.order.code_url.clone(),
            _ => None,
        },
        _ => None,
    }
}

/// The address behind the code that a phone sends pictures to.
fn drop_of(page: &Page) -> Option<String> {
    match page {
        Page::Papers(papers) => papers.step.shown_code().map(|open| open.address.expose().clone()),
        _ => None,
    }
}
