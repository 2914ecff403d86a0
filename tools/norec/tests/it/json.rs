//! JSON that people write: of a key that stands twice neither value is taken, wherever it stands.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::world::{Ran, World};

const K: [&str; 4] = ["--person", "k", "--role", "controller"];

/// B-F12: every file and `-d` that the tool reads.
#[test]
fn a_key_that_stands_twice_is_refused_everywhere() {
    let world = World::named("twice");
    let twice = r#"{"page_size": 1, "page_size": 2}"#;
    let list = "norec.governance.v1.LedgerService/ListAccountsImports";
    let refused = |ran: Ran| {
        let said = "stands twice in one object";
        assert!(ran.said.contains(said), "{ran:?}");
        assert_ne!(ran.code, Some(0), "{ran:?}");
    };
    let run = |arguments: &[&str]| refused(world.run(arguments));

    run(&[&["call", list, "-d", twice][..], &K].concat());
    let spelled = r#"{"page_size": 1, "pageSize": 2}"#;
    run(&[&["call", list, "-d", spelled][..], &K].concat());
    let mut command = world.command(&[&["call", list, "-d", "@"][..], &K].concat());
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(twice.as_bytes()).unwrap();
    drop(stdin);
    refused(Ran::from(child.wait_with_output().unwrap()));

    let people = r#"{"k": {"kind": "person", "roles": ["CONTROLLER"]}}"#;
    let line =
        |request: &str| format!(r#"{{"method": "{list}", "actor": "k", "request": {request}}}"#);
    world.write("people.json", people);
    world.write("a.jsonl", line(twice));
    run(&["play", "a.jsonl"]);
    world.write("a.jsonl", line(r#"{}, "actor": "l""#));
    run(&["play", "a.jsonl"]);
    world.write("a.jsonl", line("{}"));
    world.write(
        "people.json",
        people.replace("}}", r#"}, "k": {"kind": "machine"}}"#),
    );
    run(&["play", "a.jsonl"]);

    let map = r#"{"date_format": "dd.mm.yyyy",
        "columns": {"voucher": "v", "day": "d", "post": "p", "account": "k", "amount": "b"},
        "constants": {"chapter": "144"}}"#;
    world.write("a.csv", "v;d;p;k;b;c\n1;31.03.2025;70;876;1;2\n");
    world.write("request.json", "{}");
    world.write("map.json", map.replace(r#""b""#, r#""b", "amount": "c""#));
    run(&["ledger", "read", "a.csv", "--map", "map.json"]);
    let import = [
        "ledger",
        "import",
        "a.csv",
        "--map",
        "map.json",
        "--request",
        "request.json",
    ];
    run(&[&import[..], &K].concat());
    world.write("map.json", map);
    let request = r#"{"accounts_import": {"precision": {"units": 1000, "units": 2000}}}"#;
    world.write("request.json", request);
    run(&[&import[..], &K].concat());

    fs::create_dir_all(world.root.join("shows/offentlige-tall-2025")).unwrap();
    world.write(
        "shows/offentlige-tall-2025/show.json",
        r#"{"title": "a", "title": "b"}"#,
    );
    run(&["demo", "--examples", "shows"]);
}

/// B-F12: the tool has one reader of JSON.
#[test]
fn no_other_reader_of_json_is_used() {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    let readers = [
        "serde_json::from_",
        "Deserializer::from_",
        "StreamDeserializer",
        "parse::<Value>",
    ];
    for file in found {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let reader = readers.iter().find(|it| code.contains(**it));
        assert!(reader.is_none(), "{} has {reader:?}", file.display());
        let is_own = file == src.join("json.rs");
        assert!(
            is_own || !code.contains("strict_json::"),
            "{}",
            file.display()
        );
    }
}
