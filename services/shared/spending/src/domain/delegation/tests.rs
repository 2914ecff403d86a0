//! FR-14 to FR-17 as tables.

use super::*;
use testkit::{day, document};

use crate::domain::frame::tests::key;

/// Øre of a million kroner.
const M: i64 = 100_000_000;

/// FR-14's: Kari, 144.70, up to 2 M, 1 January to 30 June, by a document of December.
fn delegation() -> Delegation {
    Delegation {
        name: DelegationName::parse("delegations/1").unwrap(),
        version: 1,
        person: "persons/kari".into(),
        posts: Json(vec![key("144.70", 0).post]),
        limit_ore: 2 * M,
        start_on: day("2025-01-01"),
        end_on: Some(day("2025-06-30")),
        document: Json(document("2024-12-15")),
        given_by: "persons/dag".into(),
        created_at: DateTime::default(),
    }
}

fn posts(names: &[&str]) -> BTreeSet<PostKey> {
    names.iter().map(|it| key(it, 0).post).collect()
}

fn no_authority(post: &str, on: &str) -> Refused {
    reason::NoBudgetAuthority {
        person: "persons/kari",
        post,
        effective_date: on,
    }
    .into()
}

fn over_limit(limit_ore: i64, asked_ore: i64) -> Refused {
    reason::BudgetAuthorityLimit {
        post: "144.70",
        limit: kroner(limit_ore),
        asked: kroner(asked_ore),
    }
    .into()
}

/// FR-14: the whole sum of the decision, conditional years included.
#[test]
fn authority_goes_to_the_limit() {
    for (total_ore, expected) in [
        (2 * M, Ok(())),
        (2 * M + 1, Err(over_limit(2 * M, 2 * M + 1))),
        (M * 5 / 2, Err(over_limit(2 * M, M * 5 / 2))),
    ] {
        let day = day("2025-03-03");
        let given = [delegation()];
        let verdict = must_hold_authority(
            &given,
            "persons/kari",
            &posts(&["144.70"]),
            total_ore,
            day,
            day,
        );
        assert_eq!(verdict, expected, "{total_ore}");
    }
}

/// FR-15: in force on the decision's day and on the day of registration, for every post.
#[test]
fn authority_is_in_force_on_both_days_for_every_post() {
    for (asked, effective_on, today, lacking) in [
        (&["144.70"][..], "2025-06-30", "2025-06-30", None),
        (&["144.70"], "2025-01-01", "2025-01-01", None),
        (&["144.70"], "2025-07-01", "2025-07-01", Some("144.70")),
        (&["144.70"], "2024-12-31", "2025-01-02", Some("144.70")),
        (&["144.70"], "2025-06-30", "2025-07-05", Some("144.70")),
        (&["144.71"], "2025-06-30", "2025-06-30", Some("144.71")),
        (
            &["144.70", "144.71"],
            "2025-06-30",
            "2025-06-30",
            Some("144.71"),
        ),
    ] {
        let verdict = must_hold_authority(
            &[delegation()],
            "persons/kari",
            &posts(asked),
            M,
            day(effective_on),
            day(today),
        );
        let expected = lacking.map_or(Ok(()), |post| Err(no_authority(post, effective_on)));
        assert_eq!(verdict, expected, "{asked:?} {effective_on} {today}");
    }
}

/// FR-16: authority is written, so it reaches back no further than its document.
#[test]
fn authority_reaches_back_to_its_document() {
    for (dated, holds) in [
        ("2025-05-05", false),
        ("2025-02-20", true),
        ("2025-03-10", true),
        ("2025-03-11", false),
    ] {
        let given = Delegation {
            start_on: day("2025-03-01"),
            document: Json(document(dated)),
            ..delegation()
        };
        let verdict = must_hold_authority(
            &[given],
            "persons/kari",
            &posts(&["144.70"]),
            M,
            day("2025-03-10"),
            day("2025-05-12"),
        );
        let expected = if holds {
            Ok(())
        } else {
            Err(no_authority("144.70", "2025-03-10"))
        };
        assert_eq!(verdict, expected, "{dated}");
    }
}

#[test]
fn of_several_delegations_the_largest_in_force_counts_and_others_people_hold_do_not() {
    let larger = Delegation {
        limit_ore: 3 * M,
        ..delegation()
    };
    let ended = Delegation {
        limit_ore: 9 * M,
        end_on: Some(day("2025-02-28")),
        ..delegation()
    };
    let anothers = Delegation {
        person: "persons/ola".into(),
        limit_ore: 9 * M,
        ..delegation()
    };
    let held = [delegation(), larger, ended, anothers];
    let judge = |person: &str, total_ore| {
        let day = day("2025-03-03");
        must_hold_authority(&held, person, &posts(&["144.70"]), total_ore, day, day)
    };
    assert_eq!(judge("persons/kari", 3 * M), Ok(()));
    assert_eq!(judge("persons/kari", 4 * M), Err(over_limit(3 * M, 4 * M)));
    assert!(judge("persons/nils", 1).is_err());
    assert_eq!(judge("persons/ola", 9 * M), Ok(()));
}

