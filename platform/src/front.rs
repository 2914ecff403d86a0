//! The one layer around the whole server. Outermost it names the trace, completes the statuses that
//! tonic makes by itself, and writes one line per call; inside that it judges who may call what,
//! before the body is read. A path that is not in the contract's table is refused, so a service that
//! somebody forgot to wrap cannot stand open.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use proto::{MethodRule, Refused, reason};
use token::{Issuers, Principal, Seen, validate};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service;

use crate::calendar::Clock;
use crate::ctx::{Ctx, must_be_person};
use crate::error::refuse;
use crate::line::Line;
use crate::rpc::MESSAGE_BYTES_MAX;
use crate::service::Nouns;

/// How long a call without a deadline of its own may take, and the longest that one may ask for.
const DEADLINE_DEFAULT: Duration = Duration::from_secs(15);
const DEADLINE_MAX: Duration = Duration::from_secs(60);

/// Served to anybody: Kubernetes' probes carry no token.
const OPEN: [&str; 2] = [
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
];
/// Served to any valid token.
const REFLECTION: [&str; 2] = [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// What the layer judges by.
#[derive(Debug)]
pub struct Gate {
    issuers: Issuers,
    clock: Clock,
    tasks: TaskTracker,
    nouns: &'static Nouns,
    /// By path: of what this service serves, and of nothing else.
    rules: HashMap<&'static str, &'static MethodRule>,
}

/// The layer, around the router of a server.
#[derive(Clone, Debug)]
pub struct Front<S> {
    inner: S,
    gate: Arc<Gate>,
}

impl<S> Front<S> {
    /// The layer around this router.
    pub fn new(inner: S, gate: Arc<Gate>) -> Self {
        Self { inner, gate }
    }
}

impl<S, B> Service<Request<B>> for Front<S>
where
    S: Service<Request<B>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let mut inner = self.inner.clone();
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            let path = request.uri().path();
            let mut line = Line::begin(path, gate.method(path), request.headers());
            let response = match gate.admit(&mut request, &mut line) {
                Ok(()) => inner.call(request).await?,
                Err(refusal) => refuse(refusal, line.locale, &line.trace_id).into_http(),
            };
            let response = complete(response, &line);
            Ok(line.follow(response))
        })
    }
}

impl Gate {
    /// The gate of a service. `issuers` are those whose tokens are believed; `tasks` keeps count of
    /// work that drain waits for.
    pub fn new(nouns: &'static Nouns, issuers: Issuers, clock: Clock, tasks: TaskTracker) -> Self {
        Self {
            issuers,
            clock,
            tasks,
            nouns,
            rules: nouns.rules().map(|it| (it.path, it)).collect(),
        }
    }

    /// The method of a path, where it is one of ours.
    fn method(&self, path: &str) -> Option<&'static str> {
        let rule = self.rules.get(path).map(|it| it.path);
        let alike = || OPEN.iter().chain(&REFLECTION).find(|it| **it == path);
        rule.or_else(|| alike().copied())
    }

    /// Who may call what: the path, the token, the role, and a person where the step needs one. Roles
    /// that this service does not know are dropped first.
    fn admit<B>(&self, request: &mut Request<B>, line: &mut Line) -> Result<(), Refused> {
        let path = request.uri().path();
        if OPEN.contains(&path) {
            return Ok(());
        }
        let rule = self.rules.get(path).copied();
        if rule.is_none() && !REFLECTION.contains(&path) {
            return Err(reason::MethodUnknown { method: path }.into());
        }
        let now = self.clock.now();
        let mut principal = self.authenticate(request.headers(), now, line)?;
        line.principal.clone_from(&principal.id);
        principal.roles = self.nouns.known(&principal.roles);
        must_be_plain(request.headers())?;
        let Some(rule) = rule else { return Ok(()) };
        judge(rule, &principal).inspect_err(|refusal| {
            tracing::info!(target: "audit", trace_id = line.trace_id, method = rule.path,
                principal = principal.id, reason = refusal.texts.name, "denied");
        })?;

        let allowed = deadline(request.headers());
        let ctx = Ctx {
            principal,
            rule,
            now,
            locale: line.locale,
            trace_id: line.trace_id.clone(),
            deadline: Instant::now() + allowed,
            deadline_ms: u64::try_from(allowed.as_millis()).unwrap_or(u64::MAX),
            tasks: self.tasks.clone(),
        };
        request.extensions_mut().insert(ctx);
        Ok(())
    }

    fn authenticate(
        &self,
        headers: &HeaderMap,
        now: chrono::DateTime<chrono::Utc>,
        line: &Line,
    ) -> Result<Principal, Refused> {
        let values: Vec<_> = headers
            .get_all(http::header::AUTHORIZATION)
            .iter()
            .map(|it| it.as_bytes())
            .collect();
        validate(&values, now, &self.issuers).map_err(|reject| {
            tracing::info!(target: "audit", trace_id = line.trace_id, method = line.method,
                check = reject.as_str(), "token refused");
            match reject.seen_by_caller() {
                Seen::TokenMissing => reason::TokenMissing.into(),
                Seen::TokenExpired => reason::TokenExpired.into(),
                Seen::TokenRejected => reason::TokenRejected.into(),
                Seen::KeysetNotLoaded => reason::KeysetNotLoaded.into(),
            }
        })
    }
}

