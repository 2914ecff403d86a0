//! Every statement on `reservations`: wordings that change by date.

use chrono::NaiveDate;
use platform::Result;
use sqlx::PgConnection;

use crate::domain::Reservation;

/// The reservation of conditional commitments, as worded on a day.
pub(crate) async fn on(db: &mut PgConnection, day: NaiveDate) -> Result<Reservation> {
    let found = sqlx::query_as!(
        Reservation,
        "select valid_from, text_nb, text_nn
           from spending.reservations
          where valid_from <= $1
          order by valid_from desc
          limit 1",
        day,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}
