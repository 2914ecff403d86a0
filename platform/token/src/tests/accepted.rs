//! Tokens that must be accepted, and what they say.

use proto::access::v1::Role;
use serde_json::{Value, json};

use super::fixture::{
    AUDIENCE, CLUSTER, ENTRA, LOCAL, MASKINPORTEN, NOW, NOW_SECONDS, STAFF, Signer, good, issuers,
    signed, token, usual, with, without,
};
use crate::{Kind, Principal, Reject, validate};

fn accept(claims: &Value) -> Result<Principal, Reject> {
    validate(
        &[format!("Bearer {}", token(claims)).as_bytes()],
        NOW,
        &issuers(),
    )
}

fn principal(id: &str, kind: Kind, roles: &[Role], unit: Option<&str>, issuer: &str) -> Principal {
    Principal {
        id: id.to_owned(),
        kind,
        roles: roles.to_vec(),
        unit: unit.map(str::to_owned),
        issuer: issuer.to_owned(),
    }
}

#[test]
fn each_kind_of_issuer_gives_its_principal() {
    let table = [
        principal(
            "machines/974760673",
            Kind::Machine,
            &[Role::Portal],
            None,
            MASKINPORTEN,
        ),
        principal(
            "persons/kari.nordmann",
            Kind::Person,
            &[Role::Director],
            None,
            ENTRA,
        ),
        principal(
            "persons/kari.nordmann",
            Kind::Person,
            &[Role::CaseOfficer],
            Some("Tilskudd"),
            STAFF,
        ),
        principal(
            "workloads/governance",
            Kind::Workload,
            &[Role::Follower],
            None,
            CLUSTER,
        ),
        principal(
            "persons/kari.nordmann",
            Kind::Person,
            &[Role::Attester],
            Some("grants"),
            LOCAL,
        ),
    ];
    for expected in table {
        assert_eq!(accept(&good(&expected.issuer)).as_ref(), Ok(&expected));
    }
}

#[test]
fn one_person_with_tokens_of_two_issuers_is_one_staff_id() {
    let ids = [ENTRA, STAFF].map(|issuer| accept(&good(issuer)).unwrap().id);
    assert_eq!(ids[0], ids[1], "EY-07");
}

#[test]
fn the_case_of_the_scheme_is_free() {
    let token = token(&good(MASKINPORTEN));
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let value = format!("{scheme} {token}");
        assert!(
            validate(&[value.as_bytes()], NOW, &issuers()).is_ok(),
            "{scheme}"
        );
    }
}

/// B-F24.
#[test]
fn blanks_behind_the_scheme_may_be_several() {
    let token = token(&good(MASKINPORTEN));
    for blanks in 1..4 {
        let value = format!("Bearer{}{token}", " ".repeat(blanks));
        assert!(validate(&[value.as_bytes()], NOW, &issuers()).is_ok());
    }
    let only_blanks = validate(&[b"Bearer   "], NOW, &issuers());
    assert_eq!(only_blanks, Err(Reject::Parts));
}

#[test]
fn clocks_may_lie_thirty_seconds_apart() {
    let since = |claim: &str, seconds: i64| {
        let mut claims = with(MASKINPORTEN, claim, NOW_SECONDS + seconds);
        if claim == "exp" {
            claims["iat"] = (NOW_SECONDS - 600).into();
        }
        claims
    };
    for (name, claims) in [
        ("exp 29 seconds ago", since("exp", -29)),
        ("iat in 29 seconds", since("iat", 29)),
        ("iat in 30 seconds", since("iat", 30)),
        ("nbf in 29 seconds", since("nbf", 29)),
        ("nbf in 30 seconds", since("nbf", 30)),
        ("nbf long ago", since("nbf", -NOW_SECONDS)),
        (
            "a lifetime of exactly an hour",
            with(MASKINPORTEN, "iat", NOW_SECONDS - 3000),
        ),
    ] {
        assert!(accept(&claims).is_ok(), "{name}: {:?}", accept(&claims));
    }
}

/// B-F24: a NumericDate may have a fraction (RFC 7519 §2).
#[test]
fn dates_may_be_written_as_floats() {
    let mut claims = good(MASKINPORTEN);
    claims["exp"] = 1_780_000_600.75.into();
    claims["iat"] = 1_779_999_990.25.into();
    claims["nbf"] = 0.5.into();
    assert!(accept(&claims).is_ok());
    claims["exp"] = 1_780_000_600.0.into();
    claims["nbf"] = 0.0.into();
    assert!(accept(&claims).is_ok());
    let (signer, header) = usual(&claims);
    let exponent = claims.to_string().replace("1780000600.0", "1.7800006e9");
    assert!(exponent.contains("1.7800006e9"));
    let value = format!("Bearer {}", signed(signer, &header.to_string(), &exponent));
    assert!(validate(&[value.as_bytes()], NOW, &issuers()).is_ok());
}

