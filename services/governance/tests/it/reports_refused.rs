//! What a report may not say: every reason to refuse, with all that is wrong named at once.

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use proto::governance::v1::block::Kind;
use proto::governance::v1::render_report_request::{Format, Language};
use testkit::{Actor, Refusal, id};

use crate::reports_world::{
    by_account, by_post, check, closed_2025, column, content, draft, edit, figure, render, text,
};
use crate::world::{controller, on};

/// A report with this table in place of the first.
fn with_table(table: pb::Table) -> pb::Report {
    let mut content = content();
    content.blocks[2].kind = Some(Kind::Table(table));
    content
}

/// The refusal of a content, which is the same drafted and edited.
async fn refused(kari: &Actor, content: pb::Report, reason: &str) -> Refusal {
    let drafted = kari.refused(draft(content.clone()), reason).await;
    let edited = kari.refused(edit(content), reason).await;
    assert_eq!(drafted.status.message(), edited.status.message());
    edited
}

/// All figures that do not exist are named in one answer; so are the cut-off and the chart of
/// accounts.
#[tokio::test]
async fn what_does_not_exist_is_refused_by_name() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let missing = kari.refused(check(), "NOT_FOUND").await;
    assert_eq!(missing.metadata("name"), "reports/2025");
    let report = kari.must(draft(content())).await;
    let mut table = by_post();
    table.columns[0].figure = figure("missing");
    table.columns[2].figure = "cutoffs/2024-e1/figures/control-1".into();
    let refusal = refused(&kari, with_table(table), "REFERENCE_UNKNOWN").await;
    assert_eq!(refusal.metadata("field"), "figure");
    assert_eq!(
        refusal.metadata("name"),
        "cutoffs/2024-e1/figures/control-1, cutoffs/2025-e1/figures/missing-1"
    );

    let mut other = content();
    other.cutoff = "cutoffs/2025-e2".into();
    let refusal = refused(&kari, other, "CUTOFF_NOT_CLOSED").await;
    assert_eq!(refusal.metadata("name"), "cutoffs/2025-e2");

    let mut table = by_account();
    table.id = "by-post".into();
    table.chart_edition = "charts/artskonto/editions/1999".into();
    let mut other = with_table(table);
    other.blocks.remove(3);
    let refusal = refused(&kari, other, "REFERENCE_UNKNOWN").await;
    assert_eq!(refusal.metadata("name"), "charts/artskonto/editions/1999");

    let read = pb::GetReportRequest {
        name: report.name.clone(),
        read_time: None,
    };
    assert_eq!(kari.must(read).await, report);
}

/// Figures without rows in common make no table, and amounts and shares no chart.
#[tokio::test]
async fn figures_that_do_not_go_together_are_refused() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    kari.must(draft(content())).await;
    let mut table = by_post();
    table.columns = vec![
        column("A", "A", "voted"),
        column("B", "B", "accounts"),
        column("C", "C", "over"),
    ];
    let refusal = refused(&kari, with_table(table), "DIMENSIONS_DIFFER").await;
    assert_eq!(refusal.metadata("table"), "by-post");
    let (voted, accounts, over) = (figure("voted"), figure("accounts"), figure("over"));
    assert_eq!(
        refusal.metadata("figures"),
        format!("{voted} (post), {accounts} (post, account), {over} (post)")
    );

    let mut mixed = content();
    let Some(Kind::Chart(chart)) = &mut mixed.blocks[3].kind else {
        panic!("a chart")
    };
    chart.columns = vec![3, 4];
    let refusal = refused(&kari, mixed, "UNITS_DIFFER").await;
    let drawn = [figure("control"), figure("share")].join(", ");
    assert_eq!(refusal.metadata("measures"), drawn);
}

/// Every bad field is named in one answer.
#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let kit = on("2026-06-15").await;
    let mut bad = content();
    bad.title = None;
    bad.subtitle = text("", "Undertittel");
    bad.cutoff = "2025".into();
    bad.stamp = "EKSEMPEL".repeat(3);
    bad.lead[0].nn = "a\u{0}b".into();
    bad.date = None;
    bad.author = text("Noen", &"n".repeat(101));
    bad.blocks.swap(0, 1);
    let mut table = by_post();
    table.id = "By post".into();
    table.title = text("Tittel", "");
    table.columns[1].figure = table.columns[0].figure.clone();
    table.columns[2].title = None;
    table.columns[3].figure = "figures/1".into();
    table.labels[1].key.clear();
    table.labels[2].text = None;
    table.chart_edition = "charts/x".into();
    table.source = None;
    table.source_date = None;
    table.notes = vec![pb::Text::default(); 11];
    bad.blocks[2].kind = Some(Kind::Table(table));
    let Some(Kind::Chart(chart)) = &mut bad.blocks[3].kind else {
        panic!("a chart")
    };
    chart.id = "by-account".into();
    chart.alternative = None;
    chart.columns = vec![1, 1];
    bad.blocks.push(pb::Block::default());
    let mut request = draft(bad);
    request.report_id = "År".into();
    request.request_id = "x".into();

    let mut fields = controller(&kit)
        .refused(request, "INVALID_FIELDS")
        .await
        .fields();

    // The notes are named each, in both forms.
    fields.retain(|it| !it.contains(".notes["));
    assert_eq!(
        fields,
        [
            "request_id",
            "report_id",
            "report.cutoff",
            "report.title",
            "report.subtitle.nb",
            "report.stamp",
            "report.lead[0].nn",
            "report.blocks[0]",
            "report.blocks[2].table.id",
            "report.blocks[2].table.chart_edition",
            "report.blocks[2].table.source_date",
            "report.blocks[2].table.title.nn",
            "report.blocks[2].table.columns[1].figure",
            "report.blocks[2].table.columns[2].title",
            "report.blocks[2].table.columns[3].figure",
            "report.blocks[2].table.labels[1].key",
            "report.blocks[2].table.labels[2].text",
            "report.blocks[2].table.source",
            "report.blocks[2].table.notes",
            "report.blocks[3].chart.table",
            "report.blocks[3].chart.columns",
            "report.blocks[3].chart.alternative",
            "report.blocks[5].table.id",
            "report.blocks[6]",
            "report.date",
            "report.author.nn",
        ]
    );
}

