//! Closing a year of a million facts with ten indicators: a first edition ÷ one plain statement from which all
//! ten can be answered; and the second edition, facts having arrived that restate it, ÷ that first one.
//!
//! Every round begins with the same facts, in a copy of the database; the statement is run before and
//! after the first edition in turn. A closing of a year without facts comes first, so that connections
//! are there and statements are prepared.

use anyhow::{Context, Result, bail};
use cluster::ServiceDatabase;
use platform::Kind;
use proto::access::v1::Role;
use sqlx::{Connection, PgConnection};

use super::closing::{close, indicators, plain_statement};
use super::facts::{Facts, fill_followed, record, stand};
use crate::caller::Caller;
use crate::console::say;
use crate::process::Program;
use crate::stats::{median, ratios};
use crate::suite::{Commits, Run, Side, Suite, begin};
use crate::table::{Found, Limits, Row};
use crate::wait::until;

const ROUNDS: usize = 6;
/// The year that is closed, and one that has no facts.
pub(crate) const YEAR: i32 = 2023;
const EMPTY_YEAR: i32 = 2019;
/// A year's facts, and those that arrive after its first edition.
pub(crate) const FACTS: Facts = Facts {
    after: 0,
    count: 1_000_000,
    year: YEAR,
    schemes: 6,
};
const LATER: i64 = 1_000;

/// Seconds of each round.
#[derive(Default)]
struct Took {
    plain: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    /// Why an edition did not close.
    failed: Option<String>,
}

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let suite = Suite::start(Commits::Fast)?;
    let mut sources = Vec::new();
    for side in sides {
        begin("close", &format!("facts are filled in, {}", side.name));
        let (grants, _) = source(&suite, side).await?;
        let name = format!("governance_{}", side.name);
        fill_followed(&suite, &name, FACTS)?;
        stand(
            &suite,
            &format!("grants_{}", side.name),
            &name,
            FACTS.last(),
        )?;
        sources.push(grants);
    }
    let mut took: Vec<_> = sides.iter().map(|_| Took::default()).collect();
    for number in 0..rounds {
        for ((side, grants), took) in sides.iter().zip(&sources).zip(&mut took) {
            if took.failed.is_none() {
                begin(
                    "close",
                    &format!("round {} of {rounds}, {}", number + 1, side.name),
                );
                round(&suite, side, grants, number, took).await?;
            }
        }
    }
    Ok(rows(took))
}

fn rows(took: Vec<Took>) -> Vec<Row> {
    let found = |of: fn(&Took) -> Vec<f64>| {
        let each = took.iter().map(|it| match &it.failed {
            Some(why) => Found::Said(why.clone()),
            None => Found::Ratios(of(it)),
        });
        each.collect()
    };
    vec![
        Row {
            what: "`close`: first edition, 10 indicators, 10⁶ facts",
            yardstick: "÷ one plain statement that answers all ten",
            limits: Limits::AtMost(Some(3.0), Some(2.0)),
            found: found(|it| ratios(&it.first, &it.plain)),
        },
        Row {
            what: "`restate`: second edition, restated by facts arrived since",
            yardstick: "÷ the first edition",
            limits: Limits::AtMost(Some(1.2), Some(1.1)),
            found: found(|it| ratios(&it.second, &it.first)),
        },
    ]
}

/// A side's grants, and its database of governance with ten indicators, which nobody is connected to.
pub(crate) async fn source(suite: &Suite, side: &Side) -> Result<(Program, ServiceDatabase)> {
    let grants = suite.grants(side, &suite.database(side, "grants")?)?;
    let database = suite.database(side, "governance")?;
    let governance = suite.governance(side, &database, &grants)?;
    let mut db = suite.connect(&format!("governance_{}", side.name)).await?;
    until(
        &mut db,
        "exists (select from measures where source = 'sources/grants')",
    )
    .await?;
    until(
        &mut db,
        "exists (select from sources where source_id <> '')",
    )
    .await?;
    let controller = controller(suite, &governance)?;
    for indicator in indicators() {
        controller.must(indicator).await?;
    }
    db.close().await?;
    Ok((grants, database))
}

pub(crate) fn controller(suite: &Suite, governance: &Program) -> Result<Caller> {
    suite.caller(
        &governance.channel()?,
        Kind::Person,
        "kaia",
        Role::Controller,
    )
}

/// governance on a copy of its filled database, and a connection to that.
pub(crate) async fn copied(
    suite: &Suite,
    side: &Side,
    grants: &Program,
) -> Result<(Program, PgConnection)> {
    let of = format!("governance_{}", side.name);
    let database = suite.copy("governance_copy", "governance", &of)?;
    started(suite, side, grants, &database, "governance_copy").await
}

/// governance, warm, and a connection to its database.
pub(crate) async fn started(
    suite: &Suite,
    side: &Side,
    grants: &Program,
    database: &ServiceDatabase,
    name: &str,
) -> Result<(Program, PgConnection)> {
    let governance = suite.governance(side, database, grants)?;
    let mut db = suite.connect(name).await?;
    let followed = until_followed(suite, side, &mut db).await;
    followed.context("governance does not follow")?;
    if let Err(why) = close(&controller(suite, &governance)?, EMPTY_YEAR).await? {
        bail!("a year without facts does not close: {why}");
    }
    Ok((governance, db))
}

async fn round(
    suite: &Suite,
    side: &Side,
    grants: &Program,
    number: usize,
    took: &mut Took,
) -> Result<()> {
    let (governance, mut db) = copied(suite, side, grants).await?;
    let controller = controller(suite, &governance)?;
    let is_first = number.is_multiple_of(2);
    plain_statement(&mut db, YEAR).await?;
    let mut plain = Vec::new();
    if is_first {
        plain = thrice(&mut db).await?;
    }
    let first = close(&controller, YEAR).await?;
    if !is_first {
        plain = thrice(&mut db).await?;
    }

    let name = format!("grants_{}", side.name);
    let after = suite
        .sql(&name, "select number from platform.feed")?
        .parse()?;
    let count = LATER;
    record(
        suite,
        &name,
        Facts {
            after,
            count,
            ..FACTS
        },
    )?;
    until_followed(suite, side, &mut db).await?;
    let second = match &first {
        Ok(_) => close(&controller, YEAR).await?,
        Err(why) => Err(why.clone()),
    };
    db.close().await?;
    match (first, second) {
        (Ok(first), Ok(second)) => {
            let plain = median(&plain);
            say(format!(
                "  {first:.2} s, second {second:.2} s, statement {plain:.2} s"
            ));
            took.plain.push(plain);
            took.first.push(first);
            took.second.push(second);
        }
        (Err(why), _) | (_, Err(why)) => took.failed = Some(why),
    }
    Ok(())
}

async fn thrice(db: &mut PgConnection) -> Result<Vec<f64>> {
    let mut seconds = Vec::new();
    for _ in 0..3 {
        seconds.push(plain_statement(db, YEAR).await?);
    }
    Ok(seconds)
}

/// Waits until governance stands where its source will number what it has.
async fn until_followed(suite: &Suite, side: &Side, db: &mut PgConnection) -> Result<()> {
    let grants = format!("grants_{}", side.name);
    let unnumbered = "select (select number from platform.feed)
        + (select count(*) from platform.facts where number is null)";
    let last = suite.sql(&grants, unnumbered)?;
    let followed = format!(
        "exists (select from sources
                  where name = 'sources/grants' and number = {last} and head_number = {last})"
    );
    until(db, &followed).await
}
