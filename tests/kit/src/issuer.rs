//! Two local issuers that every test's service trusts, and the tokens they mint.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use platform::{Issuers, KeySet, Kind, LocalClaims, LocalIssuer};
use proto::access::v1::Role;

/// The issuer of most tokens.
pub const ISSUER: &str = "https://local.norec.test/";
/// Another issuer, which knows the same persons.
pub const OTHER_ISSUER: &str = "https://staff.norec.test/";
/// Whom tokens are for.
pub const AUDIENCE: &str = "norec-test";

fn issuer(name: &'static str) -> &'static LocalIssuer {
    static ISSUERS: OnceLock<[LocalIssuer; 2]> = OnceLock::new();
    let [one, other] =
        ISSUERS.get_or_init(|| [ISSUER, OTHER_ISSUER].map(|it| LocalIssuer::generate(it).unwrap()));
    if name == ISSUER { one } else { other }
}

/// A token for this caller, minted at an instant and valid for an hour.
pub fn token(
    issuer_name: &'static str,
    kind: Kind,
    subject: &str,
    roles: &[Role],
    now: DateTime<Utc>,
) -> String {
    let claims = LocalClaims {
        audience: AUDIENCE,
        kind,
        subject,
        roles,
        unit: None,
    };
    issuer(issuer_name)
        .mint(&claims, now, TimeDelta::hours(1))
        .unwrap()
}

/// The issuer that is configured, and whose keys are not there.
const KEYLESS_ISSUER: &str = "https://keyless.norec.test/";

/// A token of an issuer whose keys are not loaded.
pub fn token_without_keys(subject: &str, roles: &[Role]) -> String {
    let claims = LocalClaims {
        audience: AUDIENCE,
        kind: Kind::Person,
        subject,
        roles,
        unit: None,
    };
    let issuer = LocalIssuer::generate(KEYLESS_ISSUER).unwrap();
    issuer
        .mint(&claims, Utc::now(), TimeDelta::hours(1))
        .unwrap()
}

pub(crate) fn trusted() -> Issuers {
    let mut issuers = Issuers::from_json(configuration().to_string().as_bytes()).unwrap();
    for name in [ISSUER, OTHER_ISSUER] {
        let keys = KeySet::from_jwks(issuer(name).jwks().as_bytes()).unwrap();
        assert!(issuers.set_keys(name, keys));
    }
    issuers
}

/// The same for a program: writes the issuers' file, whose name is answered, and their keys.
pub(crate) fn write_trusted(folder: &Path) -> PathBuf {
    for name in [ISSUER, OTHER_ISSUER] {
        std::fs::write(folder.join(keys_file(name)), issuer(name).jwks()).unwrap();
    }
    let file = folder.join("issuers.json");
    std::fs::write(&file, configuration().to_string()).unwrap();
    file
}

fn configuration() -> serde_json::Value {
    let entry = |name: &str| {
        serde_json::json!({
            "issuer": name, "kind": "local", "audience": [AUDIENCE],
            "keys_file": keys_file(name), "max_lifetime_seconds": 7200,
        })
    };
    let entries = [ISSUER, OTHER_ISSUER, KEYLESS_ISSUER].map(entry);
    serde_json::json!({ "issuers": entries })
}

/// Such as `local.norec.test.json`.
fn keys_file(name: &str) -> String {
    let host = name.trim_start_matches("https://").trim_end_matches('/');
    format!("{host}.json")
}
