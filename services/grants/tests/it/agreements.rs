//! Agreements: drafted, awarded, signed, closed; and what each of these counts for.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use proto::grants::v1::agreement::State;
use proto::spending::v1::Commitment;
use testkit::grants::{
    approved, award, awarded, close, drafted, enter_amendment, may_award, new_agreement,
    new_edition, officer, sign, signed, update,
};
use testkit::spending::{attester, available, finance, head, paid, told};
use testkit::{date, id, kroner, post};

use crate::world::on;

/// An agreement is drafted, awarded, signed and closed; each step is in the journal, under the case.
#[tokio::test]
async fn an_agreement_is_drafted_awarded_signed_and_closed() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let (ada, solveig) = (officer(&kit), head(&kit));

    let draft = ada
        .must(new_agreement("2025-0142", &[(2025, 1_000_000)]))
        .await;
    let name = draft.name.as_str();
    assert_eq!(
        (name, draft.state()),
        ("agreements/2025-0142", State::Draft)
    );
    assert_eq!(
        available(&kit, 2025).await,
        5_000_000,
        "a draft commits nothing"
    );
    let awarded = solveig.must(award(name, "2025-02-03")).await;
    assert_eq!(
        (awarded.state(), awarded.award_date),
        (State::Awarded, date("2025-02-03"))
    );
    assert_eq!(available(&kit, 2025).await, 4_000_000);
    let signed = solveig.must(sign(name, "2025-02-10")).await;
    assert_eq!(
        (signed.state(), signed.sign_date),
        (State::Signed, date("2025-02-10"))
    );
    assert!(signed.document.is_some());
    let closed = solveig.must(close(name, "2025-03-01")).await;
    assert_eq!(
        (closed.state(), closed.close_date),
        (State::Closed, date("2025-03-01"))
    );
    assert_eq!(available(&kit, 2025).await, 5_000_000);
    let active = told(&kit.feed().await, "grants.active_agreements", "country");
    let values: Vec<_> = active
        .iter()
        .map(|(on, value, _)| (on.as_str(), *value))
        .collect();
    assert_eq!(values, [("2025-02-10", 1), ("2025-03-01", -1)]);

    let read = pb::GetAgreementRequest {
        name: name.into(),
        read_time: None,
    };
    assert_eq!(ada.must(read).await, closed);
    let entries = proto::audit::v1::ListEntriesRequest {
        case: name.into(),
        ..Default::default()
    };
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let entries = auditor.must(entries).await.entries;
    let steps: Vec<_> = entries
        .iter()
        .map(|it| (it.method.rsplit('/').next().unwrap(), it.version))
        .collect();
    let expected = [
        ("CreateAgreement", 1),
        ("AwardAgreement", 2),
        ("SignAgreement", 3),
        ("CloseAgreement", 4),
    ];
    assert_eq!(steps, expected);
}

/// Each verb is refused in every state but its own, and before the step that it follows.
#[tokio::test]
async fn steps_are_refused_out_of_turn() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let solveig = head(&kit);
    let name = drafted(&kit, "1", &[(2025, 1_000)]).await;

    let refusal = solveig
        .refused(sign(&name, "2025-03-01"), "WRONG_STATE")
        .await;
    let told = (refusal.metadata("state"), refusal.metadata("needed"));
    assert_eq!(told, ("DRAFT".into(), "AWARDED".into()));
    solveig
        .refused(close(&name, "2025-03-01"), "WRONG_STATE")
        .await;
    solveig.must(award(&name, "2025-02-20")).await;
    solveig
        .refused(award(&name, "2025-02-20"), "WRONG_STATE")
        .await;
    let early = solveig
        .refused(sign(&name, "2025-02-19"), "DATE_BEFORE_PREVIOUS_STEP")
        .await;
    assert_eq!(early.metadata("previous_date"), "2025-02-20");
    solveig.must(sign(&name, "2025-02-21")).await;
    solveig
        .refused(close(&name, "2025-02-20"), "DATE_BEFORE_PREVIOUS_STEP")
        .await;

    let mut late = award(&drafted(&kit, "2", &[(2025, 1_000)]).await, "2025-02-20");
    late.late_reason.clear();
    solveig.refused(late, "LATE_REASON_REQUIRED").await;
    let mut stale = sign(&awarded(&kit, "3", &[(2025, 1_000)]).await, "2025-02-10");
    stale.etag = "\"1\"".into();
    solveig.refused(stale, "STALE_ETAG").await;
    solveig
        .refused(award("agreements/none", "2025-03-03"), "NOT_FOUND")
        .await;
}

