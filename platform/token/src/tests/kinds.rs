//! Genuine tokens of each kind of issuer whose own claims are wrong.

use serde_json::{Value, json};

use super::fixture::{CLUSTER, Case, ENTRA, LOCAL, MASKINPORTEN, STAFF, good, with, without};
use crate::Reject;

pub(super) fn cases() -> Vec<Case> {
    [
        token_type_and_limits(),
        consumer(),
        scope(),
        entra(),
        staff(),
        workload(),
        local(),
    ]
    .concat()
}

fn token_type_and_limits() -> Vec<Case> {
    let mp = |name, claim: &str, value: Value, expected| {
        Case::claims(name, &with(MASKINPORTEN, claim, value), expected)
    };
    let supplier = json!({"authority": "iso6523-actorid-upis", "ID": "0192:974760673"});
    let system_user = json!([{"type": "urn:altinn:systemuser", "systemuser_id": ["x"]}]);
    let granted = json!([{"type": "something new"}]);
    vec![
        Case::claims(
            "no token_type",
            &without(MASKINPORTEN, "token_type"),
            Reject::TokenType,
        ),
        mp(
            "a DPoP token_type",
            "token_type",
            "DPoP".into(),
            Reject::TokenType,
        ),
        mp(
            "token_type is a list",
            "token_type",
            json!(["Bearer"]),
            Reject::TokenType,
        ),
        mp(
            "a person's number",
            "pid",
            "19875197136".into(),
            Reject::PersonRestricted,
        ),
        mp(
            "a supplier without its source",
            "supplier",
            supplier,
            Reject::Delegated,
        ),
        mp(
            "a delegation_source",
            "delegation_source",
            "x".into(),
            Reject::Delegated,
        ),
        mp(
            "a system user",
            "authorization_details",
            system_user,
            Reject::AuthorizationDetails,
        ),
        mp(
            "unknown details",
            "authorization_details",
            granted,
            Reject::AuthorizationDetails,
        ),
    ]
}

fn consumer() -> Vec<Case> {
    let of = |name, authority: Value, id: Value, expected| {
        let consumer = json!({"authority": authority, "ID": id});
        Case::claims(name, &with(MASKINPORTEN, "consumer", consumer), expected)
    };
    let shaped = |name, consumer: Value| {
        Case::claims(
            name,
            &with(MASKINPORTEN, "consumer", consumer),
            Reject::ConsumerMalformed,
        )
    };
    let authority = || Value::from("iso6523-actorid-upis");
    let numbered = |name, id: &str| of(name, authority(), id.into(), Reject::ConsumerNumber);
    let absent = without(MASKINPORTEN, "consumer");
    vec![
        Case::claims("no consumer", &absent, Reject::ConsumerMalformed),
        shaped("consumer is a text", "0192:974760673".into()),
        shaped(
            "consumer is a list",
            json!(["iso6523-actorid-upis", "0192:974760673"]),
        ),
        shaped(
            "consumer without ID",
            json!({"authority": "iso6523-actorid-upis"}),
        ),
        shaped(
            "consumer without authority",
            json!({"ID": "0192:974760673"}),
        ),
        of(
            "the ID is a number",
            authority(),
            974_760_673.into(),
            Reject::ConsumerMalformed,
        ),
        of(
            "an authority not accepted",
            "x".into(),
            "0192:974760673".into(),
            Reject::ConsumerAuthority,
        ),
        numbered("an organisation number alone", "974760673"),
        numbered("the register of Sweden", "0007:974760673"),
        numbered("a bad check digit", "0192:974760674"),
        numbered("two digits exchanged", "0192:947760673"),
        numbered("a number whose check digit would be ten", "0192:100000100"),
        numbered("eight digits", "0192:97476067"),
        numbered("ten digits", "0192:0974760673"),
        numbered("a blank before the digits", "0192: 974760673"),
        numbered(
            "digits of another script",
            "0192:\u{669}\u{667}\u{664}\u{667}",
        ),
    ]
}

fn scope() -> Vec<Case> {
    let of = |name, scope: Value, expected| {
        Case::claims(name, &with(MASKINPORTEN, "scope", scope), expected)
    };
    let malformed = |name, scope: &str| of(name, scope.into(), Reject::ScopeMalformed);
    let foreign = |name, scope: &str| of(name, scope.into(), Reject::ScopeForeign);
    vec![
        Case::claims(
            "no scope",
            &without(MASKINPORTEN, "scope"),
            Reject::ScopeMissing,
        ),
        of(
            "scope is a list",
            json!(["norec:grants.write"]),
            Reject::ScopeMalformed,
        ),
        of("scope is null", Value::Null, Reject::ScopeMalformed),
        malformed("an empty scope", ""),
        malformed(
            "scopes with a tab between them",
            "norec:grants.write\tnorec:finance",
        ),
        malformed(
            "scopes with two blanks between them",
            "norec:grants.write  norec:finance",
        ),
        malformed("scopes with a blank behind them", "norec:grants.write "),
        malformed(
            "scopes with a line break between them",
            "norec:grants.write\nnorec:finance",
        ),
        malformed("a scope with a quotation mark", "norec:\"grants.write\""),
        malformed(
            "a scope with a letter that is not ASCII",
            "norec:tilskudd.utført-å",
        ),
        foreign("a scope of another prefix", "skatt:grants.write"),
        foreign(
            "a scope of another prefix beside ours",
            "norec:grants.write skatt:read",
        ),
        foreign("the prefix in other letters", "Norec:grants.write"),
        foreign("the prefix within the scope", "x:norec:grants.write"),
    ]
}

