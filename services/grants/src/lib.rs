//! Grants: what Norec may give, to whom it promises it, and what it has paid.
//!
//! Nouns and their states:
//! - **Scheme edition** (tilskuddsordning): open → paused → open → closed. The rules that an award is
//!   made under (Hovedinstruks § 3.2).
//! - **Agreement** (tilskuddsavtale): draft → awarded → signed → closed; a draft may be dropped, an award
//!   cancelled. An amendment of its promise, and a correction of it, wait for another person.
//!
//! It hosts [`spending`]: allocation lines, frames, delegations, commitments and payments, with its
//! agreements as the parents (`spends.rs`).
//!
//! Decisions are pure functions in [`domain`]; why they refuse stands in the contract.

mod app;
pub mod domain;
mod handlers;
mod measures;
mod service;
mod spends;
mod store;
mod wire;

use host::{Host, NoKnobs, Service};
use platform::{Nouns, Schema};
use proto::access::v1::Role;
use proto::packages::{GRANTS_V1, SPENDING_V1};
use tonic::service::RoutesBuilder;

pub use app::App;
pub use measures::MEASURES;

/// The service's own tables.
static SCHEMA: Schema = Schema {
    name: "public",
    migrator: sqlx::migrate!(),
};

/// The service's nouns.
pub static NOUNS: Nouns = Nouns {
    service: "grants",
    packages: &[&SPENDING_V1, &GRANTS_V1],
    schemas: &[&spending::SCHEMA, &SCHEMA],
    roles: &[
        Role::Director,
        Role::SectionHead,
        Role::Attester,
        Role::CaseOfficer,
        Role::Controller,
        Role::FinanceSystem,
        Role::Registrar,
        Role::Auditor,
        Role::Follower,
        Role::DataProtectionOfficer,
    ],
    exclusive: &[],
    hides: None,
    rules: &[spending::RULES, privacy::RULES],
    measures: MEASURES,
    acts: &[],
};

/// The service, to run.
pub static SERVICE: Service<NoKnobs> = Service {
    nouns: &NOUNS,
    check: Ok,
    start: |host: &Host, _knobs: NoKnobs, routes: &mut RoutesBuilder| {
        let db = host.db.clone();
        service::add(routes, App { db });
    },
};
