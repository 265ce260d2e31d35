//! The suite of Chinese standards: SM2 encryption (GB/T 32918.4) and signatures (GB/T 32918.2) on the recommended
//! curve (GB/T 32918.5), SM3 (GB/T 32905), SM4 (GB/T 32907) in GCM as RFC 8998 uses it.
//!
//! A sealed message is a fresh SM4 key under SM2 (C1 C3 C2 with an uncompressed point, 113 bytes), then what
//! [`lock`] makes under that key. A signature is r and s, 32 bytes each.

use super::{KEY_BYTES, KeyPair, Opener, Sealer, Signer, SuiteError, Verifier, aead};
use crate::Secret;
use aes_gcm::{AesGcm, aead::consts::U12};
use getrandom::SysRng;
use sm2::{
    PublicKey, SecretKey,
    dsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{RandomizedSigner, Verifier as _},
    },
    elliptic_curve::Generate,
    pke::{DecryptingKey, EncryptingKey},
};
use sm4::Sm4;
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// GCM over SM4: the crate is generic over any block cipher of 128 bits, and RFC 8998 A.1 is its test.
pub(super) type Sm4Gcm = AesGcm<Sm4, U12>;

/// The distinguishing identifier that everybody uses who was not given one (GM/T 0009, 10).
const SIGNER_ID: &str = "1234567812345678";
const SM4_KEY_BYTES: usize = 16;
/// C1 (04, x, y), C3 (an SM3 hash), C2 (the SM4 key).
const WRAPPED_BYTES: usize = 65 + 32 + SM4_KEY_BYTES;
const UNCOMPRESSED: u8 = 4;

pub(super) fn make_pair() -> Result<KeyPair, SuiteError> {
    let key = SecretKey::try_generate_from_rng(&mut SysRng).map_err(SuiteError::Randomness)?;
    let mut raw = key.to_bytes();
    let pair =
        KeyPair { private: Secret::new(raw.to_vec()), public: key.public_key().to_sec1_bytes().into() };
    raw.as_mut_slice().zeroize();
    Ok(pair)
}

pub(super) fn lock(key: &Secret<Vec<u8>>, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SuiteError> {
    aead::lock::<Sm4Gcm>(sm4_half(key)?, context, plain)
}

pub(super) fn unlock(
    key: &Secret<Vec<u8>>,
    context: &[u8],
    locked: &[u8],
) -> Result<Secret<Vec<u8>>, SuiteError> {
    aead::unlock::<Sm4Gcm>(sm4_half(key)?, context, locked)
}

/// SM4 keys have 128 bits: the first half of a derived key.
fn sm4_half(key: &Secret<Vec<u8>>) -> Result<&[u8], SuiteError> {
    let key = key.expose().as_slice();
    let fault = SuiteError::LockingKey { length: key.len() };
    if key.len() == KEY_BYTES { key.get(..SM4_KEY_BYTES).ok_or(fault) } else { Err(fault) }
}

/// Seals to an SM2 key.
#[derive(Debug)]
pub(super) struct Sm2Sealer(EncryptingKey);

impl Sm2Sealer {
    pub(super) fn new(public: &[u8]) -> Result<Self, SuiteError> {
        Ok(Self(EncryptingKey::new(parse_public(public)?)))
    }
}

impl Sealer for Sm2Sealer {
    fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SuiteError> {
        let mut key = Zeroizing::new([0; SM4_KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(SuiteError::Randomness)?;
        let mut sealed = self.0.encrypt(&mut SysRng, key.as_slice()).map_err(|_| SuiteError::Close)?;
        sealed.append(&mut aead::lock::<Sm4Gcm>(key.as_slice(), context, plain)?);
        Ok(sealed)
    }
}

/// Opens with an SM2 key.
pub(super) struct Sm2Opener(SecretKey);

impl Sm2Opener {
    pub(super) fn new(private: &Secret<Vec<u8>>) -> Result<Self, SuiteError> {
        parse_private(private).map(Self)
    }

    /// The bytes that were encrypted to this key by the standard's own algorithm, C1 C3 C2.
    pub(super) fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, SuiteError> {
        if wrapped.first() != Some(&UNCOMPRESSED) {
            return Err(SuiteError::Refused);
        }
        // Made for each message: the crate's decrypting key does not wipe itself, this secret key does.
        let key = DecryptingKey::new(self.0.clone());
        key.decrypt(wrapped).map(Zeroizing::new).map_err(|_| SuiteError::Refused)
    }
}

impl Opener for Sm2Opener {
    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SuiteError> {
        let shape = || SuiteError::Shape { length: sealed.len() };
        let (wrapped, locked) = sealed.split_at_checked(WRAPPED_BYTES).ok_or_else(shape)?;
        let key = self.unwrap(wrapped)?;
        aead::unlock::<Sm4Gcm>(&key, context, locked)
    }
}

impl fmt::Debug for Sm2Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm2Opener(***)")
    }
}

/// Signs with an SM2 key.
pub(super) struct Sm2Signer(SecretKey);

impl Sm2Signer {
    pub(super) fn new(private: &Secret<Vec<u8>>) -> Result<Self, SuiteError> {
        parse_private(private).map(Self)
    }
}

impl Signer for Sm2Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SuiteError> {
        // Made for each message, as in `unwrap`.
        let key = SigningKey::new(SIGNER_ID, &self.0).map_err(|_| SuiteError::Sign)?;
        let signature: Signature =
            key.try_sign_with_rng(&mut SysRng, message).map_err(|_| SuiteError::Sign)?;
        Ok(signature.to_bytes().to_vec())
    }
}

impl fmt::Debug for Sm2Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm2Signer(***)")
    }
}

/// Checks SM2 signatures.
#[derive(Debug)]
pub(super) struct Sm2Verifier(VerifyingKey);

impl Sm2Verifier {
    pub(super) fn new(public: &[u8]) -> Result<Self, SuiteError> {
        let fault = |_| SuiteError::PublicKey { what: "SM2", length: public.len() };
        VerifyingKey::new(SIGNER_ID, parse_public(public)?).map(Self).map_err(fault)
    }
}

impl Verifier for Sm2Verifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SuiteError> {
        let signature = Signature::from_slice(signature).map_err(|_| SuiteError::Signature)?;
        self.0.verify(message, &signature).map_err(|_| SuiteError::Signature)
    }
}

/// One form of a point only, so that a key has one spelling: uncompressed.
fn parse_public(public: &[u8]) -> Result<PublicKey, SuiteError> {
    let fault = || SuiteError::PublicKey { what: "SM2", length: public.len() };
    if public.first() != Some(&UNCOMPRESSED) {
        return Err(fault());
    }
    PublicKey::from_sec1_bytes(public).map_err(|_| fault())
}

fn parse_private(private: &Secret<Vec<u8>>) -> Result<SecretKey, SuiteError> {
    let fault = SuiteError::PrivateKey { what: "SM2" };
    let bytes = private.expose().as_slice();
    if bytes.len() == KEY_BYTES { SecretKey::from_slice(bytes).map_err(|_| fault) } else { Err(fault) }
}