/// The director's own, of which what follows is given.
fn own() -> Delegation {
    Delegation {
        person: "persons/dag".into(),
        ..delegation()
    }
}

fn exceeds_own(post: &str, limit_ore: i64, asked_ore: i64) -> Refused {
    reason::DelegationExceedsOwn {
        person: "persons/dag",
        post,
        limit: kroner(limit_ore),
        asked: kroner(asked_ore),
    }
    .into()
}

/// FR-17: for every post, up to the limit; what is somebody else's is not the giver's own.
#[test]
fn nobody_gives_more_than_the_own() {
    let anothers = Delegation {
        limit_ore: 9 * M,
        ..delegation()
    };
    for (posts, limit_ore, expected) in [
        (&["144.70"][..], 2 * M, Ok(())),
        (&["144.70"], 1, Ok(())),
        (
            &["144.70"],
            2 * M + 1,
            Err(exceeds_own("144.70", 2 * M, 2 * M + 1)),
        ),
        (&["144.71"], 1, Err(exceeds_own("144.71", 0, 1))),
        (&["144.70", "144.71"], 1, Err(exceeds_own("144.71", 0, 1))),
    ] {
        let given = Delegation {
            posts: Json(posts.iter().map(|it| key(it, 0).post).collect()),
            limit_ore,
            ..delegation()
        };
        let held = [own(), anothers.clone()];
        let verdict = given.must_be_within(&held, day("2025-03-03"));
        assert_eq!(verdict, expected, "{posts:?} {limit_ore}");
    }
}

/// FR-17: the giver's own is in force when it is registered, and covers every day of what is given.
#[test]
fn nobody_gives_for_longer_than_the_own() {
    for (start, end, dated, today, within) in [
        (
            "2025-01-01",
            Some("2025-06-30"),
            "2024-12-20",
            "2025-03-03",
            true,
        ),
        (
            "2025-03-01",
            Some("2025-07-01"),
            "2025-02-20",
            "2025-03-03",
            false,
        ),
        ("2025-03-01", None, "2025-02-20", "2025-03-03", false),
        (
            "2024-12-31",
            Some("2025-03-31"),
            "2024-12-20",
            "2025-03-03",
            false,
        ),
        // Written later than its first day, it is authority no earlier than the giver's own.
        (
            "2024-12-31",
            Some("2025-03-31"),
            "2025-01-02",
            "2025-03-03",
            true,
        ),
        (
            "2025-03-01",
            Some("2025-03-31"),
            "2025-02-20",
            "2025-06-30",
            true,
        ),
        (
            "2025-03-01",
            Some("2025-03-31"),
            "2025-02-20",
            "2025-07-01",
            false,
        ),
    ] {
        let given = Delegation {
            start_on: day(start),
            end_on: end.map(day),
            document: Json(document(dated)),
            ..delegation()
        };
        let verdict = given.must_be_within(&[own()], day(today));
        assert_eq!(verdict.is_ok(), within, "{start} {end:?} {dated} {today}");
    }
}

#[test]
fn an_own_without_an_end_covers_one_without_an_end() {
    let own = Delegation {
        end_on: None,
        ..own()
    };
    let given = Delegation {
        end_on: None,
        ..delegation()
    };
    assert_eq!(given.must_be_within(&[own], day("2025-03-03")), Ok(()));
    assert!(given.must_be_within(&[], day("2025-03-03")).is_err());
}

/// FR-17: nobody registers one for himself.
#[test]
fn nobody_registers_authority_for_himself() {
    assert!(delegation().must_not_be_for("persons/kari").is_err());
    assert!(delegation().must_not_be_for("persons/dag").is_ok());
}

#[test]
fn a_delegation_is_ended_and_never_prolonged() {
    for (end_on, on, ends) in [
        (None, "2025-04-01", true),
        (None, "2024-12-31", true),
        (None, "2024-12-30", false),
        (Some("2025-06-30"), "2025-06-29", true),
        (Some("2025-06-30"), "2025-06-30", false),
        (Some("2025-06-30"), "2025-12-31", false),
    ] {
        let given = Delegation {
            end_on: end_on.map(day),
            ..delegation()
        };
        let after = given.end(day(on)).ok().and_then(|it| it.end_on);
        assert_eq!(after, ends.then(|| day(on)), "{end_on:?} {on}");
    }
}
