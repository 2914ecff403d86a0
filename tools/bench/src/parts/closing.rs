//! Ten indicators of different shapes, the closing of a cut-off that evaluates them, and the one plain
//! statement that all ten can be answered from.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use proto::governance::v1 as pb;
use proto::governance::v1::formula::Kind;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::caller::Caller;
use crate::world::id;

/// How long a closing may take.
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// Seconds from the call until the year's next edition is closed; or why it does not close.
pub(crate) async fn close(controller: &Caller, year: i32) -> Result<Result<f64, String>> {
    let begun = Instant::now();
    let close = pb::CloseCutoffRequest {
        period: Some(pb::Period { year, part: None }),
        request_id: id(),
        ..Default::default()
    };
    let name = controller.must(close).await?.name;
    let mut looks = tokio::time::interval(LOOK_INTERVAL);
    while begun.elapsed() < PATIENCE {
        looks.tick().await;
        let get = pb::GetCutoffRequest {
            name: name.clone(),
            read_time: None,
        };
        let cutoff = controller.must(get).await?;
        if cutoff.state() == pb::cutoff::State::Closed {
            return Ok(Ok(begun.elapsed().as_secs_f64()));
        }
        if !cutoff.error.is_empty() {
            let seconds = begun.elapsed().as_secs_f64();
            let cancel = pb::CancelCutoffRequest {
                name,
                reason: "Måling".into(),
                request_id: id(),
                ..Default::default()
            };
            controller.must(cancel).await?;
            return Ok(Err(format!("{} after {seconds:.0} s", cutoff.error)));
        }
    }
    Ok(Err(format!("not within {} s", PATIENCE.as_secs())))
}

fn sum(measure: &str, filters: &[(&str, &[&str])]) -> pb::Sum {
    let filter = |(dimension, values): &(&str, &[&str])| pb::Filter {
        dimension: (*dimension).into(),
        values: values.iter().map(|it| (*it).into()).collect(),
        ..Default::default()
    };
    pb::Sum {
        measures: vec![format!("grants.{measure}")],
        filters: filters.iter().map(filter).collect(),
    }
}

/// Ten of different shapes: sums, shares, a difference; filtered, grouped, a stock.
pub(crate) fn indicators() -> Vec<pb::CreateIndicatorRequest> {
    let paid = |filters| Kind::Sum(sum("disbursed", filters));
    let share = || {
        Kind::Share(pb::Share {
            numerator: Some(sum("disbursed", &[])),
            denominator: Some(sum("committed", &[])),
        })
    };
    let difference = Kind::Difference(pb::Difference {
        minuend: Some(sum("committed", &[])),
        subtrahend: Some(sum("disbursed", &[])),
    });
    let of_type: &[(&str, &[&str])] = &[("recipient_type", &["870"])];
    let of_three: &[(&str, &[&str])] = &[("country", &["AA", "AB", "AC"]), ("post", &["70", "71"])];
    let all: [(&str, Kind, &[&str]); 10] = [
        ("total", paid(&[]), &[]),
        ("by-country", paid(&[]), &["country"]),
        ("by-two", paid(&[]), &["country", "sector"]),
        ("committed", Kind::Sum(sum("committed", &[])), &["post"]),
        ("share", share(), &[]),
        ("share-by", share(), &["country"]),
        ("filtered", paid(of_type), &[]),
        ("filtered-by", paid(of_three), &["sector"]),
        ("difference", difference, &["scheme"]),
        (
            "active",
            Kind::Sum(sum("active_agreements", &[])),
            &["country"],
        ),
    ];
    all.into_iter().map(indicator).collect()
}

fn indicator((name, kind, by): (&str, Kind, &[&str])) -> pb::CreateIndicatorRequest {
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

/// Seconds that one pass takes from which the ten can be answered: sums, numbers of facts and of those that
/// stand, by every dimension that one of them is grouped or filtered by.
pub(crate) async fn plain_statement(db: &mut PgConnection, year: i32) -> Result<f64> {
    let statement = format!(
        "select measure, dimensions ->> 'country', dimensions ->> 'sector', dimensions ->> 'post',
                dimensions ->> 'scheme', dimensions ->> 'recipient_type',
                sum(value)::bigint, count(*), sum(case when reversal then -1 else 1 end)
           from facts
          where source = 'sources/grants'
            and (measure in ('grants.disbursed', 'grants.committed')
                 and effective_on between '{year}-01-01' and '{year}-12-31'
                 or measure = 'grants.active_agreements' and effective_on <= '{year}-12-31')
          group by 1, 2, 3, 4, 5, 6"
    );
    let begun = Instant::now();
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(db).await?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(!rows.is_empty(), "the statement answers nothing");
    Ok(seconds)
}
