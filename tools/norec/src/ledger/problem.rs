//! Why a file cannot be read with a map, said so that the map or the file can be put right.

use std::fmt;

use super::field::Field;
use super::map::Column;

/// How many rows that fail are shown; the others fail for the same reason more often than not.
pub const ROWS_SHOWN_MAX: usize = 3;

/// Why a file cannot be read; nothing of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadProblems {
    /// The file is not in the encoding that the map names.
    Encoding {
        /// The first line that is not, from 1.
        line: u64,
    },
    /// The file ends before its rows begin.
    NoRows,
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
        /// The first of them, [`ROWS_SHOWN_MAX`] at most.
        first: Vec<RowProblem>,
    },
}

/// Why a row cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// The line that it begins on, from 1.
    pub line: u64,
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
            Self::Encoding { line } => write!(f, "line {line} is not in the map's encoding"),
            Self::NoRows => f.write_str("the file has no rows"),
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
                    "{failing} of {rows} rows cannot be read with this map; the first:"
                )?;
                for row in first {
                    for cell in &row.cells {
                        write!(f, "\n    line {}, {cell}", row.line)?;
                    }
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for CellProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {} ({}): ", self.column, self.field)?;
        match &self.text {
            Some(text) => write!(f, "{text:?} is not {}", self.expected),
            None => write!(f, "the row ends before; expected was {}", self.expected),
        }
    }
}
