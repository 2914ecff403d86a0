//! Every (method, code, reason) that a test's client saw, against the contract: a WRITE that no test
//! brought to an end fails, and so does a reason that a method promises and no test produced, that a
//! method gives and its comment does not name, or that comes with another code than the contract's.
//! Runs after all other tests (`make test`).

#![expect(clippy::unwrap_used, reason = "a proof that cannot be read fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use prost_reflect::{DescriptorPool, EnumValueDescriptor, MethodDescriptor};
use proto::access::v1::Effect;
use tonic::Code;

/// Reasons that any method may give, and whose mechanism has tests of its own.
const ANY_METHOD: [&str; 23] = [
    "ENCODING_UNKNOWN",
    "READ_TIME_TOO_RECENT",
    "TOKEN_MISSING",
    "TOKEN_EXPIRED",
    "TOKEN_REJECTED",
    "KEYSET_NOT_LOADED",
    "ROLE_MISSING",
    "NEEDS_A_PERSON",
    "SEPARATION_OF_DUTIES",
    "METHOD_UNKNOWN",
    "REQUEST_UNDECODABLE",
    "REQUEST_TOO_LARGE",
    "INVALID_FIELDS",
    "REQUEST_ID_REUSED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "STALE_ETAG",
    "LATE_REASON_REQUIRED",
    "BUSY",
    "DATABASE_UNAVAILABLE",
    "OVERLOADED",
    "DEADLINE_PASSED",
    "INTERNAL",
];

/// What the tests' clients saw.
#[derive(Default)]
struct Seen {
    /// Reasons by method; `Ok` for an answer.
    by_method: BTreeMap<String, BTreeSet<String>>,
    /// Each reason with the gRPC codes that it came with.
    codes: BTreeMap<String, BTreeSet<String>>,
}

impl Seen {
    /// None when the other tests did not note what they saw.
    fn read() -> Option<Self> {
        let folder = PathBuf::from(std::env::var_os("NOREC_OUTCOMES")?);
        let mut seen = Self::default();
        for entry in std::fs::read_dir(folder).ok()? {
            for line in std::fs::read_to_string(entry.unwrap().path())
                .unwrap()
                .lines()
            {
                let [path, code, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                    panic!("{line:?} is method, code and reason")
                };
                let outcome = if code == "Ok" { code } else { reason };
                let of_method = seen.by_method.entry(path.to_owned()).or_default();
                of_method.insert(outcome.to_owned());
                let of_reason = seen.codes.entry(outcome.to_owned()).or_default();
                of_reason.insert(code.to_owned());
            }
        }
        Some(seen)
    }
}

fn methods(pool: &DescriptorPool) -> Vec<(String, MethodDescriptor)> {
    let ours = pool
        .services()
        .filter(|it| it.full_name().starts_with("norec."));
    ours.flat_map(|it| it.methods().collect::<Vec<_>>())
        .map(|it| {
            (
                format!("/{}/{}", it.parent_service().full_name(), it.name()),
                it,
            )
        })
        .collect()
}

/// Reasons that a method's comment names.
fn promised(method: &MethodDescriptor, known: &BTreeMap<String, Code>) -> BTreeSet<String> {
    let service = method.parent_service();
    let file = service.parent_file();
    let at = |it: Option<usize>| i32::try_from(it.unwrap()).unwrap();
    let service_at = at(file.services().position(|it| it == *service));
    let path = [
        6,
        service_at,
        2,
        at(service.methods().position(|it| it == *method)),
    ];
    let info = file
        .file_descriptor_proto()
        .source_code_info
        .clone()
        .unwrap();
    let location = info.location.into_iter().find(|it| it.path == path);
    let text = location
        .and_then(|it| it.leading_comments)
        .unwrap_or_default();
    let words = text.split(|it: char| !(it.is_ascii_uppercase() || it == '_'));
    words
        .filter(|it| known.contains_key(*it))
        .map(str::to_owned)
        .collect()
}

/// Every reason of the contract, with its gRPC code.
fn reasons(pool: &DescriptorPool) -> BTreeMap<String, Code> {
    let option = pool
        .get_extension_by_name("norec.access.v1.reason")
        .unwrap();
    let code = |value: &EnumValueDescriptor| {
        let texts = value.options().get_extension(&option).into_owned();
        let code = texts.as_message().unwrap().get_field_by_name("code");
        Code::from_i32(code.unwrap().as_i32().unwrap())
    };
    pool.all_enums()
        .filter(|it| it.name() == "ErrorReason")
        .flat_map(|it| it.values().collect::<Vec<_>>())
        .filter(|it| it.number() != 0)
        .map(|it| (it.name().replace("ERROR_REASON_", ""), code(&it)))
        .collect()
}

#[test]
fn the_tests_produced_what_the_contract_promises_and_nothing_else() {
    let Some(seen) = Seen::read() else {
        eprintln!("skipped: NOREC_OUTCOMES is not set; `make test` notes what all tests saw");
        return;
    };
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    let known = reasons(&pool);
    let mut faults = Vec::new();
    for (path, method) in methods(&pool) {
        let outcomes = seen.by_method.get(&path).cloned().unwrap_or_default();
        if proto::packages::rule(&path).unwrap().effect == Effect::Write && !outcomes.contains("Ok")
        {
            faults.push(format!("{path}: no test brought it to an end"));
        }
        let promised = promised(&method, &known);
        for reason in promised
            .iter()
            .filter(|it| !ANY_METHOD.contains(&it.as_str()))
        {
            if !outcomes.contains(reason) {
                faults.push(format!("{path}: promises {reason}, which no test produced"));
            }
        }
        for reason in outcomes.difference(&promised) {
            if reason != "Ok" && !ANY_METHOD.contains(&reason.as_str()) {
                faults.push(format!(
                    "{path}: gave {reason:?}, which its comment does not name"
                ));
            }
        }
    }
    for (reason, code) in known {
        let expected = BTreeSet::from([format!("{code:?}")]);
        match seen.codes.get(&reason) {
            None => faults.push(format!(
                "{reason} is in the contract, and no test produced it"
            )),
            Some(codes) if *codes != expected => faults.push(format!(
                "{reason} came with {codes:?}; the contract says {code:?}"
            )),
            Some(_) => (),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