fn entra() -> Vec<Case> {
    let of = |name, claim: &str, value: Value, expected| {
        Case::claims(name, &with(ENTRA, claim, value), expected)
    };
    vec![
        of(
            "Entra: another tenant",
            "tid",
            "another-tenant".into(),
            Reject::Tenant,
        ),
        of(
            "Entra: tid is a list",
            "tid",
            json!(["norec-tenant"]),
            Reject::Tenant,
        ),
        Case::claims("Entra: no tid", &without(ENTRA, "tid"), Reject::Tenant),
        of(
            "Entra: a token of version 1.0",
            "ver",
            "1.0".into(),
            Reject::EntraVersion,
        ),
        of(
            "Entra: ver is a number",
            "ver",
            2.0.into(),
            Reject::EntraVersion,
        ),
        Case::claims(
            "Entra: no ver",
            &without(ENTRA, "ver"),
            Reject::EntraVersion,
        ),
        of(
            "Entra: an application's token",
            "idtyp",
            "app".into(),
            Reject::AppToken,
        ),
        Case::claims(
            "Entra: no consent of a user",
            &without(ENTRA, "scp"),
            Reject::AppToken,
        ),
        of(
            "Entra: an empty consent",
            "scp",
            "".into(),
            Reject::AppToken,
        ),
    ]
}

fn staff() -> Vec<Case> {
    let named = |name, id: Value| Case::claims(name, &with(STAFF, "staff_id", id), Reject::Subject);
    let of = |name, claim: &str, value: Value, expected| {
        Case::claims(name, &with(STAFF, claim, value), expected)
    };
    vec![
        Case::claims("no staff id", &without(STAFF, "staff_id"), Reject::Subject),
        named("a staff id in capitals", "Kari.Nordmann".into()),
        named("a staff id that is an address", "kari@norec.no".into()),
        named("a staff id that is a path", "kari/../ola".into()),
        named("a staff id of dots", "..".into()),
        named("an empty staff id", "".into()),
        named("a staff id with a blank behind it", "kari ".into()),
        named(
            "a staff id with a letter that is not ASCII",
            "k\u{e5}re".into(),
        ),
        named("a staff id of 64 letters", "k".repeat(64).into()),
        named("a staff id that is a number", 5.into()),
        of(
            "groups is an object",
            "groups",
            json!({"officers": true}),
            Reject::Roles,
        ),
        of(
            "groups is a list with a number",
            "groups",
            json!(["officers", 1]),
            Reject::Roles,
        ),
        of("unit is a number", "unit", 5.into(), Reject::Unit),
        of("an empty unit", "unit", "".into(), Reject::Unit),
        of(
            "a unit with a line break",
            "unit",
            "a\nb".into(),
            Reject::Unit,
        ),
        of(
            "a unit of 64 letters",
            "unit",
            "\u{e5}".repeat(64).into(),
            Reject::Unit,
        ),
    ]
}

fn workload() -> Vec<Case> {
    let of = |name, subject: &str, expected| {
        Case::claims(name, &with(CLUSTER, "sub", subject), expected)
    };
    vec![
        Case::claims(
            "workload: no sub",
            &without(CLUSTER, "sub"),
            Reject::Subject,
        ),
        of(
            "workload: no service account",
            "governance",
            Reject::Subject,
        ),
        of(
            "workload: a user",
            "system:node:norec:governance",
            Reject::Subject,
        ),
        of(
            "workload: no name",
            "system:serviceaccount:norec",
            Reject::Subject,
        ),
        of(
            "workload: an empty name",
            "system:serviceaccount:norec:",
            Reject::Subject,
        ),
        of(
            "workload: a colon too many",
            "system:serviceaccount:norec:a:b",
            Reject::Subject,
        ),
        of(
            "workload: another namespace",
            "system:serviceaccount:evil:governance",
            Reject::Namespace,
        ),
    ]
}

fn local() -> Vec<Case> {
    let of = |name, claim: &str, value: Value, expected| {
        Case::claims(name, &with(LOCAL, claim, value), expected)
    };
    let mut machine = good(LOCAL);
    machine["kind"] = "machine".into();
    vec![
        Case::claims("local: no kind", &without(LOCAL, "kind"), Reject::Kind),
        of(
            "local: an unknown kind",
            "kind",
            "robot".into(),
            Reject::Kind,
        ),
        of(
            "local: kind in capitals",
            "kind",
            "Person".into(),
            Reject::Kind,
        ),
        Case::claims("local: no sub", &without(LOCAL, "sub"), Reject::Subject),
        Case::claims(
            "local: a machine with a staff id",
            &machine,
            Reject::Subject,
        ),
        of(
            "local: a role that does not exist",
            "roles",
            json!(["ROLE_KING"]),
            Reject::Roles,
        ),
        of(
            "local: the role of nobody",
            "roles",
            json!(["ROLE_UNSPECIFIED"]),
            Reject::Roles,
        ),
        of(
            "local: roles is a text",
            "roles",
            "ROLE_DIRECTOR".into(),
            Reject::Roles,
        ),
        of(
            "local: unit is a list",
            "unit",
            json!(["grants"]),
            Reject::Unit,
        ),
    ]
}
