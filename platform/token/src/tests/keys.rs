//! JWK sets that are taken and that are not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::fixture::{
    MASKINPORTEN, NOW, Signer, configuration, encode, good, jwks, key_set, signed,
};
use crate::{Issuers, JsonFault, KeyFault, KeySet, KeySetError, validate};

fn with(signer: Signer, member: &str, value: impl Into<Value>) -> Value {
    let mut jwk = signer.jwk("k");
    jwk[member] = value.into();
    jwk
}

fn without(signer: Signer, member: &str) -> Value {
    let mut jwk = signer.jwk("k");
    jwk.as_object_mut().unwrap().remove(member);
    jwk
}

fn decode(number: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(number.as_str().unwrap()).unwrap()
}

/// Asserts that a set with a good key and then `key` is refused for that one, by `name`.
fn assert_refused(key: &Value, name: &str, fault: KeyFault) {
    let set = jwks(&[Signer::Es384.jwk("good"), key.clone()]);
    let refused = KeySet::from_jwks(&set).unwrap_err();
    assert_eq!(
        refused,
        KeySetError::Keys(vec![(name.to_owned(), fault)]),
        "{key}"
    );
}

#[test]
fn a_key_without_a_name_of_its_own_is_refused() {
    for kid in [json!(""), json!(5), Value::Null] {
        assert_refused(&with(Signer::Es256, "kid", kid), "keys[1]", KeyFault::NoKid);
    }
    assert_refused(&without(Signer::Es256, "kid"), "keys[1]", KeyFault::NoKid);
    let second = with(Signer::Es256, "kid", "good-ES384");
    assert_refused(&second, "good-ES384", KeyFault::SecondOfItsKid);
}

#[test]
fn a_weak_or_malformed_rsa_key_is_refused_by_name() {
    let modulus = |bits: usize| {
        let mut n = vec![0xff_u8; bits.div_ceil(8)];
        n[0] >>= n.len() * 8 - bits;
        encode(n)
    };
    for (n, fault) in [
        (modulus(1024), KeyFault::Modulus(1024)),
        (modulus(2047), KeyFault::Modulus(2047)),
        (modulus(8193), KeyFault::Modulus(8193)),
        (String::new(), KeyFault::Modulus(0)),
        ("AAAA".to_owned(), KeyFault::Modulus(0)),
        ("+/==".to_owned(), KeyFault::Member("n")),
    ] {
        assert_refused(&with(Signer::Rs256, "n", n), "k-RS256", fault);
    }
    for e in ["Aw", "AQAA", ""] {
        assert_refused(&with(Signer::Rs256, "e", e), "k-RS256", KeyFault::Exponent);
    }
    for member in ["n", "e"] {
        assert_refused(
            &without(Signer::Rs256, member),
            "k-RS256",
            KeyFault::Member(member),
        );
    }
}

#[test]
fn a_key_that_is_no_point_of_its_curve_is_refused_by_name() {
    // The right 64 bytes, cut at the wrong place.
    let mut shifted = Signer::Es256.jwk("k");
    let point = [&shifted["x"], &shifted["y"]].map(decode).concat();
    shifted["x"] = encode(&point[..31]).into();
    shifted["y"] = encode(&point[31..]).into();
    let off_curve = with(Signer::Es256, "x", encode([7; 32]));
    let short = with(Signer::Es256, "y", "AQ");
    for key in [shifted, off_curve, short] {
        assert_refused(&key, "k-ES256", KeyFault::Invalid);
    }
    for member in ["x", "y"] {
        assert_refused(
            &without(Signer::Es256, member),
            "k-ES256",
            KeyFault::Member(member),
        );
    }
}

#[test]
fn a_secret_in_a_public_set_is_refused_by_name() {
    let secret = encode([1; 32]);
    let private = with(Signer::Es256, "d", secret.clone());
    assert_refused(&private, "k-ES256", KeyFault::Secret);
    let shared = json!({"kty": "oct", "kid": "k-HS256", "alg": "HS256", "k": secret});
    assert_refused(&shared, "k-HS256", KeyFault::Secret);
}

