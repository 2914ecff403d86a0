//! The tables of commitments: how they are judged, what is left, what they count for.

use testkit::day;

use super::*;
use crate::domain::disbursement::State;
use crate::domain::disbursement::tests::payment;
use crate::domain::frame::tests::key;

/// What is asked for of 144.70.
pub(crate) fn asked(year: i32, amount_ore: i64) -> Commitment {
    Commitment::asked(key("144.70", year), amount_ore)
}

/// The same, promised without reservation on 3 March 2025.
pub(crate) fn awarded(year: i32, amount_ore: i64) -> Commitment {
    let line = Some(amount_ore);
    let awarded =
        asked(year, amount_ore).award(&frame(year, line), &dimensions(), day("2025-03-03"));
    awarded.unwrap()
}

/// The frame of 144.70, with nothing committed of its line.
pub(crate) fn frame(year: i32, line_ore: Option<i64>) -> Frame {
    Frame {
        has_line: line_ore.is_some(),
        allocated_ore: line_ore.unwrap_or_default(),
        ..Frame::of(key("144.70", year), [])
    }
}

pub(crate) fn dimensions() -> Dimensions {
    Dimensions::from([("country".into(), "MW".into())])
}

/// FR-07, FR-08: a later year is conditional without a line and judged by the frame with one;
/// this year is always judged by the frame; a past year is refused.
#[test]
fn the_year_and_the_line_decide_how_a_commitment_is_judged() {
    let exceeded = |year, available: &str| {
        Err(Refused::from(reason::FrameExceeded {
            post: asked(year, 100).post,
            year,
            available,
            asked: "1.00",
        }))
    };
    let past = reason::CommitmentInPastYear {
        year: 2024,
        effective_date: "2025-03-03",
    };
    for (year, line_ore, expected) in [
        (2024, Some(100), Err(past.into())),
        (2025, Some(100), Ok(false)),
        (2025, Some(99), exceeded(2025, "0.99")),
        (2025, None, exceeded(2025, "0.00")),
        (2026, None, Ok(true)),
        (2026, Some(100), Ok(false)),
        (2026, Some(99), exceeded(2026, "0.99")),
        (2030, None, Ok(true)),
    ] {
        let frame = frame(year, line_ore);
        let awarded = asked(year, 100).award(&frame, &dimensions(), day("2025-03-03"));
        assert_eq!(
            awarded.map(|it| it.conditional()),
            expected,
            "{year} {line_ore:?}"
        );
    }
}

/// FR-10: what is requested takes as what is paid does; what is voided frees.
#[test]
fn what_is_left_is_what_no_payment_and_no_closing_has_taken() {
    use State::{Approved, Attested, Decided, Paid, Requested, Voided};
    let of = |state: State, ore| payment(state, 2025, ore);
    for (payments, left_ore) in [
        (vec![], 1_000),
        (vec![of(Requested, 700), of(Paid, 200)], 100),
        (vec![of(Voided, 700), of(Paid, 200)], 800),
        (
            vec![of(Decided, 1), of(Attested, 2), of(Approved, 3)],
            1_000 - 6,
        ),
        (vec![payment(Paid, 2026, 400)], 1_000),
        (vec![of(Paid, 1_000)], 0),
    ] {
        let promise = awarded(2025, 1_000);
        assert_eq!(promise.left_ore(&payments), left_ore, "{payments:?}");
        let released = promise.settle(&payments, Kind::Released, day("2025-12-01"), &dimensions());
        assert_eq!(released.released_ore(), left_ore);
        assert_eq!(released.left_ore(&payments), 0);
    }
    assert_eq!(
        asked(2025, 1_000).left_ore(&[]),
        0,
        "nothing is promised yet"
    );
}

