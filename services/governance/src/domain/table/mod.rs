//! The rows of a report's table: a row per group of its figures, sums by the first dimension where
//! they are asked for, and last the figures' own totals. Integers only; how a value is printed is
//! the renderer's.

use std::collections::{BTreeMap, BTreeSet};

use platform::{List, Refused, reason};
use proto::feed::v1::measure::Unit;
use proto::governance::v1 as pb;

use crate::domain::control::{ControlTotal, EXACT_ORE};
use crate::domain::formula::{Outcome, Term, Value, summed_over};
use crate::domain::report::{Kind, TOTAL};
use crate::domain::{AccountsImportName, CutoffName, Period};

/// What a report's tables are made of, by name.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// Every figure of a column.
    pub figures: BTreeMap<String, UsedFigure>,
    /// Names of accounts in bokmål and nynorsk, by chart edition and code.
    pub charts: BTreeMap<String, BTreeMap<String, (String, String)>>,
}

/// A figure that a table shows, with what is known of it.
#[derive(Clone, Debug)]
pub struct UsedFigure {
    /// Its cut-off.
    pub cutoff: CutoffName,
    /// The cut-off's period.
    pub period: Period,
    /// Its formula.
    pub formula: pb::Formula,
    /// The formula's terms.
    pub terms: Vec<Term>,
    /// Its value and its groups.
    pub outcome: Outcome,
    /// Sources that its cut-off closed without.
    pub incomplete_sources: Vec<String>,
    /// The latest closed edition of its cut-off that says something else.
    pub restated_in: Option<CutoffName>,
    /// The imports of accounts that it counts.
    pub imports: Vec<CountedImport>,
}

/// An import of accounts among what a figure counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedImport {
    /// Its name.
    pub name: AccountsImportName,
    /// The year whose accounts it is of.
    pub year: i32,
    /// What its source rounds amounts to.
    pub rounded_to_ore: i64,
    /// Of the posts that are counted: what the source says that they sum to, and what their rows do.
    pub control_totals: Vec<ControlTotal>,
}

/// What a figure's values count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// Øre.
    Money,
    /// Persons, agreements, days.
    Number,
    /// Two integers.
    Share,
}

/// What a row is to the rows around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One group.
    Body,
    /// The sum of the groups below it that begin with its key.
    Subtotal,
    /// The figures' own totals.
    Total,
}

/// A figure's values by group.
type Groups<'a> = BTreeMap<&'a [String], &'a Value>;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Group, sum or total.
    pub role: Role,
    /// Values of the dimensions: all of a group, the first of a sum, none of the total.
    pub key: Vec<String>,
    /// What it is called; none where nothing names it.
    pub label: Option<pb::Text>,
    /// One per column; none where a figure has other groups but not this one.
    pub cells: Vec<Option<Value>>,
}

impl UsedFigure {
    /// What its values count: the measures' unit, but for a share.
    pub fn quantity(&self) -> Quantity {
        match (&self.formula.kind, self.terms.first()) {
            (Some(pb::formula::Kind::Share(_)), _) => Quantity::Share,
            (_, Some(term)) if term.measure.unit == Unit::NokOre => Quantity::Money,
            _ => Quantity::Number,
        }
    }

    /// What its amounts were rounded to where they come from: the coarsest. None where they are exact.
    pub fn precision_ore(&self) -> Option<i64> {
        let rounded = self.imports.iter().map(|it| it.rounded_to_ore);
        rounded.max().filter(|it| *it > EXACT_ORE)
    }

