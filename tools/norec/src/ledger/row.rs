//! The cells of a record to a row, or to everything that is wrong with them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use csv::StringRecord;

use super::Row;
use super::field::{Field, constant_day, is_possible, value};
use super::map::{Column, ColumnMap};
use super::problem::CellProblem;

/// A record, read by a map.
pub(super) struct Cells<'a> {
    record: &'a StringRecord,
    places: &'a BTreeMap<Field, usize>,
    map: &'a ColumnMap,
    problems: Vec<CellProblem>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(
        record: &'a StringRecord,
        places: &'a BTreeMap<Field, usize>,
        map: &'a ColumnMap,
    ) -> Self {
        Self {
            record,
            places,
            map,
            problems: Vec::new(),
        }
    }

    /// The row, which begins on this line, and every cell that is wrong; the value of such a cell is
    /// never used.
    pub(super) fn row(mut self, line: u64) -> (Row, Vec<CellProblem>) {
        let row = Row {
            line,
            voucher: self.value(Field::Voucher, |text| value(Field::Voucher, text)),
            day: self.day(),
            chapter: self.needed(Field::Chapter),
            post: self.needed(Field::Post),
            sub_post: self.optional(Field::SubPost),
            account: self.needed(Field::Account),
            amount_ore: self.amount_ore(),
            text: self.optional(Field::Text).unwrap_or_default(),
            agreement: self.optional(Field::Agreement),
            corrects: self.optional(Field::Corrects),
        };
        (row, self.problems)
    }

    /// Whether one of these fields is empty, or the row ends before it.
    pub(super) fn lacks(&self, fields: &[Field]) -> bool {
        let text = |field: &Field| self.text(*field).flatten().unwrap_or_default();
        fields.iter().any(|it| text(it).is_empty())
    }

    /// What stands in the field's column, or the constant of it; `None` when it has neither.
    fn text(&self, field: Field) -> Option<Option<&'a str>> {
        match self.places.get(&field) {
            Some(place) => Some(self.record.get(*place).map(str::trim)),
            None => self.map.constants.get(&field).map(|it| Some(it.as_str())),
        }
    }

    /// Reads a field; what cannot be read is noted.
    fn value<T>(
        &mut self,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(field)?;
        let problem = match text.map(read) {
            Some(Ok(value)) => return Some(value),
            Some(Err(expected)) => expected,
            None => "a cell".to_owned(),
        };
        let column = self.map.columns.get(&field).cloned();
        self.problems.push(CellProblem {
            field,
            column: column.unwrap_or_else(|| Column::Name(field.to_string())),
            text: text.map(str::to_owned),
            expected: problem,
        });
        None
    }

    /// A field that the map always has; the value of one that cannot be read is never used.
    fn needed(&mut self, field: Field) -> String {
        self.value(field, |text| value(field, text))
            .unwrap_or_default()
    }

    /// A field that may be empty.
    fn optional(&mut self, field: Field) -> Option<String> {
        let read = |text: &str| match text {
            "" => Ok(None),
            text => value(field, text).map(Some),
        };
        self.value(field, read).flatten()
    }

    fn day(&mut self) -> NaiveDate {
        let map = self.map;
        let is_constant = !self.places.contains_key(&Field::Day);
        let read = |text: &str| match &map.date_format {
            Some(form) if !is_constant => form
                .parse(text)
                .filter(is_possible)
                .ok_or_else(|| format!("a day in the form {}", form.as_str())),
            _ => constant_day(text),
        };
        self.value(Field::Day, read).unwrap_or_default()
    }

    fn amount_ore(&mut self) -> i64 {
        if self.places.contains_key(&Field::Amount) {
            let map = self.map;
            return self
                .value(Field::Amount, |text| map.amounts.parse(text))
                .unwrap_or_default();
        }
        let debit = self.side(Field::Debit);
        let credit = self.side(Field::Credit);
        match (debit.flatten(), credit.flatten()) {
            (None, None) => {
                // One of them is read, so that it is noted which cell is empty.
                let side = if self.places.contains_key(&Field::Debit) {
                    Field::Debit
                } else {
                    Field::Credit
                };
                if debit.is_some() || credit.is_some() {
                    self.value(side, |_| {
                        Err::<(), _>("an amount, in debit or in credit".to_owned())
                    });
                }
                0
            }
            (debit, credit) => debit
                .unwrap_or_default()
                .saturating_sub(credit.unwrap_or_default()),
        }
    }

    /// Debit or credit: absent, empty or an amount.
    fn side(&mut self, field: Field) -> Option<Option<i64>> {
        let map = self.map;
        self.value(field, |text| match text {
            "" => Ok(None),
            text => map.amounts.parse(text).map(Some),
        })
    }
}
