//! The cells of a record to a row, or to everything that is wrong with them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use csv::StringRecord;

use super::amount::{Decimal, Unit};
use super::field::{Field, constant_day, number};
use super::map::{Column, ColumnMap};
use super::problem::CellProblem;
use super::{Row, amount};

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

    /// The row, which begins on this line.
    pub(super) fn row(mut self, line: u64) -> Result<Row, Vec<CellProblem>> {
        let row = Row {
            line,
            voucher: self.value(Field::Voucher, |text| number(Field::Voucher, text)),
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
        if self.problems.is_empty() {
            Ok(row)
        } else {
            Err(self.problems)
        }
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
        self.value(field, |text| number(field, text))
            .unwrap_or_default()
    }

    /// A field that may be empty.
    fn optional(&mut self, field: Field) -> Option<String> {
        let read = |text: &str| match text {
            "" => Ok(None),
            text => number(field, text).map(Some),
        };
        self.value(field, read).flatten()
    }

    fn day(&mut self) -> NaiveDate {
        let map = self.map;
        let is_constant = !self.places.contains_key(&Field::Day);
        let read = |text: &str| match &map.date_format {
            Some(form) if !is_constant => form
                .parse(text)
                .ok_or_else(|| format!("a day in the form {}", form.as_str())),
            _ => constant_day(text),
        };
        self.value(Field::Day, read).unwrap_or_default()
    }

    fn amount_ore(&mut self) -> i64 {
        if self.places.contains_key(&Field::Amount) {
            let map = self.map;
            return self
                .value(Field::Amount, |text| read_amount(text, map))
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
            text => read_amount(text, map).map(Some),
        })
    }
}

fn read_amount(text: &str, map: &ColumnMap) -> Result<i64, String> {
    amount::parse(text, map.decimal, map.unit).ok_or_else(|| {
        let example = match map.decimal {
            Decimal::Comma => "with decimal comma, such as 1 234,50 or 1 234,50-",
            Decimal::Point => "with decimal point, such as 1 234.50 or 1 234.50-",
        };
        let unit = match map.unit {
            Unit::Nok => "kroner",
            Unit::ThousandNok => "1 000 kroner",
            Unit::MillionNok => "million kroner",
        };
        format!("an amount in {unit} {example}, exact to the øre")
    })
}
