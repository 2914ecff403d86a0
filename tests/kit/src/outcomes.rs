//! Notes every (service, method, code, reason, reasons of bad fields) that a test's client has seen, when
//! `NOREC_OUTCOMES` names a folder: the suite compares them with the contract, so that a reason nobody
//! produced fails.

use std::error::Error as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use crate::refusal::Refusal;

pub(crate) fn note(service: &str, path: &str, refusal: Option<&Refusal>) {
    let Some(folder) = std::env::var_os("NOREC_OUTCOMES").map(PathBuf::from) else {
        return;
    };
    // A connection that was refused or ended is no answer of the server's.
    if refusal.is_some_and(|it| it.status.source().is_some()) {
        return;
    }
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}.tsv", std::process::id()));
    let (code, reason) = refusal.map_or(("Ok".to_owned(), ""), |it| {
        (format!("{:?}", it.code), it.reason.as_str())
    });
    let of_fields = refusal.map(Refusal::field_reasons).unwrap_or_default();
    let of_fields = of_fields.join(",");
    let line = format!("{service}\t{path}\t{code}\t{reason}\t{of_fields}\n");
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .unwrap()
        .write_all(line.as_bytes())
        .unwrap();
}
