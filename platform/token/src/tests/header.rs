//! Tokens whose header lies: algorithm, key and signature.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::fixture::{
    Case, MASKINPORTEN, NOW, STAFF, Signer, WITHOUT_KEYS, encode, good, issuers, key_set, pairs,
    signed, token, usual,
};
use crate::{Reject, Seen, validate};

pub(super) fn cases() -> Vec<Case> {
    [
        demands(),
        algorithms(),
        kids(),
        offered_keys(),
        signatures(),
    ]
    .concat()
}

/// A good Maskinporten token with one header member changed, and signed so.
fn with_header(name: &'static str, member: &str, value: impl Into<Value>, why: Reject) -> Case {
    let claims = good(MASKINPORTEN);
    let (signer, mut header) = usual(&claims);
    header[member] = value.into();
    Case::token(
        name,
        &signed(signer, &header.to_string(), &claims.to_string()),
        why,
    )
}

fn demands() -> Vec<Case> {
    let claims = good(MASKINPORTEN);
    let (signer, mut header) = usual(&claims);
    header["b64"] = false.into();
    header["crit"] = json!(["b64"]);
    let unencoded = signed(signer, &header.to_string(), &claims.to_string());
    vec![
        with_header(
            "an unknown critical extension",
            "crit",
            json!(["x"]),
            Reject::Critical,
        ),
        with_header(
            "an empty list of extensions",
            "crit",
            json!([]),
            Reject::Critical,
        ),
        Case::token("b64 false", &unencoded, Reject::Critical),
        with_header("a logout token", "typ", "logout+jwt", Reject::Type),
        with_header("a DPoP proof", "typ", "dpop+jwt", Reject::Type),
        with_header("a typ that is no text", "typ", json!(["JWT"]), Reject::Type),
    ]
}

fn algorithms() -> Vec<Case> {
    let claims = good(MASKINPORTEN);
    let (signer, mut header) = usual(&claims);
    let unsupported =
        |name, alg: Value| with_header(name, "alg", alg, Reject::AlgorithmUnsupported);
    header.as_object_mut().unwrap().remove("alg");
    let missing = signed(signer, &header.to_string(), &claims.to_string());
    vec![
        unsupported("alg none", "none".into()),
        unsupported("alg NONE", "NONE".into()),
        unsupported("alg in small letters", "rs256".into()),
        unsupported("alg EdDSA", "EdDSA".into()),
        unsupported("alg PS512", "PS512".into()),
        unsupported("alg is a number", 256.into()),
        unsupported("alg is a list", json!(["RS256"])),
        Case::token("no alg", &missing, Reject::AlgorithmUnsupported),
        Case::token(
            "HS256 with the public key as secret",
            &hs256(),
            Reject::AlgorithmUnsupported,
        ),
        confused("an RS256 header on an ES256 key", Signer::Rs256, "mp-ES256"),
        confused("an ES256 header on an RS256 key", Signer::Es256, "mp-RS256"),
        confused(
            "an RS512 signature of an RS256 key",
            Signer::Rs512,
            "mp-RS256",
        ),
        confused(
            "a PS256 signature of an RS256 key",
            Signer::Ps256,
            "mp-RS256",
        ),
        confused(
            "an RS256 signature of a PS256 key",
            Signer::Rs256,
            "mp-PS256",
        ),
    ]
}

/// The old attack: the verifier's public key, which everybody has, taken for a shared secret.
fn hs256() -> String {
    let header = r#"{"alg":"HS256","kid":"mp-RS256"}"#;
    let message = format!(
        "{}.{}",
        encode(header),
        encode(good(MASKINPORTEN).to_string())
    );
    let secret = hmac::Key::new(hmac::HMAC_SHA256, pairs().rsa.public_key().as_ref());
    format!(
        "{message}.{}",
        encode(hmac::sign(&secret, message.as_bytes()))
    )
}

/// A token whose header names the algorithm it is truly signed with, and another's key.
fn confused(name: &'static str, signer: Signer, kid: &str) -> Case {
    let header = json!({"alg": signer.alg(), "kid": kid}).to_string();
    let token = signed(signer, &header, &good(MASKINPORTEN).to_string());
    Case::token(name, &token, Reject::AlgorithmMismatch)
}

