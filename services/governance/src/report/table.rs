//! A table of a report as it is printed: rows and columns with their words, units and notes.

use std::collections::BTreeSet;

use press::{Cell, ColumnKind, RowRole, Scale};
use proto::governance::v1 as pb;

use super::words::{Rounded, capitalised};
use super::{Builder, Built, day};
use crate::domain::formula::Value;
use crate::domain::report::Kind;
use crate::domain::table::{Quantity, Role, Row, UsedFigure, rows};

impl Builder<'_> {
    pub(super) fn table(&self, table: &pb::Table) -> Built {
        let rows = rows(table, self.basis);
        let columns: Vec<_> = table.columns.iter().map(|it| self.column(it)).collect();
        let kinds: BTreeSet<_> = columns.iter().map(|it| it.kind).collect();
        let scale = if table.in_kroner {
            Scale::Kroner
        } else {
            Scale::MillionKroner
        };
        let first = table.columns.first();
        let figure = first.and_then(|it| self.basis.figures.get(&it.figure));
        let dimensions = figure.map_or(&[][..], |it| &it.formula.group_by);
        let rounding = self.say.rounding(self.rounded(table, &rows, scale), scale);
        let printed = press::Table {
            id: table.id.clone(),
            title: self.text(table.title.as_ref()),
            unit: self.say.unit(&kinds, scale),
            scale,
            dimensions: dimensions.iter().map(|it| self.dimension(it)).collect(),
            code_heading: (!dimensions.is_empty()).then(|| self.say.codes(dimensions)),
            label_heading: self.say.so("Navn", "Namn").to_owned(),
            rows: rows.iter().map(|it| self.row(table, it)).collect(),
            columns,
            source: self.text(table.source.as_ref()),
            source_date: day(table.source_date.as_ref()),
            rounding,
            notes: self.notes(table, &rows),
        };
        Built {
            table: printed,
            rows,
        }
    }

    fn column(&self, column: &pb::Column) -> press::Column {
        press::Column {
            id: column_id(&self.content.cutoff, &column.figure),
            label: self.text(column.title.as_ref()),
            kind: match self.quantity(column) {
                Quantity::Money => ColumnKind::Amount,
                Quantity::Number => ColumnKind::Count,
                Quantity::Share => ColumnKind::Share,
            },
            precision_ore: self.precision_ore(column),
            figure: self.basis.figures.get(&column.figure).map(|it| {
                let digest = self.recorded.digest_of(&column.figure, &it.cutoff);
                press::Figure {
                    name: column.figure.clone(),
                    digest: digest.map(hex::encode).unwrap_or_default(),
                }
            }),
        }
    }

    fn dimension(&self, name: &str) -> press::Dimension {
        press::Dimension {
            id: name.to_owned(),
            label: capitalised(self.say.dimension(name)),
        }
    }

    /// What the amounts of a column are rounded to at their source.
    fn precision_ore(&self, column: &pb::Column) -> Option<i64> {
        let is_money = self.quantity(column) == Quantity::Money;
        let figure = self.basis.figures.get(&column.figure);
        figure
            .and_then(UsedFigure::precision_ore)
            .filter(|_| is_money)
    }

    fn rounded(&self, table: &pb::Table, rows: &[Row], scale: Scale) -> Rounded {
        let money = table.columns.iter();
        let money = money.filter(|it| self.quantity(it) == Quantity::Money);
        let precisions: Vec<_> = money.map(|it| self.precision_ore(it)).collect();
        let coarsest = precisions.iter().flatten().max();
        let printed_ore = match scale {
            Scale::MillionKroner => 10_000_000,
            Scale::Kroner => 100,
        };
        let values = |quantity| {
            let cells = rows
                .iter()
                .flat_map(|row| table.columns.iter().zip(&row.cells));
            let cells = cells.filter(move |(column, _)| self.quantity(column) == quantity);
            cells.filter_map(|(_, value)| value.as_ref())
        };
        Rounded {
            precision_ore: coarsest.map(|it| (*it, precisions.iter().all(|of| *of == Some(*it)))),
            in_print: values(Quantity::Money)
                .any(|it| matches!(it, Value::Amount(ore) if ore % printed_ore != 0)),
            shares: values(Quantity::Share).any(|it| {
                matches!(it, Value::Share(part, whole)
                    if *whole != 0 && i128::from(*part) * 1000 % i128::from(*whole) != 0)
            }),
        }
    }

    fn quantity(&self, column: &pb::Column) -> Quantity {
        let figure = self.basis.figures.get(&column.figure);
        figure.map_or(Quantity::Number, |it| it.quantity())
    }

    fn row(&self, table: &pb::Table, row: &Row) -> press::Row {
        let is_below_a_sum = table.subtotals && row.key.len() > 1;
        let code = match row.role {
            Role::Total => None,
            Role::Body if is_below_a_sum => Some(row.key[1..].join(".")),
            Role::Body | Role::Subtotal => Some(row.key.join(".")),
        };
        let label = match (&row.label, &code) {
            (Some(label), _) => self.text(Some(label)),
            (None, Some(code)) => code.clone(),
            (None, None) => "I alt".to_owned(),
        };
        let pairs = table.columns.iter().zip(&row.cells);
        press::Row {
            cells: pairs
                .map(|(column, value)| self.cell(table, row, column, value.as_ref()))
                .collect(),
            role: match row.role {
                Role::Body => RowRole::Body,
                Role::Subtotal => RowRole::Subtotal,
                Role::Total => RowRole::Total,
            },
            key: row.key.clone(),
            code,
            label,
        }
    }

    fn cell(
        &self,
        table: &pb::Table,
        row: &Row,
        column: &pb::Column,
        value: Option<&Value>,
    ) -> Cell {
        match value {
            None => Cell::Absent,
            Some(Value::Amount(ore)) if self.quantity(column) == Quantity::Money => {
                Cell::Amount { ore: *ore }
            }
            Some(Value::Amount(number)) => Cell::Count(*number),
            Some(Value::Share(numerator, denominator)) => Cell::Share {
                numerator: *numerator,
                denominator: *denominator,
            },
            Some(Value::NotPublished(_)) => Cell::NotPublished,
            Some(Value::NotComputable(_) | Value::NotOfPeriod(_)) => Cell::NotComputable {
                reason: self.reason(table, row, column),
            },
        }
    }

    /// Why the check found that a value is missing.
    fn reason(&self, table: &pb::Table, row: &Row, column: &pb::Column) -> String {
        let found = self.findings.iter().find(|it| {
            it.kind == Kind::ValueNotComputable
                && it.table == table.id
                && it.column == column.figure
                && (it.row.is_empty() || it.row == row.name())
        });
        found
            .map_or("", |it| self.say.so(&it.nb, &it.nn))
            .to_owned()
    }

    /// The author's notes, what a dash means, and what the check found of the whole table.
    fn notes(&self, table: &pb::Table, rows: &[Row]) -> Vec<String> {
        let own = table.notes.iter().map(|it| self.text(Some(it)));
        let has_dash = rows.iter().flat_map(|it| &it.cells).any(Option::is_none);
        let dash = has_dash.then(|| {
            let said = self.say.so(
                "–: Kilden har ingen slik rad.",
                "–: Kjelda har inga slik rad.",
            );
            said.to_owned()
        });
        let of_table = |it: &Kind| {
            use Kind::{ControlTotalDiffers, DifferenceAccepted, Restated, SourceMissing};
            matches!(
                it,
                SourceMissing | Restated | ControlTotalDiffers | DifferenceAccepted
            )
        };
        let found = self.findings.iter();
        let found = found.filter(|it| it.table == table.id && of_table(&it.kind));
        let found = found.map(|it| self.say.so(&it.nb, &it.nn).to_owned());
        own.chain(dash).chain(found).collect()
    }
}

/// The name of a column in files: the figure's id, behind its cut-off's where that is not the
/// report's own.
fn column_id(own: &str, figure: &str) -> String {
    let ids: Vec<_> = figure.split('/').skip(1).step_by(2).collect();
    let is_own = figure
        .strip_prefix(own)
        .is_some_and(|it| it.starts_with('/'));
    let shown = if is_own {
        &ids[ids.len().min(1)..]
    } else {
        &ids[..]
    };
    shown.join("_").replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_columns_name_in_files_says_its_cut_off_where_it_is_another() {
        let own = "cutoffs/2025-e1";
        for (figure, expected) in [
            ("cutoffs/2025-e1/figures/accounts-1", "accounts_1"),
            ("cutoffs/2024-e1/figures/accounts-1", "2024_e1_accounts_1"),
            ("cutoffs/2025-e11/figures/accounts-1", "2025_e11_accounts_1"),
        ] {
            assert_eq!(column_id(own, figure), expected);
        }
    }
}
