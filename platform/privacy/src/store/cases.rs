//! Cases of what an erasure or a run empties.

use platform::Result;
use sqlx::PgConnection;

/// Locks cases that a write changes rows of and is none of, in the order of their names; nobody's duty is
/// judged in them. A case that nobody has entered is made.
pub(crate) async fn lock(db: &mut PgConnection, names: &[String]) -> Result<()> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    sqlx::query!(
        "insert into platform.cases as known (name)
         select it from unnest($1::text[]) it
         on conflict (name) do update set writes = known.writes + 1",
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}
