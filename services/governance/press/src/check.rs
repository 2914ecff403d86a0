//! What is refused before anything is rendered: a document that contradicts itself. The structs
//! are plain, so that this stands in one place instead of in the type of every field.

use std::collections::HashSet;

use super::document::{Block, Cell, Chart, ColumnKind, Document, Table};
use super::error::RenderError;
use super::tables;

impl Document {
    /// Refuses a document that could not be printed truly, and names the first fault.
    ///
    /// # Errors
    /// [`RenderError::Malformed`].
    pub fn check(&self) -> Result<(), RenderError> {
        must(
            !self.title.trim().is_empty(),
            "document",
            "the title is blank",
        )?;
        must(
            is_short(&self.title, 250),
            "document",
            "the title is longer than 250 characters",
        )?;
        must(
            is_short(&self.cutoff, 250),
            "document",
            "the cut-off's name is longer than 250",
        )?;
        let stamped = self
            .stamp
            .as_ref()
            .is_none_or(|stamp| !stamp.trim().is_empty());
        must(stamped, "document", "the stamp is blank")?;
        let fits = self.stamp.as_ref().is_none_or(|stamp| is_short(stamp, 40));
        must(fits, "document", "the stamp is longer than 40 characters")?;
        let mut ids = HashSet::new();
        for section in &self.sections {
            must(
                !section.heading.trim().is_empty(),
                "section",
                "the heading is blank",
            )?;
            for block in &section.blocks {
                let id = match block {
                    Block::Table(table) => {
                        table.check()?;
                        &table.id
                    }
                    Block::Chart(chart) => {
                        chart.check()?;
                        &chart.id
                    }
                    Block::Paragraph(_) | Block::Findings(_) => continue,
                };
                must(ids.insert(id), id, "the id is used twice")?;
            }
        }
        Ok(())
    }
}

impl Table {
    pub(super) fn check(&self) -> Result<(), RenderError> {
        must(
            is_name(&self.id, '-'),
            &self.id,
            "the id is not of [a-z0-9-]+",
        )?;
        must(
            !self.columns.is_empty(),
            &self.id,
            "the table has no columns",
        )?;
        must(!self.rows.is_empty(), &self.id, "the table has no rows")?;
        let columns = self.columns.iter().map(|it| &it.id);
        for id in columns.chain(self.dimensions.iter().map(|it| &it.id)) {
            must(
                is_name(id, '_'),
                &self.id,
                "a column's id is not of [a-z0-9_]+",
            )?;
        }
        let mut names = HashSet::new();
        for name in tables::header(self) {
            must(names.insert(name), &self.id, "a column's id is used twice")?;
        }
        for row in &self.rows {
            let place = format!("{}, row {}", self.id, row.label);
            let coded = row.code.is_none() || self.code_heading.is_some();
            must(coded, &place, "a code without a heading for codes")?;
            let keyed = row.key.len() <= self.dimensions.len();
            must(keyed, &place, "more values than the table has dimensions")?;
            let full = row.cells.len() == self.columns.len();
            must(full, &place, "not one cell for each column")?;
            let fit = row
                .cells
                .iter()
                .zip(&self.columns)
                .all(|(cell, it)| cell.fits(it.kind));
            must(fit, &place, "a cell is not of its column's kind")?;
        }
        Ok(())
    }
}

impl Chart {
    fn check(&self) -> Result<(), RenderError> {
        must(
            is_name(&self.id, '-'),
            &self.id,
            "the id is not of [a-z0-9-]+",
        )?;
        must(self.kind != ColumnKind::Text, &self.id, "a chart of words")?;
        must(
            (1..=3).contains(&self.series.len()),
            &self.id,
            "not one to three series",
        )?;
        must(!self.groups.is_empty(), &self.id, "the chart has no groups")?;
        for group in &self.groups {
            let place = format!("{}, group {}", self.id, group.label);
            let full = group.values.len() == self.series.len();
            must(full, &place, "not one value for each series")?;
            let fit = group.values.iter().all(|cell| cell.fits(self.kind));
            must(fit, &place, "a value is not of the chart's kind")?;
        }
        Ok(())
    }
}

impl Cell {
    /// A missing figure may stand in a column of any kind.
    fn fits(&self, kind: ColumnKind) -> bool {
        match self {
            Self::Text(_) => kind == ColumnKind::Text,
            Self::Amount { .. } => kind == ColumnKind::Amount,
            Self::Count(_) => kind == ColumnKind::Count,
            Self::Share { .. } => kind == ColumnKind::Share,
            Self::Absent | Self::NotPublished | Self::NotComputable { .. } => true,
        }
    }
}

fn must(holds: bool, place: &str, fault: &'static str) -> Result<(), RenderError> {
    if holds {
        Ok(())
    } else {
        Err(RenderError::Malformed {
            place: place.to_owned(),
            fault,
        })
    }
}

/// Whether a text that stands in the head or foot of every page has room there.
fn is_short(text: &str, most: usize) -> bool {
    text.chars().count() <= most
}

