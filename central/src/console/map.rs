//! The fleet as a map: the ten streets of Futian as a plain drawing of our own, each with its terminals. It is a scheme and
//! says so: streets lie to each other as they do, their borders are not surveyed.

use super::Console;
use super::door::Visit;
use super::fleet::counts;
use super::frame::page;
use super::terminals::{Health, Terminal};
use super::trouble::Trouble;
use super::words;
use crate::sites::Street;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use contract::language::Language;
use maud::{Markup, html};

const HERE: &str = "/map";

/// Terminals that are drawn one by one in a street, and how many beside each other; of the others the number is told.
const DRAWN: usize = 24;
const BESIDE: usize = 6;
/// From one to the next.
const STEP: usize = 26;

/// How a street is drawn.
struct Shape {
    outline: &'static str,
    /// Where its name stands, and below it the first terminal.
    at: (usize, usize),
}

const fn shape(street: Street) -> Shape {
    let (outline, at) = match street {
        Street::Meilin => ("150,30 770,20 810,140 640,190 520,178 360,180 215,160", (420, 62)),
        Street::Xiangmihu => ("50,185 215,160 360,180 372,352 70,368", (140, 215)),
        Street::Lianhua => ("360,180 520,178 640,190 640,342 372,352", (420, 212)),
        Street::Huafu => ("640,190 810,140 832,312 640,342", (660, 212)),
        Street::Yuanling => ("810,140 975,155 985,295 832,312", (826, 182)),
        Street::Shatou => ("70,368 372,352 392,485 405,575 190,600 50,510", (130, 402)),
        Street::Futian => ("372,352 640,342 652,470 392,485", (420, 378)),
        Street::Huaqiangbei => ("640,342 832,312 846,430 652,450", (664, 364)),
        Street::Nanyuan => ("832,312 985,295 1000,520 852,560 846,430", (852, 350)),
        Street::Fubao => ("392,485 652,470 652,450 846,430 852,560 640,610 405,575", (470, 512)),
    };
    Shape { outline, at }
}

/// The map.
pub(super) async fn show(
    State(console): State<Console>,
    Extension(visit): Extension<Visit>,
) -> Result<Response, Trouble> {
    let all = console.terminals(&visit).await?;
    let language = visit.guest.language;
    let elsewhere: Vec<&Terminal> = all.iter().filter(|terminal| terminal.street().is_none()).collect();
    let content = html! {
        (counts(language, &all.iter().collect::<Vec<_>>()))
        div.sheet.map {
            svg viewBox="30 0 990 630" role="img" aria-label=(words::MAP.in_(language)) {
                @for street in Street::ALL { (drawn(language, *street, &all)) }
            }
        }
        p.soft { (words::MAP_IS_A_SCHEME.in_(language)) }
        @if !elsewhere.is_empty() {
            h2 { (words::NO_SITE_YET.in_(language)) }
            p.links { @for terminal in elsewhere { a href={ "/kiosks/" (terminal.kiosk) } { (terminal.kiosk) } " " } }
        }
    };
    Ok(page(&visit, words::MAP, HERE, &content))
}

fn drawn(language: Language, street: Street, all: &[Terminal]) -> Markup {
    let Shape { outline, at: (x, y) } = shape(street);
    let here: Vec<&Terminal> = all.iter().filter(|terminal| terminal.street() == Some(street)).collect();
    html! {
        polygon.street points=(outline) {}
        a href={ "/fleet?street=" (street.as_str()) } {
            text.street x=(x) y=(y) { (words::street(language, street)) " " (here.len()) }
        }
        @for (place, terminal) in here.iter().take(DRAWN).enumerate() {
            (dot(language, terminal, (x + 8 + place % BESIDE * STEP, y + 20 + place / BESIDE * STEP)))
        }
        @if here.len() > DRAWN {
            text.more x=(x) y=(y + 20 + DRAWN / BESIDE * STEP) { "+ " (here.len() - DRAWN) }
        }
    }
}

/// A terminal, by the shape and colour of its state; its name and state are told where one points.
fn dot(language: Language, terminal: &Terminal, (x, y): (usize, usize)) -> Markup {
    let health = terminal.health();
    html! {
        a href={ "/kiosks/" (terminal.kiosk) } {
            g class={ "dot " (health.as_str()) } transform={ "translate(" (x) " " (y) ")" } {
                title { (terminal.kiosk) " " (terminal.name()) " · " (health.words().in_(language)) }
                @match health {
                    Health::Fine => { circle r="8" {} }
                    Health::Attention => { path d="M0 -9L9 7H-9z" {} }
                    Health::Down => { rect x="-8" y="-8" width="16" height="16" {} }
                    Health::OutOfService => { rect.hollow x="-6" y="-6" width="12" height="12" transform="rotate(45)" {} }
                    Health::Unknown => { circle.hollow r="7" {} }
                }
            }
        }
    }
}
