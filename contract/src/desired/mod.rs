//! The desired state: what operators want of one terminal, signed. Its settings by layers, the keys that entries are
//! sealed to, and what does not wait: emergency notices and commands.
//!
//! A document is judged from the outside in: the signature first, then whom it is for and what it takes to read it, then
//! what it says, then its version and time. Knows no store and no clock.

mod key;
mod refusal;

pub use key::{NoKey, PrivateKey, PublicKey};
pub use refusal::Refusal;

use crate::KioskId;
use crate::app_version::AppVersion;
use crate::base64::Base64;
use crate::command::{Command, MOST_COMMANDS};
use crate::emergency::{Emergency, MOST_EMERGENCIES};
use crate::series::SealingKeyId;
use crate::settings::{InForce, LayerSettings, OLDEST_APP, in_force};
use crate::suite::{Signer, SuiteError, Verifier};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The most sealing keys of one state, and the largest document in bytes: more is not believed.
const MAX_KEYS: usize = 64;
const MAX_DOCUMENT: usize = 64 * 1024;

/// How long a document may be taken after it was signed.
pub const VALIDITY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How far a terminal's clock may be behind central's. One without a battery comes up days late after a power cut, and must
/// come to its sealing keys all the same; that nothing old is taken again is the version's part.
const SLOW_CLOCKS: SignedDuration = SignedDuration::from_hours(72);

/// What is wanted of a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desired {
    /// Grows with every change; a kiosk never goes back to a lower one. Going back is a new version with what was before.
    pub version: u64,
    /// The terminal that it is for.
    pub kiosk: KioskId,
    /// From when on it may be taken.
    pub not_before: Timestamp,
    /// Until when it may be taken. What was taken in time stays in force.
    pub expires: Timestamp,
    /// The oldest app that knows all of it.
    pub min_app: AppVersion,
    /// The digest of the document before this one, by the signer's suite; none of the first.
    pub previous: Option<Base64>,
    /// The keys that entries may be sealed to, oldest first; the last one is in force.
    pub sealing: Vec<SealingKey>,
    /// What is set, the widest layer first.
    pub layers: Vec<LayerSettings>,
    /// What everybody has to read now, the most urgent first. It counts from the moment that the document is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emergencies: Vec<Emergency>,
    /// What is to be done once, in the order of the numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Command>,
}

/// What says whom a document is for and what it takes to read it, whatever else stands in it.
#[derive(Deserialize)]
struct Envelope {
    kiosk: KioskId,
    min_app: AppVersion,
}

/// A key that entries are sealed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealingKey {
    /// Its number.
    pub id: SealingKeyId,
    /// The public key.
    pub public: PublicKey,
}

/// A desired state as it travels: the signature is over the very bytes of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedDesired {
    /// The JSON of a desired state for the asking terminal: version, scope, times, sealing keys, settings by layers.
    pub document: String,
    /// The operator's signature.
    pub signature: Base64,
}

/// Why a desired state can't be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// It would not be taken.
    #[error("no terminal would take this: {0}")]
    Content(Refusal),
    /// The signer.
    #[error("the signer can't sign: {0}")]
    Signer(SuiteError),
}

impl SignedDesired {
    /// Signs a state that its terminal can read.
    pub fn sign(desired: &Desired, signer: &dyn Signer) -> Result<Self, NotSigned> {
        let document =
            serde_json::to_string(desired).map_err(|error| NotSigned::Content(Refusal::unreadable(error)))?;
        desired.in_force().and_then(|_| desired.is_sound(document.len())).map_err(NotSigned::Content)?;
        let signature = signer.sign(&message(&document)).map_err(NotSigned::Signer)?;
        Ok(Self { document, signature: Base64(signature) })
    }

    /// The version that the document claims, believed by nobody: to name what was refused.
    pub fn claimed_version(&self) -> Option<u64> {
        #[derive(Deserialize)]
        struct Claimed {
            version: u64,
        }
        serde_json::from_str::<Claimed>(&self.document).ok().map(|claimed| claimed.version)
    }

    /// Checks the signature, then reads what is signed, if it is for this terminal and this app.
    pub fn read(
        &self,
        verifier: &dyn Verifier,
        kiosk: &KioskId,
        app: AppVersion,
    ) -> Result<Desired, Refusal> {
        if self.document.len() > MAX_DOCUMENT {
            return Err(Refusal::unreadable(format_args!("more than {MAX_DOCUMENT} bytes")));
        }
        verifier.verify(&message(&self.document), &self.signature.0).map_err(|_| Refusal::Signature)?;
        let envelope: Envelope = serde_json::from_str(&self.document).map_err(Refusal::unreadable)?;
        if envelope.kiosk != *kiosk {
            return Err(Refusal::OtherKiosk { scope: envelope.kiosk });
        }
        if envelope.min_app > app {
            return Err(Refusal::NewerApp { needed: envelope.min_app });
        }
        let desired: Desired = serde_json::from_str(&self.document).map_err(Refusal::unreadable)?;
        desired.is_sound(self.document.len())?;
        desired.in_force()?;
        Ok(desired)
    }
}

