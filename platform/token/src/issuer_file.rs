//! Owns how issuers and their keys are read from files, and the form of their configuration: a JSON
//! document, read field by field, so that every bad field is named at once and a field nobody reads is
//! an error. (A derived deserializer stops at the first.)
//!
//! ```json
//! {"issuers": [
//!   {"kind": "maskinporten", "issuer": "https://maskinporten.no/",
//!    "audience": ["https://api.norec.no/"], "keys_file": "maskinporten.jwks.json",
//!    "max_lifetime_seconds": 3600,
//!    "scope_prefix": "norec:", "roles": {"norec:grants.write": "ROLE_PORTAL"}},
//!   {"kind": "oidc", "issuer": "https://login.microsoftonline.com/<tenant>/v2.0",
//!    "audience": ["<application id>"], "keys_file": "entra.jwks.json",
//!    "max_lifetime_seconds": 5400, "tid": "<tenant>", "staff_claim": "staff_id",
//!    "roles_claim": "roles", "unit_claim": "unit", "roles": {"Director": "ROLE_DIRECTOR"}},
//!   {"kind": "workload", "issuer": "https://kubernetes.default.svc.cluster.local",
//!    "audience": ["norec"], "keys_file": "cluster.jwks.json", "max_lifetime_seconds": 3600,
//!    "namespace": "norec", "roles": {"governance": "ROLE_FOLLOWER"}},
//!   {"kind": "local", "issuer": "https://local.norec.invalid/", "audience": ["norec"],
//!    "keys_file": "local.jwks.json", "max_lifetime_seconds": 3600}
//! ]}
//! ```
//!
//! `tid` and `unit_claim` may be left out. Times are in seconds, at most a day.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use serde_json::{Map, Value};
use strict_json::JsonFault;

use super::JSON_LEVELS_MAX;
use super::claims::MAX_AUDIENCES;
use super::issuer::{Issuer, Issuers, Rules};
use super::keys::{KeySet, KeySetError};
use super::maskinporten::{MaskinportenRules, is_scope};
use super::oidc::OidcRules;
use super::principal::{RoleMap, is_name, role_from_name};
use super::workload::WorkloadRules;

/// Longest text in the configuration, in bytes.
const MAX_TEXT: usize = 255;
/// Longest token lifetime that can be configured, in seconds: a day.
const MAX_LIFETIME: i64 = 24 * 60 * 60;
const TEXT: &str = "must be a text of 1 to 255 characters";

/// Why a configuration of issuers was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum IssuerFileError {
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// The document is no JSON object, or an ambiguous one.
    #[error(transparent)]
    Json(#[from] JsonFault),
    /// Every bad field, issuer by issuer.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Fields(Vec<FieldProblem>),
}

/// A bad field of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct FieldProblem {
    /// Where it stands, such as `issuers[1].audience`.
    pub field: String,
    /// What it must be.
    pub problem: String,
}

/// An issuer whose keys could not be loaded; its tokens are answered KEYSET_NOT_LOADED meanwhile.
#[derive(Debug, thiserror::Error)]
#[error("the keys of {issuer} in {} are not loaded", .file.display())]
pub struct KeysNotLoaded {
    /// The issuer's name.
    pub issuer: String,
    /// The file that was read.
    pub file: PathBuf,
    /// What was wrong with it.
    pub source: KeysFileError,
}

/// Why a file of keys could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysFileError {
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// The file is no usable JWK set.
    #[error(transparent)]
    KeySet(#[from] KeySetError),
}

impl Issuers {
    /// Reads a configuration; no keys are loaded yet.
    ///
    /// # Errors
    /// [`IssuerFileError::Fields`] names every bad field of the document at once.
    pub fn from_json(configuration: &[u8]) -> Result<Self, IssuerFileError> {
        parse(configuration).map(Self::of)
    }

