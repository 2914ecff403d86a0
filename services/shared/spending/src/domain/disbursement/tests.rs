//! The tables of payments: states × verbs, amounts, days, facts.

use platform::Fact;

use super::*;
use crate::domain::commitment::tests::dimensions;
use testkit::day;

/// A payment of 144.70: requested on 2 April, decided on 3 April, attested on 4 April, paid on
/// 9 April, all of 2025 whatever the commitment's year.
pub(crate) fn payment(state: State, year: i32, amount_ore: i64) -> Disbursement {
    use State::{Approved, Attested, Decided, Paid, Voided};
    let since = |states: &[State], text| states.contains(&state).then(|| day(text));
    let decided_on = since(&[Decided, Approved, Paid], "2025-04-03");
    let attested_on = since(&[Attested, Approved, Paid], "2025-04-04");
    let by = |on: Option<NaiveDate>, person: &str| on.map(|_| person.into()).unwrap_or_default();
    let name = "agreements/2025-0142/disbursements/1";
    let name = DisbursementName::parse(&["agreements/*"], name).unwrap();
    Disbursement {
        version: 4,
        chapter: "144".into(),
        post: "70".into(),
        year,
        amount_ore,
        purpose: "Første rate".into(),
        state,
        decided_on,
        decided_by: by(decided_on, "persons/solveig"),
        attested_on,
        attested_by: by(attested_on, "persons/tor"),
        paid_on: since(&[Paid], "2025-04-09"),
        paid_ore: since(&[Paid], "2025-04-09").map(|_| amount_ore),
        voucher: by(since(&[Paid], "2025-04-09"), "B-17"),
        voided_on: since(&[Voided], "2025-04-05"),
        dimensions: (state == Paid).then(|| Json(dimensions())),
        ..Disbursement::requested(name, day("2025-04-02"))
    }
}

fn paid(on: &str, other_year_reason: &str) -> Paid {
    Paid {
        on: day(on),
        voucher: "B-18".into(),
        other_year_reason: other_year_reason.into(),
        ..Default::default()
    }
}

fn correction(on: Option<&str>, voucher: Option<&str>) -> PaymentCorrection {
    PaymentCorrection {
        on: on.map(day),
        voucher: voucher.map(Into::into),
        reason: "Feil dato fra banken".into(),
        ..Default::default()
    }
}

/// What came back on a day.
fn part(on: &str, ore: i64) -> Returned {
    Returned {
        on: day(on),
        ore,
        voucher: "B-19".into(),
        dimensions: Dimensions::new(),
    }
}

#[test]
fn every_state_meets_every_verb() {
    use State::{Approved, Attested, Decided, Paid, Requested, Voided};
    type Verb = fn(Disbursement) -> Result<Disbursement, Refused>;
    let verbs: [(&str, Verb); 6] = [
        ("decide", |it| {
            it.decide("persons/solveig", day("2025-04-10"))
        }),
        ("attest", |it| it.attest("persons/tor", day("2025-04-10"))),
        ("void", |it| {
            it.void("Feil mottaker".into(), day("2025-04-10"))
        }),
        ("pay", |it| {
            it.pay(paid("2025-04-10", ""), &dimensions(), false)
        }),
        ("give back", |it| {
            it.give_back(part("2025-05-10", 1), &dimensions())
        }),
        ("correct", |it| {
            it.correct(correction(Some("2025-04-10"), None))
        }),
    ];
    for (state, results) in [
        (
            Requested,
            [
                Some(Decided),
                Some(Attested),
                Some(Voided),
                None,
                None,
                None,
            ],
        ),
        (
            Decided,
            [None, Some(Approved), Some(Voided), None, None, None],
        ),
        (
            Attested,
            [Some(Approved), None, Some(Voided), None, None, None],
        ),
        (Approved, [None, None, Some(Voided), Some(Paid), None, None]),
        (Paid, [None, None, None, None, Some(Paid), Some(Paid)]),
        (Voided, [None; 6]),
    ] {
        for ((name, verb), expected) in verbs.iter().zip(results) {
            let after = verb(payment(state, 2025, 100));
            match expected {
                Some(expected) => {
                    let after = after.unwrap();
                    assert_eq!(
                        (after.state, after.version),
                        (expected, 5),
                        "{name} {state:?}"
                    );
                }
                None => {
                    let refusal = after.unwrap_err();
                    assert_eq!(refusal.texts, &reason::WRONG_STATE, "{name} of {state:?}");
                }
            }
        }
    }
}

