//! Governance: the agency's accounts as imported, and the figures and reports made of everyone's
//! facts. It edits no other service's truth, and no other service calls it.
//!
//! Nouns and their states:
//! - **Chart edition** (kontoplan), **accounts import** (imported → reversed) and its rows: the
//!   accounts are kept elsewhere; here they are read, with their control totals (§ 4.1).
//! - **Appropriation** (bevilgning; recorded → reversed): what the Storting decided.
//!
//! Decisions are pure functions in [`domain`]; what is refused, and why, stands in [`Refusal`].

pub mod domain;
mod handlers;
mod measures;
mod refusal;
mod service;
mod store;
mod wire;

use platform::{Db, Host, NoKnobs, Nouns, Service};
use sqlx::migrate::Migrator;
use tonic::service::RoutesBuilder;

pub use measures::MEASURES;
pub use refusal::Refusal;

/// What every handler has at hand.
#[derive(Clone, Debug)]
pub struct App {
    /// The service's database.
    pub db: Db,
}

/// The service's tables.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The service's nouns.
pub static NOUNS: Nouns = Nouns {
    service: "governance",
    view: wire::view,
    measures: MEASURES,
};

/// The service, to run.
pub static SERVICE: Service<NoKnobs> = Service {
    nouns: &NOUNS,
    migrator: &MIGRATOR,
    serves: service::NAMES,
    start: |host: &Host, _knobs: NoKnobs, routes: &mut RoutesBuilder| {
        service::add(
            routes,
            App {
                db: host.db.clone(),
            },
        );
        Ok(())
    },
};
