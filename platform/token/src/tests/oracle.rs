//! Another implementation as a witness: `jsonwebtoken`, told to check everything. It must accept
//! what is accepted here, and the places where it alone would accept are on record.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::Jwk};
use serde_json::{Value, json};

use super::fixture::{AUDIENCE, MASKINPORTEN, NOW, Signer, good, issuers, signed, with};
use crate::{Kind, LocalClaims, LocalIssuer, Reject, validate};

/// The checks of the witness; the clock is left out, because it takes the system's.
fn witness(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[MASKINPORTEN, "https://local.norec.invalid/"]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_exp = false;
    validation
}

fn witness_accepts(token: &str, jwk: &Value, validation: &Validation) -> bool {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).unwrap();
    decode::<Value>(token, &DecodingKey::from_jwk(&jwk).unwrap(), validation).is_ok()
}

fn algorithm(signer: Signer) -> Algorithm {
    signer.alg().parse().unwrap()
}

#[test]
fn the_witness_accepts_what_is_accepted_here() {
    for signer in Signer::GENUINE {
        let header = json!({"alg": signer.alg(), "kid": format!("mp-{}", signer.alg())});
        let token = signed(signer, &header.to_string(), &good(MASKINPORTEN).to_string());
        let jwk = signer.jwk("mp");
        assert!(
            witness_accepts(&token, &jwk, &witness(algorithm(signer))),
            "{}",
            signer.alg()
        );
        assert!(validate(&[format!("Bearer {token}").as_bytes()], NOW, &issuers()).is_ok());
    }
}

#[test]
fn the_witness_accepts_a_token_of_the_local_issuer() {
    let issuer = LocalIssuer::generate("https://local.norec.invalid/").unwrap();
    let claims = LocalClaims {
        audience: AUDIENCE,
        kind: Kind::Person,
        subject: "kari",
        roles: &[],
        unit: None,
    };
    let token = issuer
        .mint(&claims, NOW, chrono::TimeDelta::hours(1))
        .unwrap();
    let jwks: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    assert!(witness_accepts(
        &token,
        &jwks["keys"][0],
        &witness(Algorithm::ES256)
    ));
}

#[test]
fn the_witness_passes_over_claims_of_an_odd_shape_and_this_does_not() {
    let mut lenient = witness(Algorithm::RS256);
    lenient.set_required_spec_claims(&["exp"]);
    for (claim, odd, reason) in [
        ("iss", json!(5), Reject::IssuerMissing),
        ("aud", json!({}), Reject::AudienceMalformed),
    ] {
        let claims = with(MASKINPORTEN, claim, odd);
        let header = json!({"alg": "RS256", "kid": "mp-RS256"});
        let token = signed(Signer::Rs256, &header.to_string(), &claims.to_string());
        assert!(
            witness_accepts(&token, &Signer::Rs256.jwk("mp"), &lenient),
            "{claim}"
        );
        let answer = validate(&[format!("Bearer {token}").as_bytes()], NOW, &issuers());
        assert_eq!(answer, Err(reason), "{claim}");
    }
}
