//! Charts of accounts: registered as editions, and read.

use prost::Message;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::governance::v1 as pb;

use crate::world::{chart, controller, new_chart, on, published_2025};

/// An edition is registered once and read as it was registered.
#[tokio::test]
async fn a_chart_is_registered_and_read() {
    let kit = on("2025-03-03").await;
    let kari = controller(&kit);
    let created = chart(&kit).await;
    assert_eq!(created.name, "charts/artskonto/editions/2025");
    assert_eq!(created.accounts[0].code, "495");
    assert!(created.accounts.is_sorted_by_key(|it| it.code.clone()));

    let read = pb::GetChartEditionRequest {
        name: created.name.clone(),
        read_time: None,
    };
    assert_eq!(kari.must(read).await, created);
    let again = kari.refused(new_chart("2025"), "ALREADY_EXISTS").await;
    assert_eq!(again.metadata("name"), created.name);
    assert_eq!(kit.journal().await, ["CreateChartEdition"]);
}

/// Lists go by name, page by page.
#[tokio::test]
async fn charts_are_listed_by_name() {
    let kit = on("2025-03-03").await;
    let kari = controller(&kit);
    for edition in ["2024", "2026", "2025"] {
        kari.must(new_chart(edition)).await;
    }
    let mut request = pb::ListChartEditionsRequest {
        page_size: 2,
        ..Default::default()
    };
    let first = kari.must(request.clone()).await;
    request.page_token = first.next_page_token;
    let second = kari.must(request).await;

    let both = [first.chart_editions, second.chart_editions].concat();
    let names: Vec<_> = both.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        ["2024", "2025", "2026"].map(|it| format!("charts/artskonto/editions/{it}"))
    );
    assert_eq!(second.next_page_token, "");
}

/// Every bad field is named in one answer.
#[tokio::test]
async fn every_bad_field_of_a_chart_is_named_at_once() {
    let kit = on("2025-03-03").await;
    let mut request = new_chart("Ærlig");
    request.request_id = "x".into();
    let given = request.chart_edition.as_mut().unwrap();
    given.title = String::new();
    given.source = "\u{7}".into();
    given.start_date = None;
    given.accounts.truncate(4);
    given.accounts[0].code = "49".into();
    given.accounts[1].code = "49A".into();
    given.accounts[2].name_nb = String::new();
    given.accounts[3].code = given.accounts[2].code.clone();

    let refusal = controller(&kit).refused(request, "INVALID_FIELDS").await;

    let mut fields = refusal.fields();
    fields.sort();
    assert_eq!(
        fields,
        [
            "chart_edition.accounts[0].code",
            "chart_edition.accounts[1].code",
            "chart_edition.accounts[2].name_nb",
            "chart_edition.accounts[3].code",
            "chart_edition.source",
            "chart_edition.start_date",
            "chart_edition.title",
            "chart_edition_id",
            "request_id",
        ]
    );
}

/// A chart has at least one account and at most 2000.
#[tokio::test]
async fn a_chart_has_from_1_to_2000_accounts() {
    let kit = on("2025-03-03").await;
    let kari = controller(&kit);
    let with = |count: u32| {
        let mut request = new_chart(&format!("n{count}"));
        let account = |code: u32| pb::Account {
            code: (1_000 + code).to_string(),
            name_nb: "Konto".into(),
            name_nn: String::new(),
        };
        request.chart_edition.as_mut().unwrap().accounts = (0..count).map(account).collect();
        request
    };
    for (count, allowed) in [(0, false), (1, true), (2000, true), (2001, false)] {
        let answer = kari.call(with(count)).await;
        assert_eq!(answer.is_ok(), allowed, "{count}");
    }
}

/// Accounts of a chart that nobody registered are not imported.
#[tokio::test]
async fn an_import_names_a_chart_that_exists() {
    let kit = on("2026-02-02").await;
    let kari = controller(&kit);
    let refusal = kari.refused(published_2025(), "REFERENCE_UNKNOWN").await;
    assert_eq!(refusal.metadata("name"), "charts/artskonto/editions/2025");
}

/// B-F05: pages of large editions, and of their entries, end before 3 MiB, and leave none out.
#[tokio::test]
async fn pages_of_large_charts_are_cut() {
    const BYTES_MAX: usize = 3 * 1024 * 1024;
    let kit = on("2025-03-03").await;
    let kari = controller(&kit);
    for edition in 0..5 {
        let mut request = new_chart(&format!("large-{edition}"));
        let chart = request.chart_edition.as_mut().unwrap();
        chart.accounts = (0..2_000)
            .map(|code| pb::Account {
                code: (100_000 + code).to_string(),
                name_nb: "ø".repeat(150),
                name_nn: "ø".repeat(150),
            })
            .collect();
        kari.must(request).await;
    }
    let (mut charts, mut token, mut pages) = (Vec::new(), String::new(), 0);
    while pages == 0 || !token.is_empty() {
        let page = pb::ListChartEditionsRequest {
            page_size: 1000,
            page_token: token,
        };
        let page = kari.must(page).await;
        assert!(page.encoded_len() < BYTES_MAX, "{}", page.encoded_len());
        charts.extend(page.chart_editions.into_iter().map(|it| it.name));
        (token, pages) = (page.next_page_token, pages + 1);
    }
    assert_eq!((charts.len(), pages), (5, 3));

    let (mut entries, mut token) = (0, String::new());
    let auditor = kit.person("revisor", &[Role::Auditor]);
    while entries == 0 || !token.is_empty() {
        let page = ListEntriesRequest {
            subject: String::new(),
            page_size: 1000,
            page_token: token,
            ..Default::default()
        };
        let page = auditor.must(page).await;
        assert!(page.encoded_len() < BYTES_MAX, "{}", page.encoded_len());
        let created = page.entries.iter();
        entries += created
            .filter(|it| it.method.ends_with("ChartEdition"))
            .count();
        token = page.next_page_token;
    }
    assert_eq!(entries, 5);
}
