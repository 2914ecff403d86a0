//! The local issuer: what it mints is what is read, and its key survives a restart.

use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use chrono::TimeDelta;
use proto::access::v1::Role;

use super::fixture::{AUDIENCE, LOCAL, NOW, configuration};
use crate::{
    Issuers, KeySet, Kind, LocalClaims, LocalIssuer, LocalIssuerError, Principal, Reject, validate,
};

const CLAIMS: LocalClaims<'static> = LocalClaims {
    audience: AUDIENCE,
    kind: Kind::Person,
    subject: "kari.nordmann",
    roles: &[Role::SectionHead, Role::Director],
    unit: Some("grants"),
};

fn trusting(local: &LocalIssuer) -> Issuers {
    let mut issuers = Issuers::from_json(configuration().to_string().as_bytes()).unwrap();
    assert!(issuers.set_keys(LOCAL, KeySet::from_jwks(local.jwks().as_bytes()).unwrap()));
    issuers
}

fn call(token: &str, issuers: &Issuers) -> Result<Principal, Reject> {
    validate(&[format!("Bearer {token}").as_bytes()], NOW, issuers)
}

#[test]
fn what_is_minted_is_read() {
    let local = LocalIssuer::generate(LOCAL).unwrap();
    let issuers = trusting(&local);
    for (kind, subject, id) in [
        (Kind::Person, "kari.nordmann", "persons/kari.nordmann"),
        (Kind::Machine, "974760673", "machines/974760673"),
        (Kind::Workload, "governance", "workloads/governance"),
    ] {
        let claims = LocalClaims {
            kind,
            subject,
            ..CLAIMS
        };
        let token = local.mint(&claims, NOW, TimeDelta::hours(1)).unwrap();
        let expected = Principal {
            id: id.to_owned(),
            kind,
            roles: vec![Role::Director, Role::SectionHead],
            unit: Some("grants".to_owned()),
            issuer: LOCAL.to_owned(),
        };
        assert_eq!(call(&token, &issuers), Ok(expected));
    }
    let claims = LocalClaims {
        roles: &[],
        unit: None,
        ..CLAIMS
    };
    let bare = call(
        &local.mint(&claims, NOW, TimeDelta::hours(1)).unwrap(),
        &issuers,
    )
    .unwrap();
    assert_eq!((bare.roles.len(), bare.unit), (0, None));
}

#[test]
fn its_tokens_end_and_cannot_outlive_the_configuration() {
    let local = LocalIssuer::generate(LOCAL).unwrap();
    let issuers = trusting(&local);
    let minted = |now, lifetime| call(&local.mint(&CLAIMS, now, lifetime).unwrap(), &issuers);
    let hour_ago = NOW - TimeDelta::hours(1);
    assert_eq!(
        minted(hour_ago, TimeDelta::minutes(30)),
        Err(Reject::Expired)
    );
    assert_eq!(
        minted(NOW, TimeDelta::minutes(61)),
        Err(Reject::LifetimeTooLong)
    );
    assert_eq!(minted(NOW, TimeDelta::zero()), Err(Reject::LifetimeEmpty));
    assert_eq!(minted(NOW, TimeDelta::MAX), Err(Reject::ExpMalformed));
}

#[test]
fn its_key_is_taken_up_again_and_another_is_not_trusted() {
    let first = LocalIssuer::generate(LOCAL).unwrap();
    let issuers = trusting(&first);
    let again = LocalIssuer::from_pkcs8(LOCAL, &first.to_pkcs8().unwrap()).unwrap();
    assert_eq!(again.jwks(), first.jwks());
    let token = again.mint(&CLAIMS, NOW, TimeDelta::hours(1)).unwrap();
    assert!(call(&token, &issuers).is_ok());

    let other = LocalIssuer::generate(LOCAL).unwrap();
    let token = other.mint(&CLAIMS, NOW, TimeDelta::hours(1)).unwrap();
    assert_eq!(call(&token, &issuers), Err(Reject::KeyUnknown));

    for bytes in [&b""[..], b"-----BEGIN PRIVATE KEY-----", &[0x30; 200]] {
        let refused = LocalIssuer::from_pkcs8(LOCAL, bytes).unwrap_err();
        assert_eq!(refused, LocalIssuerError::KeyMalformed);
    }
}

#[test]
fn nothing_is_minted_that_no_service_would_accept() {
    let local = LocalIssuer::generate(LOCAL).unwrap();
    let minted = |claims| {
        local
            .mint(&claims, NOW, TimeDelta::hours(1))
            .unwrap_err()
            .to_string()
    };
    let subject = LocalClaims {
        subject: "Kari",
        ..CLAIMS
    };
    assert_eq!(minted(subject), r#""Kari" cannot name a person"#);
    let machine = LocalClaims {
        kind: Kind::Machine,
        subject: "974760674",
        ..CLAIMS
    };
    assert_eq!(minted(machine), r#""974760674" cannot name a machine"#);
    let unit = LocalClaims {
        unit: Some(" "),
        ..CLAIMS
    };
    assert_eq!(minted(unit), r#"" " cannot name a unit"#);
}

#[test]
fn the_key_set_and_the_debug_text_hold_no_secret() {
    let local = LocalIssuer::generate(LOCAL).unwrap();
    let jwks: serde_json::Value = serde_json::from_str(&local.jwks()).unwrap();
    assert!(jwks["keys"][0].get("d").is_none());
    let pkcs8 = local.to_pkcs8().unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).unwrap();
    let secret: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().unwrap();
    let mut hexadecimal = secret.as_ref().iter().map(|byte| format!("{byte:02x}"));
    let beginning: String = hexadecimal.by_ref().take(8).collect();
    let text = format!("{local:?}").to_lowercase();
    assert!(!text.contains(&beginning), "{text}");
}
