//! What a running service says of itself by the gRPC health protocol.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use host::LOG_LINES_LOST;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// How long a service on the same machine may take to be reached, and to answer.
const CONNECT_MAX: Duration = Duration::from_secs(1);
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// The name that stands for the service as a whole: "" follows its database.
pub(crate) const WHOLE: &str = "";

/// What a service can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It answers calls.
    Serving,
    /// It runs, and its database does not answer, or it is ending.
    NotServing,
    /// It cannot be asked.
    Unreachable,
}

impl State {
    /// In the words of the protocol.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Serving => "SERVING",
            Self::NotServing => "NOT_SERVING",
            Self::Unreachable => "UNREACHABLE",
        }
    }
}

/// What a service says of one of its names, or of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) state: State,
    /// Lines of its log that could not be written, where it says so.
    pub(crate) log_lines_lost: Option<u64>,
}

/// Asks one service.
#[derive(Clone, Debug)]
pub(crate) struct Health(HealthClient<Channel>);

impl Health {
    /// Of the service at this address; it connects at the first question.
    pub(crate) fn of(address: SocketAddr) -> Result<Self> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
        Ok(Self(HealthClient::new(
            endpoint.connect_timeout(CONNECT_MAX).connect_lazy(),
        )))
    }

    /// What it says of this name: of a gRPC service, or of the [`WHOLE`].
    pub(crate) async fn said(&mut self, name: &str) -> Said {
        let mut request = Request::new(HealthCheckRequest {
            service: name.to_owned(),
        });
        request.set_timeout(ANSWER_MAX);
        let Ok(answer) = self.0.check(request).await else {
            return Said {
                state: State::Unreachable,
                log_lines_lost: None,
            };
        };
        let lost = answer.metadata().get(LOG_LINES_LOST);
        Said {
            state: match answer.get_ref().status() {
                ServingStatus::Serving => State::Serving,
                _ => State::NotServing,
            },
            log_lines_lost: lost.and_then(|it| it.to_str().ok()?.parse().ok()),
        }
    }

    /// Its state alone.
    pub(crate) async fn state(&mut self, name: &str) -> State {
        self.said(name).await.state
    }
}
