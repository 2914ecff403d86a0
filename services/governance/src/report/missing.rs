//! The section of what a reader will look for and not find.

use std::collections::BTreeMap;

use press::Missing;

use super::{Builder, Built};
use crate::domain::report::{Finding, Kind};
use crate::domain::table::{Role, tables};

/// A column's figure, and the rows in which it is missing.
type Column<'a> = (&'a str, Vec<&'a str>);

impl Builder<'_> {
    /// The section, if anything is missing: what is missing for one reason is one item.
    pub(super) fn missing(&self, built: &BTreeMap<&str, Built>) -> Option<press::Section> {
        let mut items: Vec<(&Finding, Missing, Vec<&Finding>)> = Vec::new();
        for finding in self.findings {
            let status = match finding.kind {
                Kind::ValueNotPublished => Missing::NotPublished,
                Kind::ValueNotComputable => Missing::NotComputable,
                Kind::SourceMissing
                | Kind::Restated
                | Kind::DifferenceAccepted
                | Kind::LabelMissing
                | Kind::GlyphMissing
                | Kind::ControlTotalDiffers => continue,
            };
            let same = |(it, ..): &&mut (&Finding, Missing, Vec<&Finding>)| {
                it.nb == finding.nb && it.kind == finding.kind
            };
            match items.iter_mut().find(same) {
                Some((.., findings)) => findings.push(finding),
                None => items.push((finding, status, vec![finding])),
            }
        }
        let findings = items
            .into_iter()
            .map(|(first, status, findings)| press::Finding {
                subject: self.subjects(built, &findings),
                status,
                reason: self.say.so(&first.nb, &first.nn).to_owned(),
            });
        let findings: Vec<_> = findings.collect();
        let heading = self.say.so(
            "Tall som ikke er offentliggjort eller ikke kan beregnes",
            "Tal som ikkje er offentleggjorde eller ikkje kan bereknast",
        );
        (!findings.is_empty()).then(|| press::Section {
            heading: heading.to_owned(),
            blocks: vec![press::Block::Findings(findings)],
        })
    }

    /// Tables with their columns, each once, and the rows where it is not all of them.
    fn subjects(&self, built: &BTreeMap<&str, Built>, findings: &[&Finding]) -> String {
        let mut tables: Vec<(&str, Vec<Column<'_>>)> = Vec::new();
        for it in findings {
            let at = tables.iter().position(|(table, _)| *table == it.table);
            let at = at.unwrap_or_else(|| {
                tables.push((&it.table, Vec::new()));
                tables.len() - 1
            });
            let columns = &mut tables[at].1;
            match columns.iter_mut().find(|(column, _)| *column == it.column) {
                Some((_, rows)) => rows.push(&it.row),
                None => columns.push((&it.column, vec![&it.row])),
            }
        }
        let tables = tables.into_iter().filter_map(|(table, columns)| {
            let built = built.get(table)?;
            let columns = columns
                .iter()
                .map(|(column, rows)| self.column_words(built, column, rows));
            let columns = columns.collect::<Vec<_>>().join(", ");
            // Alike in both written forms.
            Some(format!("{columns} i tabellen «{}»", built.table.title))
        });
        tables.collect::<Vec<_>>().join("; ")
    }

    /// A column that is missing, and its rows where it is not all of them.
    fn column_words(&self, built: &Built, figure: &str, rows: &[&str]) -> String {
        let columns = tables(self.content).flat_map(|it| &it.columns);
        let column = columns.into_iter().find(|it| it.figure == figure);
        let column = self.text(column.and_then(|it| it.title.as_ref()));
        let column = format!("«{column}»");
        if rows.contains(&"") {
            return column;
        }
        let names = built.rows.iter().zip(&built.table.rows);
        let names = names.filter(|(row, _)| rows.contains(&row.name().as_str()));
        let names = names.map(|(row, printed)| match row.role {
            Role::Total => printed.label.clone(),
            Role::Body | Role::Subtotal => row.key.join("."),
        });
        format!("{column} ({})", names.collect::<Vec<_>>().join(", "))
    }
}
