//! Files of requests that are played again: what was done is passed over, what was changed stops.

use std::fs;
use std::io::{BufRead, BufReader};

use serde_json::json;

use crate::play::{PEOPLE, creates, file, method, pauses, with};
use crate::world::{Running, World};

/// Played again, a file is passed over; its writes are sent once more where that is asked for, and answered
/// as the first time.
#[test]
fn playing_a_file_twice_changes_nothing_the_second_time() {
    let world = World::up("twice");
    world.write("people.json", PEOPLE);
    world.write("two.jsonl", file(&[creates("2025"), pauses("2025")]));

    let first = world.must(&["play", "two.jsonl", "--answers"]);
    let journal = world.journal();
    assert_eq!(journal, ["CreateSchemeEdition", "PauseSchemeEdition"]);

    let second = world.run(&["play", "two.jsonl", "--answers"]);
    assert_eq!((second.code, second.printed.as_str()), (Some(0), ""));
    let passed = "two.jsonl: 2 of 2 steps were played before, and are passed over\n";
    assert_eq!(second.said, passed);

    let again = world.must(&["play", "two.jsonl", "--answers", "--again"]);
    assert_eq!(again, first);
    assert_eq!(world.journal(), journal);
}

/// A refusal and an answer are judged in the run that first comes to them: what later lines change of it
/// is no fault of theirs.
#[test]
fn what_a_line_expects_of_its_moment_is_judged_once() {
    let world = World::up("moment");
    world.write("people.json", PEOPLE);
    let get = json!({"method": method("GetSchemeEdition"), "actor": "kari",
        "request": {"name": "schemes/utveksling/editions/2025"}});
    let lines = [
        with(pauses("2025"), "expect", "NOT_FOUND".into()),
        creates("2025"),
        with(get, "until", json!({"state": "STATE_OPEN"})),
        pauses("2025"),
    ];
    world.write("story.jsonl", file(&lines));
    world.must(&["play", "story.jsonl"]);
    let journal = world.journal();

    for arguments in [
        &["play", "story.jsonl"][..],
        &["play", "story.jsonl", "--again"],
    ] {
        world.must(arguments);
        assert_eq!(world.journal(), journal);
    }

    // What comes behind is played, and with --again too: an end of the file is no end of the story.
    let resumes = json!({"method": method("ResumeSchemeEdition"), "actor": "solveig",
        "request": pauses("2025")["request"]});
    let longer = file(&lines) + "\n# Senere.\n" + &file(&[resumes]);
    world.write("story.jsonl", longer);
    let ran = world.run(&["play", "story.jsonl", "--again"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let passed = "story.jsonl:3: GetSchemeEdition was judged before, and is passed over\n";
    assert!(ran.said.contains(passed), "{ran:?}");
    assert_eq!(
        world.journal(),
        [&journal[..], &["ResumeSchemeEdition".to_owned()]].concat()
    );
}

/// A line that was played is not played as another: it is named, and nothing is sent.
#[test]
fn a_line_that_was_changed_since_it_was_played_stops_the_play() {
    let world = World::up("changed");
    world.write("people.json", PEOPLE);
    let played = [creates("2025"), creates("2026")];
    world.write("story.jsonl", file(&played));
    world.must(&["play", "story.jsonl"]);
    let journal = world.journal();

    let changed = with(played[1].clone(), "note", "Til neste år.".into());
    let table = [
        (
            file(&[played[0].clone(), changed, creates("2027")]),
            "story.jsonl:2: this line was played",
        ),
        (
            file(&played[..1]),
            "story.jsonl: 2 lines were played here, and 1 are left",
        ),
        (
            file(&[creates("2027")]) + &file(&played),
            "story.jsonl:1: this line was played",
        ),
    ];
    for (text, named) in table {
        world.write("story.jsonl", &text);
        for arguments in [
            &["play", "story.jsonl"][..],
            &["play", "story.jsonl", "--again"],
        ] {
            let ran = world.run(arguments);
            assert_eq!(ran.code, Some(1), "{text}: {ran:?}");
            assert!(ran.said.contains(named), "{named}: {ran:?}");
            assert_eq!(world.journal(), journal);
        }
    }

    world.write(
        "story.jsonl",
        format!("# Ny overskrift\n\n{}", file(&played)),
    );
    world.must(&["play", "story.jsonl"]);
    assert_eq!(
        world.journal(),
        journal,
        "comments and blank lines are no lines of it"
    );
}

/// A name that the server made is kept for later lines, also over an end between them.
#[test]
fn a_name_that_a_reply_carries_is_kept_for_later_lines() {
    let world = World::up("words");
    world.write("people.json", PEOPLE);
    let mut made = with(creates(""), "as", "E".into());
    made["request"]["scheme_edition_id"].take();
    let mut paused = with(pauses(""), "as", json!({"T": "regulations.title"}));
    paused["request"]["name"] = "${E}".into();
    world.write("story.jsonl", file(&[made.clone(), paused.clone()]));
    world.must(&["play", "story.jsonl"]);

    let got = json!({"method": method("GetSchemeEdition"), "actor": "kari",
        "request": {"name": "${E}"},
        "until": {"name": "${E}", "state": "STATE_PAUSED", "regulations": {"title": "${T}"}}});
    world.write("story.jsonl", file(&[made, paused, got]));
    let ran = world.run(&["play", "story.jsonl"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let passed = "story.jsonl: 2 of 3 steps were played before, and are passed over\n\
                  story.jsonl:3: GetSchemeEdition → schemes/utveksling/editions/";
    assert!(ran.said.starts_with(passed), "{ran:?}");
}

/// Where the database lacks what was played, the writes are sent to it once more, and the names that it makes
/// are kept instead.
#[test]
fn a_database_that_lacks_what_was_played_has_it_sent_once_more() {
    let world = World::up("lacks");
    world.write("people.json", PEOPLE);
    let mut made = with(creates(""), "as", "E".into());
    made["request"]["scheme_edition_id"].take();
    let mut paused = pauses("");
    paused["request"]["name"] = "${E}".into();
    world.write("story.jsonl", file(&[made, paused]));
    world.must(&["play", "story.jsonl"]);
    let journal = world.journal();

    world.must(&["down"]);
    fs::remove_dir_all(world.installation().join("postgres")).unwrap();
    world.must(&["up", "--detach"]);
    world.must(&["play", "story.jsonl"]);
    assert_eq!(world.journal(), [""; 0], "what was played is passed over");
    for _ in 0..2 {
        world.must(&["play", "story.jsonl", "--again"]);
        assert_eq!(world.journal(), journal);
    }
}

/// Nobody plays a file that another play has not left.
#[test]
fn a_file_is_played_by_one_at_a_time() {
    let world = World::up("one");
    world.write("people.json", PEOPLE);
    let never = json!({"method": method("GetSchemeEdition"), "actor": "kari",
        "request": {"name": "schemes/utveksling/editions/2025"}, "until": {"state": "STATE_CLOSED"}});
    world.write("story.jsonl", file(&[creates("2025"), never]));
    let mut play = Running(world.command(&["play", "story.jsonl"]).spawn().unwrap());
    let said = BufReader::new(play.0.stderr.take().unwrap()).lines();
    let mut said = said.map(Result::unwrap);
    assert!(said.any(|it| it.starts_with("story.jsonl:1: ")));

    let ran = world.run(&["play", "story.jsonl"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.said.contains("story.jsonl is being played"), "{ran:?}");
}

/// A play that is killed goes on where it was; the step that was under way then has one effect.
#[test]
fn a_play_that_was_killed_goes_on_behind_its_last_line() {
    let world = World::up("killed");
    world.write("people.json", PEOPLE);
    let lines: Vec<_> = (0..30)
        .map(|number| creates(&format!("e{number}")))
        .collect();
    world.write("long.jsonl", file(&lines));
    let mut play = Running(world.command(&["play", "long.jsonl"]).spawn().unwrap());
    let said = BufReader::new(play.0.stderr.take().unwrap()).lines();
    let mut said = said.map(Result::unwrap);
    assert!(said.any(|it| it.starts_with("long.jsonl:10: ")));
    play.0.kill().unwrap();
    play.0.wait().unwrap();

    let ran = world.run(&["play", "long.jsonl"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let passed = ran
        .said
        .split_once(" of 30 steps were played before")
        .unwrap()
        .0;
    let passed: usize = passed.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(passed >= 10, "{ran:?}");
    assert_eq!(world.journal(), ["CreateSchemeEdition"; 30]);
}
