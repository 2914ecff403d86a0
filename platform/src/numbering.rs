//! Numbering: what a source has recorded gets dense numbers at the source, under one row's lock, with
//! running SHA-256s; facts first, then the journal's entries, so that each fact below a place has its
//! entry below it too.
//!
//! `record` leaves numbers null. Whoever asks for the head numbers, in order of journal position, all
//! that is visible once it holds the lock, so many at a time; that is committed before it is answered.
//! So a number never changes, none is missing below the head, and two readers at one number and digest
//! have read the same. (A sequence drawn at insert loses what commits late.)

use chrono::NaiveDate;
use error::{Error, Result};
use fields::date_to_wire;
use proto::Dimensions;
use proto::feed::v1 as pb;
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};

use crate::db::Db;
use crate::digest::{entry_link, next_digest, next_entry_digest};
use crate::entry;
use crate::tx::Tx;

/// Facts, and entries, numbered in one transaction, which takes a small part of what a statement may
/// take.
pub const NUMBERED_AT_ONCE: usize = 2_000;

/// A place in a source's facts, and in the entries of its journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Identity of the source.
    pub source: String,
    /// Number of the last fact before this place.
    pub number: i64,
    /// Running digest there.
    pub digest: Vec<u8>,
    /// Number of the last entry before this place.
    pub entries_number: i64,
    /// The entries' running digest there.
    pub entries_digest: Vec<u8>,
}

impl From<Position> for pb::Position {
    fn from(it: Position) -> Self {
        Self {
            source: it.source,
            number: it.number,
            digest: it.digest,
            entries_number: it.entries_number,
            entries_digest: it.entries_digest,
        }
    }
}

impl From<pb::Position> for Position {
    fn from(it: pb::Position) -> Self {
        Self {
            source: it.source,
            number: it.number,
            digest: it.digest,
            entries_number: it.entries_number,
            entries_digest: it.entries_digest,
        }
    }
}

/// The position behind the last visible fact and entry, all of them numbered.
pub(crate) async fn head(db: &Db) -> Result<Position> {
    let mut session = db.read().await?;
    let (head, is_whole) = last_numbered(&mut session).await?;
    db.give_back(session);
    if is_whole {
        return Ok(head);
    }
    let db = db.clone();
    // A task of its own, because a dropped transaction would leave the feed locked.
    #[expect(
        clippy::disallowed_methods,
        reason = "a reader may leave; numbering ends"
    )]
    let numbering = tokio::spawn(async move { db.write(number_all).await });
    numbering
        .await
        .map_err(|error| Error::Bug(error.to_string()))?
}

impl Tx {
    /// The position behind the last fact and entry that are visible to this transaction, all of them
    /// numbered when it commits; until then nobody else can number. The feed is the last row that a
    /// write locks, but for rows of its own.
    pub async fn head(&mut self) -> Result<Position> {
        let (mut head, mut is_whole) = last_numbered(&mut self.inner).await?;
        while !is_whole {
            (head, is_whole) = number(&mut self.inner).await?;
        }
        Ok(head)
    }
}

/// Where numbering stands, and whether all that is visible has its number: read by one statement.
async fn last_numbered(db: &mut PgConnection) -> Result<(Position, bool)> {
    let seen = sqlx::query!(
        r#"select source, number, digest, entries_number, entries_digest,
                  exists (select from platform.facts where number is null)
                  or exists (select from platform.journal where number is null) as "unnumbered!"
             from platform.feed"#
    )
    .fetch_one(db)
    .await?;
    let head = Position {
        source: seen.source,
        number: seen.number,
        digest: seen.digest,
        entries_number: seen.entries_number,
        entries_digest: seen.entries_digest,
    };
    Ok((head, !seen.unnumbered))
}

/// Numbers all that is visible, so much at a time: each time commits, so that a long backlog gets
/// shorter whatever happens.
async fn number_all(connection: &mut PgConnection) -> Result<Position> {
    loop {
        let mut tx = connection.begin().await?;
        let (head, is_whole) = number(&mut tx).await?;
        tx.commit().await?;
        if is_whole {
            return Ok(head);
        }
    }
}

/// Locks the feed until the transaction ends: nobody else numbers; answers where it stands.
pub(crate) async fn lock(db: &mut PgConnection) -> sqlx::Result<Position> {
    sqlx::query_as!(
        Position,
        "select source, number, digest, entries_number, entries_digest
           from platform.feed
            for update"
    )
    .fetch_one(db)
    .await
}

