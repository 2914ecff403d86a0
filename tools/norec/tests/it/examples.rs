//! The shipped requests: each can be sent as it stands.

use std::collections::BTreeSet;
use std::fs;

use proto::access::v1::Effect;
use serde_json::Value;

use crate::world::{World, example};

/// Every line with a request, with the place it stands at.
fn requests() -> Vec<(String, Value)> {
    let mut requests = Vec::new();
    for folder in ["offentlige-tall-2025", "eksempel", "year"] {
        for entry in fs::read_dir(example(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|it| it != "jsonl") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().enumerate();
            for (place, line) in lines.filter(|(_, it)| it.starts_with('{')) {
                let place = format!("{}:{}", path.display(), place + 1);
                requests.push((place, serde_json::from_str(line).unwrap()));
            }
        }
    }
    requests
}

#[test]
fn every_write_has_a_request_id_of_its_own() {
    let is_write = |line: &Value| {
        let path = format!("/{}", line["method"].as_str().unwrap());
        proto::packages::rule(&path).unwrap().effect == Effect::Write
    };
    let mut seen = BTreeSet::new();
    for (place, line) in requests().into_iter().filter(|(_, it)| is_write(it)) {
        let id = line["request"]["request_id"].as_str();
        assert!(id.is_some(), "{place} has no request_id");
        assert!(
            seen.insert(id.unwrap().to_owned()),
            "{place}: {id:?} stands above"
        );
    }
    assert!(seen.len() > 280, "{seen:?}");
}

#[test]
fn a_line_that_was_sent_by_hand_is_played_without_a_second_effect() {
    let world = World::up("by-hand");
    let file = example("eksempel/01-oppsett.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().find(|it| it.starts_with('{')).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    let (method, request) = (
        line["method"].as_str().unwrap(),
        line["request"].to_string(),
    );
    let caller = ["--person", "arkivar-a", "--role", "registrar"];

    world.must(&[&["call", method, "-d", &request][..], &caller].concat());
    assert_eq!(world.journal(), ["CreateAllocationLine"]);

    world.must(&["play", &file]);
    let steps = [
        "CreateAllocationLine",
        "ConfirmAllocationLine",
        "CreateAllocationLine",
        "ConfirmAllocationLine",
        "CreateDelegation",
        "CreateDelegation",
        "CreateSchemeEdition",
    ];
    assert_eq!(world.journal(), steps);
}
