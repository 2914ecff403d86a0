//! Every way in which governance says no; the match below the enum is the manual of their metadata.

use chrono::NaiveDate;
use platform::{Error, refused};
use proto::governance::v1::ErrorReason as Reason;

use crate::domain::control::Mismatch;
use crate::domain::{
    AccountRowName, AccountsImportName, AppropriationName, ChartEditionName, CutoffName,
    ReportName, cutoff, report,
};

/// Posts that one refusal names; more would not fit the headers that carry it.
const POSTS_NAMED_MAX: usize = 20;

/// Why the business says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The chart edition does not exist.
    #[error("{name} does not exist")]
    ChartUnknown {
        /// The edition.
        name: ChartEditionName,
    },
    /// The rows of some posts do not match their control totals.
    #[error("the rows of {} posts do not match their control totals", .posts.len())]
    ControlTotalDiffers {
        /// Every such post.
        posts: Vec<Mismatch>,
    },
    /// Rows stand in another import already.
    #[error("{rows:?} stand already")]
    AlreadyImported {
        /// The first of them.
        rows: Vec<AccountRowName>,
    },
    /// The days are reported.
    #[error("the days are reported in {cutoff}")]
    PeriodReported {
        /// The cut-off that covers them.
        cutoff: CutoffName,
    },
    /// The import is reversed already.
    #[error("{name} is reversed")]
    ImportReversed {
        /// The import.
        name: AccountsImportName,
    },
    /// The decision is reversed already.
    #[error("{name} is reversed")]
    AppropriationReversed {
        /// The decision.
        name: AppropriationName,
    },
    /// The source is followed already.
    #[error("{name} is not stopped")]
    SourceNotStopped {
        /// The source.
        name: String,
    },
    /// Sources do not answer.
    #[error("{sources:?} do not answer")]
    SourceUnavailable {
        /// Their names; why they do not is for the log.
        sources: Vec<&'static str>,
    },
    /// An earlier edition has not closed yet.
    #[error("{name} is closing")]
    CutoffClosing {
        /// The edition.
        name: CutoffName,
    },
    /// The cut-off is not CLOSING.
    #[error("{name} is {state:?}")]
    CutoffWrongState {
        /// The cut-off.
        name: CutoffName,
        /// Its state.
        state: cutoff::State,
    },
    /// The period has not ended.
    #[error("the period lasts until {end}")]
    PeriodNotOver {
        /// Its last day.
        end: NaiveDate,
    },
    /// No source measures that.
    #[error("nobody measures {measures:?}")]
    MeasureUnknown {
        /// The measures.
        measures: Vec<String>,
    },
    /// A measure does not have a dimension of the formula.
    #[error("{measure} has no {dimension}")]
    DimensionUnknown {
        /// The measure.
        measure: String,
        /// The dimension.
        dimension: String,
    },
    /// Measures that are summed or subtracted have different units.
    #[error("{measures:?} differ in unit")]
    UnitsDiffer {
        /// The measures.
        measures: Vec<String>,
    },
    /// Figures do not exist.
    #[error("{figures:?} do not exist")]
    FigureUnknown {
        /// Every such figure.
        figures: Vec<String>,
    },
    /// The cut-off does not exist or is not CLOSED.
    #[error("{name} is not closed")]
    CutoffNotClosed {
        /// The cut-off.
        name: CutoffName,
    },
    /// The figures of a table are grouped by different dimensions.
    #[error("the figures of {table} are grouped differently")]
    DimensionsDiffer {
        /// The table.
        table: String,
        /// Every figure with its dimensions.
        figures: Vec<String>,
    },
    /// The report is in another state than the step needs.
    #[error("{name} is {state:?}")]
    ReportWrongState {
        /// The report.
        name: ReportName,
        /// Its state.
        state: report::State,
        /// The state that the step needs.
        needed: report::State,
    },
    /// The report has no such table.
    #[error("{name} has no {table}")]
    TableUnknown {
        /// The report.
        name: ReportName,
        /// The table.
        table: String,
    },
    /// What the report holds cannot be set as a document.
    #[error("{name} cannot be set: {fault}")]
    ReportNotRendered {
        /// The report.
        name: ReportName,
        /// What the renderer says.
        fault: String,
    },
}

impl From<Refusal> for Error {
    fn from(it: Refusal) -> Self {
        match it {
            Refusal::ChartUnknown { name } => refused(Reason::ChartUnknown).with("name", name),
            Refusal::ControlTotalDiffers { posts } => {
                refused(Reason::ControlTotalDiffers).with("posts", posts_named(&posts))
            }
            Refusal::AlreadyImported { rows } => {
                let names: Vec<_> = rows.iter().map(AccountRowName::as_str).collect();
                refused(Reason::AlreadyImported).with("rows", names.join(", "))
            }
            Refusal::PeriodReported { cutoff } => {
                refused(Reason::PeriodReported).with("cutoff", cutoff)
            }
            Refusal::ImportReversed { name } => refused(Reason::ImportReversed).with("name", name),
            Refusal::AppropriationReversed { name } => {
                refused(Reason::AppropriationReversed).with("name", name)
            }
            Refusal::SourceNotStopped { name } => {
                refused(Reason::SourceNotStopped).with("name", name)
            }
            Refusal::SourceUnavailable { sources } => {
                refused(Reason::SourceUnavailable).with("sources", sources.join(", "))
            }
            Refusal::CutoffClosing { name } => refused(Reason::CutoffClosing).with("name", name),
            Refusal::CutoffWrongState { name, state } => refused(Reason::CutoffWrongState)
                .with("name", name)
                .with("state", format!("{state:?}").to_uppercase())
                .with("needed", "CLOSING"),
            Refusal::PeriodNotOver { end } => refused(Reason::PeriodNotOver).with("end_date", end),
            Refusal::MeasureUnknown { measures } => {
                refused(Reason::MeasureUnknown).with("measures", measures.join(", "))
            }
            Refusal::DimensionUnknown { measure, dimension } => refused(Reason::DimensionUnknown)
                .with("measure", measure)
                .with("dimension", dimension),
            Refusal::UnitsDiffer { measures } => {
                refused(Reason::UnitsDiffer).with("measures", measures.join(", "))
            }
            Refusal::FigureUnknown { figures } => {
                refused(Reason::FigureUnknown).with("figures", figures.join(", "))
            }
            Refusal::CutoffNotClosed { name } => {
                refused(Reason::CutoffNotClosed).with("name", name)
            }
            Refusal::DimensionsDiffer { table, figures } => refused(Reason::DimensionsDiffer)
                .with("table", table)
                .with("figures", figures.join(", ")),
            Refusal::ReportWrongState {
                name,
                state,
                needed,
            } => refused(Reason::ReportWrongState)
                .with("name", name)
                .with("state", format!("{state:?}").to_uppercase())
                .with("needed", format!("{needed:?}").to_uppercase()),
            Refusal::TableUnknown { name, table } => refused(Reason::TableUnknown)
                .with("name", name)
                .with("table", table),
            Refusal::ReportNotRendered { name, fault } => refused(Reason::ReportNotRendered)
                .with("name", name)
                .with("fault", fault),
        }
        .into()
    }
}

fn posts_named(posts: &[Mismatch]) -> String {
    let mut named: Vec<_> = posts
        .iter()
        .take(POSTS_NAMED_MAX)
        .map(ToString::to_string)
        .collect();
    if posts.len() > POSTS_NAMED_MAX {
        named.push(format!("and {} more", posts.len() - POSTS_NAMED_MAX));
    }
    named.join("; ")
}
