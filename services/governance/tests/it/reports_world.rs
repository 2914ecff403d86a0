//! The accounts of 2025 closed in a cut-off, and a report of them: what the stories of reports begin
//! with.

use std::time::{Duration, Instant};

use proto::access::v1::Role;
use proto::feed::v1::GetHeadRequest;
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::Kind;
use proto::governance::v1::formula;
use proto::governance::v1::render_report_request::{Format, Language};
use testkit::{Actor, Kit, date, id, kroner, post};

use crate::world::{chart, controller, on, published_2025};

/// Voted and revised of 2025 by post, in tenths of a million (DFØ, Statsregnskapet, NLOD).
pub(crate) const DECISIONS_2025: [(&str, i64, i64); 4] = [
    ("01", 714, 734),
    ("21", 130, 50),
    ("70", 1535, 1535),
    ("71", 750, 750),
];

/// A service whose accounts and decisions of 2025 stand in a closed cut-off, with these indicators:
/// `voted`, `revised`, `control`, `share`, `allocation`, `over` and `rounding` by post, and `accounts`
/// by post and account. What was carried over from last year is not known.
pub(crate) async fn closed_2025() -> Kit {
    let kit = on("2026-06-15").await;
    close_2025(&kit).await;
    kit
}

/// The same of a service that is served already.
pub(crate) async fn close_2025(kit: &Kit) {
    chart(kit).await;
    let kari = controller(kit);
    kari.must(published_2025()).await;
    for (of, voted, revised) in DECISIONS_2025 {
        kari.must(decision(of, Kind::Voted, voted)).await;
        kari.must(decision(of, Kind::Revised, revised)).await;
    }
    define(kit).await;
    close(&kari).await;
}

/// Defines the indicators, once our own facts are followed to their end and the measures known with
/// them.
pub(crate) async fn define(kit: &Kit) {
    until_followed(kit).await;
    let kari = controller(kit);
    for request in indicators() {
        kari.must(request).await;
    }
}

