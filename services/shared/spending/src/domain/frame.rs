//! Frame (ramme): what may still be committed of one chapter, post and year. It is judged on all
//! that is registered now, whatever its day.

use chrono::NaiveDate;
use platform::{Refused, kroner, reason};

use crate::domain::allocation_line::{Kind, State};
use crate::domain::{AllocationLine, FrameKey};

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
    /// Unconditional commitments, less what was given back.
    pub committed_ore: i64,
    /// Conditional commitments (med forbehold), less what was given back; not in the frame.
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
    pub fn must_hold(&self, asked_ore: i64) -> Result<(), Refused> {
        let available_ore = self.available_ore();
        if asked_ore <= 0 || asked_ore <= available_ore {
            return Ok(());
        }
        Err(reason::FrameExceeded {
            post: &self.key.post,
            year: self.key.year,
            available: kroner(available_ore),
            asked: kroner(asked_ore),
        }
        .into())
    }

    /// Norec may set aside so much more, or with a negative amount free so much: what it sets aside
    /// is held by the frame, and nothing is freed that is not set aside, or Norec would allot to
    /// itself.
    pub fn must_let_set_aside(&self, more_ore: i64) -> Result<(), Refused> {
        self.must_hold(more_ore)?;
        if more_ore < 0 && self.set_aside_ore + more_ore < 0 {
            return Err(reason::SetAsideExceeded {
                post: &self.key.post,
                year: self.key.year,
                set_aside: kroner(self.set_aside_ore),
                asked: kroner(-i128::from(more_ore)),
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

#[cfg(test)]
pub(crate) mod tests {
    use platform::PostKey;
    use testkit::{day, document};

    use super::*;
    use crate::domain::AllocationLineName;
    use crate::domain::allocation_line::tests::line;
    /// Øre of a million kroner.
    const M: i64 = 100_000_000;

    pub(crate) fn key(post: &str, year: i32) -> FrameKey {
        let (chapter, post) = post.split_once('.').unwrap();
        FrameKey {
            post: PostKey {
                chapter: chapter.into(),
                post: post.into(),
            },
            year,
        }
    }

    fn with_committed(available_ore: i64, committed_ore: i64) -> Frame {
        let lines = [line(
            Kind::Allocated,
            State::Confirmed,
            "144.70",
            available_ore + committed_ore,
        )];
        Frame {
            committed_ore,
            ..Frame::of(key("144.70", 2025), &lines)
        }
    }

    /// FR-05, FR-06: what is asked for fits, or is refused with what is left; reductions always fit.
    #[test]
    fn no_act_of_norecs_own_makes_available_negative_or_deepens_it() {
        for (available_ore, asked_ore, held) in [
            (0, 0, true),
            (0, 1, false),
            (1, 1, true),
            (1, 2, false),
            (60 * M, 60 * M, true),
            (60 * M, 60 * M + 1, false),
            (-6 * M, 1, false),
            (-6 * M, 0, true),
            (-6 * M, -1, true),
            (-6 * M, -20 * M, true),
            (5, -1, true),
            (0, i64::MAX, false),
        ] {
            let verdict = with_committed(available_ore, 150 * M).must_hold(asked_ore);
            let refusal = reason::FrameExceeded {
                post: "144.70",
                year: 2025,
                available: kroner(available_ore),
                asked: kroner(asked_ore),
            };
            let expected = if held { Ok(()) } else { Err(refusal.into()) };
            assert_eq!(verdict, expected, "{asked_ore} of {available_ore}");
        }
    }

    #[test]
    fn available_is_what_confirmed_lines_leave() {
        let set_aside = Frame {
            has_line: true,
            set_aside_ore: 10,
            committed_ore: 50,
            conditional_ore: 1000,
            paid_of_other_years_ore: 7,
            ..Frame::of(
                key("144.70", 2025),
                &[line(Kind::Allocated, State::Confirmed, "144.70", 100)],
            )
        };
        assert_eq!(set_aside.available_ore(), 33);
    }

    /// FR-01, FR-13: a line counts when it is confirmed, in its own chapter, post and year.
    #[test]
    fn a_frame_is_the_counting_lines_of_its_own_post_and_year() {
        use Kind::{Allocated, CarriedOver, SetAside};
        use State::{Confirmed, Dropped, Entered, ReversalEntered, Reversed};
        for (kind, state, post, year, has_line, allocated_ore, set_aside_ore) in [
            (Allocated, Confirmed, "144.70", 2025, true, 5, 0),
            (CarriedOver, Confirmed, "144.70", 2025, true, 5, 0),
            (SetAside, Confirmed, "144.70", 2025, false, 0, 5),
            (Allocated, ReversalEntered, "144.70", 2025, true, 5, 0),
            (Allocated, Entered, "144.70", 2025, false, 0, 0),
            (Allocated, Reversed, "144.70", 2025, false, 0, 0),
            (Allocated, Dropped, "144.70", 2025, false, 0, 0),
            (Allocated, Confirmed, "170.70", 2025, false, 0, 0),
            (Allocated, Confirmed, "144.71", 2025, false, 0, 0),
            (Allocated, Confirmed, "144.70", 2026, false, 0, 0),
        ] {
            let given = AllocationLine {
                year,
                ..line(kind, state, post, 5)
            };
            let frame = Frame::of(key("144.70", 2025), &[given]);
            assert_eq!(
                (frame.has_line, frame.allocated_ore, frame.set_aside_ore),
                (has_line, allocated_ore, set_aside_ore),
                "{kind:?} {state:?} {post} {year}"
            );
        }
    }

    #[test]
    fn norec_sets_aside_what_the_frame_holds_and_frees_what_is_set_aside() {
        for (available_ore, set_aside_ore, more_ore, allowed) in [
            (10, 0, 10, true),
            (10, 0, 11, false),
            (-5, 8, 1, false),
            (-5, 8, -8, true),
            (0, 8, -9, false),
            (0, 0, -1, false),
        ] {
            let frame = Frame {
                set_aside_ore,
                ..with_committed(available_ore + set_aside_ore, 0)
            };
            assert_eq!(frame.available_ore(), available_ore);
            let verdict = frame.must_let_set_aside(more_ore);
            assert_eq!(
                verdict.is_ok(),
                allowed,
                "{more_ore} beside {set_aside_ore}"
            );
        }
    }

    /// FR-03: before the supplement and after it, each with its documents, by date and name.
    #[test]
    fn lines_count_as_of_a_day() {
        let dated = |name: &str, state, amount_ore, date: &str| AllocationLine {
            name: AllocationLineName::parse(&format!("allocationLines/{name}")).unwrap(),
            document: sqlx::types::Json(document(date)),
            ..line(Kind::Allocated, state, "144.70", amount_ore)
        };
        let lines = vec![
            dated("supplement", State::Confirmed, -10 * M, "2025-06-20"),
            dated("waiting", State::Entered, 2 * M, "2025-01-02"),
            dated("b-letter", State::Confirmed, 50 * M, "2025-01-10"),
            dated("a-letter", State::ReversalEntered, 100 * M, "2025-01-10"),
        ];
        let frame = Frame::of(key("144.70", 2025), &lines);
        let found = FrameLines { frame, lines };
        for (as_of, allocated_ore, names) in [
            ("2025-01-09", 0, vec![]),
            ("2025-01-10", 150 * M, vec!["a-letter", "b-letter"]),
            ("2025-06-19", 150 * M, vec!["a-letter", "b-letter"]),
            (
                "2025-06-20",
                140 * M,
                vec!["a-letter", "b-letter", "supplement"],
            ),
        ] {
            let counting = found.counting(day(as_of));
            let found_names: Vec<_> = counting
                .iter()
                .map(|it| it.name.as_str().trim_start_matches("allocationLines/"))
                .collect();
            assert_eq!(found_names, names, "{as_of}");
            assert_eq!(found.allocated_ore(day(as_of)), allocated_ore, "{as_of}");
        }
        assert_eq!(found.frame.available_ore(), 140 * M);
        let waiting: Vec<_> = found.waiting().into_iter().map(|it| it.name).collect();
        assert_eq!(
            waiting,
            [AllocationLineName::parse("allocationLines/waiting").unwrap()]
        );
    }
}
