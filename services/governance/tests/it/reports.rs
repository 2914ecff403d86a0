//! Reports: drafted, checked, rendered, and drafted again (case AC-07).

use std::collections::BTreeMap;

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::Kind as Decision;
use proto::governance::v1::finding::{Kind, Severity};
use proto::governance::v1::render_report_request::{Format, Language};
use proto::governance::v1::report::State;
use sha2::{Digest, Sha256};
use testkit::{Actor, Kit, id};

use crate::reports_world::{
    by_post, check, close, closed_2025, column, content, decision, draft, edit, figure, render,
};
use crate::world::controller;

/// A checked report of the content of these stories.
pub(crate) async fn checked(kit: &Kit) -> pb::Report {
    let kari = controller(kit);
    kari.must(draft(content())).await;
    kari.must(check()).await
}

/// A table of the report as JSON.
pub(crate) async fn json(reader: &Actor, language: Language, table: &str) -> serde_json::Value {
    let rendered = reader.must(render(language, Format::Json, table)).await;
    assert_eq!(rendered.media_type, "application/json");
    serde_json::from_slice(&rendered.content).unwrap()
}

/// The cells of a table, row by row, without their printed texts.
fn values(table: &serde_json::Value) -> Vec<(String, Vec<serde_json::Value>)> {
    let rows = table["rows"].as_array().unwrap().iter();
    let cell = |it: &serde_json::Value| match &it["value"] {
        serde_json::Value::Null => it["kind"].clone(),
        value if it["kind"] == "not_computable" => {
            assert!(!value["reason"].as_str().unwrap().is_empty());
            it["kind"].clone()
        }
        value => value.clone(),
    };
    rows.map(|row| {
        let code = row["code"].as_str().unwrap_or("total").to_owned();
        (
            code,
            row["cells"].as_array().unwrap().iter().map(cell).collect(),
        )
    })
    .collect()
}

/// AC-07: the carry-over is not known, so what depends on it is noted, and printed "kan ikke
/// beregnes" with its reason; voted, revised and accounts stand under their names.
#[tokio::test]
async fn what_cannot_be_computed_is_noted_and_printed_so() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut given = content();
    let Some(pb::block::Kind::Table(table)) = &mut given.blocks[2].kind else {
        panic!("a table")
    };
    table
        .columns
        .push(column("Overført", "Overført", "carried"));
    let drafted = kari.must(draft(given)).await;
    assert_eq!(
        (drafted.state(), drafted.findings.len()),
        (State::Drafted, 0)
    );

    let report = kari.must(check()).await;

    assert_eq!(report.state(), State::Checked);
    let found = report.findings.iter();
    let found = found.map(|it| (it.kind(), it.table.as_str(), it.column.clone()));
    let of_table = |kind, table| (kind, table, String::new());
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            (Kind::ValueNotComputable, "by-post", figure("allocation")),
            (Kind::ValueNotComputable, "by-post", figure("over")),
            (Kind::ValueNotPublished, "by-post", figure("carried")),
            of_table(Kind::SourceMissing, "by-post"),
            of_table(Kind::ControlTotalDiffers, "by-post"),
            of_table(Kind::SourceMissing, "by-account"),
            of_table(Kind::ControlTotalDiffers, "by-account"),
        ]
    );
    assert!(report.findings.iter().all(|it| it.row.is_empty()));
    let is_note = |it: &pb::Finding| it.severity() == Severity::Note;
    assert!(report.findings.iter().all(is_note));

    let table = json(&kari, Language::Nb, "by-post").await;
    let reason = "Grunnlaget «Beløp overført fra året før per kapittel og post» er ikke \
                  offentliggjort.";
    for row in table["rows"].as_array().unwrap() {
        let cells = &row["cells"];
        for at in [4, 5] {
            assert_eq!(cells[at]["printed"], "kan ikke beregnes");
            assert_eq!(cells[at]["value"]["reason"], reason);
        }
        assert_eq!(cells[6]["printed"], "ikke offentliggjort");
    }
    let total = &table["rows"][4];
    assert_eq!(
        (&total["label"], &total["row"]),
        (&"Kapittel 144".into(), &"total".into())
    );
    let printed = [0, 1, 2, 3].map(|at| total["cells"][at]["printed"].as_str().unwrap());
    assert_eq!(printed, ["312,9", "306,9", "303,8", "99,0\u{a0}%"]);
    assert_eq!(
        table["notes"],
        serde_json::json!([
            "Tallgrunnlaget (året 2025, 1. utgave) ble avsluttet uten kilden «tilskudd».",
            "Summen av radene i regnskapet stemmer ikke med kontrollsummen i kilden: \
             144.70 i 2025 (avvik −100\u{202f}000,00\u{a0}kroner), 144.71 i 2025 \
             (avvik 100\u{202f}000,00\u{a0}kroner)."
        ])
    );
}

