//! The decisions as tables.

use super::*;
use crate::domain::formula::Group;
use crate::domain::measure::measure_of;

/// A figure of `m` by these dimensions, in øre.
pub(crate) fn figure(by: &[&str], total: Value, groups: &[(&[&str], Value)]) -> UsedFigure {
    let owned = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let mut measure = measure_of("m".into(), (1, 2, 2), owned(by));
    (measure.definition_nb, measure.definition_nn) = ("Mål".into(), "Mælt".into());
    let groups = groups.iter().map(|(key, value)| Group {
        key: owned(key),
        value: value.clone(),
        count: 1,
    });
    UsedFigure {
        cutoff: CutoffName::parse("cutoffs/2025-e1").unwrap(),
        period: Period::Year(2025),
        formula: pb::Formula {
            group_by: owned(by),
            ..Default::default()
        },
        terms: vec![Term {
            part: 1,
            measure,
            filters: BTreeMap::new(),
        }],
        outcome: Outcome {
            value: total,
            count: 1,
            groups: groups.collect(),
        },
        incomplete_sources: Vec::new(),
        restated_in: None,
        imports: Vec::new(),
    }
}

/// A basis of figures with the ids `f1`, `f2` and so on, and the table `t` of them.
pub(crate) fn table_of(figures: Vec<UsedFigure>) -> (pb::Table, Basis) {
    let names = (1..).map(|it| format!("cutoffs/2025-e1/figures/f{it}"));
    let figures: BTreeMap<_, _> = names.zip(figures).collect();
    let column = |(at, name): (usize, &String)| pb::Column {
        title: Some(said(format!("f{} nb", at + 1), format!("f{} nn", at + 1))),
        figure: name.clone(),
    };
    let table = pb::Table {
        id: "t".into(),
        columns: figures.keys().enumerate().map(column).collect(),
        ..Default::default()
    };
    let charts = BTreeMap::new();
    (table, Basis { figures, charts })
}

/// Rows as `role key: cells`.
fn shown(table: &pb::Table, basis: &Basis) -> Vec<String> {
    let cell = |value: &Option<Value>| match value {
        None => "–".to_owned(),
        Some(Value::Amount(amount)) => amount.to_string(),
        Some(Value::Share(part, whole)) => format!("{part}/{whole}"),
        Some(Value::NotPublished(id)) => format!("not published {id}"),
        Some(Value::NotComputable(id)) => format!("not computable {id}"),
        Some(Value::NotOfPeriod(id)) => format!("not of the period {id}"),
    };
    let row = |it: &Row| {
        let cells: Vec<_> = it.cells.iter().map(cell).collect();
        format!("{:?} {}: {}", it.role, it.key.join("."), cells.join(", "))
    };
    rows(table, basis).iter().map(row).collect()
}

use Value::{Amount, NotComputable, NotPublished, Share};

#[test]
fn a_cell_is_a_value_a_missing_one_or_no_such_group() {
    let known = figure(
        &["post"],
        Amount(12),
        &[(&["01"], Amount(5)), (&["70"], Amount(6))],
    );
    let other = figure(
        &["post"],
        NotComputable("m".into()),
        &[(&["01"], NotComputable("m".into()))],
    );
    let nothing = figure(&["post"], NotPublished("m".into()), &[]);
    let taken_back = figure(
        &["post"],
        NotPublished("m".into()),
        &[(&["70"], NotPublished("m".into()))],
    );
    let zero = figure(&["post"], Amount(0), &[]);
    let (table, basis) = table_of(vec![known, other, nothing, taken_back, zero]);
    // The total is the figure's own: it is never summed from the rows.
    assert_eq!(
        shown(&table, &basis),
        [
            "Body 01: 5, not computable m, not published m, not published m, –",
            "Body 70: 6, –, not published m, not published m, –",
            "Total : 12, not computable m, not published m, not published m, 0",
        ]
    );
}