/// May this principal call this method?
fn judge(rule: &MethodRule, principal: &Principal) -> Result<(), Refused> {
    if !rule.any_caller && !principal.roles.iter().any(|it| rule.roles.contains(it)) {
        return Err(reason::RoleMissing { method: rule.path }.into());
    }
    if rule.needs_person {
        must_be_person(principal, rule)?;
    }
    Ok(())
}

/// Messages are read as they are: what is small when compressed may be any size when it is not.
fn must_be_plain(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get("grpc-encoding") {
        Some(encoding) if encoding != "identity" => {
            let encoding = String::from_utf8_lossy(encoding.as_bytes());
            Err(reason::EncodingUnknown { encoding }.into())
        }
        _ => Ok(()),
    }
}

/// The caller's deadline (`grpc-timeout`) within our limit, or ours. The header is of at most eight
/// digits and a unit; another is treated as absent.
fn deadline(headers: &HeaderMap) -> Duration {
    let parse = |text: &str| {
        let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let amount: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
        Some(match unit {
            "H" => Duration::from_secs(amount * 3600),
            "M" => Duration::from_secs(amount * 60),
            "S" => Duration::from_secs(amount),
            "m" => Duration::from_millis(amount),
            "u" => Duration::from_micros(amount),
            "n" => Duration::from_nanos(amount),
            _ => return None,
        })
    };
    headers
        .get("grpc-timeout")
        .and_then(|it| it.to_str().ok())
        .and_then(parse)
        .map_or(DEADLINE_DEFAULT, |it| it.min(DEADLINE_MAX))
}

/// Gives a status that tonic made by itself a reason and texts, like every other.
fn complete(response: Response<Body>, line: &Line) -> Response<Body> {
    let headers = response.headers();
    let Some(status) = Status::from_header_map(headers).filter(|it| it.code() != Code::Ok) else {
        return response;
    };
    if headers.contains_key("grpc-status-details-bin") {
        return response;
    }
    let refusal: Refused = match status.code() {
        Code::Unimplemented => reason::MethodUnknown { method: &line.path }.into(),
        Code::OutOfRange | Code::ResourceExhausted => reason::RequestTooLarge {
            limit_bytes: MESSAGE_BYTES_MAX,
        }
        .into(),
        Code::Internal | Code::InvalidArgument | Code::Unknown => reason::RequestUndecodable.into(),
        _ => reason::Internal {
            trace_id: &line.trace_id,
        }
        .into(),
    };
    tracing::debug!(
        trace_id = line.trace_id,
        status = status.message(),
        "completed"
    );
    refuse(refusal, line.locale, &line.trace_id).into_http()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_the_callers_within_our_limit() {
        for (header, expected) in [
            (None, DEADLINE_DEFAULT),
            (Some("2S"), Duration::from_secs(2)),
            (Some("250m"), Duration::from_millis(250)),
            (Some("99999999H"), DEADLINE_MAX),
            (Some("123456789S"), DEADLINE_DEFAULT),
            (Some("S"), DEADLINE_DEFAULT),
            (Some(""), DEADLINE_DEFAULT),
            (Some("-1S"), DEADLINE_DEFAULT),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert("grpc-timeout", header.parse().unwrap());
            }
            assert_eq!(deadline(&headers), expected, "{header:?}");
        }
    }
}
