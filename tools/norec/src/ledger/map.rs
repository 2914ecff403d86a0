//! The map of a file's columns: a JSON document that says which column holds what, and how it is
//! written.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;

use serde::Deserialize;

use super::amount::{AmountForm, Decimal, Thousands, Unit};
use super::date::DateFormat;
use super::field::{Field, check_constant};
use crate::json;

/// What a file of the accounts is like.
///
/// ```json
/// {"encoding": "windows-1252", "delimiter": ";", "decimal": "comma", "unit": "NOK",
///  "date_format": "dd.mm.yyyy", "header_line": 1,
///  "columns": {"voucher": "Bilagsnr", "day": "Bilagsdato", "post": "Post", "account": "Konto",
///              "amount": "Beløp", "text": 9},
///  "constants": {"chapter": "144"}}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// How characters are written.
    pub encoding: Encoding,
    /// What stands between columns; `None` finds it in the header line.
    pub delimiter: Option<Delimiter>,
    /// How amounts are written.
    pub amounts: AmountForm,
    /// How days are written; `None` only when no column holds them.
    pub date_format: Option<DateFormat>,
    /// The line that names the columns, from 1; what stands above it is skipped. 0 when no line
    /// does, and columns are given by number.
    pub header_line: usize,
    /// How many rows at the end are none of the accounts, such as a sum.
    pub footer: usize,
    /// A row in which one of these is empty is none of the accounts, such as a heading.
    pub skip_empty: Vec<Field>,
    /// Which column holds what.
    pub columns: BTreeMap<Field, Column>,
    /// What is the same for all rows and stands in no column; a day as `yyyy-mm-dd`.
    pub constants: BTreeMap<Field, String>,
}

/// The same as it is written, before it is judged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    encoding: Encoding,
    #[serde(default)]
    delimiter: Option<Delimiter>,
    #[serde(default)]
    decimal: Decimal,
    thousands: Option<Thousands>,
    #[serde(default)]
    parentheses: bool,
    #[serde(default)]
    unit: Unit,
    date_format: Option<DateFormat>,
    header_line: Option<usize>,
    #[serde(default)]
    footer: usize,
    #[serde(default)]
    skip_empty: Vec<Field>,
    columns: BTreeMap<Field, Column>,
    #[serde(default)]
    constants: BTreeMap<Field, String>,
}

/// A column by the name in its header, or by its number from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// As the header has it; capitals and blanks around it do not matter.
    Name(String),
    /// Counted from the left.
    Number(NonZeroUsize),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name:?}"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// How the characters of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// UTF-16 by its mark, UTF-8 when all of it is, else Windows-1252, unless its bytes say otherwise.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, and Latin-1 as part of it.
    #[serde(rename = "windows-1252", alias = "latin-1", alias = "iso-8859-1")]
    Windows1252,
    /// CP865, in which DOS wrote Norwegian, and what was made for it still does.
    #[serde(rename = "cp865")]
    Cp865,
    /// UTF-16, the lower byte first, with or without a byte order mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the higher byte first, with or without a byte order mark.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

/// What stands between columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Delimiter {
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// The tabulator, written `\t` in JSON.
    #[serde(rename = "\t")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Bar,
}

impl Delimiter {
    /// Those there are, the likeliest first.
    pub(super) const ALL: [Self; 4] = [Self::Semicolon, Self::Tab, Self::Bar, Self::Comma];

    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MapFault {
    /// It is no JSON document of this form.
    #[error("{0}")]
    Form(String),
    /// It contradicts itself, or something is missing; every fault is named.
    #[error("{}", .0.join("; "))]
    Content(Vec<String>),
}

impl ColumnMap {
    /// Reads a map.
    ///
    /// # Errors
    /// [`MapFault::Form`] at the first thing that is no field of a map, or has another form;
    /// [`MapFault::Content`] with everything that is missing, doubled or contradictory.
    pub fn from_json(json: &[u8]) -> Result<Self, MapFault> {
        let Written {
            encoding,
            delimiter,
            decimal,
            thousands,
            parentheses,
            unit,
            date_format,
            header_line,
            footer,
            skip_empty,
            columns,
            constants,
        } = json::of(json).map_err(MapFault::Form)?;
        let map = Self {
            encoding,
            delimiter,
            amounts: AmountForm {
                decimal,
                thousands,
                parentheses,
                unit,
            },
            date_format,
            header_line: header_line.unwrap_or(1),
            footer,
            skip_empty,
            columns,
            constants,
        };
        let mut faults = map.faults();
        if header_line.is_none() && map.is_by_number() {
            faults.push(
                "header_line is missing: the line that names the columns, 0 when none does"
                    .to_owned(),
            );
        }
        if faults.is_empty() {
            Ok(map)
        } else {
            Err(MapFault::Content(faults))
        }
    }

