//! What nobody thought of: arbitrary bytes, arbitrary JSON in a well-formed token, and every small
//! change of a good token. None may panic, none may be accepted.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::fixture::{LOCAL, NOW, STAFF, encode, good, issuers, signed, token, usual};
use crate::{Issuers, KeySet, validate};

fn trusted() -> &'static Issuers {
    static ISSUERS: OnceLock<Issuers> = OnceLock::new();
    ISSUERS.get_or_init(issuers)
}

fn is_refused(value: &[u8]) -> bool {
    validate(&[value], NOW, trusted()).is_err()
}

fn token_is_refused(token: &str) -> bool {
    is_refused(format!("Bearer {token}").as_bytes())
}

/// Values of every JSON type, the ones that hurt included.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::collection::vec("\\PC{0,4}", 0..3).prop_map(Value::from),
        Just(Value::Object(Map::new())),
    ]
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..3),
    ) {
        let values: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
        prop_assert!(validate(&values, NOW, trusted()).is_err());
    }

    #[test]
    fn arbitrary_parts_are_refused(
        header in prop::collection::vec(any::<u8>(), 0..80),
        payload in "\\PC{0,80}",
        signature in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let token = [encode(header), encode(payload), encode(signature)].join(".");
        prop_assert!(token_is_refused(&token));
    }

    #[test]
    fn a_good_header_and_issuer_without_a_signature_open_nothing(
        signature in prop::collection::vec(any::<u8>(), 1..300),
        issuer in prop::sample::select(vec![STAFF, LOCAL, super::fixture::MASKINPORTEN]),
    ) {
        let claims = good(issuer);
        let (_, header) = usual(&claims);
        let parts = [encode(header.to_string()), encode(claims.to_string()), encode(signature)];
        prop_assert!(token_is_refused(&parts.join(".")));
    }

    /// A claim that is needed never survives a value of another shape; the others may. Genuinely
    /// signed, so that the checks behind the signature are reached.
    #[test]
    fn a_genuine_token_with_an_odd_claim_never_panics(
        claim in prop::sample::select(vec![
            "iss", "exp", "iat", "nbf", "aud", "staff_id", "groups", "unit", "x",
        ]),
        odd in odd_value(),
    ) {
        let mut claims = good(STAFF);
        claims[claim] = odd;
        let (signer, header) = usual(&good(STAFF));
        let token = signed(signer, &header.to_string(), &claims.to_string());
        let refused = token_is_refused(&token);
        if ["iss", "aud"].contains(&claim) {
            prop_assert!(refused, "{claims}");
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_keys_and_no_configuration(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "[\\{\\}\\[\\]:,\"a-z0-9]{0,60}",
    ) {
        for document in [bytes.as_slice(), text.as_bytes()] {
            prop_assert!(KeySet::from_jwks(document).is_err());
            prop_assert!(Issuers::from_json(document).is_err());
        }
    }
}

#[test]
fn every_change_of_one_letter_of_a_good_token_is_refused() {
    let good = token(&good(STAFF));
    let bearer = format!("Bearer {good}").into_bytes();
    assert!(validate(&[&bearer], NOW, trusted()).is_ok());
    for place in "Bearer ".len()..bearer.len() {
        for bit in [0x01, 0x02, 0x20] {
            let mut changed = bearer.clone();
            changed[place] ^= bit;
            assert!(
                is_refused(&changed),
                "{}",
                String::from_utf8_lossy(&changed)
            );
        }
    }
    for length in 0..bearer.len() {
        assert!(is_refused(&bearer[..length]), "cut to {length}");
    }
}
