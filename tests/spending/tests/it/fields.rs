//! What requests may hold: every bad field is named at once.

use crate::world::Host;
use proto::google::r#type::Money;
use proto::spending::v1 as pb;
use testkit::spending::{
    controller, director, finance, head, new_delegation, new_line, new_payment, paid, registrar,
};
use testkit::{date, id, kroner, post};

/// Amounts that no field takes: zero, three decimals, beyond the bigint, another currency, none.
fn bad_amounts() -> Vec<Option<Money>> {
    let with = |change: fn(&mut Money)| {
        let mut money = kroner(1).unwrap();
        change(&mut money);
        Some(money)
    };
    vec![
        kroner(0),
        with(|it| it.nanos = 1_000_000),
        with(|it| it.units = i64::MAX),
        with(|it| it.units = i64::MIN),
        with(|it| it.currency_code = "USD".into()),
        with(|it| it.currency_code = String::new()),
        with(|it| it.nanos = -10_000_000),
        None,
    ]
}

/// FR-18: a line of a bad amount, in 1899, on post 7O. A negative amount is a supplement that
/// reduces, and good.
async fn a_lines_bad_fields_are_named_at_once(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    for amount in bad_amounts() {
        let mut request = new_line("Æ", "144.7O", 1, "2025-03-04");
        let line = request.allocation_line.as_mut().unwrap();
        line.amount = amount.clone();
        line.year = 1899;
        line.kind = 0;
        let refusal = kari.refused(request, "INVALID_FIELDS").await;
        let expected = [
            "allocation_line_id",
            "allocation_line.kind",
            "allocation_line.post.post",
            "allocation_line.year",
            "allocation_line.amount",
            "allocation_line.document.date",
        ];
        assert_eq!(refusal.fields(), expected, "{amount:?}");
    }
    kari.must(new_line("1", "144.70", -1, "2025-03-03")).await;
    let nothing = pb::CreateAllocationLineRequest::default();
    let refusal = kari.refused(nothing, "INVALID_FIELDS").await;
    let expected = [
        "request_id",
        "allocation_line",
        "allocation_line.kind",
        "allocation_line.post",
        "allocation_line.year",
        "allocation_line.amount",
        "allocation_line.document",
    ];
    assert_eq!(refusal.fields(), expected);
}

/// FR-18: a delegation of a bad limit, from 1899, on post 7O and on one post twice.
async fn a_delegations_bad_fields_are_named_at_once(host: Host) {
    let world = host.on("2025-03-03").await;
    let dag = director(&world);
    for limit in bad_amounts().into_iter().chain([kroner(-1)]) {
        let mut request = new_delegation("Kari", 1, "1899-12-31");
        let given = request.delegation.as_mut().unwrap();
        given.limit = limit.clone();
        given.posts = vec![post("144.70"), post("144.7O"), post("144.70")];
        given.end_date = date("2025-02-30");
        given.document.as_mut().unwrap().title = String::new();
        let refusal = dag.refused(request, "INVALID_FIELDS").await;
        let expected = [
            "delegation.person",
            "delegation.posts[1].post",
            "delegation.posts",
            "delegation.limit",
            "delegation.start_date",
            "delegation.end_date",
            "delegation.document.title",
        ];
        assert_eq!(refusal.fields(), expected, "{limit:?}");
    }
    let mut backwards = new_delegation("kari", 1, "2025-03-01");
    let given = backwards.delegation.as_mut().unwrap();
    given.end_date = date("2025-02-28");
    let refusal = registrar(&world).refused(backwards, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["delegation.end_date"]);
}

/// FR-18: the steps on a line or delegation, and the frame, name their bad fields too.
async fn steps_and_reads_name_their_bad_fields_at_once(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    let reversal = pb::ReverseAllocationLineRequest {
        name: "lines/1".into(),
        reason: " ".into(),
        request_id: "x".into(),
        ..Default::default()
    };
    let refusal = kari.refused(reversal, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["request_id", "name", "reason"]);
    let confirmation = pb::ConfirmAllocationLineRequest {
        name: "allocationLines/A".into(),
        late_reason: "x".repeat(501),
        request_id: id(),
        ..Default::default()
    };
    let solveig = head(&world);
    let refusal = solveig.refused(confirmation, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["name", "late_reason"]);
    let ending = pb::EndDelegationRequest {
        name: "delegations/".into(),
        request_id: id(),
        ..Default::default()
    };
    let refusal = registrar(&world).refused(ending, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["name", "end_date"]);
    let frame = pb::GetFrameRequest {
        post: Some(post("14400.7O")),
        year: 1899,
        as_of_date: date("2025-13-01"),
    };
    let refusal = kari.refused(frame, "INVALID_FIELDS").await;
    let expected = ["post.chapter", "post.post", "year", "as_of_date"];
    assert_eq!(refusal.fields(), expected);
    let list = pb::ListAllocationLinesRequest {
        page_size: -1,
        year: 1899,
        ..Default::default()
    };
    let refusal = kari.refused(list, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["year", "page_size"]);
}

/// FR-18: every bad field of a payment is named at once. B-F07: a voucher's number holds nothing that is not
/// seen.
async fn every_bad_field_of_a_payment_is_named_at_once(host: Host) {
    let world = host.on("2025-03-03").await;
    let mut request = new_payment(&world.parent("Ø"), "Ærlig", (1899, 0), "2025-03-04");
    request.request_id = "x".into();
    request.late_reason = "\u{7}".into();
    let given = request.disbursement.as_mut().unwrap();
    given.post = Some(post("144.7O"));
    given.purpose = "a".repeat(201);
    given.part = "a".repeat(301);

    let refusal = world.officer().refused(request, "INVALID_FIELDS").await;

    assert_eq!(
        refusal.fields(),
        [
            "request_id",
            "effective_date",
            "late_reason",
            "parent",
            "disbursement_id",
            "disbursement.post.post",
            "disbursement.year",
            "disbursement.amount",
            "disbursement.purpose",
            "disbursement.part",
        ]
    );
    for (amount, currency, nanos) in [
        (-1, "NOK", 0),
        (1, "USD", 0),
        (1, "NOK", 1_000_000),
        (i64::MAX, "NOK", 0),
    ] {
        let mut request = new_payment(&world.parent("1"), "1", (2025, amount), "2025-03-03");
        let money = request
            .disbursement
            .as_mut()
            .unwrap()
            .amount
            .as_mut()
            .unwrap();
        (money.currency_code, money.nanos) = (currency.into(), nanos);
        let refusal = world.officer().refused(request, "INVALID_FIELDS").await;
        assert_eq!(
            refusal.fields(),
            ["disbursement.amount"],
            "{amount} {currency} {nanos}"
        );
    }
    for voucher in ["", "D\u{ad}1"] {
        let mut unvouched = paid(&world.parent("1"), "2025-03-04", voucher);
        unvouched.other_year_reason = "a".repeat(501);
        let refusal = finance(&world).refused(unvouched, "INVALID_FIELDS").await;
        assert_eq!(
            refusal.fields(),
            ["name", "paid_date", "voucher", "other_year_reason"]
        );
    }
}

stories!(
    every_bad_field_of_a_payment_is_named_at_once,
    a_lines_bad_fields_are_named_at_once,
    a_delegations_bad_fields_are_named_at_once,
    steps_and_reads_name_their_bad_fields_at_once
);
