//! What a document says: plain, serialisable input for the renderer. Every text is already in the
//! language of the document; the words of the house (source, page, "kan ikke beregnes") are not
//! here, and neither is any decision about which figures belong in a report.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;

/// The written form of Norwegian a document is in.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Bokmål.
    Nb,
    /// Nynorsk.
    Nn,
}

impl Language {
    /// The ISO 639-1 code: `nb` or `nn`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
        }
    }
}

/// One report as it is printed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Document {
    /// The written form of every text in the document.
    pub language: Language,
    /// The title; may not be blank, because an accessible PDF needs one.
    pub title: String,
    /// A second line under the title; may be empty.
    pub subtitle: String,
    /// A word such as "EKSEMPEL" that stands on every page and in every CSV and JSON file, so that
    /// no part of the document can be mistaken for an issued report.
    pub stamp: Option<String>,
    /// A draft says "Utkast" wherever the stamp stands, beside it, and is printed whatever it holds: a
    /// character that no font has becomes a replacement sign.
    pub draft: bool,
    /// The name line at the head of the first page, printed as given.
    pub agency: String,
    /// Who made the document; stands in the properties of the PDF.
    pub author: String,
    /// The paragraphs that open the document.
    pub lead: Vec<String>,
    /// The day the document bears, on its first page and in its properties.
    pub dated: NaiveDate,
    /// The name of the cut-off whose figures the document prints.
    pub cutoff: String,
    /// The sections in reading order.
    pub sections: Vec<Section>,
    /// By what a reader can find again what is printed.
    pub evidence: Evidence,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Section {
    /// The heading; may not be blank.
    pub heading: String,
    /// The blocks in reading order.
    pub blocks: Vec<Block>,
}

/// One piece of a section.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Running text; never markup.
    Paragraph(String),
    /// A table, also given as CSV and JSON.
    Table(Table),
    /// A bar chart.
    Chart(Chart),
    /// What is not published or cannot be computed, and why.
    Findings(Vec<Finding>),
}

/// Something the reader will look for and not find.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// What is missing, such as "Samlet tildeling, kapittel 144".
    pub subject: String,
    /// In which way it is missing.
    pub status: Missing,
    /// Why, as a sentence.
    pub reason: String,
}

/// The two ways in which a figure can be missing.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// "ikke offentliggjort": it exists, and no public source gives it.
    NotPublished,
    /// "kan ikke beregnes": it does not follow from what is known.
    NotComputable,
}

/// How amounts are printed. The raw øre stand in CSV and JSON whatever the scale.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Million kroner with one decimal.
    MillionKroner,
    /// Whole kroner with groups of three digits.
    Kroner,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Money in øre.
    Amount,
    /// Persons, agreements, days.
    Count,
    /// A ratio of two integers, printed in percent with one decimal.
    Share,
}

/// A column of figures or words; the label of each row is not one of them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Column {
    /// The name in CSV and JSON, the same in both languages: `[a-z0-9_]+`, unique in its table.
    pub id: String,
    /// The heading in print.
    pub label: String,
    /// What the cells are; every cell must fit it.
    pub kind: ColumnKind,
    /// What its amounts were rounded to where they come from, in øre: the coarsest. None where they
    /// are exact.
    pub precision_ore: Option<i64>,
    /// The figure that it shows, where it shows one.
    pub figure: Option<Figure>,
}

/// A figure as it can be opened and recomputed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Figure {
    /// Its name.
    pub name: String,
    /// Its digest in what its cut-off closed with, in lower-case hexadecimal; empty where that has none.
    pub digest: String,
}

/// What the rows of a table are by: a column of its own in CSV and JSON.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Dimension {
    /// The name in CSV and JSON, the same in both languages: `[a-z0-9_]+`, unique in its table.
    pub id: String,
    /// The word for it.
    pub label: String,
}

