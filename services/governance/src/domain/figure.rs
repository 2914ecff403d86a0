//! Figure: an indicator's value at a cut-off.

use proto::feed::v1::measure::Unit;

use crate::domain::formula::Outcome;
use crate::domain::{CutoffName, FigureName, IndicatorName};

/// An indicator's value at a cut-off; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: FigureName,
    /// Its cut-off.
    pub cutoff: CutoffName,
    /// What it is a figure of.
    pub indicator: IndicatorName,
    /// Its value, its groups and how many facts they count.
    pub outcome: Outcome,
    /// Over the facts that it counts, of one that closed while figures had such a digest; empty since. The
    /// marks of its cut-off have one over every fact.
    pub digest: Vec<u8>,
    /// What amounts are in; of a share its numerator.
    pub unit: Unit,
}
