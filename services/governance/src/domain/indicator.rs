//! Indicator (styringsparameter): an edition of a formula over facts.

use chrono::{DateTime, Utc};
use prost::Message;
use proto::governance::v1 as pb;

use crate::domain::{CutoffName, FigureName, IndicatorName};

/// An edition of an indicator; it never changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its name.
    pub name: IndicatorName,
    /// Always 1.
    pub version: i64,
    /// Bokmål.
    pub title_nb: String,
    /// Nynorsk.
    pub title_nn: String,
    /// The formula, encoded as the contract's message.
    pub formula: Vec<u8>,
    /// What it comes from.
    pub source_clause: String,
    /// When it was defined.
    pub created_at: DateTime<Utc>,
}

impl Indicator {
    /// Its formula.
    pub fn formula(&self) -> pb::Formula {
        pb::Formula::decode(self.formula.as_slice()).unwrap_or_default()
    }

    /// Its figure at a cut-off: `cutoffs/2025-e1/figures/accounts-1`.
    pub fn figure_at(&self, cutoff: &CutoffName) -> FigureName {
        let ids: Vec<_> = self.name.as_str().split('/').skip(1).step_by(2).collect();
        FigureName::new(cutoff.as_str(), &ids.join("-")).unwrap_or_default()
    }
}
