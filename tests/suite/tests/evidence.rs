//! What a cut-off closed with, kept so that nobody changes it unnoticed (cases § 6).

use governance::domain::cutoff::{cutoff_digest, figure_digest, restatement_digest};
use platform::next_digest;
use proto::access::v1::Role;
use proto::feed::v1 as feed;
use proto::governance::v1 as pb;
use proto::governance::v1::recompute_figure_response::Verdict;
use sqlx::{Executor, PgConnection};

use crate::pair::{Pair, cutoff};

/// What is computed anew from what is listed, as the cut-off says it.
async fn computed_anew(pair: &Pair, closed: &pb::Cutoff) -> pb::CutoffEvidence {
    let said = closed.evidence.clone().unwrap();
    let listed = pb::ListFiguresRequest {
        parent: closed.name.clone(),
        ..Default::default()
    };
    let mut figures = Vec::new();
    for figure in pair.kaia.must(listed).await.figures {
        let indicator = pb::GetIndicatorRequest {
            name: figure.indicator.clone(),
            read_time: None,
        };
        let formula = pair.kaia.must(indicator).await.formula.unwrap();
        let digest = figure_digest(&closed.marks, &formula, &said.measures, figure);
        figures.push(digest);
    }
    let restated = pair.restatements(&closed.name).await;
    let restatements = restated.iter().map(|it| pb::NamedDigest {
        name: it.name.clone(),
        digest: restatement_digest(it),
    });
    let evidence = pb::CutoffEvidence {
        measures: said.measures,
        figures,
        restatements: restatements.collect(),
        digest: Vec::new(),
    };
    let digest = cutoff_digest(&closed.name, &closed.marks, &evidence);
    pb::CutoffEvidence { digest, ..evidence }
}

/// A mark keeps the source's facts and its journal's entries, of every source, with the source's id; a
/// closed cut-off keeps digests of its figures, of what they restate and of all of it; whoever reads the
/// lists computes them anew. A follower keeps both places too.
#[tokio::test]
async fn a_closed_cutoff_keeps_both_places_and_digests_of_what_was_computed() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let begun = pair.begin_march().await;
    assert_eq!(begun.evidence, None);
    let first = crate::pair::until_closed(&pair.kaia, &begun.name).await;
    pair.allocate(7, "2025-03-06").await;
    let second = pair.close_march().await;
    let second = cutoff(&pair.kaia, &second).await;
    for (closed, restatements) in [(&first, 0), (&second, 2)] {
        let evidence = closed.evidence.clone().unwrap();
        let counts = (evidence.figures.len(), evidence.restatements.len());
        assert_eq!(counts, (2, restatements));
        assert!(
            evidence
                .measures
                .iter()
                .any(|it| it.measure == "grants.allocated")
        );
        assert_eq!(computed_anew(&pair, closed).await, evidence);
    }

    let kits = [
        ("sources/governance", &pair.governance),
        ("sources/grants", &pair.grants),
    ];
    for (mark, (source, kit)) in second.marks.iter().zip(kits) {
        let follower = kit.workload("leser", &[Role::Follower]);
        let head = follower.must(feed::GetHeadRequest {}).await;
        assert_eq!(
            (mark.source.as_str(), &mark.source_id),
            (source, &head.source)
        );
        let auditor = kit.person("revisor", &[Role::Auditor]);
        let request = proto::audit::v1::ListEntriesRequest {
            after_number: Some(mark.entries_number - 1),
            page_size: 1,
            ..Default::default()
        };
        let last = auditor.must(request).await.entries.remove(0);
        assert_eq!(
            (last.number, &last.digest),
            (mark.entries_number, &mark.entries_digest)
        );
        assert!(mark.entries_number <= head.entries_number);
    }
    let grants = &second.marks[1];
    let is_so = |it: &pb::Source| {
        (&it.source_id, it.entries_number, &it.entries_digest)
            == (
                &grants.source_id,
                grants.entries_number,
                &grants.entries_digest,
            )
    };
    pair.until(is_so).await;
}

/// Facts of a source as governance holds them.
async fn facts(owner: &mut PgConnection) -> Vec<feed::Fact> {
    let rows: Vec<(i64, String, chrono::NaiveDate, i64, String, String, String)> = sqlx::query_as(
        "select number, measure, effective_on, value, dimensions::text, subject, entry
           from facts where source = 'sources/grants' order by number",
    )
    .fetch_all(owner)
    .await
    .unwrap();
    let fact =
        |(number, measure, day, value, dimensions, subject, entry): (_, _, _, _, String, _, _)| {
            let dimensions: std::collections::BTreeMap<String, String> =
                serde_json::from_str(&dimensions).unwrap();
            let dimension = |(key, value)| feed::Dimension { key, value };
            feed::Fact {
                number,
                measure,
                effective_date: Some(platform::date_to_wire(day)),
                value,
                dimensions: dimensions.into_iter().map(dimension).collect(),
                subject,
                entry,
                reversal: false,
            }
        };
    rows.into_iter().map(fact).collect()
}

