//! Scheme editions: the first noun, and what `once` promises for every one after it.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use proto::grants::v1::scheme_edition::State;
use testkit::grants::{edition, new_edition};
use testkit::spending::head;
use testkit::{date, id};
use tonic::Code;

use crate::world::on;

fn pause(name: &str, day: &str) -> pb::PauseSchemeEditionRequest {
    pb::PauseSchemeEditionRequest {
        name: name.into(),
        effective_date: date(day),
        request_id: id(),
        ..Default::default()
    }
}

fn resume(name: &str, day: &str) -> pb::ResumeSchemeEditionRequest {
    pb::ResumeSchemeEditionRequest {
        name: name.into(),
        effective_date: date(day),
        request_id: id(),
        ..Default::default()
    }
}

fn close(name: &str, day: &str) -> pb::CloseSchemeEditionRequest {
    pb::CloseSchemeEditionRequest {
        name: name.into(),
        effective_date: date(day),
        request_id: id(),
        ..Default::default()
    }
}

/// An edition is opened, paused, resumed and closed, and each state is in the journal.
#[tokio::test]
async fn an_edition_opens_pauses_resumes_and_closes() {
    let kit = on("2025-03-03").await;
    let solveig = head(&kit);
    let created = edition(&kit).await;
    assert_eq!(created.name, "schemes/utveksling/editions/2025");
    assert_eq!(created.state(), State::Open);

    let paused = solveig.must(pause(&created.name, "2025-03-01")).await;
    let resumed = solveig.must(resume(&created.name, "2025-03-02")).await;
    let mut closing = close(&created.name, "2025-03-03");
    closing.etag.clone_from(&resumed.etag);
    let closed = solveig.must(closing).await;

    let states = [paused.state(), resumed.state(), closed.state()];
    assert_eq!(states, [State::Paused, State::Open, State::Closed]);
    let read = pb::GetSchemeEditionRequest {
        name: created.name.clone(),
        read_time: None,
    };
    assert_eq!(solveig.must(read).await, closed);
    let verbs = [
        "CreateSchemeEdition",
        "PauseSchemeEdition",
        "ResumeSchemeEdition",
        "CloseSchemeEdition",
    ];
    assert_eq!(kit.journal().await, verbs);
}

/// A step from a state that it does not leave is refused with the states that it does.
#[tokio::test]
async fn a_step_from_the_wrong_state_is_refused() {
    let kit = on("2025-03-03").await;
    let solveig = head(&kit);
    let name = edition(&kit).await.name;
    let day = "2025-03-03";

    let open = solveig.refused(resume(&name, day), "WRONG_STATE").await;
    solveig.must(close(&name, day)).await;
    let closed = [
        solveig.refused(pause(&name, day), "WRONG_STATE").await,
        solveig.refused(resume(&name, day), "WRONG_STATE").await,
        solveig.refused(close(&name, day), "WRONG_STATE").await,
    ];

    let told = |it: &testkit::Refusal| (it.metadata("state"), it.metadata("needed"));
    assert_eq!(told(&open), ("OPEN".into(), "PAUSED".into()));
    let needed = ["OPEN", "PAUSED", "OPEN, PAUSED"].map(|it| ("CLOSED".into(), it.into()));
    assert_eq!(closed.each_ref().map(told), needed);
}

/// A step is not dated before the one that it follows.
#[tokio::test]
async fn a_step_before_the_one_that_it_follows_is_refused() {
    let kit = on("2025-01-03").await;
    let solveig = head(&kit);
    let name = edition(&kit).await.name;
    let early = "2024-12-31";

    let refusal = solveig
        .refused(pause(&name, early), "DATE_BEFORE_PREVIOUS_STEP")
        .await;
    assert_eq!(refusal.metadata("previous_date"), "2025-01-01");
    solveig
        .refused(close(&name, early), "DATE_BEFORE_PREVIOUS_STEP")
        .await;
    solveig.must(pause(&name, "2025-01-03")).await;
    solveig
        .refused(resume(&name, "2025-01-02"), "DATE_BEFORE_PREVIOUS_STEP")
        .await;
}

/// The same request_id eight at a time, and later: one effect, equal answers. Other content under
/// it: refused.
#[tokio::test]
async fn a_repeated_request_has_one_effect_and_equal_answers() {
    let kit = on("2025-03-03").await;
    let solveig = head(&kit);
    let request = new_edition("2025");

    let twins = (0..8).map(|_| {
        tokio::spawn({
            let (solveig, request) = (solveig.clone(), request.clone());
            async move { solveig.must(request).await }
        })
    });
    let mut answers = Vec::new();
    for twin in twins.collect::<Vec<_>>() {
        answers.push(twin.await.unwrap());
    }
    answers.push(solveig.must(request.clone()).await);

    assert!(answers.iter().all(|it| *it == answers[0]), "{answers:?}");
    assert_eq!(kit.journal().await, ["CreateSchemeEdition"]);
    let other = pb::CreateSchemeEditionRequest {
        scheme_edition_id: "2026".into(),
        ..request.clone()
    };
    solveig.refused(other, "REQUEST_ID_REUSED").await;
    let mut paused = pause(&answers[0].name, "2025-03-03");
    paused.request_id = request.request_id;
    let reused = solveig.refused(paused, "REQUEST_ID_REUSED").await;
    assert_eq!(reused.code, Code::InvalidArgument);
}

