//! Indicators on the wire: what a formula must look like, whatever the sources measure.

use std::collections::BTreeSet;

use chrono::DateTime;
use platform::{
    Fields, Wrong, chapter_code, etag, field_reason, identity, post_code, time_to_wire,
};
use proto::governance::v1 as pb;
use proto::governance::v1::formula::Kind;

use crate::domain::indicator::figure_id;
use crate::domain::{Encoded, Indicator, IndicatorName};

/// Measures or filters of a sum, and dimensions of a formula.
const PARTS_MAX: usize = 4;
/// Values and prefixes of a filter.
const VALUES_MAX: usize = 100;
/// Characters of such a value; what facts are told apart by is shorter.
const VALUE_LENGTH_MAX: usize = 200;

/// Reads a new edition, noting every bad field.
pub(crate) fn parse(fields: &mut Fields, request: &pb::CreateIndicatorRequest) -> Indicator {
    let given = fields.required("indicator", request.indicator.as_ref());
    let id_field = "indicator_id";
    let name = IndicatorName::create(fields, &request.parent, id_field, &request.indicator_id);
    let figure_id = fields.take(id_field, figure_id(&name));
    let mut formula = fields.required("indicator.formula", given.formula.as_ref());
    check_shape(fields, &mut formula);
    Indicator {
        name,
        version: 1,
        figure_id,
        title_nb: fields.text("indicator.title_nb", &given.title_nb, 200),
        title_nn: fields.text("indicator.title_nn", &given.title_nn, 200),
        formula: Encoded(formula),
        source_clause: fields.text("indicator.source_clause", &given.source_clause, 300),
        created_at: DateTime::default(),
    }
}

/// What is wrong with a formula whatever the sources measure. The values of its filters take the one
/// form that facts have them in.
fn check_shape(fields: &mut Fields, formula: &mut pb::Formula) {
    let parts = match &mut formula.kind {
        None => {
            fields.refuse("indicator.formula", field_reason::Formula);
            return;
        }
        Some(Kind::Sum(it)) => vec![("sum", Some(it))],
        Some(Kind::Difference(it)) => vec![
            ("difference.minuend", it.minuend.as_mut()),
            ("difference.subtrahend", it.subtrahend.as_mut()),
        ],
        Some(Kind::Share(it)) => vec![
            ("share.numerator", it.numerator.as_mut()),
            ("share.denominator", it.denominator.as_mut()),
        ],
    };
    for (part, sum) in parts {
        let at = format!("indicator.formula.{part}");
        match sum {
            Some(sum) => check_sum(fields, &at, sum),
            None => fields.refuse(at, field_reason::Required),
        }
    }
    let by = &formula.group_by;
    if by.len() > PARTS_MAX || !are_different(by) {
        let max = PARTS_MAX;
        fields.refuse(
            "indicator.formula.group_by",
            field_reason::Dimensions { max },
        );
    }
}

/// A measure named twice would be counted twice, and of two filters of one dimension one would be
/// lost.
fn check_sum(fields: &mut Fields, at: &str, sum: &mut pb::Sum) {
    let measures = &sum.measures;
    if !(1..=PARTS_MAX).contains(&measures.len()) || !are_different(measures) {
        let max = PARTS_MAX;
        fields.refuse(format!("{at}.measures"), field_reason::Measures { max });
    }
    let filters = &mut sum.filters;
    if filters.len() > PARTS_MAX || !are_different(filters.iter().map(|it| &it.dimension)) {
        let max = PARTS_MAX;
        fields.refuse(format!("{at}.filters"), field_reason::Filters { max });
    }
    for (index, filter) in filters.iter_mut().take(PARTS_MAX).enumerate() {
        let at = format!("{at}.filters[{index}]");
        if !(1..=VALUES_MAX).contains(&(filter.values.len() + filter.prefixes.len())) {
            let (min, max) = (1, VALUES_MAX);
            fields.refuse(format!("{at}.values"), field_reason::Count { min, max });
        }
        for (index, value) in filter.values.iter_mut().take(VALUES_MAX).enumerate() {
            let known = known_value(&filter.dimension, value);
            *value = fields.take(&format!("{at}.values[{index}]"), known);
        }
        for (index, prefix) in filter.prefixes.iter_mut().take(VALUES_MAX).enumerate() {
            let at = format!("{at}.prefixes[{index}]");
            *prefix = fields.take(&at, identity(prefix, VALUE_LENGTH_MAX));
        }
    }
}

/// A value of a dimension in the form that facts have it.
fn known_value(dimension: &str, value: &str) -> Result<String, Wrong> {
    match dimension {
        "chapter" => chapter_code(value),
        "post" => post_code(value),
        _ => identity(value, VALUE_LENGTH_MAX),
    }
}

