//! The sources that are followed, and how they are read: grants over the wire, and our own facts
//! in-process. [`crate::acts`] follows them.

use std::collections::BTreeMap;

use host::{Sibling, TokenSource};
use platform::{Error, Facts, Position, Result};
use proto::feed::v1 as pb;
use proto::feed::v1::feed_service_client::FeedServiceClient;
use tokio::sync::Notify;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::domain::SourceName;
use crate::domain::measure::Measure;
use crate::domain::source::Stop;
use crate::knobs::Knobs;
use crate::measures::MEASURES;

/// Facts asked for at a time.
const PAGE_SIZE: i32 = platform::PAGE_FACTS_MAX;

/// The sources of this installation.
#[derive(Debug)]
pub struct Sources {
    by_name: BTreeMap<SourceName, Feed>,
    /// Wakes the followers before their next poll is due.
    wake: Notify,
    /// Wakes what closes cut-offs.
    progress: Notify,
}

/// How a source is read.
#[derive(Clone, Debug)]
pub(crate) enum Feed {
    /// Our own facts.
    Own(Facts),
    /// A sibling's.
    Sibling(FeedServiceClient<Sibling>),
}

/// Why a page could not be read or taken.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Try again later.
    Passing {
        /// For who lists the sources.
        text: String,
        /// For the log: it may name what stands on this machine.
        cause: String,
    },
    /// Repair first.
    Stopping(Stop),
}

impl Sources {
    /// The sources that the knobs name, and ourselves.
    pub(crate) fn new(db: platform::Db, knobs: Knobs) -> Self {
        let token = TokenSource::new(knobs.token_file);
        let siblings = knobs.sources.into_iter().map(|(name, at)| {
            let client = FeedServiceClient::new(token.clone().sibling(at));
            (name, Feed::Sibling(client))
        });
        let own = (SourceName::own(), Feed::Own(Facts::new(db)));
        let by_name = siblings.chain([own]).collect();
        Self {
            by_name,
            wake: Notify::new(),
            progress: Notify::new(),
        }
    }

    /// How each source is read, by name.
    pub(crate) fn feeds(&self) -> impl Iterator<Item = (&SourceName, &Feed)> {
        self.by_name.iter()
    }

    /// Lets every follower read at once, and what closes cut-offs look: somebody waits for it.
    pub(crate) fn wake(&self) {
        self.wake.notify_waiters();
        self.progress.notify_one();
    }

    /// Returns when [`Self::wake`] is called.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Tells what closes cut-offs that a follower has come further.
    pub(crate) fn has_progressed(&self) {
        self.progress.notify_one();
    }

    /// Returns when a follower has come further since the last call, or [`Self::wake`] was called.
    pub(crate) async fn progressed(&self) {
        self.progress.notified().await;
    }

    /// Where every sibling's facts end at present; none when it does not say, and the log says why.
    pub(crate) async fn sibling_heads(&self) -> BTreeMap<SourceName, Option<Position>> {
        let mut heads = BTreeMap::new();
        let own = SourceName::own();
        for (name, feed) in self.feeds().filter(|(name, _)| **name != own) {
            let head = feed.head().await;
            if let Err(failure) = &head {
                tracing::warn!(
                    source = %name,
                    ?failure,
                    "a source does not say how far it goes"
                );
            }
            heads.insert(name.clone(), head.ok());
        }
        heads
    }
}

impl Feed {
    /// Where its facts end at present.
    pub(crate) async fn head(&self) -> Result<Position, Failure> {
        match self {
            Self::Own(facts) => Ok(facts.head().await?),
            Self::Sibling(client) => {
                let answer = client.clone().get_head(pb::GetHeadRequest {}).await;
                let head = answer.map_err(Failure::from)?.into_inner();
                Ok(head.into())
            }
        }
    }

    /// Facts behind this position, and where they end.
    pub(crate) async fn page(&self, after: &Position) -> Result<pb::ListFactsResponse, Failure> {
        let after = (!after.source.is_empty()).then(|| after.clone());
        match self {
            Self::Own(facts) => Ok(facts.page(after, PAGE_SIZE).await?),
            Self::Sibling(client) => {
                let request = pb::ListFactsRequest {
                    after: after.map(Into::into),
                    page_size: PAGE_SIZE,
                };
                let answer = client.clone().list_facts(request).await;
                answer
                    .map(tonic::Response::into_inner)
                    .map_err(Failure::from)
            }
        }
    }

    /// What it measures.
    pub(crate) async fn measures(&self) -> Result<Vec<Measure>, Failure> {
        match self {
            Self::Own(_) => Ok(MEASURES.iter().map(Measure::from).collect()),
            Self::Sibling(client) => {
                let answer = client
                    .clone()
                    .list_measures(pb::ListMeasuresRequest {})
                    .await;
                let listed = answer.map_err(Failure::from)?.into_inner();
                Ok(listed.measures.into_iter().map(Measure::from).collect())
            }
        }
    }
}

/// What fails here passes, but for a place that is not one of our own facts.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(it) if it.texts.code == Code::FailedPrecondition as i32 => {
                Self::Stopping(Stop::from(&it))
            }
            other => Self::Passing {
                text: other.to_string(),
                cause: format!("{other:?}"),
            },
        }
    }
}

/// A source that says that our place is not one of its facts stops the follower; anything else passes.
impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let reason = status
            .get_details_error_info()
            .map(|it| it.reason)
            .unwrap_or_default();
        let why = Stop {
            reason,
            text: status.message().to_owned(),
        };
        match why.reason.as_str() {
            "FACTS_DIVERGED" | "SOURCE_CHANGED" => Self::Stopping(why),
            // No service has said it, so it is of this machine.
            "" => Self::Passing {
                text: status.code().description().to_owned(),
                cause: format!("{status:?}"),
            },
            _ => Self::Passing {
                text: why.to_string(),
                cause: format!("{status:?}"),
            },
        }
    }
}
