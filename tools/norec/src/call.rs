//! `norec call`: one request to one service, as grpcurl sends it.

use std::io::Read;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Args;

use crate::caller::CallerArgs;
use crate::client::{Call, Client, PATIENCE, Refusal};
use crate::console::{answer, say};
use crate::contract::{Contract, json_of, message_of};
use crate::installation::Installation;
use crate::{json, linked};

/// Call one RPC and print the answer as JSON, with every field, also one that is not set
///
/// Exits with 64 + the gRPC code when the call is refused.
#[derive(Args, Debug)]
pub(crate) struct CallArgs {
    /// Full name, such as norec.grants.v1.SchemeService/GetSchemeEdition
    method: String,

    /// The request as protobuf JSON; @ reads it from standard input
    #[arg(short, long, value_name = "JSON", default_value = "{}")]
    data: String,

    /// The service that is called, where several serve the method
    #[arg(long, value_name = "NAME")]
    service: Option<String>,

    #[command(flatten)]
    caller: CallerArgs,
}

pub(crate) async fn run(installation: &Installation, args: CallArgs) -> Result<ExitCode> {
    let method = Contract::read()?.method(&args.method);
    let method = method.map_err(|problem| anyhow!("no method {}: {problem}", args.method))?;
    let to = linked::serving(&method.grpc_service, args.service.as_deref());
    let json = match args.data.as_str() {
        "@" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        text => text.to_owned(),
    };
    let json = json::value(json.as_bytes()).context("the request")?;
    let message =
        message_of(&method.input, &json).map_err(|problem| anyhow!("the request: {problem}"))?;
    let call = Call {
        to: to.map_err(|problem| anyhow!(problem))?,
        method,
        caller: args.caller.into(),
        message,
    };

    let waiting = |refusal: &Refusal| {
        say(format_args!(
            "norec: {}; trying again for {} s",
            refusal.headline(),
            PATIENCE.as_secs()
        ));
    };
    match Client::of(installation)?.call(&call, &[], waiting).await? {
        Ok(message) => {
            answer(format_args!("{:#}", json_of(&message, true)?))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            say(format_args!("norec: {refusal}"));
            Ok(ExitCode::from(refusal.exit_code()))
        }
    }
}
