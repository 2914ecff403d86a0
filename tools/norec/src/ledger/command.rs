//! `norec ledger`: files of the accounts from the command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};

use super::{ColumnMap, import, read};
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
    ///   {"encoding": "auto, utf-8 or windows-1252", "delimiter": ";", "decimal": "comma or point",
    ///    "unit": "NOK, thousand NOK or million NOK", "date_format": "dd.mm.yyyy",
    ///    "header_line": 1,
    ///    "columns": {"voucher": "Bilagsnr", "day": "Dato", "post": "Post", "account": "Konto",
    ///                "amount": "Beløp", "text": 9},
    ///    "constants": {"chapter": "144"}}
    ///
    /// Columns are named as in the header, or counted from 1: voucher, day, chapter, post,
    /// sub_post, account, amount (or debit and credit), text, agreement, corrects. All but columns
    /// and date_format may be left out.
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
            let mut client = Client::of(&installation()?)?;
            import(&mut client, &caller.into(), (&file, &map, &request)).await
        }
    }
}

fn show(file: &Path, map: &Path, print_rows: bool) -> Result<ExitCode> {
    let json = fs::read(map).with_context(|| map.display().to_string())?;
    let map = ColumnMap::from_json(&json).with_context(|| map.display().to_string())?;
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    let rows = read(&bytes, &map).map_err(|problems| anyhow!("{}: {problems}", file.display()))?;

    let mut posts: BTreeMap<String, (usize, i128)> = BTreeMap::new();
    for row in &rows {
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
    Ok(ExitCode::SUCCESS)
}
