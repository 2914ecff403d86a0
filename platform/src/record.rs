//! `record`: the trace of a write. Journal entry, facts and the request key's answer go in one
//! statement, so that none is there without the others.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proto::Resource;
use proto::access::v1::Duty;
use proto::feed::v1::measure;
use tokio::time::Instant;

use crate::Tx;
use crate::error::Result;

/// What a service counts. Its definition is part of the product: it stands in the feed.
#[derive(Debug)]
pub struct Measure {
    /// Such as `grants.disbursed`.
    pub id: &'static str,
    /// What a value counts.
    pub unit: measure::Unit,
    /// Which facts belong to a period.
    pub kind: measure::Kind,
    /// What it means that no fact stands.
    pub absence: measure::Absence,
    /// Keys of its facts' dimensions, sorted.
    pub dimensions: &'static [&'static str],
    /// Definition in bokmål, nynorsk and English.
    pub definition: [&'static str; 3],
    /// Clause that it answers.
    pub source_clause: &'static str,
}

/// One thing counted, on the day it is counted for. Never edited: a correction is a reversal and a
/// new fact. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Id of a measure of this service.
    pub measure: &'static str,
    /// The day it counts for.
    pub effective_on: NaiveDate,
    /// In the measure's unit. 0 is a fact too: that there is nothing is known.
    pub value: i64,
    /// Exactly the measure's dimensions.
    pub dimensions: BTreeMap<&'static str, String>,
    /// Resource name of what is counted.
    pub subject: String,
    /// It takes an earlier fact back; made by [`Fact::reversed`].
    pub reversal: bool,
}

impl Fact {
    /// The fact that undoes this one, on the same day.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            value: -self.value,
            reversal: !self.reversal,
            ..self.clone()
        }
    }

    /// What to record when the facts of something change from `before` to `after`: reversals of
    /// those that no longer hold, then those that newly hold. What stays is left alone.
    pub fn changes(before: &[Self], after: &[Self]) -> Vec<Self> {
        let mut gone: Vec<&Self> = before.iter().collect();
        let mut new: Vec<&Self> = Vec::new();
        for fact in after {
            match gone.iter().position(|it| *it == fact) {
                Some(index) => drop(gone.remove(index)),
                None => new.push(fact),
            }
        }
        gone.into_iter()
            .map(Self::reversed)
            .chain(new.into_iter().cloned())
            .collect()
    }
}

/// What `once` checks before it commits.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) subject: String,
    pub(crate) at: Instant,
}

impl Tx {
    /// Writes the trace: the resource as it is now, under its version, and what is counted; answers
    /// the resource. A write of several subjects records the reply's last.
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
        let late = self
            .registered
            .as_ref()
            .and_then(|it| it.late.clone())
            .unzip();
        let at = Instant::now();
        sqlx::query!(
            r#"with entry as (
                   insert into platform.journal
                       (recorded_at, method, subject, kind, version, case_name, duty, actor, issuer,
                        request_id, effective_on, late_reason, late_rule, trace_id, after)
                   values (clock_timestamp(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                   returning seq
               ), counted as (
                   insert into platform.facts
                       (entry, ordinal, measure, effective_on, value, dimensions, subject, reversal)
                   select entry.seq, f.*
                     from entry, unnest($15::int[], $16::text[], $17::date[], $18::bigint[],
                                        $19::jsonb[], $20::text[], $21::boolean[]) f
               )
               update platform.requests r
                  set entry = entry.seq
                 from entry
                where r.principal = $7 and r.request_id = $9"#,
            self.stamp.method,
            after.name(),
            R::full_name(),
            version,
            self.case,
            duty_column(self.stamp.duty),
            self.stamp.actor,
            self.stamp.issuer,
            self.stamp.request_id,
            self.registered.as_ref().map(|it| it.on),
            late.0,
            late.1,
            self.stamp.trace_id,
            after.encode_to_vec(),
            &columns.ordinals,
            &columns.measures as &[&str],
            &columns.days,
            &columns.values,
            &columns.dimensions,
            &columns.subjects,
            &columns.reversals,
        )
        .execute(&mut *self.inner)
        .await?;
        self.recorded = Some(Recorded {
            subject: after.name().to_owned(),
            at,
        });
        Ok(after)
    }

    fn assert_measured(&self, fact: &Fact) {
        let measure = self.nouns.measures.iter().find(|it| it.id == fact.measure);
        let keys: Vec<_> = fact.dimensions.keys().copied().collect();
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
                        .map(|(k, v)| ((*k).to_owned(), v.as_str().into()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(day: u32, value: i64) -> Fact {
        Fact {
            measure: "m",
            effective_on: NaiveDate::from_ymd_opt(2025, 3, day).unwrap(),
            value,
            dimensions: BTreeMap::new(),
            subject: "s".to_owned(),
            reversal: value < 0,
        }
    }

    #[test]
    fn a_change_of_facts_is_reversals_and_then_new_ones() {
        for (before, after, expected) in [
            (vec![], vec![fact(1, 5)], vec![fact(1, 5)]),
            (vec![fact(1, 5)], vec![fact(1, 5)], vec![]),
            (
                vec![fact(1, 5)],
                vec![fact(2, 5)],
                vec![fact(1, -5), fact(2, 5)],
            ),
            (
                vec![fact(1, 5), fact(1, 5)],
                vec![fact(1, 5)],
                vec![fact(1, -5)],
            ),
            (
                vec![fact(1, 5), fact(2, 6)],
                vec![fact(2, 6), fact(3, 7)],
                vec![fact(1, -5), fact(3, 7)],
            ),
        ] {
            assert_eq!(
                Fact::changes(&before, &after),
                expected,
                "{before:?} → {after:?}"
            );
        }
    }
}
