//! Facts on their way: governance follows 100,000 ÷ COPY out | COPY in, of the same columns into a table with the
//! same indexes and without the foreign key; and a caller drains them by `ListFacts` ÷ COPY to the client. Facts
//! a second. They are numbered before.

use std::time::Instant;

use anyhow::{Context, Result};
use platform::Kind;
use proto::access::v1::Role;
use proto::feed::v1 as feed;
use sqlx::Connection;

use super::agreements::in_turn;
use super::facts::{Facts, record};
use crate::caller::Caller;
use crate::process::Program;
use crate::stats::ratios;
use crate::suite::{Commits, Run, Side, Suite, begin};
use crate::table::{Found, Limits, Row};
use crate::wait::until;

const ROUNDS: usize = 7;
const FACTS: Facts = Facts {
    after: 0,
    count: 100_000,
    year: 2023,
    schemes: 6,
};
const PAGE_FACTS: i32 = 1000;
const LISTED: &str =
    "select entry, ordinal, measure, effective_on, value, subject, reversal, number, digest,
                             dimensions
                        from platform.facts order by number";
const FOLLOWED: &str =
    "select 'sources/grants', number, digest, measure, effective_on, value, dimensions, subject,
            'entries/' || entry, reversal
       from platform.facts order by number";

/// A side's grants with facts, and a caller who may read them.
struct Source {
    side: Side,
    grants: Program,
    follower: Caller,
}

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let suite = Suite::start(Commits::Durable)?;
    let mut sources = Vec::new();
    for side in sides {
        begin("follow", &format!("facts are filled in, {}", side.name));
        sources.push(filled(&suite, side).await?);
    }
    let count = sources.len();
    let mut moved = vec![Vec::new(); count + 1];
    let mut drained = vec![Vec::new(); count + 1];
    for round in 0..=rounds {
        begin("follow", &format!("round {round} of {rounds}"));
        for place in in_turn(count + 1, round) {
            let (follow, drain) = match sources.get(place) {
                Some(source) => (source.follow(&suite).await?, source.drain().await?),
                None => yardsticks(&suite, sides)?,
            };
            // The first one warms up.
            moved[place].extend((round > 0).then_some(follow));
            drained[place].extend((round > 0).then_some(drain));
        }
    }
    Ok(vec![
        Row {
            what: "`follow`: governance follows 10⁵ facts",
            yardstick: "facts a second ÷ COPY out \\| COPY in",
            limits: Limits::AtLeast(Some(0.42), Some(0.55)),
            found: found(moved)?,
        },
        Row {
            what: "`drain`: ListFacts, all of them",
            yardstick: "facts a second ÷ COPY to the client",
            limits: Limits::AtLeast(Some(0.38), Some(0.45)),
            found: found(drained)?,
        },
    ])
}

fn found(mut rates: Vec<Vec<f64>>) -> Result<Vec<Found>> {
    let yardstick = rates.pop().context("the yardstick")?;
    let ratios = rates.iter().map(|it| Found::Ratios(ratios(it, &yardstick)));
    Ok(ratios.collect())
}

async fn filled(suite: &Suite, side: &Side) -> Result<Source> {
    let database = suite.database(side, "grants")?;
    suite.database(side, "governance")?;
    let grants = suite.grants(side, &database)?;
    let name = format!("grants_{}", side.name);
    record(suite, &name, FACTS)?;
    let follower = Role::Follower;
    let follower = suite.caller(&grants.channel()?, Kind::Workload, "governance", follower)?;
    // Whoever asks for the head has all of them numbered.
    follower.must(feed::GetHeadRequest {}).await?;
    let all = format!("(select number from platform.feed) = {}", FACTS.last());
    let mut db = suite.connect(&name).await?;
    until(&mut db, &all).await?;
    suite.sql(&name, "vacuum analyze")?;
    let side = side.clone();
    Ok(Source {
        side,
        grants,
        follower,
    })
}

impl Source {
    /// Facts a second, of those that governance had not followed yet when it came to serve.
    async fn follow(&self, suite: &Suite) -> Result<f64> {
        let of = format!("governance_{}", self.side.name);
        let database = suite.copy("governance_copy", "governance", &of)?;
        let mut db = suite.connect("governance_copy").await?;
        let _governance = suite.governance(&self.side, &database, &self.grants)?;
        let begun = Instant::now();
        let at = "select coalesce(max(number), 0) from sources where name = 'sources/grants'";
        let before: i64 = sqlx::query_scalar(at).fetch_one(&mut db).await?;
        let all = format!(
            "exists (select from sources where name = 'sources/grants' and number = {})",
            FACTS.last()
        );
        until(&mut db, &all).await?;
        let seconds = begun.elapsed().as_secs_f64();
        db.close().await?;
        Ok((FACTS.count - before) as f64 / seconds)
    }

    /// Facts a second, read page by page.
    async fn drain(&self) -> Result<f64> {
        let begun = Instant::now();
        let (mut after, mut read) = (None, 0);
        while read < FACTS.count {
            let page = feed::ListFactsRequest {
                after,
                page_size: PAGE_FACTS,
            };
            let page = self.follower.must(page).await?;
            read += i64::try_from(page.facts.len())?;
            after = page.next;
        }
        Ok(FACTS.count as f64 / begun.elapsed().as_secs_f64())
    }
}

/// Facts a second: copied into a table as governance's, and to the client.
fn yardsticks(suite: &Suite, sides: &[Side]) -> Result<(f64, f64)> {
    let ours = sides.last().context("a side")?.name;
    let (grants, governance) = (format!("grants_{ours}"), format!("governance_{ours}"));
    let table = "drop table if exists alike; create table alike (like facts including all)";
    suite.sql(&governance, table)?;
    let moved = suite.copy_rows(&grants, FOLLOWED, Some((&governance, "alike")))?;
    suite.sql(&governance, "drop table alike")?;
    let drained = suite.copy_rows(&grants, LISTED, None)?;
    let count = FACTS.count as f64;
    Ok((count / moved, count / drained))
}
