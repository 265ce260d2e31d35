//! Who says what: city < district < group < terminal. The narrower layer is heard over the wider one, key by key.

use super::kind::Wrong;
use super::schema::{Key, OLDEST_APP, Settings, UnknownKey};
use crate::app_version::AppVersion;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// How wide somebody's word goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// All terminals.
    City,
    /// Those of a district (区).
    District,
    /// Those that were put together for a purpose.
    Group,
    /// One.
    Terminal,
}

impl Layer {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Group => "group",
            Self::Terminal => "terminal",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a layer says of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The value.
    pub value: Value,
    /// Since when the layer says so.
    pub since: Timestamp,
}

/// All that a layer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSettings {
    /// Which.
    pub layer: Layer,
    /// By the names of keys.
    pub set: BTreeMap<String, Said>,
}

/// The oldest app that knows every key that these layers set: an older one is to be updated first, and has to understand the
/// document that says so.
pub fn oldest_app(layers: &[LayerSettings]) -> AppVersion {
    let names = layers.iter().flat_map(|layer| layer.set.keys());
    names.filter_map(|name| Some(name.parse::<Key>().ok()?.since())).max().unwrap_or(OLDEST_APP)
}

/// Why layers can't be obeyed: one key says something impossible, or the layers themselves do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingFault {
    /// A key that this program does not know.
    #[error(transparent)]
    Unknown(#[from] UnknownKey),
    /// A value that is none of its key.
    #[error("{key}: {wrong}")]
    Value {
        /// The key.
        key: Key,
        /// What is wrong.
        wrong: Wrong,
    },
    /// A key that this layer may not set.
    #[error("{key} is not set by a {layer}")]
    NotHere {
        /// The key.
        key: Key,
        /// The layer.
        layer: Layer,
    },
    /// Layers that stand twice or in the wrong order.
    #[error("each layer stands once, the wider before the narrower")]
    Order,
}

/// Who says what is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The layer.
    pub layer: Layer,
    /// Since when.
    pub since: Timestamp,
}

/// What is in force, and who says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InForce {
    /// What is in force.
    pub settings: Settings,
    said: BTreeMap<Key, Vec<(Origin, Value)>>,
}

impl InForce {
    /// Who says what of a key, the wider layer first; nothing where the default holds. Where layers do not add up, there is
    /// one at most.
    pub fn said(&self, key: Key) -> &[(Origin, Value)] {
        self.said.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// What holds of these layers, the widest first.
pub fn in_force(layers: &[LayerSettings]) -> Result<InForce, SettingFault> {
    let order = layers.iter().map(|one| one.layer);
    if !order.clone().zip(order.skip(1)).all(|(wider, narrower)| wider < narrower) {
        return Err(SettingFault::Order);
    }
    let mut in_force = InForce::default();
    for LayerSettings { layer, set } in layers {
        for (name, Said { value, since }) in set {
            let key: Key = name.parse()?;
            if !key.layers().contains(layer) {
                return Err(SettingFault::NotHere { key, layer: *layer });
            }
            in_force.settings.take(key, value).map_err(|wrong| SettingFault::Value { key, wrong })?;
            let said = in_force.said.entry(key).or_default();
            if !key.adds_up() {
                said.clear();
            }
            said.push((Origin { layer: *layer, since: *since }, value.clone()));
        }
    }
    Ok(in_force)
}
