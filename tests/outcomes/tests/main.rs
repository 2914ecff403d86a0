//! Every (service, method, code, reason, reasons of bad fields) that a test's client saw, against the
//! contract: a WRITE that no test brought to an end fails, and so does a reason that a method promises and
//! no test produced, that a method gives and its comment does not name, or that comes with another code
//! than the contract's.
//! Runs after all other tests (`make test`).

#![expect(clippy::unwrap_used, reason = "a proof that cannot be read fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use platform::Nouns;
use prost_reflect::{DescriptorPool, EnumDescriptor, EnumValueDescriptor, MethodDescriptor};
use proto::access::v1::Effect;
use proto::{MethodRule, Package, field_reason};
use tonic::Code;

/// Reasons that any method may give, and whose mechanism has tests of its own.
const ANY_METHOD: [&str; 26] = [
    "HTTP_METHOD_UNKNOWN",
    "CONTENT_TYPE_UNKNOWN",
    "DATABASE_FULL",
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

/// Who is called in tests: every service, and the tests' own host.
const CALLED: [&Nouns; 3] = [&grants::NOUNS, &governance::NOUNS, &contract::NOUNS];

/// What the tests' clients saw.
#[derive(Default)]
struct Seen {
    /// Reasons by service and method; `Ok` for an answer.
    by_method: BTreeMap<(String, String), BTreeSet<String>>,
    /// Each reason with the gRPC codes that it came with.
    codes: BTreeMap<String, BTreeSet<String>>,
    /// Reasons to refuse a field.
    of_fields: BTreeSet<String>,
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
                let [service, path, code, reason, of_fields] =
                    line.split('\t').collect::<Vec<_>>()[..]
                else {
                    panic!("{line:?} is service, method, code, reason and those of fields")
                };
                let of_fields = of_fields.split(',').filter(|it| !it.is_empty());
                seen.of_fields.extend(of_fields.map(str::to_owned));
                let outcome = if code == "Ok" { code } else { reason };
                let method = (service.to_owned(), path.to_owned());
                let of_method = seen.by_method.entry(method).or_default();
                of_method.insert(outcome.to_owned());
                let of_reason = seen.codes.entry(outcome.to_owned()).or_default();
                of_reason.insert(code.to_owned());
            }
        }
        Some(seen)
    }

    /// What a method gave at these services.
    fn of<'a>(&self, services: impl IntoIterator<Item = &'a str>, path: &str) -> BTreeSet<String> {
        let methods = services
            .into_iter()
            .map(|it| (it.to_owned(), path.to_owned()));
        let outcomes = methods.filter_map(|it| self.by_method.get(&it));
        outcomes.flatten().cloned().collect()
    }
}

