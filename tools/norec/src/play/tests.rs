//! What a line of a file asks for, and what is wrong with it.

use prost_reflect::Value as FieldValue;

use super::people;
use super::step::{End, Problem, REQUEST_ID, Request, Step, VALIDATE_ONLY, read};
use super::words::Names;
use crate::contract::{Contract, message_of};

const CREATE: &str =
    r#""method":"norec.grants.v1.SchemeService/CreateSchemeEdition","actor":"solveig""#;
const GET: &str = r#""method":"norec.grants.v1.SchemeService/GetSchemeEdition","actor":"solveig""#;

fn read_text(file: &str, text: &str) -> Result<Vec<Step>, Vec<Problem>> {
    let people = people::read(r#"{"solveig": {"kind": "person"}, "kari": {"kind": "person"}}"#);
    read(file, text, &people.unwrap(), &Contract::read().unwrap())
}

/// The request of the only line.
fn request(line: &str) -> Request {
    let steps = read_text("a.jsonl", line).unwrap();
    steps.into_iter().next().unwrap().request.unwrap()
}

fn field(request: &Request, name: &str) -> FieldValue {
    request
        .call
        .message
        .get_field_by_name(name)
        .unwrap()
        .into_owned()
}

fn request_id(line: &str) -> String {
    field(&request(line), REQUEST_ID)
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn comments_and_blank_lines_are_skipped_and_lines_keep_their_numbers() {
    let text =
        format!("# Seksjon 1\n\n{{{CREATE},\"request\":{{}}}}\n  # to\n{{\"note\":\"Ferdig\"}}\n");
    let steps = read_text("a.jsonl", &text).unwrap();
    let seen: Vec<_> = steps
        .iter()
        .map(|it| (it.line, it.request.is_some()))
        .collect();
    assert_eq!(seen, [(3, true), (5, false)]);
    assert_eq!(steps[1].note.as_deref(), Some("Ferdig"));
}

#[test]
fn a_write_s_id_follows_from_its_content_alone() {
    let plain =
        format!(r#"{{{CREATE},"request":{{"parent":"schemes/a","scheme_edition_id":"b"}}}}"#);
    let respelled =
        format!(r#"{{"request": {{"schemeEditionId": "b", "parent": "schemes/a"}}, {CREATE}}}"#);
    let noted = plain.replace(r#","request""#, r#","note":"x","request""#);
    let id = request_id(&plain);
    assert_eq!(id.len(), 36);
    assert_eq!(id, request_id(&respelled));
    assert_eq!(id, request_id(&noted));
    for other in [
        plain.replace("schemes/a", "schemes/c"),
        plain.replace("solveig", "kari"),
    ] {
        assert_ne!(id, request_id(&other), "{other}");
    }
    let elsewhere = read_text("b.jsonl", &plain)
        .unwrap()
        .remove(0)
        .request
        .unwrap();
    assert_ne!(FieldValue::String(id), field(&elsewhere, REQUEST_ID));
}

#[test]
fn two_equal_lines_are_two_requests() {
    let line = format!(r#"{{{CREATE},"request":{{}}}}"#);
    let steps = read_text("a.jsonl", &format!("{line}\n{line}\n")).unwrap();
    let [first, second] =
        [0, 1].map(|place: usize| field(steps[place].request.as_ref().unwrap(), REQUEST_ID));
    assert_ne!(first, second);
    assert_eq!(first, FieldValue::String(request_id(&line)));
}

#[test]
fn a_write_that_must_be_refused_is_only_validated_and_what_a_line_says_stays() {
    let table = [
        (r#""request":{}"#, false, true),
        (r#""request":{},"expect":"NOT_FOUND""#, true, false),
        (r#""request":{"validate_only":true}"#, true, false),
        (
            r#""request":{"request_id":"my-own-id"},"expect":"REQUEST_ID_REUSED""#,
            false,
            true,
        ),
    ];
    for (rest, validated, has_id) in table {
        let request = request(&format!("{{{CREATE},{rest}}}"));
        assert_eq!(
            field(&request, VALIDATE_ONLY).as_bool(),
            Some(validated),
            "{rest}"
        );
        assert_eq!(
            field(&request, REQUEST_ID).as_str() != Some(""),
            has_id,
            "{rest}"
        );
    }
    let own = request(&format!(
        r#"{{{CREATE},"request":{{"request_id":"my-own-id"}}}}"#
    ));
    assert_eq!(field(&own, REQUEST_ID).as_str(), Some("my-own-id"));
}

#[test]
fn a_line_ends_as_it_says() {
    let end = |rest: &str| request(&format!(r#"{{{GET},"request":{{}}{rest}}}"#)).end;
    assert_eq!(end(""), End::Answered);
    assert_eq!(
        end(r#","expect":"NOT_FOUND""#),
        End::Refused(vec!["NOT_FOUND".into()])
    );
    assert_eq!(
        end(r#","expect":["A","B"]"#),
        End::Refused(vec!["A".into(), "B".into()])
    );
    let until = serde_json::json!({"state": "STATE_CLOSED"});
    assert_eq!(
        end(r#","until":{"state":"STATE_CLOSED"}"#),
        End::Holds(until)
    );
}

const PAUSE: &str =
    r#""method":"norec.grants.v1.SchemeService/PauseSchemeEdition","actor":"solveig""#;

#[test]
fn what_a_reply_carries_is_kept_and_stands_in_later_lines() {
    let text = format!(
        "{{{CREATE},\"request\":{{\"parent\":\"schemes/a\"}},\"as\":\"E\"}}\n\
         {{{GET},\"request\":{{\"name\":\"${{E}}\"}},\"as\":{{\"T\":\"regulations.title\"}}}}\n\
         {{{PAUSE},\"request\":{{\"name\":\"${{E}}\",\"late_reason\":\"om ${{T}}\"}}}}\n\
         {{{GET},\"request\":{{\"name\":\"${{E}}\"}},\"until\":{{\"title\":\"${{T}}\"}}}}\n"
    );
    let steps = read_text("a.jsonl", &text).unwrap();
    let [created, got, paused, waited] =
        [0, 1, 2, 3].map(|place: usize| steps[place].request.clone().unwrap());

    let json =
        serde_json::json!({"name": "schemes/a/editions/7", "regulations": {"title": "Regelverk"}});
    let reply = message_of(&created.call.method.output, &json).unwrap();
    let kept = created.keeps.iter().chain(&got.keeps);
    let names: Names = kept
        .map(|it| (it.word.clone(), it.name_in(&reply).unwrap()))
        .collect();
    let filled = paused.filled(&names).unwrap();
    assert_eq!(
        field(&filled, "name").as_str(),
        Some("schemes/a/editions/7")
    );
    assert_eq!(field(&filled, "late_reason").as_str(), Some("om Regelverk"));
    // The id is of the line, whatever the words stand for.
    assert_eq!(field(&filled, REQUEST_ID), field(&paused, REQUEST_ID));
    let title = serde_json::json!({"title": "Regelverk"});
    assert_eq!(waited.filled(&names).unwrap().end, End::Holds(title));

    let empty = message_of(&got.call.method.output, &serde_json::json!({})).unwrap();
    let problem = got.keeps[0].name_in(&empty).unwrap_err();
    assert!(
        problem.contains("nothing in regulations.title"),
        "{problem}"
    );
}

#[test]
fn only_a_write_that_has_an_effect_may_be_sent_once_more() {
    for (line, expected) in [
        (format!(r#"{{{CREATE},"request":{{}}}}"#), true),
        (
            format!(r#"{{{CREATE},"request":{{}},"expect":"X"}}"#),
            false,
        ),
        (
            format!(r#"{{{CREATE},"request":{{"validate_only":true}}}}"#),
            false,
        ),
        (format!(r#"{{{GET},"request":{{}}}}"#), false),
    ] {
        assert_eq!(request(&line).has_effect(), expected, "{line}");
    }
}

#[test]
fn a_word_that_cannot_be_kept_or_is_not_is_named_before_anything_is_sent() {
    let creates = |rest: &str| format!(r#"{{{CREATE},"request":{{}},{rest}}}"#);
    let table = [
        (creates(r#""as":"E""#), ""),
        (creates(r#""as":"E""#), "as: E is kept by line 1"),
        (creates(r#""as":"1""#), "\"1\" is no word"),
        (creates(r#""as":{"F":"regulations"}"#), "no single text"),
        (creates(r#""as":{"F":"posts.post"}"#), "no single text"),
        (creates(r#""as":{"F":"titel"}"#), "no single text"),
        (creates(r#""as":"F","expect":"X""#), "not with expect"),
        (
            format!(r#"{{{CREATE},"request":{{"validate_only":true}},"as":"F"}}"#),
            "not with validate_only",
        ),
        (
            format!(r#"{{{GET},"request":{{"name":"${{P}}"}}}}"#),
            "request: no line above keeps P; kept are E",
        ),
        (
            format!(r#"{{{GET},"request":{{}},"until":{{"title":"${{P}}"}}}}"#),
            "until: no line above keeps P",
        ),
        (
            format!(r#"{{{GET},"request":{{"name":"${{E"}}}}"#),
            "come a word and }",
        ),
    ];
    let text: Vec<_> = table.iter().map(|(line, _)| line.as_str()).collect();
    let problems = read_text("a.jsonl", &text.join("\n")).unwrap_err();
    assert_eq!(problems.len(), table.len() - 1, "{problems:?}");
    for (problem, (number, (line, named))) in problems.iter().zip(table.iter().enumerate().skip(1))
    {
        assert_eq!(problem.line, number + 1, "{line}");
        assert!(problem.what.contains(named), "{line}: {problem}");
    }
}

#[test]
fn every_line_that_cannot_be_played_is_named_with_its_field() {
    let table = [
        ("{".to_owned(), "EOF"),
        (format!(r#"{{{CREATE}}}"#), "request: is missing"),
        (
            format!(r#"{{{CREATE},"request":{{"scheme_edition":{{"titel":"x"}}}}}}"#),
            "titel",
        ),
        (
            format!(r#"{{{CREATE},"request":{{}},"expct":"X"}}"#),
            "expct",
        ),
        (
            format!(r#"{{{CREATE},"request":{{}},"until":{{"state":"STATE_OPEN"}}}}"#),
            "no READ",
        ),
        (
            format!(r#"{{{GET},"request":{{}},"until":{{"stat":"STATE_OPEN"}}}}"#),
            "until: ",
        ),
        (
            format!(r#"{{{GET},"request":{{}},"until":{{}},"expect":"X"}}"#),
            "not with expect",
        ),
        (
            format!(r#"{{{GET},"request":{{}},"service":"archive"}}"#),
            "service: ",
        ),
        (
            GET.replace("solveig", "ukjent")
                .replace(r#""method""#, r#"{"request":{},"method""#)
                + "}",
            "ukjent",
        ),
        (
            r#"{"method":"norec.grants.v1.SchemeService/Nei","actor":"kari","request":{}}"#.into(),
            "method: ",
        ),
        (
            r#"{"actor":"kari","request":{}}"#.into(),
            "method: is missing",
        ),
        (r#"{"note":"x","request":{}}"#.into(), "method: is missing"),
    ];
    let text: Vec<_> = table.iter().map(|(line, _)| line.as_str()).collect();
    let problems = read_text("a.jsonl", &text.join("\n")).unwrap_err();
    assert_eq!(problems.len(), table.len(), "{problems:?}");
    for (place, (line, named)) in table.iter().enumerate() {
        let problem = problems[place].to_string();
        assert!(
            problem.starts_with(&format!("{}: ", place + 1)),
            "{line}: {problem}"
        );
        assert!(problem.contains(named), "{line}: {problem}");
    }
}
