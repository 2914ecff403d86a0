//! Grants and governance together: facts made there, figures closed here.

mod faults;
mod opened;

use std::path::PathBuf;
use std::time::Duration;

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use proto::spending::v1::allocation_line;
use testkit::spending::{confirm, confirm_reversal, new_line, reverse};
use testkit::{Actor, Kit, id};

use crate::served;

/// Both services, and who works with them.
pub(crate) struct Pair {
    pub(crate) grants: Kit,
    pub(crate) governance: Kit,
    /// A controller.
    pub(crate) kaia: Actor,
    arkivar: Actor,
    bekrefter: Actor,
    /// The token that governance follows grants with.
    token_file: PathBuf,
}

impl Pair {
    /// Starts both; governance follows grants with a workload's token.
    pub(crate) async fn start() -> Self {
        Self::following(served::grants().await).await
    }

    /// Starts governance to follow this grants service.
    pub(crate) async fn following(grants: Kit) -> Self {
        let token_file = served::token_file(&grants);
        let governance = served::governance(&served::address(&grants), token_file.clone()).await;
        Self::of(grants, governance, token_file).await
    }

    /// The same, with governance's database in a cluster that the test may stop.
    pub(crate) async fn following_into(cluster: &cluster::Cluster, grants: Kit) -> Self {
        let token_file = served::token_file(&grants);
        let knobs = served::knobs(&served::address(&grants), token_file.clone());
        let governance = testkit::start_in(cluster, &governance::SERVICE, knobs).await;
        Self::of(grants, governance, token_file).await
    }

    async fn of(grants: Kit, governance: Kit, token_file: PathBuf) -> Self {
        let kaia = governance.person("kaia", &[Role::Controller]);
        let arkivar = grants.person("arkivar", &[Role::Registrar]);
        let bekrefter = grants.person("bekrefter", &[Role::Controller]);
        let pair = Self {
            grants,
            governance,
            kaia,
            arkivar,
            bekrefter,
            token_file,
        };
        pair.until_registered().await;
        pair
    }

    /// Waits until both followers have begun: a cut-off is of sources that are followed.
    async fn until_registered(&self) {
        for _ in 0..600 {
            let listed = self
                .kaia
                .must(pb::ListSourcesRequest::default())
                .await
                .sources;
            if listed.len() == 2 {
                return;
            }
            pause().await;
        }
        panic!("a source is not registered");
    }

    /// Indicators over allocation lines: one total, one by kind of line.
    pub(crate) async fn define_allocated(&self) {
        define(
            &self.kaia,
            indicator("allocated", "grants.allocated", &["post"]),
        )
        .await;
        define(
            &self.kaia,
            indicator("by-kind", "grants.allocated", &["kind"]),
        )
        .await;
    }

    /// A confirmed line of so many kroner, which is a fact on that day; its name.
    pub(crate) async fn allocate(&self, amount: i64, day: &str) -> String {
        self.allocate_of(allocation_line::Kind::Allocated, amount, day)
            .await
    }

    pub(crate) async fn allocate_of(
        &self,
        kind: allocation_line::Kind,
        amount: i64,
        day: &str,
    ) -> String {
        let mut request = new_line("", "144.70", amount, day);
        request.allocation_line.as_mut().unwrap().kind = kind.into();
        let created = self.patiently(&self.arkivar, request).await;
        self.patiently(&self.bekrefter, confirm(&created.name))
            .await;
        created.name
    }

    /// Reverses a line by four eyes.
    pub(crate) async fn reverse(&self, line: &str) {
        self.patiently(&self.arkivar, reverse(line)).await;
        self.patiently(&self.bekrefter, confirm_reversal(line))
            .await;
    }

    /// Sends the same request again while the service is busy.
    async fn patiently<R: proto::Call + Clone>(&self, actor: &Actor, request: R) -> R::Reply {
        for _ in 0..100 {
            match actor.call(request.clone()).await {
                Ok(reply) => return reply,
                Err(it)
                    if ["BUSY", "OVERLOADED", "DATABASE_UNAVAILABLE"]
                        .contains(&it.reason.as_str()) =>
                {
                    pause().await;
                }
                Err(it) => panic!("{}", it.status),
            }
        }
        panic!("{} stayed busy", R::PATH);
    }

    pub(crate) fn close_request(&self) -> pb::CloseCutoffRequest {
        pb::CloseCutoffRequest {
            period: Some(march()),
            request_id: id(),
            ..Default::default()
        }
    }

    /// Begins to close March.
    pub(crate) async fn begin_march(&self) -> pb::Cutoff {
        self.begin(march()).await
    }

    /// Begins to close the next edition of a period.
    pub(crate) async fn begin(&self, period: pb::Period) -> pb::Cutoff {
        let request = pb::CloseCutoffRequest {
            period: Some(period),
            ..self.close_request()
        };
        self.patiently(&self.kaia, request).await
    }

