//! Every statement on `frames`, and the sums that make a frame.

use std::collections::{BTreeMap, BTreeSet};

use platform::{Error, PostKey, Result};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::{AllocationLine, Frame, FrameKey, FrameLines};

/// Frames by their key.
pub(crate) type Frames = BTreeMap<FrameKey, Frame>;

/// Locks frames until the transaction ends, and sums them by a statement after the lock: what
/// another decision took while this one waited is in the sums.
pub(crate) async fn lock(db: &mut PgConnection, keys: &BTreeSet<FrameKey>) -> Result<Frames> {
    let columns = Columns::of(keys);
    sqlx::query!(
        "insert into spending.frames (chapter, post, year)
         select chapter, post, year
           from unnest($1::text[], $2::text[], $3::int[]) k (chapter, post, year)
          order by chapter, post, year
         on conflict (chapter, post, year) do update set year = excluded.year",
        &columns.chapters,
        &columns.posts,
        &columns.years,
    )
    .execute(&mut *db)
    .await?;
    let frames = read(db, keys).await?;
    Ok(frames
        .into_iter()
        .map(|it| (it.frame.key.clone(), it.frame))
        .collect())
}

/// A frame as everything registered makes it.
pub(crate) async fn get(db: &mut PgConnection, key: FrameKey) -> Result<FrameLines> {
    let frames = read(db, &BTreeSet::from([key])).await?;
    frames
        .into_iter()
        .next()
        .ok_or_else(|| Error::Bug("a frame is read for every key".to_owned()))
}

async fn read(db: &mut PgConnection, keys: &BTreeSet<FrameKey>) -> Result<Vec<FrameLines>> {
    let columns = Columns::of(keys);
    let rows = sqlx::query!(
        r#"select k.chapter as "chapter!", k.post as "post!", k.year as "year!",
                  l.lines as "lines!: Json<Vec<AllocationLine>>",
                  c.committed_ore as "committed_ore!", c.conditional_ore as "conditional_ore!",
                  d.paid_of_other_years_ore as "paid_of_other_years_ore!"
             from unnest($1::text[], $2::text[], $3::int[]) with ordinality
                      k (chapter, post, year, place)
            cross join lateral (
                select coalesce(jsonb_agg(l), '[]') as lines
                  from (select name, version, kind, chapter, post, year, amount_ore, document, state,
                               reversal_reason, created_at
                          from spending.allocation_lines a
                         where (a.chapter, a.post, a.year) = (k.chapter, k.post, k.year)
                           and a.state in ('entered', 'confirmed', 'reversal_entered')
                  ) l
            ) l
            cross join lateral (
                select coalesce(sum(m.ore) filter (where not m.conditional), 0)::bigint as committed_ore,
                       coalesce(sum(m.ore) filter (where m.conditional), 0)::bigint as conditional_ore
                  from spending.commitment_moves m
                 where (m.chapter, m.post, m.year) = (k.chapter, k.post, k.year)
            ) c
            cross join lateral (
                select coalesce(sum(d.amount_ore), 0)::bigint as paid_of_other_years_ore
                  from spending.disbursements d
                 where (d.chapter, d.post) = (k.chapter, k.post)
                   and d.year <> k.year
                   and d.paid_on between make_date(k.year, 1, 1) and make_date(k.year, 12, 31)
            ) d
            order by k.place"#,
        &columns.chapters,
        &columns.posts,
        &columns.years,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let key = FrameKey {
                post: PostKey {
                    chapter: row.chapter,
                    post: row.post,
                },
                year: row.year,
            };
            let lines = row.lines.0;
            FrameLines {
                frame: Frame {
                    committed_ore: row.committed_ore,
                    conditional_ore: row.conditional_ore,
                    paid_of_other_years_ore: row.paid_of_other_years_ore,
                    ..Frame::of(key, &lines)
                },
                lines,
            }
        })
        .collect())
}

/// Keys, column by column, for one `unnest`.
struct Columns {
    chapters: Vec<String>,
    posts: Vec<String>,
    years: Vec<i32>,
}

impl Columns {
    fn of(keys: &BTreeSet<FrameKey>) -> Self {
        Self {
            chapters: keys.iter().map(|it| it.post.chapter.clone()).collect(),
            posts: keys.iter().map(|it| it.post.post.clone()).collect(),
            years: keys.iter().map(|it| it.year).collect(),
        }
    }
}