/// FR-11: money of a year is decided and attested in that year; what the bank did in another
/// one is true, with a reason.
#[test]
fn the_year_rules_hold() {
    use State::{Approved, Requested};
    for (year, on, inside) in [
        (2025, "2025-12-31", true),
        (2025, "2026-01-01", false),
        (2026, "2025-12-31", false),
    ] {
        let decided = payment(Requested, year, 100).decide("persons/solveig", day(on));
        let attested = payment(Requested, year, 100).attest("persons/tor", day(on));
        assert_eq!(decided.is_ok(), inside, "{year} {on}");
        assert_eq!(attested.is_ok(), inside, "{year} {on}");
    }
    let why = "Banken var stengt";
    for (on, reason, kept) in [
        ("2025-12-31", "", Some("")),
        ("2025-12-31", why, Some("")),
        ("2026-01-02", why, Some(why)),
        ("2026-01-02", "", None),
    ] {
        let after = payment(Approved, 2025, 100).pay(paid(on, reason), &dimensions(), false);
        let after = after.ok().map(|it| it.other_year_reason);
        assert_eq!(after.as_deref(), kept, "{on} {reason}");
    }
}

#[test]
fn steps_keep_their_order() {
    use State::{Approved, Requested};
    for (on, good) in [("2025-04-01", false), ("2025-04-02", true)] {
        let requested = || payment(Requested, 2025, 100);
        assert_eq!(requested().decide("persons/s", day(on)).is_ok(), good);
        assert_eq!(requested().attest("persons/t", day(on)).is_ok(), good);
        assert_eq!(requested().void("x".into(), day(on)).is_ok(), good);
    }
    for (on, good) in [("2025-04-03", false), ("2025-04-04", true)] {
        let approved = || payment(Approved, 2025, 100);
        assert_eq!(
            approved().pay(paid(on, ""), &dimensions(), false).is_ok(),
            good
        );
        assert_eq!(approved().void("x".into(), day(on)).is_ok(), good);
        let corrected = payment(State::Paid, 2025, 100).correct(correction(Some(on), None));
        assert_eq!(corrected.is_ok(), good);
    }
}

/// CO-01, CO-06: what is corrected moves its one fact; what is right already is refused.
#[test]
fn a_corrected_payment_moves_its_fact() {
    for (it, days) in [
        (
            correction(Some("2025-05-02"), None),
            Some(vec![("2025-04-09", -100), ("2025-05-02", 100)]),
        ),
        (
            correction(None, Some("B-99")),
            Some(vec![("2025-04-09", -100), ("2025-04-09", 100)]),
        ),
        (
            PaymentCorrection {
                ore: Some(90),
                other_sum_reason: "Gebyr".into(),
                ..correction(None, None)
            },
            Some(vec![("2025-04-09", -100), ("2025-04-09", 90)]),
        ),
        (correction(Some("2025-04-09"), Some("B-17")), None),
        (correction(None, None), None),
    ] {
        let before = payment(State::Paid, 2025, 100);
        let moved = before.clone().correct(it.clone()).ok().map(|after| {
            assert_eq!(after.correction_reason, it.reason);
            let facts = |it: &Disbursement| it.facts("grants.disbursed");
            Fact::changes(&facts(&before), &facts(&after))
                .iter()
                .map(|it| (it.effective_on, it.value))
                .collect::<Vec<_>>()
        });
        let days = days.map(|it| it.into_iter().map(|(on, ore)| (day(on), ore)).collect());
        assert_eq!(moved, days, "{it:?}");
    }
}

/// The reason for another year goes with the day that it explains.
#[test]
fn a_day_corrected_into_another_year_and_back_needs_and_drops_its_reason() {
    let before = payment(State::Paid, 2025, 100);
    let mut away = correction(Some("2026-01-02"), None);
    assert!(before.clone().correct(away.clone()).is_err());
    away.other_year_reason = "Banken var stengt".into();
    let there = before.correct(away).unwrap();
    assert_eq!(there.other_year_reason, "Banken var stengt");
    let renumbered = there.correct(correction(None, Some("B-99"))).unwrap();
    assert_eq!(renumbered.other_year_reason, "Banken var stengt");
    let back = renumbered
        .correct(correction(Some("2025-12-31"), None))
        .unwrap();
    assert_eq!(back.other_year_reason, "");
}

/// It counts for what was true of its parent when it was registered, until that is corrected.
#[test]
fn a_payment_is_told_apart_by_its_parent_as_it_was() {
    let told = |it: &Disbursement| {
        let fact = it.facts("grants.disbursed").pop();
        fact.map(|it| it.dimensions.into_iter().collect::<Vec<_>>())
    };
    let of = |country: &str| {
        let all = [
            ("chapter", "144"),
            ("country", country),
            ("post", "70"),
            ("voucher", "B-18"),
            ("year", "2025"),
        ];
        Some(all.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec())
    };
    let other = Dimensions::from([("country".into(), "NP".into())]);
    let mut approved = payment(State::Approved, 2025, 100);
    approved.correct_dimensions(&other);
    assert_eq!(told(&approved), None, "nothing is paid yet");
    let mut paid = approved
        .pay(paid("2025-04-10", ""), &dimensions(), false)
        .unwrap();
    assert_eq!(told(&paid), of("MW"));
    paid.correct_dimensions(&other);
    assert_eq!(told(&paid), of("NP"));
}

