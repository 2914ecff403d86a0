//! What governance makes of measures that no service has yet: firsts of a year, dimensions that keep facts apart,
//! and coming days. The tests' own host records them.

use contract::testing::v1 as testing;
use proto::access::v1::Role;
use proto::feed::v1::{ListMeasuresRequest, measure};
use proto::governance::v1 as pb;
use proto::governance::v1::period::Part;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::governance::v1::value::Status;
use sqlx::Executor;
use testkit::{Actor, Database, Kit, date, id};

use crate::deadlines::{contest, entry};
use crate::pair::{define, indicator, pause, until_closed};
use crate::served;

/// The host with its database, and governance that follows it.
struct World {
    database: Database,
    host: Kit,
    governance: Kit,
    kaia: Actor,
}

impl World {
    /// Both, and an indicator of each measure.
    async fn start() -> Self {
        let database = Database::of(&contract::NOUNS).await;
        let host = served::host_at(&database, "2025-03-03T11:00:00Z").await;
        let governance = served::governance_of(&host).await;
        let kaia = governance.person("kaia", &[Role::Controller]);
        let world = Self {
            database,
            host,
            governance,
            kaia,
        };
        define(
            &world.kaia,
            indicator("deltakere", "contract.entrants", &["branch"]),
        )
        .await;
        define(&world.kaia, indicator("pokaler", "contract.cups_lent", &[])).await;
        let on_skis = filtered(
            indicator("ski", "contract.entrants", &[]),
            &[("branch", &["alpint"], &["ski-"])],
        );
        define(&world.kaia, on_skis).await;
        let points = filtered(
            indicator("poeng", "contract.contest_points", &["branch"]),
            &[("scale", &["poeng"], &[])],
        );
        define(&world.kaia, points).await;
        world.until_followed().await;
        world
    }

    /// Who enters contests, on a day at noon.
    async fn adviser_on(&self, day: &str) -> (Kit, Actor) {
        let host = served::host_at(&self.database, &format!("{day}T11:00:00Z")).await;
        let ada = host.person("ada", &[Role::RecruitmentAdviser]);
        (host, ada)
    }

    /// Waits until a cut-off has both sources to be of.
    async fn until_followed(&self) {
        for _ in 0..600 {
            let request = pb::ListSourcesRequest::default();
            if self.kaia.must(request).await.sources.len() == 2 {
                return;
            }
            pause().await;
        }
        panic!("a source is not registered");
    }

    /// Closes the next edition of a part of 2025; its name.
    async fn close(&self, part: Option<Part>) -> String {
        let request = pb::CloseCutoffRequest {
            period: Some(pb::Period { year: 2025, part }),
            request_id: id(),
            ..Default::default()
        };
        let begun = self.kaia.must(request).await;
        until_closed(&self.kaia, &begun.name).await.name
    }

    /// A figure, which its facts and computing it again come to as well.
    async fn figure(&self, cutoff: &str, indicator: &str) -> pb::Figure {
        let name = format!("{cutoff}/figures/{indicator}-1");
        let get = pb::GetFigureRequest { name: name.clone() };
        let figure = self.kaia.must(get).await;
        let again = pb::RecomputeFigureRequest { name: name.clone() };
        let again = self.kaia.must(again).await;
        assert_eq!(again.verdict(), Verdict::Equal, "{again:?}");
        let explain = pb::ExplainFigureRequest {
            name,
            page_size: 1000,
            ..Default::default()
        };
        let facts = self.kaia.must(explain).await.facts;
        let sum: i64 = facts.iter().map(|it| it.value).sum();
        assert_eq!(sum, figure.value.as_ref().unwrap().amount, "{facts:?}");
        figure
    }

    async fn amount(&self, cutoff: &str, indicator: &str) -> i64 {
        let value = self.figure(cutoff, indicator).await.value.unwrap();
        assert_eq!(value.status(), Status::Computed, "{cutoff} {indicator}");
        value.amount
    }

