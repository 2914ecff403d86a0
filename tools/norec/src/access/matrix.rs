//! The access rules as a table of roles by methods, one per gRPC service, in Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use platform::Nouns;
use proto::MethodRule;
use proto::access::v1::{Duty, Effect, Permission, Role};

use crate::caller::role_name;

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

/// The tables, in the order of the services' and the gRPC services' names; methods stay in the order
/// of `rows`.
pub(super) fn markdown(rows: &[Row]) -> String {
    let mut tables: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let place = (row.service, row.grpc_service.as_str());
        tables.entry(place).or_default().push(row);
    }
    let mut text = String::from(
        "# Who may call what\n\n\
         Written by `norec access` from the access rules in the contract, which the services\n\
         enforce. A duty is what the step makes of its caller in the case: a person holds one duty\n\
         per case. What no machine may call is marked under Person.\n",
    );
    let mut above = "";
    for ((service, grpc_service), rows) in tables {
        if service != above {
            text.extend(["\n## ", service, "\n"]);
            above = service;
        }
        // Writing to a text does not fail.
        let _ = table(&mut text, grpc_service, &rows);
    }
    text
}

fn table(text: &mut String, grpc_service: &str, rows: &[&Row]) -> std::fmt::Result {
    let roles: BTreeSet<Role> = rows
        .iter()
        .flat_map(|it| it.roles.iter().copied())
        .collect();
    let open = rows.iter().any(|it| it.any_caller);
    let mut heads = ["Method", "Effect", "Duty", "Person"]
        .map(str::to_owned)
        .to_vec();
    heads.extend(open.then(|| "any caller".to_owned()));
    heads.extend(roles.iter().map(|it| role_name(*it)));

    writeln!(
        text,
        "\n### {grpc_service}\n\n| {} |\n|{}",
        heads.join(" | "),
        "---|".repeat(heads.len())
    )?;
    for row in rows {
        let duty = match row.duty {
            Duty::Unspecified => "",
            duty => duty.as_str_name().trim_start_matches("DUTY_"),
        };
        let effect = row.effect.as_str_name().trim_start_matches("EFFECT_");
        write!(text, "| {} | {effect} | {duty} |", row.method)?;
        let mark = |it: bool| if it { " ✓ |" } else { "  |" };
        text.push_str(mark(row.needs_person));
        if open {
            text.push_str(mark(row.any_caller));
        }
        for role in &roles {
            text.push_str(mark(row.roles.contains(role)));
        }
        text.push('\n');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proto::access::v1::Rule;

    use super::*;

    const RULES: [MethodRule; 2] = [
        MethodRule {
            path: "/norec.grants.v1.AgreementService/AwardAgreement",
            roles: &[Role::SectionHead, Role::Director],
            any_caller: false,
            effect: Effect::Write,
            duty: Duty::Decide,
            needs_person: true,
        },
        MethodRule {
            path: "/norec.grants.v1.AgreementService/CreateAgreement",
            roles: &[Role::CaseOfficer, Role::SectionHead],
            any_caller: false,
            effect: Effect::Write,
            duty: Duty::Prepare,
            needs_person: false,
        },
    ];

    #[test]
    fn a_service_is_a_table_of_its_methods_by_the_roles_that_occur_in_it() {
        let rows = RULES.each_ref().map(|it| Row::of_rule(&grants::NOUNS, it));
        let text = markdown(&rows);
        let table = "\n## grants\n\n### norec.grants.v1.AgreementService\n\n\
            | Method | Effect | Duty | Person | director | section-head | case-officer |\n\
            |---|---|---|---|---|---|---|\n\
            | AwardAgreement | WRITE | DECIDE | ✓ | ✓ | ✓ |  |\n\
            | CreateAgreement | WRITE | PREPARE |  |  | ✓ | ✓ |\n";
        assert!(text.ends_with(table), "{text}");
    }

    #[test]
    fn a_method_for_everybody_has_a_column_of_its_own() {
        let rule = Rule {
            effect: Effect::Read.into(),
            any_caller: true,
            ..Rule::default()
        };
        let method = "/norec.access.v1.AccessService/ListPermissions".to_owned();
        let rule = Some(rule);
        let rows = [Row::of_permission("grants", Permission { method, rule })];
        let row = "| Method | Effect | Duty | Person | any caller |\n|---|---|---|---|---|\n\
                   | ListPermissions | READ |  |  | ✓ |\n";
        assert!(markdown(&rows).ends_with(row));
    }

    #[test]
    fn the_contract_and_a_service_give_the_same_row() {
        for rule in grants::NOUNS.rules() {
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
                }),
            };
            let ours = Row::of_rule(&grants::NOUNS, rule);
            let theirs = Row::of_permission("grants", served);
            assert_eq!(markdown(&[ours]), markdown(&[theirs]));
        }
    }
}
