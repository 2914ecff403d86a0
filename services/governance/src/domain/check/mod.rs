//! The check of a report: a pure function from what it says and what its figures are to findings.

mod glyphs;

use std::collections::BTreeMap;

use platform::PostKey;
use proto::governance::v1 as pb;

use crate::domain::control::ControlTotal;
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
            for missing in missing_sources(table, figure) {
                if !found.contains(&missing) {
                    found.push(missing);
                }
            }
        }
        let totals = control_totals(columns.iter().map(|(_, _, figure)| *figure));
        found.extend(differing_totals(table, &totals));
        found.extend(accepted_differences(table, &totals));
        found.extend(missing_labels(table, &rows));
    }
    found.extend(glyphs::missing(content, basis, &found));
    found
}

/// A finding of a whole table, to be narrowed.
fn finding(kind: Kind, table: &pb::Table, text: pb::Text) -> Finding {
    Finding {
        kind,
        table: table.id.clone(),
        block: 0,
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
    let later = figure.restated_in.as_ref()?.in_a_sentence();
    let title = column.title.clone().unwrap_or_default();
    let text = pb::Text {
        nb: format!(
            "Kolonnen «{}» er erstattet av en senere utgave ({}).",
            title.nb, later.nb
        ),
        nn: format!(
            "Kolonnen «{}» er erstatta av ei seinare utgåve ({}).",
            title.nn, later.nn
        ),
    };
    Some(Finding {
        column: column.figure.clone(),
        ..finding(Kind::Restated, table, text)
    })
}

/// Columns of one cut-off share these, so they name none.
fn missing_sources(table: &pb::Table, figure: &UsedFigure) -> impl Iterator<Item = Finding> {
    let cutoff = figure.cutoff.in_a_sentence();
    figure.incomplete_sources.iter().map(move |source| {
        let (nb, nn) = source_words(source);
        let text = pb::Text {
            nb: format!(
                "Tallgrunnlaget ({}) ble avsluttet uten kilden «{nb}».",
                cutoff.nb
            ),
            nn: format!(
                "Talgrunnlaget ({}) vart avslutta utan kjelda «{nn}».",
                cutoff.nn
            ),
        };
        finding(Kind::SourceMissing, table, text)
    })
}

/// What a document calls a source, in bokmål and nynorsk; its name where it has no word.
fn source_words(source: &str) -> (String, String) {
    let (nb, nn) = match source.trim_start_matches("sources/") {
        "grants" => ("tilskudd", "tilskot"),
        "governance" => ("virksomhetsstyring", "verksemdsstyring"),
        "recruitment" => ("rekruttering", "rekruttering"),
        "evaluation" => ("evaluering", "evaluering"),
        other => (other, other),
    };
    (nb.to_owned(), nn.to_owned())
}

/// Control totals by post, year of the accounts and name of the import.
type Totals<'a> = BTreeMap<(&'a PostKey, i32, &'a str), &'a ControlTotal>;

/// Those of the accounts that figures count, each once.
fn control_totals<'a>(figures: impl Iterator<Item = &'a UsedFigure>) -> Totals<'a> {
    let mut totals = Totals::new();
    for import in figures.flat_map(|it| &it.imports) {
        for total in &import.control_totals {
            totals.insert((&total.post, import.year, import.name.as_str()), total);
        }
    }
    totals
}

/// Posts whose accounts do not sum to what their source says that they do, in a table that shows
/// either, as rounding in the source explains (AC-02).
fn differing_totals(table: &pb::Table, totals: &Totals) -> Option<Finding> {
    let mut differing: BTreeMap<(&PostKey, i32), i64> = BTreeMap::new();
    for ((post, year, _), total) in totals.iter().filter(|(_, it)| it.accepted.is_none()) {
        let of_post = differing.entry((post, *year)).or_default();
        *of_post = of_post.saturating_add(total.rounding_difference_ore());
    }
    differing.retain(|_, difference| *difference != 0);
    let posts = differing.into_iter().map(|((post, year), difference)| {
        format!(
            "{post} i {year} (avvik {}\u{a0}kroner)",
            wording::kroner(difference)
        )
    });
    let posts = posts.collect::<Vec<_>>().join(", ");
    let text = pb::Text {
        nb: format!(
            "Summen av radene i regnskapet stemmer ikke med kontrollsummen i kilden: {posts}."
        ),
        nn: format!(
            "Summen av radene i rekneskapen stemmer ikkje med kontrollsummen i kjelda: {posts}."
        ),
    };
    (!posts.is_empty()).then(|| finding(Kind::ControlTotalDiffers, table, text))
}

/// Differences from control totals beyond that, with who answers for each and why (AC-02).
fn accepted_differences(table: &pb::Table, totals: &Totals) -> impl Iterator<Item = Finding> {
    totals.iter().filter_map(|((post, year, _), total)| {
        let accepted = total.accepted.as_ref()?;
        let difference = wording::kroner(total.rounding_difference_ore());
        let (by, why) = (accepted.by.trim_start_matches("persons/"), &accepted.reason);
        let text = pb::Text {
            nb: format!(
                "Summen av radene i regnskapet for {post} i {year} stemmer ikke med kontrollsummen i \
                 kilden (avvik {difference}\u{a0}kroner). Avviket er godtatt av {by}: {why}"
            ),
            nn: format!(
                "Summen av radene i rekneskapen for {post} i {year} stemmer ikkje med kontrollsummen \
                 i kjelda (avvik {difference}\u{a0}kroner). Avviket er godteke av {by}: {why}"
            ),
        };
        Some(finding(Kind::DifferenceAccepted, table, text))
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
mod tests;