    /// Persons by branch.
    async fn by_branch(&self, cutoff: &str) -> Vec<(String, i64)> {
        let figure = self.figure(cutoff, "deltakere").await;
        let groups = figure.groups.into_iter();
        let groups = groups.map(|it| (it.key[0].clone(), it.value.unwrap().amount));
        groups.collect()
    }

    /// Figures that an edition restates.
    async fn restated(&self, cutoff: &str) -> Vec<String> {
        let request = pb::ListRestatementsRequest {
            parent: cutoff.into(),
            ..Default::default()
        };
        let restatements = self.kaia.must(request).await.restatements;
        let ids = restatements.iter().map(|it| it.name.rsplit('/').next());
        ids.map(|it| it.unwrap().to_owned()).collect()
    }
}

/// The same indicator of what has these values or prefixes.
fn filtered(
    mut request: pb::CreateIndicatorRequest,
    by: &[(&str, &[&str], &[&str])],
) -> pb::CreateIndicatorRequest {
    let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
    let formula = request.indicator.as_mut().unwrap().formula.as_mut();
    let Some(pb::formula::Kind::Sum(sum)) = &mut formula.unwrap().kind else {
        panic!("a sum")
    };
    let filters = by.iter().map(|(dimension, values, prefixes)| pb::Filter {
        dimension: (*dimension).to_owned(),
        values: owned(values),
        prefixes: owned(prefixes),
    });
    sum.filters = filters.collect();
    request
}

fn lend(from: &str, until: &str) -> testing::LendCupRequest {
    testing::LendCupRequest {
        name: "contests/a".into(),
        effective_date: date(from),
        late_reason: "registered by hand".into(),
        return_date: date(until),
        request_id: id(),
        ..Default::default()
    }
}

const MARCH: Option<Part> = Some(Part::Month(3));
const TO_MARCH: Option<Part> = Some(Part::YearToMonth(3));
const TO_AUGUST: Option<Part> = Some(Part::YearToMonth(8));

fn owned(groups: &[(&str, i64)]) -> Vec<(String, i64)> {
    let groups = groups.iter();
    groups
        .map(|(key, value)| ((*key).to_owned(), *value))
        .collect()
}

/// CU-13: a month's and a tertial's figure of firsts is refused with its reason, the year to the end of that month
/// is given. One person enters two contests in a year and counts once, in the first's branch; that one was a
/// mistake, and the next edition counts the second.
#[tokio::test(flavor = "multi_thread")]
async fn firsts_are_counted_of_the_year_so_far() {
    let world = World::start().await;
    let ada = world.host.person("ada", &[Role::RecruitmentAdviser]);
    for name in ["a", "b"] {
        ada.must(contest(name, "2025-12-01")).await;
    }
    ada.must(entry("a", "kim", "ski-hopp", (10, "meter"))).await;
    ada.must(entry("a", "noor", "skyting", (5, "poeng"))).await;
    let (_may, ada) = world.adviser_on("2025-05-05").await;
    for (entrant, points) in [("kim", 7), ("liv", 2)] {
        let entry = entry("b", entrant, "ski-langrenn", (points, "poeng"));
        ada.must(entry).await;
    }

    for part in [MARCH, Some(Part::Tertial(1))] {
        let cutoff = world.close(part).await;
        for indicator in ["deltakere", "ski"] {
            let figure = world.figure(&cutoff, indicator).await;
            let value = figure.value.unwrap();
            assert_eq!(value.status(), Status::NotOfPeriod, "{part:?}");
            assert_eq!(value.missing_measure, "contract.entrants");
            assert!(figure.groups.is_empty() && figure.fact_count == 0);
        }
        assert_eq!(world.amount(&cutoff, "poeng").await, 5);
    }
    let to_march = world.close(TO_MARCH).await;
    assert_eq!(to_march, "cutoffs/2025-to-03-e1");
    let expected = owned(&[("ski-hopp", 1), ("skyting", 1)]);
    assert_eq!(world.by_branch(&to_march).await, expected);
    for part in [TO_AUGUST, None] {
        let cutoff = world.close(part).await;
        let expected = owned(&[("ski-hopp", 1), ("ski-langrenn", 1), ("skyting", 1)]);
        assert_eq!(world.by_branch(&cutoff).await, expected);
        assert_eq!(world.amount(&cutoff, "deltakere").await, 3);
        assert_eq!(world.amount(&cutoff, "ski").await, 2);
        assert_eq!(world.amount(&cutoff, "poeng").await, 14);
    }

    ada.must(mistaken("kim")).await;
    ada.refused(mistaken("kim"), "NOT_FOUND").await;

    let to_march = world.close(TO_MARCH).await;
    assert_eq!(world.restated(&to_march).await, ["deltakere-1", "ski-1"]);
    let expected = owned(&[("ski-hopp", 0), ("skyting", 1)]);
    assert_eq!(world.by_branch(&to_march).await, expected);
    let to_august = world.close(TO_AUGUST).await;
    assert_eq!(world.restated(&to_august).await, ["deltakere-1"]);
    let expected = owned(&[("ski-hopp", 0), ("ski-langrenn", 2), ("skyting", 1)]);
    assert_eq!(world.by_branch(&to_august).await, expected);
    assert_eq!(world.amount(&to_august, "ski").await, 2);
}