fn kids() -> Vec<Case> {
    let claims = good(MASKINPORTEN);
    let (signer, mut header) = usual(&claims);
    header.as_object_mut().unwrap().remove("kid");
    let missing = signed(signer, &header.to_string(), &claims.to_string());
    let unknown = |name, kid: &str| with_header(name, "kid", kid, Reject::KeyUnknown);
    vec![
        Case::token("no kid", &missing, Reject::KidMissing),
        with_header("kid is a number", "kid", 0, Reject::KidMissing),
        with_header("kid is null", "kid", Value::Null, Reject::KidMissing),
        unknown("the kid of another issuer", "entra-RS256"),
        unknown("an empty kid", ""),
        unknown("kid in other letters", "MP-RS256"),
        unknown("a kid that is a path", "../../../../dev/null"),
        unknown("a kid that is SQL", "' or 1=1 --"),
        Case::claims(
            "an issuer without keys",
            &good(WITHOUT_KEYS),
            Reject::KeysetNotLoaded,
        ),
    ]
}

/// Tokens of a stranger who sends his key along. The header's offer must change nothing.
fn offered_keys() -> Vec<Case> {
    let offered = |name, member: &str, value: Value| {
        let mut header = json!({"alg": "ES256", "kid": "mp-ES256"});
        header[member] = value;
        let token = signed(
            Signer::Stranger,
            &header.to_string(),
            &good(MASKINPORTEN).to_string(),
        );
        Case::token(name, &token, Reject::Signature)
    };
    let mut jwk = Signer::Stranger.jwk("mp");
    jwk["kid"] = "mp-ES256".into();
    vec![
        offered("an embedded jwk", "jwk", jwk),
        offered("a jku", "jku", "https://evil.example/jwks".into()),
        offered("an x5u", "x5u", "https://evil.example/chain".into()),
        offered("an x5c", "x5c", json!(["MIIB"])),
    ]
}

fn signatures() -> Vec<Case> {
    let claims = good(STAFF);
    let (_, header) = usual(&claims);
    let message = format!(
        "{}.{}",
        encode(header.to_string()),
        encode(claims.to_string())
    );
    let bad = |name, signature: &[u8]| {
        Case::token(
            name,
            &format!("{message}.{}", encode(signature)),
            Reject::Signature,
        )
    };
    let mut director = claims.clone();
    director["groups"] = json!(["heads"]);
    let of_another = token(&director);
    let of_another = of_another.rsplit_once('.').unwrap().1;
    let pkcs8 = pairs().es256.to_pkcs8v1().unwrap();
    let asn1 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap();
    let der = asn1.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    let genuine = Signer::Es256.sign(message.as_bytes());
    vec![
        Case::token(
            "the signature of another payload",
            &format!("{message}.{of_another}"),
            Reject::Signature,
        ),
        bad(
            "the signature of a stranger",
            &Signer::Stranger.sign(message.as_bytes()),
        ),
        bad("a signature of zeros", &[0; 64]),
        bad("a signature cut short", &genuine[..63]),
        bad(
            "a signature with a byte behind it",
            &[&genuine[..], &[0]].concat(),
        ),
        bad("a signature in ASN.1", der.as_ref()),
        bad(
            "the digest of another algorithm",
            &Signer::Es384.sign(message.as_bytes()),
        ),
    ]
}

#[test]
fn a_key_removed_from_the_set_opens_nothing_any_more() {
    let token = format!("Bearer {}", token(&good(STAFF)));
    let mut issuers = issuers();
    assert!(validate(&[token.as_bytes()], NOW, &issuers).is_ok());
    assert!(issuers.set_keys(STAFF, key_set(&[Signer::Stranger.jwk("new")])));
    assert_eq!(
        validate(&[token.as_bytes()], NOW, &issuers),
        Err(Reject::KeyUnknown)
    );
}

#[test]
fn an_issuer_without_keys_is_told_apart_from_a_bad_token() {
    let token = format!("Bearer {}", token(&good(WITHOUT_KEYS)));
    let reject = validate(&[token.as_bytes()], NOW, &issuers()).unwrap_err();
    assert_eq!(reject.seen_by_caller(), Seen::KeysetNotLoaded);
}

#[test]
fn keys_that_tokens_offer_are_counted_and_change_nothing() {
    let issuers = issuers();
    for case in offered_keys() {
        assert_eq!(
            validate(&case.values(), NOW, &issuers),
            Err(Reject::Signature)
        );
    }
    assert_eq!(issuers.offered_keys(), 4);

    let claims = good(STAFF);
    let (signer, mut header) = usual(&claims);
    header["jku"] = "https://staff.norec.no/keys".into();
    let genuine = format!(
        "Bearer {}",
        signed(signer, &header.to_string(), &claims.to_string())
    );
    assert!(validate(&[genuine.as_bytes()], NOW, &issuers).is_ok());
    assert_eq!(issuers.offered_keys(), 5);
}