/// What cannot be prepared: a name that is taken, an edition that is not there, a post outside it.
#[tokio::test]
async fn a_draft_stands_under_an_edition_that_covers_its_posts() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let ada = officer(&kit);
    drafted(&kit, "1", &[(2025, 1_000)]).await;

    ada.refused(new_agreement("1", &[(2025, 1_000)]), "ALREADY_EXISTS")
        .await;
    let mut unknown = new_agreement("2", &[(2025, 1_000)]);
    unknown.agreement.as_mut().unwrap().scheme_edition = "schemes/utveksling/editions/1999".into();
    let refusal = ada.refused(unknown, "REFERENCE_UNKNOWN").await;
    assert_eq!(refusal.metadata("name"), "schemes/utveksling/editions/1999");
    let mut outside = new_agreement("3", &[(2025, 1_000)]);
    outside.agreement.as_mut().unwrap().commitments[0].post = Some(post("144.71"));
    let refusal = ada.refused(outside, "POST_NOT_IN_SCHEME").await;
    assert_eq!(refusal.metadata("post"), "144.71");
}

/// FR-18: every bad field of a new agreement is named at once.
#[tokio::test]
async fn every_bad_field_of_an_agreement_is_named_at_once() {
    let kit = on("2025-03-03").await;
    let mut request = new_agreement(
        "Ærlig",
        &[(2025, 0), (1899, -1), (2026, 1), (2027, 1), (2027, 1)],
    );
    request.request_id = "x".into();
    let given = request.agreement.as_mut().unwrap();
    given.title = " ".into();
    given.scheme_edition = "schemes/utveksling".into();
    let recipient = given.recipient.as_mut().unwrap();
    recipient.display_name = "\u{7}".into();
    recipient.organisation_number = "981965133".into();
    recipient.country = "UK".into();
    recipient.sector = "4308".into();
    recipient.r#type = "879".into();
    given.commitments[0].post.as_mut().unwrap().post = "7O".into();
    given.commitments[2].amount.as_mut().unwrap().nanos = 1_000_000;
    given.commitments[3].amount.as_mut().unwrap().currency_code = "USD".into();
    given.commitments[4].amount = kroner(i64::MAX);

    let refusal = officer(&kit).refused(request, "INVALID_FIELDS").await;

    let at = |field: &str| format!("agreement.{field}");
    assert_eq!(
        refusal.fields(),
        [
            "request_id".to_owned(),
            "agreement_id".to_owned(),
            at("title"),
            at("recipient.display_name"),
            at("recipient.organisation_number"),
            at("recipient.country"),
            at("recipient.sector"),
            at("recipient.type"),
            at("scheme_edition"),
            at("commitments[0].post.post"),
            at("commitments[0].amount"),
            at("commitments[1].year"),
            at("commitments[1].amount"),
            at("commitments[2].amount"),
            at("commitments[3].amount"),
            at("commitments[4].amount"),
            at("commitments"),
        ]
    );
    let empty = pb::CreateAgreementRequest {
        request_id: id(),
        ..Default::default()
    };
    let refusal = officer(&kit).refused(empty, "INVALID_FIELDS").await;
    assert!(refusal.fields().contains(&"agreement".to_owned()));
}

/// A recipient in Kosovo, without a Norwegian organisation number: `XK` is taken, as IATI does.
#[tokio::test]
async fn a_recipient_abroad_needs_no_organisation_number() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let mut request = new_agreement("1", &[(2025, 1_000)]);
    let recipient = request
        .agreement
        .as_mut()
        .unwrap()
        .recipient
        .as_mut()
        .unwrap();
    recipient.organisation_number.clear();
    recipient.country = "XK".into();

    let draft = officer(&kit).must(request).await;

    assert_eq!(draft.recipient.unwrap().country, "XK");
}

