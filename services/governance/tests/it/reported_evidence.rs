//! What a report's files say of themselves: by what it is found again, and how exact it is.

use prost::Message;
use proto::governance::v1 as pb;
use proto::governance::v1::render_report_request::Language;
use sha2::{Digest, Sha256};

use crate::reports::{checked, json};
use crate::reports_world::{closed_2025, figure};
use crate::world::controller;

/// B-T08, B-T21: a file names the version that it shows, the digest of what was recorded of it, and the
/// figures with theirs.
#[tokio::test]
async fn a_file_names_what_it_shows_by_version_and_digests() {
    let kit = closed_2025().await;
    let report = checked(&kit).await;
    let kari = controller(&kit);

    let table = json(&kari, Language::Nb, "by-account").await;

    let evidence = &table["evidence"];
    assert_eq!(evidence["report"], "reports/2025");
    assert_eq!(evidence["version"], 2);
    let recorded = hex::encode(Sha256::digest(report.encode_to_vec()));
    assert_eq!(evidence["content_digest"], recorded.as_str());
    assert_eq!(evidence["cutoffs"][0]["name"], "cutoffs/2025-e1");
    let found = kari
        .must(pb::GetFigureRequest {
            name: figure("accounts"),
        })
        .await;
    let of_column = &table["columns"][0]["figure"];
    assert_eq!(of_column["name"], found.name.as_str());
    let closed = kari
        .must(pb::GetCutoffRequest {
            name: "cutoffs/2025-e1".into(),
            read_time: None,
        })
        .await;
    let figures = closed.evidence.unwrap().figures;
    let sealed = figures
        .into_iter()
        .find(|it| it.name == found.name)
        .unwrap();
    assert_eq!(of_column["digest"], hex::encode(&sealed.digest).as_str());
    assert!(
        evidence["figures"]
            .as_array()
            .unwrap()
            .contains(&found.name.into())
    );
}

/// B-T07: a table in kroner over a source of tenths of a million says what its source rounds to, and
/// not that it is rounded to kroner.
#[tokio::test]
async fn a_table_says_what_its_accounts_are_rounded_to() {
    let kit = closed_2025().await;
    checked(&kit).await;
    let kari = controller(&kit);

    let accounts = json(&kari, Language::Nb, "by-account").await;
    assert_eq!(accounts["scale"], "kroner");
    assert_eq!(
        accounts["rounding"],
        "Beløpene er i kilden avrundet til nærmeste 0,1 million kroner; summer kan derfor avvike."
    );
    assert_eq!(accounts["columns"][0]["precision_ore"], 10_000_000);

    // Of what the Storting voted no rounding is known.
    let posts = json(&kari, Language::Nn, "by-post").await;
    let rounding = posts["rounding"].as_str().unwrap();
    assert!(
        rounding.starts_with("Nokre av beløpa er i kjelda avrunda"),
        "{rounding}"
    );
    let precisions = [0, 2].map(|at| &posts["columns"][at]["precision_ore"]);
    assert_eq!(precisions, [&serde_json::Value::Null, &10_000_000.into()]);
}
