//! Genuine tokens with a wrong issuer, time, class or audience.

use serde_json::{Value, json};

use super::fixture::{
    AUDIENCE, Case, MASKINPORTEN, NOW_SECONDS, STAFF, good, signed, token, usual, with, without,
};
use crate::Reject;

pub(super) fn cases() -> Vec<Case> {
    [issuer(), exp(), iat_and_nbf(), class(), audience()].concat()
}

/// A good Maskinporten token with one claim changed.
fn changed(name: &'static str, claim: &str, value: impl Into<Value>, expected: Reject) -> Case {
    Case::claims(name, &with(MASKINPORTEN, claim, value), expected)
}

/// A good Maskinporten token without one claim.
fn lacking(name: &'static str, claim: &str, expected: Reject) -> Case {
    Case::claims(name, &without(MASKINPORTEN, claim), expected)
}

/// `iss: 5` and `aud: {}` are here because a common library passes over claims of a shape that it
/// does not expect.
fn issuer() -> Vec<Case> {
    let unknown = |name, iss: &str| changed(name, "iss", iss, Reject::IssuerUnknown);
    vec![
        lacking("no iss", "iss", Reject::IssuerMissing),
        changed("iss is a number", "iss", 5, Reject::IssuerMissing),
        changed("iss is null", "iss", Value::Null, Reject::IssuerMissing),
        changed(
            "iss is an object",
            "iss",
            json!({"x": MASKINPORTEN}),
            Reject::IssuerMissing,
        ),
        changed(
            "iss is a list",
            "iss",
            json!([MASKINPORTEN]),
            Reject::IssuerMissing,
        ),
        unknown("an empty iss", ""),
        unknown("iss without its slash", "https://maskinporten.no"),
        unknown("iss with a second slash", "https://maskinporten.no//"),
        unknown(
            "iss of the test environment",
            "https://test.maskinporten.no/",
        ),
        unknown(
            "iss with a Cyrillic letter",
            "https://maskinp\u{43e}rten.no/",
        ),
        unknown("iss in capitals", "HTTPS://MASKINPORTEN.NO/"),
        unknown("iss with a blank behind it", "https://maskinporten.no/ "),
        unknown(
            "iss with a zero byte behind it",
            "https://maskinporten.no/\0",
        ),
        unknown("iss without TLS", "http://maskinporten.no/"),
    ]
}

fn exp() -> Vec<Case> {
    let malformed = |name, exp: Value| changed(name, "exp", exp, Reject::ExpMalformed);
    let expired = |name, seconds_ago: i64| {
        let mut claims = with(MASKINPORTEN, "exp", NOW_SECONDS - seconds_ago);
        claims["iat"] = (NOW_SECONDS - 600).into();
        Case::claims(name, &claims, Reject::Expired)
    };
    let claims = good(MASKINPORTEN);
    let (signer, header) = usual(&claims);
    let long = claims
        .to_string()
        .replace(&claims["exp"].to_string(), "99999999999999999999");
    vec![
        lacking("no exp", "exp", Reject::ExpMissing),
        malformed("exp is a text", "999".into()),
        malformed(
            "exp is a good date as a text",
            (NOW_SECONDS + 600).to_string().into(),
        ),
        malformed("exp is null", Value::Null),
        malformed("exp is true", true.into()),
        malformed("exp is a list", json!([NOW_SECONDS + 600])),
        malformed("exp is negative", (-1).into()),
        malformed("exp is negative and large", i64::MIN.into()),
        malformed("exp is a little negative", (-0.5).into()),
        malformed("exp is in milliseconds", (NOW_SECONDS * 1000).into()),
        malformed("exp is the largest integer", u64::MAX.into()),
        malformed("exp is a huge float", 1e300.into()),
        Case::token(
            "exp is longer than any integer",
            &signed(signer, &header.to_string(), &long),
            Reject::ExpMalformed,
        ),
        expired("exp 30 seconds ago", 30),
        expired("exp 31 seconds ago", 31),
        expired("exp minutes ago", 300),
    ]
}

