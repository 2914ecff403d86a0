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
    let frames = read(db, Wanted::Keys(keys)).await?;
    Ok(frames
        .into_iter()
        .map(|it| (it.frame.key.clone(), it.frame))
        .collect())
}

/// A frame as everything registered makes it.
pub(crate) async fn get(db: &mut PgConnection, key: FrameKey) -> Result<FrameLines> {
    let frames = read(db, Wanted::Keys(&BTreeSet::from([key]))).await?;
    frames
        .into_iter()
        .next()
        .ok_or_else(|| Error::Bug("a frame is read for every key".to_owned()))
}

/// Frames of a year that a line, a commitment, or a payment of another year's commitment was ever
/// registered for, by chapter and post, behind one such as `144.70`.
pub(crate) async fn of_year(
    db: &mut PgConnection,
    year: i32,
    after: &str,
    limit: i64,
) -> Result<Vec<FrameLines>> {
    read(db, Wanted::OfYear { year, after, limit }).await
}

/// Which frames are read.
enum Wanted<'a> {
    Keys(&'a BTreeSet<FrameKey>),
    OfYear {
        year: i32,
        after: &'a str,
        limit: i64,
    },
}

async fn read(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Vec<FrameLines>> {
    let (columns, year, after, limit) = match wanted {
        Wanted::Keys(keys) => (Columns::of(keys), None, "", 0),
        Wanted::OfYear { year, after, limit } => {
            (Columns::of(&BTreeSet::new()), Some(year), after, limit)
        }
    };
    let rows = sqlx::query_as!(
        Row,
        r#"with of_year as (
               select chapter, post, $4::int as year,
                      row_number() over (order by chapter || '.' || post) as place
                 from (select chapter, post from spending.allocation_lines where year = $4
                       union
                       select chapter, post from spending.commitment_moves where year = $4
                       union
                       select chapter, post from spending.disbursements
                        where year <> $4
                          and paid_on between make_date($4, 1, 1) and make_date($4, 12, 31)) it
                where chapter || '.' || post > $5
                order by place
                limit $6
           ), k as (
               select chapter, post, year, place
                 from unnest($1::text[], $2::text[], $3::int[]) with ordinality
                          it (chapter, post, year, place)
               union all
               select chapter, post, year, place from of_year
           )
           select k.chapter as "chapter!", k.post as "post!", k.year as "year!",
                  l.lines as "lines!: Json<Vec<AllocationLine>>",
                  c.committed_ore as "committed_ore!", c.conditional_ore as "conditional_ore!",
                  d.paid_of_other_years_ore as "paid_of_other_years_ore!"
             from k
            cross join lateral (
                select coalesce(jsonb_agg(l), '[]') as lines
                  from (select name, version, kind, chapter, post, year, amount_ore, document, state,
                               reversal_reason, created_at
                          from spending.allocation_lines) l
                 where (l.chapter, l.post, l.year) = (k.chapter, k.post, k.year)
                   and l.state in ('entered', 'confirmed', 'reversal_entered')
            ) l
            cross join lateral (
                select coalesce(sum(m.ore) filter (where not m.conditional), 0)::bigint as committed_ore,
                       coalesce(sum(m.ore) filter (where m.conditional), 0)::bigint as conditional_ore
                  from spending.commitment_moves m
                 where (m.chapter, m.post, m.year) = (k.chapter, k.post, k.year)
            ) c
            cross join lateral (
                select coalesce(sum(d.paid_ore), 0)::bigint as paid_of_other_years_ore
                  from spending.disbursements d
                 where (d.chapter, d.post) = (k.chapter, k.post)
                   and d.year <> k.year
                   and d.paid_on between make_date(k.year, 1, 1) and make_date(k.year, 12, 31)
            ) d
            order by k.place"#,
        &columns.chapters,
        &columns.posts,
        &columns.years,
        year,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A frame as the database sums it.
struct Row {
    chapter: String,
    post: String,
    year: i32,
    lines: Json<Vec<AllocationLine>>,
    committed_ore: i64,
    conditional_ore: i64,
    paid_of_other_years_ore: i64,
}

impl From<Row> for FrameLines {
    fn from(it: Row) -> Self {
        let key = FrameKey {
            post: PostKey {
                chapter: it.chapter,
                post: it.post,
            },
            year: it.year,
        };
        let lines = it.lines.0;
        Self {
            frame: Frame {
                committed_ore: it.committed_ore,
                conditional_ore: it.conditional_ore,
                paid_of_other_years_ore: it.paid_of_other_years_ore,
                ..Frame::of(key, &lines)
            },
            lines,
        }
    }
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
