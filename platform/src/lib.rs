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

mod calendar;
mod limits;
mod patience;

mod ctx;
mod error;
mod fact;
mod service;
mod step;

mod document;
mod fields;
mod identity;
mod money;
mod name;
mod page;
mod post;
mod wire;

mod db;
mod tx;

mod duty;
mod once;
mod record;

mod answer;
mod journal;
mod list;
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

pub use access::Access;
pub use answer::{Answer, Seen};
pub use audit::Audit;
pub use calendar::{Clock, oslo_date};
pub use ctx::Ctx;
pub use db::{CONNECTIONS_MAX, Db};
pub use digest::{entry_link, next_digest, next_entry_digest};
pub use document::DocumentRef;
pub use error::{Error, Result, in_one_line, refuse, refused};
pub use fact::{Dimensions, Fact, Measure};
pub use feed::{Facts, Feed, PAGE_FACTS_MAX};
pub use fields::{Effective, Fields, REASON_LENGTH_MAX, YEARS, readable};
pub use follow::{Numbered, chain};
pub use front::Front;
pub use gate::Gate;
pub use identity::{identity, optional_identity};
pub use journal::{get, recorded};
pub use limits::READ_TIME_AGE_SECONDS_MIN;
pub use list::list;
pub use money::{NokSign, ORE_MAX, kroner};
pub use name::{NAME_LENGTH_MAX, build_name, parse_name};
pub use numbering::{NUMBERED_AT_ONCE, Position};
pub use once::{Act, act, once, once_in};
pub use page::{Page, PageRequest, last_number};
pub use patience::Patience;
pub use post::{PostKey, chapter_code, post_code};
pub use proto::{IntoValue, List, Refused, Value, Word, Wrong, field_reason, reason};
pub use rpc::{MESSAGE_BYTES_MAX, Rpc, rpc};
pub use schema::{migrate, misfit, renew_source};
pub use service::{Nouns, Schema};
pub use sessions::Lent;
pub use step::{must_be, must_follow, spelled, wrong_state};
pub use token::{
    FieldProblem, IssuerFileError, Issuers, JsonFault, KeyFault, KeySet, KeySetError,
    KeysFileError, KeysNotLoaded, Kind, LocalClaims, LocalIssuer, LocalIssuerError, Principal,
    Reject,
};
pub use tx::Tx;
pub use wire::{date_to_wire, etag, must_match, nok, time_to_wire};
pub use wording::Locale;
