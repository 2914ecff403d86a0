use chrono::NaiveDate;
use fields::named;
use proptest::prelude::*;
use proto::{ReasonTexts, Value, Wrong};

use super::*;

#[test]
fn a_refusal_says_the_same_in_three_languages_with_its_metadata() {
    let refusal = reason::NotFound {
        name: "agreements/2025-0142",
    };
    for (locale, text) in [
        (Locale::Nb, "agreements/2025-0142 finnes ikke."),
        (Locale::Nn, "agreements/2025-0142 finst ikkje."),
        (Locale::En, "agreements/2025-0142 does not exist."),
    ] {
        let status = refuse(refusal, locale, "t");
        assert_eq!(status.code(), Code::NotFound);
        let details = status.get_error_details();
        assert_eq!(details.localized_message().unwrap().message, text);
        let info = details.error_info().unwrap();
        assert_eq!(
            (info.reason.as_str(), info.domain.as_str()),
            ("NOT_FOUND", "norec.no")
        );
    }
}

#[test]
fn what_may_be_retried_says_so() {
    let refusals: [(Refused, bool); 6] = [
        (reason::Busy.into(), true),
        (reason::DatabaseUnavailable.into(), true),
        (reason::Overloaded.into(), true),
        (reason::KeysetNotLoaded.into(), true),
        (reason::TokenMissing.into(), false),
        (reason::RequestTooLarge { limit_bytes: 9 }.into(), false),
    ];
    for (refusal, retry) in refusals {
        let name = refusal.texts.name;
        let status = refuse(refusal, Locale::En, "t");
        let info = status.get_error_details().retry_info().is_some();
        assert_eq!(info, retry, "{name}");
    }
}

/// What callers write stands in texts as they wrote it, also where it looks like one of ours.
#[test]
fn a_value_is_filled_in_once_and_not_read_as_a_text() {
    for (name, text) in [
        ("{", "{ does not exist."),
        ("}{", "}{ does not exist."),
        ("{name}", "{name} does not exist."),
        ("", " does not exist."),
    ] {
        let refusal = Refused::from(reason::NotFound { name });
        assert_eq!(refusal.english(), text);
    }
    let refusal = Refused::from(reason::StaleEtag {
        etag: "{name}",
        name: "{etag}",
    });
    assert_eq!(
        refusal.english(),
        "{etag} has changed since you read it (its etag is now {name}). Read it again."
    );
}

/// SQLSTATEs of which somebody else must do something, and those that pass.
#[test]
fn what_the_database_says_is_a_reason() {
    for (code, expected) in [
        ("40P01", Some("BUSY")),
        ("55P03", Some("BUSY")),
        ("40001", Some("BUSY")),
        ("57014", Some("DEADLINE_PASSED")),
        ("53000", Some("OVERLOADED")),
        ("53100", Some("DATABASE_FULL")),
        ("53200", Some("OVERLOADED")),
        ("53300", Some("OVERLOADED")),
        ("53400", None),
        ("25006", Some("DATABASE_UNAVAILABLE")),
        ("25P03", Some("DATABASE_UNAVAILABLE")),
        ("57P01", Some("DATABASE_UNAVAILABLE")),
        ("08006", Some("DATABASE_UNAVAILABLE")),
        ("23514", None),
        ("0A000", None),
        ("", None),
    ] {
        let reason = from_sqlstate(code).map(|it| it.texts.name);
        assert_eq!(reason, expected, "{code}");
    }
}

/// A refusal for this reason, in which every key stands for this.
fn filled(texts: &'static ReasonTexts, value: &Value) -> Refused {
    let keys = texts
        .en
        .split('{')
        .skip(1)
        .filter_map(|it| it.split_once('}'));
    Refused {
        texts,
        metadata: keys.map(|(key, _)| (key, value.clone())).collect(),
    }
}

fn many(count: usize, thing: &str) -> Value {
    Value::Many(List::new(vec![thing; count], ", "))
}

fn wrong(count: usize, text: &str) -> Vec<Violation> {
    let violation = Violation {
        field: text.to_owned(),
        wrong: field_reason::Name { pattern: text }.into(),
    };
    vec![violation; count]
}

/// Bytes of what HTTP itself adds: status, date, what encodings are taken.
const OTHERS: usize = 200;

/// Bytes of all that the answer's headers hold, as HTTP/2 counts them.
fn sent_bytes(status: Status) -> usize {
    let response = status.into_http::<()>();
    let headers = response.headers().iter();
    headers
        .map(|(name, value)| name.as_str().len() + value.len() + 32)
        .sum()
}

