//! How real channels sign, as their documentation has it: WeChat Pay APIv3 (`WECHATPAY2-SHA256-RSA2048`, notices in
//! AES-256-GCM) and Alipay (`RSA2`). For whoever writes an adapter of [`PaymentChannel`](super::outside::PaymentChannel);
//! nothing here talks to a network, and no adapter is part of this program.
//!
//! The vectors are in `tests/data/signing`.

use contract::base64::Base64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use std::collections::BTreeMap;

/// What goes wrong with a signature or a sealed notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The key.
    #[error("the key is no RSA key of 2048 bits or more in PKCS #8: export it again")]
    Key,
    /// The signature.
    #[error("the signature does not fit: what came is not the channel's, or was altered")]
    Signature,
    /// A sealed notice.
    #[error("the notice does not open: the APIv3 key is another one, or the notice was altered")]
    Sealed,
    /// The machine has no randomness, or the key can't sign.
    #[error("the machine can't sign at present")]
    CanNotSign,
}

/// A merchant's private key.
#[derive(Debug)]
pub struct MerchantKey(RsaKeyPair);

impl MerchantKey {
    /// Reads a key in PKCS #8 (DER).
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, SigningError> {
        RsaKeyPair::from_pkcs8(der).map(Self).map_err(|_| SigningError::Key)
    }

    /// SHA-256 with RSA (PKCS #1 v1.5), as base64: what both channels call a signature.
    pub fn sign(&self, message: &str) -> Result<String, SigningError> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| SigningError::CanNotSign)?;
        Ok(Base64(signature).to_string())
    }
}

/// Whether a channel signed a message. `public_key` is an RSAPublicKey (PKCS #1, DER).
pub fn verify(public_key: &[u8], message: &str, signature: &str) -> Result<(), SigningError> {
    let signature: Base64 = signature.parse().map_err(|_| SigningError::Signature)?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
        .verify(message.as_bytes(), &signature.0)
        .map_err(|_| SigningError::Signature)
}

/// A request to WeChat Pay.
#[derive(Clone, Copy, Debug)]
pub struct WechatRequest<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// Path and query, without the host.
    pub url: &'a str,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// 32 random characters.
    pub nonce: &'a str,
    /// The body as it is sent; nothing for `GET`.
    pub body: &'a str,
}

impl WechatRequest<'_> {
    /// What is signed: five lines, each with its end.
    pub fn message(&self) -> String {
        let Self { method, url, timestamp, nonce, body } = self;
        format!("{method}\n{url}\n{timestamp}\n{nonce}\n{body}\n")
    }

    /// The header `Authorization`.
    pub fn authorization(
        &self,
        merchant: &str,
        certificate: &str,
        key: &MerchantKey,
    ) -> Result<String, SigningError> {
        let signature = key.sign(&self.message())?;
        let Self { timestamp, nonce, .. } = self;
        Ok(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{merchant}\",nonce_str=\"{nonce}\",signature=\"{signature}\",\
             timestamp=\"{timestamp}\",serial_no=\"{certificate}\""
        ))
    }
}

/// What WeChat Pay signs in answers and notices (`Wechatpay-Timestamp`, `Wechatpay-Nonce`, the body).
pub fn wechat_answer_message(timestamp: &str, nonce: &str, body: &str) -> String {
    format!("{timestamp}\n{nonce}\n{body}\n")
}

/// Opens the `resource` of a WeChat Pay notice. `key` is the APIv3 key, 32 bytes; `sealed` ends with its tag.
pub fn open_wechat_resource(
    key: &[u8],
    nonce: &[u8],
    associated_data: &[u8],
    mut sealed: Vec<u8>,
) -> Result<Vec<u8>, SigningError> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| SigningError::Sealed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SigningError::Sealed)?;
    let opened = LessSafeKey::new(key).open_in_place(nonce, Aad::from(associated_data), &mut sealed);
    opened.map(|text| text.to_vec()).map_err(|_| SigningError::Sealed)
}

