//! Following: one follower per source reads page after page. A page's facts and the new place are one
//! statement, taken only when the page chains to the place stored; the page behind it is read meanwhile.
//! What cannot be taken stops the follower, with the reason, until a person resumes it.

use std::time::Duration;

use host::Host;
use platform::{Position, chain};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::acts::sources;
use crate::domain::source::{Stop, TakenFact, judge_fact};
use crate::domain::{Source, SourceName};
use crate::feeds::{Failure, Feed};
use crate::{App, store};

/// How often an idle source is asked for more.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// How often it is noted that an idle source was asked: a row that is written at every poll would be
/// written for nothing.
const NOTE_INTERVAL: Duration = Duration::from_secs(2);

/// The follower of one source.
struct Follower {
    app: App,
    name: SourceName,
    feed: Feed,
    /// Whether the source was asked what it measures since the last failure.
    knows_measures: bool,
    /// The page behind the one that was just taken.
    ahead: Option<Page>,
    /// When the last page was noted.
    noted: Option<Instant>,
}

/// A page that can be taken: it chains to its place, and its facts are understood.
struct Page {
    /// The place that it is behind.
    after: Position,
    facts: Vec<TakenFact>,
    /// The place behind it.
    next: Position,
    /// Number of the source's last fact when it was read.
    head_number: i64,
}

/// Starts a follower per source; they end with the process.
pub(super) fn start(app: &App, host: &Host) {
    for (name, feed) in app.sources.feeds() {
        let follower = Follower {
            app: app.clone(),
            name: name.clone(),
            feed: feed.clone(),
            knows_measures: false,
            ahead: None,
            noted: None,
        };
        host.tasks.spawn(follower.follow(host.stop.clone()));
    }
}

impl Follower {
    async fn follow(mut self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(POLL_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_more = false;
        while !stop.is_cancelled() {
            if !is_more {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.app.sources.woken() => (),
                    _ = ticks.tick() => (),
                }
            }
            let polled = self.poll().await;
            is_more = matches!(polled, Ok(true));
            if is_more {
                self.app.sources.has_progressed();
            }
            if let Err(failure) = polled {
                self.knows_measures = false;
                let noted = sources::note_failure(&self.app, &self.name, failure).await;
                if let Err(error) = noted {
                    tracing::warn!(source = %self.name, ?error, "a failure cannot be noted");
                }
            }
        }
    }

    /// Reads one page and takes it; answers whether there may be another.
    async fn poll(&mut self) -> Result<bool, Failure> {
        // Of use to this poll or to none: a source that is stopped or fails may be another afterwards.
        let ahead = self.ahead.take();
        let source = sources::registered(&self.app, &self.name).await?;
        if source.is_stopped() {
            self.note_head(&source).await?;
            return Ok(false);
        }
        if !self.knows_measures {
            self.learn_measures().await?;
        }
        let after = source.position();
        let page = match ahead {
            Some(it) if it.after == after => it,
            _ => self.read(&after).await?,
        };
        if page.next == after {
            self.note_empty_page(&source, page.head_number).await?;
            return Ok(false);
        }

        let take = async |db: &mut _| {
            let Page { facts, next, .. } = &page;
            store::facts::take(db, &self.name, &after, facts, next, page.head_number).await
        };
        let (taken, ahead) = tokio::join!(self.app.db.write(take), self.read_ahead(&page));
        taken?;
        self.ahead = ahead;
        self.noted = Some(Instant::now());
        // When another follower of the source has taken the page meanwhile, there may be another too.
        Ok(true)
    }

    /// Reads the page behind a place, chains it to that, and judges its facts.
    async fn read(&self, after: &Position) -> Result<Page, Failure> {
        let page = self.feed.page(after).await?;
        let head_number = page.head_number;
        let (facts, next) = chain(after, page).map_err(|it| Failure::Stopping(Stop::from(&it)))?;
        let known = store::measures::dimensions(&mut *self.app.db.read().await?).await?;
        let judged = facts.into_iter().map(|it| judge_fact(it, &known));
        Ok(Page {
            after: after.clone(),
            facts: judged
                .collect::<Result<_, _>>()
                .map_err(Failure::Stopping)?,
            next,
            head_number,
        })
    }

    /// Reads the page behind one that is being taken, unless that ends at the head. One that cannot be read
    /// is asked for again by the next poll, which fails by it.
    async fn read_ahead(&self, taken: &Page) -> Option<Page> {
        if taken.next.number >= taken.head_number {
            return None;
        }
        self.read(&taken.next).await.ok()
    }

    async fn learn_measures(&mut self) -> Result<(), Failure> {
        let measures = self.feed.measures().await?;
        let put = async |db: &mut _| store::measures::put(db, &self.name, &measures).await;
        self.app.db.write(put).await?;
        self.knows_measures = true;
        Ok(())
    }

    /// Notes an empty page when it tells anything new, and otherwise now and then.
    async fn note_empty_page(&mut self, source: &Source, head_number: i64) -> Result<(), Failure> {
        let is_new = !source.error.is_empty() || source.head_number != head_number;
        let is_fresh = self.noted.is_some_and(|it| it.elapsed() < NOTE_INTERVAL);
        if is_new || !is_fresh {
            let note = async |db: &mut _| {
                store::sources::note_empty_page(db, &self.name, head_number).await
            };
            self.app.db.write(note).await?;
            self.noted = Some(Instant::now());
        }
        Ok(())
    }

    /// Notes how far a stopped source has gone on; one that does not answer besides is left alone.
    async fn note_head(&self, source: &Source) -> Result<(), Failure> {
        if let Ok(head) = self.feed.head().await
            && head.number != source.head_number
        {
            let note =
                async |db: &mut _| store::sources::note_head(db, &self.name, head.number).await;
            self.app.db.write(note).await?;
        }
        Ok(())
    }
}