    /// Why a value is missing; none where there is one.
    pub fn missing(&self, value: &Value) -> Option<(Kind, pb::Text)> {
        let (kind, id) = match value {
            Value::Amount(_) | Value::Share(..) => return None,
            Value::NotPublished(id) => (Kind::ValueNotPublished, id),
            Value::NotComputable(id) | Value::NotOfPeriod(id) => (Kind::ValueNotComputable, id),
        };
        let term = self.terms.iter().find(|it| it.measure.id == *id);
        let text = match (kind, term) {
            (_, None) => said("Nevneren er null.".into(), "Nemnaren er null.".into()),
            (_, Some(term)) if matches!(value, Value::NotOfPeriod(_)) => said(
                format!(
                    "«{}» telles for et år, eller for et år til og med en måned.",
                    term.measure.definition_nb
                ),
                format!(
                    "«{}» blir talt for eit år, eller for eit år til og med ein månad.",
                    term.measure.definition_nn
                ),
            ),
            (Kind::ValueNotComputable, Some(term)) if summed_over(&self.terms).is_some() => said(
                format!(
                    "«{}» har deler som ikke summeres.",
                    term.measure.definition_nb
                ),
                format!(
                    "«{}» har delar som ikkje blir summerte.",
                    term.measure.definition_nn
                ),
            ),
            (Kind::ValueNotPublished, Some(term)) => said(
                format!("Ingen kilde oppgir «{}».", term.measure.definition_nb),
                format!("Inga kjelde oppgir «{}».", term.measure.definition_nn),
            ),
            (_, Some(term)) => said(
                format!(
                    "Grunnlaget «{}» er ikke offentliggjort.",
                    term.measure.definition_nb
                ),
                format!(
                    "Grunnlaget «{}» er ikkje offentleggjort.",
                    term.measure.definition_nn
                ),
            ),
        };
        Some((kind, text))
    }

    /// Its value where none of its groups has one: of a measure nothing stands, or nothing at all was
    /// recorded, and that does not mean 0.
    fn missing_whole(&self) -> Option<Value> {
        match &self.outcome.value {
            Value::Amount(_) | Value::Share(..) => None,
            Value::NotComputable(_) if !self.outcome.groups.is_empty() => None,
            missing => Some(missing.clone()),
        }
    }
}

fn said(nb: String, nn: String) -> pb::Text {
    pb::Text { nb, nn }
}

impl Row {
    /// How findings name it.
    pub fn name(&self) -> String {
        match self.role {
            Role::Total => TOTAL.to_owned(),
            Role::Body | Role::Subtotal => self.key.join("."),
        }
    }
}

/// The rows of a table, by key.
pub fn rows(table: &pb::Table, basis: &Basis) -> Vec<Row> {
    let figures: Vec<_> = table
        .columns
        .iter()
        .map(|it| basis.figures.get(&it.figure))
        .collect();
    let groups: Vec<Groups<'_>> = figures
        .iter()
        .map(|it| it.map(|it| &it.outcome.groups).into_iter().flatten())
        .map(|groups| groups.map(|it| (it.key.as_slice(), &it.value)).collect())
        .collect();
    let keys: BTreeSet<&[String]> = groups.iter().flat_map(BTreeMap::keys).copied().collect();
    let cells = |find: &dyn Fn(&Groups<'_>) -> Option<Value>| {
        let pairs = figures.iter().zip(&groups);
        pairs
            .map(|(figure, groups)| {
                let whole = figure.and_then(UsedFigure::missing_whole);
                whole.or_else(|| find(groups))
            })
            .collect()
    };
    let row = |role, key: &[String], cells| Row {
        role,
        key: key.to_vec(),
        label: label(table, basis, role, key),
        cells,
    };

    let mut rows = Vec::new();
    let mut above: Option<&String> = None;
    for key in keys {
        if table.subtotals && key.len() > 1 && above != key.first() {
            above = key.first();
            let sum = cells(&|groups| {
                let below = groups.iter().filter(|(it, _)| it.first() == above);
                sum(below.map(|(_, value)| *value))
            });
            rows.push(row(Role::Subtotal, &key[..1], sum));
        }
        let own = cells(&|groups| groups.get(key).map(|it| (*it).clone()));
        rows.push(row(Role::Body, key, own));
    }
    let totals = figures
        .iter()
        .map(|it| it.map(|it| it.outcome.value.clone()));
    rows.push(row(Role::Total, &[], totals.collect()));
    rows
}

