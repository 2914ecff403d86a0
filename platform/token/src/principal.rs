//! Owns what a valid token says about its bearer, and the grammar of the names in it.
//! It does not own what the bearer may do; the access rule of each RPC does.

use std::collections::BTreeMap;

use proto::access::v1::Role;

/// Longest name of a person, a workload or a unit, in characters.
const MAX_NAME: usize = 63;

/// A value of a claim, or a scope, and the role it stands for.
pub(super) type RoleMap = BTreeMap<String, Role>;

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// `persons/<staff id>`, `machines/<organisation number>` or `workloads/<name>`. The issuer is
    /// no part of it: a person is one staff id, whatever token he came with (EY-07).
    pub id: String,
    /// What kind of caller; DECIDE and ATTEST need a person (EY-08).
    pub kind: Kind,
    /// Sorted, each once; may be empty.
    pub roles: Vec<Role>,
    /// The organisational unit, where the issuer names one.
    pub unit: Option<String>,
    /// The `iss` of the token, for the log line.
    pub issuer: String,
}

/// What kind of caller a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A member of staff, a candidate or another natural person.
    Person,
    /// An organisation's system, known by its organisation number (organisasjonsnummer).
    Machine,
    /// A service of the suite itself.
    Workload,
}

impl Kind {
    /// The kind as the local issuer writes it: `person`, `machine` or `workload`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Machine => "machine",
            Self::Workload => "workload",
        }
    }

    /// Reads [`Kind::as_str`].
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Person, Self::Machine, Self::Workload]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// Whether `name` can be the last segment of a principal's id of this kind.
    pub(super) fn accepts(self, name: &str) -> bool {
        match self {
            Self::Machine => is_organisation_number(name),
            Self::Person | Self::Workload => is_name(name),
        }
    }

    const fn collection(self) -> &'static str {
        match self {
            Self::Person => "persons",
            Self::Machine => "machines",
            Self::Workload => "workloads",
        }
    }
}

impl Principal {
    /// Puts the principal of `kind` called `name` together; `None` if the kind has no such names.
    pub(super) fn new(
        kind: Kind,
        name: &str,
        mut roles: Vec<Role>,
        unit: Option<String>,
        issuer: &str,
    ) -> Option<Self> {
        if !kind.accepts(name) {
            return None;
        }
        roles.sort_unstable();
        roles.dedup();
        let id = format!("{}/{name}", kind.collection());
        Some(Self {
            id,
            kind,
            roles,
            unit,
            issuer: issuer.to_owned(),
        })
    }

    /// Whether `id` names a person, whoever is calling.
    pub fn is_person(id: &str) -> bool {
        id.strip_prefix("persons/").is_some_and(is_name)
    }
}

/// Whether `name` is a staff id or the name of a service account: 1 to 63 lower-case letters,
/// digits, hyphens and dots, with a letter or digit at both ends. One spelling only, because two
/// spellings of one person would be two persons to the four-eyes rule (EY-07).
pub(super) fn is_name(name: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.len() <= MAX_NAME
        && bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && bytes
            .iter()
            .all(|byte| alphanumeric(byte) || matches!(byte, b'-' | b'.'))
}

/// Reads the name of a role; the contract's zero value is none.
pub(super) fn role_from_name(name: &str) -> Option<Role> {
    Role::from_str_name(name).filter(|role| *role != Role::Unspecified)
}

/// Whether `unit` is a text of 1 to 63 characters without control characters or outer blanks.
pub(super) fn is_unit(unit: &str) -> bool {
    (1..=MAX_NAME).contains(&unit.chars().count())
        && unit.trim() == unit
        && !unit.chars().any(char::is_control)
}

/// Whether `number` is nine digits of which the last is the modulus 11 check digit of the others.
pub fn is_organisation_number(number: &str) -> bool {
    const WEIGHTS: [u32; 9] = [3, 2, 7, 6, 5, 4, 3, 2, 1];
    let bytes = number.as_bytes();
    // With weight 1 for the check digit itself the sum of a good number divides by 11; a check
    // digit of ten is no digit and can therefore not be written.
    bytes.len() == WEIGHTS.len()
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes
            .iter()
            .zip(WEIGHTS)
            .map(|(byte, weight)| u32::from(byte - b'0') * weight)
            .sum::<u32>()
            % 11
            == 0
}