#[test]
fn an_audience_list_that_holds_ours_will_do() {
    let mut sixteen = vec![AUDIENCE.to_owned()];
    sixteen.extend((0..15).map(|number| format!("https://{number}.example/")));
    for aud in [
        json!([AUDIENCE]),
        json!(["x", "norec"]),
        json!("norec"),
        json!(sixteen),
    ] {
        assert!(
            accept(&with(MASKINPORTEN, "aud", aud.clone())).is_ok(),
            "{aud}"
        );
    }
}

#[test]
fn every_algorithm_in_use_is_accepted_for_its_own_key() {
    for signer in Signer::GENUINE {
        let header = json!({"alg": signer.alg(), "kid": format!("mp-{}", signer.alg())});
        let token = signed(signer, &header.to_string(), &good(MASKINPORTEN).to_string());
        let answer = validate(&[format!("Bearer {token}").as_bytes()], NOW, &issuers());
        assert!(answer.is_ok(), "{}: {answer:?}", signer.alg());
    }
}

#[test]
fn the_types_of_an_access_token_are_accepted() {
    let claims = good(STAFF);
    let (signer, mut header) = usual(&claims);
    for typ in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        header["typ"] = typ.into();
        let token = signed(signer, &header.to_string(), &claims.to_string());
        assert!(
            validate(&[format!("Bearer {token}").as_bytes()], NOW, &issuers()).is_ok(),
            "{typ}"
        );
    }
}

#[test]
fn a_token_without_a_mapped_role_is_a_principal_without_roles() {
    for claims in [
        with(STAFF, "groups", json!(["chess club"])),
        with(STAFF, "groups", json!([])),
        with(STAFF, "groups", ""),
        with(STAFF, "groups", "Officers"),
        without(STAFF, "groups"),
        with(MASKINPORTEN, "scope", "norec:grants"),
        with(MASKINPORTEN, "scope", "norec:grants.write.all"),
        with(CLUSTER, "sub", "system:serviceaccount:norec:reports"),
        without(LOCAL, "roles"),
        with(LOCAL, "roles", json!([])),
    ] {
        let principal = accept(&claims).unwrap();
        assert_eq!(principal.roles, [], "{claims}");
    }
}

#[test]
fn too_many_groups_to_list_are_no_groups() {
    let mut claims = without(STAFF, "groups");
    claims["_claim_names"] = json!({"groups": "src1"});
    claims["_claim_sources"] = json!({"src1": {"endpoint": "https://graph.example/groups"}});
    assert_eq!(accept(&claims).unwrap().roles, []);
}

#[test]
fn roles_are_sorted_and_each_stands_once() {
    let scopes = "norec:finance norec:grants.write norec:finance norec:other";
    let machine = accept(&with(MASKINPORTEN, "scope", scopes)).unwrap();
    assert_eq!(machine.roles, [Role::FinanceSystem, Role::Portal]);

    let groups = accept(&with(STAFF, "groups", "officers heads officers")).unwrap();
    assert_eq!(groups.roles, [Role::SectionHead, Role::CaseOfficer]);

    let names = json!(["ROLE_FOLLOWER", "ROLE_DIRECTOR", "ROLE_DIRECTOR"]);
    let local = accept(&with(LOCAL, "roles", names)).unwrap();
    assert_eq!(local.roles, [Role::Director, Role::Follower]);
}

#[test]
fn a_unit_is_told_only_where_the_issuer_names_one() {
    assert_eq!(accept(&without(STAFF, "unit")).unwrap().unit, None);
    assert_eq!(accept(&with(ENTRA, "unit", "Tilskudd")).unwrap().unit, None);
}

/// B-U6.
#[test]
fn sixteen_kibibytes_are_read_and_one_byte_more_is_not() {
    let issuers = issuers();
    let mut lengths = Vec::new();
    for padding in 11_940..12_010 {
        let value = format!(
            "Bearer {}",
            token(&with(STAFF, "padding", "x".repeat(padding)))
        );
        let answer = validate(&[value.as_bytes()], NOW, &issuers);
        let expected = if value.len() <= 16_384 {
            None
        } else {
            Some(Reject::TooLong)
        };
        assert_eq!(answer.err(), expected, "{} bytes", value.len());
        lengths.push(value.len());
    }
    assert!(
        lengths.contains(&16_384) && lengths.contains(&16_385),
        "{lengths:?}"
    );
}

#[test]
fn claims_that_nobody_knows_are_passed_over() {
    assert!(accept(&with(STAFF, "azp", "client")).is_ok());
    assert!(accept(&with(MASKINPORTEN, "client_amr", "private_key_jwt")).is_ok());
    assert!(accept(&with(ENTRA, "idtyp", "user")).is_ok());
}
