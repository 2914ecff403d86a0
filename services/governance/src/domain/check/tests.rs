//! What is found, kind by kind.

use super::*;
use crate::domain::control::{Acceptance, ControlTotal};
use crate::domain::formula::Value::{self, Amount, NotComputable, NotPublished};
use crate::domain::table::CountedImport;
use crate::domain::table::tests::{figure, table_of};
use crate::domain::{AccountsImportName, CutoffName};

/// What is found of a table of these figures whose rows are named, as
/// `Kind row column: text`.
fn found(figures: Vec<UsedFigure>, change: impl FnOnce(&mut pb::Table)) -> Vec<String> {
    let (mut table, basis) = table_of(figures);
    table.labels = ["01", "70"]
        .map(|key| pb::Label {
            key: key.into(),
            text: Some(pb::Text::default()),
        })
        .into();
    change(&mut table);
    let content = pb::Report {
        blocks: vec![pb::Block {
            kind: Some(pb::block::Kind::Table(table)),
        }],
        ..Default::default()
    };
    let found = check(&content, &basis).into_iter();
    found
        .map(|it| {
            let column = it.column.replace("cutoffs/2025-e1/figures/", "");
            format!("{:?} {} {column}: {}", it.kind, it.row, it.nb)
        })
        .collect()
}

fn by_post(total: Value, groups: &[(&[&str], Value)]) -> UsedFigure {
    figure(&["post"], total, groups)
}

fn unknown() -> Value {
    NotComputable("m".into())
}

/// AC-07: what is not known is noted, in one line where it is a whole column.
#[test]
fn missing_values_are_noted_and_are_no_errors() {
    let depends = "Grunnlaget «Mål» er ikke offentliggjort.";
    for (total, groups, expected) in [
        (
            Amount(3),
            vec![(&["01"][..], Amount(1)), (&["70"], Amount(2))],
            vec![],
        ),
        (
            NotPublished("m".into()),
            vec![],
            vec!["ValueNotPublished  f1: Ingen kilde oppgir «Mål».".to_owned()],
        ),
        (
            unknown(),
            vec![(&["01"], unknown()), (&["70"], unknown())],
            vec![format!("ValueNotComputable  f1: {depends}")],
        ),
        (
            unknown(),
            vec![(&["01"], unknown()), (&["70"], Amount(2))],
            vec![
                format!("ValueNotComputable 01 f1: {depends}"),
                format!("ValueNotComputable total f1: {depends}"),
            ],
        ),
        (
            Amount(1),
            vec![
                (&["01"], Amount(1)),
                (&["70"], NotComputable(String::new())),
            ],
            vec!["ValueNotComputable 70 f1: Nevneren er null.".to_owned()],
        ),
    ] {
        assert_eq!(found(vec![by_post(total, &groups)], |_| ()), expected);
    }
    assert!(!Kind::ValueNotComputable.is_error() && !Kind::ValueNotPublished.is_error());
}

/// CU-13: a measure of firsts says of which periods it has figures.
#[test]
fn a_value_that_the_period_does_not_have_says_so() {
    let mut monthly = by_post(Value::NotOfPeriod("m".into()), &[]);
    monthly.period = crate::domain::Period::Month(2025, 3);
    monthly.terms[0].measure.kind = proto::feed::v1::measure::Kind::First;
    assert_eq!(
        found(vec![monthly], |_| ()),
        ["ValueNotComputable  f1: «Mål» telles for et år, eller for et år til og med en måned."]
    );
}

/// A figure that was defined before its measure's facts were kept apart says so.
#[test]
fn a_value_that_would_sum_over_what_is_apart_says_so() {
    let mut summed = by_post(unknown(), &[]);
    summed.terms[0].measure.apart = vec!["post".to_owned()];
    assert_eq!(
        found(vec![summed], |_| ()),
        ["ValueNotComputable  f1: «Mål» har deler som ikke summeres."]
    );
}