/// A decision of the Storting's on a post of chapter 144 in 2025.
pub(crate) fn decision(of: &str, kind: Kind, tenths: i64) -> pb::RecordAppropriationRequest {
    pb::RecordAppropriationRequest {
        appropriation_id: format!(
            "{of}-{}",
            kind.as_str_name().to_lowercase().replace('_', "-")
        ),
        appropriation: Some(pb::Appropriation {
            post: Some(post(&format!("144.{of}"))),
            year: 2025,
            kind: kind.into(),
            amount: kroner(tenths * 100_000),
            effective_date: date("2025-12-20"),
            source: "DFØ, Statsregnskapet (NLOD)".into(),
            source_date: date("2026-06-01"),
            ..Default::default()
        }),
        late_reason: "Tatt inn etterpå".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// Until both sources are registered, and our own facts are followed to their end.
pub(crate) async fn until_followed(kit: &Kit) {
    let follower = kit.workload("leser", &[Role::Follower]);
    let head = follower.must(GetHeadRequest {}).await.number;
    let kari = controller(kit);
    wait("our facts are not followed", async || {
        let sources = kari.must(pb::ListSourcesRequest::default()).await.sources;
        let own = sources.iter().find(|it| it.name == "sources/governance");
        sources.len() == 2 && own.is_some_and(|it| it.number == head && it.lag == 0)
    })
    .await;
}

/// Closes the next edition of 2025, by decision without grants, which nobody serves here.
pub(crate) async fn close(kari: &Actor) -> pb::Cutoff {
    let request = pb::CloseCutoffRequest {
        period: Some(pb::Period {
            year: 2025,
            part: None,
        }),
        incomplete_sources: vec!["sources/grants".into()],
        incomplete_reason: "Bare regnskapet skal vises".into(),
        request_id: id(),
        ..Default::default()
    };
    let name = kari.must(request).await.name;
    let read = pb::GetCutoffRequest {
        name,
        read_time: None,
    };
    wait("the cut-off does not close", async || {
        kari.must(read.clone()).await.state() == pb::cutoff::State::Closed
    })
    .await;
    kari.must(read).await
}

/// Waits for a condition, at most a minute.
pub(crate) async fn wait(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        ticks.tick().await;
    }
}

/// The sum of some of governance's own measures.
pub(crate) fn sum(measures: &[&str]) -> pb::Sum {
    pb::Sum {
        measures: measures
            .iter()
            .map(|it| format!("governance.{it}"))
            .collect(),
        filters: Vec::new(),
    }
}

fn indicators() -> Vec<pb::CreateIndicatorRequest> {
    let accounts = || Some(sum(&["accounts_control"]));
    let allocation = || sum(&["carried_over", "revised"]);
    let by_post = [
        ("voted", formula::Kind::Sum(sum(&["voted"]))),
        ("revised", formula::Kind::Sum(sum(&["revised"]))),
        ("carried", formula::Kind::Sum(sum(&["carried_over"]))),
        ("control", formula::Kind::Sum(sum(&["accounts_control"]))),
        (
            "share",
            formula::Kind::Share(pb::Share {
                numerator: accounts(),
                denominator: Some(sum(&["revised"])),
            }),
        ),
        ("allocation", formula::Kind::Sum(allocation())),
        (
            "over",
            formula::Kind::Difference(pb::Difference {
                minuend: accounts(),
                subtrahend: Some(allocation()),
            }),
        ),
        (
            "rounding",
            formula::Kind::Difference(pb::Difference {
                minuend: accounts(),
                subtrahend: Some(sum(&["accounts"])),
            }),
        ),
    ];
    let mut requests: Vec<_> = by_post
        .into_iter()
        .map(|(name, kind)| indicator(name, kind, &["post"]))
        .collect();
    let accounts = formula::Kind::Sum(sum(&["accounts"]));
    requests.push(indicator("accounts", accounts, &["post", "account"]));
    requests
}

/// A request for the first edition of an indicator.
pub(crate) fn indicator(
    name: &str,
    kind: formula::Kind,
    by: &[&str],
) -> pb::CreateIndicatorRequest {
    pb::CreateIndicatorRequest {
        parent: format!("indicators/{name}"),
        indicator_id: "1".into(),
        indicator: Some(pb::Indicator {
            title_nb: name.into(),
            title_nn: name.into(),
            formula: Some(pb::Formula {
                group_by: by.iter().map(|it| (*it).to_owned()).collect(),
                kind: Some(kind),
            }),
            source_clause: "Hovedinstruks § 4.1".into(),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// The figure of an indicator at the first edition.
pub(crate) fn figure(indicator: &str) -> String {
    format!("cutoffs/2025-e1/figures/{indicator}-1")
}

/// Text in both forms.
pub(crate) fn text(nb: &str, nn: &str) -> Option<pb::Text> {
    Some(pb::Text {
        nb: nb.into(),
        nn: nn.into(),
    })
}

/// A column of an indicator's figure.
pub(crate) fn column(nb: &str, nn: &str, indicator: &str) -> pb::Column {
    pb::Column {
        title: text(nb, nn),
        figure: figure(indicator),
    }
}

/// Chapter 144 by post: `by-post`, with what cannot be computed.
pub(crate) fn by_post() -> pb::Table {
    let names = [
        ("", "Kapittel 144", "Kapittel 144"),
        ("01", "Driftsutgifter", "Driftsutgifter"),
        ("21", "Spesielle driftsutgifter", "Spesielle driftsutgifter"),
        ("70", "Utvekslingsordninger", "Utvekslingsordningar"),
        (
            "71",
            "Rekruttering til internasjonale organisasjoner",
            "Rekruttering til internasjonale organisasjonar",
        ),
    ];
    let labels = names.map(|(key, nb, nn)| pb::Label {
        key: key.into(),
        text: text(nb, nn),
    });
    pb::Table {
        id: "by-post".into(),
        title: text(
            "Kapittel 144 etter post, 2025",
            "Kapittel 144 etter post, 2025",
        ),
        columns: vec![
            column("Saldert budsjett", "Saldert budsjett", "voted"),
            column("Revidert budsjett", "Revidert budsjett", "revised"),
            column("Regnskap", "Rekneskap", "control"),
            column("Andel av revidert", "Del av revidert", "share"),
            column("Samlet tildeling", "Samla tildeling", "allocation"),
            column("Mer-/mindreutgift", "Meir-/mindreutgift", "over"),
        ],
        labels: labels.into(),
        source: text(
            "DFØ, Statsregnskapet (NLOD)",
            "DFØ, Statsrekneskapen (NLOD)",
        ),
        source_date: date("2026-06-01"),
        ..Default::default()
    }
}

/// Chapter 144 by post and account: `by-account`, in kroner, with sums.
pub(crate) fn by_account() -> pb::Table {
    pb::Table {
        id: "by-account".into(),
        title: text(
            "Utgifter etter artskonto, 2025",
            "Utgifter etter artskonto, 2025",
        ),
        columns: vec![column("Regnskap", "Rekneskap", "accounts")],
        chart_edition: "charts/artskonto/editions/2025".into(),
        subtotals: true,
        in_kroner: true,
        ..by_post()
    }
}

/// A report of chapter 144: a lead, two tables and a chart.
pub(crate) fn content() -> pb::Report {
    use pb::block::Kind;
    let heading = |nb: &str, nn: &str| Kind::Heading(text(nb, nn).unwrap());
    let chart = Kind::Chart(pb::Chart {
        id: "chart".into(),
        title: text("Budsjett og regnskap, 2025", "Budsjett og rekneskap, 2025"),
        alternative: text("Post 70 er størst.", "Post 70 er størst."),
        table: "by-post".into(),
        columns: vec![1, 2, 3],
    });
    let paragraph = text(
        "Regnskapet for 2025 viser utgifter på 303,8 millioner kroner.",
        "Rekneskapen for 2025 viser utgifter på 303,8 millionar kroner.",
    );
    let kinds = [
        heading("Bevilgning og regnskap", "Løyving og rekneskap"),
        Kind::Paragraph(paragraph.unwrap()),
        Kind::Table(by_post()),
        chart,
        heading("Utgifter etter art", "Utgifter etter art"),
        Kind::Table(by_account()),
    ];
    let lead = text(
        "Dokumentet er bygd på offentlige tall fra Statsregnskapet. Det er ikke Norecs egen rapport.",
        "Dokumentet er bygd på offentlege tal frå Statsrekneskapen. Det er ikkje Norecs eigen rapport.",
    );
    pb::Report {
        title: text("Kapittel 144 i 2025", "Kapittel 144 i 2025"),
        subtitle: text("Budsjett og regnskap", "Budsjett og rekneskap"),
        cutoff: "cutoffs/2025-e1".into(),
        stamp: "EKSEMPEL".into(),
        lead: lead.into_iter().collect(),
        blocks: kinds.map(|it| pb::Block { kind: Some(it) }).into(),
        date: date("2026-06-15"),
        author: text("Bygd på offentlige tall", "Bygd på offentlege tal"),
        ..Default::default()
    }
}

/// A request for a report with this content.
pub(crate) fn draft(content: pb::Report) -> pb::CreateReportRequest {
    pb::CreateReportRequest {
        report_id: "2025".into(),
        report: Some(content),
        request_id: id(),
        validate_only: false,
    }
}

/// A request to put other content into the report that [`draft`] makes.
pub(crate) fn edit(content: pb::Report) -> pb::UpdateReportRequest {
    pb::UpdateReportRequest {
        report: Some(pb::Report {
            name: "reports/2025".into(),
            ..content
        }),
        request_id: id(),
        ..Default::default()
    }
}

/// A request to check the report.
pub(crate) fn check() -> pb::CheckReportRequest {
    pb::CheckReportRequest {
        name: "reports/2025".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A request to render the report, or one of its tables.
pub(crate) fn render(language: Language, format: Format, table: &str) -> pb::RenderReportRequest {
    pb::RenderReportRequest {
        name: "reports/2025".into(),
        language: language.into(),
        format: format.into(),
        table: table.into(),
        draft: false,
    }
}
