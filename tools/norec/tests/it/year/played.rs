//! The year as it is played: twice, and once more after an end in the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::Command;

use serde_json::{Value, json};

use super::{FigureRow, YEAR, expected, groups, hundredths, json_in};
use crate::world::{Ran, Running, World, example, narrow_pipe};

/// The demo's show of the year.
fn demo(world: &World) -> Command {
    let examples = example("");
    world.command(&[
        "demo",
        YEAR,
        "--examples",
        &examples,
        "--output",
        "documents",
    ])
}

/// The program, in the installation of the show.
fn within(world: &World, arguments: &[&str]) -> Ran {
    let mut command = world.command(arguments);
    let own = world.root.join(format!("i-{YEAR}"));
    let ran = Ran::from(command.env("NOREC_INSTALLATION", own).output().unwrap());
    assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
    ran
}

/// Begins the show and kills it in August; then it is shown to its end.
fn ended_in_the_middle(world: &World) -> Ran {
    let (said, written) = narrow_pipe();
    let mut begun = Running(demo(world).stderr(written).spawn().unwrap());
    let mut lines = BufReader::new(said).lines().map(Result::unwrap);
    assert!(lines.any(|it| it.contains("/09-august.jsonl:1")));
    begun.0.kill().unwrap();
    begun.0.wait().unwrap();
    within(world, &["down"]);
    Ran::from(demo(world).output().unwrap())
}

/// Played twice, the year changes nothing the second time; ended in the middle and played on, it is the same.
/// Its figures are those that are expected.
#[test]
fn the_year_is_played_twice_and_after_an_end_in_the_middle() {
    let (calm, ended) = (World::named("year-calm"), World::named("year-ended"));
    let undisturbed = Running(demo(&calm).spawn().unwrap());
    let goes_on = ended_in_the_middle(&ended);
    let first = undisturbed.ended();
    assert_eq!(first.code, Some(0), "{first:?}");
    let recorded = calm.journals(&[YEAR]);

    assert_eq!(goes_on.code, Some(0), "{goes_on:?}");
    let passed = goes_on
        .said
        .lines()
        .filter(|it| it.contains(" were played before, "));
    assert!((1..14).contains(&passed.count()), "{goes_on:?}");
    assert_eq!(ended.journals(&[YEAR]), recorded);

    within(&calm, &["up", "--detach"]);
    assert_figures(&calm);
    let steps = json_in("show.json")["steps"].clone();
    let files = steps
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["play"].as_str());
    let files: Vec<_> = files.map(|it| example(&format!("{YEAR}/{it}"))).collect();
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    let played = within(&calm, &[&["play"], &files[..]].concat());
    let passed = |line: &str| {
        let (count, rest) = line
            .rsplit_once(": ")
            .unwrap()
            .1
            .split_once(" of ")
            .unwrap();
        assert!(
            rest.starts_with(&format!("{count} steps were played before")),
            "{line}"
        );
    };
    played.said.lines().for_each(passed);
    assert_eq!(played.said.lines().count(), files.len(), "{played:?}");
    within(&calm, &["down"]);

    let second = Ran::from(demo(&calm).output().unwrap());
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(
        second
            .printed
            .contains("\nUnchanged, as are the 16 documents in "),
        "{second:?}"
    );
    assert_eq!(calm.journals(&[YEAR]), recorded);
}

/// Every figure that is expected is in the installation, with its groups; and the cut-offs of the reports have
/// no other.
fn assert_figures(world: &World) {
    let expected = expected();
    let cutoffs: BTreeSet<_> = expected.iter().map(|it| &it.cutoff).collect();
    for cutoff in cutoffs {
        let parent = json!({"parent": format!("cutoffs/{cutoff}")}).to_string();
        let method = "norec.governance.v1.FigureService/ListFigures";
        let call = [
            "call",
            method,
            "-d",
            &parent,
            "--person",
            "kontroller-k",
            "--role",
            "controller",
        ];
        let listed: Value = serde_json::from_str(&within(world, &call).printed).unwrap();
        let mut figures: BTreeMap<_, _> = listed["figures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["name"].as_str().unwrap().rsplit('/').next().unwrap(), it))
            .collect();
        let of_cutoff: Vec<_> = expected.iter().filter(|it| it.cutoff == *cutoff).collect();
        let is_whole = of_cutoff.len() > 1;
        for row in of_cutoff {
            let figure = figures.remove(row.figure.as_str());
            let figure = figure.unwrap_or_else(|| panic!("{cutoff} has no {}", row.figure));
            assert_figure(row, figure);
        }
        assert!(!is_whole || figures.is_empty(), "{cutoff}: {figures:?}");
    }
}

fn assert_figure(row: &FigureRow, figure: &Value) {
    let number = |it: &Value| it.as_str().map_or(0, |it| it.parse::<i64>().unwrap());
    // Amounts are in øre, counts are not.
    let factor = if figure["unit"] == "UNIT_NOK_ORE" {
        1
    } else {
        100
    };
    let amount = |it: &Value| number(&it["value"]["amount"]) * factor;
    let place = format!("{}/{}: {figure}", row.cutoff, row.figure);
    assert_eq!(amount(figure), hundredths(&row.value), "{place}");
    let key = |it: &Value| {
        let parts = it["key"].as_array().unwrap().iter();
        parts
            .map(|it| it.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(".")
    };
    let none = Vec::new();
    let of_figure = figure["groups"].as_array().unwrap_or(&none).iter();
    let of_figure = of_figure.map(|it| (key(it), amount(it)));
    let of_figure: BTreeMap<_, _> = of_figure.filter(|(_, it)| *it != 0).collect();
    assert_eq!(of_figure, groups(&row.groups, " / "), "{place}");
    let facts = number(&figure["fact_count"]);
    assert!(row.facts.is_none_or(|it| it == facts), "{place}");
}