fn mistaken(entrant: &str) -> testing::RemoveEntryRequest {
    testing::RemoveEntryRequest {
        name: "contests/a".into(),
        entrant: format!("entrants/{entrant}"),
        request_id: id(),
        ..Default::default()
    }
}

/// Coming days (design §10.8): in March it is recorded that a cup comes back on the last day of September. Until
/// the day before it counts as lent, and no period before is touched; when it comes back sooner, the periods
/// between are restated, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn a_coming_day_is_counted_by_the_periods_that_reach_it() {
    let world = World::start().await;
    let ada = world.host.person("ada", &[Role::RecruitmentAdviser]);
    ada.must(contest("a", "2025-12-01")).await;
    let mut backwards = lend("2025-03-03", "2025-03-02");
    let refusal = ada.refused(backwards.clone(), "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["return_date"]);
    backwards.return_date = date("2025-09-30");
    ada.must(backwards).await;
    let facts = world.host.facts().await;
    let days: Vec<_> = facts
        .iter()
        .map(|(_, day, value)| (day.as_str(), *value))
        .collect();
    assert_eq!(days, [("2025-03-03", 1), ("2025-09-30", -1)]);

    let september = Some(Part::Month(9));
    let parts = [MARCH, TO_MARCH, TO_AUGUST, september, None];
    for (part, cups) in parts.into_iter().zip([1, 1, 1, 0, 0]) {
        let cutoff = world.close(part).await;
        assert_eq!(world.amount(&cutoff, "pokaler").await, cups, "{cutoff}");
    }
    ada.must(lend("2025-03-03", "2025-08-15")).await;
    for (part, cups) in parts.into_iter().zip([1, 1, 0, 0, 0]) {
        let cutoff = world.close(part).await;
        assert_eq!(world.amount(&cutoff, "pokaler").await, cups, "{cutoff}");
        let restated: &[&str] = if part == TO_AUGUST {
            &["pokaler-1"]
        } else {
            &[]
        };
        assert_eq!(world.restated(&cutoff).await, restated, "{cutoff}");
    }
}

