//! What every noun refuses alike: a step in another state than it begins in, and a step dated before
//! the one that it follows.

use std::fmt::{Debug, Display};

use chrono::NaiveDate;
use proto::{IntoValue, List, Refused, Value, Word, reason};

/// The noun called `name` is in one of the states that a step needs.
pub fn must_be<S: Debug + PartialEq>(
    name: &impl Display,
    state: S,
    needed: &[S],
) -> Result<(), Refused> {
    if needed.contains(&state) {
        return Ok(());
    }
    Err(wrong_state(name, state, needed))
}

/// The noun called `name` is in another state than the step needs.
pub fn wrong_state<S: Debug>(name: &impl Display, state: S, needed: &[S]) -> Refused {
    reason::WrongState {
        name: name.to_string(),
        state: spelled(state),
        needed: List::new(needed.iter().map(spelled), ", "),
    }
    .into()
}

/// A step of `name` dated `on` does not come before the step that it follows, where there is one.
pub fn must_follow(
    name: &impl Display,
    on: NaiveDate,
    previous: Option<NaiveDate>,
) -> Result<(), Refused> {
    match previous {
        Some(previous) if on < previous => Err(reason::DateBeforePreviousStep {
            name: name.to_string(),
            effective_date: on,
            previous_date: previous,
        }
        .into()),
        _ => Ok(()),
    }
}

/// A state as the contract spells it: `ReversalEntered` is `REVERSAL_ENTERED`.
pub fn spelled(state: impl Debug) -> Value {
    let mut word = String::new();
    for letter in format!("{state:?}").chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_uppercase());
    }
    named(&word)
}

/// A state, duty or role by its name in the contract, without its enum's prefix.
pub fn named(word: &str) -> Value {
    Word::find(word).map_or_else(|| word.into_value(), Word::into_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum State {
        Entered,
        ReversalEntered,
    }

    #[test]
    fn states_are_spelled_as_in_the_contract() {
        use State::{Entered, ReversalEntered};
        assert_eq!(must_be(&"x/1", Entered, &[Entered]), Ok(()));
        let refusal = must_be(&"x/1", Entered, &[ReversalEntered, ReversalEntered]).unwrap_err();
        assert_eq!(
            refusal.english(),
            "x/1 is ENTERED; the step needs REVERSAL_ENTERED, REVERSAL_ENTERED."
        );
    }

    #[test]
    fn a_step_may_share_the_day_of_the_one_that_it_follows() {
        let day = |day| NaiveDate::from_ymd_opt(2025, 3, day).unwrap();
        for (on, previous, good) in [
            (3, None, true),
            (3, Some(2), true),
            (3, Some(3), true),
            (3, Some(4), false),
        ] {
            let verdict = must_follow(&"x/1", day(on), previous.map(day));
            assert_eq!(verdict.is_ok(), good, "{on} {previous:?}");
        }
    }
}