/// `validate_only` does everything but the effect, and leaves the request_id free.
#[tokio::test]
async fn validating_only_writes_nothing_and_uses_no_key() {
    let kit = on("2025-03-03").await;
    let solveig = head(&kit);
    let mut request = new_edition("2025");
    request.validate_only = true;

    let foreseen = solveig.must(request.clone()).await;
    assert_eq!(foreseen.name, "schemes/utveksling/editions/2025");
    assert_eq!(kit.journal().await, [""; 0]);

    request.validate_only = false;
    solveig.must(request.clone()).await;
    request.validate_only = true;
    solveig.refused(request, "ALREADY_EXISTS").await;
}

/// Every bad field is named in one answer, in the caller's language.
#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let kit = on("2025-03-03").await;
    let mut request = new_edition("Ærlig");
    request.request_id = "x".into();
    let given = request.scheme_edition.as_mut().unwrap();
    given.title = "\u{7}".into();
    given.posts[0].post = "7O".into();
    given.open_date = date("2025-02-30");
    given.regulations.as_mut().unwrap().journal_entry = 0;

    let refusal = head(&kit).refused(request, "INVALID_FIELDS").await;

    assert_eq!(
        refusal.fields(),
        [
            "request_id",
            "scheme_edition_id",
            "scheme_edition.open_date",
            "scheme_edition.title",
            "scheme_edition.posts[0].post",
            "scheme_edition.regulations.journal_entry",
        ]
    );
}

/// CL-06: a new purpose needs the six answers, or the judgement that none are needed; a scheme's first
/// edition is one. The document stays.
#[tokio::test]
async fn a_new_purpose_is_studied_before_money_goes_to_it() {
    let kit = on("2025-03-03").await;
    let solveig = head(&kit);
    let with = |id_of_edition: &str, change: &dyn Fn(&mut pb::SchemeEdition)| {
        let mut request = new_edition(id_of_edition);
        change(request.scheme_edition.as_mut().unwrap());
        request
    };
    let unstudied = with("2025", &|it| it.six_answers = None);
    let refusal = solveig.refused(unstudied, "SIX_ANSWERS_MISSING").await;
    assert_eq!(refusal.metadata("name"), "schemes/utveksling/editions/2025");
    let denied = with("2025", &|it| it.new_purpose = false);
    let refusal = solveig.refused(denied, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["scheme_edition.new_purpose"]);
    let both = with("2025", &|it| {
        (it.main_task, it.no_study_judgement) = (4, it.six_answers.clone());
    });
    let refusal = solveig.refused(both, "INVALID_FIELDS").await;
    let expected = [
        "scheme_edition.main_task",
        "scheme_edition.no_study_judgement",
    ];
    assert_eq!(refusal.fields(), expected);

    let judged = with("2025", &|it| {
        it.no_study_judgement = it.six_answers.take();
    });
    let first = solveig.must(judged).await;
    assert_eq!(first.no_study_judgement, testkit::letter("2024-12-01"));
    let next = with("2026", &|it| {
        (it.new_purpose, it.six_answers) = (false, None)
    });
    let next = solveig.must(next).await;
    assert!(!next.new_purpose && next.six_answers.is_none());
}

/// What is registered more than seven days late needs a reason; what is dated tomorrow is refused.
#[tokio::test]
async fn a_late_step_needs_a_reason() {
    let kit = on("2025-03-20").await;
    let solveig = head(&kit);
    let name = edition(&kit).await.name;

    let refusal = solveig
        .refused(pause(&name, "2025-03-12"), "LATE_REASON_REQUIRED")
        .await;
    assert_eq!(refusal.metadata("days"), "7");
    solveig
        .refused(pause(&name, "2025-03-21"), "INVALID_FIELDS")
        .await;

    let mut late = pause(&name, "2025-03-12");
    late.late_reason = "Beslutningen kom i posten".into();
    solveig.must(late).await;
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let request = proto::audit::v1::ListEntriesRequest {
        late_only: true,
        ..Default::default()
    };
    let entries = auditor.must(request).await.entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].late_reason, "Beslutningen kom i posten");
}

/// A stale etag is refused with the one that holds; lists go page by page.
#[tokio::test]
async fn a_stale_etag_is_refused_and_lists_have_pages() {
    let kit = on("2025-03-03").await;
    let solveig = head(&kit);
    for edition in ["2023", "2024", "2025"] {
        solveig.must(new_edition(edition)).await;
    }
    let mut stale = pause("schemes/utveksling/editions/2025", "2025-03-03");
    stale.etag = "\"7\"".into();
    let refusal = solveig.refused(stale, "STALE_ETAG").await;
    assert_eq!(refusal.metadata("etag"), "\"1\"");

    let mut names = Vec::new();
    let mut request = pb::ListSchemeEditionsRequest {
        page_size: 2,
        ..Default::default()
    };
    loop {
        let page = solveig.must(request.clone()).await;
        names.extend(page.scheme_editions.into_iter().map(|it| it.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(names.len(), 3);
    assert!(names.is_sorted());
}
