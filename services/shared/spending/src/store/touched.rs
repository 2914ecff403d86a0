//! Every statement on `touched` and `touches`. What a person holds of authority is read and held by the same
//! statement: one round trip.

use platform::Result;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::freeze::Holding;
use crate::domain::{Delegation, Touched};

/// Authority that nobody holds.
const NOBODY: &str = "";

/// Holds these names against who would stop payments to them, until what is judged by it is done;
/// answers what stops them already.
pub(crate) async fn hold(db: &mut PgConnection, names: &[String]) -> Result<Vec<Touched>> {
    let (touched, _) = hold_with_authority(db, names, NOBODY).await?;
    Ok(touched)
}

/// The same, and holds against its ending what a person holds and held of authority.
pub(crate) async fn hold_with_authority(
    db: &mut PgConnection,
    names: &[String],
    person: &str,
) -> Result<(Vec<Touched>, Vec<Delegation>)> {
    let held = try_hold(db, names, person).await?;
    if held.0.len() == names.len() || held.0.len() + make(db, names).await? == names.len() {
        return Ok(held);
    }
    // Another made one of them meanwhile.
    try_hold(db, names, person).await
}

/// Those of the names that there are, each as it is when the lock is had.
async fn try_hold(
    db: &mut PgConnection,
    names: &[String],
    person: &str,
) -> Result<(Vec<Touched>, Vec<Delegation>)> {
    let held = sqlx::query!(
        r#"with names as (
               select name, freezes
                 from spending.touched where name = any($1) order by name for share
           ), authority as (
               select name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                      created_at
                 from spending.delegations where person = $2 order by name for share
           )
           select (select coalesce(jsonb_agg(it order by it.name), '[]') from names it)
                      as "names!: Json<Vec<Touched>>",
                  (select coalesce(jsonb_agg(it order by it.name), '[]') from authority it)
                      as "authority!: Json<Vec<Delegation>>""#,
        names,
        person,
    )
    .fetch_one(db)
    .await?;
    Ok((held.names.0, held.authority.0))
}

/// What stops payments to these names, held by nobody: what the bank did waits for none.
pub(crate) async fn read(db: &mut PgConnection, names: &[String]) -> Result<Vec<Touched>> {
    let found = sqlx::query!(
        r#"select name, freezes as "freezes: Json<Vec<Holding>>"
             from spending.touched where name = any($1) order by name"#,
        names,
    )
    .fetch_all(db)
    .await?;
    let touched = found.into_iter().map(|it| Touched {
        name: it.name,
        freezes: it.freezes.0,
    });
    Ok(touched.collect())
}

/// Waits for all who are judged by a name, and keeps them waiting until its freezes are said anew.
pub(crate) async fn stop(db: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query!(
        "insert into spending.touched (name) values ($1)
         on conflict (name) do update set name = excluded.name",
        name,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Says anew what stops payments to a name, whose row is held by an earlier statement.
pub(crate) async fn freeze(db: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query!(
        "update spending.touched
            set freezes = (select coalesce(jsonb_agg(jsonb_build_object(
                                      'freeze', f.name, 'except', f.except_parents) order by f.name), '[]')
                             from spending.freezes f
                            where f.target = $1 and f.state <> 'lifted')
          where name = $1",
        name,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Some parent touches a name.
pub(crate) async fn is_touched(db: &mut PgConnection, name: &str, parent: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from spending.touches where name = $1 and parent = $2) as "found!""#,
        name,
        parent,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
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
