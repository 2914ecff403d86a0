//! `once`: a write happens once. Begin, insert the key and enter the cases, work, record, commit: the
//! key comes first, so that of two twins the second waits for the first and then gets its answer.
//!
//! `act` is the same for what a service does by itself, without a request.

use error::{Error, Result, refused};
use fields::{Effective, Fields};
use prost::Name;
use proto::access::v1::Duty;
use proto::{Resource, Write, reason};
use rules::{Days, Kind, Value};
use sessions::Plans;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use tokio::time::Instant;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::{Db, decode};
use crate::hides::{Recorded, Viewer};
use crate::limits::{COMMIT_ALARM_AFTER, RECORD_TO_COMMIT_MAX};
use crate::may_see::{Version, read};
use crate::rules::LATE_REGISTRATION;
use crate::service::ACTS_ALIKE;
use crate::tx::{LateRule, Registered, Stamp, Tx};
use calendar::oslo_date;

impl Stamp {
    fn of_call<W: Write>(ctx: &Ctx, request: &W) -> Self {
        assert_eq!(
            ctx.rule.path,
            W::PATH,
            "a call is recorded under the method that was judged"
        );
        Self {
            method: W::PATH.to_owned(),
            duty: ctx.rule.duty,
            actor: ctx.principal.id.clone(),
            issuer: ctx.principal.issuer.clone(),
            acting_for: Some(&ctx.acting_for).filter(|it| !it.is_empty()).cloned(),
            request_id: (!request.validate_only()).then(|| request.request_id().to_owned()),
            trace_id: ctx.trace_id.clone(),
            now: ctx.now,
            whole: request.gives_whole().map(str::to_owned),
        }
    }
}

/// Runs a write once and answers with the resource as the caller sees it.
///
/// With `validate_only` the same transaction is rolled back, and the key is neither used nor kept.
/// So it is with a key that is none, which is refused: a handler that judges fields inside the work
/// names all of them in one answer.
pub async fn once<W, F>(db: &Db, ctx: &Ctx, request: &W, work: F) -> Answer<W::Reply>
where
    W: Write,
    F: AsyncFnOnce(&mut Tx) -> Result<W::Reply>,
{
    once_in(db, ctx, request, &[], work).await
}

/// The same in these cases: they are entered before the work begins, all of them at once, and the
/// caller's duty is judged in each. An entry then belongs to the one that is the root of its subject.
pub async fn once_in<W, F>(
    db: &Db,
    ctx: &Ctx,
    request: &W,
    cases: &[&str],
    work: F,
) -> Answer<W::Reply>
where
    W: Write,
    F: AsyncFnOnce(&mut Tx) -> Result<W::Reply>,
{
    let session = ctx.while_awaited(db.lend()).await??;
    // What belongs to a case is found by its name; what belongs to none may bring any number of rows.
    let plans = if cases.is_empty() {
        Plans::AsAsked
    } else {
        Plans::Kept
    };
    let stamp = Stamp::of_call(ctx, request);
    let mut tx = db.begin(session, plans, stamp).await?;
    let attempted = attempt(&mut tx, &Viewer::from(ctx), request, cases, work).await;
    let reply = tx.end(attempted).await?;
    Seen::by(db.nouns, &ctx.principal, reply)
}

/// How a transaction ends.
enum End {
    Commit,
    RollBack,
}

async fn attempt<W, F>(
    tx: &mut Tx,
    viewer: &Viewer<'_>,
    request: &W,
    cases: &[&str],
    work: F,
) -> Result<(W::Reply, End)>
where
    W: Write,
    F: AsyncFnOnce(&mut Tx) -> Result<W::Reply>,
{
    let key = Fields::of(request).check();
    let is_kept = !request.validate_only() && key.is_ok();
    let digests = Digests::of(request);
    tx.must_know(viewer, request.subject()).await?;
    match tx.enter(is_kept.then_some(&digests), cases).await? {
        Entered::Twin => {
            let answer = tx.answer_of_twin(&digests).await?;
            let reply: W::Reply = decode(&answer)?;
            let version = Version {
                name: reply.name(),
                it: Recorded {
                    kind: &W::Reply::full_name(),
                    after: &answer,
                },
                is_last: false,
            };
            tx.nouns.must_know(&mut tx.inner, viewer, version).await?;
            return Ok((reply, End::RollBack));
        }
        Entered::Known => tx.must_hold_no_other_duty().await?,
        Entered::New => (),
    }
    let reply = work(tx).await?;
    tx.assert_recorded(reply.name());
    key?;
    Ok((reply, if is_kept { End::Commit } else { End::RollBack }))
}

