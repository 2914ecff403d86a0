//! A host of the tests' own. It spends money on pledges, which are as unlike an agreement as the seam
//! of [`spending`] allows: they pay as soon as they are awarded, are paid by parts, are prepared by
//! recruitment advisers, and one of them can take the place of another by one write. What holds of spending here and
//! in grants holds wherever it is hosted.

mod app;
mod compiled;
mod handlers;
mod measures;
mod pledge;
mod service;
mod spends;
mod store;
mod visitors;
mod wire;

use host::{Host, NoKnobs, Service};
use platform::{Nouns, Schema};
use proto::access::v1::Role;
use proto::packages::SPENDING_V1;
use tonic::service::RoutesBuilder;

use compiled::packages::TESTING_V1;

pub use compiled::{DESCRIPTORS, packages, reason, testing};

/// The host's own table.
static SCHEMA: Schema = Schema {
    name: "public",
    migrator: sqlx::migrate!(),
};

/// The host's nouns.
pub static NOUNS: Nouns = Nouns {
    service: "contract",
    packages: &[&SPENDING_V1, &TESTING_V1],
    schemas: &[&spending::SCHEMA, &SCHEMA],
    roles: &[
        Role::Director,
        Role::SectionHead,
        Role::Attester,
        Role::RecruitmentAdviser,
        Role::Controller,
        Role::FinanceSystem,
        Role::Registrar,
        Role::Auditor,
        Role::Follower,
        Role::DataProtectionOfficer,
        Role::EvaluationDirector,
        Role::Evaluator,
    ],
    exclusive: &[],
    measures: measures::MEASURES,
    acts: &[],
};

/// The host, to run.
pub static SERVICE: Service<NoKnobs> = Service {
    nouns: &NOUNS,
    check: Ok,
    start: |host: &Host, _knobs: NoKnobs, routes: &mut RoutesBuilder| {
        service::add(routes, host.db.clone());
    },
};