/// Lists go page by page, of one state where it is asked for; every reader's role may read.
#[tokio::test]
async fn agreements_are_listed_by_state_and_page() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    for id_of_agreement in ["1", "2", "3"] {
        awarded(&kit, id_of_agreement, &[(2025, 1_000)]).await;
    }
    signed(&kit, "4", &[(2025, 1_000), (2026, 2_000)]).await;

    let mut names = Vec::new();
    let mut request = pb::ListAgreementsRequest {
        page_size: 2,
        state: State::Awarded.into(),
        ..Default::default()
    };
    loop {
        let page = attester(&kit).must(request.clone()).await;
        names.extend(page.agreements.into_iter().map(|it| it.name));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(names, ["agreements/1", "agreements/2", "agreements/3"]);
    let all = finance(&kit)
        .must(pb::ListAgreementsRequest::default())
        .await;
    assert_eq!(all.agreements.len(), 4);
    assert_eq!(all.agreements[3].commitments.len(), 2);
}

/// CL-06: what is committed, paid and in force is told apart by main task, and sums to the whole.
#[tokio::test]
async fn sums_by_main_task_are_the_whole() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let mut second = new_edition("2025");
    second.parent = "schemes/kunnskap".into();
    second.scheme_edition.as_mut().unwrap().main_task = 2;
    let second = head(&kit).must(second).await.name;
    for (number, edition) in [("1", None), ("2", Some(&second))] {
        let mut request = new_agreement(number, &[(2025, 1_000)]);
        if let Some(edition) = edition {
            let given = request.agreement.as_mut().unwrap();
            given.scheme_edition.clone_from(edition);
        }
        let name = officer(&kit).must(request).await.name;
        head(&kit).must(award(&name, "2025-02-03")).await;
        head(&kit).must(sign(&name, "2025-02-10")).await;
        let payment = approved(&kit, &name, "1", (2025, 600), "2025-03-03").await;
        finance(&kit)
            .must(paid(&payment, "2025-03-03", "B-1"))
            .await;
    }

    let facts = kit.feed().await;

    for (measure, each) in [
        ("grants.committed", 100_000),
        ("grants.disbursed", 60_000),
        ("grants.active_agreements", 1),
    ] {
        let by_task: Vec<_> = told(&facts, measure, "main_task")
            .into_iter()
            .map(|(_, value, task)| (task, value))
            .collect();
        assert_eq!(
            by_task,
            [("1".to_owned(), each), ("2".to_owned(), each)],
            "{measure}"
        );
    }
}

/// CO-09, in grants: a draft is drawn up anew under an edition that covers it.
#[tokio::test]
async fn a_draft_is_drawn_up_anew_under_an_edition_that_covers_it() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let draft = drafted(&kit, "1", &[(2025, 1_000)]).await;
    let given = |change: &dyn Fn(&mut pb::Agreement)| {
        let mut to = new_agreement("", &[(2025, 2_000)]).agreement.unwrap();
        change(&mut to);
        update(&draft, to)
    };

    let outside = given(&|it| it.commitments[0].post = Some(post("144.71")));
    officer(&kit).refused(outside, "POST_NOT_IN_SCHEME").await;
    let nowhere = given(&|it| it.scheme_edition = "schemes/utveksling/editions/2031".into());
    officer(&kit).refused(nowhere, "REFERENCE_UNKNOWN").await;
    let mut nameless = given(&|it| it.title = String::new());
    nameless.agreement.as_mut().unwrap().name = "x".into();
    let refusal = officer(&kit).refused(nameless, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["agreement.name", "agreement.title"]);
    let redrafted = officer(&kit)
        .must(given(&|it| it.title = "Sykepleiere".into()))
        .await;
    assert_eq!(redrafted.title, "Sykepleiere");
    assert_eq!(redrafted.commitments[0].amount, testkit::kroner(2_000));

    let awarded = awarded(&kit, "2", &[(2025, 1_000)]).await;
    let elsewhere = Commitment {
        post: Some(post("144.71")),
        ..new_agreement("", &[(2025, 5)])
            .agreement
            .unwrap()
            .commitments
            .remove(0)
    };
    officer(&kit)
        .refused(
            enter_amendment(&awarded, vec![elsewhere]),
            "POST_NOT_IN_SCHEME",
        )
        .await;
}
