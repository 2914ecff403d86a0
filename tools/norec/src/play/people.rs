//! The file of people: who acts in a file of requests, and what their tokens say.
//!
//! ```json
//! {"solveig": {"kind": "person", "roles": ["SECTION_HEAD"], "unit": "Seksjon for utveksling"},
//!  "okonomi": {"kind": "machine", "id": "981965132", "roles": ["FINANCE_SYSTEM"]}}
//! ```

use std::collections::BTreeMap;

use platform::Kind;
use serde::Deserialize;

use crate::caller::{Caller, role_of};
use crate::json;

/// Callers by the name they act under.
pub(super) type People = BTreeMap<String, Caller>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: WrittenKind,
    /// The name that the person acts under, unless it is given.
    id: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenKind {
    Person,
    Machine,
    Workload,
}

/// Reads the file.
pub(super) fn read(text: &str) -> Result<People, String> {
    let written: BTreeMap<String, Written> = json::of(text.as_bytes())?;
    written
        .into_iter()
        .map(|(name, it)| Ok((name.clone(), caller(name, it)?)))
        .collect()
}

fn caller(name: String, written: Written) -> Result<Caller, String> {
    let roles = written.roles.iter().map(|role| {
        role_of(role).ok_or_else(|| format!("{name}: {role:?} is no role, such as SECTION_HEAD"))
    });
    let roles = roles.collect::<Result<_, _>>()?;
    let kind = match written.kind {
        WrittenKind::Person => Kind::Person,
        WrittenKind::Machine => Kind::Machine,
        WrittenKind::Workload => Kind::Workload,
    };
    Ok(Caller {
        kind,
        id: written.id.unwrap_or(name),
        roles,
        unit: written.unit,
    })
}

#[cfg(test)]
mod tests {
    use proto::access::v1::Role;

    use super::*;

    #[test]
    fn a_person_is_known_by_the_name_it_acts_under_and_a_machine_by_its_number() {
        let people = read(
            r#"{"solveig": {"kind": "person", "roles": ["SECTION_HEAD"], "unit": "Utveksling"},
                "okonomi": {"kind": "machine", "id": "981965132", "roles": ["finance-system"]}}"#,
        );
        let people = people.unwrap();
        assert_eq!(
            people["solveig"],
            Caller {
                kind: Kind::Person,
                id: "solveig".into(),
                roles: vec![Role::SectionHead],
                unit: Some("Utveksling".into())
            }
        );
        assert_eq!(
            (people["okonomi"].kind, people["okonomi"].id.as_str()),
            (Kind::Machine, "981965132")
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, named) in [
            (r#"{"kari": {"kind": "person", "roles": ["BOSS"]}}"#, "BOSS"),
            (r#"{"kari": {"kind": "robot"}}"#, "robot"),
            (r#"{"kari": {"kind": "person", "rolls": []}}"#, "rolls"),
            (r#"{"kari": {}}"#, "kind"),
            ("[]", "map"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.contains(named), "{text}: {problem}");
        }
    }
}
