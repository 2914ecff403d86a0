//! The people, the accounts and the usual requests of the stories.

use std::collections::BTreeMap;

use governance::domain::SourceName;
use governance::{Knobs, SERVICE};
use platform::Clock;
use proto::access::v1::Role;
use proto::google::r#type::Money;
use proto::governance::v1 as pb;
use testkit::{Actor, Database, Kit, date, id, kroner, ore, post};

/// Accounts and their amounts.
type Amounts = &'static [(u32, i64)];

/// The accounts of chapter 144 for 2025 by post: the published total, then account and amount, in
/// tenths of a million kroner (DFØ, Statsregnskapet, NLOD).
pub(crate) const ACCOUNTS_2025: &[(&str, i64, Amounts)] = &[
    ("144.01", 724, POST_01),
    ("144.21", 45, POST_21),
    ("144.70", 1525, POST_70),
    ("144.71", 744, POST_71),
];

#[rustfmt::skip]
const POST_01: Amounts = &[
    (500, 396), (505, 4), (510, 24), (539, 2), (540, 64), (542, 27), (544, 8), (580, -7),
    (581, -13), (589, -1), (590, 1), (591, 4), (592, 1), (596, 1), (599, 5),
    (495, 2), (630, 30), (634, 5), (636, 7), (642, 18), (654, 2), (655, 5), (671, 23), (672, 3),
    (673, 3), (675, 29), (676, 2), (679, 4),
    (680, 1), (682, 1), (683, 3), (684, 1), (686, 1), (687, 6), (688, 8), (690, 2), (710, 1),
    (713, 35), (715, 4), (732, 7), (735, 1), (740, 1), (750, 2), (777, 1),
];
#[rustfmt::skip]
const POST_21: Amounts = &[
    (671, 24), (672, 5), (713, 4), (688, 3), (498, 2), (679, 2), (495, 1), (496, 1), (599, 1),
    (673, 1), (683, 1),
];
#[rustfmt::skip]
const POST_70: Amounts = &[
    (876, 947), (872, 482), (688, 72), (878, 22), (870, 5), (871, -2),
];
const POST_71: Amounts = &[(878, 743)];

/// A tenth of a million kroner.
pub(crate) const TENTH: i64 = 100_000;

/// A governance service on a day at noon. Nobody answers where grants should be.
pub(crate) async fn on(day: &str) -> Kit {
    testkit::start_on(&SERVICE, alone(), &noon(day)).await
}

/// The same, where the service waits for a lock longer than any test.
pub(crate) async fn patiently_on(day: &str) -> Kit {
    let database = Database::of(SERVICE.nouns).await;
    let clock = Clock::Fixed(noon(day).parse().unwrap());
    testkit::serve_from(&SERVICE, alone(), clock, database.patient()).await
}

fn noon(day: &str) -> String {
    format!("{day}T11:00:00Z")
}

/// The knobs of a service that nobody answers where grants should be.
pub(crate) fn alone() -> Knobs {
    let grants = SourceName::parse("sources/grants").unwrap();
    Knobs {
        sources: BTreeMap::from([(grants, host::sibling_at("http://127.0.0.1:9").unwrap())]),
        token_file: "/nonexistent/token".into(),
    }
}

/// Who answers for the accounts.
pub(crate) fn controller(kit: &Kit) -> Actor {
    kit.person("kari", &[Role::Controller])
}

/// Øre of an amount on the wire.
pub(crate) fn in_ore(money: Option<&Money>) -> i64 {
    let money = money.unwrap();
    money.units * 100 + i64::from(money.nanos / 10_000_000)
}

/// The chart of 2025, with every account of [`ACCOUNTS_2025`].
pub(crate) async fn chart(kit: &Kit) -> pb::ChartEdition {
    controller(kit).must(new_chart("2025")).await
}