    /// Whether no column is named as in a header.
    pub(super) fn is_by_number(&self) -> bool {
        let mut columns = self.columns.values();
        columns.all(|it| matches!(it, Column::Number(_)))
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for field in [Field::Day, Field::Chapter, Field::Post, Field::Account] {
            if !self.columns.contains_key(&field) && !self.constants.contains_key(&field) {
                faults.push(format!("neither a column nor a constant holds {field}"));
            }
        }
        for (field, constant) in &self.constants {
            if let Err(expected) = check_constant(*field, constant) {
                faults.push(format!("constant {field}: {constant:?} is not {expected}"));
            }
            if self.columns.contains_key(field) {
                faults.push(format!("{field} is both a column and a constant"));
            }
        }
        let has = |field| self.columns.contains_key(&field);
        if has(Field::Amount) == (has(Field::Debit) || has(Field::Credit)) {
            faults.push("amounts stand in one column, amount, or in debit and credit".to_owned());
        }
        if has(Field::Day) && self.date_format.is_none() {
            faults.push("date_format is missing, such as dd.mm.yyyy".to_owned());
        }
        if self.amounts.contradicts_itself() {
            faults.push("decimal and thousands are the same mark".to_owned());
        }
        for field in self.skip_empty.iter().filter(|it| !has(**it)) {
            faults.push(format!("skip_empty: no column holds {field}"));
        }
        for (field, column) in &self.columns {
            if let (0, Column::Name(_)) = (self.header_line, column) {
                faults.push(format!(
                    "without a header line {field} needs a number, not {column}"
                ));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn map() -> Value {
        json!({
            "date_format": "dd.mm.yyyy",
            "columns": {"day": "Dato", "post": "Post", "account": "Konto", "amount": "Beløp"},
            "constants": {"chapter": "144"},
        })
    }

    fn fault(map: &Value) -> String {
        ColumnMap::from_json(map.to_string().as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_a_map_does_not_say_is_as_norwegian_files_are() {
        let map = ColumnMap::from_json(map().to_string().as_bytes()).unwrap();
        assert_eq!((map.encoding, map.delimiter), (Encoding::Auto, None));
        assert_eq!(
            (map.amounts, map.header_line, map.footer),
            (AmountForm::default(), 1, 0)
        );
    }

    #[test]
    fn every_fault_of_a_map_is_named() {
        let table = [
            ("/columns/day", Value::Null, "nothing"),
            ("/date_format", json!("d/m"), "is no form of a day"),
            ("/constants/chapter", json!(144), "string"),
            ("/columns/amount", json!(0), "Column"),
            ("/columns/amount", json!(["Beløp"]), "Column"),
        ];
        for (place, value, named) in table {
            let mut map = map();
            *map.pointer_mut(place).unwrap() = value;
            let fault = fault(&map);
            assert!(
                fault.contains(named) || named == "nothing",
                "{place}: {fault}"
            );
        }
        let table = [
            (
                json!({"columns": {"amount": "A"}}),
                "neither a column nor a constant holds day",
            ),
            (
                json!({"columns": {}, "constants": {"amount": "1"}}),
                "constant amount: \"1\" is not something that stands in a column",
            ),
            (
                json!({"columns": {}, "constants": {"day": "31.12.2025"}}),
                "2025-12-31",
            ),
            (
                json!({"columns": {}, "constants": {"chapter": "144.70"}}),
                "chapter: \"144.70\" is not",
            ),
            (
                json!({"columns": {"post": 1}, "constants": {"post": "70"}}),
                "post is both",
            ),
            (
                json!({"columns": {"amount": 1, "debit": 2}}),
                "amounts stand in one column",
            ),
            (json!({"columns": {}}), "amounts stand in one column"),
            (json!({"columns": {"day": 1}}), "date_format is missing"),
            // B-F11: where no column is named, it is asked whether a line names them.
            (json!({"columns": {"day": 1}}), "header_line is missing"),
            (
                json!({"columns": {"day": 1}, "thousands": "comma"}),
                "the same mark",
            ),
            (
                json!({"columns": {"day": 1}, "skip_empty": ["post"]}),
                "skip_empty: no column holds post",
            ),
            (
                json!({"header_line": 0, "columns": {"text": "Tekst"}}),
                "text needs a number",
            ),
            (json!({"columns": {"beløp": 1}}), "unknown variant"),
            (json!({"columns": {}, "colums": {}}), "unknown field"),
            (json!({"columns": {}, "unit": "EUR"}), "unknown variant"),
            (json!({}), "missing field `columns`"),
        ];
        for (map, named) in table {
            let fault = fault(&map);
            assert!(fault.contains(named), "{map}: {fault}");
        }
    }
}
