//! Files of requests: played once, twice, and through the death of what they are sent to.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use futures::stream::pending;
use proto::grants::v1 as pb;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataValue;
use tonic::transport::Endpoint;
use tonic::{Code, Request};
use tonic_prost::ProstCodec;

use crate::world::{Running, World, signal};

pub(crate) const PEOPLE: &str = r#"{
    "solveig": {"kind": "person", "roles": ["SECTION_HEAD"], "unit": "Utveksling"},
    "kari": {"kind": "person", "roles": ["CASE_OFFICER"]}
}"#;

/// Calls in flight that a service has room for.
const CALLS_MAX: usize = 64;

pub(crate) fn method(name: &str) -> String {
    format!("norec.grants.v1.SchemeService/{name}")
}

/// A line that creates an edition.
pub(crate) fn creates(edition: &str) -> Value {
    json!({"method": method("CreateSchemeEdition"), "actor": "solveig", "request": {
        "parent": "schemes/utveksling", "scheme_edition_id": edition,
        "scheme_edition": {
            "title": "Utveksling", "posts": [{"chapter": "144", "post": "70"}],
            "regulations": {
                "archive_case": "2025/7", "journal_entry": 1, "direction": "DIRECTION_INCOMING",
                "date": {"year": 2024, "month": 12, "day": 20}, "title": "Regelverk",
            },
            "open_date": {"year": 2025, "month": 1, "day": 1},
            "main_task": 1, "new_purpose": true,
            "no_study_judgement": {
                "archive_case": "2025/7", "journal_entry": 2, "direction": "DIRECTION_INTERNAL",
                "date": {"year": 2024, "month": 12, "day": 2}, "title": "Vurdering",
            },
        },
    }})
}

pub(crate) fn pauses(edition: &str) -> Value {
    json!({"method": method("PauseSchemeEdition"), "actor": "solveig", "request": {
        "name": format!("schemes/utveksling/editions/{edition}"),
        "effective_date": {"year": 2025, "month": 3, "day": 3}, "late_reason": "Etterregistrert",
    }})
}

pub(crate) fn with(mut line: Value, field: &str, value: Value) -> Value {
    line[field] = value;
    line
}

pub(crate) fn file(lines: &[Value]) -> String {
    lines.iter().map(|it| format!("{it}\n")).collect()
}

#[test]
fn a_play_says_what_it_did_and_where_and_why_it_stopped() {
    let world = World::up("stops");
    world.write("people.json", PEOPLE);
    let reads = json!({"method": method("GetSchemeEdition"), "actor": "kari",
        "request": {"name": "schemes/utveksling/editions/2025"}});
    let lines = [
        with(creates("2025"), "note", "En ordning åpnes.".into()),
        with(
            with(creates("2026"), "actor", "kari".into()),
            "expect",
            "ROLE_MISSING".into(),
        ),
        with(
            creates("2025"),
            "expect",
            json!(["NOT_FOUND", "ALREADY_EXISTS"]),
        ),
        with(
            reads,
            "until",
            json!({"state": "STATE_OPEN", "posts": [{"post": "70"}]}),
        ),
        creates("Ærlig"),
        creates("2027"),
    ];
    world.write("story.jsonl", format!("# Overskrift\n\n{}", file(&lines)));

    let ran = world.run(&["play", "story.jsonl"]);

    assert_eq!(ran.code, Some(64 + 3), "{ran:?}");
    assert_eq!(ran.printed, "En ordning åpnes.\n");
    let said = [
        "story.jsonl:3: CreateSchemeEdition → schemes/utveksling/editions/2025\n",
        "story.jsonl:4: CreateSchemeEdition is refused, as expected\n",
        "story.jsonl:5: CreateSchemeEdition is refused, as expected\n",
        "story.jsonl:6: GetSchemeEdition → schemes/utveksling/editions/2025\n",
        "story.jsonl:7: norec.grants.v1.SchemeService/CreateSchemeEdition as solveig was refused\n    \
         INVALID_ARGUMENT INVALID_FIELDS: ",
        "\n    scheme_edition_id: 1 to 63 lower-case letters",
        "\n    trace ",
    ];
    for text in said {
        assert!(ran.said.contains(text), "{text:?} in {}", ran.said);
    }
    assert_eq!(
        world.journal(),
        ["CreateSchemeEdition"],
        "nothing after the line that was refused"
    );
}

#[test]
fn what_should_be_refused_and_is_not_fails_without_effect() {
    let world = World::up("accepted");
    world.write("people.json", PEOPLE);
    let line = with(creates("2025"), "expect", "WRONG_STATE".into());
    world.write("story.jsonl", file(&[line]));

    let ran = world.run(&["play", "story.jsonl"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.said.contains("was accepted; expected was WRONG_STATE"),
        "{ran:?}"
    );
    assert_eq!(world.journal(), [""; 0]);

    let line = with(
        with(creates("2025"), "actor", "kari".into()),
        "expect",
        "NOT_FOUND".into(),
    );
    world.write("story.jsonl", file(&[line]));
    let ran = world.run(&["play", "story.jsonl"]);
    assert_eq!(ran.code, Some(64 + 7));
    assert!(
        ran.said.contains("ROLE_MISSING") && ran.said.contains("expected was NOT_FOUND"),
        "{ran:?}"
    );
}

#[test]
fn a_file_with_a_line_that_cannot_be_played_is_not_begun() {
    let world = World::up("unplayable");
    world.write("people.json", PEOPLE);
    let mut misspelt = creates("2026");
    misspelt["request"]["scheme_edition"]["titel"] = "x".into();
    world.write(
        "story.jsonl",
        file(&[creates("2025"), misspelt, creates("2027")]),
    );

    let ran = world.run(&["play", "story.jsonl"]);

    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.said.contains("story.jsonl:2: request: scheme_edition"),
        "{ran:?}"
    );
    assert!(
        ran.said.contains("titel") && ran.said.contains("nothing was sent"),
        "{ran:?}"
    );
    assert_eq!(world.journal(), [""; 0]);

    world.write("people.json", PEOPLE.replace("kari", "Kari"));
    world.write("story.jsonl", file(&[creates("2025")]));
    let ran = world.run(&["play", "story.jsonl"]);
    assert!(ran.said.contains("no token for Kari"), "{ran:?}");
    assert_eq!(world.journal(), [""; 0]);
}