/// Each move counts on its own day, told apart by what was true then.
#[test]
fn a_commitment_counts_by_its_moves() {
    let mut commitment = awarded(2025, 1_000).settle(
        &[payment(State::Paid, 2025, 400)],
        Kind::Released,
        day("2025-12-01"),
        &Dimensions::from([("country".into(), "NP".into())]),
    );
    let told = |it: &Commitment| -> Vec<_> {
        let facts = it.facts("grants.committed", "agreements/1");
        let of = |it: &Fact| (it.effective_on, it.value, it.dimensions["country"].clone());
        facts.iter().map(of).collect()
    };
    let (award, close) = (day("2025-03-03"), day("2025-12-01"));
    assert_eq!(
        told(&commitment),
        [(award, 1_000, "MW".into()), (close, -600, "NP".into())]
    );
    commitment.correct(&dimensions());
    assert_eq!(
        told(&commitment),
        [(award, 1_000, "MW".into()), (close, -600, "MW".into())]
    );
    let dimensions: Vec<_> = commitment.facts("m", "agreements/1")[0]
        .dimensions
        .clone()
        .into_iter()
        .collect();
    let expected = [
        ("chapter", "144"),
        ("commitment", "unconditional"),
        ("country", "MW"),
        ("post", "70"),
        ("year", "2025"),
    ];
    assert_eq!(dimensions, expected.map(|(k, v)| (k.into(), v.into())));
}

/// FR-20: an amendment leaves what payments take; what is open is named, for it can be voided.
#[test]
fn an_amendment_leaves_what_payments_take() {
    use State::{Paid, Requested, Voided};
    let of = |state: State, ore| payment(state, 2025, ore);
    let open = "agreements/2025-0142/disbursements/1";
    for (payments, to_ore, expected) in [
        (vec![of(Requested, 700)], 700, Ok(700)),
        (
            vec![of(Requested, 700)],
            600,
            Err((&reason::PAYMENTS_OPEN, open)),
        ),
        (
            vec![of(Paid, 700)],
            600,
            Err((&reason::COMMITMENT_EXCEEDED, "")),
        ),
        (vec![of(Voided, 700)], 600, Ok(600)),
        (
            vec![of(Paid, 500), of(Requested, 200)],
            600,
            Err((&reason::PAYMENTS_OPEN, open)),
        ),
        (
            vec![of(Paid, 500), of(Requested, 200)],
            400,
            Err((&reason::COMMITMENT_EXCEEDED, "")),
        ),
        (vec![], 0, Ok(0)),
        (vec![of(Paid, 1_200)], 1_100, Ok(1_100)),
        (
            vec![of(Paid, 1_200)],
            900,
            Err((&reason::COMMITMENT_EXCEEDED, "")),
        ),
    ] {
        let to = asked(2025, to_ore);
        let (frame, on) = (frame(2025, Some(1_000)), day("2025-05-05"));
        let name = "agreements/2025-0142";
        let amended = awarded(2025, 1_000).amend(&to, name, &payments, &frame, &dimensions(), on);
        match (amended, expected) {
            (Ok(amended), Ok(ore)) => {
                assert_eq!((amended.amount_ore, amended.promised_ore()), (ore, ore));
            }
            (Err(refusal), Err((reason, named))) => {
                assert_eq!(refusal.texts, reason, "{payments:?} {to_ore}");
                let payments = refusal.metadata.get("payments").map(ToString::to_string);
                assert_eq!(payments.unwrap_or_default(), named);
            }
            (told, expected) => panic!("{payments:?} {to_ore}: {told:?}, not {expected:?}"),
        }
    }
}

/// FR-08: what is conditional stays so, more or less of it, until it is confirmed; what an amendment first
/// promises is judged as an award is.
#[test]
fn an_amendment_keeps_the_reservation() {
    let on = day("2025-05-05");
    let amend = |from: Commitment, to_ore, line: Option<i64>| {
        let (to, frame) = (asked(from.year, to_ore), frame(from.year, line));
        from.amend(&to, "agreements/1", &[], &frame, &dimensions(), on)
    };
    let conditional = || {
        let frame = frame(2026, None);
        asked(2026, 1_000)
            .award(&frame, &dimensions(), day("2025-03-03"))
            .unwrap()
    };
    for (from, to_ore, line, expected) in [
        (conditional(), 500, Some(500), Some(true)),
        (conditional(), 1_500, Some(10), Some(true)),
        (conditional(), 0, None, Some(false)),
        (asked(2026, 0), 100, None, Some(true)),
        (asked(2026, 0), 100, Some(100), Some(false)),
        (asked(2026, 0), 100, Some(99), None),
        (asked(2024, 0), 100, Some(100), None),
        (awarded(2025, 1_000), 1_100, Some(100), Some(false)),
        (awarded(2025, 1_000), 1_100, Some(99), None),
    ] {
        let told = amend(from.clone(), to_ore, line)
            .ok()
            .map(|it| it.conditional());
        assert_eq!(told, expected, "{from:?} to {to_ore} by {line:?}");
    }
}