    /// Closes the next edition of March; its name.
    pub(crate) async fn close_march(&self) -> String {
        self.close(march()).await
    }

    /// Closes the next edition of a period; its name.
    pub(crate) async fn close(&self, period: pb::Period) -> String {
        let begun = self.begin(period).await;
        until_closed(&self.kaia, &begun.name).await.name
    }

    pub(crate) async fn figure(&self, cutoff: &str, indicator: &str) -> pb::Figure {
        let name = format!("{cutoff}/figures/{indicator}-1");
        self.kaia.must(pb::GetFigureRequest { name }).await
    }

    /// What a figure amounts to.
    pub(crate) async fn amount(&self, cutoff: &str, indicator: &str) -> i64 {
        let figure = self.figure(cutoff, indicator).await;
        figure.value.unwrap().amount
    }

    pub(crate) async fn recompute(
        &self,
        cutoff: &str,
        indicator: &str,
    ) -> pb::RecomputeFigureResponse {
        let name = format!("{cutoff}/figures/{indicator}-1");
        self.kaia.must(pb::RecomputeFigureRequest { name }).await
    }

    /// Waits until grants' follower is in this state.
    pub(crate) async fn until_source(&self, state: pb::source::State) -> pb::Source {
        self.until(|it| it.state() == state).await
    }

    /// Waits until grants is followed this far.
    pub(crate) async fn until_number(&self, number: i64) -> pb::Source {
        self.until(|it| it.number >= number && it.error.is_empty())
            .await
    }

    /// Waits until grants' source is so.
    pub(crate) async fn until(&self, holds: impl Fn(&pb::Source) -> bool) -> pb::Source {
        for _ in 0..600 {
            let listed = self
                .kaia
                .must(pb::ListSourcesRequest::default())
                .await
                .sources;
            if let Some(it) = listed
                .into_iter()
                .find(|it| it.name == "sources/grants" && holds(it))
            {
                return it;
            }
            pause().await;
        }
        panic!("grants was not followed as it should be");
    }
}

/// Waits until a cut-off is closed.
pub(crate) async fn until_closed(actor: &Actor, name: &str) -> pb::Cutoff {
    until_cutoff(actor, name, |it| it.state() == pb::cutoff::State::Closed).await
}

/// Waits until a cut-off is as it should be.
pub(crate) async fn until_cutoff(
    actor: &Actor,
    name: &str,
    holds: impl Fn(&pb::Cutoff) -> bool,
) -> pb::Cutoff {
    for _ in 0..2_000 {
        let cutoff = cutoff(actor, name).await;
        if holds(&cutoff) {
            return cutoff;
        }
        pause().await;
    }
    panic!(
        "{name} did not become as it should be: {:?}",
        cutoff(actor, name).await
    );
}

/// A cut-off as it is.
pub(crate) async fn cutoff(actor: &Actor, name: &str) -> pb::Cutoff {
    let request = pb::GetCutoffRequest {
        name: name.into(),
        read_time: None,
    };
    actor.must(request).await
}

/// Defines an indicator, as soon as the follower has asked what its source measures.
pub(crate) async fn define(actor: &Actor, request: pb::CreateIndicatorRequest) {
    for _ in 0..600 {
        match actor.call(request.clone()).await {
            Ok(_) => return,
            Err(it) if it.reason == "MEASURE_UNKNOWN" => pause().await,
            Err(it) => panic!("{}", it.status),
        }
    }
    panic!("{request:?} stayed unknown");
}

pub(crate) async fn pause() {
    tokio::time::sleep(Duration::from_millis(15)).await;
}

/// March 2025.
pub(crate) fn march() -> pb::Period {
    month(3)
}

/// A month of 2025.
pub(crate) fn month(number: i32) -> pb::Period {
    pb::Period {
        year: 2025,
        part: Some(pb::period::Part::Month(number)),
    }
}

/// The sum of a measure, by some dimensions.
pub(crate) fn indicator(
    name: &str,
    measure: &str,
    group_by: &[&str],
) -> pb::CreateIndicatorRequest {
    let sum = pb::Sum {
        measures: vec![measure.into()],
        filters: vec![],
    };
    pb::CreateIndicatorRequest {
        parent: format!("indicators/{name}"),
        indicator_id: "1".into(),
        indicator: Some(pb::Indicator {
            title_nb: name.into(),
            title_nn: name.into(),
            formula: Some(pb::Formula {
                kind: Some(pb::formula::Kind::Sum(sum)),
                group_by: group_by.iter().map(|it| (*it).to_owned()).collect(),
            }),
            source_clause: "Hovedinstruks § 4.1".into(),
            ..Default::default()
        }),
        request_id: id(),
        ..Default::default()
    }
}
