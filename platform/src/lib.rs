//! The common ground of the services. A service is written with three verbs:
//!
//! - [`rpc`]: a request becomes a handler in a task of its own, which ends even when the caller
//!   hangs up;
//! - [`once`]: a write happens once: key, work, journal and commit in one transaction;
//! - [`Tx::record`]: the write's trace: journal entry, facts and the key's answer in one statement.
//!
//! Modules in reading order. No noun of the business appears here, save the roles and the nouns of
//! `norec.common.v1`.

mod ctx;
mod error;
mod fields;
mod money;
mod name;
mod page;
mod wire;

mod db;
mod duty;
mod journal;
mod once;
mod record;
mod schema;
mod view;

mod feed;
mod follow;

mod access;
mod audit;
mod front;
mod rpc;

pub use access::Access;
pub use audit::Audit;
pub use ctx::{Clock, Ctx, Locale, oslo_date};
pub use db::{CONNECTIONS_MAX, Db, Nouns, Tx, View};
pub use error::{Error, Refused, Result, in_one_line, refuse, refused};
pub use feed::{Facts, Feed, NUMBERED_AT_ONCE, PAGE_FACTS_MAX, Position, next_digest};
pub use fields::{Effective, Fields, REASON_LENGTH_MAX};
pub use follow::{Numbered, chain};
pub use front::{Front, Gate};
pub use journal::{READ_TIME_AGE_SECONDS_MIN, get};
pub use money::{NokSign, kroner};
pub use name::{build_name, parse_name};
pub use once::{Act, act, once};
pub use page::{Page, PageRequest};
pub use record::{Fact, Measure};
pub use rpc::{MESSAGE_BYTES_MAX, Rpc, rpc};
pub use schema::{migrate, misfit, renew_source};
pub use token::{
    FieldProblem, IssuerFileError, Issuers, JsonFault, KeyFault, KeySet, KeySetError,
    KeysFileError, KeysNotLoaded, Kind, LocalClaims, LocalIssuer, LocalIssuerError, Principal,
    Reject,
};
pub use view::view;
pub use wire::{DocumentRef, PostKey, date_to_wire, etag, must_match, nok, time_to_wire};
