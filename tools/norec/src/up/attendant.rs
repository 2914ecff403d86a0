//! Asks a service how it is, says what changes, and starts PostgreSQL again when it died.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use cluster::Cluster;
use tokio::sync::watch;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

use super::keeper::Addresses;
use crate::console::say;
use crate::health::{Health, State, WHOLE};

const QUESTION_INTERVAL: Duration = Duration::from_millis(200);
/// A service that has just started needs a moment to see its database; after this it is not there.
const DATABASE_GONE_AFTER: Duration = Duration::from_secs(1);

/// How the services are, by name.
pub(crate) type States = BTreeMap<&'static str, State>;

/// Attends to one service.
pub(crate) struct Attendant {
    pub(crate) name: &'static str,
    pub(crate) addresses: Arc<watch::Sender<Addresses>>,
    pub(crate) states: Arc<watch::Sender<States>>,
    /// The private cluster, where the service's database lies in it.
    pub(crate) cluster: Option<Arc<Cluster>>,
    pub(crate) stop: CancellationToken,
}

impl Attendant {
    /// Attends until `stop`.
    pub(crate) async fn attend(self) -> Result<()> {
        let addresses = self.addresses.subscribe();
        let mut questions = interval(QUESTION_INTERVAL);
        let mut asked: Option<(SocketAddr, Health)> = None;
        let mut served = Instant::now();
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                _ = questions.tick() => (),
            }
            let Some(at) = addresses.borrow().get(self.name).copied() else {
                continue;
            };
            let (_, health) = match asked.take() {
                Some(same) if same.0 == at => asked.insert(same),
                _ => asked.insert((at, Health::of(at)?)),
            };
            let state = health.state(WHOLE).await;
            if self.stop.is_cancelled() {
                return Ok(());
            }
            self.note(state, at);
            if state != State::NotServing {
                served = Instant::now();
            } else if served.elapsed() >= DATABASE_GONE_AFTER {
                self.start_database_again().await?;
                served = Instant::now();
            }
        }
    }

    fn note(&self, state: State, at: SocketAddr) {
        let changed = self
            .states
            .send_if_modified(|it| it.insert(self.name, state) != Some(state));
        if changed {
            say(format_args!(
                "norec: {} at {at} is {}",
                self.name,
                state.as_str()
            ));
        }
    }

    /// Does nothing while it runs.
    async fn start_database_again(&self) -> Result<()> {
        let Some(cluster) = self.cluster.clone() else {
            return Ok(());
        };
        let started = tokio::task::spawn_blocking(move || {
            let before = cluster::look(cluster.directory())?;
            cluster.start_again()?;
            Ok((before, cluster::look(cluster.directory())?))
        });
        let started: cluster::Result<_> = started.await?;
        match started {
            Err(error) => say(format_args!("norec: PostgreSQL: {error}")),
            Ok((before, now)) => {
                let process = |it: Option<cluster::Postmaster>| it.map(|it| it.pid);
                if let Some(now) = process(now).filter(|_| process(before) != process(now)) {
                    say(format_args!(
                        "norec: PostgreSQL had ended; it runs again as process {now}"
                    ));
                }
            }
        }
        Ok(())
    }
}
