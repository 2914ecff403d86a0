//! The table that a run ends with: a row per measure, with what it must hold and what we aim at.

use crate::stats::{interval, median};

/// What a measure is held to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limits {
    /// No more than this; the goal.
    AtMost(Option<f64>, Option<f64>),
    /// No less than this; the goal.
    AtLeast(Option<f64>, Option<f64>),
}

/// What was found of one side.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// Ratios of pairs, of which the median counts.
    Ratios(Vec<f64>),
    /// One value, such as a peak.
    One(f64),
    /// Why there is none.
    Said(String),
}

/// A measure of every side, the last of which is ours.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) yardstick: &'static str,
    pub(crate) limits: Limits,
    pub(crate) found: Vec<Found>,
}

impl Found {
    fn value(&self) -> Option<f64> {
        match self {
            Self::Ratios(ratios) => Some(median(ratios)).filter(|it| it.is_finite()),
            Self::One(value) => Some(*value),
            Self::Said(_) => None,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Ratios(ratios) => match interval(ratios) {
                Some((low, high)) => {
                    let (value, n) = (number(median(ratios)), ratios.len());
                    format!("{value} ({}–{}; n={n})", number(low), number(high))
                }
                None => "not measured".to_owned(),
            },
            Self::One(value) => number(*value),
            Self::Said(why) => why.clone(),
        }
    }
}

impl Limits {
    fn of(self) -> (Option<f64>, Option<f64>, &'static str) {
        match self {
            Self::AtMost(must, goal) => (must, goal, "≤"),
            Self::AtLeast(must, goal) => (must, goal, "≥"),
        }
    }

    /// Whether a value holds them.
    fn held(self, found: &Found) -> &'static str {
        let (must, goal, _) = self.of();
        let holds = |value: f64, limit: f64| match self {
            Self::AtMost(..) => value <= limit,
            Self::AtLeast(..) => value >= limit,
        };
        match found.value() {
            None => "–",
            Some(value) if must.is_some_and(|it| !holds(value, it)) => "**no**",
            Some(value) => match goal {
                Some(goal) if holds(value, goal) => "goal",
                Some(_) if must.is_none() => "**no**",
                _ => "yes",
            },
        }
    }
}

fn number(value: f64) -> String {
    match value.abs() {
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The rows as a table of Markdown, with a former commit's column where that was measured.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let has_before = rows.iter().any(|it| it.found.len() > 1);
    let (before, rule) = if has_before {
        (" Before |", "---|")
    } else {
        ("", "")
    };
    let mut text = format!("| Row | Yardstick |{before} Ours | Must | Goal | Held |\n");
    text += &format!("|---|---|{rule}---|---|---|---|\n");
    for row in rows {
        let (must, goal, sign) = row.limits.of();
        let limit =
            |it: Option<f64>| it.map_or("–".into(), |it| format!("{sign} {}", number(it)));
        let found: Vec<_> = row.found.iter().map(Found::told).collect();
        let held = row.found.last().map_or("–", |ours| row.limits.held(ours));
        let (what, yardstick, found) = (row.what, row.yardstick, found.join(" | "));
        let (must, goal) = (limit(must), limit(goal));
        text += &format!("| {what} | {yardstick} | {found} | {must} | {goal} | {held} |\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_held_to_what_it_must_and_to_the_goal() {
        let most = Limits::AtMost(Some(3.0), Some(2.0));
        let least = Limits::AtLeast(Some(0.88), Some(1.0));
        for (limits, value, held) in [
            (most, 1.9, "goal"),
            (most, 2.5, "yes"),
            (most, 3.1, "**no**"),
            (least, 1.0, "goal"),
            (least, 0.9, "yes"),
            (least, 0.8, "**no**"),
            (Limits::AtMost(None, Some(12.0)), 13.0, "**no**"),
            (Limits::AtMost(Some(5.0), None), 4.0, "yes"),
        ] {
            assert_eq!(
                limits.held(&Found::One(value)),
                held,
                "{limits:?} of {value}"
            );
        }
        assert_eq!(most.held(&Found::Said("refuses nowhere".into())), "–");
        assert_eq!(most.held(&Found::Ratios(Vec::new())), "–");
    }

    #[test]
    fn a_former_commit_has_a_column_where_it_was_measured() {
        let row = Row {
            what: "read",
            yardstick: "bare",
            limits: Limits::AtLeast(Some(0.88), Some(1.0)),
            found: vec![Found::Ratios(vec![0.9; 3])],
        };
        let both = Row {
            found: vec![Found::One(34.5), Found::Ratios(vec![0.9; 3])],
            ..row.clone()
        };
        assert_eq!(
            markdown(&[row]),
            "| Row | Yardstick | Ours | Must | Goal | Held |\n|---|---|---|---|---|---|\n\
             | read | bare | 0.90 (0.90–0.90; n=3) | ≥ 0.88 | ≥ 1.00 | yes |\n"
        );
        assert!(
            markdown(&[both]).ends_with(
                "| read | bare | 34.5 | 0.90 (0.90–0.90; n=3) | ≥ 0.88 | ≥ 1.00 | yes |\n"
            )
        );
    }
}
