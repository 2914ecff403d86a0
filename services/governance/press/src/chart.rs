//! The bar chart: an SVG string drawn on integers, and the alternative text that says the same in
//! words. Owns geometry and colours; the caption and the source line belong to the template.
//!
//! The three fills differ in lightness (about 25, 55 and 84 of 100), so that they part in grey
//! print and for every kind of colour vision, and each bar bears its value.

use std::fmt::Write;

use super::document::{BarGroup, Cell, Chart, Language};
use super::figures::{self, Reasons};

/// One point in units of the drawing: everything below is in tenths of a point.
const POINT: i64 = 10;
/// The text width of the house page, 160 mm.
const WIDTH: i64 = 4536;
/// Where the groups' names end and the bars may begin.
const LABELS_END: i64 = 1440;
const GUTTER: i64 = 9 * POINT;
/// Room beside the longest bar for its value.
const VALUE_ROOM: i64 = 62 * POINT;
const BAR: i64 = 9 * POINT;
const BAR_GAP: i64 = 2 * POINT;
const GROUP_GAP: i64 = 8 * POINT;
const LINE: i64 = 11 * POINT;
const SWATCH: i64 = 8 * POINT;
const LEGEND_LINE: i64 = 16 * POINT;
/// What one character takes at most on average; names are broken and the legend is set by it.
const CHARACTER: i64 = 47;

const FILLS: [&str; 3] = ["#1d3c5a", "#b0743c", "#ccd6dd"];
const OUTLINE: &str = "#4c5a66";
const NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// The house's text, nine points high.
const STYLE: &str = r##"font-family="Libertinus Serif" font-size="90" fill="#1a1a1a""##;

/// A chart ready for the template.
pub(super) struct Drawing {
    /// The picture.
    pub(super) svg: String,
    /// The picture in words, with every value.
    pub(super) alt: String,
    /// Why values are missing, numbered as in the picture.
    pub(super) notes: Vec<String>,
}

