//! A file's lines to rows: where the lines begin, what stands between columns, and which column is
//! which.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::field::Field;
use super::map::{Column, ColumnMap, Delimiter};
use super::problem::{ROWS_SHOWN_MAX, ReadProblems, RowProblem};
use super::row::Cells;
use super::{Row, text};

/// Reads a file of the accounts, all of it or nothing (AC-04).
///
/// # Errors
/// What keeps it from being read; of rows that fail, the first three with every bad cell.
pub fn read(bytes: &[u8], map: &ColumnMap) -> Result<Vec<Row>, ReadProblems> {
    let text = text::decode(bytes, map.encoding).map_err(|line| ReadProblems::Encoding { line })?;
    let skipped = map.header_line.saturating_sub(1);
    let body = without_lines(&text, skipped);
    let delimiter = map.delimiter.unwrap_or_else(|| likeliest(body, map));
    let mut records = Records::of(body, delimiter, skipped);
    let header = match map.header_line {
        0 => None,
        _ => Some(records.next().ok_or(ReadProblems::NoRows)?.1),
    };
    let places = places(header.as_ref(), map)?;

    let (mut rows, mut first, mut failing) = (Vec::new(), Vec::new(), 0);
    for (line, record) in records {
        match Cells::of(&record, &places, map).row(line) {
            Ok(row) => rows.push(row),
            Err(cells) => {
                failing += 1;
                if first.len() < ROWS_SHOWN_MAX {
                    first.push(RowProblem { line, cells });
                }
            }
        }
    }
    match (rows.len(), failing) {
        (0, 0) => Err(ReadProblems::NoRows),
        (_, 0) => Ok(rows),
        (read, failing) => Err(ReadProblems::Rows {
            failing,
            rows: read + failing,
            first,
        }),
    }
}

/// What stands after so many lines.
fn without_lines(text: &str, count: usize) -> &str {
    let mut rest = text;
    for _ in 0..count {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

/// The records of a text with the lines that they begin on. Blank lines are no records.
struct Records<'a> {
    text: &'a str,
    records: csv::StringRecordsIntoIter<&'a [u8]>,
    /// Where the lines are counted to, and how many ended before.
    counted: usize,
    line: u64,
}

impl<'a> Records<'a> {
    fn of(text: &'a str, delimiter: Delimiter, lines_before: usize) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .has_headers(false)
            // A row that is too short is explained, and one that is longer than needed is read.
            .flexible(true)
            .from_reader(text.as_bytes());
        let line = u64::try_from(lines_before)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        Self {
            text,
            records: reader.into_records(),
            counted: 0,
            line,
        }
    }

    /// The line of the first character after `start` that is no line's end: the reader counts the
    /// blank lines before a record as part of it.
    fn line_after(&mut self, start: usize) -> u64 {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.counted) {
            let is_end = matches!(byte, b'\r' | b'\n');
            if self.counted >= start && !is_end {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

impl Iterator for Records<'_> {
    type Item = (u64, StringRecord);

    fn next(&mut self) -> Option<Self::Item> {
        // Of a text in memory every record can be read.
        let record = self.records.next()?.ok()?;
        let start = record.position().map_or(0, csv::Position::byte);
        let line = self.line_after(usize::try_from(start).unwrap_or(usize::MAX));
        Some((line, record))
    }
}

/// The delimiter by which the first line has most of the map's columns; of equals the one with
/// most columns, and of those the likeliest.
fn likeliest(body: &str, map: &ColumnMap) -> Delimiter {
    let fit = |delimiter: &Delimiter| {
        let header = Records::of(body, *delimiter, 0)
            .next()
            .map(|(_, it)| it)
            .unwrap_or_default();
        let known = map
            .columns
            .values()
            .filter(|it| place(Some(&header), it).is_some())
            .count();
        (known, header.len())
    };
    // Of several that fit alike, the last is taken.
    let candidates = Delimiter::ALL.into_iter().rev();
    candidates.max_by_key(fit).unwrap_or(Delimiter::Semicolon)
}

/// Where a column stands, from 0; `None` when it is not there or its name stands twice.
fn place(header: Option<&StringRecord>, column: &Column) -> Option<usize> {
    match column {
        Column::Number(number) => {
            let place = number.get() - 1;
            header.is_none_or(|it| place < it.len()).then_some(place)
        }
        Column::Name(name) => {
            let wanted = name.trim().to_lowercase();
            let is_it = |(_, head): &(usize, &str)| head.trim().to_lowercase() == wanted;
            let mut found = header?.iter().enumerate().filter(is_it);
            match (found.next(), found.next()) {
                (Some((place, _)), None) => Some(place),
                _ => None,
            }
        }
    }
}

fn places(
    header: Option<&StringRecord>,
    map: &ColumnMap,
) -> Result<BTreeMap<Field, usize>, ReadProblems> {
    let (mut places, mut missing) = (BTreeMap::new(), Vec::new());
    for (field, column) in &map.columns {
        match place(header, column) {
            Some(place) => {
                places.insert(*field, place);
            }
            None => missing.push((*field, column.clone())),
        }
    }
    if missing.is_empty() {
        return Ok(places);
    }
    let found = header
        .into_iter()
        .flatten()
        .map(|it| it.trim().to_owned())
        .collect();
    Err(ReadProblems::Columns { missing, found })
}
