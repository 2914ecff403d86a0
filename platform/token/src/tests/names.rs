//! The grammar of names, by table.

use crate::principal::{Kind, is_name, is_organisation_number, is_unit, role_from_name};
use proptest::prelude::*;

#[test]
fn a_name_is_lower_case_letters_digits_hyphens_and_dots() {
    let longest = "a".repeat(63);
    for good in ["a", "7", "kari", "kari.nordmann", "ab-12", "a--b", &longest] {
        assert!(is_name(good), "{good}");
    }
    let too_long = "a".repeat(64);
    for bad in [
        "", "A", "kÅri", ".a", "a.", "-a", "a-", "a b", "a_b", "a/b", "a\0", &too_long,
    ] {
        assert!(!is_name(bad), "{bad:?}");
    }
}

#[test]
fn the_last_digit_of_an_organisation_number_checks_the_others() {
    for good in [
        "974760673",
        "889640782",
        "971277882",
        "983887457",
        "000000000",
    ] {
        assert!(is_organisation_number(good), "{good}");
    }
    for bad in [
        "974760674",
        "97476067",
        "9747606730",
        "97476067x",
        "",
        "+74760673",
    ] {
        assert!(!is_organisation_number(bad), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn one_wrong_digit_is_always_noticed(
        stem in 0_u32..100_000_000,
        place in 0_usize..9,
        shift in 1_u8..10,
    ) {
        let good = (0..10)
            .map(|check| format!("{stem:08}{check}"))
            .find(|number| is_organisation_number(number));
        // One stem of eleven has no check digit.
        prop_assume!(good.is_some());
        let mut digits = good.unwrap_or_default().into_bytes();
        digits[place] = b'0' + (digits[place] - b'0' + shift) % 10;
        prop_assert!(!is_organisation_number(&String::from_utf8_lossy(&digits)));
    }
}

#[test]
fn a_unit_is_a_short_text() {
    let longest = "\u{e5}".repeat(63);
    for good in ["grants", "Avdeling for tilskudd", "4.1", &longest] {
        assert!(is_unit(good), "{good}");
    }
    let too_long = "\u{e5}".repeat(64);
    for bad in ["", " ", " a", "a ", "a\tb", "a\u{7f}", &too_long] {
        assert!(!is_unit(bad), "{bad:?}");
    }
}

#[test]
fn the_zero_value_of_the_contract_is_no_role() {
    assert!(role_from_name("ROLE_OPERATOR").is_some());
    for bad in [
        "ROLE_UNSPECIFIED",
        "ROLE_KING",
        "Operator",
        "role_operator",
        "",
    ] {
        assert_eq!(role_from_name(bad), None, "{bad}");
    }
}

#[test]
fn a_kind_has_one_spelling() {
    for kind in [Kind::Person, Kind::Machine, Kind::Workload] {
        assert_eq!(Kind::from_name(kind.as_str()), Some(kind));
    }
    assert_eq!(Kind::from_name("PERSON"), None);
}
