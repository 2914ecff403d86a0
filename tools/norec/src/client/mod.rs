//! Calls the services of an installation by the contract's descriptors, as one caller or another,
//! and keeps at it while a refusal may pass: a service that is killed is started again, and a
//! database that is gone comes back.

mod codec;
mod patience;
mod refusal;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use prost_reflect::DynamicMessage;
use tokio::time::Instant;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use crate::caller::Caller;
use crate::contract::Method;
use crate::installation::Installation;
use crate::issuer::Issuer;
use crate::linked::Linked;
use crate::pause::pause;

pub(crate) use patience::PATIENCE;
pub(crate) use refusal::Refusal;

/// A token is minted for each call, so it need not outlast one.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// Longer than the services take by themselves, so that they are the ones who say that it was too
/// long.
const ANSWER_MAX: Duration = Duration::from_secs(20);
const CONNECT_MAX: Duration = Duration::from_secs(2);

/// What is called, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) to: &'static Linked,
    pub(crate) method: Method,
    pub(crate) caller: Caller,
    pub(crate) message: DynamicMessage,
}

/// A client of one installation.
#[derive(Debug)]
pub(crate) struct Client {
    installation: Installation,
    issuer: Issuer,
    channels: HashMap<SocketAddr, Channel>,
    /// A service has answered: what is away now may come back.
    met: bool,
}

impl Client {
    pub(crate) fn of(installation: &Installation) -> Result<Self> {
        let issuer = Issuer::of(installation)?;
        Ok(Self {
            installation: installation.clone(),
            issuer,
            channels: HashMap::new(),
            met: false,
        })
    }

    /// Makes sure that this caller can have a token.
    pub(crate) fn check(&self, caller: &Caller) -> Result<()> {
        self.token(caller).map(drop)
    }

    /// Calls, and sends the same again while a refusal may pass, for [`PATIENCE`] at most. One for
    /// an `expected` reason need not pass. `waiting` is told of the first that shall. A suite that does
    /// not run, and has not answered this client before, is not waited for.
    ///
    /// # Errors
    /// Outside: no call could be made. Inside: the service refused.
    pub(crate) async fn call(
        &mut self,
        call: &Call,
        expected: &[String],
        waiting: impl Fn(&Refusal),
    ) -> Result<Result<DynamicMessage, Refusal>> {
        let deadline = Instant::now() + PATIENCE;
        for tries in 0.. {
            let refusal = match self.call_once(call).await? {
                Ok(answer) => {
                    self.met = true;
                    return Ok(Ok(answer));
                }
                Err(refusal) => refusal,
            };
            self.met |= refusal.reason.is_some();
            if !self.met && !self.is_up(call.to)? {
                let root = self.installation.root().display();
                let message = format!("the suite does not run in {root}: norec up");
                return Ok(Err(Refusal::unreachable(message)));
            }
            let is_expected = refusal
                .reason
                .as_ref()
                .is_some_and(|it| expected.contains(it));
            let wait = patience::pause_before(tries, &refusal);
            let is_late = Instant::now() + wait > deadline;
            if is_expected || is_late || !patience::may_pass(&refusal) {
                return Ok(Err(refusal));
            }
            if tries == 0 {
                waiting(&refusal);
            }
            pause(wait).await;
        }
        unreachable!("the deadline ends the tries")
    }

    /// Calls once, whatever comes of it.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(crate) async fn call_once(
        &mut self,
        call: &Call,
    ) -> Result<Result<DynamicMessage, Refusal>> {
        let name = call.to.name;
        // Read at every try: a service that was started again may be elsewhere.
        let Some(address) = self.installation.address(name) else {
            return Ok(Err(Refusal::unreachable(format!(
                "{name} has not run here: norec up"
            ))));
        };
        let channel = self.channel(address)?;
        let request = self.request(call)?;
        let answer = send(channel, call, request).await.map_err(Refusal::from);
        Ok(answer.map_err(|refusal| match refusal.reason {
            Some(_) => refusal,
            // Not the service's own words, so they do not say whose they are.
            None => Refusal {
                message: format!("{name} at {address}: {}", refusal.message),
                ..refusal
            },
        }))
    }

    /// The service runs, or somebody keeps it running.
    fn is_up(&self, service: &Linked) -> Result<bool> {
        let keeper = self.installation.pid_file().holder()?;
        let process = self.installation.pid_file_of(service.name).holder()?;
        Ok(keeper.or(process).is_some())
    }

    fn token(&self, caller: &Caller) -> Result<String> {
        let token = self.issuer.token(caller, TOKEN_LIFETIME);
        token.with_context(|| format!("no token for {}", caller.id))
    }

    fn request(&self, call: &Call) -> Result<Request<DynamicMessage>> {
        let bearer: MetadataValue<Ascii> =
            format!("Bearer {}", self.token(&call.caller)?).parse()?;
        let mut request = Request::new(call.message.clone());
        request.metadata_mut().insert("authorization", bearer);
        request.set_timeout(ANSWER_MAX);
        Ok(request)
    }

    fn channel(&mut self, address: SocketAddr) -> Result<Channel> {
        if let Some(channel) = self.channels.get(&address) {
            return Ok(channel.clone());
        }
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
        let channel = endpoint.connect_timeout(CONNECT_MAX).connect_lazy();
        self.channels.insert(address, channel.clone());
        Ok(channel)
    }
}

async fn send(
    channel: Channel,
    call: &Call,
    request: Request<DynamicMessage>,
) -> Result<DynamicMessage, Status> {
    let mut grpc = Grpc::new(channel);
    grpc.ready()
        .await
        .map_err(|error| Status::from_error(error.into()))?;
    let path = PathAndQuery::from_static(call.method.rule.path);
    let codec = codec::DynamicCodec {
        answer: call.method.output.clone(),
    };
    Ok(grpc.unary(request, path, codec).await?.into_inner())
}
