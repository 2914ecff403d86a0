//! The cases that are due, each a test.

use std::collections::BTreeSet;
use std::fs;

use crate::tidy::{files, root};

/// A test, or a story that is told of several hosts.
fn is_test(line: &str) -> bool {
    line == "#[test]" || line.starts_with("#[tokio::test") || is_story(line)
}

/// A story that is told of several hosts.
fn is_story(line: &str) -> bool {
    line.starts_with("async fn ") && line.ends_with("(host: Host) {")
}

/// The doc comments of a file that stand directly above a line such as these.
fn comments_above(text: &str, wanted: fn(&str) -> bool) -> String {
    let mut named = String::new();
    let mut comment = String::new();
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("///") {
            comment.push_str(line);
        } else if wanted(line) {
            named.push_str(&comment);
            comment.clear();
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    named
}

/// Ids of cases, such as `FR-01`, that stand above tests: those that a test proves whole, and those of which
/// it says that it proves a part, `CO-05 (part)`.
pub(crate) fn ids_above_tests() -> (BTreeSet<String>, BTreeSet<String>) {
    ids_above(&["services", "platform", "tests", "tools"], is_test)
}

fn ids_above(folders: &[&str], wanted: fn(&str) -> bool) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut whole, mut in_part) = (BTreeSet::new(), BTreeSet::new());
    for folder in folders {
        for file in files(&root().join(folder), &[".rs"]) {
            let named = comments_above(&fs::read_to_string(file).unwrap(), wanted);
            let words = named.split(|it: char| it.is_whitespace() || ",:;.".contains(it));
            let words: Vec<_> = words.filter(|it| !it.is_empty()).collect();
            for (index, word) in words.iter().enumerate().filter(|(_, it)| is_id(it)) {
                let is_part = words.get(index + 1) == Some(&"(part)");
                let ids = if is_part { &mut in_part } else { &mut whole };
                ids.insert((*word).to_owned());
            }
        }
    }
    (whole, in_part)
}

/// Two capitals, a hyphen, two digits.
fn is_id(word: &str) -> bool {
    let Some((prefix, number)) = word.split_once('-') else {
        return false;
    };
    prefix.len() == 2
        && prefix.bytes().all(|it| it.is_ascii_uppercase())
        && number.len() == 2
        && number.bytes().all(|it| it.is_ascii_digit())
}

/// Money's rows that are not told of every host, and why.
const NOT_EVERY_HOSTS: [(&str, &str); 4] = [
    ("FR-19", "scheme editions are grants'"),
    ("CO-03", "a type of recipient is grants'"),
    ("CO-05", "accounts are governance's"),
    ("CO-08", "a recipient's name and number are grants'"),
];

/// Every row about lines, authority, commitments, payments, duties and freezes is told of every host of
/// spending, or stands in the list with its reason.
#[test]
fn every_row_of_money_is_told_of_every_host() {
    let (told, _) = ids_above(&["tests/spending"], is_story);
    let of_money = |it: &&String| ["FR", "EY", "CO", "PY", "IR"].contains(&&it[..2]);
    let elsewhere: BTreeSet<_> = NOT_EVERY_HOSTS.iter().map(|it| it.0.to_owned()).collect();
    let all = due().into_iter().filter(|it| of_money(&it));
    let missing: BTreeSet<_> = all.filter(|it| !told.contains(it)).collect();
    assert_eq!(
        missing, elsewhere,
        "told of every host, or in the list: not both"
    );
}

/// Every case that is due is a test which names it in its doc comment.
#[test]
fn every_case_is_a_test() {
    let (whole, in_part) = ids_above_tests();
    for id in due() {
        assert!(
            whole.contains(&id) || in_part.contains(&id),
            "{id} is no test"
        );
    }
}

/// The cases that are due, by id.
fn due() -> Vec<String> {
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
        ids("CU", &(1..=13).collect::<Vec<_>>()),
        ids("AC", &[1, 2, 3, 4, 7]),
        ids("PY", &[1, 2, 3]),
        ids("IR", &[2, 3]),
        ids("CL", &[6]),
    ];
    due.concat()
}
