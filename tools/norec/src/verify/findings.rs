//! What differs, told as it is found.

use std::fmt::Display;
use std::io::{self, IsTerminal};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tonic::Code;

use crate::client::Refusal;
use crate::console::answer;

/// Differences that are told one by one; of a database that was rewritten whole there is one for each
/// entry.
const TOLD_MAX: u64 = 200;

/// What differs, beside the bar that shows how far the walk is.
#[derive(Debug)]
pub(super) struct Findings {
    count: u64,
    bar: ProgressBar,
}

impl Findings {
    /// A bar on a terminal, and none elsewhere.
    pub(super) fn new() -> Result<Self> {
        let target = match io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {per_sec} {eta}")?;
        let bar = ProgressBar::with_draw_target(Some(0), target).with_style(style);
        Ok(Self { count: 0, bar })
    }

    /// What is read now, and how much of it there is.
    pub(super) fn begin(&self, what: String, length: i64) {
        self.bar.set_prefix(what);
        self.bar
            .set_length(u64::try_from(length).unwrap_or_default());
        self.bar.set_position(0);
    }

    /// So much more of it was read.
    pub(super) fn read(&self, count: usize) {
        self.bar.inc(u64::try_from(count).unwrap_or_default());
    }

    /// Something differs.
    pub(super) fn differs(&mut self, service: &str, what: impl Display) -> io::Result<()> {
        self.count += 1;
        if self.count > TOLD_MAX {
            return Ok(());
        }
        self.say(format_args!("{service}: {what}"))
    }

    /// What a part has come to. Where the service cannot read what it holds, that is a difference too, and
    /// the rest of the part is left out.
    pub(super) fn or_unreadable<T: Default>(
        &mut self,
        service: &str,
        part: Result<T>,
    ) -> Result<T> {
        let error = match part {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let refusal = error.downcast_ref::<Refusal>();
        if refusal.is_none_or(|it| it.code != Code::Internal) {
            return Err(error);
        }
        self.differs(
            service,
            format_args!("what it holds cannot be read: {error}"),
        )?;
        Ok(T::default())
    }

    /// A line of the answer, beside the bar.
    pub(super) fn say(&self, line: impl Display) -> io::Result<()> {
        self.bar.suspend(|| answer(line))
    }

    /// How many differences there are; tells how many were not told.
    pub(super) fn end(self) -> io::Result<u64> {
        self.bar.finish_and_clear();
        let untold = self.count.saturating_sub(TOLD_MAX);
        if untold > 0 {
            answer(format_args!("and {untold} differences more"))?;
        }
        Ok(self.count)
    }
}
