//! `norec ledger import`: a file of the accounts, sent to governance as one import.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Error, Result, anyhow};
use prost::Message;
use proto::common::v1::Post;
use proto::google::r#type::Money;
use proto::governance::v1 as pb;
use sha2::{Digest, Sha256};

use super::field::Field;
use super::problem::{ReadProblems, RowProblem};
use super::table::{Judged, Skipped, table};
use super::{ColumnMap, Row, refused};
use crate::ask::ask;
use crate::caller::Caller;
use crate::client::{Client, Refusal};
use crate::console::{answer, say};
use crate::contract::{Contract, message_of};
use crate::json;
use crate::kroner::kroner;

/// A file that was read, and the import that it becomes.
#[derive(Debug)]
pub(crate) struct Import {
    file: String,
    map: ColumnMap,
    /// Rows whose cells may be shifted: nothing of them is sent.
    shifted: Vec<RowProblem>,
    sent: Vec<Judged>,
    skipped: Skipped,
    message: pb::ImportAccountsRequest,
}

impl Import {
    /// Reads the rows of `file` by `map`, and the import that `request` describes: an
    /// ImportAccountsRequest as protobuf JSON, without rows.
    pub(crate) fn read((file, map, request): (&Path, &Path, &Path)) -> Result<Self> {
        let bytes = |path: &Path| fs::read(path).with_context(|| path.display().to_string());
        let columns = ColumnMap::from_json(&bytes(map)?);
        let columns = columns.with_context(|| map.display().to_string())?;
        let message = described(&bytes(request)?);
        let mut message = message.with_context(|| request.display().to_string())?;
        let file_name = file.display().to_string();
        let read = table(&bytes(file)?, &columns);
        let read = read.map_err(|problems| anyhow!("{file_name}: {problems}"))?;
        let is_shifted = |it: &RowProblem| it.surplus.is_some();
        let (shifted, sent): (Vec<_>, Vec<_>) = read
            .rows
            .into_iter()
            .partition(|it| it.problem.as_ref().is_some_and(is_shifted));
        let is_aggregate = message
            .accounts_import
            .as_ref()
            .is_some_and(|it| it.aggregate);
        message.rows = sent.iter().map(|it| to_wire(it, is_aggregate)).collect();
        if message.request_id.is_empty() {
            message.request_id = hex::encode(&Sha256::digest(message.encode_to_vec())[..16]);
        }
        Ok(Self {
            file: file_name,
            map: columns,
            shifted: shifted.into_iter().filter_map(|it| it.problem).collect(),
            sent,
            skipped: read.skipped,
            message,
        })
    }

    /// Sends it. Sent again, it changes nothing: its request_id is made of its content. Where rows cannot
    /// be read, nothing is imported, and governance is asked what else is wrong with them.
    pub(crate) async fn send(mut self, client: &mut Client, caller: &Caller) -> Result<ExitCode> {
        let is_whole = self.shifted.is_empty() && self.sent.iter().all(|it| it.problem.is_none());
        self.message.validate_only |= !is_whole;
        match ask(client, caller, &self.message).await {
            Ok(imported) if is_whole => self.told(&imported),
            Ok(_) => self.refused(Vec::new(), ExitCode::FAILURE),
            Err(error) => match fields_of(&error) {
                Some((fields, code)) if is_whole => self.refused(fields, code),
                Some((mut fields, _)) => {
                    // How many rows there are is not known before all can be read.
                    fields.retain(|(field, _)| field != "rows");
                    self.refused(fields, ExitCode::FAILURE)
                }
                None if is_whole => Err(error),
                None => self.refused(Vec::new(), ExitCode::FAILURE),
            },
        }
    }

    /// The import, the sum and the control total of each post, and what was left out.
    fn told(&self, imported: &pb::AccountsImport) -> Result<ExitCode> {
        let (name, count) = (&imported.name, imported.row_count);
        answer(format_args!("{name}: {count} rows imported"))?;
        for total in &imported.control_totals {
            answer(format_args!("  {}", told(total)))?;
        }
        let zeros = usize::try_from(imported.zero_row_count).unwrap_or_default();
        if let Some(skipped) = self.skipped.told(zeros) {
            answer(format_args!("  {skipped}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Says what is wrong with the rows, all together, and with the rest of the request.
    fn refused(mut self, fields: Vec<(String, String)>, code: ExitCode) -> Result<ExitCode> {
        let others = refused::add_to(&mut self.sent, fields, &self.map);
        let rows = self.sent.len() + self.shifted.len();
        let of_sent = self.sent.into_iter().filter_map(|it| it.problem);
        let mut problems: Vec<_> = self.shifted.into_iter().chain(of_sent).collect();
        problems.sort_by_key(|it| it.line);
        if !problems.is_empty() {
            let problems = ReadProblems::of_rows(rows, problems);
            say(format_args!("norec: {}: {problems}", self.file));
        }
        for (field, expected) in others {
            say(format_args!("norec: the request: {field}: {expected}"));
        }
        say("norec: nothing was imported");
        Ok(code)
    }
}

/// The fields that a refusal names, with the exit code that goes with it.
fn fields_of(error: &Error) -> Option<(Vec<(String, String)>, ExitCode)> {
    let refusal = error.downcast_ref::<Refusal>()?;
    let code = ExitCode::from(refusal.exit_code());
    (!refusal.fields.is_empty()).then(|| (refusal.fields.clone(), code))
}

/// Sum, control total and difference of a post, in one line.
fn told(total: &pb::ControlTotal) -> String {
    let post = total.post.clone().unwrap_or_default();
    let [sum, published, difference] = [&total.row_sum, &total.amount, &total.rounding_difference]
        .map(|it| kroner(in_ore(it.as_ref())));
    let accepted = total.accepted_difference.as_ref().map(|it| {
        let (by, reason) = (&it.accepted_by, &it.reason);
        format!(", accepted by {by}: {reason}")
    });
    format!(
        "{}.{}: sum {sum}, control total {published}, difference {difference} kroner{}",
        post.chapter,
        post.post,
        accepted.unwrap_or_default()
    )
}

fn in_ore(money: Option<&Money>) -> i128 {
    money.map_or(0, |it| {
        i128::from(it.units) * 100 + i128::from(it.nanos / 10_000_000)
    })
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

/// A row as the import takes it: published totals have neither voucher nor day. An amount that cannot be
/// read is none, for a row of 0 would be judged no further.
fn to_wire(judged: &Judged, is_aggregate: bool) -> pb::AccountRow {
    let Row {
        voucher,
        day,
        chapter,
        post,
        sub_post,
        account,
        amount_ore,
        text,
        agreement,
        corrects,
        line: _,
    } = judged.row.clone();
    let is_amount = |it: Field| matches!(it, Field::Amount | Field::Debit | Field::Credit);
    let problem = judged.problem.as_ref();
    let has_amount = !problem.is_some_and(|it| it.cells.iter().any(|cell| is_amount(cell.field)));
    pb::AccountRow {
        voucher: voucher.unwrap_or_default(),
        date: (!is_aggregate).then(|| platform::date_to_wire(day)),
        post: Some(Post { chapter, post }),
        sub_post: sub_post.unwrap_or_default(),
        account,
        amount: has_amount.then(|| platform::nok(amount_ore)),
        text,
        agreement: agreement.unwrap_or_default(),
        corrects: corrects.unwrap_or_default(),
        ..pb::AccountRow::default()
    }
}
