//! The record of processing: what each service keeps of whom, who is shown it, by what right and for how long.

use std::fmt::Write as _;

use platform::{Nouns, PersonalData};

use crate::served;
use crate::tidy::root;

const HEAD: &str = "# Personal data

What each service keeps of whom: the record of processing (personvernforordningen art. 30). A sweep over the contract
(`tests/suite`) holds it, and a change is reviewed as a diff.

What the contract marks as personal lies in `platform.vault` and in tables called `…_vault`, and nowhere else. It is
emptied when the person is erased (`ConfirmErasure`), and when its months are over, on the day itself that lies so many
months after the one it is kept from (`PreviewRetention` says what is due; a hold keeps it). States, figures and the
journal stay as they were, and hold none of it. Why a step was registered late stays in the journal, and must name
nobody.
";

/// `docs/personal.md` is what the contract says. `NOREC_WRITE=1` writes it anew.
#[test]
fn the_record_of_processing_is_what_the_contract_says() {
    let mut page = HEAD.to_owned();
    for nouns in served::NOUNS {
        write_service(&mut page, nouns);
    }
    let file = root().join("docs/personal.md");
    if std::env::var_os("NOREC_WRITE").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        written, page,
        "run `NOREC_WRITE=1 make test` and review the diff"
    );
}

fn write_service(page: &mut String, nouns: &Nouns) {
    writeln!(page, "\n## {}\n", nouns.service).unwrap();
    if nouns.personal().next().is_none() {
        page.push_str("Nothing that the contract marks as personal.\n");
        return;
    }
    page.push_str("| Resource | Field | Person | Seen by | Basis | Rule | Kept from |\n");
    page.push_str("|---|---|---|---|---|---|---|\n");
    for of in nouns.personal() {
        for field in of.fields {
            writeln!(page, "{}", row(of, field)).unwrap();
        }
    }
}

fn row(of: &PersonalData, field: &str) -> String {
    let seen_by = of
        .seen_by
        .iter()
        .map(|it| it.as_str_name().trim_start_matches("ROLE_"));
    let seen_by = seen_by.collect::<Vec<_>>().join(", ");
    let cells = [
        of.kind, field, of.person, &seen_by, of.basis, of.rule, of.from,
    ];
    format!("| {} |", cells.join(" | "))
}

/// A row says all of it, as it does of the tests' own visitors.
#[test]
fn a_row_says_who_is_shown_it_by_what_right_and_for_how_long() {
    let visitor = contract::NOUNS
        .personal()
        .find(|it| it.kind.ends_with(".Visitor"));
    assert_eq!(
        row(visitor.unwrap(), "contact.phone"),
        "| norec.testing.v1.Visitor | contact.phone | name | RECRUITMENT_ADVISER | personvernforordningen art. 6 \
         nr. 1 e | privacy-visitor | end_date |"
    );
}

/// Whoever is shown something personal has a role that the service knows, and each rule is one of its own, of months.
#[test]
fn every_mark_names_roles_and_a_rule_that_there_are() {
    for nouns in served::swept() {
        for of in nouns.personal() {
            for role in of.seen_by {
                assert!(
                    nouns.roles.contains(role),
                    "{} is seen by {role:?}",
                    of.kind
                );
            }
            let rule = nouns.all_rules().find(|it| it.id == of.rule);
            let kind = rule.map(|it| it.kind);
            assert_eq!(kind, Some("months"), "{} is kept by {}", of.kind, of.rule);
        }
    }
}
