//! The press: a [`Document`] in, a PDF/A-2a + PDF/UA-1 file out, and each of its tables as CSV and
//! JSON.
//!
//! Owns the look of the house (one template), the fixed words of a page in bokmål and nynorsk, how a
//! figure is printed, and the charts. Does not own what a document says, which figures it has, or
//! where the bytes are kept: it knows nothing of its service. Nothing here touches the clock, the
//! network, the file system or a font of the machine: the same document always gives the same bytes.
//!
//! Rendering is pure computing and takes from tenths of a second upwards; an async caller runs
//! [`pdf`] on a thread of its own (`spawn_blocking`).

mod chart;
mod check;
mod document;
mod error;
mod evidence;
mod face;
pub mod figures;
mod layout;
mod pdf;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod sample;
mod tables;
mod view;

pub use document::{
    BarGroup, Block, Cell, Chart, Column, ColumnKind, Dimension, Document, Figure, Finding,
    Language, Missing, Row, RowRole, Scale, Section, Table,
};
pub use error::RenderError;
pub use evidence::{Basis, Evidence};
pub use face::has_glyph;
pub use pdf::pdf;
pub use tables::{csv, json};
