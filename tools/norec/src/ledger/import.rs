//! `norec ledger import`: a file of the accounts, sent to governance as one import.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use prost::Message;
use proto::common::v1::Post;
use proto::governance::v1 as pb;
use sha2::{Digest, Sha256};

use super::{ColumnMap, Row, read};
use crate::ask::ask;
use crate::caller::Caller;
use crate::client::Client;
use crate::console::answer;
use crate::contract::{Contract, message_of};
use crate::json;

/// Sends the rows of `file`, read by `map`, with the import that `request` describes (an
/// ImportAccountsRequest as protobuf JSON, without rows). Sent again, it changes nothing: its
/// request_id is made of its content.
pub(crate) async fn import(
    client: &mut Client,
    caller: &Caller,
    (file, map, request): (&Path, &Path, &Path),
) -> Result<ExitCode> {
    let bytes = |path: &Path| fs::read(path).with_context(|| path.display().to_string());
    let columns = ColumnMap::from_json(&bytes(map)?).with_context(|| map.display().to_string())?;
    let rows = read(&bytes(file)?, &columns)
        .map_err(|problems| anyhow!("{}: {problems}", file.display()))?;
    let mut message = described(&bytes(request)?).with_context(|| request.display().to_string())?;
    let is_aggregate = message
        .accounts_import
        .as_ref()
        .is_some_and(|it| it.aggregate);
    message.rows = rows
        .into_iter()
        .map(|row| to_wire(row, is_aggregate))
        .collect();
    if message.request_id.is_empty() {
        message.request_id = hex::encode(&Sha256::digest(message.encode_to_vec())[..16]);
    }
    let imported = ask(client, caller, &message).await?;
    answer(format_args!(
        "{}: {} rows imported",
        imported.name, imported.row_count
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn described(json: &[u8]) -> Result<pb::ImportAccountsRequest> {
    let json = json::value(json)?;
    let path = <pb::ImportAccountsRequest as proto::Call>::PATH;
    let method = Contract::read()?
        .method(path)
        .map_err(|problem| anyhow!(problem))?;
    let message = message_of(&method.input, &json).map_err(|problem| anyhow!(problem))?;
    Ok(pb::ImportAccountsRequest::decode(
        message.encode_to_vec().as_slice(),
    )?)
}

/// A row as the import takes it: published totals have neither voucher nor day.
fn to_wire(row: Row, is_aggregate: bool) -> pb::AccountRow {
    pb::AccountRow {
        voucher: row.voucher.unwrap_or_default(),
        date: (!is_aggregate).then(|| platform::date_to_wire(row.day)),
        post: Some(Post {
            chapter: row.chapter,
            post: row.post,
        }),
        sub_post: row.sub_post.unwrap_or_default(),
        account: row.account,
        amount: Some(platform::nok(row.amount_ore)),
        text: row.text,
        agreement: row.agreement.unwrap_or_default(),
        corrects: row.corrects.unwrap_or_default(),
        ..pb::AccountRow::default()
    }
}
