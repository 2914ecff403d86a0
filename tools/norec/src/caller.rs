//! Whom a token is for, as options of a command and as an entry of a file of people.

use clap::Args;
use platform::Kind;
use proto::access::v1::Role;

/// A caller with what its token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) kind: Kind,
    /// Staff id, organisation number or name of the workload.
    pub(crate) id: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) unit: Option<String>,
}

/// Options that name a caller.
#[derive(Args, Clone, Debug)]
pub(crate) struct CallerArgs {
    #[command(flatten)]
    who: Who,

    #[arg(
        long = "role",
        value_name = "ROLE",
        value_parser = known_role,
        help = format!("A role of the caller's; may be repeated: {}", role_names()),
    )]
    roles: Vec<Role>,

    /// The caller's organisational unit
    #[arg(long)]
    unit: Option<String>,
}

#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
struct Who {
    /// A person, by staff id
    #[arg(long, value_name = "ID")]
    person: Option<String>,

    /// An organisation's system, by organisation number
    #[arg(long, value_name = "ORGNR")]
    machine: Option<String>,

    /// A service of the suite
    #[arg(long, value_name = "NAME")]
    workload: Option<String>,
}

impl From<CallerArgs> for Caller {
    fn from(args: CallerArgs) -> Self {
        let CallerArgs { who, roles, unit } = args;
        let (kind, id) = match (who.person, who.machine, who.workload) {
            (Some(id), _, _) => (Kind::Person, id),
            (_, Some(id), _) => (Kind::Machine, id),
            (_, _, id) => (Kind::Workload, id.unwrap_or_default()),
        };
        Self {
            kind,
            id,
            roles,
            unit,
        }
    }
}

/// Every role of the contract but the zero.
fn roles() -> impl Iterator<Item = Role> {
    (1..).map_while(|number| Role::try_from(number).ok())
}

/// How a role is written on the command line: `case-officer`.
pub(crate) fn role_name(role: Role) -> String {
    role.as_str_name()
        .trim_start_matches("ROLE_")
        .to_lowercase()
        .replace('_', "-")
}

/// Reads `case-officer`, `CASE_OFFICER` or `ROLE_CASE_OFFICER`.
pub(crate) fn role_of(name: &str) -> Option<Role> {
    let name = name.to_uppercase().replace('-', "_");
    let name = name.trim_start_matches("ROLE_");
    Role::from_str_name(&format!("ROLE_{name}")).filter(|it| *it != Role::Unspecified)
}

fn role_names() -> String {
    roles().map(role_name).collect::<Vec<_>>().join(", ")
}

fn known_role(name: &str) -> Result<Role, String> {
    role_of(name).ok_or_else(|| format!("there is {}", role_names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_from_the_name_it_is_given() {
        assert_eq!(
            roles().last(),
            Some(Role::Follower),
            "the numbers of roles have a gap"
        );
        for role in roles() {
            assert_eq!(role_of(&role_name(role)), Some(role));
            assert_eq!(role_of(role.as_str_name()), Some(role));
        }
    }

    #[test]
    fn what_is_no_role_is_none() {
        for name in [
            "",
            "boss",
            "unspecified",
            "ROLE_UNSPECIFIED",
            "case officer",
        ] {
            assert_eq!(role_of(name), None, "{name}");
        }
        assert_eq!(role_of("CASE_OFFICER"), Some(Role::CaseOfficer));
    }
}
