//! The configuration of issuers: what is accepted, what is named when it is not, and the files.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::fixture::{
    CLUSTER, ENTRA, LOCAL, MASKINPORTEN, NOW, STAFF, Signer, configuration, good, jwks, key_set,
    token,
};
use crate::{
    FieldProblem, IssuerFileError, Issuers, JsonFault, KeySetError, KeysFileError, Reject, validate,
};

fn problems(document: &Value) -> Vec<FieldProblem> {
    match Issuers::from_json(document.to_string().as_bytes()) {
        Err(IssuerFileError::Fields(problems)) => problems,
        other => panic!("{document}: {other:?}"),
    }
}

/// The tests' configuration with one field of the issuer at `place` changed.
fn changed(place: usize, field: &str, value: Value) -> Value {
    let mut document = configuration();
    document["issuers"][place][field] = value;
    document
}

const MP: usize = 0;
const OIDC: usize = 1;
const WORKLOAD: usize = 3;
const LOCALLY: usize = 4;

/// Asserts that the configuration with `field` of the issuer at `place` changed is refused for
/// `named` alone.
fn assert_named(place: usize, field: &str, value: &Value, named: &str) {
    let problems = problems(&changed(place, field, value.clone()));
    let fields: Vec<&str> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [format!("issuers[{place}].{named}")],
        "{field}: {value}"
    );
}

#[test]
fn each_bad_field_that_all_kinds_have_is_named() {
    for (field, values) in [
        (
            "issuer",
            json!([
                "http://maskinporten.no/",
                "https://",
                "https://n\u{f8}rec.no/",
                ["x"]
            ]),
        ),
        (
            "audience",
            json!([
                "norec",
                [],
                [""],
                ["norec", "unspecified"],
                vec!["x"; 17],
                [1]
            ]),
        ),
        (
            "keys_file",
            json!(["", "keys\n.json", "k".repeat(256), null]),
        ),
        (
            "max_lifetime_seconds",
            json!([0, -1, 86_401, "3600", 3600.5]),
        ),
        ("kind", json!(["saml", "Local", 1])),
        ("leeway", json!([300])),
    ] {
        for value in values.as_array().unwrap() {
            assert_named(MP, field, value, field);
        }
    }
    // A name taken twice is noticed at the later of the two.
    assert_named(OIDC, "issuer", &json!(MASKINPORTEN), "issuer");
}

#[test]
fn each_bad_field_of_a_kind_is_named() {
    for (place, field, values) in [
        (MP, "scope_prefix", json!(["norec x", "", 1])),
        (MP, "roles", json!([["ROLE_PORTAL"], "ROLE_PORTAL"])),
        (MP, "tid", json!(["x"])),
        (OIDC, "tid", json!(["", null])),
        (OIDC, "staff_claim", json!(["", 5])),
        (OIDC, "roles_claim", json!(["", 5])),
        (OIDC, "unit_claim", json!(["", []])),
        (OIDC, "scope_prefix", json!(["x"])),
        (WORKLOAD, "namespace", json!(["Norec", "a:b", ""])),
        (LOCALLY, "roles", json!([{"x": "ROLE_DIRECTOR"}])),
    ] {
        for value in values.as_array().unwrap() {
            assert_named(place, field, value, field);
        }
    }
}

#[test]
fn each_bad_role_is_named_by_its_key() {
    for (place, key, role) in [
        (MP, "skatt:x", json!("ROLE_PORTAL")),
        (MP, "norec: x", json!("ROLE_PORTAL")),
        (MP, "norec:x", json!("ROLE_KING")),
        (MP, "norec:x", json!("ROLE_UNSPECIFIED")),
        (MP, "norec:x", json!(1)),
        (OIDC, "", json!("ROLE_DIRECTOR")),
        (WORKLOAD, "a:b", json!("ROLE_FOLLOWER")),
    ] {
        assert_named(
            place,
            "roles",
            &json!({ key: role }),
            &format!("roles[{key:?}]"),
        );
    }
}

#[test]
fn each_missing_field_is_named() {
    for (place, fields) in [
        (
            MP,
            &[
                "issuer",
                "kind",
                "audience",
                "keys_file",
                "max_lifetime_seconds",
            ][..],
        ),
        (MP, &["scope_prefix", "roles"]),
        (OIDC, &["staff_claim", "roles_claim", "roles"]),
        (WORKLOAD, &["namespace", "roles"]),
    ] {
        for field in fields {
            let mut document = configuration();
            document["issuers"][place]
                .as_object_mut()
                .unwrap()
                .remove(*field);
            let expected = FieldProblem {
                field: format!("issuers[{place}].{field}"),
                problem: "is missing".to_owned(),
            };
            assert_eq!(problems(&document), [expected]);
        }
    }
}

