//! The sources that are followed: grants over the wire, and our own facts in-process. One follower
//! per source reads page after page; a page's facts and the new place are one transaction, taken
//! only when the page chains to the place stored. What cannot be taken stops the follower, with the
//! reason, until a person resumes it.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::{Error, Facts, Host, Numbered, Position, Result, Sibling, TokenSource, chain};
use proto::feed::v1 as pb;
use proto::feed::v1::feed_service_client::FeedServiceClient;
use tokio::sync::Notify;
use tonic::Status;

use crate::domain::formula::Measure;
use crate::domain::source::{Stop, judge_fact};
use crate::handlers::{closing, sources};
use crate::{App, Knobs, store};

/// How often an idle source is asked for more.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// Facts asked for at a time.
const PAGE_SIZE: i32 = platform::PAGE_FACTS_MAX;

/// The sources of this installation.
#[derive(Debug)]
pub struct Sources {
    by_name: BTreeMap<&'static str, Feed>,
    /// Wakes the followers before their next poll is due.
    wake: Notify,
}

/// How a source is read.
#[derive(Clone, Debug)]
enum Feed {
    /// Our own facts.
    Own(Facts),
    /// A sibling's.
    Sibling(FeedServiceClient<Sibling>),
}

/// Why a page could not be read or taken.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Try again later.
    Passing(String),
    /// Repair first.
    Stopping(Stop),
}

impl Sources {
    /// The sources that the knobs name, and ourselves.
    pub(crate) fn new(db: platform::Db, knobs: &Knobs) -> Result<Self, Vec<String>> {
        let grants = TokenSource::new(knobs.token_file.clone())
            .sibling(&knobs.grants_address)
            .map_err(|error| {
                vec![format!(
                    "--grants-address {}: {error}",
                    knobs.grants_address
                )]
            })?;
        let by_name = BTreeMap::from([
            ("sources/governance", Feed::Own(Facts::new(db))),
            (
                "sources/grants",
                Feed::Sibling(FeedServiceClient::new(grants)),
            ),
        ]);
        Ok(Self {
            by_name,
            wake: Notify::new(),
        })
    }

    /// Names of the sources, sorted.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.by_name.keys().copied().collect()
    }

    /// Lets every follower read at once: somebody waits for what it reads.
    pub(crate) fn wake(&self) {
        self.wake.notify_waiters();
    }

    /// Where every source's facts end at present, or why it does not say.
    pub(crate) async fn heads(&self) -> BTreeMap<&'static str, Result<Position, String>> {
        let mut heads = BTreeMap::new();
        for (name, feed) in &self.by_name {
            heads.insert(*name, feed.head().await);
        }
        heads
    }
}

impl Feed {
    async fn head(&self) -> Result<Position, String> {
        match self {
            Self::Own(facts) => facts.head().await.map_err(|error| error.to_string()),
            Self::Sibling(client) => client
                .clone()
                .get_head(pb::GetHeadRequest {})
                .await
                .map(|it| it.into_inner().into())
                .map_err(|status| status.to_string()),
        }
    }

    async fn page(&self, after: &Position) -> Result<pb::ListFactsResponse, Failure> {
        let after = (!after.source.is_empty()).then(|| after.clone());
        match self {
            Self::Own(facts) => facts.page(after, PAGE_SIZE).await.map_err(Failure::of_own),
            Self::Sibling(client) => {
                let request = pb::ListFactsRequest {
                    after: after.map(Into::into),
                    page_size: PAGE_SIZE,
                };
                let answer = client.clone().list_facts(request).await;
                answer
                    .map(tonic::Response::into_inner)
                    .map_err(|it| Failure::of_sibling(&it))
            }
        }
    }

    async fn measures(&self) -> Result<Vec<Measure>, Failure> {
        match self {
            Self::Own(_) => Ok(crate::MEASURES.iter().map(Measure::from).collect()),
            Self::Sibling(client) => {
                let answer = client
                    .clone()
                    .list_measures(pb::ListMeasuresRequest {})
                    .await;
                let listed = answer.map_err(|it| Failure::of_sibling(&it))?.into_inner();
                Ok(listed.measures.into_iter().map(Measure::from).collect())
            }
        }
    }
}

