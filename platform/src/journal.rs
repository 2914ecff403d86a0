//! The journal read back: a resource as it is or was, by one statement.

use chrono::{DateTime, Utc};
use error::{Error, Result, refused};
use fields::{Fields, NAME_LENGTH_MAX, time_from_wire};
use proto::{Lookup, Resource, reason};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::{Db, decode};
use crate::hides::Viewer;
use crate::limits::READ_TIME_AGE_SECONDS_MIN;
use crate::may_see::{Last, read};

/// Answers a Get: the resource as its last write left it, or as it was at `read_time`.
pub async fn get<A, R>(app: A, ctx: Ctx, request: R) -> Answer<R::Reply>
where
    A: AsRef<Db>,
    R: Lookup<Reply: Resource>,
{
    let mut fields = Fields::default();
    fields.text("name", request.name(), NAME_LENGTH_MAX);
    let read_time = request.read_time();
    let read_time = read_time.map(|it| fields.take("read_time", time_from_wire(it)));
    fields.check()?;
    if let Some(read_time) = read_time {
        must_be_final(&ctx, read_time)?;
    }

    let (db, name) = (app.as_ref(), request.name());
    let mut connection = db.read().await?;
    let is_filled = db.nouns.shows_personal::<R::Reply>(&ctx.principal);
    let found = match db.nouns.hides(name) {
        None if !is_filled => last(&mut connection, name, read_time).await?,
        hides => {
            let viewer = Viewer::from(&ctx);
            let found = read(&mut connection, hides, &viewer, name, read_time, is_filled);
            let known = found.await?.filter(|(_, is_known)| *is_known);
            known.map(|(last, _)| last)
        }
    };
    db.give_back(connection);
    let after = of_kind::<R::Reply>(found, name)?;
    Seen::of_bytes(db.nouns, &ctx.principal, after)
}

/// A resource as its last write recorded it, whatever its own table says by now, and the SHA-256 of what
/// was recorded; or NOT_FOUND. It has not gone past the view: what is answered of it does.
pub async fn recorded<R: Resource>(db: &mut PgConnection, name: &str) -> Result<(R, Vec<u8>)> {
    let after = of_kind::<R>(last(db, name, None).await?, name)?;
    Ok((decode(&after)?, Sha256::digest(&after).to_vec()))
}

/// What was found, where it is a resource of this kind; or NOT_FOUND.
fn of_kind<R: Resource>(found: Option<Last>, name: &str) -> Result<Vec<u8>> {
    let found = found.filter(|it| it.kind == R::full_name());
    Ok(found.ok_or_else(|| Error::not_found(name))?.after)
}

/// The last entry of a subject, whoever may know of it.
async fn last(
    db: &mut PgConnection,
    name: &str,
    read_time: Option<DateTime<Utc>>,
) -> Result<Option<Last>> {
    // Two statements, neither with a condition that another row of the subject may fail: PostgreSQL keeps
    // the plan of such a one, and makes a new one at every call of others.
    let found = match read_time {
        None => {
            sqlx::query_as!(
                Last,
                "select kind, after
                   from platform.journal
                  where subject = $1
                  order by version desc
                  limit 1",
                name,
            )
            .fetch_optional(db)
            .await?
        }
        Some(read_time) => {
            sqlx::query_as!(
                Last,
                "select kind, after
                   from platform.journal
                  where subject = $1 and recorded_at <= $2
                  order by version desc
                  limit 1",
                name,
                read_time,
            )
            .fetch_optional(db)
            .await?
        }
    };
    Ok(found)
}

fn must_be_final(ctx: &Ctx, read_time: DateTime<Utc>) -> Result<()> {
    if (ctx.now - read_time).num_seconds() < READ_TIME_AGE_SECONDS_MIN {
        return Err(refused(reason::ReadTimeTooRecent {
            seconds: READ_TIME_AGE_SECONDS_MIN,
        }));
    }
    Ok(())
}
