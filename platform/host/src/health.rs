//! The gRPC health service. `readiness` and `liveness` follow the process; "" and the named services
//! follow the database, so that callers get a reason instead of an empty Service. (tonic-health
//! begins as SERVING, and answers a Watch of an unknown name with NOT_FOUND.)

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use platform::{Locale, Rpc, reason, refuse};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health as HealthService;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::log;

/// Metadata of each answer: how many lines of the service's log could not be written.
pub const LOG_LINES_LOST: &str = "norec-log-lines-lost";

/// Names that follow the process and not its database.
const PROCESS: [&str; 2] = ["readiness", "liveness"];

/// What this server can do at present, by name.
#[derive(Clone, Debug)]
pub struct Health(Arc<watch::Sender<BTreeMap<String, ServingStatus>>>);

impl Health {
    /// Nothing serves before it is said to.
    pub fn new(services: &[&str]) -> Self {
        let names = services.iter().chain(&PROCESS).chain(&[""]);
        let all = names
            .map(|it| ((*it).to_owned(), ServingStatus::NotServing))
            .collect();
        Self(Arc::new(watch::Sender::new(all)))
    }

    /// The process is up, or draining.
    pub fn set_process(&self, serving: bool) {
        self.set(|name| PROCESS.contains(&name), serving);
    }

    /// The database answers, or does not.
    pub fn set_database(&self, serving: bool) {
        self.set(|name| !PROCESS.contains(&name), serving);
    }

    fn set(&self, names: impl Fn(&str) -> bool, serving: bool) {
        let status = if serving {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        self.0.send_if_modified(|all| {
            let mut changed = false;
            for (_, it) in all.iter_mut().filter(|(name, _)| names(name)) {
                changed |= *it != status;
                *it = status;
            }
            changed
        });
    }
}

#[tonic::async_trait]
impl HealthService for Health {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Rpc<HealthCheckResponse> {
        let name = request.into_inner().service;
        let status = self.0.borrow().get(&name).copied();
        let status =
            status.ok_or_else(|| refuse(reason::NotFound { name: &name }, Locale::En, ""))?;
        let mut response = Response::new(answer(status));
        let lost = log::lost().into();
        response.metadata_mut().insert(LOG_LINES_LOST, lost);
        Ok(response)
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Rpc<Self::WatchStream> {
        let name = request.into_inner().service;
        let mut last = None;
        let changes = WatchStream::new(self.0.subscribe()).filter_map(move |all| {
            let status = all
                .get(&name)
                .copied()
                .unwrap_or(ServingStatus::ServiceUnknown);
            let changed = last.replace(status) != Some(status);
            futures::future::ready(changed.then(|| Ok(answer(status))))
        });
        Ok(Response::new(Box::pin(changes)))
    }
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}