fn iat_and_nbf() -> Vec<Case> {
    let iat = |name, iat: Value, expected| changed(name, "iat", iat, expected);
    let nbf = |name, nbf: Value, expected| changed(name, "nbf", nbf, expected);
    let ten_years = with(MASKINPORTEN, "exp", NOW_SECONDS + 10 * 365 * 86_400);
    vec![
        lacking("no iat", "iat", Reject::IatMissing),
        iat(
            "iat is a text",
            NOW_SECONDS.to_string().into(),
            Reject::IatMalformed,
        ),
        iat(
            "iat is a little negative",
            (-0.25).into(),
            Reject::IatMalformed,
        ),
        iat("iat is negative", (-5).into(), Reject::IatMalformed),
        iat(
            "iat in 31 seconds",
            (NOW_SECONDS + 31).into(),
            Reject::IssuedInFuture,
        ),
        iat(
            "iat is exp",
            (NOW_SECONDS + 600).into(),
            Reject::LifetimeEmpty,
        ),
        iat(
            "iat is after exp",
            (NOW_SECONDS + 601).into(),
            Reject::LifetimeEmpty,
        ),
        iat(
            "a lifetime of an hour and a second",
            (NOW_SECONDS - 3001).into(),
            Reject::LifetimeTooLong,
        ),
        iat("iat is zero", 0.into(), Reject::LifetimeTooLong),
        Case::claims(
            "a lifetime of ten years",
            &ten_years,
            Reject::LifetimeTooLong,
        ),
        nbf("nbf is a text", "0".into(), Reject::NbfMalformed),
        nbf("nbf is an object", json!({}), Reject::NbfMalformed),
        nbf("nbf is null", Value::Null, Reject::NbfMalformed),
        nbf(
            "nbf in 31 seconds",
            (NOW_SECONDS + 31).into(),
            Reject::NotYetValid,
        ),
    ]
}

fn class() -> Vec<Case> {
    let id_token = |name, claim: &str, value: Value| {
        Case::claims(name, &with(STAFF, claim, value), Reject::IdToken)
    };
    vec![
        id_token("an ID token with a nonce", "nonce", "n-0S6".into()),
        id_token(
            "an ID token with an access token's hash",
            "at_hash",
            "MTIz".into(),
        ),
        id_token("an ID token with a code's hash", "c_hash", "MTIz".into()),
        id_token("an ID token whose nonce is null", "nonce", Value::Null),
    ]
}

fn audience() -> Vec<Case> {
    let foreign = |name, aud: Value| changed(name, "aud", aud, Reject::Audience);
    let malformed = |name, aud: Value| changed(name, "aud", aud, Reject::AudienceMalformed);
    let mut seventeen = vec![Value::from(AUDIENCE)];
    seventeen.extend((0..16).map(|number| Value::from(format!("https://{number}.example/"))));
    let ten_thousand = with(MASKINPORTEN, "aud", vec![AUDIENCE; 10_000]);
    vec![
        lacking("no aud", "aud", Reject::AudienceMissing),
        malformed("aud is an object", json!({})),
        malformed("aud is an object with ours", json!({ AUDIENCE: AUDIENCE })),
        malformed("aud is a number", 5.into()),
        malformed("aud is null", Value::Null),
        malformed("aud is a list with ours and a number", json!([AUDIENCE, 5])),
        malformed("aud is a list in a list", json!([[AUDIENCE]])),
        malformed("aud is a list of 17", seventeen.into()),
        Case::token(
            "aud is a list of ten thousand",
            &token(&ten_thousand),
            Reject::TooLong,
        ),
        foreign("aud is unspecified", "unspecified".into()),
        foreign("aud is empty", "".into()),
        foreign("aud is an empty list", json!([])),
        foreign("aud is another's", "https://api.example.no/".into()),
        foreign(
            "aud lists others",
            json!(["https://api.example.no/", "unspecified"]),
        ),
        foreign(
            "aud is the beginning of ours",
            "https://api.norec.no".into(),
        ),
        foreign("aud begins with ours", "https://api.norec.no/evil".into()),
        foreign("aud is ours in capitals", AUDIENCE.to_uppercase().into()),
        foreign("aud has ours among blanks", format!("x {AUDIENCE}").into()),
    ]
}
