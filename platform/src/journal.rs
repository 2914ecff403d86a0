//! The journal read back: a resource as it is or was, by one statement.

use chrono::{DateTime, Utc};
use prost::Name as _;
use prost_types::Timestamp;
use proto::{Lookup, Resource, reason};

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::error::{Error, Result, refused};
use crate::fields::Fields;
use crate::limits::READ_TIME_AGE_SECONDS_MIN;
use crate::name::NAME_LENGTH_MAX;

/// Answers a Get: the resource as its last write left it, or as it was at `read_time`.
pub async fn get<A, R>(app: A, ctx: Ctx, request: R) -> Answer<R::Reply>
where
    A: AsRef<Db>,
    R: Lookup<Reply: Resource>,
{
    let mut fields = Fields::default();
    fields.text("name", request.name(), NAME_LENGTH_MAX);
    let read_time = request.read_time();
    let read_time = read_time.map(|it| fields.take("read_time", parse_time(it)));
    fields.check()?;
    if let Some(read_time) = read_time {
        must_be_final(&ctx, read_time)?;
    }

    let db = app.as_ref();
    let mut connection = db.read().await?;
    let found = sqlx::query_scalar!(
        "select after
           from platform.journal
          where subject = $1 and kind = $2 and ($3::timestamptz is null or recorded_at <= $3)
          order by version desc
          limit 1",
        request.name(),
        R::Reply::full_name(),
        read_time,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let after = found.ok_or_else(|| Error::not_found(request.name()))?;
    Seen::of_bytes(db.nouns, &ctx.principal, after)
}

fn must_be_final(ctx: &Ctx, read_time: DateTime<Utc>) -> Result<()> {
    if (ctx.now - read_time).num_seconds() < READ_TIME_AGE_SECONDS_MIN {
        return Err(refused(reason::ReadTimeTooRecent {
            seconds: READ_TIME_AGE_SECONDS_MIN,
        }));
    }
    Ok(())
}

/// Reads an instant, or says what one is.
pub(crate) fn parse_time(given: &Timestamp) -> Result<DateTime<Utc>, String> {
    u32::try_from(given.nanos)
        .ok()
        .and_then(|nanos| DateTime::from_timestamp(given.seconds, nanos))
        .ok_or_else(|| "an instant".to_owned())
}