/// What tells requests apart that have the same key.
struct Digests {
    /// Of the request without what is personal in it.
    request: Vec<u8>,
    /// Of what is personal, also where nothing is, if its kind can have some.
    personal: Option<Vec<u8>>,
}

impl Digests {
    fn of<W: Write>(request: &W) -> Self {
        let digest = |bytes: Vec<u8>| Sha256::digest(bytes).to_vec();
        if !W::MARKED {
            return Self {
                request: digest(request.encode_to_vec()),
                personal: None,
            };
        }
        let mut request = request.clone();
        let part = request.take_personal();
        let part = part.map_or_else(Vec::new, |it| it.encode_to_vec());
        Self {
            request: digest(request.encode_to_vec()),
            personal: Some(digest(part)),
        }
    }
}

/// What a write has come upon.
enum Entered {
    /// The first of two equal requests, or another with its key.
    Twin,
    /// Cases of which one at least has been entered before.
    Known,
    /// Cases that begin with this write, or none.
    New,
}

/// Something that a service does by itself.
#[derive(Debug)]
pub struct Act {
    /// Name in the journal; one of the service's [`crate::Nouns::acts`].
    pub method: &'static str,
    /// The instant that it is judged at.
    pub now: chrono::DateTime<chrono::Utc>,
}

/// Runs an act in one transaction. It records what it changes; when `work` finds nothing to do it
/// answers `None`, and nothing is written.
pub async fn act<T, F>(db: &Db, act: Act, work: F) -> Result<Option<T>>
where
    F: AsyncFnOnce(&mut Tx) -> Result<Option<T>>,
{
    assert!(
        db.nouns.acts.contains(&act.method) || ACTS_ALIKE.contains(&act.method),
        "{} is listed among what the service does by itself",
        act.method
    );
    let stamp = Stamp {
        method: act.method.to_owned(),
        duty: Duty::Unspecified,
        actor: db.nouns.workload(),
        issuer: "self".to_owned(),
        acting_for: None,
        request_id: None,
        trace_id: String::new(),
        now: act.now,
        whole: None,
    };
    let mut tx = db.begin(db.lend().await?, Plans::AsAsked, stamp).await?;
    let attempted = work(&mut tx).await.map(|done| {
        assert!(
            done.is_none() || tx.recorded.is_some(),
            "an act that did something has recorded it"
        );
        let end = if done.is_some() {
            End::Commit
        } else {
            End::RollBack
        };
        (done, end)
    });
    tx.end(attempted).await
}

impl Tx {
    /// Refuses who may not know of the resource that the write is about, before it tells anything of it. What
    /// is not there the work says in its own way.
    async fn must_know(&mut self, viewer: &Viewer<'_>, subject: &str) -> Result<()> {
        let Some(hides) = self.nouns.hides(subject) else {
            return Ok(());
        };
        let found = read(&mut self.inner, Some(hides), viewer, subject, None, false).await?;
        match found {
            Some((_, false)) => Err(Error::not_found(subject)),
            Some((_, true)) | None => Ok(()),
        }
    }

