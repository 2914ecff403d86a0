//! The cases that are due, each a test.

use std::fs;

use crate::tidy::{files, root};

/// A test, or a story that is told of several hosts.
fn is_test(line: &str) -> bool {
    let is_story = line.starts_with("async fn ") && line.ends_with("(host: Host) {");
    line == "#[test]" || line.starts_with("#[tokio::test") || is_story
}

/// The doc comments of a file that stand directly above a test.
fn comments_of_tests(text: &str) -> String {
    let mut named = String::new();
    let mut comment = String::new();
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("///") {
            comment.push_str(line);
        } else if is_test(line) {
            named.push_str(&comment);
            comment.clear();
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    named
}

/// Every case that is due is a test which names it in its doc comment.
#[test]
fn every_case_is_a_test() {
    let ids = |prefix: &str, numbers: &[u32]| -> Vec<String> {
        numbers
            .iter()
            .map(|it| format!("{prefix}-{it:02}"))
            .collect()
    };
    let due = [
        ids("FR", &(1..=20).collect::<Vec<_>>()),
        ids("EY", &(1..=13).collect::<Vec<_>>()),
        ids("CO", &(1..=9).collect::<Vec<_>>()),
        ids("PY", &[1, 2, 3]),
        ids("IR", &[2, 3]),
        ids("CL", &[6]),
        ids("CU", &(1..=13).collect::<Vec<_>>()),
        ids("AC", &[1, 2, 3, 4, 7]),
    ];
    let mut named = String::new();
    for folder in ["services", "tests", "tools"] {
        for file in files(&root().join(folder), &[".rs"]) {
            named.push_str(&comments_of_tests(&fs::read_to_string(file).unwrap()));
        }
    }
    for id in due.concat() {
        assert!(named.contains(&id), "{id} is no test");
    }
}
