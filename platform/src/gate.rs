//! Who may call what: judged by the headers alone, before the body is read. A path that is not in the
//! contract's table is refused, so a service that somebody forgot to wrap cannot stand open.

use std::collections::HashMap;

use http::{Extensions, HeaderMap, Method, Request};
use proto::access::v1::Role;
use proto::{List, MethodRule, Refused, reason};
use token::{Issuers, Principal, Seen, validate};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::ctx::{Ctx, must_be_person};
use crate::line::Line;
use crate::patience::Patience;
use crate::room::Room;
use crate::service::Nouns;
use calendar::Clock;

/// Served to anybody: Kubernetes' probes carry no token.
const OPEN: [&str; 2] = [
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
];
/// Served to any valid token. A call of it is a conversation of several messages.
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
    /// What is open is answered where there is none, too.
    pub(crate) room: Room,
}

impl Gate {
    /// The gate of a service. `issuers` are those whose tokens are believed; `tasks` keeps count of
    /// work that drain waits for.
    pub fn new(nouns: &'static Nouns, issuers: Issuers, clock: Clock, tasks: TaskTracker) -> Self {
        Self {
            room: Room::new(clock, tasks.clone()),
            issuers,
            clock,
            tasks,
            nouns,
            rules: nouns.access_rules().map(|it| (it.path, it)).collect(),
        }
    }

    /// Whether this path is served to anybody at any time.
    pub(crate) fn is_open(path: &str) -> bool {
        OPEN.contains(&path)
    }

    /// Whether a call of this path sends one message.
    pub(crate) fn takes_one_message(path: &str) -> bool {
        !REFLECTION.contains(&path)
    }

    /// The method of a path, where it is one of ours.
    pub(crate) fn method(&self, path: &str) -> Option<&'static str> {
        let rule = self.rules.get(path).map(|it| it.path);
        let alike = || OPEN.iter().chain(&REFLECTION).find(|it| **it == path);
        rule.or_else(|| alike().copied())
    }

    /// Who may call what: the path, the token, the role, and a person where the step needs one. Roles
    /// that this service does not know are dropped first.
    pub(crate) fn admit<B>(
        &self,
        request: &mut Request<B>,
        line: &mut Line,
        patience: Patience,
    ) -> Result<(), Refused> {
        must_be_grpc(request)?;
        let path = request.uri().path();
        if Self::is_open(path) {
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
        self.judge(rule, &principal).inspect_err(|refusal| {
            tracing::info!(target: "audit", trace_id = line.trace_id, method = rule.path,
                principal = principal.id, reason = refusal.texts.name, "denied");
        })?;

        let ctx = Ctx {
            principal,
            acting_for: String::new(),
            rule,
            now,
            arrived_at: now,
            locale: line.locale,
            trace_id: line.trace_id.clone(),
            patience,
            left: CancellationToken::new(),
            tasks: self.tasks.clone(),
        };
        request.extensions_mut().insert(ctx);
        Ok(())
    }

    /// Notes that the request of a call that was admitted has been read whole.
    pub(crate) fn arrive(&self, extensions: &mut Extensions) {
        if let Some(ctx) = extensions.get_mut::<Ctx>() {
            ctx.arrived_at = self.clock.now();
        }
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

    /// May this principal call this method?
    fn judge(&self, rule: &MethodRule, principal: &Principal) -> Result<(), Refused> {
        if !rule.any_caller && !principal.roles.iter().any(|it| rule.roles.contains(it)) {
            return Err(reason::RoleMissing {
                method: rule.path,
                roles: named(&self.nouns.roles_of(rule)),
                held: named(&principal.roles),
            }
            .into());
        }
        if rule.needs_person {
            must_be_person(principal, rule)?;
        }
        Ok(())
    }
}

/// Roles as the contract names them; none is `–`.
fn named(roles: &[Role]) -> List {
    if roles.is_empty() {
        return List::new(["–"], ", ");
    }
    let names = roles.iter().map(|it| it.as_str_name());
    List::new(
        names.map(|it| fields::named(it.trim_start_matches("ROLE_"))),
        ", ",
    )
}

/// A gRPC call, as HTTP sees it (gRPC over HTTP2, *Requests*).
fn must_be_grpc<B>(request: &Request<B>) -> Result<(), Refused> {
    if request.method() != Method::POST {
        let http_method = request.method().as_str();
        return Err(reason::HttpMethodUnknown { http_method }.into());
    }
    let content_type = request.headers().get(http::header::CONTENT_TYPE);
    let content_type = content_type.map_or(&b""[..], |it| it.as_bytes());
    let content_type = String::from_utf8_lossy(content_type);
    match is_grpc(&content_type) {
        true => Ok(()),
        false => Err(reason::ContentTypeUnknown { content_type }.into()),
    }
}

/// Messages are protobuf; parameters of the content type say nothing to us.
fn is_grpc(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    ["application/grpc", "application/grpc+proto"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(kind))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// B-F10: what the specification calls a content type of gRPC, as grpc-go reads it.
    #[test]
    fn a_grpc_call_is_told_by_its_content_type() {
        for (content_type, good) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc; charset=utf-8", true),
            ("Application/gRPC", true),
            ("application/grpc+json", false),
            ("application/grpc-web", false),
            ("application/grpcx", false),
            ("text/plain", false),
            ("", false),
        ] {
            assert_eq!(is_grpc(content_type), good, "{content_type}");
        }
    }
}
