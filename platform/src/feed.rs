//! The fact feed: numbered at the source, under one row's lock, with a running SHA-256.
//!
//! `record` leaves numbers null. Whoever reads the feed numbers, in order of journal position, all
//! facts that are visible once it holds the lock, so many at a time; that is committed before it is
//! answered. So a number never changes, none is missing below the head, and two readers at one number
//! and digest have read the same. (A sequence drawn at insert loses facts that commit late.)

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost::Message;
use proto::feed::v1 as pb;
use proto::reason;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};
use tonic::Request;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::error::{Error, Result, refused};
use crate::page::fitting;
use crate::rpc::{Rpc, rpc};
use crate::tx::Tx;
use crate::wire::date_to_wire;

/// Facts of one page at the most.
pub const PAGE_FACTS_MAX: i32 = 1000;
const PAGE_FACTS_DEFAULT: i32 = 500;
/// Facts numbered in one transaction, which takes a small part of what a statement may take.
pub const NUMBERED_AT_ONCE: usize = 2_000;

/// A place in a source's sequence of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Identity of the source.
    pub source: String,
    /// Number of the last fact before this place.
    pub number: i64,
    /// Running digest there.
    pub digest: Vec<u8>,
}

impl From<Position> for pb::Position {
    fn from(it: Position) -> Self {
        Self {
            source: it.source,
            number: it.number,
            digest: it.digest,
        }
    }
}

impl From<pb::Position> for Position {
    fn from(it: pb::Position) -> Self {
        Self {
            source: it.source,
            number: it.number,
            digest: it.digest,
        }
    }
}

/// The digest behind a fact: over the digest before it and the fact's canonical bytes, which are its
/// protobuf encoding in field order (the message has no map).
pub fn next_digest(before: &[u8], fact: &pb::Fact) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(fact.encode_to_vec());
    hash.finalize().to_vec()
}

/// The feed of one service's own database.
#[derive(Clone, Debug)]
pub struct Facts(Db);

