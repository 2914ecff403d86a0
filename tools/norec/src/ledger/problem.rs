//! Why a file cannot be read with a map, said so that the map or the file can be put right.

use std::fmt;

use super::field::Field;
use super::map::Column;
use super::quotes::QuoteFault;

/// How many rows are shown where most of them fail: for one reason more often than not, the map.
pub const ROWS_SHOWN_OF_MOST: usize = 3;
/// How many rows that fail are shown otherwise.
pub const ROWS_SHOWN_MAX: usize = 100;
/// Characters of a cell that are shown.
const TEXT_SHOWN_MAX: usize = 60;

/// Why a file cannot be read; nothing of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadProblems {
    /// The file is not in the encoding that the map names, or might be in another.
    Encoding {
        /// The first line that is not, from 1.
        line: u64,
        /// What it is instead.
        what: String,
    },
    /// A quote does not enclose a cell, so rows behind it may be swallowed.
    Quote {
        /// The line on which it opened, from 1.
        line: u64,
        /// What is wrong with it.
        fault: QuoteFault,
    },
    /// The file ends before its rows begin.
    NoRows,
    /// The line that the map says names the columns, which are given by number, reads as a row.
    HeaderIsRow {
        /// That line, from 1.
        line: u64,
    },
    /// Columns of the map are not in the file, or a name stands for several.
    Columns {
        /// Those that the map names.
        missing: Vec<(Field, Column)>,
        /// What the header line has.
        found: Vec<String>,
    },
    /// Rows cannot be read.
    Rows {
        /// How many.
        failing: usize,
        /// Of how many.
        rows: usize,
        /// The first of them: [`ROWS_SHOWN_OF_MOST`] where most of them fail, else
        /// [`ROWS_SHOWN_MAX`] at most.
        first: Vec<RowProblem>,
    },
}

impl ReadProblems {
    /// Of so many rows these cannot be read.
    pub(super) fn of_rows(rows: usize, mut problems: Vec<RowProblem>) -> Self {
        let failing = problems.len();
        let is_map = 2 * failing > rows;
        problems.truncate(if is_map {
            ROWS_SHOWN_OF_MOST
        } else {
            ROWS_SHOWN_MAX
        });
        Self::Rows {
            failing,
            rows,
            first: problems,
        }
    }
}

/// Why a row cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// How many cells it has and how many there may be, where it has more: then none of them is read,
    /// for they may be shifted.
    pub surplus: Option<(usize, usize)>,
    /// Every cell that is wrong.
    pub cells: Vec<CellProblem>,
}

/// Why a cell cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellProblem {
    /// What the map says that it holds.
    pub field: Field,
    /// Its column, as the map has it.
    pub column: Column,
    /// What stands there; `None` when the row ends before.
    pub text: Option<String>,
    /// What was expected.
    pub expected: String,
}

impl std::error::Error for ReadProblems {}

impl fmt::Display for ReadProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding { line, what } => write!(f, "line {line} {what}"),
            Self::Quote { line, fault } => match fault {
                QuoteFault::NotClosed => {
                    write!(f, "a quote opens on line {line} and is never closed")
                }
                QuoteFault::ClosedInside => write!(
                    f,
                    "a quote opens on line {line}, and behind the one that closes it the cell goes on"
                ),
            },
            Self::NoRows => f.write_str("the file has no rows"),
            Self::HeaderIsRow { line } => write!(
                f,
                "line {line}, which header_line says names the columns, reads as a row; where no line \
                 names them, header_line is 0"
            ),
            Self::Columns { missing, found } => {
                f.write_str("columns of the map are not in the file, or there more than once:")?;
                for (field, column) in missing {
                    write!(f, "\n    {field}: column {column}")?;
                }
                write!(f, "\n  the file has: {}", found.join(" | "))
            }
            Self::Rows {
                failing,
                rows,
                first,
            } => {
                write!(
                    f,
                    "{failing} of {rows} rows are wrong, or read wrongly by this map"
                )?;
                if first.len() < *failing {
                    f.write_str("; the first")?;
                }
                f.write_str(":")?;
                first.iter().try_for_each(|row| write!(f, "{row}"))
            }
        }
    }
}

/// A line for each cell, indented.
impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((cells, columns)) = self.surplus {
            let line = self.line;
            write!(
                f,
                "\n    line {line}: {cells} cells, where {columns} columns are"
            )?;
        }
        for cell in &self.cells {
            write!(f, "\n    line {}, {cell}", self.line)?;
        }
        Ok(())
    }
}

impl fmt::Display for CellProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {} ({}): ", self.column, self.field)?;
        match &self.text {
            Some(text) => write!(f, "{}, expected: {}", shown(text), self.expected),
            None => write!(f, "the row ends before, expected: {}", self.expected),
        }
    }
}

/// A cell as it is shown: what is not seen is escaped, and what is too long cut.
fn shown(text: &str) -> String {
    match text.char_indices().nth(TEXT_SHOWN_MAX) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
