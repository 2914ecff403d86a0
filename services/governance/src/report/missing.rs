//! The section of what a reader will look for and not find.

use std::collections::BTreeMap;

use press::Missing;

use super::{Builder, Built};
use crate::domain::report::{Finding, Kind};
use crate::domain::table::{Role, tables};

impl Builder<'_> {
    /// The section, if anything is missing: values that are missing for one reason in one column are
    /// one item.
    pub(super) fn missing(&self, built: &BTreeMap<&str, Built>) -> Option<press::Section> {
        let mut items: Vec<(&Finding, Missing, Vec<&str>)> = Vec::new();
        for finding in self.findings {
            let status = match finding.kind {
                Kind::ValueNotPublished => Missing::NotPublished,
                Kind::ValueNotComputable => Missing::NotComputable,
                Kind::SourceMissing
                | Kind::Restated
                | Kind::DifferenceAccepted
                | Kind::LabelMissing => continue,
            };
            let same = |(it, ..): &&mut (&Finding, Missing, Vec<&str>)| {
                let place = |it: &Finding| (it.table.clone(), it.column.clone());
                place(it) == place(finding) && it.nb == finding.nb && it.kind == finding.kind
            };
            match items.iter_mut().find(same) {
                Some((.., rows)) => rows.push(&finding.row),
                None => items.push((finding, status, vec![&finding.row])),
            }
        }
        let findings = items.into_iter().filter_map(|(finding, status, rows)| {
            Some(press::Finding {
                subject: self.subject(built.get(finding.table.as_str())?, finding, &rows),
                status,
                reason: self.say.so(&finding.nb, &finding.nn).to_owned(),
            })
        });
        let findings: Vec<_> = findings.collect();
        let heading = self.say.so(
            "Ikke offentliggjort eller kan ikke beregnes",
            "Ikkje offentleggjort eller kan ikkje bereknast",
        );
        (!findings.is_empty()).then(|| press::Section {
            heading: heading.to_owned(),
            blocks: vec![press::Block::Findings(findings)],
        })
    }

    /// What is missing: the table, the column, and the rows where it is not all of them.
    fn subject(&self, built: &Built, finding: &Finding, rows: &[&str]) -> String {
        let columns = tables(self.content).flat_map(|it| &it.columns);
        let column = columns.into_iter().find(|it| it.figure == finding.column);
        let column = self.text(column.and_then(|it| it.title.as_ref()));
        let whole = format!("{}: {column}", built.table.title);
        if finding.row.is_empty() {
            return whole;
        }
        let names = built.rows.iter().zip(&built.table.rows);
        let names = names.filter(|(row, _)| rows.contains(&row.name().as_str()));
        let names = names.map(|(row, printed)| match row.role {
            Role::Total => printed.label.clone(),
            Role::Body | Role::Subtotal => row.key.join("."),
        });
        format!("{whole} ({})", names.collect::<Vec<_>>().join(", "))
    }
}
