//! What is played, and what is left out, beside what the year tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;
use serde_json::Value;

use super::{FigureRow, YEAR, expected, groups, hundredths, json_in};
use crate::world::example;

/// The events of the year have the numbers 1 to this.
const EVENTS: u32 = 999;
const LATE: &str = "EKSEMPEL: lagt inn i ettertid for å vise året 2025";
/// The days of which a step has one, which is the day of its event.
const DAYS: [&str; 3] = ["effective_date", "paid_date", "return_date"];

/// What of the year is not played, or not as it is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    left_out: Vec<Waiting>,
    otherwise: Vec<Otherwise>,
    figures: Vec<WaitingFigures>,
    added: Vec<Added>,
    later: Vec<Later>,
}

/// Events of a noun that the suite has not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting {
    service: String,
    waits_for: String,
    events: Vec<u32>,
    /// What stands in for them, where something does.
    #[serde(default)]
    instead: Option<String>,
}

/// Events that are played as something else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Otherwise {
    events: Vec<u32>,
    as_told: String,
    played: String,
}

/// Figures whose measures come with a noun that is waited for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitingFigures {
    waits_for: String,
    figures: Vec<String>,
}

/// Lines of no event, by their request_id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    lines: Vec<String>,
    what: String,
}

/// Lines of no event that the year shall have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    waits_for: String,
    what: String,
}

/// A row of the year's calendar.
#[derive(Deserialize)]
struct Event {
    nr: u32,
    played: String,
    effective: String,
    service: String,
    actor: String,
    method: String,
    subject: String,
    expects: String,
}

/// A line of the example, or an import.
struct Line {
    id: String,
    actor: String,
    method: String,
    expect: String,
    request: Value,
}

impl Line {
    /// The event that its request_id names, such as 636 of `year-636-1`.
    fn event(&self) -> Option<u32> {
        let number = self.id.strip_prefix("year-")?;
        number.split('-').next()?.parse().ok()
    }

    /// The day that it says, as `2025-03-28`.
    fn day(&self) -> Option<String> {
        let day = DAYS.iter().find_map(|it| self.request.get(it))?;
        let of = |part: &str| day[part].as_i64().unwrap();
        Some(format!(
            "{}-{:02}-{:02}",
            of("year"),
            of("month"),
            of("day")
        ))
    }
}

fn left_out() -> LeftOut {
    serde_json::from_value(json_in("left-out.json")).unwrap()
}

/// Every write of the show, in its order.
fn writes() -> Vec<Line> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let of = |method: &Value, line: &Value, request: Value| Line {
        id: text(&request["request_id"]),
        actor: text(&line["actor"]),
        method: text(method).rsplit('/').next().unwrap().to_owned(),
        expect: text(&line["expect"]),
        request,
    };
    let mut writes = Vec::new();
    for step in json_in("show.json")["steps"].as_array().unwrap() {
        if let Some(import) = step.get("import") {
            let request = json_in(import["request"].as_str().unwrap());
            writes.push(of(&"ImportAccounts".into(), import, request));
            continue;
        }
        let file = step["play"].as_str().unwrap();
        let text = fs::read_to_string(example(&format!("{YEAR}/{file}"))).unwrap();
        let lines = text.lines().filter(|it| it.starts_with('{'));
        let lines = lines.map(|it| serde_json::from_str::<Value>(it).unwrap());
        let lines = lines.map(|it| of(&it["method"], &it, it["request"].clone()));
        writes.extend(lines.filter(|it| !it.id.is_empty()));
    }
    writes
}

/// The rows of a file of the year's data, which lie beside the repository; none where they do not.
fn told<T: for<'de> Deserialize<'de>>(file: &str) -> Option<Vec<T>> {
    let path = example(&format!("../../shared/data/example-year/{file}"));
    let Ok(text) = fs::read(&path) else {
        eprintln!("skipped: {path} is not there");
        return None;
    };
    let rows = csv::Reader::from_reader(&text[..]).into_deserialize();
    Some(rows.map(Result::unwrap).collect())
}

