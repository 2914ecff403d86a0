//! `record`: the trace of a write. Journal entry, facts and the request key's answer go in one
//! statement, so that none is there without the others.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use error::Result;
use proto::Resource;
use proto::access::v1::{Duty, Role};
use tokio::time::Instant;

use crate::fact::Fact;
use crate::hides::Viewer;
use crate::may_see::read;
use crate::tx::{Trace, Tx};
use crate::vault::filled;

/// The statement of a write's trace: entry, facts, personal part and the key's answer. Answers the personal
/// part in force.
macro_rules! trace {
    ($($arguments:tt)*) => {
        sqlx::query_scalar!(
            r#"with entry as (
                   insert into platform.journal
                       (recorded_at, method, subject, kind, version, case_name, duty, actor, issuer,
                        request_id, effective_on, late_reason, late_rule, trace_id, after, acting_for)
                   values (clock_timestamp(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $22)
                   returning seq
               ), counted as (
                   insert into platform.facts
                       (entry, ordinal, measure, effective_on, value, dimensions, subject, reversal)
                   select entry.seq, f.ordinal, f.measure, f.effective_on, f.value, f.dimensions,
                          f.subject, f.reversal
                     from entry, unnest($15::int[], $16::text[], $17::date[], $18::bigint[],
                                        $19::jsonb[], $20::text[], $21::boolean[])
                          f (ordinal, measure, effective_on, value, dimensions, subject, reversal)
               ), before as (
                   select data
                     from platform.vault
                    where $23::text is not null and resource = $2 and version < $4
                    order by version desc
                    limit 1
               ), kept as (
                   insert into platform.vault (resource, version, kind, person, data)
                   select $2, $4, $3, $23,
                          case when $24 then $25 else coalesce(before.data, '') || $25 end
                     from entry left join before on true
                    where $23 is not null and ($25 <> '' or ($24 and before.data is not null))
                   returning data
               ), answered as (
                   update platform.requests r
                      set entry = entry.seq
                     from entry
                    where r.principal = $7 and r.request_id = $9
               )
               select coalesce((select data from kept), (select data from before))"#,
            $($arguments)*
        )
    };
}

impl Tx {
    /// Writes the trace: the resource as it is now, under its version, and what is counted; answers
    /// the resource. A write of several subjects records the reply's last.
    ///
    /// What is personal in it goes into the vault and never into the entry: in place of what was there,
    /// where the request gives this resource whole, else laid over it (what is repeated is appended).
    /// The answer has all that is then in force.
    pub async fn record<R: Resource>(
        &mut self,
        version: i64,
        after: R,
        facts: &[Fact],
    ) -> Result<R> {
        for fact in facts {
            self.assert_measured(fact);
        }
        let columns = Columns::of(facts);
        let mut after = after;
        let part = after.take_personal();
        let part = part.map_or_else(Vec::new, |it| it.encode_to_vec());
        let person = R::MARKED.then(|| after.person());
        let is_whole = self.stamp.whole.as_deref() == Some(after.name());
        let bytes = after.encode_to_vec();
        let late = self
            .registered
            .as_ref()
            .and_then(|it| it.late.clone())
            .unzip();
        let at = Instant::now();
        let in_force = trace!(
            self.stamp.method,
            after.name(),
            R::full_name(),
            version,
            self.case_of(after.name()),
            duty_column(self.stamp.duty),
            self.stamp.actor,
            self.stamp.issuer,
            self.stamp.request_id,
            self.registered.as_ref().map(|it| it.on),
            late.0,
            late.1,
            self.stamp.trace_id,
            bytes,
            &columns.ordinals,
            &columns.measures as &[&str],
            &columns.days,
            &columns.values,
            &columns.dimensions,
            &columns.subjects,
            &columns.reversals,
            self.stamp.acting_for,
            person,
            is_whole,
            part,
        )
        .fetch_one(&mut *self.inner)
        .await?;
        self.assert_open(after.name(), facts).await?;
        self.recorded = Some(Trace {
            subject: after.name().to_owned(),
            at,
        });
        match in_force {
            None => Ok(after),
            Some(part) => filled(bytes, &part),
        }
    }

    /// What is counted is known to whoever follows the feed: it is recorded when its subject may be known.
    async fn assert_open(&mut self, subject: &str, facts: &[Fact]) -> Result<()> {
        let follower = Viewer {
            id: "",
            roles: &[Role::Follower],
            acting_for: "",
            now: self.stamp.now,
        };
        let counted = facts.iter().flat_map(|it| [subject, &it.subject]);
        for subject in counted.collect::<BTreeSet<_>>() {
            if let Some(hides) = self.nouns.hides(subject) {
                let found = read(
                    &mut self.inner,
                    Some(hides),
                    &follower,
                    subject,
                    None,
                    false,
                );
                let is_open = found.await?.is_none_or(|(_, is_known)| is_known);
                assert!(is_open, "facts are recorded of {subject}, which is hidden");
            }
        }
        Ok(())
    }

    fn assert_measured(&self, fact: &Fact) {
        let measure = self.nouns.measures.iter().find(|it| it.id == fact.measure);
        let keys: Vec<_> = fact.dimensions.keys().map(String::as_str).collect();
        assert_eq!(
            measure.map(|it| it.dimensions),
            Some(keys.as_slice()),
            "{} is a measure of {} with these dimensions",
            fact.measure,
            self.nouns.service
        );
    }
}

/// The facts, column by column, for one `unnest`.
struct Columns {
    ordinals: Vec<i32>,
    measures: Vec<&'static str>,
    days: Vec<NaiveDate>,
    values: Vec<i64>,
    dimensions: Vec<serde_json::Value>,
    subjects: Vec<String>,
    reversals: Vec<bool>,
}

impl Columns {
    fn of(facts: &[Fact]) -> Self {
        Self {
            ordinals: (0..).take(facts.len()).collect(),
            measures: facts.iter().map(|it| it.measure).collect(),
            days: facts.iter().map(|it| it.effective_on).collect(),
            values: facts.iter().map(|it| it.value).collect(),
            dimensions: facts
                .iter()
                .map(|it| {
                    it.dimensions
                        .iter()
                        .map(|(k, v)| (k.clone(), v.as_str().into()))
                })
                .map(|it| serde_json::Value::Object(it.collect()))
                .collect(),
            subjects: facts.iter().map(|it| it.subject.clone()).collect(),
            reversals: facts.iter().map(|it| it.reversal).collect(),
        }
    }
}

/// How the journal spells a duty.
pub(crate) fn duty_column(duty: Duty) -> Option<&'static str> {
    match duty {
        Duty::Unspecified => None,
        Duty::Prepare => Some("prepare"),
        Duty::Decide => Some("decide"),
        Duty::Attest => Some("attest"),
    }
}
