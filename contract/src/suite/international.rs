//! The suite that the world uses: HPKE base mode (RFC 9180), Ed25519 (RFC 8032), ChaCha20-Poly1305 (RFC 8439).
//!
//! A sealed message is the encapsulated key (32 bytes), the ciphertext and the tag (16 bytes).

use super::{KEY_BYTES, KeyPair, LONGEST, Opener, Sealer, Signer, SuiteError, Verifier, aead};
use crate::Secret;
use chacha20::{ChaCha20Rng, rand_core::SeedableRng};
use chacha20poly1305::ChaCha20Poly1305;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::AeadTag, aead::ChaCha20Poly1305 as HpkeAead,
    kdf::HkdfSha256, kem::X25519HkdfSha256, single_shot_open_inout_detached,
    single_shot_seal_inout_detached_with_rng,
};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;

/// HPKE's `info`: what these keys are used for, and the version of the wire.
const INFO: &[u8] = b"budayang entry 1";
const ENCAPPED_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

pub(super) fn make_sealing_pair() -> Result<KeyPair, SuiteError> {
    let (private, public) = X25519HkdfSha256::derive_keypair(random_32()?.as_slice());
    let mut raw = private.to_bytes();
    let pair = KeyPair { private: Secret::new(raw.to_vec()), public: public.to_bytes().to_vec() };
    raw.as_mut_slice().zeroize();
    Ok(pair)
}

pub(super) fn make_signing_pair() -> Result<KeyPair, SuiteError> {
    let seed = random_32()?;
    let key = SigningKey::from_bytes(&seed);
    Ok(KeyPair { private: Secret::new(seed.to_vec()), public: key.verifying_key().as_bytes().to_vec() })
}

pub(super) fn lock(key: &Secret<Vec<u8>>, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SuiteError> {
    aead::lock::<ChaCha20Poly1305>(key.expose(), context, plain)
}

pub(super) fn unlock(
    key: &Secret<Vec<u8>>,
    context: &[u8],
    locked: &[u8],
) -> Result<Secret<Vec<u8>>, SuiteError> {
    aead::unlock::<ChaCha20Poly1305>(key.expose(), context, locked)
}

/// Seals to an X25519 key.
pub(super) struct HpkeSealer(PublicKey);

impl HpkeSealer {
    pub(super) fn new(public: &[u8]) -> Result<Self, SuiteError> {
        let fault = || SuiteError::PublicKey { what: "X25519", length: public.len() };
        PublicKey::from_bytes(public).map(Self).map_err(|_| fault())
    }
}

impl Sealer for HpkeSealer {
    fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SuiteError> {
        aead::check_length(plain)?;
        aead::check_length(context)?;
        let mut out = Zeroizing::new(Vec::with_capacity(ENCAPPED_BYTES + plain.len() + TAG_BYTES));
        out.resize(ENCAPPED_BYTES, 0);
        out.extend_from_slice(plain);
        let (front, body) = out.split_at_mut_checked(ENCAPPED_BYTES).ok_or(SuiteError::Close)?;
        // A generator seeded once: the crate's own would panic on a system that gives no randomness.
        let mut generator = ChaCha20Rng::from_seed(*random_32()?);
        let (encapped, tag) = single_shot_seal_inout_detached_with_rng::<
            HpkeAead,
            HkdfSha256,
            X25519HkdfSha256,
        >(&OpModeS::Base, &self.0, INFO, body.into(), context, &mut generator)
        .map_err(|_| SuiteError::Close)?;
        front.copy_from_slice(&encapped.to_bytes());
        out.extend_from_slice(&tag.to_bytes());
        Ok(std::mem::take(&mut *out))
    }
}

impl fmt::Debug for HpkeSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HpkeSealer")
    }
}

/// Opens with an X25519 key.
pub(super) struct HpkeOpener(PrivateKey);

impl HpkeOpener {
    pub(super) fn new(private: &Secret<Vec<u8>>) -> Result<Self, SuiteError> {
        let fault = |_| SuiteError::PrivateKey { what: "X25519" };
        PrivateKey::from_bytes(private.expose()).map(Self).map_err(fault)
    }

    /// Opening with any `info`, because the published vectors have their own.
    pub(super) fn open_for(
        &self,
        info: &[u8],
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Secret<Vec<u8>>, SuiteError> {
        let shape = || SuiteError::Shape { length: sealed.len() };
        let (encapped, rest) = sealed.split_at_checked(ENCAPPED_BYTES).ok_or_else(shape)?;
        let length = rest.len().checked_sub(TAG_BYTES).ok_or_else(shape)?;
        if length > LONGEST {
            return Err(shape());
        }
        let (body, tag) = rest.split_at_checked(length).ok_or_else(shape)?;
        let encapped = EncappedKey::from_bytes(encapped).map_err(|_| shape())?;
        let tag = AeadTag::<HpkeAead>::from_bytes(tag).map_err(|_| shape())?;
        let mut plain = Zeroizing::new(body.to_vec());
        single_shot_open_inout_detached::<HpkeAead, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &encapped,
            info,
            plain.as_mut_slice().into(),
            context,
            &tag,
        )
        .map_err(|_| SuiteError::Refused)?;
        Ok(Secret::new(std::mem::take(&mut *plain)))
    }
}

impl Opener for HpkeOpener {
    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SuiteError> {
        self.open_for(INFO, context, sealed)
    }
}

impl fmt::Debug for HpkeOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HpkeOpener(***)")
    }
}

/// Signs with an Ed25519 seed.
pub(super) struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    pub(super) fn new(private: &Secret<Vec<u8>>) -> Result<Self, SuiteError> {
        let fault = |_| SuiteError::PrivateKey { what: "Ed25519" };
        let seed = <&[u8; 32]>::try_from(private.expose().as_slice()).map_err(fault)?;
        Ok(Self(SigningKey::from_bytes(seed)))
    }
}

impl Signer for Ed25519Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SuiteError> {
        let signature = self.0.try_sign(message).map_err(|_| SuiteError::Sign)?;
        Ok(signature.to_bytes().to_vec())
    }
}

impl fmt::Debug for Ed25519Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519Signer(***)")
    }
}

/// Checks Ed25519 signatures, strictly: no key or signature of small order, one encoding only.
#[derive(Debug)]
pub(super) struct Ed25519Verifier(VerifyingKey);

impl Ed25519Verifier {
    pub(super) fn new(public: &[u8]) -> Result<Self, SuiteError> {
        let fault = || SuiteError::PublicKey { what: "Ed25519", length: public.len() };
        let bytes = <&[u8; 32]>::try_from(public).map_err(|_| fault())?;
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| fault())
    }
}

impl Verifier for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SuiteError> {
        let signature = Signature::from_slice(signature).map_err(|_| SuiteError::Signature)?;
        self.0.verify_strict(message, &signature).map_err(|_| SuiteError::Signature)
    }
}

fn random_32() -> Result<Zeroizing<[u8; KEY_BYTES]>, SuiteError> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(bytes.as_mut_slice()).map_err(SuiteError::Randomness)?;
    Ok(bytes)
}
