//! Grants: what Norec may give, to whom it promises it, and what it has paid.
//!
//! Nouns and their states:
//! - **Scheme edition** (tilskuddsordning): open → paused → open → closed. The rules that an award is
//!   made under (Hovedinstruks § 3.2).
//! - **Allocation line** (tildeling): entered → confirmed → reversal entered → reversed, or dropped
//!   before it was confirmed. What the ministry allots to a chapter, post and year, and what Norec
//!   itself sets aside of it (Hovedinstruks § 2, § 4.1).
//! - **Frame** (ramme): what lines, commitments and payments leave of a chapter, post and year. It
//!   has no state of its own; it is summed from what is registered.
//! - **Delegation** (budsjettdisponeringsmyndighet): in force from a day until it ends. Given in
//!   writing within the giver's own; what was given stands when the giver's own ends, until it is
//!   ended itself.
//! - **Agreement** (tilskuddsavtale): draft → awarded → signed → closed. What it commits (tilsagn)
//!   stands by chapter, post and year; a later year without an allotment is conditional. A
//!   correction of it waits for another person.
//! - **Disbursement** (utbetaling): requested → decided and attested, in either order → paid; or
//!   voided before (Hovedinstruks § 4.1, the cash principle).
//!
//! Decisions are pure functions in [`domain`]; why they refuse stands in the contract.

mod app;
pub mod domain;
mod handlers;
mod measures;
mod service;
mod store;
mod wire;

use host::{Host, NoKnobs, Service};
use platform::{Nouns, Schema};
use proto::access::v1::Role;
use proto::packages::GRANTS_V1;
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
    packages: &[&GRANTS_V1],
    schemas: &[&SCHEMA],
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
    ],
    exclusive: &[],
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
