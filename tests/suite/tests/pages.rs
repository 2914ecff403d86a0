//! The documents: pages that tests write, and links that lead somewhere.

use std::fs;
use std::path::Path;

use crate::tidy::{files, root, shown};

/// Holds a page of `docs/` to what a test tells. `NOREC_WRITE=1` writes it anew.
pub(crate) fn hold(page: &str, told: &str) {
    let file = root().join("docs").join(page);
    if std::env::var_os("NOREC_WRITE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, told).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == told,
        "docs/{page} is another than it should be; NOREC_WRITE=1 make test writes it, and the diff is reviewed"
    );
}

/// The headings of a page.
pub(crate) fn headings(page: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    page.lines().filter_map(move |line| {
        in_code ^= line.starts_with("```");
        let heading = line.trim_start_matches('#');
        (heading != line && !in_code).then(|| heading.trim())
    })
}

/// What a link to a heading names: lower case, without marks, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = |it: &char| it.is_alphanumeric() || " -_".contains(*it);
    let lower = heading.to_lowercase();
    lower
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

/// The targets of the links of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let behind = page.split("](").skip(1);
    behind.filter_map(|it| Some(it.split_once(')')?.0))
}

#[test]
fn a_heading_is_linked_to_by_its_words() {
    for (heading, expected) in [
        ("On one machine", "on-one-machine"),
        ("FRAME_EXCEEDED", "frame_exceeded"),
        ("Add an RPC, in seven steps", "add-an-rpc-in-seven-steps"),
        ("From `make run` to a figure", "from-make-run-to-a-figure"),
    ] {
        assert_eq!(anchor(heading), expected);
    }
    let page = "# One\n```sh\n# no heading\n```\n## Two [a](b.md#c) and [d](../e)";
    assert_eq!(
        headings(page).collect::<Vec<_>>(),
        ["One", "Two [a](b.md#c) and [d](../e)"]
    );
    assert_eq!(links(page).collect::<Vec<_>>(), ["b.md#c", "../e"]);
}

/// Every link among the documents names a file of the repository, and a heading of it where it names one.
#[test]
fn every_link_leads_somewhere() {
    for file in files(&root(), &[".md"]) {
        let page = fs::read_to_string(&file).unwrap();
        let inside = links(&page).filter(|it| !it.contains("://"));
        for link in inside {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => file.clone(),
                path => file.parent().unwrap().join(path),
            };
            let leads = target.exists() && (heading.is_empty() || has(&target, heading));
            assert!(leads, "{} links to {link}", shown(&file));
        }
    }
}

fn has(page: &Path, heading: &str) -> bool {
    let page = fs::read_to_string(page).unwrap();
    headings(&page).any(|it| anchor(it) == heading)
}