impl Desired {
    /// What is wanted of a terminal for which nothing is set: that it seals entries to these keys. It may be taken from
    /// three days before `now`, for clocks that are slow, until [`VALIDITY`] after it.
    pub fn new(kiosk: KioskId, version: u64, sealing: Vec<SealingKey>, now: Timestamp) -> Self {
        Self {
            version,
            kiosk,
            not_before: now - SLOW_CLOCKS,
            expires: now + VALIDITY,
            min_app: OLDEST_APP,
            previous: None,
            sealing,
            layers: Vec::new(),
            emergencies: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// What its layers set.
    pub fn in_force(&self) -> Result<InForce, Refusal> {
        Ok(in_force(&self.layers)?)
    }

    /// Whether it says something that does not wait for the end of a visit.
    pub const fn is_urgent(&self) -> bool {
        !self.emergencies.is_empty() || !self.commands.is_empty()
    }

    /// Whether it may be taken now, by a terminal that has seen versions up to `floor`.
    pub fn admit(&self, floor: u64, now: Timestamp) -> Result<(), Refusal> {
        if self.version <= floor {
            Err(Refusal::Version { got: self.version, floor })
        } else if now < self.not_before {
            Err(Refusal::NotYet { from: self.not_before })
        } else if self.expires <= now {
            Err(Refusal::Expired { until: self.expires })
        } else {
            Ok(())
        }
    }

    fn is_sound(&self, bytes: usize) -> Result<(), Refusal> {
        let ids = self.sealing.iter().map(|key| key.id);
        let grows = ids.clone().zip(ids.skip(1)).all(|(before, after)| before < after);
        if self.sealing.is_empty() || self.sealing.len() > MAX_KEYS || !grows {
            return Err(Refusal::unreadable(format_args!(
                "1 to {MAX_KEYS} sealing keys with growing numbers"
            )));
        }
        let in_order = self.commands.iter().zip(self.commands.iter().skip(1)).all(|(a, b)| a.id < b.id);
        if self.emergencies.len() > MOST_EMERGENCIES || self.commands.len() > MOST_COMMANDS || !in_order {
            return Err(Refusal::unreadable(format_args!(
                "at most {MOST_EMERGENCIES} emergency notices and {MOST_COMMANDS} commands in order"
            )));
        }
        if bytes > MAX_DOCUMENT {
            return Err(Refusal::unreadable(format_args!("more than {MAX_DOCUMENT} bytes")));
        }
        Ok(())
    }
}

/// What is signed, so that a signature over one kind of document is none over another.
fn message(document: &str) -> Vec<u8> {
    [b"budayang desired state\n", document.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Layer, Said};
    use crate::suite::Suite;
    use serde_json::json;

    fn pair(suite: Suite) -> (Box<dyn Signer>, Box<dyn Verifier>) {
        let pair = suite.make_signing_pair().unwrap();
        (suite.signer(&pair.private).unwrap(), suite.verifier(&pair.public).unwrap())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn kiosk() -> KioskId {
        "ft-0001".parse().unwrap()
    }

    fn state(ids: &[u32]) -> Desired {
        let public = PublicKey { suite: Suite::International, bytes: vec![7; 32] };
        let key = |id: &u32| SealingKey { id: SealingKeyId(*id), public: public.clone() };
        let said = Said { value: json!(90), since: at(5) };
        let city =
            LayerSettings { layer: Layer::City, set: [("visit.idle-seconds".to_owned(), said)].into() };
        let sealing = ids.iter().map(key).collect();
        let layers = vec![city];
        Desired { not_before: at(10), expires: at(20), layers, ..Desired::new(kiosk(), 3, sealing, at(10)) }
    }

    #[test]
    fn a_signed_state_is_read_and_an_altered_one_is_not() {
        let app = AppVersion::of_this_build();
        for suite in [Suite::International, Suite::Sm] {
            let (signer, verifier) = pair(suite);
            let signed = SignedDesired::sign(&state(&[1, 2]), signer.as_ref()).unwrap();
            let read = signed.read(verifier.as_ref(), &kiosk(), app);
            assert_eq!(read, Ok(state(&[1, 2])));
            assert_eq!(read.unwrap().in_force().unwrap().settings.idle.duration().as_secs(), 90);
            let altered = SignedDesired { document: signed.document.replace('3', "4"), ..signed.clone() };
            assert_eq!(altered.read(verifier.as_ref(), &kiosk(), app), Err(Refusal::Signature));
            let (_, stranger) = pair(suite);
            assert_eq!(signed.read(stranger.as_ref(), &kiosk(), app), Err(Refusal::Signature));
        }
    }

    #[test]
    fn a_state_is_taken_once_and_in_its_time() {
        let state = state(&[1]);
        assert_eq!(state.admit(2, at(10)), Ok(()));
        assert_eq!(state.admit(3, at(10)), Err(Refusal::Version { got: 3, floor: 3 }));
        assert_eq!(state.admit(2, at(9)), Err(Refusal::NotYet { from: at(10) }));
        assert_eq!(state.admit(2, at(20)), Err(Refusal::Expired { until: at(20) }));
    }

    #[test]
    fn what_no_terminal_would_take_is_not_signed() {
        let (signer, _) = pair(Suite::International);
        for ids in [&[][..], &[2, 1], &[1, 1]] {
            let signed = SignedDesired::sign(&state(ids), signer.as_ref());
            assert!(matches!(signed, Err(NotSigned::Content(Refusal::Unreadable { .. }))), "{ids:?}");
        }
        let mut unknown = state(&[1]);
        let said = Said { value: json!(1), since: at(1) };
        unknown.layers[0].set.insert("screen.colour".to_owned(), said);
        let signed = SignedDesired::sign(&unknown, signer.as_ref());
        assert_eq!(signed, Err(NotSigned::Content(Refusal::UnknownKey { key: "screen.colour".to_owned() })));
    }
}