fn is_name(text: &str, separator: char) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{BarGroup, Language};
    use crate::sample;

    /// The sample after one change, and the fault that is then named.
    fn fault(change: impl FnOnce(&mut Document, &mut Table, &mut Chart)) -> Option<&'static str> {
        let mut document = sample::document(Language::Nb, None);
        let blocks = &document.sections[0].blocks;
        let (Block::Table(table), Block::Chart(chart)) = (&blocks[1], &blocks[2]) else {
            panic!("the sample has a table and a chart");
        };
        let (mut table, mut chart) = (table.clone(), chart.clone());
        change(&mut document, &mut table, &mut chart);
        document.sections[0].blocks[1] = Block::Table(table);
        document.sections[0].blocks[2] = Block::Chart(chart);
        match document.check() {
            Ok(()) => None,
            Err(RenderError::Malformed { fault, .. }) => Some(fault),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_sample_is_accepted() {
        assert_eq!(fault(|_, _, _| ()), None);
    }

    #[test]
    fn a_blank_title_stamp_or_heading_is_refused() {
        assert_eq!(
            fault(|it, _, _| it.title = " ".into()),
            Some("the title is blank")
        );
        assert_eq!(
            fault(|it, _, _| it.stamp = Some(" ".into())),
            Some("the stamp is blank")
        );
        let blank = fault(|it, _, _| it.sections[1].heading.clear());
        assert_eq!(blank, Some("the heading is blank"));
    }

    #[test]
    fn a_text_too_long_for_the_head_or_foot_of_a_page_is_refused() {
        let long = |length: usize| "å".repeat(length);
        assert_eq!(fault(|it, _, _| it.title = long(250)), None);
        let title = fault(|it, _, _| it.title = long(251));
        assert_eq!(title, Some("the title is longer than 250 characters"));
        let cutoff = fault(|it, _, _| it.cutoff = long(251));
        assert_eq!(cutoff, Some("the cut-off's name is longer than 250"));
        assert_eq!(fault(|it, _, _| it.stamp = Some(long(40))), None);
        let stamp = fault(|it, _, _| it.stamp = Some(long(41)));
        assert_eq!(stamp, Some("the stamp is longer than 40 characters"));
    }

    #[test]
    fn ids_that_could_not_name_a_file_or_a_column_are_refused() {
        for id in ["", "../etc", "Kapittel", "å", "a_b"] {
            let refused = Some("the id is not of [a-z0-9-]+");
            assert_eq!(fault(|_, table, _| table.id = id.into()), refused, "{id}");
            assert_eq!(fault(|_, _, chart| chart.id = id.into()), refused, "{id}");
        }
        let dashed = fault(|_, table, _| table.columns[0].id = "a-b".into());
        assert_eq!(dashed, Some("a column's id is not of [a-z0-9_]+"));
        let twice = fault(|_, table, _| table.columns[0].id = table.columns[1].id.clone());
        assert_eq!(twice, Some("a column's id is used twice"));
        let fixed = fault(|_, table, _| table.dimensions[0].id = "label".into());
        assert_eq!(fixed, Some("a column's id is used twice"));
        let shared = fault(|_, table, chart| chart.id = table.id.clone());
        assert_eq!(shared, Some("the id is used twice"));
    }

    #[test]
    fn a_table_whose_cells_do_not_fill_its_columns_is_refused() {
        assert_eq!(
            fault(|_, it, _| it.rows.clear()),
            Some("the table has no rows")
        );
        assert_eq!(
            fault(|_, it, _| it.columns.clear()),
            Some("the table has no columns")
        );
        let short = fault(|_, it, _| drop(it.rows[2].cells.pop()));
        assert_eq!(short, Some("not one cell for each column"));
        let wrong = fault(|_, it, _| it.rows[2].cells[0] = Cell::Count(7));
        assert_eq!(wrong, Some("a cell is not of its column's kind"));
        let bare = fault(|_, it, _| it.code_heading = None);
        assert_eq!(bare, Some("a code without a heading for codes"));
        let unkeyed = fault(|_, it, _| it.dimensions.clear());
        assert_eq!(unkeyed, Some("more values than the table has dimensions"));
        assert_eq!(
            fault(|_, it, _| it.rows[2].cells[0] = Cell::NotPublished),
            None
        );
    }

    #[test]
    fn a_chart_that_could_not_be_drawn_is_refused() {
        assert_eq!(
            fault(|_, _, it| it.kind = ColumnKind::Text),
            Some("a chart of words")
        );
        let four = fault(|_, _, it| it.series.push("fire".into()));
        assert_eq!(four, Some("not one to three series"));
        let short = fault(|_, _, it| {
            it.groups.push(BarGroup {
                label: "tom".into(),
                values: Vec::new(),
            });
        });
        assert_eq!(short, Some("not one value for each series"));
        let wrong = fault(|_, _, it| it.groups[0].values[0] = Cell::Count(1));
        assert_eq!(wrong, Some("a value is not of the chart's kind"));
        assert_eq!(
            fault(|_, _, it| it.groups.clear()),
            Some("the chart has no groups")
        );
    }
}