    /// Inserts the key with the request's digest, where it is kept and not there yet; waits for a twin in
    /// flight. Only then the cases are locked, in the order of their names. Also reads the rules of the
    /// platform's own: all of it is one round trip, and none of it is guarded by these locks.
    async fn enter(&mut self, digests: Option<&Digests>, cases: &[&str]) -> Result<Entered> {
        self.cases = cases.iter().map(|it| (*it).to_owned()).collect();
        self.cases.sort_unstable();
        self.cases.dedup();
        let entered = sqlx::query!(
            r#"with claim as (
                   insert into platform.requests
                       (principal, request_id, method, digest, personal_digest)
                   select $1::text, $2::text, $3::text, $4::bytea, $8::bytea where $4 is not null
                   on conflict do nothing
                   returning true
               ), entered as (
                   insert into platform.cases as known (name)
                   select it from unnest($5::text[]) it
                    where $4 is null or exists (select from claim)
                   on conflict (name) do update set writes = known.writes + 1
                   returning writes
               )
               select $4 is not null and not exists (select from claim) as "is_twin!",
                      exists (select from entered where writes > 1) as "is_known!",
                      name, value as "value: Json<Value>"
                 from platform.rule_editions
                where rule = $7 and state = 'confirmed' and valid_from <= $6
                order by valid_from desc, ordinal desc
                limit 1"#,
            self.stamp.actor,
            self.stamp.request_id,
            self.stamp.method,
            digests.map(|it| it.request.as_slice()),
            &self.cases,
            oslo_date(self.stamp.now),
            LATE_REGISTRATION.definition.id,
            digests.and_then(|it| it.personal.as_deref()),
        )
        .fetch_one(&mut *self.inner)
        .await?;
        self.late_rule = Some(LateRule::of(entered.name, entered.value.0)?);
        Ok(match (entered.is_twin, entered.is_known) {
            (true, _) => Entered::Twin,
            (false, true) => Entered::Known,
            (false, false) => Entered::New,
        })
    }

    /// The resource that the first of two equal requests answered with, or a refusal when they are
    /// not equal; filled with what is personal as far as that is not erased. Of an erased person no digest
    /// is left: there only the rest is compared.
    async fn answer_of_twin(&mut self, digests: &Digests) -> Result<Vec<u8>> {
        let twin = sqlx::query!(
            r#"select r.method, r.digest, r.personal_digest,
                      j.after || coalesce(part.data, '') as "after!"
                 from platform.requests r
                 join platform.journal j on j.seq = r.entry
                 left join lateral (
                          select v.data
                            from platform.vault v
                           where v.resource = j.subject and v.version <= j.version
                           order by v.version desc
                           limit 1) part on true
                where r.principal = $1 and r.request_id = $2"#,
            self.stamp.actor,
            self.stamp.request_id,
        )
        .fetch_one(&mut *self.inner)
        .await?;
        let kept = twin.personal_digest;
        let is_other_person = kept.is_some() && kept != digests.personal;
        if twin.method != self.stamp.method || twin.digest != digests.request || is_other_person {
            return Err(refused(reason::RequestIdReused {
                request_id: self.stamp.request_id.as_deref().unwrap_or_default(),
                method: twin.method,
            }));
        }
        Ok(twin.after)
    }

    /// Sets the day that this step counts for. One further back than the dated rule allows needs a
    /// reason, and is listed as late.
    pub fn effective(&mut self, step: &Effective) -> Result<()> {
        let rule = self
            .late_rule
            .as_ref()
            .ok_or_else(|| Error::Bug("the rules are read before a step is dated".to_owned()))?;
        let is_late = (oslo_date(self.stamp.now) - step.on).num_days() > rule.days;
        if is_late && step.late_reason.is_empty() {
            return Err(refused(reason::LateReasonRequired {
                effective_date: step.on,
                days: rule.days,
                rule: &rule.edition,
            }));
        }
        let late = is_late.then(|| (step.late_reason.clone(), rule.edition.clone()));
        self.registered = Some(Registered { on: step.on, late });
        Ok(())
    }

    fn assert_recorded(&self, reply: &str) {
        let subject = self.recorded.as_ref().map(|it| it.subject.as_str());
        assert_eq!(
            subject,
            Some(reply),
            "a write records its reply's subject last"
        );
    }

    /// Ends the transaction as its work has come out. A session in which the database takes no writes is
    /// ended with it.
    async fn end<T>(self, attempted: Result<(T, End)>) -> Result<T> {
        match attempted {
            Ok((done, End::Commit)) => self.commit().await.map(|()| done),
            Ok((done, End::RollBack)) => Ok(self.inner.roll_back().await.map(|()| done)?),
            Err(error) => {
                // What cannot be rolled back ends with its session; the caller hears what came first.
                if !error.is_read_only() {
                    let _ = self.inner.roll_back().await;
                }
                Err(error)
            }
        }
    }

    async fn commit(self) -> Result<()> {
        let recorded = self.recorded.as_ref().map_or_else(Instant::now, |it| it.at);
        if recorded.elapsed() > RECORD_TO_COMMIT_MAX {
            self.inner.roll_back().await?;
            return Err(refused(reason::Busy));
        }
        let begun = Instant::now();
        self.inner.commit().await?;
        if begun.elapsed() > COMMIT_ALARM_AFTER {
            let commit_ms = begun.elapsed().as_millis();
            tracing::error!(
                commit_ms,
                "slow commit: a read at a past instant may have missed it"
            );
        }
        Ok(())
    }
}

impl LateRule {
    fn of(edition: String, value: Value) -> Result<Self> {
        let Some(Days(days)) = Days::of(value) else {
            return Err(Error::Bug(format!("{edition} is no number of days")));
        };
        Ok(Self { days, edition })
    }
}
