//! The printed report: a [`Document`] in, a PDF/A-2a + PDF/UA-1 file out, and each of its tables
//! as CSV and JSON.
//!
//! Owns the look of the house (one template), the fixed words in bokmål and nynorsk, how a figure
//! is printed, and the charts; and makes a document of a checked report. Does not own which figures
//! a report has, their computing, or where the bytes are kept. Nothing here touches the clock, the
//! network, the file system or a font of the machine: the same document always gives the same bytes.
//!
//! Rendering is pure computing and takes from tenths of a second upwards; an async caller runs
//! [`pdf`] on a thread of its own (`spawn_blocking`).

mod build;
mod chart;
mod check;
mod document;
pub mod figures;
mod layout;
mod pdf;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod sample;
mod tables;
mod view;
mod words;

pub(crate) use build::build;
pub use document::{
    BarGroup, Block, Cell, Chart, Column, ColumnKind, Document, Finding, Language, Missing, Row,
    RowRole, Scale, Section, Table,
};
pub use pdf::pdf;
pub use tables::{csv, json};

/// Why a document could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The document contradicts itself; nothing was rendered.
    #[error("{place}: {fault}")]
    Malformed {
        /// The id of the table or chart, with the row where there is one.
        place: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The house template refused the document.
    #[error("the document could not be laid out: {0}")]
    Layout(String),
    /// The laid-out document breaks PDF/A-2a or PDF/UA-1, for instance by a character that no
    /// embedded font has.
    #[error("the document is no archivable, accessible PDF: {0}")]
    Standard(String),
    /// The document could not be written as data.
    #[error("the document could not be written as data")]
    Data(#[from] serde_json::Error),
}
