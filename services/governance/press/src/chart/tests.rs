//! What is drawn, where, and what is said of it.

use super::*;
use crate::document::{Block, ColumnKind, Scale};
use crate::sample;

fn chart() -> Chart {
    match &sample::document(Language::Nb, None).sections[0].blocks[2] {
        Block::Chart(chart) => chart.clone(),
        other => panic!("no chart: {other:?}"),
    }
}

fn counts(values: &[i64]) -> Chart {
    let group = |value: &i64| BarGroup {
        label: "G".into(),
        values: vec![Cell::Count(*value)],
    };
    Chart {
        kind: ColumnKind::Count,
        series: vec!["S".into()],
        groups: values.iter().map(group).collect(),
        ..chart()
    }
}

/// The strips of a drawing.
fn svg(drawing: &Drawing) -> String {
    drawing.strips.iter().map(|it| it.svg.as_str()).collect()
}

fn alt(drawing: &Drawing) -> String {
    let said: Vec<_> = drawing.strips.iter().map(|it| it.alt.as_str()).collect();
    said.join(" ")
}

/// The bars as (x, width).
fn bars(drawing: &Drawing) -> Vec<(i64, i64)> {
    let svg = svg(drawing);
    let number = |rect: &str, name: &str| -> i64 {
        let from = rect.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        rect[from..].split('"').next().unwrap().parse().unwrap()
    };
    let all = svg.split("<rect").skip(1);
    all.filter(|rect| number(rect, "height") == BAR)
        .map(|rect| (number(rect, "x"), number(rect, "width")))
        .collect()
}

#[test]
fn bars_are_in_proportion_and_stay_on_the_page() {
    let drawn = bars(&draw(&counts(&[100, 50, 25]), Language::Nb));
    let longest = drawn[0].1;
    assert_eq!(drawn.len(), 3);
    assert!((drawn[1].1 * 2 - longest).abs() <= 1 && (drawn[2].1 * 4 - longest).abs() <= 2);
    assert_eq!(drawn[0].0 + longest, WIDTH - width("100", SIZE) - 2 * SPACE);
}

#[test]
fn a_negative_bar_ends_at_zero_and_has_room_for_its_value() {
    let drawn = bars(&draw(&counts(&[60, -40]), Language::Nb));
    let [(zero, up), (left, down)] = drawn[..] else {
        panic!("two bars")
    };
    assert_eq!(left + down, zero);
    let value = width("−40", SIZE) + 2 * SPACE;
    assert_eq!(left - value, LABELS_END + GUTTER);
    assert!((up * 2 - down * 3).abs() <= 3);
}

#[test]
fn extreme_and_empty_values_are_drawn_without_a_fault() {
    let drawn = bars(&draw(&counts(&[i64::MAX, i64::MIN]), Language::Nb));
    assert!(
        drawn
            .iter()
            .all(|(x, width)| *x >= LABELS_END && *width < WIDTH)
    );
    assert_eq!(bars(&draw(&counts(&[0, 0]), Language::Nb)), []);
}

#[test]
fn every_value_stands_beside_its_bar_and_in_the_alternative_text() {
    let alternative = "Post 70 er størst.".to_owned();
    let chart = Chart {
        alternative,
        ..chart()
    };
    let drawing = draw(&chart, Language::Nb);
    for value in [
        "71,4", "73,4", "72,4", "13,0", "5,0", "4,5", "153,5", "152,5", "75,0",
    ] {
        assert!(
            svg(&drawing).contains(&format!(">{value}</text>")),
            "{value}"
        );
    }
    assert_eq!(
        alt(&drawing),
        "Stolpediagram: Budsjett og regnskap etter post, 2025. Millioner kroner, én desimal. \
         Post 70 er størst. 01 Driftsutgifter: Saldert budsjett 71,4; Revidert budsjett 73,4; Regnskap 72,4. \
         21 Spesielle driftsutgifter: Saldert budsjett 13,0; Revidert budsjett 5,0; \
         Regnskap 4,5. \
         70 Utvekslingsordninger: Saldert budsjett 153,5; Revidert budsjett 153,5; \
         Regnskap 152,5. \
         71 Rekruttering til internasjonale organisasjoner: Saldert budsjett 75,0; \
         Revidert budsjett 75,0; Regnskap 74,4."
    );
}

