//! `AuditService`, alike in every service: the journal's entries, of a subject, a case, a period or
//! the whole population.

use chrono::{DateTime, Utc};
use error::{Error, Result};
use fields::{Fields, NAME_LENGTH_MAX, time_from_wire};
use proto::audit::v1 as pb;
use proto::field_reason;
use sqlx::PgConnection;
use tonic::Request;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::entry::{Row, entries};
use crate::hides::Viewer;
use crate::list::{Found, Reading};
use crate::page::{PageRequest, last_number};
use crate::rpc::{Rpc, rpc};

/// The journal of one service's database.
#[derive(Clone, Debug)]
pub struct Audit(Db);

impl Audit {
    /// The journal of this database.
    pub fn new(db: Db) -> Self {
        Self(db)
    }
}

#[tonic::async_trait]
impl pb::audit_service_server::AuditService for Audit {
    async fn get_entry(&self, request: Request<pb::GetEntryRequest>) -> Rpc<pb::Entry> {
        rpc(&self.0, request, get_entry).await
    }

    async fn list_entries(
        &self,
        request: Request<pb::ListEntriesRequest>,
    ) -> Rpc<pb::ListEntriesResponse> {
        rpc(&self.0, request, list_entries).await
    }
}

async fn get_entry(db: Db, ctx: Ctx, request: pb::GetEntryRequest) -> Answer<pb::Entry> {
    let mut fields = Fields::default();
    let seq = fields.take("name", parse_seq(&request.name));
    fields.check()?;

    let mut connection = db.read().await?;
    let shown = db.nouns.shown_kinds(&ctx.principal);
    let row = entries!("$2", "where seq = $1", seq, &shown)
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(|| Error::not_found(&request.name))?;
    let viewer = Viewer::from(&ctx);
    let known = [row.version()];
    let known = db.nouns.are_known(&mut connection, &viewer, &known);
    if known.await? != [true] {
        return Err(Error::not_found(&request.name));
    }
    let entry = row.into_wire(db.nouns, &ctx)?;
    Seen::by(db.nouns, &ctx.principal, entry)
}

async fn list_entries(
    db: Db,
    ctx: Ctx,
    request: pb::ListEntriesRequest,
) -> Answer<pb::ListEntriesResponse> {
    let mut fields = Fields::default();
    let subject = fields.optional_text("subject", &request.subject, NAME_LENGTH_MAX);
    let case = fields.optional_text("case", &request.case, NAME_LENGTH_MAX);
    let times = [
        ("from_time", &request.from_time),
        ("to_time", &request.to_time),
    ]
    .map(|(name, time)| {
        time.as_ref()
            .map(|it| fields.take(name, time_from_wire(it)))
    });
    if request.after_number.is_some_and(|it| it < 0) {
        fields.refuse("after_number", field_reason::Negative);
    }
    let filter = Filter {
        subject,
        case,
        times,
        late_only: request.late_only,
        shown: db.nouns.shown_kinds(&ctx.principal),
    };

    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let viewer = Viewer::from(&ctx);
    let mut connection = db.read().await?;
    let is_numbered = request.after_number.is_some();
    let mut reading = Reading::of(page);
    while let Some((after, limit)) = reading.next() {
        let after = last_number::<i64>(&after)?;
        let rows = match request.after_number {
            Some(number) => {
                filter
                    .numbered(&mut connection, number.max(after), limit)
                    .await?
            }
            None => filter.recorded(&mut connection, after, limit).await?,
        };
        let versions: Vec<_> = rows.iter().map(Row::version).collect();
        let known = db
            .nouns
            .are_known(&mut connection, &viewer, &versions)
            .await?;
        let found = rows.into_iter().zip(known).map(|(row, is_known)| {
            Ok(Found {
                key: row.key(is_numbered),
                row: match is_known {
                    true => Some(row.into_wire(db.nouns, &ctx)?),
                    // With a filter it would tell of what it is.
                    false if is_numbered && filter.is_empty() => Some(row.into_bare()),
                    false => None,
                },
            })
        });
        reading.take(found.collect::<Result<_>>()?);
    }
    let page = reading.page();
    db.give_back(connection);
    let seen = page.rows.into_iter();
    let seen = seen.map(|it| Seen::by(db.nouns, &ctx.principal, it).map(Seen::into_reply));
    let entries = seen.collect::<Result<_>>()?;
    Ok(Seen::page(pb::ListEntriesResponse {
        entries,
        next_page_token: page.next_page_token,
    }))
}

/// Which entries are asked for; everything that is given must hold.
struct Filter {
    subject: String,
    case: String,
    /// The first instant, and the one behind the last.
    times: [Option<DateTime<Utc>>; 2],
    late_only: bool,
    /// The kinds of which the caller is shown what is personal.
    shown: Vec<String>,
}

impl Filter {
    /// Whether all entries are asked for.
    fn is_empty(&self) -> bool {
        let texts = [&self.subject, &self.case];
        texts.iter().all(|it| it.is_empty()) && self.times == [None; 2] && !self.late_only
    }

    /// Entries behind one, as they were recorded.
    async fn recorded(&self, db: &mut PgConnection, after: i64, limit: i64) -> Result<Vec<Row>> {
        let rows = entries!(
            "$8",
            "where seq > $1
                  and ($2 = '' or subject = $2)
                  and ($3 = '' or case_name = $3)
                  and ($4::timestamptz is null or recorded_at >= $4)
                  and ($5::timestamptz is null or recorded_at < $5)
                  and (not $6 or late_reason is not null)
                order by seq
                limit $7",
            after,
            self.subject,
            self.case,
            self.times[0],
            self.times[1],
            self.late_only,
            limit,
            &self.shown,
        )
        .fetch_all(db)
        .await?;
        Ok(rows)
    }

    /// Entries behind a number.
    async fn numbered(&self, db: &mut PgConnection, number: i64, limit: i64) -> Result<Vec<Row>> {
        let rows = entries!(
            "$8",
            "where number > $1
                  and ($2 = '' or subject = $2)
                  and ($3 = '' or case_name = $3)
                  and ($4::timestamptz is null or recorded_at >= $4)
                  and ($5::timestamptz is null or recorded_at < $5)
                  and (not $6 or late_reason is not null)
                order by number
                limit $7",
            number,
            self.subject,
            self.case,
            self.times[0],
            self.times[1],
            self.late_only,
            limit,
            &self.shown,
        )
        .fetch_all(db)
        .await?;
        Ok(rows)
    }
}

fn parse_seq(name: &str) -> Result<i64, field_reason::EntryName> {
    name.strip_prefix("entries/")
        .and_then(|it| it.parse().ok())
        .ok_or(field_reason::EntryName)
}
