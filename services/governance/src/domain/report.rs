//! Report: tables and charts of a cut-off. Drafted, checked, and by any edit drafted again.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use platform::{List, Refused, must_be, reason};
use proto::governance::v1 as pb;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::domain::{CutoffName, Encoded, ReportName};

/// A report of figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its name.
    pub name: ReportName,
    /// Grows by one with every write.
    pub version: i64,
    /// The cut-off that it reports.
    pub cutoff: CutoffName,
    /// What it says: the contract's message without what is output only.
    pub content: Encoded<pb::Report>,
    /// Whether this version was checked.
    pub state: State,
    /// What the check of this version found.
    pub findings: Json<Vec<Finding>>,
    /// When it was first drafted.
    pub created_at: DateTime<Utc>,
}

/// Whether a report's present version was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Written, and not checked since.
    Drafted,
    /// Checked; it may be rendered.
    Checked,
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub kind: Kind,
    /// Id of the table; empty where it holds for none.
    pub table: String,
    /// Place of the block in the report from 1, where it holds for one that is no table; else 0.
    #[serde(default)]
    pub block: i32,
    /// Key of the row, or [`TOTAL`]; empty where it holds for every row.
    pub row: String,
    /// The column's figure; empty where it holds for every column.
    pub column: String,
    /// What it means, in bokmål.
    pub nb: String,
    /// What it means, in nynorsk.
    pub nn: String,
}

/// What a finding calls the row of the figures' own totals.
pub const TOTAL: &str = "total";

/// What a check can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No source has published the value.
    ValueNotPublished,
    /// The value does not follow from what is known.
    ValueNotComputable,
    /// The figure's cut-off closed without a source.
    SourceMissing,
    /// A later edition of the figure's cut-off says something else.
    Restated,
    /// Neither a label nor the chart of accounts names the row.
    LabelMissing,
    /// No font of the documents has a character.
    GlyphMissing,
    /// The accounts do not sum to the control totals of their source, within its rounding.
    ControlTotalDiffers,
    /// The figure counts accounts whose difference from their control total a person accepted.
    DifferenceAccepted,
}

impl Kind {
    /// Whether the report must be mended. What is not known is told to the reader and is never an
    /// error (AC-07).
    pub fn is_error(self) -> bool {
        match self {
            Self::LabelMissing | Self::GlyphMissing => true,
            Self::ValueNotPublished
            | Self::ValueNotComputable
            | Self::SourceMissing
            | Self::Restated
            | Self::ControlTotalDiffers
            | Self::DifferenceAccepted => false,
        }
    }
}

impl Finding {
    /// What it is and of what, in no language: `LABEL_MISSING by-post 71`.
    fn place(&self) -> String {
        let kind = pb::finding::Kind::from(self.kind).as_str_name();
        let mut place = kind.trim_start_matches("KIND_").to_owned();
        if self.block > 0 {
            let _ = write!(place, " block {}", self.block);
        }
        for part in [&self.table, &self.row]
            .into_iter()
            .filter(|it| !it.is_empty())
        {
            let _ = write!(place, " {part}");
        }
        place
    }
}

impl From<Kind> for pb::finding::Kind {
    fn from(it: Kind) -> Self {
        match it {
            Kind::ValueNotPublished => Self::ValueNotPublished,
            Kind::ValueNotComputable => Self::ValueNotComputable,
            Kind::SourceMissing => Self::SourceMissing,
            Kind::Restated => Self::Restated,
            Kind::LabelMissing => Self::LabelMissing,
            Kind::GlyphMissing => Self::GlyphMissing,
            Kind::ControlTotalDiffers => Self::ControlTotalDiffers,
            Kind::DifferenceAccepted => Self::DifferenceAccepted,
        }
    }
}

impl Report {
    /// A new report, DRAFTED.
    pub fn draft(name: ReportName, cutoff: CutoffName, content: pb::Report) -> Self {
        Self {
            name,
            version: 1,
            cutoff,
            content: Encoded(content),
            state: State::Drafted,
            findings: Json(Vec::new()),
            created_at: DateTime::default(),
        }
    }

    /// DRAFTED, CHECKED → DRAFTED, with other content and nothing found yet.
    #[must_use]
    pub fn edit(self, cutoff: CutoffName, content: pb::Report) -> Self {
        Self {
            version: self.version + 1,
            created_at: self.created_at,
            ..Self::draft(self.name, cutoff, content)
        }
    }

