//! What a stranger's client gets that does not speak as it should: a reason, within its time, and
//! nobody else is the worse for it.

use prost::Message as _;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use testkit::{Actor, Kit};
use tonic::Code;
use tonic::body::Body;
use tonic::codegen::http::{Method, StatusCode};

use crate::raw::{Raw, messages, silent_after};
use crate::requests::new_edition;
use crate::served;

const CREATE: &str = "/norec.grants.v1.SchemeService/CreateSchemeEdition";
const CHECK: &str = "/grpc.health.v1.Health/Check";
const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
/// The number of a field of its request.
const FILE_CONTAINING_SYMBOL: u32 = 4;
/// Bytes of headers that every refusal keeps to.
const HEADERS_MAX: usize = 6 * 1024;

async fn grants() -> (Kit, Actor, Raw) {
    let kit = served::grants().await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let raw = Raw::to(&kit).await;
    (kit, solveig, raw)
}

/// B-F06: the caller's time is over whether its body comes or not, and whoever is called.
#[tokio::test]
async fn a_body_that_does_not_come_has_its_deadline() {
    let (kit, solveig, raw) = grants().await;
    let message = new_edition("2025").encode_to_vec();
    for path in [CREATE, CHECK] {
        for bytes in [0, 3, 5, message.len()] {
            let call = raw.call(path, &solveig).header("grpc-timeout", "300m");
            let body = silent_after(&message, bytes);
            let answer = raw.send(call.body(body).unwrap()).await;
            let refusal = answer.refusal(&solveig, path);
            assert_eq!(refusal.code, Code::DeadlineExceeded);
            assert_eq!(refusal.reason, "DEADLINE_PASSED", "{path} {bytes}");
            assert_eq!(refusal.metadata("deadline_ms"), "300");
        }
    }
    assert_eq!(kit.journal().await, [""; 0]);
}

