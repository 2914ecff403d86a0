//! The duties of the instruction, and how far the tests prove them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use crate::cases::ids_above_tests;
use crate::pages;
use crate::tidy::root;

/// Duties of the main instruction of 1 January 2026.
const DUTIES: usize = 158;

/// How far the cases are proved.
fn state(cases: &[&str], whole: &BTreeSet<String>, in_part: &BTreeSet<String>) -> &'static str {
    let is_whole = |case: &&str| whole.contains(*case);
    if cases.iter().all(is_whole) {
        "proved"
    } else if cases.iter().any(|it| is_whole(it) || in_part.contains(*it)) {
        "part"
    } else {
        "planned"
    }
}

#[test]
fn a_duty_is_proved_when_every_case_of_it_is_a_test() {
    let ids = |all: &[&str]| {
        all.iter()
            .map(|it| (*it).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let (whole, in_part) = (ids(&["FR-01", "FR-02"]), ids(&["CO-05"]));
    for (cases, expected) in [
        (&["FR-01", "FR-02"][..], "proved"),
        (&["FR-01", "FR-03"], "part"),
        (&["CO-05"], "part"),
        (&["FR-01", "CO-05"], "part"),
        (&["FR-03", "rec §8"], "planned"),
        (&["FR-01", "rec §8"], "part"),
    ] {
        assert_eq!(state(cases, &whole, &in_part), expected, "{cases:?}");
    }
}

/// `docs/duties.md` says of every duty what the tests prove of it. `NOREC_WRITE=1` writes the states anew.
#[test]
fn every_duty_stands_with_what_proves_it() {
    let file = root().join("docs/duties.md");
    let page = fs::read_to_string(&file).unwrap();
    let (whole, in_part) = ids_above_tests();
    let mut told = String::new();
    let mut duties = 0;
    for line in page.lines() {
        if !line.starts_with("| O-") {
            writeln!(told, "{line}").unwrap();
            continue;
        }
        let cells: Vec<_> = line.split(" | ").collect();
        duties += 1;
        assert_eq!(cells.len(), 5, "{line}");
        assert_eq!(
            cells[0],
            format!("| O-{duties:03}"),
            "duties stand in order"
        );
        let cases: Vec<_> = cells[3].split(", ").collect();
        let state = state(&cases, &whole, &in_part);
        writeln!(told, "{} | {state} |", cells[..4].join(" | ")).unwrap();
    }
    assert_eq!(duties, DUTIES);
    pages::hold("duties.md", &told);
}