/// B-F01: whatever a caller has written, and for whatever reason it is refused, the headers are under
/// 6 KiB.
#[test]
fn every_refusal_fits_its_headers() {
    for texts in reason::ALL {
        for text in ["x", "%", "ø", "\u{1f4a5}", "\n", "; ", "{name}"] {
            let long = text.repeat(1_500);
            for (value, locale) in [
                (Value::Text(long.clone()), Locale::Nb),
                (many(1, &long), Locale::Nn),
                (many(400, text), Locale::En),
            ] {
                let violations = wrong(30, &text.repeat(300));
                let status = status(&filled(texts, &value), locale, "t", &violations);
                let details = status.get_error_details();
                assert_eq!(details.error_info().unwrap().reason, texts.name);
                let bytes = sent_bytes(status);
                assert!(
                    bytes + OTHERS < 6 * 1024,
                    "{} {text:?}: {bytes}",
                    texts.name
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// B-F01: the same of what nobody thought of.
    #[test]
    fn arbitrary_values_fit_their_headers(
        at in 0..reason::ALL.len(),
        values in prop::collection::vec("\\PC{0,200}", 0..40),
        is_list: bool,
        violations in prop::collection::vec(("\\PC{0,300}", "\\PC{0,300}"), 0..40),
    ) {
        let value = match is_list {
            true => Value::Many(List::new(values, "; ")),
            false => Value::Text(values.concat()),
        };
        let violations: Vec<_> = violations
            .into_iter()
            .map(|(field, pattern)| Violation {
                field,
                wrong: field_reason::Name { pattern }.into(),
            })
            .collect();
        let status = status(&filled(reason::ALL[at], &value), Locale::Nb, "t", &violations);
        prop_assert!(sent_bytes(status) + OTHERS < 6 * 1024);
    }
}

/// B-F01: what fits is told whole; what does not is cut, values before lists, and says so.
#[test]
fn values_are_cut_before_lists_and_no_more_than_they_must() {
    let told = |value: Value| {
        let status = status(&filled(&reason::NOT_FOUND, &value), Locale::En, "t", &[]);
        status.get_error_details().error_info().unwrap().metadata["name"].clone()
    };
    let x = |count| "x".repeat(count);
    assert_eq!(told(Value::Text(x(300))), x(300));
    assert_eq!(told(Value::Text(x(3_000))), x(200) + "…");
    assert_eq!(told(many(40, "x")), many(40, "x").to_string());
    let long = format!("{}, {}…", x(200), x(200));
    assert_eq!(
        told(Value::Many(List::new(vec![x(200), x(900)], ", "))),
        long
    );
    let first = many(20, "figures/1").to_string();
    assert_eq!(told(many(500, "figures/1")), first + ", and 480 more");
}

/// B-F01: bad fields are all described as long as they fit, also where the text names the first only.
#[test]
fn bad_fields_are_cut_from_the_text_before_they_are_from_the_details() {
    for (count, in_text, described) in [(3, 3, 3), (40, 5, 40), (60, 5, 60), (500, 20, 20)] {
        let violation = Violation {
            field: "report.blocks[17].date".to_owned(),
            wrong: field_reason::Required.into(),
        };
        let violations = vec![violation; count];
        let status = status(&invalid(&violations), Locale::En, "t", &violations);
        let details = status.get_error_details();
        let fields = &details.error_info().unwrap().metadata["fields"];
        assert_eq!(fields.matches("blocks").count(), in_text, "{count}");
        let violations = &details.bad_request().unwrap().field_violations;
        let whole = violations.iter().filter(|it| it.field != "*").count();
        assert_eq!(whole, described, "{count}");
        let more = violations.iter().find(|it| it.field == "*");
        let more = more.map(|it| it.description.as_str());
        assert_eq!(more, (count == 500).then_some("and 480 more"));
    }
}

/// B-T09: machines read states, duties, days and amounts alike whoever calls; people read them in their
/// own language.
#[test]
fn a_text_for_people_has_nothing_that_only_machines_write() {
    let day = NaiveDate::from_ymd_opt(2026, 1, 6).unwrap();
    let duties = ["PREPARE", "DECIDE", "SECTION_HEAD"].map(named);
    let spaced = |text: String| text.replace(['\u{202f}', '\u{a0}'], " ");
    for (value, in_english, in_nb, in_nn) in [
        (
            day.into_value(),
            "2026-01-06",
            "6. januar 2026",
            "6. januar 2026",
        ),
        (
            fields::kroner(1_000_000_000).into_value(),
            "10000000.00",
            "10 000 000,00",
            "10 000 000,00",
        ),
        (fields::kroner(-5).into_value(), "-0.05", "−0,05", "−0,05"),
        (named("SIGNED"), "SIGNED", "undertegnet", "underteikna"),
        (
            List::new(duties, ", ").into_value(),
            "PREPARE, DECIDE, SECTION_HEAD",
            "forberedelse, vedtak, seksjonsleder",
            "førebuing, vedtak, seksjonsleiar",
        ),
        (
            Wrong::from(field_reason::DateToCome { today: day }).into_value(),
            "today (2026-01-06) or earlier",
            "i dag (6. januar 2026) eller tidligere",
            "i dag (6. januar 2026) eller tidlegare",
        ),
        (
            "agreements/1".into_value(),
            "agreements/1",
            "agreements/1",
            "agreements/1",
        ),
    ] {
        assert_eq!(value, in_english);
        for (locale, text) in [
            (Locale::En, in_english),
            (Locale::Nb, in_nb),
            (Locale::Nn, in_nn),
        ] {
            assert_eq!(spaced(value.text(locale).into_owned()), text, "{locale:?}");
        }
    }
}

/// B-T09: each bad field is described in English and in the caller's language, for a reason that a
/// program can tell.
#[test]
fn what_is_wrong_with_a_field_is_said_in_the_callers_language() {
    let violations = vec![Violation {
        field: "delegation.limit".to_owned(),
        wrong: field_reason::AmountTooLarge {
            max: fields::kroner(fields::ORE_MAX),
        }
        .into(),
    }];
    for (locale, text) in [
        (Locale::Nb, "høyst 10 000 000 000 000,00 kroner"),
        (Locale::Nn, "høgst 10 000 000 000 000,00 kroner"),
        (Locale::En, "at most 10000000000000.00 kroner"),
    ] {
        let status = status(&invalid(&violations), locale, "t", &violations);
        let described = status.get_details_bad_request().unwrap().field_violations;
        let [it] = &described[..] else {
            panic!("{described:?}")
        };
        assert_eq!(it.reason, "AMOUNT_TOO_LARGE");
        assert_eq!(it.description, "at most 10000000000000.00 kroner");
        let localised = it.localized_message.as_ref().unwrap();
        assert_eq!(localised.locale, locale.tag());
        assert_eq!(localised.message.replace('\u{202f}', " "), text);
    }
}