/// B-F10: what is no gRPC is answered as HTTP does, with a reason, and writes nothing.
#[tokio::test]
async fn what_is_no_grpc_is_refused_before_anything_else() {
    let (kit, solveig, raw) = grants().await;
    let message = new_edition("2025").encode_to_vec();
    for method in [Method::GET, Method::PUT, Method::OPTIONS] {
        let call = raw.call(CREATE, &solveig).method(&method);
        let answer = raw.send(call.body(messages(&[&message])).unwrap()).await;
        assert_eq!(answer.http, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers["allow"], "POST");
        let refusal = answer.refusal(&solveig, CREATE);
        assert_eq!(refusal.reason, "HTTP_METHOD_UNKNOWN");
        assert_eq!(refusal.metadata("http_method"), method.as_str());
    }
    for content_type in [Some("text/plain"), Some("application/grpc+json"), None] {
        let call = raw.call(CREATE, &solveig);
        let mut request = call.body(messages(&[&message])).unwrap();
        request.headers_mut().remove("content-type");
        if let Some(it) = content_type {
            let it = it.parse().unwrap();
            request.headers_mut().insert("content-type", it);
        }
        let answer = raw.send(request).await;
        assert_eq!(answer.http, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let refusal = answer.refusal(&solveig, CREATE);
        assert_eq!(refusal.reason, "CONTENT_TYPE_UNKNOWN");
        let told = refusal.metadata("content_type");
        assert_eq!(told, content_type.unwrap_or_default());
    }
    assert_eq!(kit.journal().await, [""; 0]);
}

/// B-F23: a call that takes one message is refused with two, with half a one and with none.
#[tokio::test]
async fn a_unary_call_has_one_message() {
    let (kit, solveig, raw) = grants().await;
    let (first, second) = (new_edition("2025"), new_edition("2026"));
    let (first, second) = (first.encode_to_vec(), second.encode_to_vec());
    let half = || {
        let whole = [&[0, 0, 0, 0, 200], &first[..20]].concat();
        Body::new(http_body_util::Full::new(bytes::Bytes::from(whole)))
    };
    for body in [
        messages(&[&first, &second]),
        messages(&[&first, b""]),
        messages(&[]),
        half(),
    ] {
        let call = raw.call(CREATE, &solveig);
        let answer = raw.send(call.body(body).unwrap()).await;
        let refusal = answer.refusal(&solveig, CREATE);
        assert_eq!(refusal.code, Code::InvalidArgument);
        assert_eq!(refusal.reason, "REQUEST_UNDECODABLE");
    }
    assert_eq!(kit.journal().await, [""; 0]);
    let call = raw.call(CREATE, &solveig);
    let answer = raw.send(call.body(messages(&[&first])).unwrap()).await;
    assert_eq!(answer.status.unwrap().code(), Code::Ok);
    assert_eq!(kit.journal().await, ["CreateSchemeEdition"]);
}

/// B-F21: who compresses is told what is read (gRPC compression, *Compression Negotiation*).
#[tokio::test]
async fn an_unknown_encoding_is_told_the_known_ones() {
    let (_kit, solveig, raw) = grants().await;
    let call = raw.call(CREATE, &solveig).header("grpc-encoding", "gzip");
    let answer = raw.send(call.body(messages(&[b""])).unwrap()).await;
    assert_eq!(answer.headers["grpc-accept-encoding"], "identity");
    let refusal = answer.refusal(&solveig, CREATE);
    assert_eq!(refusal.reason, "ENCODING_UNKNOWN");
}

/// B-F14: headers of up to 32 KiB get the reason that the contract promises, and larger ones a bare 431.
/// Other calls of the connection go on.
#[tokio::test]
async fn large_headers_have_a_reason_or_are_refused_alone() {
    let (_kit, solveig, raw) = grants().await;
    let mut others = Vec::new();
    for (count, bytes, is_read) in [
        (1, 16_000, true),
        (1, 31_000, true),
        (30, 1_000, true),
        (1, 34_000, false),
        (40, 1_000, false),
        (1, 70_000, false),
        (12, 10_000, false),
    ] {
        let other = raw.call(CHECK, &solveig).header("grpc-timeout", "400m");
        others.push(raw.send(other.body(silent_after(b"", 3)).unwrap()));

        let call = raw.call("/a.B/C", &solveig);
        let large = "x".repeat(bytes);
        let call = (0..count).fold(call, |it, at| it.header(format!("x-{at}"), &large));
        let answer = raw.send(call.body(messages(&[b""])).unwrap()).await;
        if is_read {
            assert_eq!(answer.refusal(&solveig, "/a.B/C").reason, "METHOD_UNKNOWN");
        } else {
            let too_large = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            assert_eq!(answer.http, too_large, "{count} {bytes}");
        }
    }
    for answer in futures::future::join_all(others).await {
        let refusal = answer.refusal(&solveig, CHECK);
        assert_eq!(refusal.reason, "DEADLINE_PASSED", "it was not ended before");
    }
    assert!(!raw.ended.is_finished());
}

/// B-F01: what comes back of a stranger's path and headers is cut, and so is what a caller names.
#[tokio::test]
async fn a_refusal_is_small_whatever_was_written() {
    let (_kit, solveig, raw) = grants().await;
    let long = |text: &str| text.repeat(8_000 / text.len());
    let path = format!("/{}", long("a"));
    let get = pb::GetSchemeEditionRequest {
        name: long("ø%"),
        read_time: None,
    };
    let get = get.encode_to_vec();
    const GET: &str = "/norec.grants.v1.SchemeService/GetSchemeEdition";
    for (reason, request) in [
        ("METHOD_UNKNOWN", raw.call(&path, &solveig)),
        (
            "ENCODING_UNKNOWN",
            raw.call(GET, &solveig).header("grpc-encoding", long("%")),
        ),
        (
            "CONTENT_TYPE_UNKNOWN",
            raw.bare(GET).header("content-type", long("x")),
        ),
        (
            "HTTP_METHOD_UNKNOWN",
            raw.call(GET, &solveig).method(long("X").as_str()),
        ),
        ("INVALID_FIELDS", raw.call(GET, &solveig)),
    ] {
        let request = request.header("accept-language", long("nn,"));
        let answer = raw.send(request.body(messages(&[&get])).unwrap()).await;
        let bytes = answer.header_bytes();
        assert!(bytes < HEADERS_MAX, "{reason}: {bytes}");
        assert_eq!(answer.refusal(&solveig, GET).reason, reason);
    }
}

/// B-T11: who may not is told who may, and what it is here.
#[tokio::test]
async fn a_missing_role_is_named() {
    let (kit, _, _) = grants().await;
    for (roles, held) in [
        (&[][..], "–"),
        (&[Role::CaseOfficer, Role::Auditor], "CASE_OFFICER, AUDITOR"),
        // No role of grants.
        (&[Role::Portal], "–"),
    ] {
        let nora = kit.person("nora", roles);
        let refusal = nora.refused(new_edition("2025"), "ROLE_MISSING").await;
        assert_eq!(refusal.metadata("roles"), "SECTION_HEAD, DIRECTOR");
        assert_eq!(refusal.metadata("held"), held);
    }
}

/// B-T18: a request_id that was used for the same method with other content is not said to be another's.
#[tokio::test]
async fn a_reused_request_id_is_said_as_it_is() {
    let (_kit, solveig, _) = grants().await;
    let first = new_edition("2025");
    solveig.must(first.clone()).await;
    let other = pb::CreateSchemeEditionRequest {
        request_id: first.request_id.clone(),
        ..new_edition("2026")
    };
    let refusal = solveig.refused(other, "REQUEST_ID_REUSED").await;
    let expected = format!(
        "request_id {} was used already for a request other than this one, of {CREATE}. Make a new one.",
        first.request_id
    );
    assert_eq!(refusal.status.message(), expected);
}

/// B-T10: an etag as it is, and without its marks; another is stale.
#[tokio::test]
async fn an_etag_may_come_bare() {
    let (_kit, solveig, _) = grants().await;
    for (edition, etag, stale) in [
        ("2025", "\"1\"", false),
        ("2026", "1", false),
        ("2027", "2", true),
    ] {
        let name = solveig.must(new_edition(edition)).await.name;
        let close = pb::CloseSchemeEditionRequest {
            etag: etag.into(),
            ..crate::requests::close_edition(&name)
        };
        match stale {
            true => drop(solveig.refused(close, "STALE_ETAG").await),
            false => drop(solveig.must(close).await),
        }
    }
}

/// B-F22: reflection speaks for itself; what it says of a stranger's name is small all the same.
#[tokio::test]
async fn reflection_has_answers_of_its_own() {
    let (_kit, solveig, raw) = grants().await;
    for (length, code) in [
        (10, Code::NotFound),
        (300, Code::NotFound),
        (3_000, Code::Ok),
    ] {
        let mut question = Vec::new();
        let symbol = "ø%".repeat(length);
        prost::encoding::string::encode(FILE_CONTAINING_SYMBOL, &symbol, &mut question);
        let call = raw.call(REFLECTION, &solveig);
        let answer = raw.send(call.body(messages(&[&question])).unwrap()).await;
        let status = answer.status.as_ref().unwrap();
        assert_eq!(status.code(), code, "{status}");
        assert!(answer.body.is_empty() && answer.header_bytes() < HEADERS_MAX);
    }
}
