//! What holds of both suites, whatever bytes come: what is closed opens, and nothing else does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use contract::{
    Secret, Suite,
    suite::{KeyPair, SuiteError},
};
use proptest::{collection::vec, prelude::*};
use std::sync::LazyLock;

const SUITES: [Suite; 2] = [Suite::International, Suite::Sm];

/// Two sealing pairs and two signing pairs of each suite: the property is about messages, not about making keys.
static KEYS: LazyLock<Vec<[KeyPair; 4]>> = LazyLock::new(|| {
    SUITES
        .map(|suite| {
            let sealing = || suite.make_sealing_pair().unwrap();
            let signing = || suite.make_signing_pair().unwrap();
            [sealing(), sealing(), signing(), signing()]
        })
        .into()
});

fn keys(suite: Suite) -> &'static [KeyPair; 4] {
    &KEYS[usize::from(suite == Suite::Sm)]
}

fn flip(bytes: &[u8], bit: prop::sample::Index) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn any_suite() -> impl Strategy<Value = Suite> {
    prop::sample::select(&SUITES)
}

fn bytes(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..longest)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn what_is_sealed_opens_and_nothing_else_does(
        suite in any_suite(), plain in bytes(300), context in bytes(40), other in bytes(40), bit: prop::sample::Index,
    ) {
        let [mine, another, ..] = keys(suite);
        let sealed = suite.sealer(&mine.public)?.seal(&context, &plain)?;
        let opener = suite.opener(&mine.private)?;
        let opened = opener.open(&context, &sealed)?;
        prop_assert_eq!(opened.expose(), &plain);
        prop_assert!(opener.open(&context, &flip(&sealed, bit)).is_err(), "a flipped bit opened");
        prop_assert!(opener.open(&context, &sealed[..bit.index(sealed.len())]).is_err(), "a cut message opened");
        let stranger = suite.opener(&another.private)?.open(&context, &sealed);
        prop_assert_eq!(stranger.map(|_| ()), Err(SuiteError::Refused));
        if other != context {
            prop_assert_eq!(opener.open(&other, &sealed).map(|_| ()), Err(SuiteError::Refused));
        }
    }

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does(
        suite in any_suite(), message in bytes(300), other in bytes(300), bit: prop::sample::Index,
    ) {
        let [_, _, mine, another] = keys(suite);
        let signature = suite.signer(&mine.private)?.sign(&message)?;
        prop_assert_eq!(signature.len(), 64);
        let verifier = suite.verifier(&mine.public)?;
        verifier.verify(&message, &signature)?;
        let refused = Err(SuiteError::Signature);
        prop_assert_eq!(verifier.verify(&message, &flip(&signature, bit)), refused.clone());
        prop_assert_eq!(suite.verifier(&another.public)?.verify(&message, &signature), refused.clone());
        if !message.is_empty() {
            prop_assert_eq!(verifier.verify(&flip(&message, bit), &signature), refused.clone());
        }
        if other != message {
            prop_assert_eq!(verifier.verify(&other, &signature), refused);
        }
    }

    #[test]
    fn what_is_locked_unlocks_and_nothing_else_does(
        suite in any_suite(), plain in bytes(300), context in bytes(40), other in bytes(40), bit: prop::sample::Index,
        card in vec(any::<u8>(), 1..20), stranger in vec(any::<u8>(), 1..20),
    ) {
        let key = suite.derive("draft", &[&card, b"kiosk"])?;
        let locked = suite.lock(&key, &context, &plain)?;
        let unlocked = suite.unlock(&key, &context, &locked)?;
        prop_assert_eq!(unlocked.expose(), &plain);
        let refused = Err(SuiteError::Refused);
        prop_assert_eq!(suite.unlock(&key, &context, &flip(&locked, bit)).map(|_| ()), refused.clone());
        prop_assert!(suite.unlock(&key, &context, &locked[..bit.index(locked.len())]).is_err());
        if other != context {
            prop_assert_eq!(suite.unlock(&key, &other, &locked).map(|_| ()), refused.clone());
        }
        if stranger != card {
            let key = suite.derive("draft", &[&stranger, b"kiosk"])?;
            prop_assert_eq!(suite.unlock(&key, &context, &locked).map(|_| ()), refused);
        }
    }

    #[test]
    fn no_bytes_from_outside_make_a_suite_panic(suite in any_suite(), a in bytes(200), b in bytes(200)) {
        let [sealing, _, signing, _] = keys(suite);
        prop_assert!(suite.opener(&sealing.private)?.open(&b, &a).is_err());
        prop_assert!(suite.verifier(&signing.public)?.verify(&b, &a).is_err());
        let private = Secret::new(a.clone());
        if let Ok(sealer) = suite.sealer(&a) {
            let _ = sealer.seal(&b, &b);
        }
        if let Ok(opener) = suite.opener(&private) {
            prop_assert!(opener.open(&a, &b).is_err());
        }
        if let Ok(verifier) = suite.verifier(&a) {
            prop_assert!(verifier.verify(&a, &b).is_err());
        }
        if let Ok(signer) = suite.signer(&private) {
            let _ = signer.sign(&b);
        }
        let _ = suite.lock(&private, &a, &b);
        prop_assert!(suite.unlock(&private, &a, &b).is_err());
        let _ = suite.derive("draft", &[&a, &b]);
    }

    #[test]
    fn a_mangled_message_never_makes_an_opener_panic(
        suite in any_suite(), plain in bytes(64), at: prop::sample::Index, splice in bytes(150),
    ) {
        let [mine, ..] = keys(suite);
        let mut sealed = suite.sealer(&mine.public)?.seal(b"", &plain)?;
        let at = at.index(sealed.len());
        let end = sealed.len().min(at + splice.len() / 2);
        let before = sealed.clone();
        sealed.splice(at..end, splice);
        prop_assert_eq!(suite.opener(&mine.private)?.open(b"", &sealed).is_ok(), sealed == before);
    }

    #[test]
    fn keys_of_extreme_values_are_refused_or_work(suite in any_suite(), fill in prop::sample::select(&[0_u8, 1, 0x7f, 0xff])) {
        for length in [0, 1, 31, 32, 33, 64, 65, 66] {
            let mut public = vec![fill; length];
            let _ = suite.sealer(&public).map(|sealer| sealer.seal(b"", b"plain"));
            if let Some(first) = public.first_mut() {
                *first = 4;
            }
            let _ = suite.sealer(&public).map(|sealer| sealer.seal(b"", b"plain"));
            let _ = suite.verifier(&public).map(|verifier| verifier.verify(b"", &[fill; 64]));
            let private = Secret::new(vec![fill; length]);
            prop_assert!(length == 32 || suite.opener(&private).is_err());
            prop_assert!(length == 32 || suite.signer(&private).is_err());
            let _ = suite.signer(&private).map(|signer| signer.sign(b"message"));
        }
    }
}

