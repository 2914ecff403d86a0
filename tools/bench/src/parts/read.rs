//! `GetAgreement` by one caller, against its two pieces one after the other: bare tonic that answers the
//! same message, and the statement that ours runs, by sqlx on a pooled connection.

use anyhow::{Context, Result};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::agreements::{Stage, get, in_turn, name};
use crate::caller::Caller;
use crate::console::say;
use crate::load::one_by_one;
use crate::suite::{Run, begin};
use crate::table::{Found, Limits, Row};

const ROUNDS: usize = 24;
const CALLS: usize = 300;
/// As `platform::get` asks.
const STATEMENT: &str = "select after
           from platform.journal
          where subject = $1
          order by version desc
          limit 1";

/// One way to the answer.
enum Way {
    Call(Box<Caller>),
    Sqlx(PgPool),
}

impl Way {
    /// The median of a block of calls, in microseconds.
    async fn block(&self) -> Result<f64> {
        match self {
            Self::Call(caller) => one_by_one(CALLS, |it| caller.call(get(it))).await,
            Self::Sqlx(pool) => {
                let statement = |number| {
                    sqlx::query_scalar::<_, Vec<u8>>(STATEMENT)
                        .bind(name(number))
                        .fetch_one(pool)
                };
                one_by_one(CALLS, statement).await
            }
        }
    }
}

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let stage = Stage::set("read", sides).await?;
    let ours = stage.grants.last().context("a side")?;
    let bare = stage.bare(ours).await?;
    let officer = |at| -> Result<Way> {
        let officers = stage.suite.officers(at, 1)?;
        let officer = officers.into_iter().next().context("an officer")?;
        Ok(Way::Call(Box::new(officer)))
    };
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false);
    let mut ways = vec![
        officer(&bare)?,
        Way::Sqlx(pool.connect(&ours.database.app_url).await?),
    ];
    for it in &stage.grants {
        ways.push(officer(&it.program)?);
    }
    begin("read", "blocks alternate");
    let mut found = vec![Vec::new(); sides.len()];
    for round in 0..=rounds {
        let mut took = vec![0.0; ways.len()];
        for place in in_turn(ways.len(), round) {
            took[place] = ways[place].block().await?;
        }
        let micros: Vec<_> = took.iter().map(|it| format!("{it:.0}")).collect();
        say(format!(
            "  {} µs: bare, SQL, and each side",
            micros.join(", ")
        ));
        // The first one warms up.
        for (found, took_of_side) in found.iter_mut().zip(&took[2..]).filter(|_| round > 0) {
            found.push((took[0] + took[1]) / took_of_side);
        }
    }
    Ok(vec![Row {
        what: "`read`: GetAgreement, one caller",
        yardstick: "(bare tonic + the same SQL by sqlx) ÷ ours",
        limits: Limits::AtLeast(Some(0.88), Some(1.0)),
        found: found.into_iter().map(Found::Ratios).collect(),
    }])
}
