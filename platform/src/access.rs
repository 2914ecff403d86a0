//! `AccessService`, alike in every service: prints the rules that this server enforces.

use proto::access::v1 as pb;
use proto::{MethodRule, RULES};
use tonic::Request;

use crate::Ctx;
use crate::error::Result;
use crate::rpc::{Rpc, rpc};

/// The access rules of a server, by the gRPC services that it serves.
#[derive(Clone, Debug)]
pub struct Access(Vec<&'static str>);

impl Access {
    /// The rules of these gRPC services, such as `norec.grants.v1.SchemeService`.
    pub fn new(served: Vec<&'static str>) -> Self {
        Self(served)
    }
}

#[tonic::async_trait]
impl pb::access_service_server::AccessService for Access {
    async fn list_permissions(
        &self,
        request: Request<pb::ListPermissionsRequest>,
    ) -> Rpc<pb::ListPermissionsResponse> {
        rpc(self, request, list_permissions).await
    }
}

async fn list_permissions(
    access: Access,
    _ctx: Ctx,
    request: pb::ListPermissionsRequest,
) -> Result<pb::ListPermissionsResponse> {
    let role = request.role();
    let permissions = RULES
        .iter()
        .filter(|rule| {
            access
                .0
                .iter()
                .any(|service| rule.path[1..].starts_with(&format!("{service}/")))
        })
        .filter(|rule| {
            role == pb::Role::Unspecified || rule.any_caller || rule.roles.contains(&role)
        })
        .map(permission);
    Ok(pb::ListPermissionsResponse {
        permissions: permissions.collect(),
    })
}

fn permission(rule: &MethodRule) -> pb::Permission {
    pb::Permission {
        method: rule.path.to_owned(),
        rule: Some(pb::Rule {
            roles: rule.roles.iter().map(|it| i32::from(*it)).collect(),
            effect: rule.effect.into(),
            duty: rule.duty.into(),
            any_caller: rule.any_caller,
            needs_person: rule.needs_person,
        }),
    }
}
