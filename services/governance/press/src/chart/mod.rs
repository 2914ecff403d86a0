//! The bar chart: strips of SVG drawn on integers, and the alternative text that says the same in
//! words. Owns geometry and colours; the caption and the source line belong to the template, which sets
//! the strips one below the other and may turn the page between them.
//!
//! The three fills differ in lightness (about 25, 55 and 84 of 100), so that they part in grey
//! print and for every kind of colour vision, and each bar bears its value.

use std::fmt::Write;

use super::document::{BarGroup, Cell, Chart, Language};
use super::face::{SOFT_HYPHEN, softened, width};
use super::figures::{self, Reasons};

/// One point in units of the drawing: everything below is in tenths of a point.
const POINT: i64 = 10;
/// The text width of the house page, 160 mm.
const WIDTH: i64 = 4536;
/// Where the groups' names end and the bars may begin.
const LABELS_END: i64 = 1440;
const GUTTER: i64 = 9 * POINT;
const BAR: i64 = 8 * POINT;
const BAR_GAP: i64 = 2 * POINT;
const GROUP_GAP: i64 = 7 * POINT;
const LINE: i64 = 11 * POINT;
const SWATCH: i64 = 8 * POINT;
const LEGEND_LINE: i64 = 16 * POINT;
/// Between a swatch and its name, and between a bar and its value.
const SPACE: i64 = 5 * POINT;
/// The height of the letters, as [`STYLE`] has it.
const SIZE: i64 = 9 * POINT;
/// So many groups at least stand together at the top and at the foot of a page.
const TOGETHER: usize = 2;

const FILLS: [&str; 3] = ["#1d3c5a", "#b0743c", "#ccd6dd"];
const OUTLINE: &str = "#4c5a66";
const NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// The house's text, nine points high.
const STYLE: &str = r##"font-family="Libertinus Serif" font-size="90" fill="#1a1a1a""##;

/// A chart ready for the template.
pub(super) struct Drawing {
    /// Which fill is which series; none of a single series.
    pub(super) legend: Option<Strip>,
    /// The groups from top to bottom, so many in a strip as shall not be parted.
    pub(super) strips: Vec<Strip>,
    /// Why values are missing, numbered as in the picture.
    pub(super) notes: Vec<String>,
}

/// A picture as wide as the text.
pub(super) struct Strip {
    /// The picture.
    pub(super) svg: String,
    /// The picture in words, with every value.
    pub(super) alt: String,
}

impl Strip {
    fn new(body: &str, height: i64, alt: String) -> Self {
        let svg = format!(
            r#"<svg xmlns="{NAMESPACE}" viewBox="0 0 {WIDTH} {height}" {STYLE}>{body}</svg>"#
        );
        Self { svg, alt }
    }
}

/// Draws a chart that [`Document::check`](super::Document::check) has accepted.
pub(super) fn draw(chart: &Chart, language: Language) -> Drawing {
    let mut reasons = Reasons::default();
    let printed: Vec<Vec<String>> = chart
        .groups
        .iter()
        .map(|group| {
            let values = group.values.iter();
            values
                .map(|it| reasons.marked(it, chart.scale, language))
                .collect()
        })
        .collect();
    let axis = Axis::over(chart, printed.iter().flatten());
    let groups: Vec<_> = chart.groups.iter().zip(&printed).collect();
    let mut said = Some(head(chart));
    let strips = together(&groups).map(|groups| {
        let mut body = String::new();
        let mut y = 0;
        for (group, values) in groups {
            y += write_group(&mut body, &axis, group, values, y);
        }
        let zero = axis.zero;
        let _ = write!(
            body,
            r#"<path d="M{zero} 0V{y}" stroke="{OUTLINE}" stroke-width="7"/>"#
        );
        let words = groups
            .iter()
            .map(|(group, _)| in_words(chart, group, language));
        let alt: Vec<_> = said.take().into_iter().chain(words).collect();
        Strip::new(&body, y, alt.join(" "))
    });
    Drawing {
        strips: strips.collect(),
        legend: legend(chart),
        notes: reasons.notes(),
    }
}

/// The groups in pieces that stay on one page: the first and the last of several, the others each.
fn together<T>(groups: &[T]) -> impl Iterator<Item = &[T]> {
    let (first, last) = match groups.len() {
        few if few < 2 * TOGETHER => (few, few),
        many => (TOGETHER, many - TOGETHER),
    };
    let between = groups[first..last].chunks(1);
    let pieces = [&groups[..first]].into_iter().chain(between);
    pieces.chain([&groups[last..]]).filter(|it| !it.is_empty())
}

