//! Indicators and their figures: defined, listed, opened.

use proto::governance::v1 as pb;

use crate::reports_world::{close, closed_2025, figure, indicator, sum};
use crate::world::controller;

/// An edition, with the caller's id or none, of the sum of these measures.
fn edition(indicator_id: &str, edition: &str, measures: &[&str]) -> pb::CreateIndicatorRequest {
    let kind = pb::formula::Kind::Sum(sum(measures));
    pb::CreateIndicatorRequest {
        indicator_id: edition.into(),
        ..indicator(indicator_id, kind, &["post"])
    }
}

/// A figure is named after its edition, so an edition whose figures could not be named, or would be
/// named as another's, is refused; and every cut-off closes.
#[tokio::test]
async fn an_edition_whose_figures_have_no_name_of_their_own_is_refused() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let long = "andel-utbetalt-til-sivilsamfunn";
    let refusal = kari
        .refused(edition(long, "", &["voted"]), "INVALID_FIELDS")
        .await;
    assert_eq!(refusal.fields(), ["indicator_id"]);
    kari.must(edition(long, "2026", &["voted"])).await;

    let first = kari.must(edition("a-b", "c", &["voted"])).await;
    let refusal = kari
        .refused(edition("a", "b-c", &["revised"]), "ALREADY_EXISTS")
        .await;
    assert_eq!(refusal.metadata("name"), first.name);
    kari.must(edition("a", "c", &["revised"])).await;

    for edition in [2, 3] {
        let closed = close(&kari).await;
        assert_eq!(closed.edition, edition);
        let read = pb::GetFigureRequest {
            name: format!("{}/figures/a-b-c", closed.name),
        };
        assert_eq!(kari.must(read).await.indicator, first.name);
    }
}

/// What would be counted twice, or lost, is refused by name.
#[tokio::test]
async fn a_measure_and_a_dimension_are_named_once() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut twice = edition("dobbel", "1", &["voted", "voted"]);
    let formula = twice.indicator.as_mut().unwrap().formula.as_mut().unwrap();
    formula.group_by.push("post".into());
    let Some(pb::formula::Kind::Sum(sum)) = &mut formula.kind else {
        panic!("a sum")
    };
    let filter = |value: &str| pb::Filter {
        dimension: "post".into(),
        values: vec![value.into()],
        ..Default::default()
    };
    sum.filters = vec![filter("70"), filter("71")];

    let refusal = kari.refused(twice, "INVALID_FIELDS").await;

    let named = ["sum.measures", "sum.filters", "group_by"];
    assert_eq!(
        refusal.fields(),
        named.map(|it| format!("indicator.formula.{it}"))
    );
}

/// Indicators are read and listed as they were defined, and a cut-off has a figure of each.
#[tokio::test]
async fn indicators_and_their_figures_are_listed() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut request = pb::ListIndicatorsRequest {
        page_size: 5,
        ..Default::default()
    };
    let first = kari.must(request.clone()).await;
    request.page_token = first.next_page_token;
    let second = kari.must(request).await;
    assert_eq!(second.next_page_token, "");
    let indicators = [first.indicators, second.indicators].concat();

    let names: Vec<_> = indicators.iter().map(|it| it.name.as_str()).collect();
    let ids = [
        "accounts",
        "allocation",
        "carried",
        "control",
        "over",
        "revised",
        "rounding",
        "share",
        "voted",
    ];
    assert_eq!(names, ids.map(|it| format!("indicators/{it}/editions/1")));
    let voted = edition("voted", "1", &["voted"]).indicator.unwrap();
    let read = pb::GetIndicatorRequest {
        name: "indicators/voted/editions/1".into(),
        read_time: None,
    };
    let found = kari.must(read).await;
    assert_eq!(found, indicators[8]);
    assert_eq!(
        (&found.title_nb, &found.formula, &found.source_clause),
        (&voted.title_nb, &voted.formula, &voted.source_clause)
    );

    let listed = kari
        .must(pb::ListFiguresRequest {
            parent: "cutoffs/2025-e1".into(),
            ..Default::default()
        })
        .await;
    let names: Vec<_> = listed.figures.iter().map(|it| it.name.clone()).collect();
    assert_eq!(names, ids.map(figure));
    for it in listed.figures {
        let read = pb::GetFigureRequest {
            name: it.name.clone(),
        };
        assert_eq!(kari.must(read).await, it);
        assert_eq!(it.incomplete_sources, ["sources/grants"]);
        assert_eq!(it.groups.is_empty(), it.fact_count == 0, "{}", it.name);
    }
    let unknown = pb::GetFigureRequest {
        name: figure("missing"),
    };
    kari.refused(unknown, "NOT_FOUND").await;
    let none = pb::ListFiguresRequest {
        parent: "cutoffs/2025-e9".into(),
        ..Default::default()
    };
    assert_eq!(kari.must(none).await.figures, []);
}
