//! A file's lines to rows: where the lines begin, what stands between columns, and which column is
//! which.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::field::Field;
use super::map::{Column, ColumnMap, Delimiter};
use super::problem::{ReadProblems, RowProblem};
use super::row::Cells;
use super::{Row, quotes, text};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its rows, those of 0 among them.
    pub rows: Vec<Row>,
    /// What was no row.
    pub skipped: Skipped,
}

/// Lines of a file that are no rows, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Without any cell that is not empty, such as `;;;;`.
    pub empty: usize,
    /// With an empty cell where the map's `skip_empty` says that a row has none.
    pub lacking: usize,
    /// At the end, as many as the map's `footer` says.
    pub footer: usize,
}

impl Skipped {
    /// What is told of it, beside so many rows of 0.
    pub(super) fn told(self, zeros: usize) -> Option<String> {
        let counts = [
            (zeros, "of 0"),
            (self.empty, "empty"),
            (self.lacking, "with an empty cell that skip_empty names"),
            (self.footer, "of the footer"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        (!counts.is_empty()).then(|| format!("rows left out: {}", counts.join(", ")))
    }
}

/// A row as far as it can be read, and why it cannot wholly.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) row: Row,
    pub(super) problem: Option<RowProblem>,
}

/// A file's rows, each judged by itself.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) rows: Vec<Judged>,
    pub(super) skipped: Skipped,
}

/// Reads a file of the accounts, all of it or nothing (AC-04).
///
/// # Errors
/// What keeps it from being read; of rows that fail, every bad cell.
pub fn read(bytes: &[u8], map: &ColumnMap) -> Result<Reading, ReadProblems> {
    table(bytes, map)?.whole()
}

impl Table {
    /// The rows, when every one can be read.
    pub(super) fn whole(self) -> Result<Reading, ReadProblems> {
        let count = self.rows.len();
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for it in self.rows {
            match it.problem {
                Some(problem) => problems.push(problem),
                None => rows.push(it.row),
            }
        }
        match problems.is_empty() {
            true => Ok(Reading {
                rows,
                skipped: self.skipped,
            }),
            false => Err(ReadProblems::of_rows(count, problems)),
        }
    }
}

/// Reads a file as far as it can be read.
///
/// # Errors
/// What keeps all of it from being read.
pub(super) fn table(bytes: &[u8], map: &ColumnMap) -> Result<Table, ReadProblems> {
    let text = with_lines(text::decode(bytes, map.encoding)?);
    let above = map.header_line.saturating_sub(1);
    let body = without_lines(&text, above);
    let delimiter = map.delimiter.unwrap_or_else(|| likeliest(body, map));
    if let Some((line, fault)) = quotes::first_broken(body, delimiter) {
        let line = line + u64::try_from(above).unwrap_or_default();
        return Err(ReadProblems::Quote { line, fault });
    }
    let mut records = Records::of(body, delimiter, above);
    let header = match map.header_line {
        0 => None,
        _ => Some(records.next().ok_or(ReadProblems::NoRows)?),
    };
    let places = places(header.as_ref().map(|(_, it)| it), map)?;
    if let Some((line, header)) = &header {
        let (_, problems) = Cells::of(header, &places, map).row(*line);
        if map.is_by_number() && problems.is_empty() {
            return Err(ReadProblems::HeaderIsRow { line: *line });
        }
    }
    let records = records.collect();
    judged(header.map(|(_, it)| it.len()), records, &places, map)
}

/// The rows among a file's records, which have at most so many cells; where no header says how many, the
/// first does.
fn judged(
    columns: Option<usize>,
    mut records: Vec<(u64, StringRecord)>,
    places: &BTreeMap<Field, usize>,
    map: &ColumnMap,
) -> Result<Table, ReadProblems> {
    let lines = records.len();
    records.retain(|(_, it)| it.iter().any(|cell| !cell.trim().is_empty()));
    let mut skipped = Skipped {
        empty: lines - records.len(),
        footer: map.footer.min(records.len()),
        ..Skipped::default()
    };
    records.truncate(records.len() - skipped.footer);
    let columns = columns.or_else(|| Some(records.first()?.1.len()));
    let columns = columns.ok_or(ReadProblems::NoRows)?;
    let mut rows = Vec::new();
    for (line, record) in records {
        let cells = Cells::of(&record, places, map);
        let surplus = (record.len() > columns).then_some((record.len(), columns));
        if surplus.is_none() && cells.lacks(&map.skip_empty) {
            skipped.lacking += 1;
            continue;
        }
        let (row, mut cells) = cells.row(line);
        if surplus.is_some() {
            cells.clear();
        }
        let is_whole = surplus.is_none() && cells.is_empty();
        let problem = (!is_whole).then_some(RowProblem {
            line,
            surplus,
            cells,
        });
        rows.push(Judged { row, problem });
    }
    match rows.is_empty() {
        true => Err(ReadProblems::NoRows),
        false => Ok(Table { rows, skipped }),
    }
}

/// A text whose lines end in carriage returns alone, with line feeds instead: lines are counted by these.
fn with_lines(text: String) -> String {
    match text.contains('\n') {
        true => text,
        false => text.replace('\r', "\n"),
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
            // A row that is too short or too long is explained.
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
