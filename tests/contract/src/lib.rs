//! A host of the tests' own. It spends money on pledges, which are as unlike an agreement as the seam
//! of [`spending`] allows: they pay as soon as they are awarded, are paid by parts, are prepared by
//! recruitment advisers, and one of them can take the place of another by one write. What holds of spending here and
//! in grants holds wherever it is hosted.

mod app;
mod compiled;
mod contest;
mod dossiers;
mod handlers;
mod measures;
mod pledge;
mod rules;
mod service;
mod spends;
mod store;
mod visitors;
mod wire;
mod wishes;

use host::{Host, NoKnobs, Service};
use platform::{Hides, Nouns, Recorded, Schema, Viewer};
use prost::Name;
use proto::access::v1::Role;
use proto::packages::SPENDING_V1;
use tonic::service::RoutesBuilder;

use compiled::packages::TESTING_V1;

pub use measures::DOSSIERS;

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
        Role::Evaluator,
        Role::Portal,
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
    exclusive: &[Role::Evaluator],
    hides: Some(&HIDES),
    rules: &[spending::RULES, rules::RULES, privacy::RULES],
    measures: measures::MEASURES,
    acts: &[],
};

/// What not everybody may know of here.
static HIDES: Hides = Hides {
    collections: &["dossiers", "wishes"],
    may_see,
};

fn may_see(viewer: &Viewer<'_>, root: Recorded<'_>, it: Recorded<'_>) -> bool {
    match root.kind {
        kind if kind == testing::v1::Dossier::full_name() => dossiers::may_see(viewer, root, it),
        kind if kind == testing::v1::Wish::full_name() => wishes::may_see(viewer, root, it),
        _ => false,
    }
}

/// The host, to run.
pub static SERVICE: Service<NoKnobs> = Service {
    nouns: &NOUNS,
    check: Ok,
    start: |host: &Host, _knobs: NoKnobs, routes: &mut RoutesBuilder| {
        service::add(routes, host.db.clone());
    },
};