    /// DRAFTED → CHECKED, with what was found.
    pub fn check(self, findings: Vec<Finding>) -> Result<Self, Refused> {
        self.must_be(State::Drafted)?;
        Ok(Self {
            version: self.version + 1,
            state: State::Checked,
            findings: Json(findings),
            ..self
        })
    }

    /// Refuses a report that was not checked, and one in which errors stand, naming them. A draft may
    /// be rendered in any state.
    pub fn must_render(&self, draft: bool) -> Result<(), Refused> {
        if draft {
            return Ok(());
        }
        self.must_be(State::Checked)?;
        let errors = self.findings.iter().filter(|it| it.kind.is_error());
        let errors: Vec<_> = errors.map(Finding::place).collect();
        if errors.is_empty() {
            return Ok(());
        }
        Err(reason::ReportNotRendered {
            name: &self.name,
            errors: List::new(&errors, ", "),
        }
        .into())
    }

    /// The report is in the state that a step needs.
    pub fn must_be(&self, needed: State) -> Result<(), Refused> {
        must_be(&self.name, self.state, &[needed])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(stamp: &str) -> pb::Report {
        pb::Report {
            stamp: stamp.to_owned(),
            ..Default::default()
        }
    }

    fn drafted() -> Report {
        let name = ReportName::parse("reports/2025").unwrap();
        let cutoff = CutoffName::parse("cutoffs/2025-e1").unwrap();
        Report::draft(name, cutoff, content("A"))
    }

    fn finding() -> Finding {
        Finding {
            kind: Kind::Restated,
            table: "by-post".into(),
            block: 0,
            row: String::new(),
            column: String::new(),
            nb: "nb".into(),
            nn: "nn".into(),
        }
    }

    #[test]
    fn a_draft_is_checked_once_and_an_edit_drafts_it_again() {
        let checked = drafted().check(vec![finding()]).unwrap();
        assert_eq!((checked.version, checked.state), (2, State::Checked));
        assert_eq!(checked.findings.0, [finding()]);
        let again = checked.clone().check(Vec::new()).unwrap_err();
        assert_eq!(again.metadata["needed"], "DRAFTED");

        let cutoff = CutoffName::parse("cutoffs/2025-e2").unwrap();
        for before in [drafted(), checked] {
            let version = before.version;
            let edited = before.edit(cutoff.clone(), content("B"));
            assert_eq!(
                (edited.version, edited.state),
                (version + 1, State::Drafted)
            );
            assert_eq!(
                (edited.cutoff.as_str(), edited.content.0.stamp.clone()),
                ("cutoffs/2025-e2", "B".into())
            );
            assert!(edited.findings.is_empty());
        }
    }

    #[test]
    fn a_step_names_the_state_that_it_needs() {
        let checked = drafted().check(Vec::new()).unwrap();
        for (report, needed, allowed) in [
            (drafted(), State::Drafted, true),
            (drafted(), State::Checked, false),
            (checked.clone(), State::Checked, true),
            (checked, State::Drafted, false),
        ] {
            assert_eq!(
                report.must_be(needed).is_ok(),
                allowed,
                "{report:?} {needed:?}"
            );
        }
    }

    /// B-F16: while an error stands, only a draft is rendered.
    #[test]
    fn only_a_draft_is_rendered_while_an_error_stands() {
        let of = |kind, table: &str, block, row: &str| Finding {
            kind,
            table: table.into(),
            block,
            row: row.into(),
            ..finding()
        };
        let note = of(Kind::ControlTotalDiffers, "by-post", 0, "");
        let errors = [
            of(Kind::LabelMissing, "by-post", 0, "71"),
            of(Kind::GlyphMissing, "", 3, ""),
        ];
        let checked = |findings: &[Finding]| drafted().check(findings.to_vec()).unwrap();
        for (report, refused) in [
            (drafted(), Some("WRONG_STATE")),
            (checked(&[]), None),
            (checked(&[finding(), note.clone()]), None),
            (
                checked(&[note, errors[0].clone()]),
                Some("REPORT_NOT_RENDERED"),
            ),
        ] {
            let verdict = report.must_render(false).err().map(|it| it.texts.name);
            assert_eq!(verdict, refused, "{report:?}");
            assert_eq!(report.must_render(true), Ok(()));
        }
        let refusal = checked(&errors).must_render(false).unwrap_err();
        assert_eq!(
            refusal.metadata["errors"],
            "LABEL_MISSING by-post 71, GLYPH_MISSING block 3"
        );
    }
}