/// Writes a group below `top` and answers its height.
fn write_group(
    body: &mut String,
    axis: &Axis,
    group: &BarGroup,
    values: &[String],
    top: i64,
) -> i64 {
    let names = broken(&group.label, LABELS_END);
    let bars = length(values.len()) * (BAR + BAR_GAP) - BAR_GAP;
    let text = length(names.len()) * LINE;
    let height = bars.max(text) + GROUP_GAP;
    write_lines(body, &names, "end", LABELS_END, top + (height - text) / 2);
    let mut y = top + (height - bars) / 2;
    for ((cell, fill), value) in group.values.iter().zip(FILLS).zip(values) {
        write_bar(body, axis, magnitude(cell), y, fill, value);
        y += BAR + BAR_GAP;
    }
    height
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
    fn over<'a>(chart: &Chart, printed: impl Iterator<Item = &'a String>) -> Self {
        let values = || {
            chart
                .groups
                .iter()
                .flat_map(|it| &it.values)
                .filter_map(magnitude)
        };
        let least = values().min().unwrap_or(0).min(0).abs();
        let most = values().max().unwrap_or(0).max(0);
        let widest = printed.map(|it| width(it, SIZE)).max().unwrap_or(0);
        let value_room = widest + 2 * SPACE;
        // A negative bar has its value on its left, so that side needs room too.
        let left_room = if least > 0 { value_room } else { 0 };
        let left = LABELS_END + GUTTER + left_room;
        let room = (WIDTH - value_room - left).max(0);
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

/// The names of several series beside their fills, as many on a line as have room.
fn legend(chart: &Chart) -> Option<Strip> {
    if chart.series.len() < 2 {
        return None;
    }
    let start = LABELS_END + GUTTER;
    let room = WIDTH - start - SWATCH - SPACE;
    let mut body = String::new();
    let (mut x, mut y, mut height) = (start, 0, 0);
    for (name, fill) in chart.series.iter().zip(FILLS) {
        let lines = broken(name, room);
        let longest = lines.iter().map(|it| width(it, SIZE)).max().unwrap_or(0);
        let taken = SWATCH + SPACE + longest;
        if x + taken > WIDTH && x > start {
            x = start;
            y = height;
        }
        write_rectangle(&mut body, [x, y + POINT, SWATCH, SWATCH], fill);
        write_lines(&mut body, &lines, "start", x + SWATCH + SPACE, y);
        height = height.max(y + (length(lines.len()) - 1) * LINE + LEGEND_LINE);
        x += taken + 14 * POINT;
    }
    Some(Strip::new(
        &body,
        height + 3 * POINT,
        chart.series.join(", "),
    ))
}

fn write_lines(svg: &mut String, lines: &[String], anchor: &str, x: i64, top: i64) {
    for (at, line) in lines.iter().enumerate() {
        let baseline = top + length(at) * LINE + LINE - 3 * POINT;
        write_text(svg, anchor, x, baseline, line);
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
    let baseline = y + BAR - POINT;
    if magnitude.is_some_and(i128::is_negative) {
        write_rectangle(svg, [axis.zero - width, y, width, BAR], fill);
        write_text(svg, "end", axis.zero - width - SPACE, baseline, value);
    } else {
        write_rectangle(svg, [axis.zero, y, width, BAR], fill);
        write_text(svg, "start", axis.zero + width + SPACE, baseline, value);
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

/// Breaks a name into lines of this width: between words, and inside a word only where it has no room
/// on a line of its own, behind a hyphen.
fn broken(name: &str, room: i64) -> Vec<String> {
    let fits = |text: &str| width(text, SIZE) <= room;
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if fits(&format!("{line} {word}")) => {
                line.push(' ');
                line.push_str(word);
            }
            _ if fits(word) => lines.push(word.to_owned()),
            _ => {
                let soft = softened(word).unwrap_or_else(|| word.to_owned());
                let mut line = String::new();
                for piece in soft.split(SOFT_HYPHEN) {
                    if !line.is_empty() && !fits(&format!("{line}{piece}-")) {
                        lines.push(std::mem::take(&mut line) + "-");
                    }
                    line.push_str(piece);
                }
                lines.push(line);
            }
        }
    }
    lines
}

/// What the chart is and what there is to see in it. "Stolpediagram" is the same word in both
/// written forms.
fn head(chart: &Chart) -> String {
    let space = if chart.alternative.is_empty() {
        ""
    } else {
        " "
    };
    let Chart {
        title,
        unit,
        alternative,
        ..
    } = chart;
    format!("Stolpediagram: {title}. {unit}.{space}{alternative}")
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
mod tests;