/// AC-01: the totals print as they were published, and beside them what rounding in the source makes
/// them differ from their parts by.
#[tokio::test]
async fn totals_print_as_published_and_their_rounding_is_named() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut given = content();
    let mut table = by_post();
    table.columns = vec![
        column("Regnskap", "Rekneskap", "control"),
        column("Avrunding i kilden", "Avrunding i kjelda", "rounding"),
    ];
    given.blocks[2].kind = Some(pb::block::Kind::Table(table));
    given.blocks.remove(3);
    kari.must(draft(given)).await;
    kari.must(check()).await;

    let table = json(&kari, Language::Nb, "by-post").await;

    let rows = table["rows"].as_array().unwrap().iter();
    let printed = rows.map(|row| {
        let cells = [0, 1].map(|at| row["cells"][at]["printed"].as_str().unwrap());
        (row["code"].as_str().unwrap_or("144"), cells)
    });
    assert_eq!(
        printed.collect::<Vec<_>>(),
        [
            ("01", ["72,4", "0,0"]),
            ("21", ["4,5", "0,0"]),
            ("70", ["152,5", "\u{2212}0,1"]),
            ("71", ["74,4", "0,1"]),
            ("144", ["303,8", "0,0"]),
        ]
    );
    assert_ne!(table["rounding"], "");
}

/// The document bears its stamp and its author, and two renderings of one version are equal to the
/// byte.
#[tokio::test]
async fn a_checked_report_is_rendered_to_equal_bytes() {
    let kit = closed_2025().await;
    checked(&kit).await;
    let reader = kit.person("revisor", &[Role::Auditor]);
    let first = reader.must(render(Language::Nb, Format::Pdf, "")).await;

    assert_eq!(first.file_name, "2025-nb.pdf");
    assert_eq!(first.media_type, "application/pdf");
    assert_eq!(first.digest, Sha256::digest(&first.content).to_vec());
    assert!(first.content.starts_with(b"%PDF-1.7"));
    for said in [
        "EKSEMPEL – Kapittel 144 i 2025",
        "Bygd på offentlige tall",
        "nb-NO",
    ] {
        let mut places = first.content.windows(said.len());
        assert!(places.any(|it| it == said.as_bytes()), "{said}");
    }
    assert!(first == reader.must(render(Language::Nb, Format::Pdf, "")).await);
    let nn = reader.must(render(Language::Nn, Format::Pdf, "")).await;
    assert_eq!(nn.file_name, "2025-nn.pdf");
    assert_ne!(nn.digest, first.digest);
}

/// Both written forms have the same figures, each in its own words.
#[tokio::test]
async fn both_written_forms_have_the_same_figures() {
    let kit = closed_2025().await;
    checked(&kit).await;
    let kari = controller(&kit);
    for table in ["by-post", "by-account"] {
        let nb = json(&kari, Language::Nb, table).await;
        let nn = json(&kari, Language::Nn, table).await;
        assert_eq!(values(&nb), values(&nn));
        assert_eq!(
            (&nb["cutoff"], &nn["cutoff"]),
            (
                &"Året 2025, 1. utgave".into(),
                &"Året 2025, 1. utgåve".into()
            )
        );
        assert_eq!([&nb["stamp"], &nn["stamp"]], ["EKSEMPEL", "EKSEMPEL"]);
        assert_ne!(nb["rounding"], nn["rounding"]);
        assert_ne!(nb["columns"], nn["columns"]);
    }
}

/// Every value of a table is its figure's: group by group in JSON and CSV, and the total.
#[tokio::test]
async fn the_data_of_a_table_are_its_figures() {
    let kit = closed_2025().await;
    checked(&kit).await;
    let kari = controller(&kit);
    let names = ["voted", "revised", "control", "share"];
    let rows: BTreeMap<_, _> = values(&json(&kari, Language::Nb, "by-post").await)
        .into_iter()
        .collect();
    for (at, name) in names.into_iter().enumerate() {
        let read = pb::GetFigureRequest { name: figure(name) };
        let found = kari.must(read).await;
        let value = |it: &pb::Value| match it.denominator {
            0 => serde_json::json!({ "ore": it.amount }),
            _ => serde_json::json!({ "numerator": it.amount, "denominator": it.denominator }),
        };
        assert_eq!(found.groups.len(), 4);
        for group in &found.groups {
            assert_eq!(
                rows[&group.key[0]][at],
                value(group.value.as_ref().unwrap())
            );
        }
        assert_eq!(rows["total"][at], value(found.value.as_ref().unwrap()));
    }

    let csv = kari
        .must(render(Language::Nb, Format::Csv, "by-account"))
        .await;
    assert_eq!(csv.file_name, "2025-by-account-nb.csv");
    assert_eq!(csv.media_type, "text/csv; charset=utf-8");
    let text = String::from_utf8(csv.content).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0]
            .starts_with("\u{feff}stamp;post;account;label;row;accounts_1_ore;accounts_1_printed;")
    );
    let found = kari
        .must(pb::GetFigureRequest {
            name: figure("accounts"),
        })
        .await;
    // A line of names, 62 groups, four sums and the total.
    assert_eq!((lines.len(), found.groups.len()), (1 + 62 + 4 + 1, 62));
    assert!(
        lines[1].starts_with("EKSEMPEL;01;;Driftsutgifter;subtotal;7240000000;"),
        "{}",
        lines[1]
    );
    for (line, group) in lines[1..]
        .iter()
        .filter(|it| it.contains(";row;"))
        .zip(&found.groups)
    {
        let (post, code) = (&group.key[0], &group.key[1]);
        let amount = group.value.as_ref().unwrap().amount;
        assert!(
            line.starts_with(&format!(
                "EKSEMPEL;{post};{code};Konto {code};row;{amount};"
            )),
            "{line}"
        );
    }
    let total = found.value.unwrap().amount;
    assert!(
        lines[67].starts_with(&format!("EKSEMPEL;;;Kapittel 144;total;{total};")),
        "{}",
        lines[67]
    );
}