/// What is signed of an Alipay request: its parameters by name, joined, without the empty ones and without `sign`.
/// A notice leaves out `sign_type` as well: take it out before.
pub fn alipay_message(parameters: &BTreeMap<&str, &str>) -> String {
    let filled = parameters.iter().filter(|(name, value)| **name != "sign" && !value.is_empty());
    let pairs: Vec<String> = filled.map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = include_bytes!("../../tests/data/signing/example-key.der");
    const PUBLIC: &[u8] = include_bytes!("../../tests/data/signing/example-public.der");

    fn certificates() -> WechatRequest<'static> {
        let nonce = "593BEC0C930BF1AFEB40B4A08C8FB242";
        WechatRequest { method: "GET", url: "/v3/certificates", timestamp: 1_554_208_460, nonce, body: "" }
    }

    #[test]
    fn a_request_to_wechat_pay_is_signed_as_documented_and_as_openssl_does() {
        let key = MerchantKey::from_pkcs8(KEY).unwrap();
        let message = certificates().message();
        assert_eq!(message, include_str!("../../tests/data/signing/wechat-request.txt"));
        let signature = include_str!("../../tests/data/signing/wechat-request.signature");
        let header = certificates().authorization("1900009191", "1DDE55AD98ED71D6", &key).unwrap();
        assert!(header.starts_with("WECHATPAY2-SHA256-RSA2048 mchid=\"1900009191\",nonce_str="));
        assert!(header.contains(&format!("signature=\"{signature}\"")));
    }

    #[test]
    fn an_answer_of_wechat_pay_is_checked_and_an_altered_one_refused() {
        let signature = include_str!("../../tests/data/signing/wechat-answer.signature");
        let of = |body| wechat_answer_message("1554209980", "c5ac7061fccab6bf3e254dcf98995b8c", body);
        assert_eq!(verify(PUBLIC, &of("{\"code\":\"ok\"}"), signature), Ok(()));
        assert_eq!(verify(PUBLIC, &of("{\"code\":\"no\"}"), signature), Err(SigningError::Signature));
        assert_eq!(verify(PUBLIC, &of("{\"code\":\"ok\"}"), "AAAA"), Err(SigningError::Signature));
        assert_eq!(verify(&PUBLIC[1..], &of("{\"code\":\"ok\"}"), signature), Err(SigningError::Signature));
    }

    #[test]
    fn a_request_to_alipay_is_signed_over_its_sorted_parameters() {
        let parameters = BTreeMap::from([
            ("version", "1.0"),
            ("method", "alipay.trade.precreate"),
            ("app_id", "2021000000000000"),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", "2026-11-25 12:00:00"),
            ("notify_url", ""),
            ("sign", "an older one"),
            ("biz_content", "{\"out_trade_no\":\"ft-0001-20261125-00001\",\"total_amount\":\"83.53\"}"),
        ]);
        let message = alipay_message(&parameters);
        assert_eq!(message, include_str!("../../tests/data/signing/alipay-request.txt"));
        let signature = MerchantKey::from_pkcs8(KEY).unwrap().sign(&message).unwrap();
        assert_eq!(signature, include_str!("../../tests/data/signing/alipay-request.signature"));
        assert_eq!(verify(PUBLIC, &message, &signature), Ok(()));
    }

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn a_sealed_notice_opens_with_its_key_only() {
        let key = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        let (nonce, also) =
            (bytes("cafebabefacedbaddecaf888"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
        let sealed = bytes(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
             76fc6ece0f4e1768cddf8853bb2d551b",
        );
        let opened = bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
             1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        );
        assert_eq!(open_wechat_resource(&key, &nonce, &also, sealed.clone()), Ok(opened));
        for (key, nonce, also) in [
            (&key[..31], &nonce[..], &also[..]),
            (&key[..], &nonce[..11], &also[..]),
            (&key[..], &nonce[..], &also[1..]),
        ] {
            assert_eq!(open_wechat_resource(key, nonce, also, sealed.clone()), Err(SigningError::Sealed));
        }
        assert_eq!(open_wechat_resource(&key, &nonce, &also, vec![1, 2]), Err(SigningError::Sealed));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(MerchantKey::from_pkcs8(b"key").unwrap_err(), SigningError::Key);
    }
}
