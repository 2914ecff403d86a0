//! What a show does: `show.json` in its folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;

use crate::json;

/// What a show does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    pub(super) title: String,
    pub(super) steps: Vec<Step>,
    pub(super) report: String,
    /// Whose figures are listed.
    pub(super) cutoffs: Vec<String>,
    /// Figures that are opened, and as whom everything is read.
    pub(super) explain: Vec<Opening>,
    pub(super) reader: String,
    /// As whom everything that was recorded is verified.
    pub(super) auditor: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    /// A file of requests.
    Play(String),
    /// A file of the accounts.
    Import {
        actor: String,
        file: String,
        map: String,
        request: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    pub(super) figure: String,
    #[serde(default)]
    pub(super) group: Vec<String>,
}

impl Show {
    /// Reads the one in this folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("show.json");
        let text = fs::read(&file).with_context(|| file.display().to_string())?;
        json::of(&text).map_err(|problem| anyhow!("{}: {problem}", file.display()))
    }
}