    /// Reads the configuration in `file` and the key files that it names, relative to its folder.
    ///
    /// Keys that cannot be loaded are told beside the result and do not keep the service from
    /// starting: the other issuers' callers are served.
    ///
    /// # Errors
    /// As [`Issuers::from_json`], or [`IssuerFileError::Read`].
    pub fn read(file: &Path) -> Result<(Self, Vec<KeysNotLoaded>), IssuerFileError> {
        let mut issuers = parse(&std::fs::read(file)?)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut not_loaded = Vec::new();
        for issuer in &mut issuers {
            let file = folder.join(&issuer.keys_file);
            match read_keys(&file) {
                Ok(keys) => issuer.keys = Some(keys),
                Err(source) => {
                    not_loaded.push(KeysNotLoaded {
                        issuer: issuer.name.clone(),
                        file,
                        source,
                    });
                }
            }
        }
        Ok((Self::of(issuers), not_loaded))
    }
}

fn read_keys(file: &Path) -> Result<KeySet, KeysFileError> {
    Ok(KeySet::from_jwks(&std::fs::read(file)?)?)
}

/// Reads the configuration.
fn parse(configuration: &[u8]) -> Result<Vec<Issuer>, IssuerFileError> {
    let mut file = Fields::of(strict_json::object(configuration, JSON_LEVELS_MAX)?, "");
    let entries = file
        .required("issuers", "must be a list of one object or more", objects)
        .unwrap_or_default();
    let mut problems = file.finish();
    let mut issuers: Vec<Issuer> = Vec::with_capacity(entries.len());
    for (place, entry) in entries.into_iter().enumerate() {
        let at = format!("issuers[{place}].");
        match read_issuer(Fields::of(entry, &at)) {
            Ok(issuer) if issuers.iter().any(|earlier| earlier.name == issuer.name) => {
                let problem = "stands twice in the file".to_owned();
                problems.push(FieldProblem {
                    field: format!("{at}issuer"),
                    problem,
                });
            }
            Ok(issuer) => issuers.push(issuer),
            Err(bad) => problems.extend(bad),
        }
    }
    if problems.is_empty() {
        Ok(issuers)
    } else {
        Err(IssuerFileError::Fields(problems))
    }
}

fn read_issuer(mut fields: Fields) -> Result<Issuer, Vec<FieldProblem>> {
    let name = fields.required(
        "issuer",
        "must be an address that begins with https://",
        address,
    );
    let audience = fields.required(
        "audience",
        "must be a list of 1 to 16 texts, and \"unspecified\" is nobody's audience",
        audience,
    );
    let keys_file = fields.required("keys_file", TEXT, text);
    let lifetime = fields.required(
        "max_lifetime_seconds",
        "must be a whole number from 1 to 86400",
        lifetime,
    );
    let rules = match fields.required("kind", TEXT, text).as_deref() {
        Some("maskinporten") => maskinporten(&mut fields),
        Some("oidc") => oidc(&mut fields),
        Some("workload") => workload(&mut fields),
        Some("local") => Some(Rules::Local),
        Some(_) => {
            fields.problem("kind", "must be maskinporten, oidc, workload or local");
            // What belongs to the kind that was meant cannot be told from what does not.
            return Err(fields.problems);
        }
        None => return Err(fields.problems),
    };
    let problems = fields.finish();
    match (name, audience, keys_file, lifetime, rules) {
        (Some(name), Some(audience), Some(keys_file), Some(max_lifetime), Some(rules))
            if problems.is_empty() =>
        {
            let keys_file = PathBuf::from(keys_file);
            Ok(Issuer {
                name,
                audience,
                keys_file,
                max_lifetime,
                rules,
                keys: None,
            })
        }
        _ => Err(problems),
    }
}

fn maskinporten(fields: &mut Fields) -> Option<Rules> {
    let prefix = fields.required(
        "scope_prefix",
        "must be the beginning of a scope",
        |value| text(value).filter(|prefix| is_scope(prefix)),
    );
    let expected = "is no scope that begins with scope_prefix";
    let is_ours = |scope: &str| {
        is_scope(scope)
            && prefix
                .as_ref()
                .is_none_or(|prefix| scope.starts_with(prefix))
    };
    let roles = fields.roles(expected, is_ours);
    Some(Rules::Maskinporten(MaskinportenRules {
        scope_prefix: prefix?,
        roles: roles?,
    }))
}

