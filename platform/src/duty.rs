//! Four eyes: in one case a person holds one duty, in any number of steps.
//!
//! A case is the name of a root resource, such as an agreement. Every write of a case locks its row
//! first. What the caller holds already is read by a statement of its own after that lock: a
//! statement's snapshot is older than the lock it waits for. What cannot be read is refused.

use proto::reason;

use crate::error::{Result, refused};
use crate::record::duty_column;
use crate::step::named;
use crate::tx::Tx;

impl Tx {
    /// Enters the cases of this write, all at once: locks them in the order of their names, and judges
    /// the caller's duty in each. An entry then belongs to the one that is the root of its subject.
    pub async fn cases(&mut self, names: &[&str]) -> Result<()> {
        assert!(self.cases.is_empty(), "a write enters its cases at once");
        let mut names: Vec<_> = names.iter().map(|it| (*it).to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        sqlx::query!(
            "insert into platform.cases (name)
             select unnest($1::text[])
             on conflict (name) do update set name = excluded.name",
            &names,
        )
        .execute(&mut *self.inner)
        .await?;
        self.cases = names;
        let Some(duty) = duty_column(self.stamp.duty) else {
            return Ok(());
        };

        let held = sqlx::query!(
            r#"select case_name as "case!", duty as "duty!", method
                 from platform.journal
                where case_name = any($1) and actor = $2 and duty <> $3
                order by seq
                limit 1"#,
            &self.cases,
            self.stamp.actor,
            duty,
        )
        .fetch_optional(&mut *self.inner)
        .await?;
        match held {
            None => Ok(()),
            Some(held) => Err(refused(reason::SeparationOfDuties {
                case: held.case,
                duty: named(&duty.to_uppercase()),
                held: named(&held.duty.to_uppercase()),
                step: held.method,
            })),
        }
    }

    /// The case that an entry about this subject belongs to, of those entered: its root.
    pub(crate) fn case_of(&self, subject: &str) -> Option<&str> {
        let is_root = |case: &&String| {
            subject
                .strip_prefix(case.as_str())
                .is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        self.cases.iter().find(is_root).map(String::as_str)
    }
}
