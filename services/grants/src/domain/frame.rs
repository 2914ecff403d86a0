//! Frame (ramme): what may still be committed of one chapter, post and year. It is judged on all
//! that is registered now, whatever its day.

use chrono::NaiveDate;
use platform::PostKey;

use crate::Refusal;
use crate::domain::AllocationLine;
use crate::domain::allocation_line::{Kind, State};
use crate::refusal::BudgetRefusal;

/// Which frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// Chapter and post.
    pub post: PostKey,
    /// Budget year.
    pub year: i32,
}

/// The sums that a decision is judged by, all in øre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which frame.
    pub key: FrameKey,
    /// The ministry has allotted to it; without a line a later year's commitment is conditional.
    pub has_line: bool,
    /// The ministry's confirmed lines.
    pub allocated_ore: i64,
    /// Norec's own confirmed lines, for spending outside agreements.
    pub set_aside_ore: i64,
    /// Unconditional commitments, less what closings released.
    pub committed_ore: i64,
    /// Conditional commitments (med forbehold), less what closings released; not in the frame.
    pub conditional_ore: i64,
    /// Payments that the bank made in this year of other years' commitments.
    pub paid_of_other_years_ore: i64,
}

impl Frame {
    /// A frame without commitments or payments, from its lines. Lines of other frames and lines
    /// that do not count are left out.
    pub fn of<'a>(key: FrameKey, lines: impl IntoIterator<Item = &'a AllocationLine>) -> Self {
        let mut frame = Self {
            key,
            has_line: false,
            allocated_ore: 0,
            set_aside_ore: 0,
            committed_ore: 0,
            conditional_ore: 0,
            paid_of_other_years_ore: 0,
        };
        for line in lines {
            if !line.counts() || line.key() != frame.key {
                continue;
            }
            match line.kind {
                Kind::Allocated | Kind::CarriedOver => {
                    frame.has_line = true;
                    frame.allocated_ore += line.amount_ore;
                }
                Kind::SetAside => frame.set_aside_ore += line.amount_ore,
            }
        }
        frame
    }

    /// What is left; below zero by the ministry's decisions, or by a payment that the bank made in
    /// this year of another year's commitment.
    pub fn available_ore(&self) -> i64 {
        self.allocated_ore - self.set_aside_ore - self.committed_ore - self.paid_of_other_years_ore
    }

    /// An act of Norec's own that takes this much more holds: it may not make available negative,
    /// or deepen it. What frees money (0 or less) always holds.
    pub fn must_hold(&self, asked_ore: i64) -> Result<(), Refusal> {
        let available_ore = self.available_ore();
        if asked_ore <= 0 || asked_ore <= available_ore {
            return Ok(());
        }
        Err(BudgetRefusal::FrameExceeded {
            key: self.key.clone(),
            available_ore,
            asked_ore,
        }
        .into())
    }

    /// Norec may set aside so much more, or with a negative amount free so much: what it sets aside
    /// is held by the frame, and nothing is freed that is not set aside, or Norec would allot to
    /// itself.
    pub fn must_let_set_aside(&self, more_ore: i64) -> Result<(), Refusal> {
        self.must_hold(more_ore)?;
        if more_ore < 0 && self.set_aside_ore + more_ore < 0 {
            return Err(BudgetRefusal::SetAsideExceeded {
                key: self.key.clone(),
                set_aside_ore: self.set_aside_ore,
                asked_ore: -more_ore,
            }
            .into());
        }
        Ok(())
    }
}

/// A frame with the lines that make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameLines {
    /// Its sums.
    pub frame: Frame,
    /// Lines that wait and lines that count, in any order.
    pub lines: Vec<AllocationLine>,
}

impl FrameLines {
    /// Lines that count as of a day, by date and name (FR-03).
    pub fn counting(&self, as_of: NaiveDate) -> Vec<AllocationLine> {
        self.sorted(|it| it.counts() && it.counts_from() <= as_of)
    }

    /// What the ministry has allotted as of a day.
    pub fn allocated_ore(&self, as_of: NaiveDate) -> i64 {
        Frame::of(self.frame.key.clone(), &self.counting(as_of)).allocated_ore
    }

    /// Lines that wait for another person, by date and name (FR-01).
    pub fn waiting(&self) -> Vec<AllocationLine> {
        self.sorted(|it| it.state == State::Entered)
    }

    fn sorted(&self, wanted: impl Fn(&AllocationLine) -> bool) -> Vec<AllocationLine> {
        let mut lines: Vec<_> = self.lines.iter().filter(|it| wanted(it)).cloned().collect();
        lines.sort_by(|a, b| (a.counts_from(), &a.name).cmp(&(b.counts_from(), &b.name)));
        lines
    }
}