/// A report is its own case: what was done to it stands in the journal, and an edit drafts it again.
#[tokio::test]
async fn an_edit_drafts_a_checked_report_again() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let first = checked(&kit).await;
    let mut request = edit(pb::Report {
        stamp: String::new(),
        ..content()
    });
    request.etag = "\"1\"".into();
    kari.refused(request.clone(), "STALE_ETAG").await;
    request.etag = first.etag.clone();
    request.request_id = id();

    let edited = kari.must(request).await;

    assert_eq!((edited.state(), edited.findings.len()), (State::Drafted, 0));
    assert_eq!((edited.etag.as_str(), edited.stamp.as_str()), ("\"3\"", ""));
    assert_eq!(edited.create_time, first.create_time);
    let refusal = kari
        .refused(render(Language::Nb, Format::Pdf, ""), "WRONG_STATE")
        .await;
    let said = ["name", "state", "needed"].map(|it| refusal.metadata(it));
    assert_eq!(said, ["reports/2025", "DRAFTED", "CHECKED"]);

    let again = kari.must(check()).await;
    let refusal = kari.refused(check(), "WRONG_STATE").await;
    assert_eq!(refusal.metadata("needed"), "DRAFTED");
    let read = pb::GetReportRequest {
        name: first.name,
        read_time: None,
    };
    assert_eq!(kari.must(read).await, again);
    let listed = kari.must(pb::ListReportsRequest::default()).await;
    assert_eq!(listed.reports, [again]);
    let table = json(&kari, Language::Nb, "by-post").await;
    assert_eq!(table["stamp"], serde_json::Value::Null);
    let verbs = ["CreateReport", "CheckReport", "UpdateReport", "CheckReport"];
    assert!(kit.journal().await.ends_with(&verbs.map(str::to_owned)));
    // EY-14: writing is no duty.
    let duties: Vec<(String, Option<String>)> = sqlx::query_as(
        "select distinct case_name, duty from platform.journal where subject = 'reports/2025'",
    )
    .fetch_all(&mut kit.owner().await)
    .await
    .unwrap();
    assert_eq!(duties, [("reports/2025".to_owned(), None)]);
}

/// A later edition that says something else is noted by the next check, and so is a row that nothing
/// names, which is an error.
#[tokio::test]
async fn a_check_notes_what_was_restated_and_what_has_no_name() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut given = content();
    let mut table = by_post();
    table.labels.retain(|it| it.key != "71");
    given.blocks[2].kind = Some(pb::block::Kind::Table(table));
    kari.must(draft(given)).await;
    kari.must(decision("90", Decision::Voted, 10)).await;
    close(&kari).await;

    let report = kari.must(check()).await;

    let told = |kind: Kind| {
        let found = report.findings.iter().filter(move |it| it.kind() == kind);
        found
            .map(|it| (it.row.clone(), it.column.clone(), it.severity()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(Kind::Restated),
        [(String::new(), figure("voted"), Severity::Note)]
    );
    assert_eq!(
        told(Kind::LabelMissing),
        [("71".into(), String::new(), Severity::Error)]
    );
    // B-F16: while an error stands, a draft is all that is rendered, and it says what it is.
    for format in [Format::Pdf, Format::Csv, Format::Json] {
        let table = if format == Format::Pdf { "" } else { "by-post" };
        let refusal = kari
            .refused(render(Language::Nn, format, table), "REPORT_NOT_RENDERED")
            .await;
        assert_eq!(refusal.metadata("errors"), "LABEL_MISSING by-post 71");
    }
    let mut draft = render(Language::Nn, Format::Pdf, "");
    draft.draft = true;
    let rendered = kari.must(draft.clone()).await;
    assert_eq!(rendered.file_name, "2025-utkast-nn.pdf");
    let title = "EKSEMPEL – Utkast – Kapittel 144 i 2025";
    let mut places = rendered.content.windows(title.len());
    assert!(places.any(|it| it == title.as_bytes()));

    (draft.table, draft.format) = ("by-post".into(), Format::Json.into());
    let table: serde_json::Value = serde_json::from_slice(&kari.must(draft).await.content).unwrap();
    let restated =
        "Kolonnen «Saldert budsjett» er erstatta av ei seinare utgåve (året 2025, 2. utgåve).";
    assert_eq!(table["notes"][0], restated);
    assert_eq!(table["rows"][3]["label"], "71");
    assert_eq!(table["stamp"], "EKSEMPEL – Utkast");
}
