//! Calling a sibling service: a channel that reconnects by itself, the caller's token, a deadline.

use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// How long a call to a sibling may take.
const CALL_MAX: Duration = Duration::from_secs(10);
const CONNECT_MAX: Duration = Duration::from_secs(2);

/// Where a workload's token is found: a file that somebody else renews, read at every call.
#[derive(Clone, Debug)]
pub struct TokenSource(PathBuf);

impl TokenSource {
    /// The token in this file.
    pub fn new(file: PathBuf) -> Self {
        Self(file)
    }
}

impl Interceptor for TokenSource {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let token = std::fs::read_to_string(&self.0).map_err(|error| unreadable(self, &error))?;
        let value: MetadataValue<Ascii> = format!("Bearer {}", token.trim())
            .parse()
            .map_err(|error| unreadable(self, &error))?;
        request.metadata_mut().insert("authorization", value);
        request.set_timeout(CALL_MAX);
        Ok(request)
    }
}

fn unreadable(source: &TokenSource, error: &dyn std::fmt::Display) -> Status {
    #[expect(
        clippy::disallowed_methods,
        reason = "never sent: it ends a call of our own, whose caller logs it"
    )]
    Status::unavailable(format!(
        "the token in {} cannot be used: {error}",
        source.0.display()
    ))
}

/// A channel to a sibling.
pub type Sibling = InterceptedService<Channel, TokenSource>;

impl TokenSource {
    /// A channel to a sibling. It connects at the first call, and again when the connection is lost.
    pub fn sibling(self, at: Endpoint) -> Sibling {
        let channel = at.connect_timeout(CONNECT_MAX).connect_lazy();
        InterceptedService::new(channel, self)
    }
}

/// Reads where a sibling serves, or says what such an address is.
pub fn sibling_at(address: &str) -> Result<Endpoint, String> {
    let uri = address.parse::<Uri>().ok();
    uri.filter(|it| it.scheme_str() == Some("http") && it.port().is_some())
        .map(Endpoint::from)
        .ok_or_else(|| "an address such as http://127.0.0.1:7401".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sibling_is_at_a_host_and_port() {
        for (address, good) in [
            ("http://127.0.0.1:7401", true),
            ("http://grants.norec.svc:7401", true),
            ("https://grants.norec.svc:7401", false),
            ("http://grants.norec.svc", false),
            ("127.0.0.1:7401", false),
            ("nowhere at all", false),
            ("", false),
        ] {
            assert_eq!(sibling_at(address).is_ok(), good, "{address}");
        }
    }
}
