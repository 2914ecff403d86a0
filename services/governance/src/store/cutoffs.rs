//! Every statement on `cutoffs`.

use chrono::NaiveDate;
use platform::Result;
use sqlx::PgConnection;

use crate::domain::CutoffName;

/// The first cut-off, closing or closed, that covers any of these days.
pub(crate) async fn reporting(
    db: &mut PgConnection,
    start_on: NaiveDate,
    end_on: NaiveDate,
) -> Result<Option<CutoffName>> {
    let cutoff = sqlx::query_scalar!(
        "select name from cutoffs
          where state in ('closing', 'closed') and start_on <= $2 and end_on >= $1
          order by start_on, name limit 1",
        start_on,
        end_on,
    )
    .fetch_optional(db)
    .await?;
    Ok(cutoff)
}