#[test]
fn a_private_key_of_sm2_just_below_the_order_signs_nothing() {
    // n - 1 has no inverse of 1 + d (GB/T 32918.2, 6.1); n itself is no key at all.
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
    let mut scalar: Vec<u8> =
        (0..32).map(|i| u8::from_str_radix(&order[i * 2..i * 2 + 2], 16).unwrap()).collect();
    assert!(Suite::Sm.signer(&Secret::new(scalar.clone())).is_err());
    scalar[31] -= 1;
    let signer = Suite::Sm.signer(&Secret::new(scalar));
    assert_eq!(signer.and_then(|signer| signer.sign(b"message")), Err(SuiteError::Sign));
}

#[test]
fn one_suite_does_not_open_what_the_other_closed() {
    for (mine, other) in [(SUITES[0], SUITES[1]), (SUITES[1], SUITES[0])] {
        let key = mine.derive("draft", &[b"secret"]).unwrap();
        let locked = mine.lock(&key, b"", b"plain").unwrap();
        assert_eq!(other.unlock(&key, b"", &locked).map(|_| ()), Err(SuiteError::Refused));
        assert_ne!(key, other.derive("draft", &[b"secret"]).unwrap());
        assert_ne!(mine.hash(&[b"part"]), other.hash(&[b"part"]));
    }
}

