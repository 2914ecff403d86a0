//! What tests are made of: a private cluster per test process, a database per test, the service
//! served on a loopback socket behind its real layer, and callers with real tokens.
//!
//! A test connects as the app role, as the service does; [`Kit::owner`] is for what only an owner
//! can do, such as damaging a row.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up fails"
)]

mod actor;
mod database;
mod fuzz;
pub mod grants;
mod issuer;
mod journalled;
mod messages;
mod outcomes;
mod program;
pub mod reflection;
mod refusal;
pub mod spending;
mod wire;

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use clap::Args;
use host::{Health, Host, Limits, Listening, Service, Watch, assemble, serve};
use platform::{Clock, Db, Kind};
use proto::access::v1::Role;
use proto::feed::v1::{Fact, ListFactsRequest};
use sqlx::PgConnection;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::Channel;

pub use actor::{Actor, id};
pub use database::{Database, process_cluster};
pub use fuzz::{Fuzz, given};
pub use issuer::{AUDIENCE, ISSUER, OTHER_ISSUER, token, token_without_keys};
pub use messages::{date, day, document, kroner, letter, ore, post};
pub use program::{Ended, Program, run_program};
pub use refusal::Refusal;
pub use wire::Wire;

/// A served service with a database of its own.
#[derive(Debug)]
pub struct Kit {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it was started with.
    pub host: Host,
    /// Its database.
    pub database: Database,
    /// What its health service says.
    pub health: Health,
    channel: Channel,
    stop_serving: CancellationToken,
    serving: Option<JoinHandle<bool>>,
}

/// Starts a service at the present.
pub async fn start<F: Args, K: Send>(service: &'static Service<F, K>, knobs: K) -> Kit {
    start_at(service, knobs, Clock::System).await
}

/// Noon of a day in Norway's winter.
pub fn noon(day: &str) -> Clock {
    Clock::Fixed(format!("{day}T11:00:00Z").parse().unwrap())
}

/// Starts a service at an instant, such as `2025-03-03T10:00:00Z`.
pub async fn start_on<F: Args, K: Send>(
    service: &'static Service<F, K>,
    knobs: K,
    now: &str,
) -> Kit {
    let now: DateTime<Utc> = now.parse().unwrap();
    start_at(service, knobs, Clock::Fixed(now)).await
}

/// Starts a service at the present, in a cluster of the test's own that it may stop.
pub async fn start_in<F: Args, K: Send>(
    cluster: &cluster::Cluster,
    service: &'static Service<F, K>,
    knobs: K,
) -> Kit {
    let database = Database::alone_in(cluster, service.nouns).await;
    serve_from(service, knobs, Clock::System, database).await
}

async fn start_at<F: Args, K: Send>(
    service: &'static Service<F, K>,
    knobs: K,
    clock: Clock,
) -> Kit {
    let database = Database::of(service.nouns).await;
    serve_from(service, knobs, clock, database).await
}

/// Serves a service from a database that is there already, as after a restart.
pub async fn serve_from<F: Args, K: Send>(
    service: &'static Service<F, K>,
    knobs: K,
    clock: Clock,
    database: Database,
) -> Kit {
    serve_within(Limits::SERVICE, service, knobs, clock, database).await
}