#[test]
fn all_bad_fields_are_named_at_once() {
    let mut document = changed(MP, "audience", json!([]));
    document["issuers"][MP]["roles"] = json!({"norec:a": "ROLE_KING", "b": "ROLE_QUEEN"});
    document["issuers"][OIDC]["staff_claim"] = json!(1);
    document["issuers"][OIDC]["surplus"] = json!(1);
    document["version"] = json!(1);
    let message = Issuers::from_json(document.to_string().as_bytes())
        .unwrap_err()
        .to_string();
    let fields: Vec<&str> = message
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    let expected = [
        "version",
        "issuers[0].audience",
        r#"issuers[0].roles["norec:a"]"#,
        r#"issuers[0].roles["b"]"#,
        r#"issuers[0].roles["b"]"#,
        "issuers[1].staff_claim",
        "issuers[1].surplus",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a_document_that_is_ambiguous_or_empty_is_refused() {
    let duplicate = Issuers::from_json(br#"{"issuers":[],"issuers":[]}"#).unwrap_err();
    assert!(matches!(
        duplicate,
        IssuerFileError::Json(JsonFault::DuplicateKey { .. })
    ));
    for document in [json!({}), json!({"issuers": []}), json!({"issuers": [1]})] {
        assert_eq!(problems(&document)[0].field, "issuers");
    }
}

#[test]
fn the_example_in_the_documentation_is_accepted() {
    let source = include_str!("../issuer_file.rs");
    let example: String = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .skip_while(|line| line.trim() != "```json")
        .skip(1)
        .take_while(|line| line.trim() != "```")
        .collect();
    let issuers = Issuers::from_json(example.as_bytes()).unwrap();
    assert!(issuers.trusts_local_key());
}

#[test]
fn a_local_key_is_noticed() {
    let mut document = configuration();
    assert!(
        Issuers::from_json(document.to_string().as_bytes())
            .unwrap()
            .trusts_local_key()
    );
    document["issuers"].as_array_mut().unwrap().remove(LOCALLY);
    assert!(
        !Issuers::from_json(document.to_string().as_bytes())
            .unwrap()
            .trusts_local_key()
    );
}

#[test]
fn keys_are_given_to_configured_issuers_only() {
    let mut issuers = Issuers::from_json(configuration().to_string().as_bytes()).unwrap();
    assert!(!issuers.set_keys(
        "https://stranger.example/",
        key_set(&[Signer::Es256.jwk("x")])
    ));
}

/// A folder of its own for one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("token-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.0.join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn keys_that_cannot_be_loaded_are_told_and_the_others_serve() {
    let folder = Folder::new("keys");
    let file = folder.write("issuers.json", configuration().to_string().as_bytes());
    folder.write("maskinporten.jwks.json", &jwks(&[Signer::Rs256.jwk("mp")]));
    folder.write("workload.jwks.json", &jwks(&[Signer::Es256.jwk("cluster")]));
    folder.write("local.jwks.json", br#"{"keys":[]}"#);
    let (issuers, not_loaded) = Issuers::read(&file).unwrap();

    let told: Vec<&str> = not_loaded.iter().map(|keys| keys.issuer.as_str()).collect();
    assert_eq!(told, [ENTRA, STAFF, LOCAL, super::fixture::WITHOUT_KEYS]);
    assert!(matches!(not_loaded[0].source, KeysFileError::Read(_)));
    assert!(matches!(
        not_loaded[2].source,
        KeysFileError::KeySet(KeySetError::Empty)
    ));
    assert_eq!(not_loaded[0].file, folder.0.join("oidc.jwks.json"));

    let call = |issuer| {
        validate(
            &[format!("Bearer {}", token(&good(issuer))).as_bytes()],
            NOW,
            &issuers,
        )
    };
    assert!(call(MASKINPORTEN).is_ok());
    assert!(call(CLUSTER).is_ok());
    assert_eq!(call(STAFF), Err(Reject::KeysetNotLoaded));
    assert_eq!(call(LOCAL), Err(Reject::KeysetNotLoaded));
}

#[test]
fn a_configuration_that_is_not_there_is_an_error() {
    let folder = Folder::new("absent");
    let refused = Issuers::read(&folder.0.join("issuers.json")).unwrap_err();
    assert!(matches!(refused, IssuerFileError::Read(_)));
}
