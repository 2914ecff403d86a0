//! What requests say, read into types and written back: texts, days, money, names, documents. [`Fields`]
//! collects every field that is wrong, so that the caller hears of all of them at once; what every noun
//! refuses alike of a step stands beside it.

mod fields;

mod document;
mod identity;
mod money;
mod name;
mod national;
mod post;
mod received;
mod step;
mod wire;

pub use document::DocumentRef;
pub use fields::{Effective, Fields, Invalid, REASON_LENGTH_MAX, Violation, YEARS, readable};
pub use identity::{identity, optional_identity};
pub use money::{NokSign, ORE_MAX, kroner};
pub use name::{NAME_LENGTH_MAX, build_name, parse_name};
pub use post::{PostKey, chapter_code, post_code};
pub use proto::{IntoValue, Value, Wrong};
pub use received::Received;
pub use step::{must_be, must_follow, named, spelled, wrong_state};
pub use wire::{date_to_wire, etag, must_match, nok, time_from_wire, time_to_wire};
