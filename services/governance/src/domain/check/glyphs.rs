//! Characters that no font of the documents has, wherever a report prints a text: what is written into it is
//! refused with one, so they come from names of accounts and measures.

use std::collections::BTreeSet;

use proto::governance::v1 as pb;

use crate::domain::report::{Finding, Kind};
use crate::domain::table::{Basis, rows};

/// So many characters of a place are named.
const NAMED_MAX: usize = 20;

/// A finding for each block with such characters, and for what stands before the first.
pub(super) fn missing(content: &pb::Report, basis: &Basis, found: &[Finding]) -> Vec<Finding> {
    let mut missing = Vec::new();
    missing.extend(of_place(0, "", &before_blocks(content)));
    for (block, it) in (1..).zip(&content.blocks) {
        let table = match &it.kind {
            Some(pb::block::Kind::Table(it)) => it.id.as_str(),
            _ => "",
        };
        let mut texts = texts_of(it, basis);
        let printed = found
            .iter()
            .filter(|it| !table.is_empty() && it.table == table);
        texts.extend(printed.flat_map(|it| [it.nb.clone(), it.nn.clone()]));
        missing.extend(of_place(block, table, &texts));
    }
    missing
}

fn of_place(block: i32, table: &str, texts: &[String]) -> Option<Finding> {
    let characters = texts.iter().flat_map(|it| it.chars());
    let lacking: BTreeSet<char> = characters.filter(|it| !press::has_glyph(*it)).collect();
    let named = lacking.iter().take(NAMED_MAX);
    let named: Vec<_> = named
        .map(|it| format!("{it} (U+{:04X})", u32::from(*it)))
        .collect();
    let (named, count) = (named.join(", "), lacking.len());
    let more = |words: &str| match count.saturating_sub(NAMED_MAX) {
        0 => String::new(),
        rest => format!(" {words} {rest} til"),
    };
    let [nb, nn] = match block {
        0 => [
            "Tittelen eller innledningen".to_owned(),
            "Tittelen eller innleiinga".to_owned(),
        ],
        _ => [format!("Blokk {block}"), format!("Blokk {block}")],
    };
    (count > 0).then(|| Finding {
        kind: Kind::GlyphMissing,
        table: table.to_owned(),
        block,
        row: String::new(),
        column: String::new(),
        nb: format!(
            "{nb} har tegn som dokumentet ikke kan vise: {named}{}.",
            more("og")
        ),
        nn: format!(
            "{nn} har teikn som dokumentet ikkje kan vise: {named}{}.",
            more("og")
        ),
    })
}

fn before_blocks(content: &pb::Report) -> Vec<String> {
    let mut texts = vec![content.stamp.clone()];
    let single = [&content.title, &content.subtitle, &content.author];
    push(&mut texts, single.into_iter().flatten());
    push(&mut texts, &content.lead);
    texts
}

fn texts_of(block: &pb::Block, basis: &Basis) -> Vec<String> {
    let mut texts = Vec::new();
    match &block.kind {
        Some(pb::block::Kind::Heading(it) | pb::block::Kind::Paragraph(it)) => {
            push(&mut texts, [it])
        }
        Some(pb::block::Kind::Table(it)) => {
            push(
                &mut texts,
                it.title.iter().chain(&it.source).chain(&it.notes),
            );
            push(&mut texts, it.columns.iter().flat_map(|it| &it.title));
            for row in rows(it, basis) {
                push(&mut texts, &row.label);
                texts.extend(row.key);
            }
        }
        Some(pb::block::Kind::Chart(it)) => {
            push(&mut texts, it.title.iter().chain(&it.alternative));
        }
        None => (),
    }
    texts
}

fn push<'a>(texts: &mut Vec<String>, said: impl IntoIterator<Item = &'a pb::Text>) {
    for it in said {
        texts.extend([it.nb.clone(), it.nn.clone()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formula::Value::Amount;
    use crate::domain::table::tests::{figure, table_of};

    fn text(nb: &str) -> Option<pb::Text> {
        Some(pb::Text {
            nb: nb.into(),
            nn: "nn".into(),
        })
    }

    /// B-F18: the block and each character are named, in both forms, wherever the text comes from.
    #[test]
    fn a_character_that_no_font_has_is_found_with_its_block() {
        use pb::block::Kind as Block;
        let (mut table, mut basis) = table_of(vec![figure(
            &["account"],
            Amount(1),
            &[(&["500"], Amount(1))],
        )]);
        table.chart_edition = "charts/a/editions/1".into();
        let names = ("Lønn 漢".to_owned(), "Løn".to_owned());
        let names = [("500".to_owned(), names)].into();
        basis.charts.insert(table.chart_edition.clone(), names);
        let paragraph = |nb| Block::Paragraph(text(nb).unwrap());
        let kinds = [
            paragraph("Ω og ½"),
            paragraph("ሁ, ሀ og ሀ"),
            Block::Table(table),
        ];
        let mut content = pb::Report {
            title: text("Kapittel 144"),
            blocks: kinds.map(|it| pb::Block { kind: Some(it) }).into(),
            ..Default::default()
        };
        let found = |content: &pb::Report| {
            let found = missing(content, &basis, &[]).into_iter();
            found
                .map(|it| (it.block, it.table, it.nb, it.nn))
                .collect::<Vec<_>>()
        };
        let told = |block: i32, table: &str, what: &str| {
            let nb = format!("Blokk {block} har tegn som dokumentet ikke kan vise: {what}.");
            let nn = format!("Blokk {block} har teikn som dokumentet ikkje kan vise: {what}.");
            (block, table.to_owned(), nb, nn)
        };
        let expected = [
            told(2, "", "ሀ (U+1200), ሁ (U+1201)"),
            told(3, "t", "漢 (U+6F22)"),
        ];
        assert_eq!(found(&content), expected);

        let all: String = ('\u{1200}'..'\u{1218}').collect();
        content.title = text(&all);
        let (block, _, nb, nn) = found(&content).remove(0);
        assert_eq!(block, 0);
        assert!(
            nb.starts_with("Tittelen eller innledningen har tegn"),
            "{nb}"
        );
        assert!(nb.ends_with("ሓ (U+1213) og 4 til."), "{nb}");
        assert!(
            nn.starts_with("Tittelen eller innleiinga har teikn"),
            "{nn}"
        );
    }
}
