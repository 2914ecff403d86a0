//! A journal entry between its table and the wire.

use chrono::{DateTime, NaiveDate, Utc};
use error::Result;
use fields::{date_to_wire, time_to_wire};
use proto::access::v1::Duty;
use proto::audit::v1 as pb;

use crate::ctx::Ctx;
use crate::digest::entry_link;
use crate::hides::Recorded;
use crate::may_see::Version;
use crate::service::Nouns;

/// An entry as its table holds it, with the digests that the database makes of what not every caller
/// is shown.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) method: String,
    pub(crate) subject: String,
    pub(crate) kind: String,
    pub(crate) version: i64,
    pub(crate) case_name: Option<String>,
    pub(crate) duty: Option<String>,
    pub(crate) actor: String,
    pub(crate) issuer: String,
    pub(crate) request_id: Option<String>,
    pub(crate) effective_on: Option<NaiveDate>,
    pub(crate) late_reason: Option<String>,
    pub(crate) late_rule: Option<String>,
    pub(crate) trace_id: String,
    pub(crate) acting_for: Option<String>,
    pub(crate) after: Vec<u8>,
    pub(crate) number: Option<i64>,
    pub(crate) digest: Option<Vec<u8>>,
    pub(crate) after_digest: Vec<u8>,
    pub(crate) late_reason_digest: Option<Vec<u8>>,
}

/// A query of entries, by the parameter of the kinds of which what is personal is filled in, and by what
/// stands behind their columns.
macro_rules! entries {
    ($shown:literal, $behind:literal $($arguments:tt)*) => {
        sqlx::query_as!(
            $crate::entry::Row,
            r#"select seq, recorded_at, method, subject, kind, version, case_name, duty, actor, issuer,
                      request_id, effective_on, late_reason, late_rule, trace_id, acting_for,
                      after || coalesce(part.data, '') as "after!", number, digest,
                      sha256(after) as "after_digest!",
                      sha256(convert_to(late_reason, 'UTF8')) as late_reason_digest
                 from platform.journal j
                 left join lateral (
                          select v.data
                            from platform.vault v
                           where j.kind = any("#
                + $shown
                + r#") and v.resource = j.subject and v.version <= j.version
                           order by v.version desc
                           limit 1) part on true "#
                + $behind
            $($arguments)*
        )
    };
}
pub(crate) use entries;

impl Row {
    /// What every caller is shown, which is what the entry's link is over.
    pub(crate) fn linked(&self) -> pb::Entry {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let duty = self.duty.as_ref();
        let duty = duty.and_then(|it| Duty::from_str_name(&format!("DUTY_{}", it.to_uppercase())));
        pb::Entry {
            name: format!("entries/{}", self.seq),
            record_time: Some(time_to_wire(self.recorded_at)),
            method: self.method.clone(),
            subject: self.subject.clone(),
            version: self.version,
            case: text(&self.case_name),
            duty: duty.unwrap_or_default().into(),
            actor: self.actor.clone(),
            issuer: self.issuer.clone(),
            request_id: text(&self.request_id),
            effective_date: self.effective_on.map(date_to_wire),
            late_rule: text(&self.late_rule),
            trace_id: self.trace_id.clone(),
            acting_for: text(&self.acting_for),
            kind: self.kind.clone(),
            after_digest: self.after_digest.clone(),
            late_reason_digest: self.late_reason_digest.clone().unwrap_or_default(),
            ..Default::default()
        }
    }

    /// The resource that it holds, as who may know of it is judged.
    pub(crate) fn version(&self) -> Version<'_> {
        Version {
            name: &self.subject,
            it: Recorded {
                kind: &self.kind,
                after: &self.after,
            },
            is_last: false,
        }
    }

    /// What the entry is listed by: its number, which everybody knows of, or its place in the journal.
    pub(crate) fn key(&self, is_numbered: bool) -> String {
        let key = if is_numbered { self.number } else { None };
        key.unwrap_or(self.seq).to_string()
    }

    /// What is told of the entry of a resource that the caller may not know of.
    pub(crate) fn into_bare(self) -> pb::Entry {
        pb::Entry {
            number: self.number.unwrap_or_default(),
            link: entry_link(&self.linked()),
            digest: self.digest.unwrap_or_default(),
            ..Default::default()
        }
    }

    /// The entry, with the resource that it holds as the caller may see it.
    pub(crate) fn into_wire(self, nouns: &Nouns, ctx: &Ctx) -> Result<pb::Entry> {
        let linked = self.linked();
        let link = self.number.map(|_| entry_link(&linked));
        Ok(pb::Entry {
            late_reason: self.late_reason.unwrap_or_default(),
            number: self.number.unwrap_or_default(),
            link: link.unwrap_or_default(),
            digest: self.digest.unwrap_or_default(),
            after: Some(prost_types::Any {
                type_url: format!("type.googleapis.com/{}", self.kind),
                value: nouns.view(&ctx.principal, &self.kind, self.after)?,
            }),
            ..linked
        })
    }
}
