//! Four eyes: in one case a person holds one duty, in any number of steps.
//!
//! A case is the name of a root resource, such as an agreement. Every write of a case locks its row
//! first, with its key ([`crate::once_in`]). What the caller holds already is read by a statement of its
//! own after that lock: a statement's snapshot is older than the lock it waits for. Nobody holds anything
//! in a case that begins with this write. What cannot be read is refused.

use error::{Result, refused};
use fields::named;
use proto::reason;

use crate::record::duty_column;
use crate::tx::Tx;

impl Tx {
    /// Judges the caller's duty in each of the cases entered.
    pub(crate) async fn must_hold_no_other_duty(&mut self) -> Result<()> {
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
