//! Every statement on `commitments` and `commitment_moves`; services read them by
//! `spending.commitments_of`.

use platform::Result;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Parent;

/// Writes what is new or amended of a parent's commitments, what moved of them or was corrected, and the
/// names that it touches. What a draft asks for no more is gone.
pub(crate) async fn save(db: &mut PgConnection, parent: &Parent) -> Result<()> {
    sqlx::query!(
        r#"with given as (
               select chapter, post, year, amount_ore, "foreign", moves
                 from jsonb_to_recordset($2) it (chapter text, post text, year int, amount_ore bigint,
                                                 "foreign" jsonb, moves jsonb)
           ), gone as (
               delete from spending.commitments old
                where old.parent = $1
                  and not exists (select from given
                                   where (given.chapter, given.post, given.year)
                                       = (old.chapter, old.post, old.year))
           ), asked as (
               insert into spending.commitments as old
                   (parent, chapter, post, year, amount_ore, foreign_amount)
               select $1, chapter, post, year, amount_ore, nullif("foreign", 'null') from given
               on conflict (parent, chapter, post, year) do update
                  set amount_ore = excluded.amount_ore, foreign_amount = excluded.foreign_amount
                where (old.amount_ore, old.foreign_amount)
                      is distinct from (excluded.amount_ore, excluded.foreign_amount)
           ), moved as (
               insert into spending.commitment_moves as old
                   (parent, chapter, post, year, ordinal, on_day, kind, ore, conditional, dimensions)
               select $1, chapter, post, year, ordinal, (it ->> 'on')::date, it ->> 'kind',
                      (it ->> 'ore')::bigint, (it ->> 'conditional')::boolean, it -> 'dimensions'
                 from given, jsonb_array_elements(moves) with ordinality m (it, ordinal)
               on conflict (parent, chapter, post, year, ordinal) do update
                  set on_day = excluded.on_day, ore = excluded.ore, dimensions = excluded.dimensions
                where (old.on_day, old.ore, old.dimensions)
                      <> (excluded.on_day, excluded.ore, excluded.dimensions)
           ), left_alone as (
               delete from spending.touches
                where parent = $1 and name <> all($3::text[])
           ), touching as (
               insert into spending.touches (name, parent)
               select it, $1 from unnest($3::text[]) it
               on conflict (name, parent) do nothing
           )
           insert into spending.touched (name)
           select it from unnest($3::text[]) it order by it
           on conflict (name) do nothing"#,
        parent.name,
        Json(&parent.commitments) as _,
        &parent.touched(),
    )
    .execute(db)
    .await?;
    Ok(())
}