/// Serves a service from a database that is there already, within limits of the test's own.
pub async fn serve_within<F: Args, K: Send>(
    limits: Limits,
    service: &'static Service<F, K>,
    knobs: K,
    clock: Clock,
    database: Database,
) -> Kit {
    let host = Host {
        db: Db::new(database.app_options(), service.nouns),
        clock,
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    let (front, health) = assemble(service, &host, knobs, issuer::trusted()).unwrap();
    let listening = Listening::bind("127.0.0.1:0".parse().unwrap(), limits)
        .await
        .unwrap();
    let address = listening.address;
    health.set_process(true);
    health.set_database(true);
    let stop_serving = CancellationToken::new();
    let serving = tokio::spawn(serve(listening, front, stop_serving.clone()));
    let channel = Channel::from_shared(format!("http://{address}"))
        .unwrap()
        .connect_lazy();
    Kit {
        address,
        host,
        database,
        health,
        channel,
        stop_serving,
        serving: Some(serving),
    }
}

impl Kit {
    /// A person with these roles.
    pub fn person(&self, staff_id: &str, roles: &[Role]) -> Actor {
        self.actor(token(
            ISSUER,
            Kind::Person,
            staff_id,
            roles,
            self.host.clock.now(),
        ))
    }

    /// The same person, with a token of another issuer.
    pub fn person_elsewhere(&self, staff_id: &str, roles: &[Role]) -> Actor {
        self.actor(token(
            OTHER_ISSUER,
            Kind::Person,
            staff_id,
            roles,
            self.host.clock.now(),
        ))
    }

    /// A system of an organisation with these roles.
    pub fn machine(&self, roles: &[Role]) -> Actor {
        self.actor(token(
            ISSUER,
            Kind::Machine,
            "981965132",
            roles,
            self.host.clock.now(),
        ))
    }

    /// A workload of the suite.
    pub fn workload(&self, name: &str, roles: &[Role]) -> Actor {
        self.actor(token(
            ISSUER,
            Kind::Workload,
            name,
            roles,
            self.host.clock.now(),
        ))
    }

    /// A caller with this token, or none.
    pub fn actor(&self, token: impl Into<Option<String>>) -> Actor {
        Actor::new(self.channel.clone(), token.into(), self.database.clone())
    }

    /// Ends what the service does by itself, and waits until it has ended; calls are still served.
    pub async fn quiet(&self) {
        self.host.stop.cancel();
        self.host.tasks.close();
        self.host.tasks.wait().await;
    }

    /// Tells health what the database says, as a served process does.
    pub fn watch(&self) {
        let watch = Watch::new(self.host.db.clone());
        let telling = watch.tell(self.health.clone(), self.host.stop.clone());
        self.host.tasks.spawn(telling);
    }

    /// Asks the listener to end, and answers whether all calls in flight ended in time.
    pub async fn drain(&mut self) -> bool {
        self.stop_serving.cancel();
        let serving = self.serving.take().expect("it is drained once");
        serving.await.unwrap()
    }

    /// The channel to it, for what [`Actor::call`] does not do.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A connection as the database's owner.
    pub async fn owner(&self) -> PgConnection {
        self.database.owner().await
    }

    /// Returns once so many sessions of this database wait for a lock.
    pub async fn waiting(&self, sessions: i64) {
        self.database.waiting(sessions).await;
    }

    /// Opens connections of the service's pool one by one, so that what then runs in parallel meets at
    /// its locks, and none is turned away because many connect at once.
    pub async fn connected(&self, count: usize) {
        let mut lent = Vec::new();
        for _ in 0..count {
            lent.push(self.host.db.read().await.unwrap());
        }
        for connection in lent {
            self.host.db.give_back(connection);
        }
    }

    /// How many entries its migration has made: of the rules that the code ships.
    pub async fn shipped(&self) -> i64 {
        let shipped = "select count(*) from platform.journal where method = 'platform.rules.ship'";
        let mut owner = self.owner().await;
        let shipped = sqlx::query_scalar(shipped).fetch_one(&mut owner);
        shipped.await.unwrap()
    }

    /// Every fact in the feed.
    pub async fn feed(&self) -> Vec<Fact> {
        let request = ListFactsRequest {
            after: None,
            page_size: 1000,
        };
        let follower = self.workload("governance", &[Role::Follower]);
        follower.must(request).await.facts
    }

    /// Methods that were called and journalled, oldest first, without their paths' beginning. What the
    /// service did by itself is left out.
    pub async fn journal(&self) -> Vec<String> {
        let rows: Vec<String> = sqlx::query_scalar(
            "select method from platform.journal where method like '/%' order by seq",
        )
        .fetch_all(&mut self.owner().await)
        .await
        .unwrap();
        rows.iter()
            .map(|it| it.rsplit('/').next().unwrap().to_owned())
            .collect()
    }

    /// Facts recorded, oldest first: measure, day, value.
    pub async fn facts(&self) -> Vec<(String, String, i64)> {
        sqlx::query_as(
            "select measure, effective_on::text, value from platform.facts order by entry, ordinal",
        )
        .fetch_all(&mut self.owner().await)
        .await
        .unwrap()
    }
}

impl Drop for Kit {
    fn drop(&mut self) {
        self.host.stop.cancel();
        self.stop_serving.cancel();
    }
}