fn are_different<'a>(texts: impl IntoIterator<Item = &'a String>) -> bool {
    let mut seen = BTreeSet::new();
    texts.into_iter().all(|it| seen.insert(it))
}

impl From<Indicator> for pb::Indicator {
    fn from(it: Indicator) -> Self {
        Self {
            name: it.name.to_string(),
            title_nb: it.title_nb,
            title_nn: it.title_nn,
            formula: Some(it.formula.0),
            source_clause: it.source_clause,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::Invalid;

    use super::*;

    fn sum(measures: &[&str], filters: &[&str]) -> pb::Sum {
        let filter = |dimension: &&str| pb::Filter {
            dimension: (*dimension).to_owned(),
            values: vec!["70".to_owned()],
            prefixes: vec![],
        };
        pb::Sum {
            measures: measures.iter().map(|it| (*it).to_owned()).collect(),
            filters: filters.iter().map(filter).collect(),
        }
    }

    fn refused(kind: Option<Kind>, by: &[&str]) -> Vec<String> {
        let mut fields = Fields::default();
        let mut formula = pb::Formula {
            kind,
            group_by: by.iter().map(|it| (*it).to_owned()).collect(),
        };
        check_shape(&mut fields, &mut formula);
        match fields.check() {
            Ok(()) => Vec::new(),
            Err(Invalid(found)) => found.into_iter().map(|it| it.field).collect(),
        }
    }

    #[test]
    fn a_formula_counts_each_measure_once_and_filters_and_groups_by_each_dimension_once() {
        let of = |measures: &[&str], filters: &[&str]| Some(Kind::Sum(sum(measures, filters)));
        let four = ["a", "b", "c", "d"];
        let five = ["a", "b", "c", "d", "e"];
        for (kind, by, expected) in [
            (of(&["a"], &[]), &[][..], &[][..]),
            (of(&four, &four), &four, &[]),
            (of(&[], &[]), &[], &["sum.measures"]),
            (of(&five, &[]), &[], &["sum.measures"]),
            (of(&["a", "a"], &[]), &[], &["sum.measures"]),
            (of(&["a"], &five), &[], &["sum.filters"]),
            (of(&["a"], &["x", "x"]), &[], &["sum.filters"]),
            (of(&["a"], &[]), &five, &["group_by"]),
            (of(&["a"], &[]), &["x", "y", "x"], &["group_by"]),
            (
                of(&["a", "a"], &["x", "x"]),
                &["x", "x"],
                &["sum.measures", "sum.filters", "group_by"],
            ),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|it| format!("indicator.formula.{it}"))
                .collect();
            assert_eq!(refused(kind.clone(), by), expected, "{kind:?} by {by:?}");
        }
    }

    #[test]
    fn a_difference_and_a_share_have_two_parts_that_may_count_the_same() {
        let difference = |subtrahend| {
            Some(Kind::Difference(pb::Difference {
                minuend: Some(sum(&["a"], &["x"])),
                subtrahend,
            }))
        };
        assert_eq!(refused(None, &[]), ["indicator.formula"]);
        assert_eq!(
            refused(difference(None), &[]),
            ["indicator.formula.difference.subtrahend"]
        );
        let same = difference(Some(sum(&["a"], &["x"])));
        assert_eq!(refused(same, &[]), [] as [&str; 0]);
        let twice = difference(Some(sum(&["a", "a"], &[])));
        assert_eq!(
            refused(twice, &[]),
            ["indicator.formula.difference.subtrahend.measures"]
        );
    }

    /// What PostgreSQL cannot store would keep every later cut-off from closing.
    #[test]
    fn a_filter_has_values_or_prefixes_that_are_text() {
        let of = |values: &[&str], prefixes: &[&str]| {
            let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
            let filter = pb::Filter {
                dimension: "post".into(),
                values: owned(values),
                prefixes: owned(prefixes),
            };
            let counted = sum(&["a"], &[]);
            refused(
                Some(Kind::Sum(pb::Sum {
                    filters: vec![filter],
                    ..counted
                })),
                &[],
            )
        };
        let at = "indicator.formula.sum.filters[0]";
        let many = ["70"; 60];
        let nothing: Vec<String> = vec![];
        for (values, prefixes, expected) in [
            (&["70", "71"][..], &[][..], nothing.clone()),
            (&[], &["7"], nothing.clone()),
            (&["70"], &["8", "9"], nothing),
            (&[], &[], vec![format!("{at}.values")]),
            (&many, &many, vec![format!("{at}.values")]),
            (
                &["70", "a\0b", ""],
                &["7", "", "a\0"],
                vec![
                    format!("{at}.values[1]"),
                    format!("{at}.values[2]"),
                    format!("{at}.prefixes[1]"),
                    format!("{at}.prefixes[2]"),
                ],
            ),
        ] {
            assert_eq!(of(values, prefixes), expected, "{values:?} {prefixes:?}");
        }
    }
}
