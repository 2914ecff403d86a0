//! Compiles a contract and generates from it what must never be written twice: the access rules and
//! views of its packages, the traits of its messages, its reasons to refuse and its words. Fails on a contract
//! that breaks a rule of the suite, so that a forgotten access rule is a build error.
//!
//! It runs as the build script of `proto`, over the suite's contract, and of the tests' own contract,
//! which speaks of the suite's nouns.

#![expect(
    clippy::print_stdout,
    reason = "cargo reads what a build script prints"
)]

mod contract;
mod for_machines;
mod marks;
mod messages;
mod packages;
mod reasons;
#[cfg(test)]
mod tests;
mod words;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};
use contract::Contract;
use prost_reflect::FileDescriptor;
use reasons::Of;

/// A contract's sources.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The folder that the names of its files are relative to.
    pub root: &'a str,
    /// The same of the suite's contract, where this one is another and speaks of its nouns.
    pub suite: Option<&'a str>,
}

/// Compiles what lies in `norec` below the root, and writes into the build's own folder:
///
/// - `descriptors.bin`: all files with their comments and options;
/// - `messages.rs`: messages, clients and servers, by package;
/// - `packages.rs`: each package as its hosts serve it, and the traits of its messages;
/// - `marks.rs`: what takes personal data out of a message;
/// - `reasons.rs` and `field_reasons.rs`: each reason to refuse a call, or a field, a struct of its keys;
/// - `words.rs`: what people call states, duties and roles.
pub fn generate(sources: Sources<'_>) -> Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").context("cargo names OUT_DIR")?);
    let includes = [Some(sources.root), sources.suite];
    let includes: Vec<_> = includes.into_iter().flatten().collect();
    let folders = includes
        .iter()
        .flat_map(|it| [Path::new(it).join("norec"), Path::new(it).join("google")]);
    for folder in folders.filter(|it| it.is_dir()) {
        println!("cargo:rerun-if-changed={}", folder.display());
    }

    let mut compiler = protox::Compiler::new(&includes)?;
    compiler.include_imports(true).include_source_info(true);
    let files = proto_files(&Path::new(sources.root).join("norec"))?;
    compiler.open_files(&files)?;
    // The encoded form keeps the custom options; the decoded one drops them.
    let encoded = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.bin"), &encoded)?;

    let is_own = |it: &FileDescriptor| match sources.suite {
        None => !it.package_name().starts_with("google.protobuf"),
        Some(_) => files.iter().any(|file| file.ends_with(it.name())),
    };
    let contract = Contract::read(&encoded, is_own)?;
    messages::generate(&contract, compiler.file_descriptor_set())?;
    fs::write(out.join("packages.rs"), packages::generate(&contract)?)?;
    fs::write(out.join("marks.rs"), marks::generate(&contract)?)?;
    for (file, of) in [("reasons.rs", Of::Call), ("field_reasons.rs", Of::Field)] {
        fs::write(out.join(file), reasons::generate(&contract, of)?)?;
    }
    fs::write(out.join("words.rs"), words::generate(&contract)?)?;
    Ok(())
}

fn proto_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|it| it == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
