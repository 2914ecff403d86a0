//! The access rules as a table of methods with their roles, one per gRPC service, in Markdown.

use std::collections::{BTreeMap, BTreeSet};

use platform::Nouns;
use proto::MethodRule;
use proto::access::v1::{Duty, Effect, Permission, Role};

/// The rule of one RPC, from the contract or from a running service.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The service that serves it.
    service: &'static str,
    /// Full name of its gRPC service, and its own.
    grpc_service: String,
    method: String,
    roles: BTreeSet<Role>,
    any_caller: bool,
    effect: Effect,
    duty: Duty,
    needs_person: bool,
}

impl Row {
    /// The rule of one of its RPCs, as a service enforces it by the contract.
    pub(super) fn of_rule(nouns: &Nouns, rule: &MethodRule) -> Self {
        let (grpc_service, method) = parts(rule.path);
        Self {
            service: nouns.service,
            grpc_service,
            method,
            roles: nouns.roles_of(rule).into_iter().collect(),
            any_caller: rule.any_caller,
            effect: rule.effect,
            duty: rule.duty,
            needs_person: rule.needs_person,
        }
    }

    /// The rule of one of its RPCs, as a running service says it.
    pub(super) fn of_permission(service: &'static str, permission: Permission) -> Self {
        let (grpc_service, method) = parts(&permission.method);
        let rule = permission.rule.unwrap_or_default();
        Self {
            service,
            grpc_service,
            method,
            roles: rule.roles().collect(),
            any_caller: rule.any_caller,
            effect: rule.effect(),
            duty: rule.duty(),
            needs_person: rule.needs_person,
        }
    }
}

/// `/norec.grants.v1.SchemeService/GetSchemeEdition` in its two parts.
fn parts(path: &str) -> (String, String) {
    let (service, method) = path
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or((path, ""));
    (service.to_owned(), method.to_owned())
}

/// The page of who may call what: the services in the order of `rows`, what each serves in the order of
/// the paths. That of all services is `docs/access.md`.
pub(super) fn markdown(rows: &[Row]) -> String {
    let mut text = String::from(
        "# Who may call what\n\n\
         What `norec access` prints. A sweep over the running services (`tests/suite`) holds it, and a \
         change is reviewed as a diff.\n",
    );
    for of_service in rows.chunk_by(|a, b| a.service == b.service) {
        text.extend(["\n## ", of_service[0].service, "\n"]);
        let mut tables: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for row in of_service {
            tables
                .entry(row.grpc_service.as_str())
                .or_default()
                .push(row);
        }
        for (grpc_service, mut rows) in tables {
            text.extend(["\n### ", grpc_service]);
            text.push_str("\n\n| Method | Effect | Duty | Roles |\n|---|---|---|---|\n");
            rows.sort_by(|a, b| a.method.cmp(&b.method));
            rows.into_iter().for_each(|it| text.push_str(&line(it)));
        }
    }
    text
}

fn line(row: &Row) -> String {
    let word = |text: &str| text.to_lowercase().replace('_', " ");
    let effect = word(row.effect.as_str_name().trim_start_matches("EFFECT_"));
    let duty = match row.duty {
        Duty::Unspecified => String::new(),
        duty => word(duty.as_str_name().trim_start_matches("DUTY_")),
    };
    let roles = row.roles.iter();
    let roles = roles.map(|it| word(it.as_str_name().trim_start_matches("ROLE_")));
    let roles = match row.any_caller {
        true => "any caller".to_owned(),
        false => roles.collect::<Vec<_>>().join(", "),
    };
    let who = if row.needs_person { "persons: " } else { "" };
    format!("| {} | {effect} | {duty} | {who}{roles} |\n", row.method)
}

#[cfg(test)]
mod tests {
    use proto::access::v1::Rule;

    use super::*;
    use crate::linked::LINKED;

    const RULES: [MethodRule; 2] = [
        MethodRule {
            path: "/norec.grants.v1.AgreementService/AwardAgreement",
            roles: &[Role::SectionHead, Role::Director],
            any_caller: false,
            effect: Effect::Write,
            duty: Duty::Decide,
            needs_person: true,
            acting_for_optional: false,
        },
        MethodRule {
            path: "/norec.grants.v1.AgreementService/CreateAgreement",
            roles: &[Role::CaseOfficer, Role::SectionHead],
            any_caller: false,
            effect: Effect::Write,
            duty: Duty::Prepare,
            needs_person: false,
            acting_for_optional: false,
        },
    ];

    #[test]
    fn a_service_is_a_table_of_its_methods_by_the_roles_that_occur_in_it() {
        let rows = RULES.each_ref().map(|it| Row::of_rule(&grants::NOUNS, it));
        let text = markdown(&rows);
        let table = "\n## grants\n\n### norec.grants.v1.AgreementService\n\n\
            | Method | Effect | Duty | Roles |\n\
            |---|---|---|---|\n\
            | AwardAgreement | write | decide | persons: director, section head |\n\
            | CreateAgreement | write | prepare | section head, case officer |\n";
        assert!(text.ends_with(table), "{text}");
    }

    #[test]
    fn a_method_for_everybody_says_so() {
        let rule = Rule {
            effect: Effect::Read.into(),
            any_caller: true,
            ..Rule::default()
        };
        let method = "/norec.access.v1.AccessService/ListPermissions".to_owned();
        let rule = Some(rule);
        let rows = [Row::of_permission("grants", Permission { method, rule })];
        let row = "| Method | Effect | Duty | Roles |\n|---|---|---|---|\n\
                   | ListPermissions | read |  | any caller |\n";
        assert!(markdown(&rows).ends_with(row));
    }

    /// B-T16: the page among the documents is what the tool prints.
    #[test]
    fn what_is_printed_of_all_services_is_the_page_of_the_documents() {
        let rows = LINKED.iter().flat_map(|it| {
            let rules = it.nouns.access_rules();
            rules.map(|rule| Row::of_rule(it.nouns, rule))
        });
        let page = include_str!("../../../../docs/access.md");
        assert!(
            markdown(&rows.collect::<Vec<_>>()) == page,
            "docs/access.md differs"
        );
    }

    #[test]
    fn the_contract_and_a_service_give_the_same_row() {
        for rule in grants::NOUNS.access_rules() {
            let served = Permission {
                method: rule.path.to_owned(),
                rule: Some(Rule {
                    roles: grants::NOUNS
                        .roles_of(rule)
                        .into_iter()
                        .map(i32::from)
                        .collect(),
                    effect: rule.effect.into(),
                    duty: rule.duty.into(),
                    any_caller: rule.any_caller,
                    needs_person: rule.needs_person,
                    acting_for_optional: rule.acting_for_optional,
                }),
            };
            let ours = Row::of_rule(&grants::NOUNS, rule);
            let theirs = Row::of_permission("grants", served);
            assert_eq!(markdown(&[ours]), markdown(&[theirs]));
        }
    }
}
