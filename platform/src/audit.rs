//! `AuditService`, alike in every service: the journal's entries, of a subject, a case, a period or
//! the whole population.

use chrono::{DateTime, NaiveDate, Utc};
use proto::access::v1::Duty;
use proto::audit::v1 as pb;
use tonic::Request;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::journal::parse_time;
use crate::list::list;
use crate::name::NAME_LENGTH_MAX;
use crate::page::last_number;
use crate::rpc::{Rpc, rpc};
use crate::service::Nouns;
use crate::wire::{date_to_wire, time_to_wire};

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
    let row = sqlx::query_as!(
        Row,
        "select seq, recorded_at, method, subject, kind, version,
                    case_name, duty, actor, issuer, request_id,
                    effective_on, late_reason, late_rule, trace_id, after
               from platform.journal
              where seq = $1",
        seq,
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or_else(|| Error::not_found(&request.name))?;
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
    .map(|(name, time)| time.as_ref().map(|it| fields.take(name, parse_time(it))));

    list(
        &db,
        &ctx,
        &request,
        fields,
        async |connection, after, limit| {
            let after: i64 = last_number(after)?;
            let rows = sqlx::query_as!(
                Row,
                "select seq, recorded_at, method, subject, kind, version, case_name, duty, actor,
                        issuer, request_id, effective_on, late_reason, late_rule, trace_id, after
               from platform.journal
              where seq > $1
                and ($2 = '' or subject = $2)
                and ($3 = '' or case_name = $3)
                and ($4::timestamptz is null or recorded_at >= $4)
                and ($5::timestamptz is null or recorded_at < $5)
                and (not $6 or late_reason is not null)
              order by seq
              limit $7",
                after,
                subject,
                case,
                times[0],
                times[1],
                request.late_only,
                limit,
            )
            .fetch_all(connection)
            .await?;
            let entries = rows.into_iter().map(|row| row.into_wire(db.nouns, &ctx));
            entries.collect::<Result<Vec<_>>>()
        },
    )
    .await
}

fn parse_seq(name: &str) -> Result<i64, String> {
    name.strip_prefix("entries/")
        .and_then(|it| it.parse().ok())
        .ok_or_else(|| "a name like entries/4711".to_owned())
}

/// A journal entry as its table holds it.
struct Row {
    seq: i64,
    recorded_at: DateTime<Utc>,
    method: String,
    subject: String,
    kind: String,
    version: i64,
    case_name: Option<String>,
    duty: Option<String>,
    actor: String,
    issuer: String,
    request_id: Option<String>,
    effective_on: Option<NaiveDate>,
    late_reason: Option<String>,
    late_rule: Option<String>,
    trace_id: String,
    after: Vec<u8>,
}

impl Row {
    /// The entry, with the resource that it holds as the caller may see it.
    fn into_wire(self, nouns: &Nouns, ctx: &Ctx) -> Result<pb::Entry> {
        let duty = self.duty.map(|it| format!("DUTY_{}", it.to_uppercase()));
        let duty = duty
            .and_then(|it| Duty::from_str_name(&it))
            .unwrap_or_default();
        Ok(pb::Entry {
            name: format!("entries/{}", self.seq),
            record_time: Some(time_to_wire(self.recorded_at)),
            method: self.method,
            subject: self.subject,
            version: self.version,
            case: self.case_name.unwrap_or_default(),
            duty: duty.into(),
            actor: self.actor,
            issuer: self.issuer,
            request_id: self.request_id.unwrap_or_default(),
            effective_date: self.effective_on.map(date_to_wire),
            late_reason: self.late_reason.unwrap_or_default(),
            late_rule: self.late_rule.unwrap_or_default(),
            trace_id: self.trace_id,
            after: Some(prost_types::Any {
                type_url: format!("type.googleapis.com/{}", self.kind),
                value: nouns.view(&ctx.principal, &self.kind, self.after)?,
            }),
        })
    }
}
