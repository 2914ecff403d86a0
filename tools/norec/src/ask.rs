//! One typed request to the suite, with its typed answer; a refusal ends the command.

use anyhow::{Result, anyhow};
use prost::Message;
use prost_reflect::{DynamicMessage, ReflectMessage};
use proto::Call as Request;

use crate::caller::Caller;
use crate::client::{Call, Client, PATIENCE, Refusal};
use crate::console::say;
use crate::contract::Contract;
use crate::linked;

/// Asks whichever service serves the request, and keeps at it while a refusal may pass.
///
/// # Errors
/// A [`Refusal`], in the context of the method's path; or that no call could be made.
pub(crate) async fn ask<R: Request>(
    client: &mut Client,
    caller: &Caller,
    request: &R,
) -> Result<R::Reply> {
    let problem = |it: String| anyhow!("{}: {it}", R::PATH);
    let method = Contract::read()?.method(R::PATH).map_err(problem)?;
    let to = linked::serving(&method.grpc_service, None).map_err(problem)?;
    let mut message = DynamicMessage::new(method.input.clone());
    message.merge(request.encode_to_vec().as_slice())?;
    let call = Call {
        to,
        method,
        caller: caller.clone(),
        message,
    };
    let waiting = |refusal: &Refusal| {
        say(format_args!(
            "norec: {}; trying again for {} s",
            refusal.headline(),
            PATIENCE.as_secs()
        ));
    };
    let answer = client.call(&call, &[], waiting).await?;
    let answer = answer.map_err(|refusal| anyhow!(refusal).context(R::PATH))?;
    debug_assert_eq!(answer.descriptor(), call.method.output);
    Ok(R::Reply::decode(answer.encode_to_vec().as_slice())?)
}