/// Draws a chart that [`Document::check`](super::Document::check) has accepted.
pub(super) fn draw(chart: &Chart, language: Language) -> Drawing {
    let mut reasons = Reasons::default();
    let axis = Axis::over(chart);
    let mut body = String::new();
    let mut y = legend(&mut body, chart);
    let top = y;
    for group in &chart.groups {
        let names = broken(&group.label, (LABELS_END / CHARACTER).unsigned_abs());
        let bars = length(chart.series.len()) * (BAR + BAR_GAP) - BAR_GAP;
        let text = length(names.len()) * LINE;
        let height = bars.max(text);
        write_names(&mut body, &names, y + (height - text) / 2);
        let mut bar_y = y + (height - bars) / 2;
        for (cell, fill) in group.values.iter().zip(FILLS) {
            let value = reasons.marked(cell, chart.scale, language);
            write_bar(&mut body, &axis, magnitude(cell), bar_y, fill, &value);
            bar_y += BAR + BAR_GAP;
        }
        y += height + GROUP_GAP;
    }
    let bottom = y - GROUP_GAP;
    let (zero, from, to) = (axis.zero, top - 3 * POINT, bottom + 3 * POINT);
    let _ = write!(
        body,
        r#"<path d="M{zero} {from}V{to}" stroke="{OUTLINE}" stroke-width="7"/>"#
    );
    let (width, height) = (WIDTH, bottom + 4 * POINT);
    let svg =
        format!(r#"<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {height}" {STYLE}>{body}</svg>"#,);
    Drawing {
        svg,
        alt: alternative(chart, language),
        notes: reasons.notes(),
    }
}

/// Where values fall on the page.
struct Axis {
    zero: i64,
    /// The size of the largest value on either side, at least 1.
    least: i128,
    most: i128,
    room: i64,
}

impl Axis {
    fn over(chart: &Chart) -> Self {
        let values = || {
            chart
                .groups
                .iter()
                .flat_map(|it| &it.values)
                .filter_map(magnitude)
        };
        let least = values().min().unwrap_or(0).min(0).abs();
        let most = values().max().unwrap_or(0).max(0);
        // A negative bar has its value on its left, so that side needs room too.
        let left_room = if least > 0 { VALUE_ROOM } else { 0 };
        let left = LABELS_END + GUTTER + left_room;
        let room = WIDTH - VALUE_ROOM - left;
        let mut axis = Self {
            zero: left,
            least,
            most,
            room,
        };
        axis.zero += axis.width(least);
        axis
    }

    /// The width of a bar, in proportion to the sum of both sides.
    fn width(&self, magnitude: i128) -> i64 {
        let whole = (self.least + self.most).max(1);
        let width = figures::rounded(magnitude.abs() * i128::from(self.room), whole);
        i64::try_from(width).unwrap_or(self.room)
    }
}

/// What a bar's length stands for; shares in millionths, so that they compare as integers.
fn magnitude(cell: &Cell) -> Option<i128> {
    match cell {
        Cell::Amount { ore } => Some(i128::from(*ore)),
        Cell::Count(number) => Some(i128::from(*number)),
        Cell::Share { denominator: 0, .. } => None,
        Cell::Share {
            numerator,
            denominator,
        } => Some(i128::from(*numerator) * 1_000_000 / i128::from(*denominator)),
        Cell::Text(_) | Cell::Absent | Cell::NotPublished | Cell::NotComputable { .. } => None,
    }
}

/// Writes the legend and answers where the first group begins.
fn legend(svg: &mut String, chart: &Chart) -> i64 {
    if chart.series.len() < 2 {
        return 4 * POINT;
    }
    let mut x = LABELS_END + GUTTER;
    let mut y = 0;
    for (name, fill) in chart.series.iter().zip(FILLS) {
        let width = SWATCH + 5 * POINT + length(name.chars().count()) * CHARACTER + 14 * POINT;
        if x + width > WIDTH && x > LABELS_END + GUTTER {
            x = LABELS_END + GUTTER;
            y += LEGEND_LINE;
        }
        write_rectangle(svg, [x, y, SWATCH, SWATCH], fill);
        write_text(
            svg,
            "start",
            x + SWATCH + 5 * POINT,
            y + SWATCH - POINT / 2,
            name,
        );
        x += width;
    }
    y + LEGEND_LINE + 7 * POINT
}

fn write_names(svg: &mut String, lines: &[String], top: i64) {
    for (at, line) in lines.iter().enumerate() {
        let baseline = top + length(at) * LINE + LINE - 3 * POINT;
        write_text(svg, "end", LABELS_END, baseline, line);
    }
}

fn write_bar(
    svg: &mut String,
    axis: &Axis,
    magnitude: Option<i128>,
    y: i64,
    fill: &str,
    value: &str,
) {
    let width = magnitude.map_or(0, |it| axis.width(it));
    let baseline = y + BAR - 2 * POINT;
    let space = 4 * POINT;
    if magnitude.is_some_and(i128::is_negative) {
        write_rectangle(svg, [axis.zero - width, y, width, BAR], fill);
        write_text(svg, "end", axis.zero - width - space, baseline, value);
    } else {
        write_rectangle(svg, [axis.zero, y, width, BAR], fill);
        write_text(svg, "start", axis.zero + width + space, baseline, value);
    }
}

fn write_rectangle(svg: &mut String, [x, y, width, height]: [i64; 4], fill: &str) {
    if width > 0 {
        let place = format!(r#"x="{x}" y="{y}" width="{width}" height="{height}""#);
        let look = format!(r#"fill="{fill}" stroke="{OUTLINE}" stroke-width="4""#);
        let _ = write!(svg, "<rect {place} {look}/>");
    }
}

fn write_text(svg: &mut String, anchor: &str, x: i64, y: i64, text: &str) {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = write!(
        svg,
        r#"<text x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>"#
    );
}

/// Breaks a name between words; a word longer than a line is cut behind a hyphen.
fn broken(name: &str, most: u64) -> Vec<String> {
    let most = usize::try_from(most).unwrap_or(usize::MAX).max(2);
    let mut lines = vec![String::new()];
    for word in name.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        while rest.len() > most {
            let tail = rest.split_off(most - 1);
            lines.push(rest.into_iter().chain(['-']).collect());
            rest = tail;
        }
        let word: String = rest.into_iter().collect();
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = word,
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn alternative(chart: &Chart, language: Language) -> String {
    let groups = chart
        .groups
        .iter()
        .map(|group| in_words(chart, group, language));
    // "Stolpediagram" is the same word in both written forms.
    let head = format!("Stolpediagram: {}. {}.", chart.title, chart.unit);
    let seen = (!chart.alternative.is_empty()).then(|| chart.alternative.clone());
    std::iter::once(head)
        .chain(seen)
        .chain(groups)
        .collect::<Vec<_>>()
        .join(" ")
}

fn in_words(chart: &Chart, group: &BarGroup, language: Language) -> String {
    let values = chart
        .series
        .iter()
        .zip(&group.values)
        .map(|(series, cell)| {
            let value = figures::cell(cell, chart.scale, language);
            match figures::reason(cell, language) {
                Some(reason) => format!("{series} {value} ({reason})"),
                None => format!("{series} {value}"),
            }
        });
    format!(
        "{}: {}.",
        group.label,
        values.collect::<Vec<_>>().join("; ")
    )
}

fn length(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, ColumnKind};
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

    /// The bars as (x, width), without the swatches of a legend.
    fn bars(svg: &str) -> Vec<(i64, i64)> {
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
        let drawn = bars(&draw(&counts(&[100, 50, 25]), Language::Nb).svg);
        let longest = drawn[0].1;
        assert_eq!(drawn.len(), 3);
        assert!((drawn[1].1 * 2 - longest).abs() <= 1 && (drawn[2].1 * 4 - longest).abs() <= 2);
        assert_eq!(drawn[0].0 + longest, WIDTH - VALUE_ROOM);
    }

    #[test]
    fn a_negative_bar_ends_at_zero_and_has_room_for_its_value() {
        let drawn = bars(&draw(&counts(&[60, -40]), Language::Nb).svg);
        let [(zero, up), (left, down)] = drawn[..] else {
            panic!("two bars")
        };
        assert_eq!(left + down, zero);
        assert_eq!(left - VALUE_ROOM, LABELS_END + GUTTER);
        assert!((up * 2 - down * 3).abs() <= 3);
    }

    #[test]
    fn extreme_and_empty_values_are_drawn_without_a_fault() {
        let drawn = bars(&draw(&counts(&[i64::MAX, i64::MIN]), Language::Nb).svg);
        assert!(
            drawn
                .iter()
                .all(|(x, width)| *x >= LABELS_END && *width < WIDTH)
        );
        assert_eq!(bars(&draw(&counts(&[0, 0]), Language::Nb).svg), []);
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
            assert!(drawing.svg.contains(&format!(">{value}</text>")), "{value}");
        }
        assert_eq!(
            drawing.alt,
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
        assert_eq!(bars(&drawing.svg).len(), 1);
        assert!(drawing.svg.contains(">kan ikkje bereknast¹</text>"));
        assert!(
            drawing
                .alt
                .contains("S kan ikkje bereknast (Kilden mangler.)")
        );
        assert_eq!(drawing.notes, ["¹\u{a0}Kilden mangler."]);
    }

    #[test]
    fn names_are_text_and_never_markup() {
        let mut chart = counts(&[1]);
        chart.groups[0].label = "<script>&amp;</text>".into();
        let svg = draw(&chart, Language::Nb).svg;
        assert!(svg.contains(">&lt;script&gt;&amp;amp;&lt;/text&gt;</text>"));
    }

    #[test]
    fn long_names_break_between_words_and_inside_only_when_they_must() {
        let lines = |name: &str| broken(name, 10).join("|");
        assert_eq!(lines("Lys, varme"), "Lys, varme");
        assert_eq!(lines("Programvarelisenser"), "Programva-|relisenser");
        assert_eq!(lines(""), "");
    }
}
