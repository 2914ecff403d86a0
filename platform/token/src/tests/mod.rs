//! The tokens that must be refused, each for its own reason, and those that must be accepted.
//!
//! Every refused token is a good one with one thing changed, and signed again where the change is
//! in what is signed, so that it can fail for that one thing only.

mod accepted;
mod arbitrary;
mod claims;
mod fixture;
mod form;
mod header;
mod issuer_file;
mod keys;
mod kinds;
mod local;
mod names;
mod oracle;
mod verdicts;

use std::collections::BTreeSet;

use crate::{Reject, Seen, validate};
use fixture::{Case, NOW, issuers};

fn all_cases() -> Vec<Case> {
    [
        form::cases(),
        header::cases(),
        claims::cases(),
        kinds::cases(),
    ]
    .concat()
}

#[test]
fn every_bad_token_is_refused_for_its_own_reason() {
    let issuers = issuers();
    let wrong: Vec<String> = all_cases()
        .iter()
        .filter_map(|case| {
            let answer = validate(&case.values(), NOW, &issuers);
            let expected = Err(case.expected);
            (answer != expected)
                .then(|| format!("{}: {answer:?}, expected {expected:?}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reason_is_given_for_some_token_and_has_a_text_of_its_own() {
    let given: BTreeSet<Reject> = all_cases().iter().map(|case| case.expected).collect();
    let missing: Vec<&Reject> = Reject::ALL
        .iter()
        .filter(|reason| !given.contains(reason))
        .collect();
    assert!(missing.is_empty(), "no token is refused for {missing:?}");
    let texts: BTreeSet<&str> = Reject::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(texts.len(), Reject::ALL.len(), "two reasons share a text");
}

#[test]
fn the_names_of_the_bad_tokens_differ() {
    let cases = all_cases();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn a_caller_learns_only_whether_to_bring_a_token_renew_it_or_come_back() {
    for reason in Reject::ALL.iter().copied() {
        let expected = match reason.as_str() {
            "TOKEN_MISSING" => Seen::TokenMissing,
            "EXPIRED" => Seen::TokenExpired,
            "KEYSET_NOT_LOADED" => Seen::KeysetNotLoaded,
            _ => Seen::TokenRejected,
        };
        assert_eq!(reason.seen_by_caller(), expected, "{reason}");
    }
}
