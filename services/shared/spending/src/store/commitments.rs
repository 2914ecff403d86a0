//! Every statement on `commitments` and `commitment_moves`; services read them by
//! `spending.commitments_of`.

use platform::Result;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Parent;

/// Writes what is new of a parent's commitments, what was corrected of their moves, and the names that
/// it touches. What is written already stays.
pub(crate) async fn save(db: &mut PgConnection, parent: &Parent) -> Result<()> {
    sqlx::query!(
        r#"with given as (
               select chapter, post, year, amount_ore, moves
                 from jsonb_to_recordset($2) it (chapter text, post text, year int,
                                                 amount_ore bigint, moves jsonb)
           ), asked as (
               insert into spending.commitments (parent, chapter, post, year, amount_ore)
               select $1, chapter, post, year, amount_ore from given
               on conflict (parent, chapter, post, year) do nothing
           ), moved as (
               insert into spending.commitment_moves as old
                   (parent, chapter, post, year, ordinal, on_day, kind, ore, conditional, dimensions)
               select $1, chapter, post, year, ordinal, (it ->> 'on')::date, it ->> 'kind',
                      (it ->> 'ore')::bigint, (it ->> 'conditional')::boolean, it -> 'dimensions'
                 from given, jsonb_array_elements(moves) with ordinality m (it, ordinal)
               on conflict (parent, chapter, post, year, ordinal) do update
                  set on_day = excluded.on_day, dimensions = excluded.dimensions
                where (old.on_day, old.dimensions) <> (excluded.on_day, excluded.dimensions)
           )
           insert into spending.touched (name)
           select unnest($3::text[])
           on conflict (name) do nothing"#,
        parent.name,
        Json(&parent.commitments) as _,
        &parent.touched(),
    )
    .execute(db)
    .await?;
    Ok(())
}