/// Rewrites governance's copy of grants' facts together, chained anew, each with so many øre more.
async fn rewrite(owner: &mut PgConnection, more: i64) {
    let mut chain = Vec::new();
    for mut fact in facts(owner).await {
        fact.value += more;
        chain = next_digest(&chain, &fact);
        sqlx::query(
            "update facts set value = $2, digest = $3
              where source = 'sources/grants' and number = $1",
        )
        .bind(fact.number)
        .bind(fact.value)
        .bind(&chain)
        .execute(&mut *owner)
        .await
        .unwrap();
    }
    for sql in [
        "update cutoff_marks set digest = $1 where source = 'sources/grants'",
        "update sources set digest = $1 where name = 'sources/grants'",
    ] {
        sqlx::query(sql)
            .bind(&chain)
            .execute(&mut *owner)
            .await
            .unwrap();
    }
}

/// VE-05: facts, marks, figures and their digests are rewritten together, and the journal is left: the
/// entry that closed the cut-off has other marks. Rewritten in such a way that the marks are left too, by
/// what a figure is computed of, the figure is named.
#[tokio::test]
async fn what_is_rewritten_together_is_not_as_the_entry_says() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    for day in ["2025-03-05", "2025-03-06"] {
        pair.allocate(5, day).await;
    }
    let closed = pair.close_march().await;
    pair.governance.quiet().await;
    let mut owner = pair.governance.owner().await;
    for sql in [
        "alter table facts disable trigger user",
        "alter table cutoff_marks disable trigger user",
        "alter table cutoff_measures disable trigger user",
        "alter table figures disable trigger user",
        "alter table figure_groups disable trigger user",
    ] {
        owner.execute(sql).await.unwrap();
    }
    rewrite(&mut owner, 1).await;
    for sql in [
        "update figures set amount = amount + 2",
        "update figure_groups set amount = amount + 2",
    ] {
        owner.execute(sql).await.unwrap();
    }
    let verdict = pair.recompute(&closed, "allocated").await;
    assert_eq!(
        verdict.stored, verdict.recomputed,
        "the forgery is of one piece"
    );
    assert_eq!(verdict.verdict(), Verdict::Different);
    assert_eq!(verdict.diverging, closed);

    rewrite(&mut owner, -1).await;
    for sql in [
        "update figures set amount = amount - 2",
        "update figure_groups set amount = amount - 2",
    ] {
        owner.execute(sql).await.unwrap();
    }
    let verdict = pair.recompute(&closed, "allocated").await;
    assert_eq!(verdict.verdict(), Verdict::Equal, "{verdict:?}");

    let edition =
        "insert into measures (id, edition, source, unit, kind, absence, dimensions, definition_nb,
                                          definition_nn)
                   select id, edition + 1, source, unit, kind, absence, dimensions, definition_nb,
                          definition_nn
                     from measures where id = 'grants.allocated'";
    owner.execute(edition).await.unwrap();
    let bound =
        "update cutoff_measures set edition = edition + 1 where measure = 'grants.allocated'";
    owner.execute(bound).await.unwrap();
    let verdict = pair.recompute(&closed, "allocated").await;
    assert_eq!(verdict.verdict(), Verdict::Different);
    assert_eq!(verdict.diverging, format!("{closed}/figures/allocated-1"));
}

/// Nobody changes a closed cut-off, a mark, a figure, a restatement or a fact that was followed: not the
/// app role, and not the owner while the triggers stand. (Entries and numbered facts: `feed.rs`.)
#[tokio::test]
async fn what_was_closed_is_never_changed() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.close_march().await;
    pair.allocate(7, "2025-03-06").await;
    pair.close_march().await;
    pair.governance.quiet().await;
    let mut app = pair.governance.host.db.read().await.unwrap();
    let mut owner = pair.governance.owner().await;
    for sql in [
        "update cutoffs set error = 'x'",
        "update cutoffs set evidence = ''",
        "update cutoffs set state = 'closing'",
        "delete from cutoffs",
        "truncate cutoffs cascade",
        "update cutoff_marks set number = number + 1",
        "update cutoff_marks set source_id = 'x'",
        "update cutoff_marks set entries_number = entries_number + 1",
        "update cutoff_marks set entries_digest = ''",
        "delete from cutoff_marks",
        "truncate cutoff_marks",
        "update cutoff_measures set edition = edition + 1",
        "update figures set amount = amount + 1",
        "delete from figure_groups",
        "truncate figure_groups",
        "update restatements set first_sum = 0",
        "delete from restatements",
        "truncate restatements",
        "update facts set value = value + 1",
        "delete from facts",
        "truncate facts",
        "update sources set name = 'sources/other'",
        "delete from sources",
        "truncate sources cascade",
        "update platform.journal set actor = 'x'",
        "delete from platform.journal",
        "truncate platform.journal cascade",
    ] {
        assert!(app.execute(sql).await.is_err(), "the app role may {sql}");
        assert!(owner.execute(sql).await.is_err(), "the owner may {sql}");
    }
}