/// B-T09: why each part of a report is refused can be told by a program, and is said in bokmål to who
/// asks for no language.
#[tokio::test]
async fn a_part_of_a_report_is_refused_for_a_reason() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let with = |change: fn(&mut pb::Report)| {
        let mut content = content();
        change(&mut content);
        content
    };
    for (given, reason, said) in [
        (
            with(|it| it.blocks.swap(0, 1)),
            "HEADING_FIRST",
            "en overskrift",
        ),
        (
            with(|it| it.blocks.push(pb::Block::default())),
            "BLOCK",
            "en overskrift, et avsnitt, en tabell eller et diagram",
        ),
        (
            with(|it| {
                if let Some(Kind::Chart(chart)) = &mut it.blocks[3].kind {
                    chart.columns = vec![1, 1];
                }
            }),
            "CHART_COLUMNS",
            "1 til 3 ulike plasser blant tabellens kolonner, fra 1",
        ),
        (
            with(|it| it.lead = vec![it.lead[0].clone(); 11]),
            "TOO_MANY",
            "høyst 10 av dem",
        ),
    ] {
        let refusal = refused(&kari, given, "INVALID_FIELDS").await;
        assert_eq!(refusal.field_reasons(), [reason]);
        assert_eq!(refusal.said_of_fields(), [said]);
    }
}

/// A rendering says which table, which form and which format; and nobody but a controller writes.
#[tokio::test]
async fn a_rendering_that_is_not_said_well_is_refused() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    kari.must(draft(content())).await;
    kari.must(check()).await;

    let unsaid = render(Language::Unspecified, Format::Unspecified, "");
    let refusal = kari.refused(unsaid, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["language", "format"]);
    for (format, table) in [
        (Format::Pdf, "by-post"),
        (Format::Csv, ""),
        (Format::Json, ""),
    ] {
        let refusal = kari
            .refused(render(Language::Nb, format, table), "INVALID_FIELDS")
            .await;
        assert_eq!(refusal.fields(), ["table"], "{format:?}");
    }
    let refusal = kari
        .refused(render(Language::Nb, Format::Csv, "chart"), "TABLE_UNKNOWN")
        .await;
    assert_eq!(
        (refusal.metadata("name"), refusal.metadata("table")),
        ("reports/2025".into(), "chart".into())
    );

    let auditor = kit.person("revisor", &[Role::Auditor]);
    auditor.refused(check(), "ROLE_MISSING").await;
}

/// B-F18: a character that no document can show is refused where it is written, named with its code
/// point; wherever else it comes from, the check finds it.
#[tokio::test]
async fn a_character_that_no_font_has_is_refused_or_found() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut given = content();
    given.title = text("Kileskrift \u{12000}", "Kileskrift");
    given.blocks[1].kind = text("Regnskapet", "ሀሁሂ").map(Kind::Paragraph);
    let refusal = refused(&kari, given, "INVALID_FIELDS").await;
    assert_eq!(
        refusal.fields(),
        ["report.title.nb", "report.blocks[1].paragraph.nn"]
    );
    let described = refusal.status.message();
    assert!(!described.contains("could not be displayed"), "{described}");

    // As an account's name could be before that was refused too.
    let sql =
        "update chart_editions set accounts = jsonb_set(accounts, '{0,name_nn}', '\"Løn ሀ\"')";
    sqlx::query(sql)
        .execute(&mut kit.owner().await)
        .await
        .unwrap();
    kari.must(draft(content())).await;
    let checked = kari.must(check()).await;
    let found = checked.findings.iter();
    let found: Vec<_> = found
        .filter(|it| it.kind() == pb::finding::Kind::GlyphMissing)
        .map(|it| {
            (
                it.severity(),
                it.block,
                it.table.as_str(),
                it.text.clone().unwrap(),
            )
        })
        .collect();
    let told = pb::Text {
        nb: "Blokk 6 har tegn som dokumentet ikke kan vise: ሀ (U+1200).".into(),
        nn: "Blokk 6 har teikn som dokumentet ikkje kan vise: ሀ (U+1200).".into(),
    };
    let severity = pb::finding::Severity::Error;
    assert_eq!(found, [(severity, 6, "by-account", told)]);
    let refusal = kari
        .refused(render(Language::Nn, Format::Pdf, ""), "REPORT_NOT_RENDERED")
        .await;
    assert_eq!(
        refusal.metadata("errors"),
        "GLYPH_MISSING block 6 by-account"
    );
    let mut draft = render(Language::Nn, Format::Pdf, "");
    draft.draft = true;
    kari.must(draft).await;
}

/// A report is drafted once, and validating it only leaves nothing behind.
#[tokio::test]
async fn a_report_has_one_name() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let mut foreseen = draft(content());
    foreseen.validate_only = true;
    kari.must(foreseen).await;
    let request = draft(content());
    let drafted = kari.must(request.clone()).await;
    assert_eq!(kari.must(request.clone()).await, drafted);
    let twice = pb::CreateReportRequest {
        request_id: id(),
        ..request
    };
    kari.refused(twice, "ALREADY_EXISTS").await;
}
