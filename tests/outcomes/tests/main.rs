//! Every (method, code, reason) that a test's client saw, against the contract: a WRITE that no test
//! brought to an end fails, and so does a reason that a method promises and no test produced, or that
//! a method gives and its comment does not name. Runs after all other tests (`make test`).

#![expect(clippy::unwrap_used, reason = "a proof that cannot be read fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use prost_reflect::{DescriptorPool, MethodDescriptor};
use proto::access::v1::Effect;

/// Reasons that any method may give, and whose mechanism has tests of its own.
const ANY_METHOD: [&str; 22] = [
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

/// Promises of single methods that no test has brought about yet, though one has from another method.
/// The list only shrinks: a promise that is produced must be struck off.
const OWED: [(&str, &str); 15] = [
    ("UpdateReport", "CHART_UNKNOWN"),
    ("UpdateReport", "CUTOFF_NOT_CLOSED"),
    ("UpdateReport", "DIMENSIONS_DIFFER"),
    ("UpdateReport", "FIGURE_UNKNOWN"),
    ("UpdateReport", "UNITS_DIFFER"),
    ("ConfirmAgreementCorrection", "DATE_BEFORE_PREVIOUS_STEP"),
    ("ConfirmAllocationLineReversal", "SET_ASIDE_EXCEEDED"),
    ("DecideDisbursement", "DATE_BEFORE_PREVIOUS_STEP"),
    ("DecideDisbursement", "DISBURSEMENT_WRONG_STATE"),
    ("AttestDisbursement", "DATE_BEFORE_PREVIOUS_STEP"),
    ("AttestDisbursement", "DISBURSEMENT_WRONG_STATE"),
    ("VoidDisbursement", "DATE_BEFORE_PREVIOUS_STEP"),
    ("CorrectPayment", "OTHER_YEAR_REASON_REQUIRED"),
    ("ResumeSchemeEdition", "SCHEME_WRONG_STATE"),
    ("CloseSchemeEdition", "SCHEME_WRONG_STATE"),
];

type Seen = BTreeMap<String, BTreeSet<String>>;

/// Reasons seen, by method; `Ok` for an answer. None when the other tests did not note them.
fn seen() -> Option<Seen> {
    let folder = PathBuf::from(std::env::var_os("NOREC_OUTCOMES")?);
    let mut seen = Seen::new();
    for entry in std::fs::read_dir(folder).ok()? {
        for line in std::fs::read_to_string(entry.unwrap().path())
            .unwrap()
            .lines()
        {
            let fields: Vec<_> = line.split('\t').collect();
            let outcome = if fields[1] == "Ok" { "Ok" } else { fields[2] };
            seen.entry(fields[0].to_owned())
                .or_default()
                .insert(outcome.to_owned());
        }
    }
    Some(seen)
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
fn promised(method: &MethodDescriptor, known: &BTreeSet<String>) -> BTreeSet<String> {
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
        .filter(|it| known.contains(*it))
        .map(str::to_owned)
        .collect()
}

fn reasons(pool: &DescriptorPool) -> BTreeSet<String> {
    pool.all_enums()
        .filter(|it| it.name() == "ErrorReason")
        .flat_map(|it| it.values().map(|v| v.name().to_owned()).collect::<Vec<_>>())
        .map(|it| it.replace("ERROR_REASON_", ""))
        .collect()
}

#[test]
fn the_tests_produced_what_the_contract_promises_and_nothing_else() {
    let Some(seen) = seen() else {
        eprintln!("skipped: NOREC_OUTCOMES is not set; `make test` notes what all tests saw");
        return;
    };
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    let known = reasons(&pool);
    let mut faults = Vec::new();
    let mut produced = BTreeSet::new();
    for (path, method) in methods(&pool) {
        let outcomes = seen.get(&path).cloned().unwrap_or_default();
        produced.extend(outcomes.iter().cloned());
        if proto::rule(&path).unwrap().effect == Effect::Write && !outcomes.contains("Ok") {
            faults.push(format!("{path}: no test brought it to an end"));
        }
        let promised = promised(&method, &known);
        for reason in promised
            .iter()
            .filter(|it| !ANY_METHOD.contains(&it.as_str()))
        {
            let is_owed = OWED.contains(&(method.name(), reason.as_str()));
            match outcomes.contains(reason) {
                false if !is_owed => {
                    faults.push(format!("{path}: promises {reason}, which no test produced"));
                }
                true if is_owed => {
                    faults.push(format!(
                        "{path}: {reason} is produced; strike it off what is owed"
                    ));
                }
                _ => (),
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
    for outcomes in seen.values() {
        produced.extend(outcomes.iter().cloned());
    }
    let unspecified = "UNSPECIFIED".to_owned();
    for reason in known.difference(&produced).filter(|it| **it != unspecified) {
        faults.push(format!(
            "{reason} is in the contract, and no test produced it"
        ));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
