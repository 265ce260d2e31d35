//! The touch panel: whether one is there, and how far touches fall beside what they are aimed at. Pure.

use super::examined::{Examined, attention, broken, good};
use super::facts::{Fact, fact};
use super::finding::{Finding, Subject, Verdict, Words};
use crate::touch::{CROSSES, Calibration, Felt, Fit, PanelFacts, fit};

/// How far a touch may fall beside its cross, in millimetres: the smallest thing to touch is 14 mm wide, a touch aimed at its
/// middle may fall 7 mm beside it, and half of that is left to the finger.
const MOST_BESIDE: f64 = 3.5;

/// How touches that were aimed at the crosses came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aimed {
    /// The verdict.
    pub examined: Examined,
    /// What would put them right, where something would.
    pub calibration: Option<Calibration>,
}

/// Whether one is there; `None` where none is read.
pub(super) fn judge(panels: Option<&[PanelFacts]>) -> Finding {
    let subject = Subject::TouchPanel;
    match panels {
        None => Finding {
            subject,
            verdict: Verdict::NotFitted,
            found: Words::of(
                "现在不从触摸屏直接读：在桌面窗口里，或没有画面",
                "no touches are read from a panel: a desktop's window, or no screen",
            ),
            next: None,
        },
        Some([]) => Finding::broken(
            subject,
            Words::of("没有找到触摸屏", "no touch panel is plugged in"),
            Words::of(
                "检查触摸屏的 USB 线和供电；还不行就更换触摸框",
                "check its USB cable and its power, then replace the touch panel",
            ),
        ),
        Some([first, ..]) => {
            let (zh, en) = match first.calibration {
                Calibration::NONE => ("未校准，按出厂", "as it left its factory"),
                _ => ("已校准", "calibrated"),
            };
            Finding::good(subject, Words::of(format!("接上了，{zh}"), format!("plugged in, {en}")))
        }
    }
}

/// The lines of its table.
pub(super) fn lines(panels: Option<&[PanelFacts]>) -> Vec<Fact> {
    let of = |panel: &PanelFacts| {
        [
            fact("设备", format!("{}（{}）", panel.name, panel.node)),
            fact("校准", panel.calibration.to_string()),
        ]
    };
    panels.unwrap_or_default().iter().flat_map(of).collect()
}

/// What touches say that were aimed at the crosses, or as many of them as were touched before the technician gave up.
/// `can_be_kept` where the panel takes a calibration.
pub fn aimed(felt: &[Felt], can_be_kept: bool) -> Aimed {
    let only = |examined| Aimed { examined, calibration: None };
    let Some(Fit { worst, best }) = fit(felt) else {
        let (felt, all) = (felt.len(), CROSSES.len());
        return only(broken(
            Words::of(
                format!("{all} 个十字只点到 {felt} 个"),
                format!("{felt} of {all} crosses were touched"),
            ),
            Words::of(
                "再试一次，每个都点；点了没有反应就擦干净屏幕和边框，还不行就更换触摸框",
                "try again, touch each; where nothing answers clean panel and frame, then replace the touch panel",
            ),
        ));
    };
    if worst <= MOST_BESIDE {
        return only(good(Words::of(
            format!("{} 个十字都点准了，最多偏 {worst:.1} 毫米", CROSSES.len()),
            format!("every touch fell within {worst:.1} mm of its cross"),
        )));
    }
    let beside = format!("触点偏了，最多偏 {worst:.0} 毫米");
    let beside_en = format!("touches fall up to {worst:.0} mm beside their crosses");
    match best {
        Some((calibration, left)) if left <= MOST_BESIDE => {
            let next = if can_be_kept {
                Words::of("保存校准，再点一次核对", "keep the calibration, then touch the crosses again")
            } else {
                Words::of(
                    "这里的触摸由桌面给出，在桌面的设置里校准",
                    "these touches come from a desktop: calibrate them there",
                )
            };
            let found = Words::of(
                format!("{beside}；校准后最多偏 {left:.1} 毫米"),
                format!("{beside_en}, calibrated within {left:.1} mm"),
            );
            Aimed { examined: attention(found, next), calibration: Some(calibration).filter(|_| can_be_kept) }
        }
        _ => only(broken(
            Words::of(
                format!("{beside}，而且没有规律，校准不了"),
                format!("{beside_en}, and no calibration mends it"),
            ),
            Words::of(
                "再试一次，每个十字对准了点；还是这样就擦干净屏幕和边框，再更换触摸框",
                "try again and aim well; then clean panel and frame, then replace the touch panel",
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Touches that fall so far beside their crosses, in hundredths of a millimetre.
    fn touches(beside: impl Fn(usize) -> (i32, i32)) -> Vec<Felt> {
        let (width, height) = (26_800, 47_640);
        let touch = |(place, (x, y)): (usize, &(u8, u8))| {
            let (across, down) = beside(place);
            let (x, y) = (i32::from(*x) * width / 10 + across, i32::from(*y) * height / 10 + down);
            Felt { x, y, width, height }
        };
        CROSSES.iter().enumerate().map(touch).collect()
    }

    #[test]
    fn touches_near_their_crosses_are_good_and_nothing_is_set() {
        let near = aimed(&touches(|place| if place % 2 == 0 { (200, -200) } else { (-150, 100) }), true);
        assert_eq!((near.examined.verdict, near.calibration), (Verdict::Good, None), "{near:?}");
        assert!(near.examined.found.zh.contains("最多偏 2.8 毫米"), "{near:?}");
    }

    #[test]
    fn a_panel_that_is_off_the_same_way_everywhere_can_be_calibrated() {
        let off = aimed(&touches(|_| (1_200, 500)), true);
        assert_eq!(off.examined.verdict, Verdict::Attention);
        assert!(off.examined.found.zh.starts_with("触点偏了，最多偏 13 毫米"), "{off:?}");
        let moved = off.calibration.unwrap().to_string();
        assert_eq!(moved, "1.000000 0.000000 -0.044776 0.000000 1.000000 -0.010495");
    }

    #[test]
    fn in_a_window_nothing_can_be_kept() {
        let off = aimed(&touches(|_| (1_200, 500)), false);
        assert_eq!((off.examined.verdict, off.calibration), (Verdict::Attention, None));
        assert!(off.examined.next.unwrap().zh.contains("桌面"));
    }

    #[test]
    fn what_no_calibration_mends_or_nobody_touched_is_broken() {
        let one_is_far = aimed(&touches(|place| if place == 4 { (3_000, 0) } else { (0, 0) }), true);
        let left_off = aimed(touches(|_| (0, 0)).get(..5).unwrap(), true);
        for broken in [one_is_far, left_off, aimed(&[], true)] {
            assert_eq!((broken.examined.verdict, broken.calibration), (Verdict::Broken, None));
            assert!(broken.examined.next.is_some());
        }
    }

    #[test]
    fn a_terminal_without_its_panel_is_broken_and_a_window_is_not() {
        let panel = PanelFacts {
            node: "event3".to_owned(),
            name: "a panel".to_owned(),
            calibration: Calibration::NONE,
        };
        assert_eq!(judge(None).verdict, Verdict::NotFitted);
        assert_eq!(judge(Some(&[])).verdict, Verdict::Broken);
        assert_eq!(judge(Some(std::slice::from_ref(&panel))).verdict, Verdict::Good);
        assert_eq!(lines(Some(&[panel])).len(), 2);
    }
}