#[test]
fn sums_by_the_first_dimension_stand_above_their_rows() {
    let by = &["post", "account"];
    let amounts = figure(
        by,
        Amount(9),
        &[
            (&["70", "870"], Amount(2)),
            (&["01", "500"], Amount(3)),
            (&["01", "505"], Amount(4)),
        ],
    );
    let shares = figure(
        by,
        Share(9, 12),
        &[(&["01", "500"], Share(1, 4)), (&["01", "505"], Share(2, 4))],
    );
    let unknown = figure(
        by,
        NotComputable("m".into()),
        &[
            (&["01", "500"], NotComputable("m".into())),
            (&["01", "505"], Amount(1)),
            (&["70", "870"], Amount(i64::MAX)),
        ],
    );
    let (mut table, basis) = table_of(vec![amounts, shares, unknown]);
    table.subtotals = true;
    assert_eq!(
        shown(&table, &basis),
        [
            "Subtotal 01: 7, 3/8, not computable m",
            "Body 01.500: 3, 1/4, not computable m",
            "Body 01.505: 4, 2/4, 1",
            "Subtotal 70: 2, –, 9223372036854775807",
            "Body 70.870: 2, –, 9223372036854775807",
            "Total : 9, 9/12, not computable m",
        ]
    );
}

#[test]
fn sums_that_are_no_number_are_not_computable() {
    for (values, expected) in [
        (
            vec![Amount(i64::MAX), Amount(1)],
            NotComputable(String::new()),
        ),
        (
            vec![Share(1, 2), Share(1, -2)],
            NotComputable(String::new()),
        ),
        (
            vec![Amount(1), NotPublished("m".into())],
            NotComputable("m".into()),
        ),
        (vec![Amount(1), Amount(-1)], Amount(0)),
    ] {
        assert_eq!(sum(values.iter()), Some(expected), "{values:?}");
    }
    assert_eq!(sum([].iter()), None);
}

#[test]
fn a_row_has_the_tables_label_before_the_accounts_name() {
    let by = &["post", "account"];
    let one = figure(
        by,
        Amount(1),
        &[(&["01", "500"], Amount(1)), (&["01", "505"], Amount(0))],
    );
    let (mut table, mut basis) = table_of(vec![one]);
    table.subtotals = true;
    table.chart_edition = "charts/a/editions/1".into();
    let names =
        ["500", "505", "01"].map(|it| (it.to_owned(), (format!("konto {it}"), "nn".into())));
    basis
        .charts
        .insert(table.chart_edition.clone(), names.into());
    let label = |key: &str| pb::Label {
        key: key.into(),
        text: Some(said(format!("egen {key}"), "nn".into())),
    };
    table.labels = vec![label("01.505"), label("")];
    let labels = rows(&table, &basis)
        .into_iter()
        .map(|it| it.label.map(|it| it.nb));
    let expected = [None, Some("konto 500"), Some("egen 01.505"), Some("egen ")];
    assert!(labels.eq(expected.map(|it| it.map(str::to_owned))));
}

#[test]
fn figures_that_do_not_go_together_are_refused() {
    let by = |dimension: &str| figure(&[dimension], Amount(1), &[]);
    let mut share = by("post");
    share.formula.kind = Some(pb::formula::Kind::Share(pb::Share::default()));
    let chart = |columns: &[i32]| {
        pb::block::Kind::Chart(pb::Chart {
            table: "t".into(),
            columns: columns.to_vec(),
            ..Default::default()
        })
    };
    for (figures, columns, refused) in [
        (vec![by("post"), by("post")], &[1, 2][..], ""),
        (vec![by("post"), by("year")], &[1], "DIMENSIONS_DIFFER"),
        (vec![by("post"), share.clone()], &[1], ""),
        (vec![by("post"), share], &[1, 2], "UNITS_DIFFER"),
    ] {
        let (table, basis) = table_of(figures);
        let kinds = [pb::block::Kind::Table(table), chart(columns)];
        let content = pb::Report {
            blocks: kinds.map(|it| pb::Block { kind: Some(it) }).into(),
            ..Default::default()
        };
        let verdict = format!("{:?}", must_agree(&content, &basis).err());
        assert_eq!(verdict == "None", refused.is_empty(), "{verdict}");
        assert!(verdict.contains(refused), "{verdict}");
    }
}
