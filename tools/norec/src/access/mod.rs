//! `norec access`: who may call what, by the contract or by what a running service enforces.

mod matrix;

use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use platform::Kind;
use prost::Message;
use proto::access::v1::ListPermissionsResponse;
use proto::access::v1::access_service_server::SERVICE_NAME as ACCESS;

use crate::caller::Caller;
use crate::client::{Call, Client, Refusal};
use crate::console::{answer, say};
use crate::contract::{Contract, message_of};
use crate::installation::Installation;
use crate::linked::{self, LINKED, Linked};

use matrix::{Row, markdown};

/// Print who may call what, as Markdown
#[derive(Args, Debug)]
pub(crate) struct AccessArgs {
    /// Only what this service serves
    service: Option<String>,

    /// Ask the running services what they enforce, instead of the contract
    #[arg(long)]
    live: bool,
}

pub(crate) async fn run(
    installation: impl FnOnce() -> Result<Installation>,
    args: AccessArgs,
) -> Result<ExitCode> {
    let services: Vec<&Linked> = match &args.service {
        Some(name) => vec![linked::named(name).map_err(|problem| anyhow!(problem))?],
        None => LINKED.iter().collect(),
    };
    let rows = if args.live {
        enforced(&installation()?, &services).await?
    } else {
        let rows = services.iter().map(|it| it.nouns);
        rows.flat_map(|it| it.access_rules().map(|rule| Row::of_rule(it, rule)))
            .collect()
    };
    answer(markdown(&rows).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// The rules that running services enforce, in path order.
async fn enforced(installation: &Installation, services: &[&'static Linked]) -> Result<Vec<Row>> {
    let method = Contract::read()?.method(&format!("{ACCESS}/ListPermissions"));
    let method = method.map_err(|problem| anyhow!(problem))?;
    let message =
        message_of(&method.input, &serde_json::json!({})).map_err(|problem| anyhow!(problem))?;
    let caller = Caller {
        kind: Kind::Workload,
        id: "norec".to_owned(),
        roles: Vec::new(),
        unit: None,
    };
    let mut client = Client::of(installation)?;
    let mut rows = Vec::new();
    for to in services {
        let call = Call {
            to,
            method: method.clone(),
            caller: caller.clone(),
            message: message.clone(),
        };
        let waiting = |refusal: &Refusal| {
            say(format_args!("norec: {}; trying again", refusal.headline()));
        };
        match client.call(&call, &[], waiting).await? {
            Ok(reply) => {
                let reply = ListPermissionsResponse::decode(reply.encode_to_vec().as_slice())?;
                let permissions = reply.permissions.into_iter();
                rows.extend(permissions.map(|it| Row::of_permission(to.name, it)));
            }
            Err(refusal) => bail!("{}: {refusal}", to.name),
        }
    }
    Ok(rows)
}
