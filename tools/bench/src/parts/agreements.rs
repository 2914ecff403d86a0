//! grants with signed agreements, of every side; and bare tonic that answers one of them.

use anyhow::Result;
use cluster::ServiceDatabase;
use prost::Message;
use proto::grants::v1 as pb;

use crate::process::Program;
use crate::suite::{Commits, Side, Suite, begin};
use crate::world::sign_agreements;

/// Agreements that are read or paid of.
pub(crate) const AGREEMENTS: usize = 200;

/// A side's grants.
pub(crate) struct Grants {
    pub(crate) side: Side,
    pub(crate) program: Program,
    pub(crate) database: ServiceDatabase,
}

/// Every side's grants, on one cluster; programs end before it.
pub(crate) struct Stage {
    pub(crate) grants: Vec<Grants>,
    pub(crate) suite: Suite,
}

impl Stage {
    pub(crate) async fn set(part: &str, sides: &[Side]) -> Result<Self> {
        begin(part, "agreements are signed");
        let suite = Suite::start(Commits::Durable)?;
        let mut grants = Vec::new();
        for side in sides {
            let database = suite.database(side, "grants")?;
            let program = suite.grants(side, &database)?;
            sign_agreements(&suite, &program, AGREEMENTS).await?;
            suite.sql(&format!("grants_{}", side.name), "vacuum analyze")?;
            let side = side.clone();
            grants.push(Grants {
                side,
                program,
                database,
            });
        }
        suite.sql("postgres", "checkpoint")?;
        Ok(Self { grants, suite })
    }

    /// Bare tonic that answers what ours answers.
    pub(crate) async fn bare(&self, ours: &Grants) -> Result<Program> {
        let officers = self.suite.officers(&ours.program, 1)?;
        let mut stored = Vec::new();
        for officer in officers {
            stored = officer.must(get(0)).await?.encode_to_vec();
        }
        let file = self.suite.folder.join("agreement.bin");
        std::fs::write(&file, stored)?;
        self.suite.bare(&file)
    }
}

/// The reading of one of them.
pub(crate) fn get(number: usize) -> pb::GetAgreementRequest {
    pb::GetAgreementRequest {
        name: name(number),
        ..Default::default()
    }
}

/// The name of one of them.
pub(crate) fn name(number: usize) -> String {
    format!("agreements/b-{}", number % AGREEMENTS + 1)
}

/// Places in the order in which they are measured this time: every second time backwards.
pub(crate) fn in_turn(count: usize, round: usize) -> Vec<usize> {
    let forward = 0..count;
    match round.is_multiple_of(2) {
        true => forward.collect(),
        false => forward.rev().collect(),
    }
}