impl Facts {
    /// The facts of this database.
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The position behind the last visible fact, all of them numbered.
    pub async fn head(&self) -> Result<Position> {
        let (head, is_whole) = last_numbered(&mut *self.0.read().await?).await?;
        if is_whole {
            return Ok(head);
        }
        let db = self.0.clone();
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

    /// Facts behind `after`, in number order, and the position behind them.
    pub async fn page(&self, after: Option<Position>, size: i32) -> Result<pb::ListFactsResponse> {
        let head = self.head().await?;
        let after = after.unwrap_or_else(|| Position {
            source: head.source.clone(),
            ..Position::default()
        });
        if after.source != head.source {
            return Err(refused(reason::SourceChanged {
                source: head.source,
            }));
        }
        let size = match size {
            ..=0 => PAGE_FACTS_DEFAULT,
            other => other.min(PAGE_FACTS_MAX),
        };
        let mut connection = self.0.read().await?;
        let rows = sqlx::query_as!(
            Row,
            r#"select entry, ordinal, measure, effective_on, value, subject, reversal,
                      number as "number!", digest as "digest!",
                      dimensions as "dimensions: Json<BTreeMap<String, String>>"
                 from platform.facts
                where number >= $1
                order by number
                limit $2"#,
            after.number,
            i64::from(size) + 1,
        )
        .fetch_all(&mut *connection)
        .await?;
        let (before, rows) = match rows.split_first() {
            Some((first, rest)) if first.number == after.number => (first.digest.as_slice(), rest),
            _ => (&[][..], rows.as_slice()),
        };
        if before != after.digest || after.number > head.number {
            return Err(refused(reason::FactsDiverged {
                source: head.source,
                number: after.number,
            }));
        }
        let mut facts: Vec<_> = rows.iter().map(Row::to_wire).collect();
        facts.truncate(fitting(&facts).min(usize::try_from(size).unwrap_or_default()));
        let rows = &rows[..facts.len()];
        let next = rows.last().map_or(after.clone(), |last| Position {
            source: after.source.clone(),
            number: last.number,
            digest: last.digest.clone(),
        });
        Ok(pb::ListFactsResponse {
            facts,
            next: Some(next.into()),
            head_number: head.number,
        })
    }
}

impl Tx {
    /// The position behind the last fact that is visible to this transaction, all of them numbered
    /// when it commits; until then nobody else can number. The feed is the last row that a write
    /// locks, but for rows of its own.
    pub async fn head(&mut self) -> Result<Position> {
        let (head, is_whole) = last_numbered(&mut self.inner).await?;
        if is_whole {
            return Ok(head);
        }
        loop {
            let (head, numbered) = number(&mut self.inner).await?;
            if numbered < NUMBERED_AT_ONCE {
                return Ok(head);
            }
        }
    }
}

/// Where numbering stands, and whether every visible fact has its number: read by one statement.
async fn last_numbered(db: &mut PgConnection) -> Result<(Position, bool)> {
    let seen = sqlx::query!(
        r#"select source, number, digest,
                  exists (select from platform.facts where number is null) as "unnumbered!"
             from platform.feed"#
    )
    .fetch_one(db)
    .await?;
    let head = Position {
        source: seen.source,
        number: seen.number,
        digest: seen.digest,
    };
    Ok((head, !seen.unnumbered))
}

/// Numbers all visible facts, so many at a time: each time commits, so that a long backlog gets
/// shorter whatever happens.
async fn number_all(connection: &mut PgConnection) -> Result<Position> {
    loop {
        let mut tx = connection.begin().await?;
        let (head, numbered) = number(&mut tx).await?;
        tx.commit().await?;
        if numbered < NUMBERED_AT_ONCE {
            return Ok(head);
        }
    }
}

/// Numbers the first visible facts under the feed's lock, which the caller's transaction holds until
/// it ends; answers how many.
async fn number(tx: &mut PgConnection) -> Result<(Position, usize)> {
    let feed = sqlx::query!("select source, number, digest from platform.feed for update")
        .fetch_one(&mut *tx)
        .await?;
    let mut head = Position {
        source: feed.source,
        number: feed.number,
        digest: feed.digest,
    };
    let rows = sqlx::query_as!(
        Row,
        r#"select entry, ordinal, measure, effective_on, value, subject, reversal,
                  0::bigint as "number!", ''::bytea as "digest!",
                  dimensions as "dimensions: Json<BTreeMap<String, String>>"
             from platform.facts
            where number is null
            order by entry, ordinal
            limit $1"#,
        i64::try_from(NUMBERED_AT_ONCE).unwrap_or(i64::MAX),
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
            .to_wire(),
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
    sqlx::query!(
        "update platform.feed set number = $1, digest = $2",
        head.number,
        head.digest
    )
    .execute(tx)
    .await?;
    Ok((head, numbers.len()))
}

/// A fact as its table holds it.
struct Row {
    entry: i64,
    ordinal: i32,
    measure: String,
    effective_on: NaiveDate,
    value: i64,
    subject: String,
    reversal: bool,
    number: i64,
    digest: Vec<u8>,
    dimensions: Json<BTreeMap<String, String>>,
}

impl Row {
    fn to_wire(&self) -> pb::Fact {
        let dimension = |(key, value): (&String, &String)| pb::Dimension {
            key: key.clone(),
            value: value.clone(),
        };
        pb::Fact {
            number: self.number,
            measure: self.measure.clone(),
            effective_date: Some(date_to_wire(self.effective_on)),
            value: self.value,
            dimensions: self.dimensions.iter().map(dimension).collect(),
            subject: self.subject.clone(),
            entry: format!("entries/{}", self.entry),
            reversal: self.reversal,
        }
    }
}

/// `FeedService`, alike in every service.
#[derive(Clone, Debug)]
pub struct Feed(Db);

impl Feed {
    /// The feed of this database.
    pub fn new(db: Db) -> Self {
        Self(db)
    }
}

#[tonic::async_trait]
impl pb::feed_service_server::FeedService for Feed {
    async fn list_measures(
        &self,
        request: Request<pb::ListMeasuresRequest>,
    ) -> Rpc<pb::ListMeasuresResponse> {
        rpc(&self.0, request, list_measures).await
    }

    async fn list_facts(
        &self,
        request: Request<pb::ListFactsRequest>,
    ) -> Rpc<pb::ListFactsResponse> {
        rpc(&self.0, request, list_facts).await
    }

    async fn get_head(&self, request: Request<pb::GetHeadRequest>) -> Rpc<pb::Position> {
        rpc(&self.0, request, get_head).await
    }
}

async fn list_measures(
    db: Db,
    ctx: Ctx,
    _request: pb::ListMeasuresRequest,
) -> Answer<pb::ListMeasuresResponse> {
    let measures = db.nouns.measures.iter().map(|it| pb::Measure {
        id: it.id.to_owned(),
        unit: it.unit.into(),
        kind: it.kind.into(),
        absence: it.absence.into(),
        dimensions: it.dimensions.iter().map(|it| (*it).to_owned()).collect(),
        definition_nb: it.definition[0].to_owned(),
        definition_nn: it.definition[1].to_owned(),
        definition_en: it.definition[2].to_owned(),
        source_clause: it.source_clause.to_owned(),
    });
    let measures = measures.collect();
    Seen::computed(&db, &ctx, pb::ListMeasuresResponse { measures })
}

async fn list_facts(
    db: Db,
    ctx: Ctx,
    request: pb::ListFactsRequest,
) -> Answer<pb::ListFactsResponse> {
    let after = request.after.map(Position::from);
    let page = Facts(db.clone()).page(after, request.page_size).await?;
    Seen::computed(&db, &ctx, page)
}

async fn get_head(db: Db, ctx: Ctx, _request: pb::GetHeadRequest) -> Answer<pb::Position> {
    let head = Facts(db.clone()).head().await?;
    Seen::computed(&db, &ctx, head.into())
}
