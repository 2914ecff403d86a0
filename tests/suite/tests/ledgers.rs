//! Generated ledgers: whatever the facts and the formulas, a figure is what its facts come to, one by one,
//! what computing it again comes to, and a restatement is what the facts between two editions come to.
//! A closing sums facts of all indicators at once; facts are counted out here by the statement that opens a
//! figure, and again by the service's walk over all facts.
//!
//! Bounded by a count and drawn from a seed, which is printed: `NOREC_FUZZ_SEED` draws the same again, and
//! `NOREC_FUZZ_LEDGERS=300` makes minutes of it.

use std::collections::BTreeMap;

use fastrand::Rng;
use proto::access::v1::Role;
use proto::feed::v1::{ListMeasuresRequest, Measure, measure};
use proto::governance::v1 as pb;
use proto::governance::v1::formula::Kind;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::governance::v1::value::Status;
use sqlx::Executor;
use testkit::given;

use crate::pair::{Pair, define, indicator};

/// Ledgers, when nobody says otherwise.
const LEDGERS: u64 = 12;
/// Ledgers that are drawn in one pair of services, each as later facts and indicators of the last.
const IN_ONE_PAIR: u64 = 6;
/// Days around the year that is closed, and days to come.
const DAYS: [&str; 11] = [
    "1987-06-05",
    "2024-12-31",
    "2025-01-01",
    "2025-02-28",
    "2025-03-01",
    "2025-03-31",
    "2025-04-30",
    "2025-12-31",
    "2026-01-01",
    "2031-05-05",
    "2199-12-31",
];
/// Few, so that groups meet, and each a post and a chapter too.
const VALUES: [&str; 4] = ["", "70", "71", "72"];
/// What values may begin with.
const PREFIXES: [&str; 3] = ["7", "70", "8"];
/// What a formula holds a dimension to that keeps facts apart.
const HELD: &str = "70";

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_is_what_its_facts_come_to() {
    let seed = given("NOREC_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    let ledgers = given("NOREC_FUZZ_LEDGERS").unwrap_or(LEDGERS);
    eprintln!("NOREC_FUZZ_SEED={seed} draws the same again");
    let mut rng = Rng::with_seed(seed);
    let (mut computed, mut restated) = (0, 0);
    let mut drawn = 0;
    while drawn < ledgers {
        let mut ledger = Box::pin(Ledger::begin(&mut rng)).await;
        let rounds = drawn..ledgers.min(drawn + IN_ONE_PAIR);
        drawn = rounds.end;
        for round in rounds {
            ledger.draw_facts().await;
            ledger.draw_indicators(round).await;
            let period = ledger.draw_period();
            let cutoff = ledger.pair.close(period).await;
            computed += ledger.hold_figures(&cutoff).await;
            restated += ledger.hold_restatements(&cutoff).await;
        }
    }
    eprintln!("{ledgers} ledgers: {computed} computed figures, {restated} restatements");
    assert!(
        computed > 0 && restated > 0,
        "too little was drawn to prove anything"
    );
}

/// A pair of services, and what was drawn there.
struct Ledger<'a> {
    rng: &'a mut Rng,
    pair: Pair,
    measures: Vec<Measure>,
    indicators: Vec<(String, pb::Formula)>,
    facts: i64,
}

