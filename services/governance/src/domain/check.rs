//! The check of a report: a pure function from what it says and what its figures are to findings.

use platform::kroner;
use proto::governance::v1 as pb;

use crate::domain::control::AcceptedTotal;
use crate::domain::report::{Finding, Kind};
use crate::domain::table::{Basis, Role, Row, UsedFigure, rows, tables};

/// What a reader must be told of a report, and what must be mended in it: table by table, column by
/// column (AC-07).
pub fn check(content: &pb::Report, basis: &Basis) -> Vec<Finding> {
    let mut found = Vec::new();
    for table in tables(content) {
        let rows = rows(table, basis);
        let columns = table.columns.iter().enumerate();
        let columns = columns.filter_map(|(at, it)| Some((at, it, basis.figures.get(&it.figure)?)));
        let columns: Vec<_> = columns.collect();
        for (at, column, figure) in &columns {
            found.extend(missing_values(table, column, figure, *at, &rows));
        }
        for (_, column, figure) in &columns {
            found.extend(restated(table, column, figure));
        }
        for (_, _, figure) in &columns {
            for shared in missing_sources(table, figure).chain(accepted(table, figure)) {
                if !found.contains(&shared) {
                    found.push(shared);
                }
            }
        }
        found.extend(missing_labels(table, &rows));
    }
    found
}

/// A finding of a whole table, to be narrowed.
fn finding(kind: Kind, table: &pb::Table, text: pb::Text) -> Finding {
    Finding {
        kind,
        table: table.id.clone(),
        row: String::new(),
        column: String::new(),
        nb: text.nb,
        nn: text.nn,
    }
}

/// Values of a column that are missing: one finding when all are, for the same reason.
fn missing_values(
    table: &pb::Table,
    column: &pb::Column,
    figure: &UsedFigure,
    at: usize,
    rows: &[Row],
) -> Vec<Finding> {
    let present = rows.iter().filter_map(|row| {
        let value = row.cells.get(at)?.as_ref()?;
        Some((row.name(), figure.missing(value)))
    });
    let present: Vec<_> = present.collect();
    let is_whole = present.iter().all(|(_, why)| *why == present[0].1);
    let shown = if is_whole { 1 } else { present.len() };
    let missing = present.into_iter().take(shown).filter_map(|(row, why)| {
        let (kind, text) = why?;
        Some(Finding {
            row: if is_whole { String::new() } else { row },
            column: column.figure.clone(),
            ..finding(kind, table, text)
        })
    });
    missing.collect()
}

fn restated(table: &pb::Table, column: &pb::Column, figure: &UsedFigure) -> Option<Finding> {
    let later = figure.restated_in.as_ref()?;
    let title = column.title.clone().unwrap_or_default();
    let text = pb::Text {
        nb: format!(
            "Tallene i kolonnen «{}» er endret i en senere utgave av tallgrunnlaget ({later}).",
            title.nb
        ),
        nn: format!(
            "Tala i kolonnen «{}» er endra i ei seinare utgåve av talgrunnlaget ({later}).",
            title.nn
        ),
    };
    Some(Finding {
        column: column.figure.clone(),
        ..finding(Kind::Restated, table, text)
    })
}

/// Differences between the accounts' control totals and their rows that persons answer for (AC-02).
/// They name no column, as several may count the same accounts.
fn accepted(table: &pb::Table, figure: &UsedFigure) -> impl Iterator<Item = Finding> {
    figure.accepted.iter().map(|AcceptedTotal { total, .. }| {
        let post = &total.post;
        let difference = kroner(total.rounding_difference_ore());
        let reason = total.accepted.as_ref().map_or("", |it| it.reason.as_str());
        let text = pb::Text {
            nb: format!(
                "Post {post}: den publiserte summen og summen av radene skiller seg med {difference} \
                 kroner. Avviket er godtatt: {reason}"
            ),
            nn: format!(
                "Post {post}: den publiserte summen og summen av radene skil seg med {difference} \
                 kroner. Avviket er godteke: {reason}"
            ),
        };
        finding(Kind::DifferenceAccepted, table, text)
    })
}

/// Columns of one cut-off share these, so they name none.
fn missing_sources(table: &pb::Table, figure: &UsedFigure) -> impl Iterator<Item = Finding> {
    let cutoff = &figure.cutoff;
    figure.incomplete_sources.iter().map(move |source| {
        let text = pb::Text {
            nb: format!("Tallgrunnlaget ({cutoff}) ble lukket uten kilden {source}."),
            nn: format!("Talgrunnlaget ({cutoff}) vart lukka utan kjelda {source}."),
        };
        finding(Kind::SourceMissing, table, text)
    })
}

fn missing_labels(table: &pb::Table, rows: &[Row]) -> impl Iterator<Item = Finding> {
    let unnamed = rows
        .iter()
        .filter(|it| it.role != Role::Total && it.label.is_none());
    unnamed.map(|row| {
        let name = row.name();
        let text = pb::Text {
            nb: format!("Raden {name} har ikke noe navn."),
            nn: format!("Rada {name} har ikkje noko namn."),
        };
        Finding {
            row: name,
            ..finding(Kind::LabelMissing, table, text)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CutoffName;
    use crate::domain::formula::Value::{self, Amount, NotComputable, NotPublished};
    use crate::domain::table::tests::{figure, table_of};

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
        let depends = "Avhenger av noe som ikke er offentliggjort: «Mål».";
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

    /// CU-13: a measure that is only counted for whole years says so.
    #[test]
    fn a_value_that_the_period_does_not_have_says_so() {
        let mut monthly = by_post(unknown(), &[]);
        monthly.period = crate::domain::Period::Month(2025, 3);
        monthly.terms[0].measure.kind = proto::feed::v1::measure::Kind::First;
        assert_eq!(
            found(vec![monthly], |_| ()),
            ["ValueNotComputable  f1: «Mål» telles bare for hele år."]
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
                "Restated  f2: Tallene i kolonnen «f2 nb» er endret i en senere utgave av \
                 tallgrunnlaget (cutoffs/2025-e3).",
                "SourceMissing  : Tallgrunnlaget (cutoffs/2025-e1) ble lukket uten kilden \
                 sources/grants.",
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
}