#[test]
fn every_bad_key_is_named_at_once() {
    let set = jwks(&[
        without(Signer::Es256, "kid"),
        with(Signer::Rs256, "e", "Aw"),
    ]);
    let message = KeySet::from_jwks(&set).unwrap_err().to_string();
    assert_eq!(
        message,
        "keys[0]: has no `kid`; k-RS256: its exponent is even or less than 65537"
    );
}

#[test]
fn keys_of_no_use_here_are_passed_over_and_are_not_enough() {
    let useless = [
        with(Signer::Rs256, "use", "enc"),
        with(Signer::Rs256, "key_ops", json!(["encrypt"])),
        with(Signer::Rs256, "key_ops", "verify"),
        with(Signer::Rs256, "alg", "RSA-OAEP"),
        with(Signer::Rs256, "alg", "HS256"),
        with(Signer::Rs256, "alg", "ES256"),
        with(Signer::Rs256, "alg", Value::Null),
        with(Signer::Es256, "alg", "ES384"),
        with(Signer::Es256, "alg", "RS256"),
        with(Signer::Es256, "crv", "P-521"),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": "EdDSA", "x": encode([1; 32])}),
        json!({"kid": "nothing"}),
    ];
    for jwk in &useless {
        let alone = KeySet::from_jwks(&jwks(std::slice::from_ref(jwk)));
        assert_eq!(alone.unwrap_err(), KeySetError::Empty, "{jwk}");
    }
    let mut all = useless.to_vec();
    all.push(Signer::Es384.jwk("good"));
    assert!(KeySet::from_jwks(&jwks(&all)).is_ok());
    let verifies = with(Signer::Es256, "key_ops", json!(["verify"]));
    assert!(KeySet::from_jwks(&jwks(&[verifies])).is_ok());
}

#[test]
fn a_set_is_bounded_and_unambiguous() {
    let many = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|number| with(Signer::Es256, "kid", number.to_string()))
            .collect()
    };
    assert!(KeySet::from_jwks(&jwks(&many(64))).is_ok());
    assert_eq!(
        KeySet::from_jwks(&jwks(&many(65))).unwrap_err(),
        KeySetError::TooMany(65)
    );

    let large = jwks(&[with(Signer::Es256, "x5c", "A".repeat(256 * 1024))]);
    assert_eq!(
        KeySet::from_jwks(&large).unwrap_err(),
        KeySetError::TooLarge
    );

    let duplicate = KeySetError::Json(JsonFault::DuplicateKey {
        key: "keys".to_owned(),
        line: 1,
    });
    assert_eq!(
        KeySet::from_jwks(br#"{"keys":[],"keys":[]}"#).unwrap_err(),
        duplicate
    );
    assert_eq!(
        KeySet::from_jwks(b"[]").unwrap_err(),
        KeySetError::Json(JsonFault::NotAnObject)
    );
    assert_eq!(
        KeySet::from_jwks(br#"{"keys":[]}"#).unwrap_err(),
        KeySetError::Empty
    );
    for no_list in [&br"{}"[..], br#"{"keys":{}}"#, br#"{"keys":[1]}"#] {
        assert_eq!(KeySet::from_jwks(no_list).unwrap_err(), KeySetError::NoList);
    }
}

#[test]
fn a_modulus_may_have_leading_zeros() {
    let mut bytes = vec![0_u8, 0];
    bytes.extend(decode(&Signer::Rs256.jwk("mp")["n"]));
    let mut jwk = Signer::Rs256.jwk("mp");
    jwk["n"] = encode(bytes).into();
    let mut issuers = Issuers::from_json(configuration().to_string().as_bytes()).unwrap();
    assert!(issuers.set_keys(MASKINPORTEN, key_set(&[jwk])));
    let header = json!({"alg": "RS256", "kid": "mp-RS256"}).to_string();
    let token = signed(Signer::Rs256, &header, &good(MASKINPORTEN).to_string());
    assert!(validate(&[format!("Bearer {token}").as_bytes()], NOW, &issuers).is_ok());
}
