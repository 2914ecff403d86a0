//! What befalls the two services: restarts, restores, repairs.

use platform::Clock;
use proto::access::v1::Role;
use proto::governance::v1 as pb;
use testkit::{Database, Kit, id};

use super::{Pair, pause};
use crate::served;

impl Pair {
    /// Another governance service on this database, as a second replica is, or one after a restart.
    pub(crate) async fn replica(&self, database: Database) -> Kit {
        let knobs = served::knobs(&served::address(&self.grants), self.token_file.clone());
        testkit::serve_from(&governance::SERVICE, knobs, Clock::System, database).await
    }

    /// Ends governance, and starts it again from its database.
    pub(crate) async fn restart_governance(&mut self) {
        self.governance.quiet().await;
        self.governance = self.replica(self.governance.database.clone()).await;
        self.kaia = self.governance.person("kaia", &[Role::Controller]);
    }

    /// Gives grants' database another identity, at which its follower stops; answers the former.
    pub(crate) async fn replace_grants(&self, identity: &str) -> String {
        let mut owner = self.grants.owner().await;
        sqlx::query_scalar(
            "update platform.feed new set source = $1 from platform.feed old returning old.source",
        )
        .bind(identity)
        .fetch_one(&mut owner)
        .await
        .unwrap()
    }

    /// Follows grants again after repair.
    pub(crate) async fn resume_grants(&self) -> pb::Source {
        let request = pb::ResumeSourceRequest {
            name: "sources/grants".into(),
            reason: "Kilden er tilbake".into(),
            request_id: id(),
            ..Default::default()
        };
        self.kaia.must(request).await
    }

    /// Waits until governance has so many editions of a measure.
    pub(crate) async fn until_editions(&self, measure: &str, count: i64) {
        let mut owner = self.governance.owner().await;
        for _ in 0..600 {
            let editions: i64 = sqlx::query_scalar("select count(*) from measures where id = $1")
                .bind(measure)
                .fetch_one(&mut owner)
                .await
                .unwrap();
            if editions == count {
                return;
            }
            pause().await;
        }
        panic!("{measure} has not {count} editions");
    }
}
