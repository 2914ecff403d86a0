//! Every statement on `touched`, with the delegations that are held together with it.

use platform::Result;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Delegation;

/// Holds these names against who would stop payments to them, and what a person holds and held of
/// authority against its ending, until what is judged by it is done. Without a person no authority.
pub(crate) async fn hold(
    db: &mut PgConnection,
    names: &[String],
    person: Option<&str>,
) -> Result<Vec<Delegation>> {
    let held = sqlx::query!(
        r#"with names as (
               select name from spending.touched where name = any($1) order by name for share
           ), authority as (
               select * from spending.delegations where person = $2 order by name for share
           )
           select (select count(*) from names) as "names!",
                  (select coalesce(jsonb_agg(it order by it.name), '[]') from authority it)
                      as "authority!: Json<Vec<Delegation>>""#,
        names,
        person,
    )
    .fetch_one(&mut *db)
    .await?;
    if usize::try_from(held.names) != Ok(names.len()) {
        make(db, names).await?;
    }
    Ok(held.authority.0)
}

/// Makes and holds names that nobody has touched yet.
async fn make(db: &mut PgConnection, names: &[String]) -> Result<()> {
    sqlx::query!(
        "insert into spending.touched (name)
         select unnest($1::text[])
         on conflict (name) do update set name = excluded.name",
        names,
    )
    .execute(db)
    .await?;
    Ok(())
}
