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
use host::{Host, Service, given, keep, sibling_at};
use platform::{Clock, Db, Nouns};
use sqlx::migrate::Migrator;
use tokio::sync::Semaphore;
use tonic::service::RoutesBuilder;
use tonic::transport::Endpoint;

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
    view: platform::view,
    measures: MEASURES,
    acts: acts::ACTS,
};

/// Knobs of this service's own, as they are given.
#[derive(Args, Clone, Debug)]
pub struct Flags {
    /// Address of grants, such as http://127.0.0.1:7401. Required.
    #[arg(long, env = "NOREC_GRANTS_ADDRESS")]
    grants_address: Option<String>,
    /// File with the token that this service calls its siblings with; read at every call. Required.
    #[arg(long, env = "NOREC_TOKEN_FILE")]
    token_file: Option<PathBuf>,
}

/// Checked [`Flags`].
#[derive(Clone, Debug)]
pub struct Knobs {
    /// Where grants serves.
    pub grants: Endpoint,
    /// File with the token that this service calls its siblings with.
    pub token_file: PathBuf,
}

impl Flags {
    fn check(self) -> Result<Knobs, Vec<String>> {
        let mut problems = Vec::new();
        let flag = "--grants-address";
        let grants = given(self.grants_address, flag, "NOREC_GRANTS_ADDRESS")
            .and_then(|it| sibling_at(&it).map_err(|right| format!("{flag} {it}: {right}")));
        let grants = keep(grants, &mut problems);
        let token_file = given(self.token_file, "--token-file", "NOREC_TOKEN_FILE");
        let token_file = keep(token_file, &mut problems);
        match (grants, token_file) {
            (Some(grants), Some(token_file)) => Ok(Knobs { grants, token_file }),
            _ => Err(problems),
        }
    }
}

/// The service, to run.
pub static SERVICE: Service<Flags, Knobs> = Service {
    nouns: &NOUNS,
    migrator: &MIGRATOR,
    serves: service::NAMES,
    check: Flags::check,
    start: |host: &Host, knobs: Knobs, routes: &mut RoutesBuilder| {
        let app = App {
            db: host.db.clone(),
            clock: host.clock,
            sources: Arc::new(feeds::Sources::new(host.db.clone(), knobs)),
            rendering: Arc::new(Semaphore::new(1)),
        };
        acts::start(&app, host);
        service::add(routes, app);
    },
};
