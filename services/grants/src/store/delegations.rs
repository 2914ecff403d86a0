//! Every statement on `delegations`.

use platform::Result;
use sqlx::PgConnection;

use crate::domain::Delegation;

/// What a person holds and held, held against change until the decision it is judged for is made.
pub(crate) async fn of_person(db: &mut PgConnection, person: &str) -> Result<Vec<Delegation>> {
    let rows = sqlx::query_as!(
        Delegation,
        "select * from delegations where person = $1 order by name for share",
        person,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}
