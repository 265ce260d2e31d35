//! Authenticated encryption under a key (RFC 5116), the same wire for either cipher: nonce, ciphertext, tag.

use super::{LONGEST, SuiteError};
use crate::Secret;
use chacha20poly1305::aead::{AeadInOut, KeyInit, Nonce, Tag};
use zeroize::Zeroizing;

/// Locks under `key`, which has the length of the cipher's.
pub(super) fn lock<A: KeyInit + AeadInOut>(
    key: &[u8],
    context: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SuiteError> {
    check_length(plain)?;
    check_length(context)?;
    let mut nonce = Nonce::<A>::default();
    getrandom::fill(&mut nonce).map_err(SuiteError::Randomness)?;
    lock_with_nonce::<A>(key, &nonce, context, plain)
}

/// Locks under a nonce that the caller never uses twice with this key.
pub(super) fn lock_with_nonce<A: KeyInit + AeadInOut>(
    key: &[u8],
    nonce: &Nonce<A>,
    context: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SuiteError> {
    let cipher = A::new_from_slice(key).map_err(|_| SuiteError::LockingKey { length: key.len() })?;
    let room = nonce.len() + plain.len() + Tag::<A>::default().len();
    // Wiped if encryption fails half-way; otherwise the plaintext is encrypted where it stands, and no copy stays.
    let mut out = Zeroizing::new(Vec::with_capacity(room));
    out.extend_from_slice(nonce);
    out.extend_from_slice(plain);
    let (_, body) = out.split_at_mut_checked(nonce.len()).ok_or(SuiteError::Close)?;
    let tag = cipher.encrypt_inout_detached(nonce, context, body.into()).map_err(|_| SuiteError::Close)?;
    out.extend_from_slice(&tag);
    Ok(std::mem::take(&mut *out))
}

/// Unlocks what [`lock`] locked.
pub(super) fn unlock<A: KeyInit + AeadInOut>(
    key: &[u8],
    context: &[u8],
    locked: &[u8],
) -> Result<Secret<Vec<u8>>, SuiteError> {
    let cipher = A::new_from_slice(key).map_err(|_| SuiteError::LockingKey { length: key.len() })?;
    let shape = || SuiteError::Shape { length: locked.len() };
    let (nonce, rest) = locked.split_at_checked(Nonce::<A>::default().len()).ok_or_else(shape)?;
    let nonce = Nonce::<A>::try_from(nonce).map_err(|_| shape())?;
    let (body, tag) = split_tag::<A>(rest)?;
    let mut plain = Zeroizing::new(body.to_vec());
    cipher
        .decrypt_inout_detached(&nonce, context, plain.as_mut_slice().into(), &tag)
        .map_err(|_| SuiteError::Refused)?;
    Ok(Secret::new(std::mem::take(&mut *plain)))
}

/// Ciphertext and the tag behind it, if there is one and the whole is not too long.
fn split_tag<A: AeadInOut>(bytes: &[u8]) -> Result<(&[u8], Tag<A>), SuiteError> {
    let shape = || SuiteError::Shape { length: bytes.len() };
    let length = bytes.len().checked_sub(Tag::<A>::default().len()).ok_or_else(shape)?;
    if length > LONGEST {
        return Err(shape());
    }
    let (body, tag) = bytes.split_at_checked(length).ok_or_else(shape)?;
    Ok((body, Tag::<A>::try_from(tag).map_err(|_| shape())?))
}

/// Refuses what is longer than any message may be.
pub(super) const fn check_length(bytes: &[u8]) -> Result<(), SuiteError> {
    if bytes.len() > LONGEST { Err(SuiteError::TooLong { length: bytes.len() }) } else { Ok(()) }
}
