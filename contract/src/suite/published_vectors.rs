//! What others published or computed, through our own code. Nothing here was written by this code: the source stands
//! beside each vector.

use super::{Opener, Suite, aead, international::HpkeOpener, sm, sm::Sm2Opener};
use crate::Secret;
use sm3::{Digest, Sm3};
use sm4::{
    Sm4,
    cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit},
};

/// GB/T 32918.5, A.2 (GM/T 0003.5): private and public key of all examples on the recommended curve.
const SM2_PRIVATE: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const SM2_PUBLIC: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                          ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
/// RFC 9180, A.2.1.
const X25519_PRIVATE: &str = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(hex(text))
}

#[test]
fn hpke_opens_what_rfc_9180_sealed() {
    let sealed = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a\
         1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28");
    let opener = HpkeOpener::new(&secret(X25519_PRIVATE)).unwrap();
    let plain = opener.open_for(b"Ode on a Grecian Urn", b"Count-0", &sealed).unwrap();
    assert_eq!(plain.expose(), b"Beauty is truth, truth beauty");
}

#[test]
fn a_filing_sealed_by_another_hpke_opens() {
    // pyhpke 0.6 over OpenSSL: info "budayang entry 1", aad "ft-0001/7".
    let sealed = hex("01f9040e15dccb8a824d6c981adeeeab279b213a64bab42968841149ebac6e55\
         d0772f657269a81920576b1e9255c4b862cca67e3deb");
    let opener = Suite::International.opener(&secret(X25519_PRIVATE)).unwrap();
    assert_eq!(opener.open(b"ft-0001/7", &sealed).unwrap().expose(), "水费".as_bytes());
}

#[test]
fn ed25519_signs_as_rfc_8032_does() {
    // Section 7.1, TEST 2: the message is one byte.
    let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                     085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    let signer = Suite::International
        .signer(&secret("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        .unwrap();
    assert_eq!(signer.sign(&[0x72]).unwrap(), hex(signature));
    let verifier = Suite::International
        .verifier(&hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        .unwrap();
    verifier.verify(&[0x72], &hex(signature)).unwrap();
}

#[test]
fn sm3_hashes_as_gb_t_32905_does() {
    // Annex A: one block, then two.
    let abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    let abcd = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
    assert_eq!(Sm3::digest(b"abc").to_vec(), hex(abc));
    assert_eq!(Sm3::digest(b"abcd".repeat(16)).to_vec(), hex(abcd));
}

#[test]
fn sm4_encrypts_as_gb_t_32907_does() {
    // Annex A.1: key and plaintext are the same.
    let text = hex("0123456789abcdeffedcba9876543210");
    let cipher = Sm4::new_from_slice(&text).unwrap();
    let mut block = Block::<Sm4>::try_from(text.as_slice()).unwrap();
    cipher.encrypt_block(&mut block);
    assert_eq!(block.to_vec(), hex("681edf34d206965e86b3e94f536e4246"));
    cipher.decrypt_block(&mut block);
    assert_eq!(block.to_vec(), text);
}

#[test]
fn sm4_gcm_locks_as_rfc_8998_does() {
    // Appendix A.1.
    let (key, nonce) = (hex("0123456789abcdeffedcba9876543210"), hex("00001234567800000000abcd"));
    let context = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plain = hex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd\
         eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa");
    let body = hex("17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
         d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec");
    let fixed = nonce.as_slice().try_into().unwrap();
    let locked = aead::lock_with_nonce::<sm::Sm4Gcm>(&key, &fixed, &context, &plain).unwrap();
    assert_eq!(locked, [nonce, body].concat());
    assert_eq!(aead::unlock::<sm::Sm4Gcm>(&key, &context, &locked).unwrap().expose(), &plain);
}

#[test]
fn sm2_verifies_the_signature_of_gb_t_32918_5() {
    // A.2: identity 1234567812345678.
    let signature = hex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
         b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
    let verifier = Suite::Sm.verifier(&hex(SM2_PUBLIC)).unwrap();
    verifier.verify(b"message digest", &signature).unwrap();
    verifier.verify(b"message digest.", &signature).unwrap_err();
}

#[test]
fn sm2_decrypts_the_message_of_gb_t_32918_5() {
    // Annex C: C1, C3, C2.
    let sealed = hex("0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
         e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0\
         59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766\
         21886ca989ca9c7d58087307ca93092d651efa");
    let opener = Sm2Opener::new(&secret(SM2_PRIVATE)).unwrap();
    assert_eq!(opener.unwrap(&sealed).unwrap().as_slice(), b"encryption standard");
}

#[test]
fn a_filing_sealed_by_another_sm2_opens() {
    // gmssl 3.2 (Python) for SM2, OpenSSL 3 for SM4-GCM: aad "ft-0001/7".
    let sealed = hex("047e6fd78475bf2e3796109196148bc12d5dabb105de0ccdecfa71369b2a80d417\
         c1069e693eb1d81d2f0e88a07ed04b62e60d9358b1d63f2e1bf7c6e97c76160a4b37ce0115ec94890472b7a5afd0d95c\
         9741c4b0afb727220775f7503a54d4fdc0e9702465eac663c0b4cee48aa0ff346465666768696a6b6c6d6e6f53bb2228\
         53a726d86abf667e88c58db1280a188657d6");
    let opener = Sm2Opener::new(&secret(SM2_PRIVATE)).unwrap();
    assert_eq!(opener.open(b"ft-0001/7", &sealed).unwrap().expose(), "水费".as_bytes());
}

#[test]
fn a_signature_of_another_sm2_verifies() {
    // gmssl 3.2 (Python), sign_with_sm3.
    let signature = hex("917acd7952db253d6606900643a00bead5b13d665debcce7b33a08fa30b88254\
         f4dad6482e4390e61a3c2ad117fb085b87cb99010b96468de0253956e383230a");
    Suite::Sm.verifier(&hex(SM2_PUBLIC)).unwrap().verify("水费".as_bytes(), &signature).unwrap();
}

#[test]
fn hashes_and_keys_are_those_of_another_implementation() {
    // The `cryptography` package over OpenSSL: the hash of the length-prefixed parts "ab", "c"; HKDF with salt
    // "budayang key 1", info "draft" and the length-prefixed secrets "card", "kiosk".
    let cases = [
        (
            Suite::International,
            "601d5476e2ccfe2c87a2bba7a322659734a05749d5b5aa781f513e4912db0d5f",
            "d39f4a9586d1237c17367b6b2c5ac715acd6281a7d8dc9fa5d6be4945820a4a1",
        ),
        (
            Suite::Sm,
            "04167f35e2c772067a8661750e3fe2976a494715cb512eeaec20cebbbce29484",
            "63b0d341eb8233df2303b26c0ab30c45e6828dbe5a9bfa63877bdc0d5c1ba534",
        ),
    ];
    for (suite, hash, key) in cases {
        assert_eq!(suite.hash(&[b"ab", b"c"]).to_vec(), hex(hash), "{suite}");
        let derived = suite.derive("draft", &[b"card", b"kiosk"]).unwrap();
        assert_eq!(derived.expose(), &hex(key), "{suite}");
    }
}
