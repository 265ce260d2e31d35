//! Hashing of parts and derivation of keys, the same construction over either hash.

use super::{KEY_BYTES, SuiteError};
use crate::Secret;
use hkdf::HkdfExtract;
use hmac::{EagerHash, Hmac, digest::OutputSizeUser};
use sha2::Digest;
use zeroize::Zeroize;

/// The salt of the extraction (RFC 5869, 2.2): a constant keeps these keys apart from any other use of the secrets.
const SALT: &[u8] = b"budayang key 1";

/// Hashes each part behind its length.
pub(super) fn of_parts<D: Digest>(parts: &[&[u8]]) -> [u8; 32]
where
    [u8; 32]: From<sha2::digest::Output<D>>,
{
    let mut hasher = D::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// HKDF extract over the secrets, each behind its length, and expand to `label`.
pub(super) fn derive<D>(label: &str, secrets: &[&[u8]]) -> Result<Secret<Vec<u8>>, SuiteError>
where
    D: EagerHash,
    Hmac<D>: OutputSizeUser,
{
    let missing = secrets.iter().position(|secret| secret.is_empty());
    if let Some(index) = missing.or(secrets.is_empty().then_some(0)) {
        return Err(SuiteError::MissingSecret { position: index + 1 });
    }
    let mut extract = HkdfExtract::<D>::new(Some(SALT));
    for secret in secrets {
        extract.input_ikm(&(secret.len() as u64).to_be_bytes());
        extract.input_ikm(secret);
    }
    let (mut pseudo_random, expand) = extract.finalize();
    pseudo_random.as_mut_slice().zeroize();
    let mut key = vec![0; KEY_BYTES];
    // 32 bytes are one block of either hash; only more than 255 blocks can be refused.
    expand.expand(label.as_bytes(), &mut key).map_err(|_| SuiteError::Close)?;
    Ok(Secret::new(key))
}
