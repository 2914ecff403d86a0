//! Who may call what, from behaviour: every RPC over a socket, as nobody, as somebody without a
//! role, as every role, and by hostile paths. What was allowed is `docs/access.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use platform::Nouns;
use proto::MethodRule;
use proto::access::v1::Role;
use proto::packages;
use testkit::Kit;
use tonic::Code;

use crate::{pages, served};

fn roles() -> Vec<Role> {
    (1..).map_while(|it| Role::try_from(it).ok()).collect()
}

/// Calls a method with an empty message; the code and reason.
async fn outcome(actor: &testkit::Actor, path: &str) -> (Code, String) {
    match actor.call_path::<(), ()>(path, ()).await {
        Ok(()) => (Code::Ok, String::new()),
        Err(refusal) => (refusal.code, refusal.reason),
    }
}

/// What a service allowed: its rules by path, each with the roles that came past it.
type Allowed = BTreeMap<&'static str, (&'static MethodRule, Vec<Role>)>;

async fn sweep(kit: &Kit, nouns: &Nouns) -> Allowed {
    let mut all = Allowed::new();
    let nobody = kit.actor(None);
    let roleless = kit.person("uten-rolle", &[]);
    for rule in nouns.access_rules() {
        let seen = outcome(&nobody, rule.path).await;
        assert_eq!(
            seen,
            (Code::Unauthenticated, "TOKEN_MISSING".into()),
            "{}",
            rule.path
        );
        let seen = outcome(&roleless, rule.path).await;
        let is_denied = seen.0 == Code::PermissionDenied;
        assert_ne!(
            is_denied, rule.any_caller,
            "{} without a role: {seen:?}",
            rule.path
        );

        let mut allowed = Vec::new();
        for role in roles() {
            let (code, reason) = outcome(&kit.person("noen", &[role]), rule.path).await;
            assert_ne!(code, Code::Unimplemented, "{} is not served", rule.path);
            let denied = (code, reason.as_str()) == (Code::PermissionDenied, "ROLE_MISSING");
            let explained = code == Code::Ok || !reason.is_empty();
            assert!(
                explained,
                "{} as {role:?} failed without a reason",
                rule.path
            );
            if !denied {
                allowed.push(role);
            }
        }
        all.insert(rule.path, (rule, allowed));

        let machine = outcome(&kit.machine(&roles()), rule.path).await;
        let denied = machine == (Code::PermissionDenied, "NEEDS_A_PERSON".to_owned());
        assert_eq!(denied, rule.needs_person, "{} as a machine", rule.path);
    }
    all
}

/// Every method of every service and of the tests' own host, as nobody, without a role, as each role,
/// and as a machine with all. Every method of the contract is served by a service, and each role that
/// its rule names is let in somewhere.
#[tokio::test]
async fn every_method_is_closed_but_to_its_roles() {
    let mut anywhere = BTreeMap::<_, BTreeSet<Role>>::new();
    let mut page = "# Who may call what\n\nWhat `norec access` prints. A sweep over the running \
                    services (`tests/suite`) holds it, and a change is reviewed as a diff.\n"
        .to_owned();
    for nouns in served::swept() {
        let allowed = sweep(&served::alone(nouns).await, nouns).await;
        for (rule, roles) in allowed.values().filter(|(rule, _)| !rule.any_caller) {
            let mut expected = nouns.roles_of(rule);
            expected.sort();
            assert_eq!(*roles, expected, "{} of {}", rule.path, nouns.service);
        }
        for (path, (_, roles)) in &allowed {
            anywhere.entry(*path).or_default().extend(roles);
        }
        if served::is_service(nouns) {
            write_service(&mut page, nouns.service, &allowed);
        }
    }

    for rule in packages::rules() {
        let named: BTreeSet<_> = rule.roles.iter().copied().collect();
        let seen = anywhere.get(rule.path);
        let is_served = served::NOUNS
            .iter()
            .any(|it| it.access_rules().any(|served| served == rule));
        assert!(is_served, "no service serves {}", rule.path);
        let complete = rule.any_caller || seen == Some(&named);
        assert!(complete, "{}: {seen:?} of {named:?}", rule.path);
    }
    pages::hold("access.md", &page);
}

fn write_service(page: &mut String, service: &str, allowed: &Allowed) {
    write!(page, "\n## {service}\n").unwrap();
    let mut grpc_service = "";
    for (path, (rule, roles)) in allowed {
        let (name, method) = path[1..].split_once('/').unwrap();
        if name != grpc_service {
            write!(
                page,
                "\n### {name}\n\n| Method | Effect | Duty | Roles |\n|---|---|---|---|\n"
            )
            .unwrap();
            grpc_service = name;
        }
        let (effect, duty, who) = (effect(rule), duty(rule), who(rule, roles));
        writeln!(page, "| {method} | {effect} | {duty} | {who} |").unwrap();
    }
}

/// A word of the contract, `SECTION_HEAD`, as a page has it.
pub(crate) fn word(screaming: &str) -> String {
    screaming.to_lowercase().replace('_', " ")
}

pub(crate) fn effect(rule: &MethodRule) -> String {
    word(rule.effect.as_str_name().trim_start_matches("EFFECT_"))
}

/// The duty that a step gives; empty for one that gives none.
pub(crate) fn duty(rule: &MethodRule) -> String {
    match rule.duty.as_str_name().trim_start_matches("DUTY_") {
        "UNSPECIFIED" => String::new(),
        other => word(other),
    }
}

/// Who may call, of these roles.
pub(crate) fn who(rule: &MethodRule, roles: &[Role]) -> String {
    let names = roles
        .iter()
        .map(|it| word(it.as_str_name().trim_start_matches("ROLE_")));
    let roles = match rule.any_caller {
        true => "any caller".to_owned(),
        false => names.collect::<Vec<_>>().join(", "),
    };
    let persons = if rule.needs_person { "persons: " } else { "" };
    format!("{persons}{roles}")
}

/// Paths that are almost a method's are no method, whoever asks.
#[tokio::test]
async fn a_path_that_is_not_in_the_contract_is_unimplemented() {
    let kit = served::grants().await;
    let all: Vec<_> = roles();
    let everybody = kit.person("alle", &all);
    let good = "/norec.grants.v1.SchemeService/ListSchemeEditions";
    for path in [
        "/norec.grants.v1.SchemeService/listSchemeEditions",
        "/norec.grants.v1.SchemeService/ListSchemeEditions/",
        "//norec.grants.v1.SchemeService/ListSchemeEditions",
        "/norec.grants.v1.SchemeService//ListSchemeEditions",
        "/norec.grants.v1.SchemeService/%4cistSchemeEditions",
        "/norec.grants.v1.SchemeService%2FListSchemeEditions",
        "/norec.grants.v1.SchemeService/../SchemeService/ListSchemeEditions",
        "/NOREC.grants.v1.SchemeService/ListSchemeEditions",
        "/norec.grants.v1.SchemeService",
        "/",
        "/grpc.health.v1.Health/List",
        "/grpc.reflection.v1.ServerReflection/Other",
    ] {
        for actor in [&everybody, &kit.actor(None)] {
            let seen = outcome(actor, path).await;
            assert_eq!(
                seen,
                (Code::Unimplemented, "METHOD_UNKNOWN".into()),
                "{path}"
            );
        }
    }
    assert_eq!(outcome(&everybody, good).await.0, Code::Ok);
    // A method of the contract that another service serves.
    let elsewhere = outcome(&everybody, "/norec.governance.v1.CutoffService/ListSources").await;
    assert_eq!(elsewhere, (Code::Unimplemented, "METHOD_UNKNOWN".into()));
}