#[test]
fn a_missing_value_has_words_and_a_note_but_no_bar() {
    let mut chart = counts(&[7, 8]);
    let reason = "Kilden mangler.".to_owned();
    chart.groups[1].values[0] = Cell::NotComputable { reason };
    let drawing = draw(&chart, Language::Nn);
    assert_eq!(bars(&drawing).len(), 1);
    assert!(svg(&drawing).contains(">kan ikkje bereknast¹</text>"));
    assert!(alt(&drawing).contains("S kan ikkje bereknast (Kilden mangler.)"));
    assert_eq!(drawing.notes, ["¹\u{a0}Kilden mangler."]);
}

#[test]
fn names_are_text_and_never_markup() {
    let mut chart = counts(&[1]);
    chart.groups[0].label = "<script>&amp;</text>".into();
    let svg = svg(&draw(&chart, Language::Nb));
    assert!(svg.contains(">&lt;script&gt;&amp;amp;&lt;/text&gt;</text>"));
}

/// B-F17: every word that a chart can hold stays between the edges of the page.
#[test]
fn long_names_break_between_words_and_inside_only_when_they_must() {
    let lines = |name: &str| broken(name, 50 * POINT).join("|");
    assert_eq!(lines("Lys, varme"), "Lys, varme");
    assert_eq!(lines("Programvarelisenser"), "Program-|varelisenser");
    assert_eq!(lines(""), "");
    for word in [
        "W".repeat(200),
        "Konsulenttjenester ".repeat(9),
        "7".repeat(120),
    ] {
        for line in broken(&word, LABELS_END) {
            assert!(width(&line, SIZE) <= LABELS_END, "{line}");
        }
    }
}

/// B-F17: a legend of the longest names, and values of every size, have room.
#[test]
fn names_of_series_and_values_stay_on_the_page() {
    let values = [i64::MAX, i64::MIN].map(|ore| Cell::Amount { ore });
    let group = BarGroup {
        label: "W".repeat(200),
        values: [&values[..], &[Cell::NotPublished]].concat(),
    };
    let chart = Chart {
        series: vec!["Ø".repeat(100), "Mellombels løyving ".repeat(5), "S".into()],
        scale: Scale::Kroner,
        groups: vec![group],
        ..chart()
    };
    let drawing = draw(&chart, Language::Nn);
    let legend = &drawing.legend.as_ref().unwrap().svg;
    let mut texts = 0;
    for (anchor, x, text) in texts_of(legend).into_iter().chain(texts_of(&svg(&drawing))) {
        let (from, to) = match anchor.as_str() {
            "end" => (x - width(&text, SIZE), x),
            _ => (x, x + width(&text, SIZE)),
        };
        assert!(from >= 0 && to <= WIDTH, "{text}: {from} to {to}");
        texts += 1;
    }
    assert!(texts > 10, "{texts}");
}

/// The texts of a drawing: anchor, x and what is written.
fn texts_of(svg: &str) -> Vec<(String, i64, String)> {
    let all = svg.split("<text ").skip(1).map(|it| {
        let value = |name: &str| {
            let from = it.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
            it[from..].split('"').next().unwrap().to_owned()
        };
        let text = it
            .split('>')
            .nth(1)
            .unwrap()
            .trim_end_matches("</text")
            .to_owned();
        (value("text-anchor"), value("x").parse().unwrap(), text)
    });
    all.collect()
}

/// B-T21: a page may turn between groups, but never leaves one alone.
#[test]
fn groups_stand_together_at_the_top_and_at_the_foot_of_a_page() {
    for (groups, expected) in [
        (1, &[1][..]),
        (3, &[3]),
        (4, &[2, 2]),
        (7, &[2, 1, 1, 1, 2]),
    ] {
        let groups: Vec<_> = (0..groups).collect();
        let pieces: Vec<_> = together(&groups).map(<[_]>::len).collect();
        assert_eq!(pieces, expected);
        assert_eq!(together(&groups).collect::<Vec<_>>().concat(), groups);
    }
}
