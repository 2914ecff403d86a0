//! Why a document could not be rendered.

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
