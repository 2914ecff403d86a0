//! Indicator (styringsparameter): an edition of a formula over facts.

use chrono::{DateTime, Utc};
use platform::{Wrong, field_reason};
use proto::governance::v1 as pb;

use crate::domain::{CutoffName, Encoded, FigureName, IndicatorName};

/// Characters of a figure's id, as of every id.
const FIGURE_ID_LENGTH_MAX: usize = 63;

/// An edition of an indicator; it never changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its name.
    pub name: IndicatorName,
    /// Always 1.
    pub version: i64,
    /// Id of its figures, by [`figure_id`]; no other edition has it.
    pub figure_id: String,
    /// Bokmål.
    pub title_nb: String,
    /// Nynorsk.
    pub title_nn: String,
    /// What is computed.
    pub formula: Encoded<pb::Formula>,
    /// What it comes from.
    pub source_clause: String,
    /// When it was defined.
    pub created_at: DateTime<Utc>,
}

impl Indicator {
    /// Its figure at a cut-off: `cutoffs/2025-e1/figures/accounts-1`.
    pub fn figure_at(&self, cutoff: &CutoffName) -> FigureName {
        FigureName(format!("{cutoff}/figures/{}", self.figure_id))
    }
}

/// The id of an edition's figures: the indicator's and the edition's, joined by a hyphen. Says what is
/// wrong with an edition's id that makes none.
pub fn figure_id(name: &IndicatorName) -> Result<String, Wrong> {
    let ids: Vec<_> = name.as_str().split('/').skip(1).step_by(2).collect();
    let id = ids.join("-");
    if id.len() > FIGURE_ID_LENGTH_MAX {
        let (max, length) = (FIGURE_ID_LENGTH_MAX, id.len());
        return Err(field_reason::FigureId { max, length }.into());
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_named_after_indicator_and_edition_where_both_have_room() {
        let name = |indicator: &str, edition: &str| {
            let parent = format!("indicators/{indicator}");
            IndicatorName::new(&parent, edition).unwrap()
        };
        let long = "andel-utbetalt-til-sivilsamfunn";
        for (name, expected) in [
            (name("voted", "1"), Some("voted-1".to_owned())),
            (name("a-b", "c"), Some("a-b-c".to_owned())),
            (name("a", "b-c"), Some("a-b-c".to_owned())),
            (
                name(long, &"1".repeat(31)),
                Some(format!("{long}-{}", "1".repeat(31))),
            ),
            (name(long, &"1".repeat(32)), None),
            // The server's own id is as long as a UUID.
            (name(long, ""), None),
        ] {
            assert_eq!(figure_id(&name).ok(), expected, "{name}");
        }
    }
}
