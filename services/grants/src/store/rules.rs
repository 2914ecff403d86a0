//! Every statement on `rules`: wordings that change by date.

use chrono::NaiveDate;
use platform::Result;
use sqlx::PgConnection;

use crate::domain::Reservation;

/// The reservation of conditional commitments, as worded on a day.
pub(crate) async fn reservation(db: &mut PgConnection, on: NaiveDate) -> Result<Reservation> {
    let found = sqlx::query_as!(
        Reservation,
        "select valid_from, text_nb
           from rules
          where rule = $1 and valid_from <= $2
          order by valid_from desc
          limit 1",
        Reservation::RULE,
        on,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}
