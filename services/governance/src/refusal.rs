//! Every way in which governance says no; the match below the enum is the manual of their metadata.

use platform::{Error, refused};
use proto::governance::v1::ErrorReason as Reason;

use crate::domain::control::Mismatch;
use crate::domain::{AccountsImportName, AppropriationName, ChartEditionName, CutoffName};

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
}

impl From<Refusal> for Error {
    fn from(it: Refusal) -> Self {
        match it {
            Refusal::ChartUnknown { name } => refused(Reason::ChartUnknown).with("name", name),
            Refusal::ControlTotalDiffers { posts } => {
                refused(Reason::ControlTotalDiffers).with("posts", posts_named(&posts))
            }
            Refusal::PeriodReported { cutoff } => {
                refused(Reason::PeriodReported).with("cutoff", cutoff)
            }
            Refusal::ImportReversed { name } => refused(Reason::ImportReversed).with("name", name),
            Refusal::AppropriationReversed { name } => {
                refused(Reason::AppropriationReversed).with("name", name)
            }
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
