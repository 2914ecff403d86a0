//! A report as a file.

use std::fs;

use crate::world::{World, example};

const REPORT: &str = "reports/offentlige-tall-2025";
const CONTROLLER: [&str; 4] = ["--person", "kontroller", "--role", "controller"];

/// The public figures of 2025, up to their report.
fn world() -> World {
    let world = World::up("render");
    let public = |file: &str| example(&format!("offentlige-tall-2025/{file}"));
    world.must(&[
        "play",
        &public("01-kontoplan.jsonl"),
        &public("02-bevilgninger.jsonl"),
    ]);
    for year in ["2024", "2025"] {
        world.import_published(year, &CONTROLLER);
    }
    let files = ["04-indikatorer", "05-avslutning", "06-rapport"];
    for file in files.map(|it| public(&format!("{it}.jsonl"))) {
        world.must(&["play", &file]);
    }
    world
}

/// B-T19: a PDF is a file at once, not base64 in JSON; so is a table, and a draft says that it is one.
#[test]
fn a_report_is_rendered_into_a_file() {
    let world = world();
    let render = |more: &[&str]| {
        let arguments = [&["render", REPORT], more, &CONTROLLER].concat();
        world.must(&arguments)
    };
    let file = |name: &str| fs::read(world.root.join(name)).unwrap();

    let told = render(&["--language", "nn", "--format", "pdf", "-o", "rapport.pdf"]);
    let pdf = file("rapport.pdf");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert!(
        told.starts_with(&format!("rapport.pdf: {} bytes, SHA-256 ", pdf.len())),
        "{told}"
    );
    render(&["--language", "nn"]);
    assert!(file("offentlige-tall-2025-nn.pdf") == pdf);

    render(&["--format", "csv", "--table", "artskonti"]);
    let text = String::from_utf8(file("offentlige-tall-2025-artskonti-nb.csv")).unwrap();
    assert!(
        text.starts_with("\u{feff}stamp;post;account;label;row;"),
        "{text}"
    );
    // B-T07: what the accounts are rounded to goes with them.
    let rounded = "Beløpene er i kilden avrundet til nærmeste 0,1 million kroner";
    assert!(text.contains(rounded), "{text}");
    render(&["--format", "csv", "--table", "artskonti", "--draft"]);
    let text = String::from_utf8(file("offentlige-tall-2025-utkast-artskonti-nb.csv")).unwrap();
    assert!(
        text.lines().skip(1).all(|it| it.starts_with("Utkast;")),
        "{text}"
    );

    let arguments = [&["render", REPORT, "--format", "csv"], &CONTROLLER[..]].concat();
    let refused = world.run(&arguments);
    assert_eq!(refused.code, Some(64 + 3), "{refused:?}");
    assert!(
        refused.said.contains("table: the id of a table"),
        "{refused:?}"
    );
}