#[test]
fn a_missing_source_is_noted_once_and_a_restatement_by_its_column() {
    let groups: &[(&[&str], Value)] = &[(&["01"], Amount(1))];
    let mut first = by_post(Amount(1), groups);
    first.incomplete_sources = vec!["sources/grants".into()];
    let mut second = first.clone();
    second.restated_in = Some(CutoffName::parse("cutoffs/2025-e3").unwrap());
    assert_eq!(
        found(vec![first, second], |_| ()),
        [
            "Restated  f2: Kolonnen «f2 nb» er erstattet av en senere utgave (året 2025, 3. utgave).",
            "SourceMissing  : Tallgrunnlaget (året 2025, 1. utgave) ble avsluttet uten kilden \
             «tilskudd».",
        ]
    );
}

#[test]
fn a_row_without_a_name_is_an_error() {
    let groups: &[(&[&str], Value)] = &[(&["01"], Amount(1)), (&["71"], Amount(1))];
    let found = found(vec![by_post(Amount(2), groups)], |_| ());
    assert_eq!(found, ["LabelMissing 71 : Raden 71 har ikke noe navn."]);
    assert!(Kind::LabelMissing.is_error());
}

fn total(post: &str, published_ore: i64, row_sum_ore: i64) -> ControlTotal {
    ControlTotal {
        post: PostKey {
            chapter: "144".into(),
            post: post.into(),
        },
        published_ore,
        row_sum_ore,
        accepted: None,
    }
}

/// A figure of the accounts of 2025, of these control totals.
fn of_accounts(control_totals: &[ControlTotal]) -> UsedFigure {
    UsedFigure {
        imports: vec![CountedImport {
            name: AccountsImportName::parse("accountsImports/2025").unwrap(),
            year: 2025,
            rounded_to_ore: 10_000_000,
            control_totals: control_totals.to_vec(),
        }],
        ..by_post(Amount(1), &[(&["01"], Amount(1))])
    }
}

/// B-T07: accounts that are not their source's own sum are a note of every table that shows them, once.
#[test]
fn accounts_that_are_not_their_control_total_are_noted() {
    let differing = of_accounts(&[
        total("01", 5, 5),
        total("70", 15_250_000_000, 15_260_000_000),
        total("71", 7_440_000_050, 7_430_000_000),
    ]);
    let equal = of_accounts(&[total("01", 5, 5)]);
    assert_eq!(found(vec![equal], |_| ()), Vec::<String>::new());
    assert_eq!(
        found(vec![differing.clone(), differing], |_| ()),
        [
            "ControlTotalDiffers  : Summen av radene i regnskapet stemmer ikke med kontrollsummen i \
             kilden: 144.70 i 2025 (avvik −100\u{202f}000,00\u{a0}kroner), 144.71 i 2025 \
             (avvik 100\u{202f}000,50\u{a0}kroner)."
        ]
    );
    assert!(!Kind::ControlTotalDiffers.is_error());
}

/// AC-02: a difference that a person answers for is told with who and why, once, and is none that
/// rounding explains.
#[test]
fn an_accepted_difference_is_noted_with_who_answers_for_it() {
    let mut accepted = total("01", 7_240_000_000, 7_090_000_000);
    accepted.accepted = Some(Acceptance {
        reason: "Tre rader mangler i kilden".into(),
        by: "persons/kari".into(),
    });
    let figure = of_accounts(&[accepted, total("70", 15_250_000_000, 15_260_000_000)]);
    assert_eq!(
        found(vec![figure.clone(), figure], |_| ()),
        [
            "ControlTotalDiffers  : Summen av radene i regnskapet stemmer ikke med kontrollsummen i \
             kilden: 144.70 i 2025 (avvik −100\u{202f}000,00\u{a0}kroner).",
            "DifferenceAccepted  : Summen av radene i regnskapet for 144.01 i 2025 stemmer ikke med \
             kontrollsummen i kilden (avvik 1\u{202f}500\u{202f}000,00\u{a0}kroner). Avviket er godtatt av kari: \
             Tre rader mangler i kilden",
        ]
    );
    assert!(!Kind::DifferenceAccepted.is_error());
}
