//! Every statement on `touched`. What a person holds of authority is read and held by the same statement:
//! one round trip.

use platform::Result;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Delegation;

/// Authority that nobody holds.
const NOBODY: &str = "";

/// Holds these names against who would stop payments to them, until what is judged by it is done.
pub(crate) async fn hold(db: &mut PgConnection, names: &[String]) -> Result<()> {
    hold_with_authority(db, names, NOBODY).await?;
    Ok(())
}

/// The same, and holds against its ending what a person holds and held of authority.
pub(crate) async fn hold_with_authority(
    db: &mut PgConnection,
    names: &[String],
    person: &str,
) -> Result<Vec<Delegation>> {
    let (held, authority) = try_hold(db, names, person).await?;
    if held == names.len() || held + make(db, names).await? == names.len() {
        return Ok(authority);
    }
    // Another made one of them meanwhile.
    let (_, authority) = try_hold(db, names, person).await?;
    Ok(authority)
}

/// How many of the names there are.
async fn try_hold(
    db: &mut PgConnection,
    names: &[String],
    person: &str,
) -> Result<(usize, Vec<Delegation>)> {
    let held = sqlx::query!(
        r#"with names as (
               select name from spending.touched where name = any($1) order by name for share
           ), authority as (
               select name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                      created_at
                 from spending.delegations
                where person = $2
                order by name
                for share
           )
           select array(select name from names) as "names!",
                  (select coalesce(jsonb_agg(it order by it.name), '[]') from authority it)
                      as "authority!: Json<Vec<Delegation>>""#,
        names,
        person,
    )
    .fetch_one(db)
    .await?;
    Ok((held.names.len(), held.authority.0))
}

/// Makes those that are missing, and so holds them; how many that were.
async fn make(db: &mut PgConnection, names: &[String]) -> Result<usize> {
    let made = sqlx::query!(
        "insert into spending.touched (name)
         select it from unnest($1::text[]) it order by it
         on conflict (name) do nothing",
        names,
    )
    .execute(db)
    .await?;
    Ok(usize::try_from(made.rows_affected()).unwrap_or_default())
}