impl<'a> Ledger<'a> {
    async fn begin(rng: &'a mut Rng) -> Self {
        let pair = Pair::start().await;
        pair.define_allocated().await;
        pair.allocate(5, "2025-03-05").await;
        pair.until_number(1).await;
        let follower = pair.grants.workload("governance", &[Role::Follower]);
        let mut measures = follower.must(ListMeasuresRequest {}).await.measures;
        measures.extend(not_shipped());
        let mut owner = pair.governance.owner().await;
        for it in not_shipped() {
            sqlx::query(
                "insert into measures (id, edition, source, unit, kind, absence, dimensions, apart,
                                       definition_nb, definition_nn)
                 values ($1, 1, 'sources/grants', $2, $3, $4, $5, $6, '', '')",
            )
            .bind(it.id)
            .bind(it.unit)
            .bind(it.kind)
            .bind(it.absence)
            .bind(it.dimensions)
            .bind(it.apart)
            .execute(&mut owner)
            .await
            .unwrap();
        }
        // Once, each measure had one dimension less.
        owner
            .execute(
                "insert into measures (id, edition, source, unit, kind, absence, dimensions, apart,
                                       definition_nb, definition_nn)
                 select id, edition + later, source, unit, kind, absence,
                        case later when 1 then dimensions[2:] else dimensions end, apart,
                        definition_nb, definition_nn
                   from measures, generate_series(1, 2) later
                  where id like 'grants.%'",
            )
            .await
            .unwrap();
        Self {
            rng,
            pair,
            measures,
            indicators: Vec::new(),
            facts: 1,
        }
    }

    fn one<'b, T>(&mut self, of: &'b [T]) -> &'b T {
        &of[self.rng.usize(..of.len())]
    }

    fn measure(&mut self) -> Measure {
        let at = self.rng.usize(..self.measures.len());
        self.measures[at].clone()
    }

    /// Later facts at the source, of every measure, some of which take others back.
    async fn draw_facts(&mut self) {
        let mut facts = Vec::new();
        for _ in 0..self.rng.i64(1..150) {
            let measure = self.measure();
            let has_all = self.rng.bool();
            let names = measure.dimensions.iter().skip(usize::from(!has_all));
            let dimensions: serde_json::Map<_, _> = names
                .map(|it| (it.clone(), (*self.one(&VALUES)).into()))
                .collect();
            self.facts += 1;
            facts.push(serde_json::json!({
                "ordinal": self.facts,
                "measure": measure.id,
                "effective_on": self.one(&DAYS),
                "value": self.rng.i64(1..1_000_000) * self.one(&[1, -1]),
                "dimensions": dimensions,
                "reversal": self.rng.usize(..4) == 0,
            }));
        }
        sqlx::query(
            "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions,
                                         subject, reversal)
             select (select min(entry) from platform.facts), f.ordinal, f.measure, f.effective_on,
                    f.value, f.dimensions, 'allocationLines/x', f.reversal
               from jsonb_to_recordset($1) f (ordinal int, measure text, effective_on date,
                                              value bigint, dimensions jsonb, reversal boolean)",
        )
        .bind(serde_json::Value::from(facts))
        .execute(&mut self.pair.grants.owner().await)
        .await
        .unwrap();
        self.pair.until_number(self.facts).await;
    }

    async fn draw_indicators(&mut self, round: u64) {
        for number in 0..self.rng.usize(1..4) {
            let name = format!("x{round}-{number}");
            let formula = self.draw_formula();
            let mut request = indicator(&name, "", &[]);
            request.indicator.as_mut().unwrap().formula = Some(formula.clone());
            define(&self.pair.kaia, request).await;
            self.indicators.push((name, formula));
        }
    }

    /// Of measures in one unit, by dimensions that all of them have.
    fn draw_formula(&mut self) -> pb::Formula {
        let first = self.measure();
        let alike: Vec<_> = self
            .measures
            .iter()
            .filter(|it| it.unit == first.unit)
            .cloned()
            .collect();
        let mut second = self.one(&alike).clone();
        let is_held = |it: &Measure, by: &Measure| {
            let mut apart = it.apart.iter();
            apart.all(|it| by.dimensions.contains(it))
        };
        if !is_held(&first, &second) || !is_held(&second, &first) {
            second = first.clone();
        }
        let shared: Vec<_> = first
            .dimensions
            .iter()
            .filter(|it| second.dimensions.contains(it))
            .cloned()
            .collect();
        let mut group_by = shared.clone();
        self.rng.shuffle(&mut group_by);
        group_by.truncate(self.rng.usize(..=shared.len().min(4)));
        let both = Some(self.draw_sum(&[&first, &second], &shared));
        let one = Some(self.draw_sum(&[&first], &shared));
        let kind = match self.rng.usize(..3) {
            0 => Kind::Sum(self.draw_sum(&[&first, &second], &shared)),
            1 => Kind::Difference(pb::Difference {
                minuend: both,
                subtrahend: one,
            }),
            _ => Kind::Share(pb::Share {
                numerator: one,
                denominator: both,
            }),
        };
        pb::Formula {
            kind: Some(kind),
            group_by,
        }
    }

    fn draw_sum(&mut self, of: &[&Measure], dimensions: &[String]) -> pb::Sum {
        let mut measures: Vec<_> = of.iter().map(|it| it.id.clone()).collect();
        measures.dedup();
        let mut filters = Vec::new();
        for dimension in dimensions.iter().take(4) {
            let mut filter = pb::Filter {
                dimension: dimension.clone(),
                ..Default::default()
            };
            if of.iter().any(|it| it.apart.contains(dimension)) {
                filter.values.push(HELD.to_owned());
            } else if self.rng.usize(..4) == 0 {
                let values = VALUES.iter().skip(self.rng.usize(1..=4));
                filter.values.extend(values.map(|it| (*it).to_owned()));
                if filter.values.is_empty() || self.rng.bool() {
                    filter.prefixes.push((*self.one(&PREFIXES)).to_owned());
                }
            } else {
                continue;
            }
            filters.push(filter);
        }
        pb::Sum { measures, filters }
    }

    fn draw_period(&mut self) -> pb::Period {
        use pb::period::Part;
        let part = *self.one(&[
            None,
            Some(Part::Tertial(1)),
            Some(Part::Month(3)),
            Some(Part::YearToMonth(3)),
            Some(Part::YearToMonth(11)),
        ]);
        pb::Period { year: 2025, part }
    }

    /// Every figure of a cut-off, against its facts one by one; answers how many could be computed.
    async fn hold_figures(&self, cutoff: &str) -> usize {
        let mut computed = 0;
        for (name, formula) in &self.indicators {
            let again = self.pair.recompute(cutoff, name).await;
            assert_eq!(again.verdict(), Verdict::Equal, "{formula:?}: {again:?}");
            let figure = self.pair.figure(cutoff, name).await;
            let facts = self.pair.facts(cutoff, name).await;
            let mut groups: BTreeMap<&[String], [i64; 3]> = BTreeMap::new();
            for it in &facts {
                add(groups.entry(&it.key).or_default(), it);
            }
            if formula.group_by.is_empty() {
                groups.clear();
            }
            let keys: Vec<_> = figure.groups.iter().map(|it| it.key.as_slice()).collect();
            assert!(
                groups.keys().copied().eq(keys),
                "{formula:?}: {groups:?} {figure:?}"
            );
            for it in &figure.groups {
                holds(
                    formula,
                    it.value.clone(),
                    it.fact_count,
                    &groups[it.key.as_slice()],
                );
            }
            let mut all = [0; 3];
            facts.iter().for_each(|it| add(&mut all, it));
            holds(formula, figure.value.clone(), figure.fact_count, &all);
            computed += usize::from(figure.value.unwrap().status() == Status::Computed);
        }
        computed
    }

    /// Every restatement of a cut-off, against the facts between; answers how many there are.
    async fn hold_restatements(&self, cutoff: &str) -> usize {
        let restatements = self.pair.restatements(cutoff).await;
        for it in &restatements {
            let mut sums = [0; 3];
            let facts = self.pair.facts_between(&it.name).await;
            facts.iter().for_each(|it| add(&mut sums, it));
            assert_eq!([it.fact_count, it.first_sum, it.second_sum], sums, "{it:?}");
        }
        restatements.len()
    }
}