/// A request for such an edition.
pub(crate) fn new_chart(id_of_edition: &str) -> pb::CreateChartEditionRequest {
    let mut codes: Vec<u32> = ACCOUNTS_2025
        .iter()
        .flat_map(|(_, _, rows)| rows.iter().map(|(code, _)| *code))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let account = |code: u32| pb::Account {
        code: code.to_string(),
        name_nb: format!("Konto {code}"),
        name_nn: String::new(),
    };
    pb::CreateChartEditionRequest {
        parent: "charts/artskonto".into(),
        chart_edition_id: id_of_edition.into(),
        chart_edition: Some(pb::ChartEdition {
            title: "Standard kontoplan, artskonto på tre siffer".into(),
            accounts: codes.into_iter().map(account).collect(),
            start_date: date("2025-01-01"),
            source: "DFØ".into(),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// The published totals of 2025, as an aggregate import in tenths of a million.
pub(crate) fn published_2025() -> pb::ImportAccountsRequest {
    let rows = ACCOUNTS_2025.iter().flat_map(|(of, _, rows)| {
        rows.iter().map(move |(account, tenths)| pb::AccountRow {
            post: Some(post(of)),
            account: account.to_string(),
            amount: kroner(tenths * TENTH),
            ..Default::default()
        })
    });
    let control_totals = ACCOUNTS_2025
        .iter()
        .map(|(of, tenths, _)| pb::ControlTotal {
            post: Some(post(of)),
            amount: kroner(tenths * TENTH),
            ..Default::default()
        });
    pb::ImportAccountsRequest {
        accounts_import_id: "2025".into(),
        accounts_import: Some(pb::AccountsImport {
            start_date: date("2025-01-01"),
            end_date: date("2025-12-31"),
            source: "DFØ, Statsregnskapet (NLOD)".into(),
            source_date: date("2026-02-01"),
            precision: kroner(TENTH),
            aggregate: true,
            chart_edition: "charts/artskonto/editions/2025".into(),
            control_totals: control_totals.collect(),
            ..Default::default()
        }),
        rows: rows.collect(),
        request_id: id(),
        validate_only: false,
    }
}

/// A row of a voucher on 144.70 and account 876.
pub(crate) fn row(voucher: &str, day: &str, amount: i64) -> pb::AccountRow {
    pb::AccountRow {
        voucher: voucher.into(),
        date: date(day),
        post: Some(post("144.70")),
        account: "876".into(),
        amount: ore(amount),
        ..Default::default()
    }
}

/// An import of a month's vouchers from an exact source, with the control totals that the rows
/// have. `month` is such as `2025-03` and becomes its id.
pub(crate) fn vouchers(month: &str, rows: Vec<pb::AccountRow>) -> pb::ImportAccountsRequest {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        let of = row.post.clone().unwrap();
        let of = format!("{}.{}", of.chapter, of.post);
        *sums.entry(of).or_default() += in_ore(row.amount.as_ref());
    }
    let control_totals = sums.into_iter().map(|(of, sum)| pb::ControlTotal {
        post: Some(post(&of)),
        amount: ore(sum),
        ..Default::default()
    });
    let first: chrono::NaiveDate = format!("{month}-01").parse().unwrap();
    let last = first + chrono::Months::new(1) - chrono::Days::new(1);
    pb::ImportAccountsRequest {
        accounts_import_id: month.into(),
        accounts_import: Some(pb::AccountsImport {
            start_date: date(&first.to_string()),
            end_date: date(&last.to_string()),
            source: "Regnskapssystemet".into(),
            source_date: date(&last.to_string()),
            precision: ore(1),
            chart_edition: "charts/artskonto/editions/2025".into(),
            control_totals: control_totals.collect(),
            ..Default::default()
        }),
        rows,
        request_id: id(),
        validate_only: false,
    }
}

/// So many rows of vouchers, on the days of March.
pub(crate) fn march_of(count: usize) -> Vec<pb::AccountRow> {
    (1..=count)
        .map(|it| {
            row(
                &format!("3{it:04}"),
                &format!("2025-03-{:02}", it % 31 + 1),
                100,
            )
        })
        .collect()
}

/// A request to reverse an import.
pub(crate) fn reversal(name: &str) -> pb::ReverseAccountsImportRequest {
    pb::ReverseAccountsImportRequest {
        name: name.into(),
        reason: "Feil fil".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The sum of all facts of a measure, øre.
pub(crate) async fn sum_of(kit: &Kit, measure: &str) -> i64 {
    let facts = kit.facts().await;
    facts
        .iter()
        .filter(|it| it.0 == measure)
        .map(|it| it.2)
        .sum()
}

/// Nothing of an import is there: no entry, no fact, no row.
pub(crate) async fn nothing_is_imported(kit: &Kit) {
    assert_eq!(kit.journal().await, ["CreateChartEdition"]);
    assert_eq!(kit.facts().await, []);
    let rows: i64 = sqlx::query_scalar("select count(*) from account_rows")
        .fetch_one(&mut kit.owner().await)
        .await
        .unwrap();
    assert_eq!(rows, 0);
}
