//! The fact feed, read page by page; what [`crate::numbering`] has numbered.

use error::{Result, refused};
use proto::feed::v1 as pb;
use proto::{Dimensions, reason};
use sqlx::types::Json;
use tonic::Request;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::numbering::{self, Position, Row};
use crate::page::fitting;
use crate::rpc::{Rpc, rpc};

/// Facts of one page at the most.
pub const PAGE_FACTS_MAX: i32 = 1000;
const PAGE_FACTS_DEFAULT: i32 = 500;

/// The feed of one service's own database.
#[derive(Clone, Debug)]
pub struct Facts(Db);

impl Facts {
    /// The facts of this database.
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The position behind the last visible fact and entry, all of them numbered.
    pub async fn head(&self) -> Result<Position> {
        numbering::head(&self.0).await
    }

    /// Facts behind `after`, in number order, and the position behind them. Of the entries it is
    /// behind all that are numbered, as the head is: those of the page's facts are among them.
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
                      dimensions as "dimensions: Json<Dimensions>"
                 from platform.facts
                where number >= $1 and number <= $2
                order by number
                limit $3"#,
            after.number,
            head.number,
            i64::from(size) + 1,
        )
        .fetch_all(&mut *connection)
        .await?;
        self.0.give_back(connection);
        let mut rows = rows.into_iter().peekable();
        let at_after = rows.next_if(|it| it.number == after.number);
        let before = at_after.map_or_else(Vec::new, |it| it.digest);
        if before != after.digest || after.number > head.number {
            return Err(refused(reason::FactsDiverged {
                source: head.source,
                number: after.number,
            }));
        }
        let (digests, mut facts): (Vec<_>, Vec<_>) = rows
            .map(|mut it| (std::mem::take(&mut it.digest), it.into_wire()))
            .unzip();
        facts.truncate(fitting(&facts).min(usize::try_from(size).unwrap_or_default()));
        let last = facts.iter().zip(digests).next_back();
        let (number, digest) = last.map_or((after.number, after.digest), |(fact, digest)| {
            (fact.number, digest)
        });
        let head_number = head.number;
        let next = Position {
            number,
            digest,
            ..head
        };
        Ok(pb::ListFactsResponse {
            facts,
            head_number,
            next: Some(next.into()),
        })
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
        apart: it.apart.iter().map(|it| (*it).to_owned()).collect(),
        counts_persons: it.counts_persons,
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
