//! What governance refuses of the rows that it was sent, said by the file's lines and columns.

use super::Row;
use super::field::Field;
use super::map::{Column, ColumnMap};
use super::problem::{CellProblem, RowProblem};
use super::table::Judged;
use crate::kroner::kroner;

/// Adds what is refused, as `rows[3].account`, to what is wrong with the rows that were sent; answers
/// what is refused of anything else. A cell that could not be read is not told of twice.
pub(super) fn add_to(
    sent: &mut [Judged],
    fields: Vec<(String, String)>,
    map: &ColumnMap,
) -> Vec<(String, String)> {
    let mut others = Vec::new();
    for (path, expected) in fields {
        let place = place_of(&path);
        let cell = place.and_then(|(place, field)| Some((sent.get_mut(place)?, field)));
        match cell {
            Some((judged, field)) => judged.refuse(field, expected, map),
            None => others.push((path, expected)),
        }
    }
    others
}

impl Judged {
    fn refuse(&mut self, field: Field, expected: String, map: &ColumnMap) {
        let field = match field {
            Field::Amount if !map.columns.contains_key(&field) => {
                let sides = [Field::Debit, Field::Credit].into_iter();
                let mut sides = sides.filter(|it| map.columns.contains_key(it));
                sides.next().unwrap_or(field)
            }
            _ => field,
        };
        let problem = self.problem.get_or_insert_with(|| RowProblem {
            line: self.row.line,
            surplus: None,
            cells: Vec::new(),
        });
        let is_side = |it: Field| matches!(it, Field::Debit | Field::Credit);
        let is_told = |it: &CellProblem| it.field == field || is_side(it.field) && is_side(field);
        if problem.cells.iter().any(is_told) {
            return;
        }
        let column = map.columns.get(&field).cloned();
        problem.cells.push(CellProblem {
            field,
            column: column.unwrap_or_else(|| Column::Name(field.to_string())),
            text: Some(text_of(&self.row, field)),
            expected,
        });
    }
}

/// `rows[3].post.post` is the post of the row at 3.
fn place_of(path: &str) -> Option<(usize, Field)> {
    let (place, field) = path.strip_prefix("rows[")?.split_once("].")?;
    let field = match field {
        "voucher" => Field::Voucher,
        "date" => Field::Day,
        "post.chapter" => Field::Chapter,
        "post" | "post.post" => Field::Post,
        "sub_post" => Field::SubPost,
        "account" => Field::Account,
        "amount" => Field::Amount,
        "text" => Field::Text,
        "agreement" => Field::Agreement,
        "corrects" => Field::Corrects,
        _ => return None,
    };
    Some((place.parse().ok()?, field))
}

/// What the row holds there, as it was read.
fn text_of(row: &Row, field: Field) -> String {
    let optional = |it: &Option<String>| it.clone().unwrap_or_default();
    match field {
        Field::Voucher => optional(&row.voucher),
        Field::Day => row.day.to_string(),
        Field::Chapter => row.chapter.clone(),
        Field::Post => row.post.clone(),
        Field::SubPost => optional(&row.sub_post),
        Field::Account => row.account.clone(),
        Field::Amount | Field::Debit | Field::Credit => kroner(row.amount_ore.into()),
        Field::Text => row.text.clone(),
        Field::Agreement => optional(&row.agreement),
        Field::Corrects => optional(&row.corrects),
    }
}