/// Measures of the kinds that no service has yet: firsts of a year, and facts that a dimension keeps apart.
fn not_shipped() -> [Measure; 2] {
    let of = |id: &str, kind: measure::Kind, dimensions: &[&str], apart: &[&str]| Measure {
        id: id.to_owned(),
        unit: measure::Unit::Count.into(),
        kind: kind.into(),
        absence: measure::Absence::Zero.into(),
        dimensions: dimensions.iter().map(|it| (*it).to_owned()).collect(),
        apart: apart.iter().map(|it| (*it).to_owned()).collect(),
        ..Default::default()
    };
    [
        of(
            "grants.firsts",
            measure::Kind::First,
            &["country", "post"],
            &[],
        ),
        of(
            "grants.series",
            measure::Kind::Flow,
            &["post", "series"],
            &["series"],
        ),
    ]
}

/// Adds a fact to a count and the sums of both parts.
fn add(to: &mut [i64; 3], fact: &pb::CountedFact) {
    to[0] += 1;
    to[if fact.term == 1 { 1 } else { 2 }] += fact.value;
}

/// Whether a value is what facts come to, where it could be computed, and of as many.
fn holds(formula: &pb::Formula, value: Option<pb::Value>, count: i64, facts: &[i64; 3]) {
    let [counted, first, second] = *facts;
    assert_eq!(count, counted, "{formula:?}");
    let value = value.unwrap();
    if value.status() != Status::Computed {
        return;
    }
    let expected = match formula.kind {
        Some(Kind::Share(_)) => (first, second),
        _ => (first - second, 0),
    };
    assert_eq!((value.amount, value.denominator), expected, "{formula:?}");
}