/// The RPC with this path.
fn method(pool: &DescriptorPool, path: &str) -> MethodDescriptor {
    let (service, name) = path[1..].split_once('/').unwrap();
    let service = pool.get_service_by_name(service).unwrap();
    service.methods().find(|it| it.name() == name).unwrap()
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

/// Reasons to refuse a field that no client of the tests is told: a text of NUL is found before the
/// database sees it; twenty returns, fifty amendments and fifty commitments are counted in the domain's tests; and
/// the others stand in the text of CONTROL_TOTAL_DIFFERS.
const OF_NO_FIELD: [&str; 9] = [
    "UNSTORABLE",
    "RETURNS",
    "AMENDMENTS",
    "COMMITMENTS",
    "POST_DIFFERS",
    "ACCEPTABLE",
    "ACCEPTED",
    "CONTROL_TOTAL_MISSING",
    "ROWS_MISSING",
];

/// The steps of a payment that a host's guard may refuse.
const GUARDED: [&str; 3] = [
    "/norec.spending.v1.DisbursementService/RequestDisbursement",
    "/norec.spending.v1.DisbursementService/DecideDisbursement",
    "/norec.spending.v1.DisbursementService/AttestDisbursement",
];

/// The reasons of the packages that only this host serves.
fn host_reasons(nouns: &Nouns) -> BTreeSet<String> {
    let is_own = |package: &&&Package| {
        let hosts = CALLED
            .iter()
            .filter(|it| it.packages.iter().any(|p| p.name == package.name));
        hosts.count() == 1
    };
    let reasons = |package: &&Package| {
        let pool = DescriptorPool::decode(package.descriptors).unwrap();
        let reasons = pool.get_enum_by_name(&format!("{}.ErrorReason", package.name));
        let values = reasons.iter().flat_map(EnumDescriptor::values);
        let names = values.map(|it| it.name().replace("ERROR_REASON_", ""));
        names.collect::<Vec<_>>()
    };
    let own = nouns.packages.iter().filter(is_own);
    own.flat_map(reasons).collect()
}

/// What is wrong with what a method gave; `own` are the reasons that a guarded step may give besides.
fn faults(
    rule: &MethodRule,
    pool: &DescriptorPool,
    known: &BTreeMap<String, Code>,
    given: &BTreeSet<String>,
    own: &BTreeSet<String>,
) -> Vec<String> {
    let mut faults = Vec::new();
    if rule.effect == Effect::Write && !given.contains("Ok") {
        faults.push("no test brought it to an end".to_owned());
    }
    let any = |it: &&String| ANY_METHOD.contains(&it.as_str());
    let promised = promised(&method(pool, rule.path), known);
    for reason in promised.difference(given).filter(|it| !any(it)) {
        faults.push(format!("promises {reason}, which no test produced"));
    }
    let unnamed = given
        .difference(&promised)
        .filter(|it| *it != "Ok" && !any(it));
    for reason in unnamed.filter(|it| !(GUARDED.contains(&rule.path) && own.contains(*it))) {
        faults.push(format!("gave {reason:?}, which its comment does not name"));
    }
    faults
}

/// A package of a service is held to what it promises at every service that hosts it; what all serve
/// alike, over all of them.
#[test]
fn the_tests_produced_what_the_contract_promises_and_nothing_else() {
    let Some(seen) = Seen::read() else {
        eprintln!("skipped: NOREC_OUTCOMES is not set; `make test` notes what all tests saw");
        return;
    };
    let services = || CALLED.iter().map(|it| it.service);
    let mut found = Vec::new();
    let pools = [proto::DESCRIPTORS, contract::DESCRIPTORS];
    let pools = pools.map(|it| DescriptorPool::decode(it).unwrap());
    let known: BTreeMap<_, _> = pools.iter().flat_map(reasons).collect();
    for nouns in CALLED {
        let own = host_reasons(nouns);
        for package in nouns.all_packages() {
            let pool = DescriptorPool::decode(package.descriptors).unwrap();
            let is_alike = !nouns.packages.iter().any(|it| it.name == package.name);
            for rule in package.rules {
                let given = match is_alike {
                    true => seen.of(services(), rule.path),
                    false => seen.of([nouns.service], rule.path),
                };
                let of_rule = faults(rule, &pool, &known, &given, &own).into_iter();
                found.extend(of_rule.map(|it| format!("{} {}: {it}", nouns.service, rule.path)));
            }
        }
    }
    for (reason, code) in known {
        let expected = BTreeSet::from([format!("{code:?}")]);
        match seen.codes.get(&reason) {
            None => found.push(format!(
                "{reason} is in the contract, and no test produced it"
            )),
            Some(codes) if *codes != expected => found.push(format!(
                "{reason} came with {codes:?}; the contract says {code:?}"
            )),
            Some(_) => (),
        }
    }
    let of_fields = field_reason::ALL.iter().map(|it| it.name.to_owned());
    let unseen = of_fields.filter(|it| !seen.of_fields.contains(it));
    for it in unseen.filter(|it| !OF_NO_FIELD.contains(&it.as_str())) {
        found.push(format!(
            "no test produced a field that is refused with {it}"
        ));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
