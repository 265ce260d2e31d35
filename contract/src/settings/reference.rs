//! The keys as a page for people: `docs/SETTINGS.md`, printed from the schema so that it can't say anything else.

use super::schema::Key;
use std::fmt::Write;

const HEAD: &str = "# Settings (终端设置)

What operators set at terminals from afar. A narrower layer is heard over a wider one: city < district < group < terminal;
where a key *adds up*, what all layers say stands together. Printed by `kiosk settings list`; what is in force at a terminal,
and who says so, by `kiosk settings explain KEY`. 各层由宽到窄：市、区、组、终端，以窄者为准。

| key | takes | default | set by | meaning |
|---|---|---|---|---|
";

/// The page.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    for key in Key::ALL {
        let default = key.default();
        let default = if default.is_null() { key.kind().unset().to_owned() } else { default.to_string() };
        let layers: Vec<&str> = key.layers().iter().map(|layer| layer.as_str()).collect();
        let together = if key.adds_up() { "; adds up" } else { "" };
        // Writing to a string can't fail.
        let _ = writeln!(
            page,
            "| `{key}` | {}{together} | {default} | {} | {} {} |",
            key.kind(),
            layers.join(", "),
            key.chinese(),
            key.english(),
        );
    }
    page
}
