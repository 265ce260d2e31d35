//! `kiosk settings`: what operators can set, and what of it is in force at this terminal, from whom and since when.

use crate::upkeep;
use anyhow::Result;
use clap::Subcommand;
use contract::settings::{InForce, Key, reference};
use std::path::PathBuf;

/// Says what operators can set, and what is in force here.
#[derive(Subcommand)]
pub(crate) enum SettingsCommand {
    /// Prints every key with what it takes and means, as docs/SETTINGS.md does.
    List,
    /// Says what is in force for a key, who says so and since when.
    Explain {
        /// The key, visit.idle-seconds
        key: Key,
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
    },
}

/// Carries out `kiosk settings`.
pub(crate) fn run(command: &SettingsCommand) -> Result<()> {
    match command {
        SettingsCommand::List => print!("{}", reference()),
        SettingsCommand::Explain { key, config } => {
            let store = upkeep::open(config)?;
            print!("{}", explained(*key, &store.settings_in_force()?));
            let standing = store.desired_standing();
            if let Some((version, step)) = standing.trial {
                println!("version {version} is on its way ({step:?}); it may say something else");
            }
            if let Some(returned) = standing.returned {
                println!("version {} was given back: {}", returned.version, returned.reason);
            }
        }
    }
    Ok(())
}

fn explained(key: Key, in_force: &InForce) -> String {
    let default = match key.default() {
        default if default.is_null() => key.kind().unset().to_owned(),
        default => default.to_string(),
    };
    let said = in_force.said(key);
    let mut lines = vec![key.to_string()];
    if said.is_empty() {
        lines.push(format!("  in force  {default}, the default: nobody has set it"));
    }
    let who = |(origin, value): &(contract::settings::Origin, serde_json::Value)| {
        format!("  in force  {value}, from the {} since {}", origin.layer, origin.since)
    };
    lines.extend(said.iter().map(who));
    let layers: Vec<&str> = key.layers().iter().map(|layer| layer.as_str()).collect();
    lines.push(format!("  takes     {}", key.kind()));
    lines.push(format!("  default   {default}"));
    lines.push(format!("  set by    {}", layers.join(", ")));
    lines.push(format!("  {}\n  {}\n", key.chinese(), key.english()));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::settings::{Layer, LayerSettings, Said, in_force};
    use jiff::Timestamp;

    #[test]
    fn a_key_is_explained_with_who_says_it_and_since_when() {
        let said = Said { value: 90.into(), since: Timestamp::UNIX_EPOCH };
        let group =
            LayerSettings { layer: Layer::Group, set: [("visit.idle-seconds".to_owned(), said)].into() };
        let in_force = in_force(&[group]).unwrap();
        let text = explained(Key::VisitIdle, &in_force);
        assert!(text.contains("in force  90, from the group since 1970-01-01T00:00:00Z"), "{text}");
        assert!(text.contains("30 to 300 seconds") && text.contains("default   60"), "{text}");
        let text = explained(Key::SiteName, &in_force);
        assert!(text.contains("the terminal's own file, the default: nobody has set it"), "{text}");
    }
}