/// A formula holds what is kept apart to one value; any other is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_figure_over_what_is_kept_apart_is_refused() {
    let world = World::start().await;
    let points = |group_by: &[&str]| indicator("alle", "contract.contest_points", group_by);
    for request in [
        points(&[]),
        points(&["scale"]),
        filtered(points(&[]), &[("scale", &["poeng", "meter"], &[])]),
        filtered(points(&[]), &[("scale", &[], &["p"])]),
        filtered(points(&["scale"]), &[("branch", &["skyting"], &[])]),
    ] {
        let refusal = world.kaia.refused(request, "DIMENSION_APART").await;
        assert_eq!(refusal.metadata("measure"), "contract.contest_points");
        assert_eq!(refusal.metadata("dimension"), "scale");
    }
}

/// A measure may come to keep its facts apart: no cut-off waits for an indicator that was defined before. From then on
/// it cannot be computed, which is a restatement; what was closed before stands, by its edition of the measure.
#[tokio::test(flavor = "multi_thread")]
async fn a_measure_that_comes_to_keep_facts_apart_stops_no_cutoff() {
    let world = World::start().await;
    let ada = world.host.person("ada", &[Role::RecruitmentAdviser]);
    ada.must(contest("a", "2025-12-01")).await;
    ada.must(entry("a", "noor", "skyting", (5, "poeng"))).await;
    let before = world.close(TO_MARCH).await;
    assert_eq!(world.amount(&before, "poeng").await, 5);

    world
        .governance
        .owner()
        .await
        .execute(
            "insert into measures (id, edition, source, unit, kind, absence, dimensions, apart,
                                   definition_nb, definition_nn)
             select id, edition + 1, source, unit, kind, absence, dimensions, dimensions,
                    definition_nb, definition_nn
               from measures where id = 'contract.contest_points'",
        )
        .await
        .unwrap();
    let after = world.close(TO_MARCH).await;

    let name = format!("{after}/figures/poeng-1");
    let figure = world.kaia.must(pb::GetFigureRequest { name }).await;
    let value = figure.value.unwrap();
    assert_eq!(value.status(), Status::NotComputable);
    assert_eq!(value.missing_measure, "contract.contest_points");
    assert_eq!(world.restated(&after).await, ["poeng-1"]);
    assert_eq!(world.amount(&before, "poeng").await, 5);
}

/// The year to the end of December is the year.
#[tokio::test]
async fn a_year_is_counted_to_the_end_of_a_month_before_december() {
    let governance = served::governance_alone().await;
    let kaia = governance.person("kaia", &[Role::Controller]);
    for month in [0, 12, -1, 13] {
        let part = Some(Part::YearToMonth(month));
        let request = pb::CloseCutoffRequest {
            period: Some(pb::Period { year: 2025, part }),
            request_id: id(),
            ..Default::default()
        };
        let refusal = kaia.refused(request, "INVALID_FIELDS").await;
        assert_eq!(refusal.fields(), ["period.year_to_month"]);
        assert_eq!(refusal.field_reasons(), ["RANGE"]);
    }
}

/// A measure says what of it is kept apart and that it counts persons; no service has either yet.
#[tokio::test]
async fn measures_say_what_is_kept_apart_and_whether_they_count_persons() {
    let host = served::alone(&contract::NOUNS).await;
    let kaia = host.person("kaia", &[Role::Controller]);
    let measures = kaia.must(ListMeasuresRequest {}).await.measures;
    for it in &measures {
        let of_persons = ["contract.entrants", "contract.erased_persons"];
        let counts_persons = of_persons.contains(&it.id.as_str());
        assert_eq!(it.counts_persons, counts_persons, "{}", it.id);
        assert_eq!(
            it.apart.is_empty(),
            it.id != "contract.contest_points",
            "{}",
            it.id
        );
        assert!(it.apart.iter().all(|it| it == "scale"));
        let is_first = it.kind() == measure::Kind::First;
        assert_eq!(is_first, it.id == "contract.entrants");
    }
    for nouns in served::swept() {
        for it in nouns.measures {
            assert!(it.apart.is_sorted(), "{}", it.id);
            let has = |dimension: &&str| it.dimensions.contains(dimension);
            assert!(it.apart.iter().all(has), "{}", it.id);
        }
    }
}
