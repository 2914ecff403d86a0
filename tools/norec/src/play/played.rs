//! What of a file was played in this installation: a line of `played/` for each step that ended as it
//! says, with the step's digest and the names that it kept.
//!
//! A line is written through before the next step is sent. Whoever ends in between sends that step once
//! more, which a request_id makes harmless; a last line that was not written whole does not count.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::step::Step;
use super::words::Names;
use crate::installation::Installation;
use crate::json;

/// One step that ended as it says. A later entry of the same step counts instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Its place among the steps of the file, from 0.
    step: usize,
    /// SHA-256 of its line.
    digest: String,
    /// What its reply was kept as.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    kept: Names,
}

/// What was played of one file; nobody else plays the file as long as this lives.
#[derive(Debug)]
pub(super) struct Played {
    path: PathBuf,
    file: File,
    entries: Vec<Entry>,
}

impl Played {
    /// Of the file at this place.
    pub(super) fn open(installation: &Installation, played: &Path) -> Result<Self> {
        let whole = fs::canonicalize(played).with_context(|| played.display().to_string())?;
        installation.prepare()?;
        let path = installation.played(&whole);
        let mut options = OpenOptions::new();
        let options = options.read(true).append(true).create(true).mode(0o600);
        let shown = path.display().to_string();
        let mut file = options.open(&path).with_context(|| shown.clone())?;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => bail!("{} is being played", played.display()),
            Err(TryLockError::Error(error)) => return Err(error).context(shown),
        }
        let mut text = String::new();
        file.read_to_string(&mut text).context(shown.clone())?;
        let written = whole_lines(&text);
        file.set_len(written.len().try_into()?)?;
        let entries = entries(written).map_err(|problem| anyhow!("{shown}: {problem}"))?;
        Ok(Self {
            path,
            file,
            entries,
        })
    }

    /// Where it is kept.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many steps have ended as they say.
    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    /// What words stand for.
    pub(super) fn names(&self) -> Names {
        let kept = self.entries.iter().flat_map(|it| it.kept.clone());
        kept.collect()
    }

    /// What is no longer as it was played.
    pub(super) fn changed(&self, steps: &[Step]) -> Option<Changed> {
        let mut both = self.entries.iter().zip(steps);
        let other = both.find(|(entry, step)| entry.digest != step.digest);
        let other = other.map(|(_, step)| Changed::Line(step.line));
        other.or_else(|| (self.entries.len() > steps.len()).then_some(Changed::Shorter))
    }

    /// A step has ended as it says. One that had before, and keeps what it kept, is not written again.
    pub(super) fn add(&mut self, place: usize, step: &Step, kept: Names) -> Result<()> {
        let entry = Entry {
            step: place,
            digest: step.digest.clone(),
            kept,
        };
        if self.entries.get(place) == Some(&entry) {
            return Ok(());
        }
        let line = serde_json::to_string(&entry)? + "\n";
        let written = self.file.write_all(line.as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .with_context(|| self.path.display().to_string())?;
        put(&mut self.entries, entry).map_err(|problem| anyhow!(problem))
    }
}

/// How a file differs from what was played of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Changed {
    /// The step on this line is another.
    Line(usize),
    /// It has fewer steps than were played.
    Shorter,
}

/// The text up to its last end of a line.
fn whole_lines(text: &str) -> &str {
    &text[..text.rfind('\n').map_or(0, |end| end + 1)]
}

fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for line in text.lines() {
        put(&mut entries, json::of(line.as_bytes())?)?;
    }
    Ok(entries)
}

/// Puts an entry behind the others, or in the place of the former one of its step.
fn put(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), String> {
    let (step, count) = (entry.step, entries.len());
    match entries.get_mut(step) {
        Some(former) => *former = entry,
        None if step == count => entries.push(entry),
        None => {
            return Err(format!(
                "step {step} follows step {count}, and none between"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(line: usize, digest: &str) -> Step {
        Step {
            line,
            digest: digest.to_owned(),
            note: None,
            request: None,
        }
    }

    fn played(entries: Vec<Entry>) -> Played {
        Played {
            path: PathBuf::new(),
            file: tempfile::tempfile().unwrap(),
            entries,
        }
    }

    fn read(text: &str) -> Result<Vec<Entry>, String> {
        entries(whole_lines(text))
    }

    const FIRST: &str = r#"{"step":0,"digest":"a","kept":{"P1":"x/1"}}"#;
    const SECOND: &str = r#"{"step":1,"digest":"b"}"#;
    const FIRST_AGAIN: &str = r#"{"step":0,"digest":"a","kept":{"P1":"x/2"}}"#;

    #[test]
    fn what_was_written_whole_counts_and_the_later_entry_of_a_step() {
        let names = |text: &str| {
            let played = played(read(text).unwrap());
            (played.count(), played.names().get("P1").cloned())
        };
        let both = format!("{FIRST}\n{SECOND}\n");
        for (text, count, name) in [
            (String::new(), 0, None),
            (FIRST.to_owned(), 0, None),
            (format!("{FIRST}\n"), 1, Some("x/1")),
            (format!("{FIRST}\n{}", &SECOND[..9]), 1, Some("x/1")),
            (both.clone(), 2, Some("x/1")),
            (format!("{both}{FIRST_AGAIN}\n"), 2, Some("x/2")),
        ] {
            assert_eq!(names(&text), (count, name.map(str::to_owned)), "{text}");
        }
        for broken in [format!("{SECOND}\n"), "{}\n".to_owned(), "x\n".to_owned()] {
            assert!(read(&broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_step_that_was_played_and_is_another_now_is_named() {
        let entries = read(&format!("{FIRST}\n{SECOND}\n")).unwrap();
        let played = played(entries);
        let table = [
            (vec![step(1, "a"), step(4, "b")], None),
            (vec![step(1, "a"), step(4, "b"), step(5, "c")], None),
            (vec![step(1, "a"), step(4, "c")], Some(Changed::Line(4))),
            (vec![step(2, "b"), step(4, "a")], Some(Changed::Line(2))),
            (vec![step(1, "a")], Some(Changed::Shorter)),
            (vec![step(1, "x")], Some(Changed::Line(1))),
            (vec![], Some(Changed::Shorter)),
        ];
        for (steps, changed) in table {
            assert_eq!(played.changed(&steps), changed, "{steps:?}");
        }
    }
}
