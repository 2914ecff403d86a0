//! The knobs of this service's own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use host::{given, keep, sibling_at};
use tonic::transport::Endpoint;

use crate::domain::SourceName;

/// The knobs as they are given.
#[derive(Args, Clone, Debug)]
pub struct Flags {
    /// A service whose facts are followed, and its address, such as grants=http://127.0.0.1:7401.
    /// Repeated for each. Required.
    #[arg(long = "source", env = "NOREC_SOURCES", value_delimiter = ',')]
    sources: Vec<String>,
    /// File with the token that this service calls its siblings with; read at every call. Required.
    #[arg(long, env = "NOREC_TOKEN_FILE")]
    token_file: Option<PathBuf>,
}

/// Checked [`Flags`].
#[derive(Clone, Debug)]
pub struct Knobs {
    /// Where each source serves.
    pub sources: BTreeMap<SourceName, Endpoint>,
    /// File with the token that this service calls its siblings with.
    pub token_file: PathBuf,
}

impl Flags {
    /// Checks them, and names every bad one.
    pub fn check(self) -> Result<Knobs, Vec<String>> {
        let mut problems = Vec::new();
        if self.sources.is_empty() {
            problems.push("give --source (NOREC_SOURCES)".to_owned());
        }
        let mut sources = BTreeMap::new();
        for given in &self.sources {
            let source = parse(given).map_err(|right| format!("--source {given}: {right}"));
            let Some((name, address)) = keep(source, &mut problems) else {
                continue;
            };
            if sources.insert(name.clone(), address).is_some() {
                problems.push(format!("--source {given}: {name} is given twice"));
            }
        }
        let token_file = given(self.token_file, "--token-file", "NOREC_TOKEN_FILE");
        let token_file = keep(token_file, &mut problems);
        match token_file {
            Some(token_file) if problems.is_empty() => Ok(Knobs {
                sources,
                token_file,
            }),
            _ => Err(problems),
        }
    }
}

/// Reads such as `grants=http://127.0.0.1:7401`, or says what that is.
fn parse(given: &str) -> Result<(SourceName, Endpoint), String> {
    let (service, address) = given
        .split_once('=')
        .ok_or("a service and its address, such as grants=http://127.0.0.1:7401")?;
    let name = SourceName::parse(&format!("sources/{service}")).map_err(|it| it.0.english())?;
    if name == SourceName::own() {
        return Err("our own facts are followed as they are".to_owned());
    }
    Ok((name, sibling_at(address)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sources: &[&str]) -> Result<Vec<String>, usize> {
        let flags = Flags {
            sources: sources.iter().map(|it| (*it).to_owned()).collect(),
            token_file: Some("token".into()),
        };
        let names = |it: Knobs| it.sources.keys().map(ToString::to_string).collect();
        flags.check().map(names).map_err(|problems| problems.len())
    }

    #[test]
    fn what_is_missing_is_asked_for_by_flag_and_variable() {
        let nothing = Flags {
            sources: Vec::new(),
            token_file: None,
        };
        let expected = [
            "give --source (NOREC_SOURCES)",
            "give --token-file (NOREC_TOKEN_FILE)",
        ];
        assert_eq!(nothing.check().unwrap_err(), expected);
    }

    #[test]
    fn a_source_is_a_service_and_its_address_and_every_bad_one_is_named() {
        const GRANTS: &str = "grants=http://127.0.0.1:7401";
        for (sources, expected) in [
            (&[GRANTS][..], Ok(vec!["sources/grants"])),
            (
                &[GRANTS, "evaluation=http://127.0.0.1:7403"],
                Ok(vec!["sources/evaluation", "sources/grants"]),
            ),
            (&[], Err(1)),
            (&[GRANTS, GRANTS], Err(1)),
            (
                &["grants", "Grants=http://127.0.0.1:7401", "grants=nowhere"],
                Err(3),
            ),
            (&["=http://127.0.0.1:7401"], Err(1)),
            (&["governance=http://127.0.0.1:7402"], Err(1)),
        ] {
            let expected = expected.map(|it| it.into_iter().map(str::to_owned).collect());
            assert_eq!(check(sources), expected, "{sources:?}");
        }
    }
}
