//! The common ground of the services. A service is written with three verbs:
//!
//! - [`rpc`]: a request becomes a handler's work; a write is a task of its own, which ends even when
//!   the caller hangs up; [`service!`] is a table of them;
//! - [`once`], or [`once_in`] its cases: a write happens once: key, work, journal and commit in one
//!   transaction;
//! - [`Tx::record`]: the write's trace: journal entry, facts and the key's answer in one statement.
//!
//! and answered by [`once`], [`get`] and [`list`], past whose view nothing leaves ([`Answer`]).
//!
//! Modules in reading order. No noun of the business appears here, save the roles and the nouns of
//! `norec.common.v1`.

mod limits;
mod patience;

mod ctx;
mod fact;
mod hides;
mod service;

mod page;

mod db;
mod tx;

mod duty;
mod once;
mod record;
mod rules;

mod answer;
mod journal;
mod list;
mod may_see;
mod vault;
mod view;

mod digest;
mod entry;
mod feed;
mod follow;
mod numbering;
mod schema;

mod access;
mod audit;
mod front;
mod gate;
mod line;
mod room;
mod rpc;
mod unary;

pub use self::rules::{InForce, LATE_REGISTRATION, rules_on};
pub use access::Access;
pub use answer::{Answer, Seen};
pub use audit::Audit;
pub use calendar::{
    Clock, Roll, age_on, closes_at, is_holiday, is_working_day, months_after, oslo_date,
    weeks_after, working_days_after,
};
pub use ctx::Ctx;
pub use db::{CONNECTIONS_MAX, Db};
pub use digest::{entry_link, next_digest, next_entry_digest};
pub use error::{Error, Result, in_one_line, refuse, refused};
pub use fact::{Dimensions, Fact, Measure};
pub use feed::{Facts, Feed, PAGE_FACTS_MAX};
pub use fields::{
    DocumentRef, Effective, Fields, Invalid, NAME_LENGTH_MAX, NokSign, ORE_MAX, PostKey,
    REASON_LENGTH_MAX, Received, YEARS, build_name, chapter_code, date_to_wire, etag, identity,
    kroner, must_be, must_follow, must_match, nok, optional_identity, parse_name, post_code,
    readable, resource_name, spelled, time_from_wire, time_to_wire, wrong_state,
};
pub use follow::{Numbered, chain};
pub use front::Front;
pub use gate::Gate;
pub use hides::{Hides, MaySee, Recorded, Viewer};
pub use journal::{get, recorded};
pub use limits::READ_TIME_AGE_SECONDS_MIN;
pub use list::list;
pub use numbering::{NUMBERED_AT_ONCE, Position};
pub use once::{Act, act, once, once_in};
pub use page::{Page, PageRequest, last_number};
pub use patience::Patience;
pub use proto::{IntoValue, List, PersonalData, Refused, Value, Word, Wrong, field_reason, reason};
pub use rpc::{MESSAGE_BYTES_MAX, Rpc, rpc};
pub use schema::{migrate, misfit, renew_source};
pub use service::{Nouns, Schema};
pub use sessions::Lent;
pub use token::{
    FieldProblem, IssuerFileError, Issuers, JsonFault, KeyFault, KeySet, KeySetError,
    KeysFileError, KeysNotLoaded, Kind, LocalClaims, LocalIssuer, LocalIssuerError, Principal,
    Reject,
};
pub use tx::Tx;
pub use wording::Locale;
