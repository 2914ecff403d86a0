//! `AccessService`, alike in every service: prints the rules that this server enforces.

use proto::MethodRule;
use proto::access::v1 as pb;
use tonic::Request;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::rpc::{Rpc, rpc};

/// The access rules of the service that has this database.
#[derive(Clone, Debug)]
pub struct Access(Db);

impl Access {
    /// The rules of what this service serves.
    pub fn new(db: Db) -> Self {
        Self(db)
    }
}

#[tonic::async_trait]
impl pb::access_service_server::AccessService for Access {
    async fn list_permissions(
        &self,
        request: Request<pb::ListPermissionsRequest>,
    ) -> Rpc<pb::ListPermissionsResponse> {
        rpc(&self.0, request, list_permissions).await
    }
}

async fn list_permissions(
    db: Db,
    ctx: Ctx,
    request: pb::ListPermissionsRequest,
) -> Answer<pb::ListPermissionsResponse> {
    let role = request.role();
    let rules = db
        .nouns
        .access_rules()
        .map(|it| (it, db.nouns.roles_of(it)));
    let mut rules: Vec<_> = rules
        .filter(|(rule, roles)| {
            role == pb::Role::Unspecified || rule.any_caller || roles.contains(&role)
        })
        .collect();
    rules.sort_by_key(|(rule, _)| rule.path);
    let permissions = rules.into_iter().map(permission).collect();
    Seen::computed(&db, &ctx, pb::ListPermissionsResponse { permissions })
}

fn permission((rule, roles): (&MethodRule, Vec<pb::Role>)) -> pb::Permission {
    pb::Permission {
        method: rule.path.to_owned(),
        rule: Some(pb::Rule {
            roles: roles.into_iter().map(i32::from).collect(),
            effect: rule.effect.into(),
            duty: rule.duty.into(),
            any_caller: rule.any_caller,
            needs_person: rule.needs_person,
            acting_for_optional: rule.acting_for_optional,
        }),
    }
}
