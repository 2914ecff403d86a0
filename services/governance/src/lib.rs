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
//! Decisions are pure functions in [`domain`]; why they refuse stands in the contract.

mod acts;
mod app;
pub mod domain;
mod feeds;
mod handlers;
mod knobs;
mod measures;
mod report;
mod service;
mod store;
mod wire;

use std::sync::Arc;

use host::{Host, Service};
use platform::{Nouns, Schema};
use proto::access::v1::Role;
use proto::packages::GOVERNANCE_V1;
use tokio::sync::Semaphore;
use tonic::service::RoutesBuilder;

pub use app::App;
pub use knobs::{Flags, Knobs};
pub use measures::MEASURES;

/// The service's own tables.
static SCHEMA: Schema = Schema {
    name: "public",
    migrator: sqlx::migrate!(),
};

/// The service's nouns.
pub static NOUNS: Nouns = Nouns {
    service: "governance",
    packages: &[&GOVERNANCE_V1],
    schemas: &[&SCHEMA],
    roles: &[
        Role::Director,
        Role::SectionHead,
        Role::Controller,
        Role::FinanceSystem,
        Role::Registrar,
        Role::Auditor,
        Role::Follower,
        Role::Operator,
        Role::DataProtectionOfficer,
    ],
    exclusive: &[],
    hides: None,
    rules: &[privacy::RULES],
    measures: MEASURES,
    acts: acts::ACTS,
};

/// The service, to run.
pub static SERVICE: Service<Flags, Knobs> = Service {
    nouns: &NOUNS,
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