/// Every event is played or left out by name, in the order of the calendar; what is played otherwise, and what
/// is of no event, is named too.
#[test]
fn every_event_is_played_or_left_out_by_name() {
    let (writes, left) = (writes(), left_out());
    let played: Vec<_> = writes.iter().filter_map(Line::event).collect();
    assert!(played.is_sorted(), "{played:?}");
    let played: BTreeSet<_> = played.into_iter().collect();
    let waiting: Vec<_> = left.left_out.iter().flat_map(|it| &it.events).collect();
    let mut seen: Vec<_> = played.iter().chain(waiting).copied().collect();
    seen.sort_unstable();
    assert!(seen.iter().copied().eq(1..=EVENTS), "{seen:?}");

    for it in &left.otherwise {
        assert!(!it.as_told.is_empty() && !it.played.is_empty());
        assert!(
            it.events.iter().all(|it| played.contains(it)),
            "{:?}",
            it.events
        );
    }
    for it in &left.left_out {
        let instead = it.instead.as_deref().unwrap_or("-");
        assert!(
            !instead.is_empty() && !it.service.is_empty(),
            "{}",
            it.waits_for
        );
    }
    let is_told = |it: &Later| !it.waits_for.is_empty() && !it.what.is_empty();
    assert!(left.later.iter().all(is_told));
    let nouns: BTreeSet<_> = left.left_out.iter().map(|it| &it.waits_for).collect();
    assert!(left.figures.iter().all(|it| nouns.contains(&it.waits_for)));
    let extra = writes.iter().filter(|it| it.event().is_none());
    let added = left.added.iter().inspect(|it| assert!(!it.what.is_empty()));
    let added = added.flat_map(|it| &it.lines);
    assert!(extra.map(|it| &it.id).eq(added));
}

/// What is played is what the calendar says: who, what, whose, on which day, and why it is refused.
#[test]
fn every_event_that_is_played_is_as_the_calendar_has_it() {
    let Some(events) = told::<Event>("events.csv") else {
        return;
    };
    assert!(events.iter().map(|it| it.nr).eq(1..=EVENTS));
    let (writes, left) = (writes(), left_out());
    let otherwise: BTreeSet<_> = left.otherwise.iter().flat_map(|it| &it.events).collect();
    let mut counts = BTreeMap::<_, (u32, u32)>::new();
    for event in &events {
        let (nr, (of_service, played)) = (event.nr, counts.entry(&event.service).or_default());
        *of_service += 1;
        let lines: Vec<_> = writes.iter().filter(|it| it.event() == Some(nr)).collect();
        *played += u32::from(!lines.is_empty());
        if lines.is_empty() || otherwise.contains(&nr) {
            continue;
        }
        let [line] = lines[..] else {
            panic!("{nr} is played {} times", lines.len());
        };
        let [of_line, of_event] = [
            [&line.actor, &line.method, &line.expect],
            [&event.actor, &event.method, &event.expects],
        ];
        assert_eq!(of_line, of_event, "{nr}");
        if let Some(name) = line.request["name"].as_str() {
            assert_eq!(name, event.subject, "{nr}");
        }
        let day = match event.effective.as_str() {
            "" => &event.played,
            effective => effective,
        };
        // A correction says the right day.
        if let Some(said) = line.day().filter(|_| line.method != "CorrectPayment") {
            assert_eq!(
                (said.as_str(), &line.request["late_reason"]),
                (day, &LATE.into()),
                "{nr}"
            );
        }
    }
    for it in &left.left_out {
        let of_it = |nr: &u32| events[usize::try_from(*nr).unwrap() - 1].service == it.service;
        assert!(it.events.iter().all(of_it), "{}", it.waits_for);
    }
    for (service, (events, played)) in counts {
        eprintln!("{service}: {played} of {events} events are played");
    }
}

/// The example expects what the year tells, of every figure that does not wait.
#[test]
fn the_figures_that_are_expected_are_those_that_the_year_tells() {
    let Some(told) = told::<FigureRow>("figures.csv") else {
        return;
    };
    let (expected, left) = (expected(), left_out());
    let waiting: BTreeSet<_> = left.figures.iter().flat_map(|it| &it.figures).collect();
    let mut compared = 0;
    for row in told {
        let name = (&row.cutoff, &row.figure);
        let found = expected.iter().find(|it| (&it.cutoff, &it.figure) == name);
        let waits = waiting.contains(&row.figure);
        assert_ne!(found.is_some(), waits, "{name:?} is expected, or it waits");
        if let Some(found) = found {
            compared += 1;
            assert_eq!(hundredths(&found.value), hundredths(&row.value), "{name:?}");
            let of_row = groups(&row.groups, "; ");
            assert!(
                of_row.is_empty() || groups(&found.groups, " / ") == of_row,
                "{name:?}"
            );
        }
    }
    eprintln!("{compared} figures are as the year tells them");
}