/// One cell.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text(String),
    /// Money.
    Amount {
        /// The exact amount in øre.
        ore: i64,
    },
    /// A number of things.
    Count(i64),
    /// A ratio; with denominator 0 it cannot be computed (CU-09) and prints so.
    Share {
        /// The part.
        numerator: i64,
        /// The whole.
        denominator: i64,
    },
    /// The source has no such row; prints as a dash.
    Absent,
    /// Not published by any source.
    NotPublished,
    /// Does not follow from what is known.
    NotComputable {
        /// Why, as a sentence; becomes a note under the table. Empty when the text around says it.
        reason: String,
    },
}

/// What a row is to the rows above it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRole {
    /// One line among others.
    #[serde(rename = "row")]
    Body,
    /// The sum of a group of lines.
    Subtotal,
    /// The sum of the table.
    Total,
}

/// One row.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Row {
    /// Values of the table's dimensions: all of a line, the first of a subtotal, none of the total.
    pub key: Vec<String>,
    /// A post or an account, kept as text ("01"); needs the table's `code_heading`.
    pub code: Option<String>,
    /// The name of the row.
    pub label: String,
    /// One cell for each column of the table.
    pub cells: Vec<Cell>,
    /// Body line or sum.
    pub role: RowRole,
}

/// A table of the document and of the data files beside it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Table {
    /// The stem of its file names: `[a-z0-9-]+`, unique in the document.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The unit in words, such as "Millioner kroner, én desimal".
    pub unit: String,
    /// How its amounts are printed; `unit` says the same in words.
    pub scale: Scale,
    /// What the rows are by.
    pub dimensions: Vec<Dimension>,
    /// The heading over the rows' codes, when rows have codes.
    pub code_heading: Option<String>,
    /// The heading over the rows' labels.
    pub label_heading: String,
    /// The columns in order, at least one.
    pub columns: Vec<Column>,
    /// The rows in order.
    pub rows: Vec<Row>,
    /// Where the figures come from, without a full stop.
    pub source: String,
    /// The day the source itself bears.
    pub source_date: NaiveDate,
    /// How the figures are rounded, as a sentence; empty when nothing is.
    pub rounding: String,
    /// Further notes, as sentences.
    pub notes: Vec<String>,
}

/// A chart of grouped horizontal bars with the value beside each bar.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Chart {
    /// Unique among tables and charts: `[a-z0-9-]+`.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What there is to see in it, for a reader who does not see it; may be empty, for every value
    /// is said besides.
    pub alternative: String,
    /// The unit in words.
    pub unit: String,
    /// How amounts are printed.
    pub scale: Scale,
    /// What the bars measure; never words.
    pub kind: ColumnKind,
    /// The name of each series, one to three.
    pub series: Vec<String>,
    /// The groups from top to bottom.
    pub groups: Vec<BarGroup>,
    /// Where the figures come from, without a full stop.
    pub source: String,
    /// The day the source itself bears.
    pub source_date: NaiveDate,
}

/// The bars that stand together.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BarGroup {
    /// The name of the group.
    pub label: String,
    /// One cell for each series.
    pub values: Vec<Cell>,
}

/// What a draft is marked with; the same word in both written forms.
const DRAFT: &str = "Utkast";

impl Document {
    /// What stands on every page and in every file: the stamp, and that it is a draft.
    pub(super) fn stamped(&self) -> Option<String> {
        match (&self.stamp, self.draft) {
            (Some(stamp), true) => Some(format!("{stamp} – {DRAFT}")),
            (Some(stamp), false) => Some(stamp.clone()),
            (None, true) => Some(DRAFT.to_owned()),
            (None, false) => None,
        }
    }

    /// The tables in reading order: those that have a CSV and a JSON file.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.sections
            .iter()
            .flat_map(|section| &section.blocks)
            .filter_map(|block| match block {
                Block::Table(table) => Some(table),
                Block::Paragraph(_) | Block::Chart(_) | Block::Findings(_) => None,
            })
    }
}