/// The sum of values of one figure; none of none. It is known only when each of them is.
fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Value> {
    let unknown = || Value::NotComputable(String::new());
    let whole = values.cloned().reduce(|sum, it| match (sum, it) {
        (Value::Amount(a), Value::Amount(b)) => {
            a.checked_add(b).map_or_else(unknown, Value::Amount)
        }
        (Value::Share(a, b), Value::Share(c, d)) => a
            .checked_add(c)
            .zip(b.checked_add(d))
            .map_or_else(unknown, |(part, whole)| Value::Share(part, whole)),
        (Value::NotPublished(id) | Value::NotComputable(id) | Value::NotOfPeriod(id), _)
        | (_, Value::NotPublished(id) | Value::NotComputable(id) | Value::NotOfPeriod(id)) => {
            Value::NotComputable(id)
        }
        (Value::Amount(_), Value::Share(..)) | (Value::Share(..), Value::Amount(_)) => unknown(),
    })?;
    match whole {
        Value::Share(_, 0) => Some(unknown()),
        known => Some(known),
    }
}

/// What a row is called: the table's own label first, then the account's name.
fn label(table: &pb::Table, basis: &Basis, role: Role, key: &[String]) -> Option<pb::Text> {
    let name = key.join(".");
    let own = table.labels.iter().find(|it| it.key == name);
    if let Some(own) = own {
        return own.text.clone();
    }
    let code = key.last().filter(|_| role == Role::Body)?;
    let (nb, nn) = basis.charts.get(&table.chart_edition)?.get(code)?;
    Some(said(nb.clone(), nn.clone()))
}

/// Refuses a table whose figures have no rows in common, and a chart of different units.
pub fn must_agree(content: &pb::Report, basis: &Basis) -> Result<(), Refused> {
    for table in tables(content) {
        let dimensions = table.columns.iter().filter_map(|it| {
            let formula = &basis.figures.get(&it.figure)?.formula;
            Some((&it.figure, &formula.group_by))
        });
        let dimensions: Vec<_> = dimensions.collect();
        if dimensions.iter().any(|(_, it)| *it != dimensions[0].1) {
            let spelled = dimensions
                .iter()
                .map(|(name, it)| format!("{name} ({})", it.join(", ")));
            return Err(reason::DimensionsDiffer {
                table: &table.id,
                figures: List::new(spelled, ", "),
            }
            .into());
        }
    }
    for chart in charts(content) {
        let Some(table) = tables(content).find(|it| it.id == chart.table) else {
            continue;
        };
        let figures: Vec<_> = columns_of(chart, table)
            .map(|it| it.figure.clone())
            .collect();
        let quantities: BTreeSet<_> = figures
            .iter()
            .filter_map(|it| basis.figures.get(it))
            .map(UsedFigure::quantity)
            .collect();
        if quantities.len() > 1 {
            return Err(reason::UnitsDiffer {
                measures: List::new(&figures, ", "),
            }
            .into());
        }
    }
    Ok(())
}

/// The tables of a report, in reading order.
pub fn tables(content: &pb::Report) -> impl Iterator<Item = &pb::Table> {
    content.blocks.iter().filter_map(|it| match &it.kind {
        Some(pb::block::Kind::Table(table)) => Some(table),
        _ => None,
    })
}

fn charts(content: &pb::Report) -> impl Iterator<Item = &pb::Chart> {
    content.blocks.iter().filter_map(|it| match &it.kind {
        Some(pb::block::Kind::Chart(chart)) => Some(chart),
        _ => None,
    })
}

/// The columns that a chart draws.
fn columns_of<'a>(chart: &pb::Chart, table: &'a pb::Table) -> impl Iterator<Item = &'a pb::Column> {
    places(chart).filter_map(|at| table.columns.get(at))
}

/// The places of a chart's columns in its table, from 0.
pub fn places(chart: &pb::Chart) -> impl Iterator<Item = usize> {
    chart
        .columns
        .iter()
        .filter_map(|it| usize::try_from(it.checked_sub(1)?).ok())
}

#[cfg(test)]
pub(crate) mod tests;
