//! The tables of what is given back when a parent ends, and of what comes back after it.

use super::*;

/// PY-03, CO-07: what comes back after the end is given back on its day; what was registered wrongly
/// before it moves what the end gave back.
#[test]
fn what_was_given_back_follows_the_payments() {
    // 1000 kroner promised, 400 paid on 9 April, ended on 1 December.
    let payments = |paid_ore, parts: &[(&str, i64)]| {
        let part = |(on, ore): &(&str, i64)| Returned {
            on: day(on),
            ore: *ore,
            voucher: "B-19".into(),
            dimensions: dimensions(),
        };
        let returns = parts.iter().map(part).collect();
        [Disbursement {
            paid_ore: Some(paid_ore),
            returns: Json(returns),
            ..payment(State::Paid, 2025, 40_000)
        }]
    };
    let closed = parent(vec![awarded(2025, 100_000)])
        .release(&payments(40_000, &[]), day("2025-12-01"))
        .unwrap();
    let closed = Parent {
        ended_on: Some(day("2025-12-01")),
        ..parent(closed)
    };
    let (end, after) = ("2025-12-01", "2026-03-03");
    for (paid_ore, parts, given_back) in [
        (40_000, vec![], vec![(end, -60_000)]),
        (
            40_000,
            vec![(after, 10_000)],
            vec![(end, -60_000), (after, -10_000)],
        ),
        (40_000, vec![("2025-11-03", 10_000)], vec![(end, -70_000)]),
        (45_000, vec![], vec![(end, -55_000)]),
        (100_000, vec![], vec![]),
        (110_000, vec![], vec![]),
        (
            110_000,
            vec![(after, 10_000), (after, 5_000)],
            vec![(after, -5_000)],
        ),
    ] {
        let settled = closed.settled(&payments(paid_ore, &parts));
        let facts = settled.commitments[0].facts("m", "agreements/1");
        let told: Vec<_> = facts[1..]
            .iter()
            .map(|it| (it.effective_on, it.value))
            .collect();
        let expected: Vec<_> = given_back.iter().map(|(on, ore)| (day(on), *ore)).collect();
        assert_eq!(told, expected, "{paid_ore} {parts:?}");
        let again = settled.settled(&payments(paid_ore, &parts));
        assert_eq!(again, settled, "{paid_ore} {parts:?}");
    }
    let open = parent(vec![awarded(2025, 100_000)]);
    assert_eq!(open.settled(&payments(40_000, &[])), open);
}

/// PY-02: an award that comes to nothing gives all of it back.
#[test]
fn a_cancelled_award_gives_back_the_whole() {
    let cancelled = parent(two_years()).cancel(&[], day("2025-06-12")).unwrap();
    let released: Vec<_> = cancelled.iter().map(Commitment::released_ore).collect();
    assert_eq!(released, [100_000, 5_000]);
    assert!(parent(two_years()).cancel(&[], day("2025-03-02")).is_err());
    let open = [payment(State::Requested, 2025, 1)];
    let refused = parent(two_years()).cancel(&open, day("2025-06-12"));
    assert_eq!(refused.unwrap_err().texts, &reason::PAYMENTS_OPEN);
}

/// An ending is no earlier than what was promised last, and what the bank paid; what came back may have come
/// since.
#[test]
fn a_parent_ends_after_its_promises_and_its_payments() {
    // Promised on 3 March, amended on 5 May, paid on 9 April, 100 kroner came back on 3 March 2026.
    let amended = asked(2025, 110_000);
    let grounds = Grounds {
        on: day("2025-05-05"),
        ..grounds(115_000, 10_000)
    };
    let amended = parent(two_years())
        .amend(&[amended], &[], &grounds)
        .unwrap();
    let returned = Returned {
        on: day("2026-03-03"),
        ore: 10_000,
        voucher: "B-19".into(),
        dimensions: dimensions(),
    };
    let payments = [Disbursement {
        returns: Json(vec![returned]),
        ..payment(State::Paid, 2025, 40_000)
    }];
    for (on, amended_too, good) in [
        ("2025-05-04", true, false),
        ("2025-05-05", true, true),
        ("2025-04-08", false, false),
        ("2025-04-09", false, true),
    ] {
        let commitments = if amended_too {
            amended.clone()
        } else {
            two_years()
        };
        let verdict = parent(commitments).may_have_ended(&payments, day(on));
        assert_eq!(verdict.is_ok(), good, "{on} {amended_too}");
    }
}

/// What the bank paid above the promise takes of what comes back, in the order of its days: an earlier day
/// never changes by a later one.
#[test]
fn what_comes_back_later_changes_no_earlier_day() {
    let of = |name: &str, paid_ore, parts: &[(&str, i64)]| {
        let name = format!("agreements/2025-0142/disbursements/{name}");
        let part = |(on, ore): &(&str, i64)| Returned {
            on: day(on),
            ore: *ore,
            voucher: "B-19".into(),
            dimensions: dimensions(),
        };
        Disbursement {
            name: DisbursementName::parse(&["agreements/*"], &name).unwrap(),
            paid_ore: Some(paid_ore),
            returns: Json(parts.iter().map(part).collect()),
            ..payment(State::Paid, 2025, paid_ore)
        }
    };
    let closed = Parent {
        ended_on: Some(day("2025-12-01")),
        ..parent(vec![awarded(2025, 100)])
    };
    let told = |payments: &[Disbursement]| -> Vec<_> {
        let settled = closed.settled(payments);
        let facts = settled.commitments[0].facts("m", "agreements/1");
        facts[1..]
            .iter()
            .map(|it| (it.effective_on, it.value))
            .collect()
    };
    let (march, may) = ("2026-03-03", "2026-05-05");
    let first = [of("1", 60, &[]), of("2", 50, &[(march, 10)])];
    assert_eq!(told(&first), []);
    let both = [of("1", 60, &[(may, 10)]), of("2", 50, &[(march, 10)])];
    assert_eq!(told(&both), [(day(may), -10)]);
}