fn oidc(fields: &mut Fields) -> Option<Rules> {
    let tenant = fields.optional("tid", TEXT, text);
    let staff_claim = fields.required("staff_claim", TEXT, text);
    let roles_claim = fields.required("roles_claim", TEXT, text);
    let unit_claim = fields.optional("unit_claim", TEXT, text);
    let roles = fields.roles("is no value of a claim", |value| !value.is_empty());
    Some(Rules::Oidc(OidcRules {
        tenant,
        staff_claim: staff_claim?,
        roles_claim: roles_claim?,
        unit_claim,
        roles: roles?,
    }))
}

fn workload(fields: &mut Fields) -> Option<Rules> {
    let namespace = fields.required("namespace", "must be the name of a namespace", |value| {
        text(value).filter(|namespace| is_name(namespace))
    });
    let roles = fields.roles("is no name of a service account", is_name);
    Some(Rules::Workload(WorkloadRules {
        namespace: namespace?,
        roles: roles?,
    }))
}

/// The fields of one object that were not read yet, and what was wrong with those that were.
struct Fields {
    at: String,
    left: Map<String, Value>,
    problems: Vec<FieldProblem>,
}

impl Fields {
    fn of(object: Map<String, Value>, at: &str) -> Self {
        Self {
            at: at.to_owned(),
            left: object,
            problems: Vec::new(),
        }
    }

    fn problem(&mut self, field: &str, problem: &str) {
        let field = format!("{}{field}", self.at);
        self.problems.push(FieldProblem {
            field,
            problem: problem.to_owned(),
        });
    }

    /// Reads a field that may be absent; a bad one is noted and read as absent.
    fn optional<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(self.left.remove(name)?);
        if found.is_none() {
            self.problem(name, expected);
        }
        found
    }

    fn required<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        if !self.left.contains_key(name) {
            self.problem(name, "is missing");
        }
        self.optional(name, expected, read)
    }

    /// Reads `roles`, whose keys `is_key` accepts and whose values are names of roles.
    fn roles(&mut self, expected: &str, is_key: impl Fn(&str) -> bool) -> Option<RoleMap> {
        let entries = self.required("roles", "must be an object", |value| match value {
            Value::Object(entries) => Some(entries),
            _ => None,
        })?;
        let mut roles = RoleMap::new();
        for (key, value) in entries {
            let field = format!("roles[{key:?}]");
            if !is_key(&key) {
                self.problem(&field, expected);
            }
            match value.as_str().and_then(role_from_name) {
                Some(role) => {
                    roles.insert(key, role);
                }
                None => self.problem(&field, "must be the name of a role, such as ROLE_DIRECTOR"),
            }
        }
        Some(roles)
    }

    /// Everything that was wrong; fields that nobody read are.
    fn finish(mut self) -> Vec<FieldProblem> {
        let unread: Vec<String> = self.left.keys().cloned().collect();
        for name in unread {
            self.problem(&name, "is no field of this object");
        }
        self.problems
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text)
            if (1..=MAX_TEXT).contains(&text.len()) && !text.contains(char::is_control) =>
        {
            Some(text)
        }
        _ => None,
    }
}

/// An `iss`, which is compared byte for byte and must therefore have one spelling: ASCII.
fn address(value: Value) -> Option<String> {
    text(value).filter(|address| {
        address
            .strip_prefix("https://")
            .is_some_and(|rest| !rest.is_empty())
            && address.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// Maskinporten writes `unspecified` into every token that its client asked no audience for, so
/// accepting it would accept tokens made for anybody.
fn audience(value: Value) -> Option<Vec<String>> {
    let Value::Array(list) = value else {
        return None;
    };
    let audience: Vec<String> = list.into_iter().map(text).collect::<Option<_>>()?;
    let ours = (1..=MAX_AUDIENCES).contains(&audience.len())
        && !audience.iter().any(|entry| entry == "unspecified");
    ours.then_some(audience)
}

fn lifetime(value: Value) -> Option<TimeDelta> {
    let seconds = value
        .as_i64()
        .filter(|seconds| (1..=MAX_LIFETIME).contains(seconds))?;
    TimeDelta::try_seconds(seconds)
}

fn objects(value: Value) -> Option<Vec<Map<String, Value>>> {
    let Value::Array(list) = value else {
        return None;
    };
    let objects = list.into_iter().map(|entry| match entry {
        Value::Object(object) => Some(object),
        _ => None,
    });
    objects
        .collect::<Option<Vec<_>>>()
        .filter(|list| !list.is_empty())
}
