//! Governance: the agency's accounts as imported, and the figures and reports made of everyone's
//! facts. It edits no other service's truth, and no other service calls it.
//!
//! Nouns and their states:
//! - **Chart edition** (kontoplan), **accounts import** (imported → reversed) and its rows: the
//!   accounts are kept elsewhere; here they are read, with their control totals (§ 4.1).
//! - **Appropriation** (bevilgning; recorded → reversed): what the Storting decided.
//! - **Source** (followed ⇄ stopped): a service whose facts are followed; our own facts are one.
//! - **Cut-off** (closing → closed, cancelled): a place in every source at which figures are computed.
//! - **Indicator** (styringsparameter), **figure**, **restatement**: what is computed there (§ 3.5).
//! - **Report** (drafted → checked): tables and charts of a cut-off, as a document (§ 5.1).
//!
//! Decisions are pure functions in [`domain`]; what is refused, and why, stands in [`Refusal`].

mod acts;
pub mod domain;
mod feeds;
mod handlers;
mod measures;
mod refusal;
pub mod report;
mod service;
mod store;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use platform::{Clock, Db, Host, Nouns, Service};
use sqlx::migrate::Migrator;
use tokio::sync::Semaphore;
use tonic::service::RoutesBuilder;

pub use measures::MEASURES;
pub use refusal::Refusal;

/// What every handler has at hand.
#[derive(Clone, Debug)]
pub struct App {
    /// The service's database.
    pub db: Db,
    /// Where the present comes from.
    pub clock: Clock,
    /// The sources that are followed.
    pub sources: Arc<feeds::Sources>,
    /// Leave to lay out a document: each takes a core and much memory, so one is made at a time.
    pub rendering: Arc<Semaphore>,
}

/// The service's tables.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The service's nouns.
pub static NOUNS: Nouns = Nouns {
    service: "governance",
    view: wire::view,
    measures: MEASURES,
};

/// Knobs of this service's own.
#[derive(Args, Clone, Debug)]
pub struct Knobs {
    /// Address of grants, such as http://127.0.0.1:7401.
    #[arg(long, env = "NOREC_GRANTS_ADDRESS")]
    pub grants_address: String,
    /// File with the token that this service calls its siblings with; read at every call.
    #[arg(long, env = "NOREC_TOKEN_FILE")]
    pub token_file: PathBuf,
}

/// The service, to run.
pub static SERVICE: Service<Knobs> = Service {
    nouns: &NOUNS,
    migrator: &MIGRATOR,
    serves: service::NAMES,
    start: |host: &Host, knobs: Knobs, routes: &mut RoutesBuilder| {
        let sources = feeds::Sources::new(host.db.clone(), &knobs)?;
        let app = App {
            db: host.db.clone(),
            clock: host.clock,
            sources: Arc::new(sources),
            rendering: Arc::new(Semaphore::new(1)),
        };
        acts::start(&app, host);
        service::add(routes, app);
        Ok(())
    },
};
