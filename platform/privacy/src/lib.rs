//! What a service knows of a person, how it is forgotten, and when: `norec.privacy.v1`, served by every
//! service alike.
//!
//! - **Erasure** (entered → confirmed): by two people, at once, of all instants.
//! - **Hold** (held → ended): what must not be forgotten yet.
//! - **Retention**: what is due by its rule is emptied each night, or when it is asked for.
//!
//! Decisions are pure functions in `erasure`, `hold` and `retention`; every statement is in `store`.

mod app;
mod erasure;
mod handlers;
mod hold;
mod measure;
mod nightly;
mod retention;
mod rules;
mod runs;
mod service;
mod store;
mod wire;

pub use self::rules::RULES;
pub use app::Privacy;
pub use measure::erased_persons;
pub use nightly::keep_nightly;
