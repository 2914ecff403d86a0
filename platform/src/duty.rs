//! Four eyes: in one case a person holds one duty, in any number of steps.
//!
//! Every write of a case locks the case's row first. What the caller holds already is read by a
//! statement of its own after that lock: a statement's snapshot is older than the lock it waits
//! for. What cannot be read is refused.

use proto::reason;

use crate::error::{Result, refused};
use crate::record::duty_column;
use crate::tx::Tx;

impl Tx {
    /// Enters the case of this write: locks it, and judges the caller's duty in it.
    pub async fn case(&mut self, name: &str) -> Result<()> {
        sqlx::query!(
            "insert into platform.cases (name) values ($1)
             on conflict (name) do update set name = excluded.name",
            name,
        )
        .execute(&mut *self.inner)
        .await?;
        self.case = Some(name.to_owned());
        let Some(duty) = duty_column(self.stamp.duty) else {
            return Ok(());
        };

        let held = sqlx::query!(
            r#"select duty as "duty!", method
                 from platform.journal
                where case_name = $1 and actor = $2 and duty <> $3
                order by seq
                limit 1"#,
            name,
            self.stamp.actor,
            duty,
        )
        .fetch_optional(&mut *self.inner)
        .await?;
        match held {
            None => Ok(()),
            Some(held) => Err(refused(reason::SeparationOfDuties {
                case: name,
                duty: duty.to_uppercase(),
                held: held.duty.to_uppercase(),
                step: held.method,
            })),
        }
    }
}