impl Failure {
    fn of_own(error: Error) -> Self {
        match error {
            Error::Refused(refusal)
                if refusal.texts.code == tonic::Code::FailedPrecondition as i32 =>
            {
                Self::Stopping(Stop {
                    reason: refusal.texts.name.to_owned(),
                    text: refusal.texts.en.to_owned(),
                })
            }
            other => Self::Passing(other.to_string()),
        }
    }

    /// A source that says that our place is not one of its facts stops the follower; anything else
    /// passes.
    fn of_sibling(status: &Status) -> Self {
        use tonic_types::StatusExt;
        let reason = status
            .get_details_error_info()
            .map(|it| it.reason)
            .unwrap_or_default();
        match reason.as_str() {
            "FACTS_DIVERGED" | "SOURCE_CHANGED" => Self::Stopping(Stop {
                reason,
                text: status.message().to_owned(),
            }),
            _ => Self::Passing(format!("{:?} {reason} {}", status.code(), status.message())),
        }
    }
}

/// Starts a follower per source; they end with the process.
pub(crate) fn follow_all(app: &App, host: &Host) {
    for name in app.sources.names() {
        host.tasks.spawn(follow(app.clone(), name, host.clone()));
    }
}

async fn follow(app: App, name: &'static str, host: Host) {
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut more = false;
    let mut known = false;
    loop {
        if !more {
            tokio::select! {
                () = host.stop.cancelled() => return,
                () = app.sources.wake.notified() => (),
                _ = ticks.tick() => (),
            }
        } else if host.stop.is_cancelled() {
            return;
        }
        let took = take_page(&app, name, &mut known).await;
        more = matches!(took, Ok(true));
        if let Err(failure) = took {
            known = false;
            if let Err(error) = sources::note_failure(&app, name, failure).await {
                tracing::warn!(source = name, %error, "the follower cannot note its failure");
            }
        }
        if let Err(error) = closing::close_reached(&app).await {
            tracing::warn!(%error, "a cut-off cannot close yet");
        }
    }
}

/// Reads one page and takes it; answers whether there were facts in it.
async fn take_page(app: &App, name: &'static str, known: &mut bool) -> Result<bool, Failure> {
    let passing = |error: Error| Failure::Passing(error.to_string());
    let Some(feed) = app.sources.by_name.get(name) else {
        return Ok(false);
    };
    let source = sources::registered(app, name).await.map_err(passing)?;
    if source.is_stopped() {
        return Ok(false);
    }
    if !*known {
        let measures = feed.measures().await?;
        let mut db = app.db.read().await.map_err(passing)?;
        store::measures::put(&mut db, name, &measures)
            .await
            .map_err(passing)?;
        *known = true;
    }
    let after = source.position();
    let page = feed.page(&after).await?;
    let (facts, next) = chain(&after, page).map_err(|refusal| {
        Failure::Stopping(Stop {
            reason: refusal.texts.name.to_owned(),
            text: refusal.texts.en.to_owned(),
        })
    })?;
    if facts.is_empty() && next == after {
        if !source.error.is_empty() {
            // What failed has passed, though nothing new has come since.
            let mut db = app.db.read().await.map_err(passing)?;
            store::sources::note_error(&mut db, name, "")
                .await
                .map_err(passing)?;
        }
        return Ok(false);
    }
    let mut db = app.db.read().await.map_err(passing)?;
    let measures = store::measures::all(&mut db).await.map_err(passing)?;
    let judged: Vec<_> = facts
        .iter()
        .map(|Numbered { fact, digest }| judge_fact(fact, digest, &measures))
        .collect::<Result<_, Stop>>()
        .map_err(Failure::Stopping)?;
    store::facts::take(&mut db, name, &after, &judged, &next)
        .await
        .map_err(passing)?;
    Ok(!facts.is_empty())
}