/// Plays a file of 30 lines and sends a signal to a process after the tenth. Each line has its
/// effect once.
fn outlives(test: &str, victim: impl Fn(&World) -> u32) {
    let world = World::up(test);
    world.write("people.json", PEOPLE);
    let lines: Vec<_> = (0..30)
        .map(|number| creates(&format!("e{number}")))
        .collect();
    world.write("long.jsonl", file(&lines));

    let mut play = Running(world.command(&["play", "long.jsonl"]).spawn().unwrap());
    let said = BufReader::new(play.0.stderr.take().unwrap()).lines();
    let mut rest = said
        .map(Result::unwrap)
        .skip_while(|it| !it.starts_with("long.jsonl:10: "));
    assert!(rest.next().is_some());
    signal(victim(&world), Signal::KILL);
    let rest: Vec<_> = rest.collect();

    assert_eq!(play.0.wait().unwrap().code(), Some(0), "{rest:?}");
    assert!(
        rest.iter().any(|it| it.contains("trying again for 60 s")),
        "{rest:?}"
    );
    assert_eq!(world.journal(), ["CreateSchemeEdition"; 30]);
}

#[test]
fn a_play_outlives_the_death_of_a_service() {
    outlives("service-dies", |world| world.process("services/grants.pid"));
}

#[test]
fn a_play_outlives_the_death_of_postgresql() {
    outlives("postgres-dies", World::postmaster);
}

/// While calls whose requests never come take all the room, what is played is refused and sent again; each
/// line has its effect once when they are gone.
#[test]
fn a_play_brings_all_through_an_overload() {
    let world = World::up("overload");
    world.write("people.json", PEOPLE);
    let lines: Vec<_> = ["2025", "2026", "2027"].map(creates).into();
    world.write("three.jsonl", file(&lines));
    let lingering = lingering_calls(&world);

    let mut play = Running(world.command(&["play", "three.jsonl"]).spawn().unwrap());
    let said = BufReader::new(play.0.stderr.take().unwrap()).lines();
    let mut said = said.map(Result::unwrap);
    let first = said.next().unwrap();
    assert!(first.contains("OVERLOADED"), "{first}");
    assert!(first.contains("trying again for 60 s"), "{first}");
    drop(lingering);

    let rest: Vec<_> = said.collect();
    assert_eq!(play.0.wait().unwrap().code(), Some(0), "{rest:?}");
    assert_eq!(world.journal(), ["CreateSchemeEdition"; 3]);
}

/// Runs calls of grants that send their heads and nothing else, one more than there is room for. They end
/// with it.
fn lingering_calls(world: &World) -> Runtime {
    let token = world.must(&["token", "--person", "kari", "--role", "case-officer"]);
    let bearer: MetadataValue<_> = format!("Bearer {}", token.trim()).parse().unwrap();
    let grants = Endpoint::new(format!("http://{}", world.address())).unwrap();
    let runtime = Runtime::new().unwrap();
    let (channel, calls) = (runtime.block_on(grants.connect()).unwrap(), CALLS_MAX + 1);
    let (answered, mut answers) = mpsc::channel(calls);
    for _ in 0..calls {
        let mut client = Grpc::new(channel.clone());
        let mut request = Request::new(pending::<pb::GetSchemeEditionRequest>());
        request.set_timeout(Duration::from_secs(60));
        let headers = request.metadata_mut();
        headers.insert("authorization", bearer.clone());
        let answered = answered.clone();
        runtime.spawn(async move {
            client.ready().await.unwrap();
            let path = PathAndQuery::from_static("/norec.grants.v1.SchemeService/GetSchemeEdition");
            let codec = ProstCodec::<_, pb::SchemeEdition>::default();
            let answer = client.client_streaming(request, path, codec).await;
            answered.send(answer.unwrap_err().code()).await
        });
    }
    assert_eq!(answers.blocking_recv(), Some(Code::ResourceExhausted));
    runtime
}

#[test]
fn a_long_file_tells_how_far_it_is_now_and_then() {
    let world = World::up("long");
    world.write("people.json", PEOPLE);
    let lines: Vec<_> = (0..150)
        .map(|number| creates(&format!("e{number}")))
        .collect();
    world.write("long.jsonl", file(&lines));

    let ran = world.run(&["play", "long.jsonl"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(
        ran.said,
        "long.jsonl: 100 of 150 steps\nlong.jsonl: 150 of 150 steps\n"
    );
}
