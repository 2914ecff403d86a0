//! What is known and what is not (case AC-07): 0 is known where it was published, and what was taken
//! back is not known any more; in the figure, in what it restates, in the table, and computed again.

use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::Kind;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::governance::v1::render_report_request::{Format, Language};
use proto::governance::v1::value::Status;
use testkit::{Actor, id};

use crate::reports_world::{
    by_post, check, close, closed_2025, content, decision, define, draft, render, text,
};
use crate::world::{chart, controller, on, published_2025, reversal};

/// What was carried over to post 70, in tenths of a million, under a name of its own.
fn carried(name: &str, tenths: i64) -> pb::RecordAppropriationRequest {
    pb::RecordAppropriationRequest {
        appropriation_id: name.into(),
        ..decision("70", Kind::CarriedOver, tenths)
    }
}

fn taken_back(name: &str) -> pb::ReverseAppropriationRequest {
    pb::ReverseAppropriationRequest {
        name: format!("appropriations/{name}"),
        reason: "Feil".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The figure at an edition of 2025, which is equal when it is computed again.
async fn figure(kari: &Actor, edition: i32, indicator: &str) -> pb::Figure {
    let name = format!("cutoffs/2025-e{edition}/figures/{indicator}-1");
    let again = kari
        .must(pb::RecomputeFigureRequest { name: name.clone() })
        .await;
    assert_eq!(again.verdict(), Verdict::Equal, "{again:?}");
    kari.must(pb::GetFigureRequest { name }).await
}

/// Status and amount of what was carried over, in all and by post.
async fn carried_at(kari: &Actor, edition: i32) -> Vec<(String, Status, i64)> {
    let figure = figure(kari, edition, "carried").await;
    let told = |key: &str, it: Option<pb::Value>| {
        let it = it.unwrap();
        (key.to_owned(), it.status(), it.amount)
    };
    let groups = figure.groups.into_iter();
    [told("", figure.value)]
        .into_iter()
        .chain(groups.map(|it| told(&it.key[0], it.value)))
        .collect()
}

/// The restatement of what was carried over, and the values of the facts that it names.
async fn restated(kari: &Actor, edition: i32) -> (Status, Status, Vec<(i64, bool)>) {
    let request = pb::ListRestatementsRequest {
        parent: format!("cutoffs/2025-e{edition}"),
        ..Default::default()
    };
    let restated = kari.must(request).await.restatements;
    let found = restated
        .into_iter()
        .find(|it| it.name.ends_with("carried-1"));
    let found = found.unwrap();
    let request = pb::ListRestatementFactsRequest {
        parent: found.name,
        ..Default::default()
    };
    let facts = kari.must(request).await.facts;
    let values = facts.iter().map(|it| (it.value, it.reversal));
    (
        found.before.unwrap().status(),
        found.after.unwrap().status(),
        values.collect(),
    )
}

/// A decision of 0 makes the figure 0, and one that is reversed leaves it unknown, as if it never was.
#[tokio::test]
async fn nothing_is_known_to_be_nothing_and_what_is_taken_back_is_not_known() {
    use Status::{Computed, NotComputable, NotPublished};
    const MILLION: i64 = 100_000_000;
    let kit = closed_2025().await;
    let kari = controller(&kit);
    assert_eq!(
        carried_at(&kari, 1).await,
        [(String::new(), NotPublished, 0)]
    );
    let whole = figure(&kari, 1, "allocation").await.value.unwrap();
    assert_eq!(whole.status(), NotComputable);

    kari.must(carried("null", 0)).await;
    close(&kari).await;
    assert_eq!(
        carried_at(&kari, 2).await,
        [(String::new(), Computed, 0), ("70".into(), Computed, 0)]
    );
    assert_eq!(
        restated(&kari, 2).await,
        (NotPublished, Computed, vec![(0, false)])
    );
    let revised = figure(&kari, 2, "revised").await.value;
    assert_eq!(figure(&kari, 2, "allocation").await.value, revised);

    kari.must(taken_back("null")).await;
    kari.must(carried("fem", 50)).await;
    close(&kari).await;
    assert_eq!(
        carried_at(&kari, 3).await,
        [
            (String::new(), Computed, 5 * MILLION),
            ("70".into(), Computed, 5 * MILLION)
        ]
    );

    kari.must(taken_back("fem")).await;
    close(&kari).await;
    assert_eq!(
        carried_at(&kari, 4).await,
        [
            (String::new(), NotPublished, 0),
            ("70".into(), NotPublished, 0)
        ]
    );
    assert_eq!(
        restated(&kari, 4).await,
        (Computed, NotPublished, vec![(-5 * MILLION, true)])
    );
    let whole = figure(&kari, 4, "allocation").await.value.unwrap();
    assert_eq!(whole.status(), NotComputable);

    assert_eq!(
        printed(&kari, [1, 2, 3, 4]).await,
        [
            ["ikke offentliggjort", "–", "–", "ikke offentliggjort"],
            ["ikke offentliggjort", "–", "–", "ikke offentliggjort"],
            ["ikke offentliggjort", "0,0", "5,0", "ikke offentliggjort"],
            ["ikke offentliggjort", "–", "–", "ikke offentliggjort"],
            ["ikke offentliggjort", "0,0", "5,0", "ikke offentliggjort"],
        ]
    );
}

/// What was carried over at these editions, as the table by post prints it beside what was voted.
async fn printed(kari: &Actor, editions: [i32; 4]) -> Vec<Vec<String>> {
    let column = |edition: i32| pb::Column {
        title: text("Overført", "Overført"),
        figure: format!("cutoffs/2025-e{edition}/figures/carried-1"),
    };
    let mut table = by_post();
    table.columns.truncate(1);
    table.columns.extend(editions.map(column));
    let mut given = content();
    given.blocks.truncate(2);
    given.blocks.push(pb::Block {
        kind: Some(pb::block::Kind::Table(table)),
    });
    kari.must(draft(given)).await;
    kari.must(check()).await;
    let table = kari
        .must(render(Language::Nb, Format::Json, "by-post"))
        .await;
    let table: serde_json::Value = serde_json::from_slice(&table.content).unwrap();
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let cells = row["cells"].as_array().unwrap()[1..].iter();
        cells
            .map(|it| it["printed"].as_str().unwrap().to_owned())
            .collect()
    })
    .collect()
}

/// The accounts are not known to be 0 when their only import was reversed; a total that is published
/// as 0 is.
#[tokio::test]
async fn accounts_that_were_taken_back_are_not_known() {
    let kit = on("2026-06-15").await;
    chart(&kit).await;
    let kari = controller(&kit);
    let import = kari.must(published_2025()).await;
    kari.must(reversal(&import.name)).await;
    define(&kit).await;
    close(&kari).await;
    for indicator in ["control", "accounts"] {
        let found = figure(&kari, 1, indicator).await;
        let value = found.value.unwrap();
        assert_eq!(value.status(), Status::NotPublished, "{indicator}");
        let groups = found
            .groups
            .into_iter()
            .map(|it| it.value.unwrap().status());
        assert!(groups.into_iter().all(|it| it == Status::NotPublished));
    }
}