/// PY-02, CO-07: another sum than was ordered counts, with a reason that goes with it.
#[test]
fn the_sum_that_the_bank_debited_counts() {
    let why = "Gebyr hos korrespondentbanken";
    for (ore, reason, expected) in [
        (None, "", Some((100, ""))),
        (Some(100), why, Some((100, ""))),
        (Some(101), "", None),
        (Some(101), why, Some((101, why))),
        (Some(99), why, Some((99, why))),
    ] {
        let given = Paid {
            ore,
            other_sum_reason: reason.into(),
            ..paid("2025-04-10", "")
        };
        let after = payment(State::Approved, 2025, 100).pay(given, &dimensions(), false);
        let told = after.map(|it| (it.facts("m")[0].value, it.other_sum_reason));
        let expected = expected.map(|(ore, reason)| (ore, reason.to_owned()));
        assert_eq!(told.as_ref().ok(), expected.as_ref(), "{ore:?} {reason}");
        assert!(told.is_ok() || told.unwrap_err().texts == &reason::REASON_REQUIRED);
    }
}

/// IR-03: what the bank paid of a frozen payment is true, with a reason.
#[test]
fn a_frozen_payment_that_the_bank_made_is_true_with_a_reason() {
    let why = "Ordren var sendt før stansen";
    for (frozen, reason, kept) in [
        (false, "", Some("")),
        (false, why, Some("")),
        (true, why, Some(why)),
        (true, "", None),
    ] {
        let given = Paid {
            frozen_reason: reason.into(),
            ..paid("2025-04-10", "")
        };
        let after = payment(State::Approved, 2025, 100).pay(given, &dimensions(), frozen);
        let told = after.ok().map(|it| it.frozen_reason);
        assert_eq!(told.as_deref(), kept, "{frozen} {reason}");
    }
}

/// PY-03: parts come back, no more than was paid and not before; each counts on its own day.
#[test]
fn what_comes_back_counts_on_its_own_day_and_frees_its_commitment() {
    let paid = || payment(State::Paid, 2025, 600);
    assert!(
        paid()
            .give_back(part("2025-04-08", 40), &dimensions())
            .is_err()
    );
    let once = paid()
        .give_back(part("2026-03-03", 40), &dimensions())
        .unwrap();
    assert_eq!(once.takes_ore(), 560);
    let told: Vec<_> = once
        .facts("m")
        .iter()
        .map(|it| (it.effective_on, it.value))
        .collect();
    assert_eq!(told, [(day("2025-04-09"), 600), (day("2026-03-03"), -40)]);
    for (ore, good) in [(560, true), (561, false)] {
        assert_eq!(once.may_give_back(ore).is_ok(), good, "{ore}");
    }
    let many = Disbursement {
        returns: Json(vec![part("2025-05-01", 1); Disbursement::RETURNS_MAX]),
        ..paid()
    };
    assert!(many.may_give_back(1).is_err());
}

/// A part that came back is corrected as the payment is, to nothing where it never came.
#[test]
fn a_part_that_came_back_is_corrected() {
    let returned = payment(State::Paid, 2025, 600)
        .give_back(part("2025-05-02", 40), &dimensions())
        .unwrap();
    let to = |number, on: Option<&str>, ore| PaymentCorrection {
        part: number,
        ore,
        other_sum_reason: "Feil beløp".into(),
        ..correction(on, None)
    };
    for (to, fits, days) in [
        (
            to(1, Some("2025-05-03"), None),
            true,
            Some(vec![("2025-05-02", 40), ("2025-05-03", -40)]),
        ),
        (to(1, None, Some(0)), true, Some(vec![("2025-05-02", 40)])),
        (
            to(1, None, Some(600)),
            true,
            Some(vec![("2025-05-02", 40), ("2025-05-02", -600)]),
        ),
        (to(1, None, Some(601)), false, None),
        (to(2, None, Some(1)), false, None),
        (to(0, None, Some(39)), false, None),
        (
            to(0, None, Some(40)),
            true,
            Some(vec![("2025-04-09", -600), ("2025-04-09", 40)]),
        ),
        (to(1, Some("2025-04-08"), None), true, None),
        (to(0, Some("2025-05-03"), None), true, None),
        (to(1, Some("2025-05-02"), Some(40)), true, None),
    ] {
        let verdict = returned
            .has_part(to.part)
            .and(returned.may_be_corrected(&to));
        assert_eq!(verdict.is_ok(), fits, "{to:?}");
        if fits {
            let moved = returned.clone().correct(to.clone()).ok().map(|after| {
                Fact::changes(&returned.facts("m"), &after.facts("m"))
                    .iter()
                    .map(|it| (it.effective_on, it.value))
                    .collect::<Vec<_>>()
            });
            let days = days.map(|it| it.into_iter().map(|(on, ore)| (day(on), ore)).collect());
            assert_eq!(moved, days, "{to:?}");
        }
    }
}

/// A part that never came binds no day.
#[test]
fn a_part_corrected_to_nothing_binds_no_day() {
    let never = payment(State::Paid, 2025, 600)
        .give_back(part("2025-05-02", 0), &dimensions())
        .unwrap();
    let later = never.correct(correction(Some("2025-05-12"), None));
    assert!(later.is_ok());
}
