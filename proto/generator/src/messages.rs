//! Messages, clients and servers, by package: prost's and tonic's work.

use std::collections::BTreeSet;

use anyhow::Result;
use prost_types::FileDescriptorSet;

use crate::contract::Contract;
use crate::marks;

/// Writes `messages.rs` and what it includes into the build's own folder.
pub(crate) fn generate(contract: &Contract, mut files: FileDescriptorSet) -> Result<()> {
    let mut config = prost_build::Config::new();
    config.enable_type_names();
    let undebugged = marks::undebugged(contract);
    config.skip_debug(undebugged.iter().map(|it| format!(".{it}")));
    let mut builder = tonic_prost_build::configure()
        .include_file("messages.rs")
        .emit_rerun_if_changed(false);
    let mut elsewhere = BTreeSet::new();
    for file in &mut files.file {
        let package = file.package();
        if !contract.own.contains(package) && !package.starts_with("google.protobuf") {
            elsewhere.insert(package.to_owned());
            file.service.clear();
        }
    }
    // Their messages stand in `proto`; what is generated refers to them there.
    for package in elsewhere {
        let module = package.trim_start_matches("norec.").replace('.', "::");
        builder = builder.extern_path(format!(".{package}"), format!("::proto::{module}"));
    }
    builder.compile_fds_with_config(files, config)?;
    Ok(())
}
