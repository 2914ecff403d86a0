//! How far a file has been played, for whoever watches: every line of a short file, a bar on a
//! terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::{answer, say};

/// A file of at most so many lines is told line by line.
const SHORT_MAX: usize = 40;
/// Of a long one, every so many.
const LINES_BETWEEN: usize = 100;

/// The progress of one file.
#[derive(Debug)]
pub(super) struct Progress {
    file: String,
    total: usize,
    done: usize,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Of a file with so many steps.
    pub(super) fn of(file: &str, total: usize) -> Result<Self> {
        let bar = if total > SHORT_MAX && io::stderr().is_terminal() {
            let style =
                ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {per_sec} {eta}")?;
            let length = u64::try_from(total)?;
            let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
            Some(bar.with_prefix(file.to_owned()).with_style(style))
        } else {
            None
        };
        Ok(Self {
            file: file.to_owned(),
            total,
            done: 0,
            bar,
        })
    }

    /// A step is done; `what` tells of it where every step is told.
    pub(super) fn step(&mut self, what: Option<String>) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.inc(1);
        } else if self.total <= SHORT_MAX {
            what.into_iter().for_each(say);
        } else if self.done.is_multiple_of(LINES_BETWEEN) || self.done == self.total {
            say(format_args!(
                "{}: {} of {} steps",
                self.file, self.done, self.total
            ));
        }
    }

    /// So many steps from the first were done before.
    pub(super) fn pass(&mut self, count: usize) {
        self.done += count;
        if let Some(bar) = &self.bar {
            bar.inc(u64::try_from(count).unwrap_or_default());
        }
        let (file, total) = (&self.file, self.total);
        self.say(&format!(
            "{file}: {count} of {total} steps were played before, and are passed over"
        ));
    }

    /// Says something beside the bar.
    pub(super) fn say(&self, text: &str) {
        self.beside(|| say(text));
    }

    /// Writes a line of the answer beside the bar.
    pub(super) fn answer(&self, text: &str) -> io::Result<()> {
        self.beside(|| answer(text))
    }

    fn beside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }
}
