//! `norec ledger`: files of the accounts from the command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};

use super::{ColumnMap, Import, Reading, read};
use crate::caller::CallerArgs;
use crate::client::Client;
use crate::console::answer;
use crate::installation::Installation;
use crate::kroner::kroner;

/// Read the accounts' files
#[derive(Args, Debug)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a CSV file by a map of its columns and show what was read; nothing is sent
    ///
    /// Prints the sum of each post and of all, so that a map can be tried before an import. A map
    /// is a JSON file:
    ///
    ///   {"encoding": "auto, utf-8, windows-1252, cp865, utf-16le or utf-16be", "delimiter": ";",
    ///    "decimal": "comma or point", "thousands": "blank, comma, point or apostrophe",
    ///    "parentheses": true, "unit": "NOK, thousand NOK or million NOK",
    ///    "date_format": "dd.mm.yyyy", "header_line": 1, "footer": 1, "skip_empty": ["account"],
    ///    "columns": {"voucher": "Bilagsnr", "day": "Dato", "post": "Post", "account": "Konto",
    ///                "amount": "Beløp", "text": 9},
    ///    "constants": {"chapter": "144"}}
    ///
    /// Columns are named as in the header, or counted from 1: voucher, day, chapter, post,
    /// sub_post, account, amount (or debit and credit), text, agreement, corrects. All but columns
    /// and date_format may be left out; where every column is counted, header_line may not: it is 0
    /// when no line names the columns. With parentheses (7,00) is negative. footer is how many rows
    /// at the end are none of the accounts, such as a sum, and a row in which a column of skip_empty
    /// is empty is none either, such as a heading. Empty rows are left out, and so are rows of 0, which
    /// governance counts; how many is told.
    #[command(verbatim_doc_comment)]
    Read {
        /// The CSV file
        file: PathBuf,

        /// The map of its columns
        #[arg(long, value_name = "FILE")]
        map: PathBuf,

        /// Print the rows as JSON too, one per line
        #[arg(long)]
        rows: bool,
    },

    /// Read a CSV file by a map of its columns and import it into governance, all of it or nothing
    Import {
        /// The CSV file
        file: PathBuf,

        /// The map of its columns; see `norec ledger read --help`
        #[arg(long, value_name = "FILE")]
        map: PathBuf,

        /// The import without its rows: an ImportAccountsRequest as protobuf JSON, with days, source,
        /// precision, chart and control totals
        #[arg(long, value_name = "FILE")]
        request: PathBuf,

        #[command(flatten)]
        caller: CallerArgs,
    },
}

pub(crate) async fn run(
    installation: impl FnOnce() -> Result<Installation>,
    args: LedgerArgs,
) -> Result<ExitCode> {
    match args.command {
        Command::Read { file, map, rows } => show(&file, &map, rows),
        Command::Import {
            file,
            map,
            request,
            caller,
        } => {
            let import = Import::read((&file, &map, &request))?;
            let mut client = Client::of(&installation()?)?;
            import.send(&mut client, &caller.into()).await
        }
    }
}

fn show(file: &Path, map: &Path, print_rows: bool) -> Result<ExitCode> {
    let json = fs::read(map).with_context(|| map.display().to_string())?;
    let map = ColumnMap::from_json(&json).with_context(|| map.display().to_string())?;
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    let Reading { rows, skipped } =
        read(&bytes, &map).map_err(|problems| anyhow!("{}: {problems}", file.display()))?;
    let zeros = rows.iter().filter(|it| it.amount_ore == 0).count();

    let mut posts: BTreeMap<String, (usize, i128)> = BTreeMap::new();
    for row in rows.iter().filter(|it| it.amount_ore != 0) {
        if print_rows {
            answer(serde_json::to_string(row)?)?;
        }
        for key in [format!("{}.{}", row.chapter, row.post), "sum".to_owned()] {
            let (count, sum) = posts.entry(key).or_default();
            *count += 1;
            *sum += i128::from(row.amount_ore);
        }
    }
    for (post, (count, sum)) in posts {
        answer(format_args!("{post}: {count} rows, {} kroner", kroner(sum)))?;
    }
    if let Some(skipped) = skipped.told(zeros) {
        answer(skipped)?;
    }
    Ok(ExitCode::SUCCESS)
}