#[test]
fn parts_and_secrets_cannot_slide_into_each_other() {
    for suite in SUITES {
        let hashes = [
            suite.hash(&[b"ab", b"c"]),
            suite.hash(&[b"a", b"bc"]),
            suite.hash(&[b"abc"]),
            suite.hash(&[b"abc", b""]),
            suite.hash(&[]),
        ];
        let key = |label, secrets: &[&[u8]]| suite.derive(label, secrets).unwrap().expose().clone();
        let derived = [
            key("draft", &[b"ab", b"c"]),
            key("draft", &[b"a", b"bc"]),
            key("draft", &[b"c", b"ab"]),
            key("lane", &[b"ab", b"c"]),
        ];
        for (i, hash) in hashes.iter().enumerate() {
            assert!(!hashes[i + 1..].contains(hash), "{suite}: hash {i}");
        }
        for (i, key) in derived.iter().enumerate() {
            assert!(!derived[i + 1..].contains(key), "{suite}: key {i}");
        }
    }
}

#[test]
fn a_key_is_not_derived_while_a_secret_is_missing() {
    for suite in SUITES {
        assert_eq!(suite.derive("draft", &[]), Err(SuiteError::MissingSecret { position: 1 }));
        assert_eq!(suite.derive("draft", &[b"card", b""]), Err(SuiteError::MissingSecret { position: 2 }));
    }
}

#[test]
fn a_message_beyond_the_bound_is_refused_before_it_is_copied() {
    let long = vec![0; contract::suite::LONGEST + 1];
    let too_long = SuiteError::TooLong { length: long.len() };
    for suite in SUITES {
        let [mine, ..] = keys(suite);
        let key = suite.derive("draft", &[b"secret"]).unwrap();
        assert_eq!(suite.lock(&key, b"", &long), Err(too_long.clone()));
        assert_eq!(suite.lock(&key, &long, b""), Err(too_long.clone()));
        let sealer = suite.sealer(&mine.public).unwrap();
        assert_eq!(sealer.seal(b"", &long), Err(too_long.clone()));
        assert_eq!(sealer.seal(&long, b""), Err(too_long.clone()));
    }
}

#[test]
fn the_same_message_is_never_closed_to_the_same_bytes() {
    for suite in SUITES {
        let [mine, ..] = keys(suite);
        let sealer = suite.sealer(&mine.public).unwrap();
        assert_ne!(sealer.seal(b"", b"plain").unwrap(), sealer.seal(b"", b"plain").unwrap());
        let key = suite.derive("draft", &[b"secret"]).unwrap();
        assert_ne!(suite.lock(&key, b"", b"plain").unwrap(), suite.lock(&key, b"", b"plain").unwrap());
    }
}

#[test]
fn a_suite_is_named_by_a_setting() {
    for (suite, name) in [(Suite::International, "international"), (Suite::Sm, "sm")] {
        assert_eq!(name.parse(), Ok(suite));
        assert_eq!(suite.to_string(), name);
        assert_eq!(serde_json::to_string(&suite).unwrap(), format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<Suite>(&format!("\"{name}\"")).unwrap(), suite);
    }
    assert_eq!(Suite::default(), Suite::International);
    let fault = "SM2".parse::<Suite>().unwrap_err();
    assert_eq!(fault.to_string(), "'SM2' is not a cryptographic suite: write international or sm");
}

#[test]
fn nothing_secret_is_printed() {
    for suite in SUITES {
        let [sealing, _, signing, _] = keys(suite);
        let key = suite.derive("draft", &[b"secret"]).unwrap();
        let printed = format!(
            "{:?} {:?} {:?} {key:?}",
            signing,
            suite.opener(&sealing.private).unwrap(),
            suite.signer(&signing.private).unwrap(),
        );
        assert_eq!(printed.matches("***").count(), 4, "{printed}");
        let bytes = format!("{:?}", signing.private.expose());
        assert!(!printed.contains(bytes.trim_matches(['[', ']'])), "{printed}");
    }
}