/// Numbers the first visible facts and entries under the feed's lock, which the caller's transaction
/// holds until it ends; answers whether that was all. The entries of facts are seen by the younger
/// statement.
async fn number(tx: &mut PgConnection) -> Result<(Position, bool)> {
    let mut head = lock(tx).await?;
    let facts = number_facts(tx, &mut head).await?;
    let entries = match facts < NUMBERED_AT_ONCE {
        true => number_entries(tx, &mut head).await?,
        false => NUMBERED_AT_ONCE,
    };
    sqlx::query!(
        "update platform.feed
            set number = $1, digest = $2, entries_number = $3, entries_digest = $4",
        head.number,
        head.digest,
        head.entries_number,
        head.entries_digest,
    )
    .execute(tx)
    .await?;
    Ok((head, entries < NUMBERED_AT_ONCE))
}

/// How many rows are numbered by one statement.
fn at_once() -> i64 {
    i64::try_from(NUMBERED_AT_ONCE).unwrap_or(i64::MAX)
}

async fn number_facts(tx: &mut PgConnection, head: &mut Position) -> Result<usize> {
    let rows = sqlx::query_as!(
        Row,
        r#"select entry, ordinal, measure, effective_on, value, subject, reversal,
                  0::bigint as "number!", ''::bytea as "digest!",
                  dimensions as "dimensions: Json<Dimensions>"
             from platform.facts
            where number is null
            order by entry, ordinal
            limit $1"#,
        at_once(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let (mut entries, mut ordinals) = (Vec::new(), Vec::new());
    let (mut numbers, mut digests) = (Vec::new(), Vec::new());
    for row in rows {
        entries.push(row.entry);
        ordinals.push(row.ordinal);
        head.number += 1;
        head.digest = next_digest(
            &head.digest,
            &Row {
                number: head.number,
                ..row
            }
            .into_wire(),
        );
        numbers.push(head.number);
        digests.push(head.digest.clone());
    }
    sqlx::query!(
        "update platform.facts f
            set number = given.number, digest = given.digest
           from unnest($1::bigint[], $2::int[], $3::bigint[], $4::bytea[])
                as given (entry, ordinal, number, digest)
          where f.entry = given.entry and f.ordinal = given.ordinal",
        &entries,
        &ordinals,
        &numbers,
        &digests,
    )
    .execute(&mut *tx)
    .await?;
    Ok(numbers.len())
}

async fn number_entries(tx: &mut PgConnection, head: &mut Position) -> Result<usize> {
    let rows = sqlx::query_as!(
        entry::Row,
        r#"select seq, recorded_at, method, subject, kind, version, case_name, duty, actor, issuer,
                  request_id, effective_on, null::text as late_reason, late_rule, trace_id, acting_for,
                  ''::bytea as "after!", number, digest, sha256(after) as "after_digest!",
                  sha256(convert_to(late_reason, 'UTF8')) as late_reason_digest
             from platform.journal
            where number is null
            order by seq
            limit $1"#,
        at_once(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let (mut seqs, mut numbers, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        head.entries_number += 1;
        let link = entry_link(&row.linked());
        head.entries_digest = next_entry_digest(&head.entries_digest, head.entries_number, &link);
        seqs.push(row.seq);
        numbers.push(head.entries_number);
        digests.push(head.entries_digest.clone());
    }
    sqlx::query!(
        "update platform.journal j
            set number = given.number, digest = given.digest
           from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as given (seq, number, digest)
          where j.seq = given.seq",
        &seqs,
        &numbers,
        &digests,
    )
    .execute(tx)
    .await?;
    Ok(numbers.len())
}

/// A fact as its table holds it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) entry: i64,
    pub(crate) ordinal: i32,
    pub(crate) measure: String,
    pub(crate) effective_on: NaiveDate,
    pub(crate) value: i64,
    pub(crate) subject: String,
    pub(crate) reversal: bool,
    pub(crate) number: i64,
    pub(crate) digest: Vec<u8>,
    pub(crate) dimensions: Json<Dimensions>,
}

impl Row {
    pub(crate) fn into_wire(self) -> pb::Fact {
        pb::Fact {
            number: self.number,
            measure: self.measure,
            effective_date: Some(date_to_wire(self.effective_on)),
            value: self.value,
            dimensions: self.dimensions.0.0,
            subject: self.subject,
            entry: format!("entries/{}", self.entry),
            reversal: self.reversal,
        }
    }
}
