//! The journal read back: a resource as it is or was, by one statement.

use chrono::{DateTime, Utc};
use prost::Name as _;
use prost_types::Timestamp;
use proto::common::v1::ErrorReason;
use proto::{Lookup, Resource};

use crate::db::decode;
use crate::error::{Error, Result, refused};
use crate::once::{COMMIT_ALARM_AFTER, RECORD_TO_COMMIT_MAX};
use crate::{Ctx, Db, Fields};

/// How far back a read at a past instant must lie: a write recorded before it has committed by then.
pub const READ_TIME_AGE_SECONDS_MIN: i64 = 30;

/// Characters of a resource name: more than any has.
pub(crate) const NAME_LENGTH_MAX: usize = 300;

const _: () = assert!(
    RECORD_TO_COMMIT_MAX.as_secs() + COMMIT_ALARM_AFTER.as_secs()
        < READ_TIME_AGE_SECONDS_MIN as u64,
    "a read at a past instant is final"
);

/// Answers a Get: the resource as its last write left it, or as it was at `read_time`.
pub async fn get<R>(db: Db, ctx: Ctx, request: R) -> Result<R::Reply>
where
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
    decode(&db.view_bytes(&ctx.principal, &R::Reply::full_name(), after)?)
}

fn must_be_final(ctx: &Ctx, read_time: DateTime<Utc>) -> Result<()> {
    if (ctx.now - read_time).num_seconds() < READ_TIME_AGE_SECONDS_MIN {
        return Err(refused(ErrorReason::ReadTimeTooRecent)
            .with("seconds", READ_TIME_AGE_SECONDS_MIN)
            .into());
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
