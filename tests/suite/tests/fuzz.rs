//! What nobody thought of, over a socket: messages of every RPC, headers and bodies, tokens. Whatever it is,
//! the answer is a reply or a reason of the contract; nothing breaks, and nothing is read otherwise than it
//! was written.
//!
//! Bounded by a count and drawn from a seed, which is printed: `NOREC_FUZZ_SEED` draws the same again, and
//! `NOREC_FUZZ_CALLS=50000` makes minutes of it.

use std::collections::BTreeSet;

use fastrand::Rng;
use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use proto::access::v1::Role;
use proto::governance::v1 as pb;
use proto::packages;
use testkit::{Actor, Kit, given, id};
use tonic::Code;
use tonic::body::Body;
use tonic::codegen::http::StatusCode;

use crate::hostile::input;
use crate::pair::{Pair, indicator};
use crate::raw::{Answer, Raw, messages};

/// Calls of each kind, when nobody says otherwise.
const CALLS: usize = 400;

/// Texts that mean something, or look as if they did.
const TEXTS: [&str; 26] = [
    "",
    " ",
    "a",
    "agreements/2025-0142",
    "schemes/utveksling/editions/2025",
    "charts/artskonto/editions/2025",
    "cutoffs/2025-03-e1",
    "cutoffs/2025-03-e1/figures/allocated-1",
    "indicators/allocated/editions/1",
    "reports/2025",
    "sources/grants",
    "entries/1",
    "entries/99999999999999999999",
    "frames/144.70-2025",
    "persons/kari",
    "grants.allocated",
    "grants.disbursed",
    "kind",
    "post",
    "{name}",
    "a\0b",
    "\u{202e}evil",
    "Å1",
    "A\u{30a}1",
    "../../etc/passwd",
    "'; drop table agreements; --",
];

/// Headers that are read, by the layer or below it.
const HEADERS: [&str; 10] = [
    "authorization",
    "accept-language",
    "content-type",
    "grpc-encoding",
    "grpc-timeout",
    "grpc-accept-encoding",
    "traceparent",
    "user-agent",
    "te",
    "x-anything-bin",
];

/// What is drawn, and how often.
struct Draw {
    rng: Rng,
    calls: usize,
}

impl Draw {
    /// Of the seed that is given, or of a new one.
    fn begin() -> Self {
        let seed = given("NOREC_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
        let calls = given("NOREC_FUZZ_CALLS").map(|it| usize::try_from(it).unwrap());
        eprintln!("NOREC_FUZZ_SEED={seed} draws the same again");
        Self {
            rng: Rng::with_seed(seed),
            calls: calls.unwrap_or(CALLS),
        }
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.rng.usize(..many) == 0
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.rng.usize(..most);
        (0..length).map(|_| self.rng.u8(..)).collect()
    }

    fn text(&mut self) -> String {
        match self.rng.usize(..8) {
            0 => (0..self.rng.usize(..40))
                .map(|_| self.rng.char(..))
                .collect(),
            1 => self
                .rng
                .choice(TEXTS)
                .unwrap()
                .repeat(self.rng.usize(1..300)),
            2 => (0..self.rng.usize(..90))
                .map(|_| self.rng.alphanumeric())
                .collect(),
            3 => format!("{}{}", self.rng.choice(TEXTS).unwrap(), self.rng.char(..)),
            _ => (*self.rng.choice(TEXTS).unwrap()).to_owned(),
        }
    }

    fn number(&mut self) -> i64 {
        match self.rng.usize(..4) {
            0 => self.rng.i64(..),
            1 => *self.rng.choice(&[i64::MIN, i64::MAX, -1, 0]).unwrap(),
            2 => self.rng.i64(1..40),
            _ => self.rng.i64(1980..2200),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "any will do"
    )]
    fn value(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        match field.kind() {
            Kind::String if field.name() == "request_id" && !self.one_in(8) => Value::String(id()),
            Kind::String => Value::String(self.text()),
            Kind::Bytes => Value::Bytes(self.bytes(64).into()),
            Kind::Bool => Value::Bool(self.rng.bool()),
            Kind::Enum(_) => Value::EnumNumber(self.rng.i32(-1..8)),
            Kind::Int32 => Value::I32(self.number() as i32),
            Kind::Int64 => Value::I64(self.number()),
            Kind::Uint32 => Value::U32(self.number() as u32),
            Kind::Uint64 => Value::U64(self.number() as u64),
            Kind::Message(inner) => Value::Message(self.message(&inner, depth + 1)),
            other => panic!("{other:?} does not stand in the contract"),
        }
    }

    /// A message of which each field is there or not.
    fn message(&mut self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields().filter(|_| depth < 6) {
            if self.one_in(4) {
                continue;
            }
            let value = match field.is_list() {
                true => {
                    let count = self.rng.usize(..4);
                    Value::List((0..count).map(|_| self.value(&field, depth)).collect())
                }
                false => self.value(&field, depth),
            };
            message.set_field(&field, value);
        }
        message
    }

    /// A message's bytes, of which now and then some are others.
    fn encoded(&mut self, message: &DynamicMessage) -> Vec<u8> {
        let mut bytes = message.encode_to_vec();
        if self.one_in(6) {
            for _ in 0..self.rng.usize(1..4) {
                let byte = self.rng.u8(..);
                match self.rng.choice(bytes.iter_mut()) {
                    Some(it) => *it = byte,
                    None => bytes.push(byte),
                }
            }
        }
        bytes
    }

    /// A header's value: visible, or whatever HTTP allows.
    fn header(&mut self) -> Vec<u8> {
        let length = match self.one_in(10) {
            true => self.rng.usize(..9_000),
            false => self.rng.usize(..40),
        };
        let allowed: Vec<u8> = (b' '..=b'~').chain(128..=255).collect();
        let bytes = (0..length).map(|_| *self.rng.choice(&allowed).unwrap());
        bytes.collect()
    }
}

/// Everybody, as one who may call whatever persons may.
fn everybody(kit: &Kit) -> Actor {
    let roles: Vec<_> = (1..).map_while(|it| Role::try_from(it).ok()).collect();
    kit.person("alle", &roles)
}

/// The names of all reasons of the contract.
fn reasons() -> BTreeSet<&'static str> {
    platform::reason::ALL.iter().map(|it| it.name).collect()
}

/// What is wrong with an answer, if anything is.
fn fault(answer: &Answer, known: &BTreeSet<&str>) -> Option<String> {
    use tonic_types::StatusExt;
    if answer.http == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE {
        return None;
    }
    let Some(status) = &answer.status else {
        return Some(format!("no gRPC status: {answer:?}"));
    };
    if status.code() == Code::Ok {
        return None;
    }
    let reason = status.get_details_error_info().map(|it| it.reason);
    match reason.as_deref() {
        None => Some(format!("bare: {status}")),
        Some("INTERNAL") => Some(format!("a fault of ours: {status}")),
        Some(it) if !known.contains(it) => Some(format!("{it} is no reason of the contract")),
        Some(_) if answer.header_bytes() >= 6 * 1024 => Some(format!("large: {status}")),
        Some(_) => None,
    }
}

/// Messages of every RPC: names, formulas, tokens of pages, whatever they hold.
#[tokio::test]
async fn whatever_message_comes_is_answered_or_refused_with_a_reason() {
    let mut draw = Draw::begin();
    let pair = Pair::start().await;
    pair.allocate(1_000, "2025-03-01").await;
    pair.define_allocated().await;
    let known = reasons();
    let rules: Vec<_> = packages::rules().collect();
    let mut answered = 0;
    let to_grants = (Raw::to(&pair.grants).await, everybody(&pair.grants));
    let to_governance = (Raw::to(&pair.governance).await, everybody(&pair.governance));
    for _ in 0..draw.calls {
        let rule = *draw.rng.choice(&rules).unwrap();
        let (raw, actor) = match rule.path.starts_with("/norec.governance.") {
            true => &to_governance,
            false => &to_grants,
        };
        let message = draw.message(&input(rule.path), 0);
        let bytes = draw.encoded(&message);
        let call = raw.call(rule.path, actor);
        let answer = raw.send(call.body(messages(&[&bytes])).unwrap()).await;
        let fault = fault(&answer, &known);
        assert_eq!(fault, None, "{} {message:?} {bytes:?}", rule.path);
        answered += usize::from(answer.status.is_some_and(|it| it.code() == Code::Ok));
    }
    assert!(answered > draw.calls / 100, "only {answered} were answered");
}

/// Formulas that may be right: what is defined reads back as it was written, its values in the one form that
/// facts have them in.
#[tokio::test]
async fn a_formula_reads_back_as_it_was_written() {
    let mut draw = Draw::begin();
    let pair = Pair::start().await;
    pair.define_allocated().await;
    let mut defined = 0;
    for number in 0..draw.calls / 4 {
        let mut request = indicator(&format!("f-{number}"), "grants.allocated", &[]);
        let asked = request.indicator.as_mut().unwrap();
        asked.formula = Some(formula(&mut draw));
        let asked = asked.formula.clone();
        match pair.kaia.call(request).await {
            Ok(created) => {
                assert_eq!(created.formula, asked.map(in_one_form));
                let name = created.name.clone();
                let read_time = None;
                let read = pair.kaia.must(pb::GetIndicatorRequest { name, read_time });
                assert_eq!(read.await, created);
                defined += 1;
            }
            Err(it) => {
                let unknown = ["MEASURE_UNKNOWN", "DIMENSION_UNKNOWN"];
                let of_formulas = [&["INVALID_FIELDS", "UNITS_DIFFER"], &unknown[..]].concat();
                assert!(of_formulas.contains(&&*it.reason), "{asked:?}: {it:?}");
            }
        }
    }
    assert!(defined > draw.calls / 40, "only {defined} were defined");
}

fn formula(draw: &mut Draw) -> pb::Formula {
    use pb::formula::Kind as F;
    let kind = match draw.rng.usize(..3) {
        0 => F::Sum(sum(draw)),
        1 => F::Difference(pb::Difference {
            minuend: Some(sum(draw)),
            subtrahend: Some(sum(draw)),
        }),
        _ => F::Share(pb::Share {
            numerator: Some(sum(draw)),
            denominator: Some(sum(draw)),
        }),
    };
    pb::Formula {
        kind: Some(kind),
        group_by: some(draw, &["kind", "post", "chapter", "year", "nothing"], 2),
    }
}

/// With each value that is one as it is kept.
fn in_one_form(mut formula: pb::Formula) -> pb::Formula {
    use pb::formula::Kind as F;
    let sums: Vec<_> = match &mut formula.kind {
        Some(F::Sum(it)) => vec![it],
        Some(F::Difference(it)) => it.minuend.iter_mut().chain(&mut it.subtrahend).collect(),
        Some(F::Share(it)) => it.numerator.iter_mut().chain(&mut it.denominator).collect(),
        None => Vec::new(),
    };
    for filter in sums.into_iter().flat_map(|it| &mut it.filters) {
        for value in &mut filter.values {
            let kept = match filter.dimension.as_str() {
                "post" => platform::post_code(value),
                _ => platform::identity(value, usize::MAX),
            };
            *value = kept.unwrap();
        }
        let prefixes = filter.prefixes.iter_mut();
        prefixes.for_each(|it| *it = platform::identity(it, usize::MAX).unwrap());
    }
    formula
}

fn sum(draw: &mut Draw) -> pb::Sum {
    let measures = [
        "grants.allocated",
        "grants.allocated",
        "grants.committed",
        "none",
    ];
    let mut chosen = some(draw, &measures, 2);
    chosen.dedup();
    if draw.one_in(3) {
        chosen = vec!["grants.allocated".to_owned()];
    }
    let filters = (0..draw.rng.usize(..2)).map(|_| pb::Filter {
        dimension: (*draw.rng.choice(&["kind", "post", "none"]).unwrap()).to_owned(),
        values: vec![draw.text()],
        prefixes: (0..draw.rng.usize(..2)).map(|_| draw.text()).collect(),
    });
    pb::Sum {
        filters: filters.collect(),
        measures: chosen,
    }
}

/// At most so many of these texts, each once.
fn some(draw: &mut Draw, of: &[&str], most: usize) -> Vec<String> {
    let count = draw.rng.usize(..=most);
    let chosen = draw.rng.choose_multiple(of.iter(), count).into_iter();
    chosen.map(|it| (*it).to_owned()).collect()
}

/// Headers, paths and bodies that are no calls, tokens among them: a reason, and the connection goes on.
#[tokio::test]
async fn whatever_headers_come_are_answered_with_a_reason() {
    let mut draw = Draw::begin();
    let kit = crate::served::grants().await;
    let (known, solveig) = (reasons(), kit.person("solveig", &[Role::SectionHead]));
    let raw = Raw::to(&kit).await;
    let list = "/norec.grants.v1.SchemeService/ListSchemeEditions";
    for _ in 0..draw.calls {
        let path: String = match draw.rng.usize(..4) {
            0 => format!("/{}", draw.rng.alphanumeric()),
            1 => format!("{list}{}", draw.rng.alphanumeric()),
            _ => list.to_owned(),
        };
        let call = raw.call(&path, &solveig);
        let body = match draw.one_in(2) {
            true => messages(&[&draw.bytes(30)]),
            false => Body::new(http_body_util::Full::new(draw.bytes(300).into())),
        };
        let mut request = call.body(body).unwrap();
        for _ in 0..draw.rng.usize(1..4) {
            let name = *draw.rng.choice(&HEADERS).unwrap();
            let value = match (name, draw.one_in(2)) {
                // Another would be malformed HTTP/2, which ends the stream.
                ("te", _) => b"trailers".to_vec(),
                ("authorization", true) => [b"Bearer ", &*draw.header()].concat(),
                _ => draw.header(),
            };
            let value = tonic::codegen::http::HeaderValue::from_bytes(&value).unwrap();
            match draw.one_in(3) {
                true => drop(request.headers_mut().append(name, value)),
                false => drop(request.headers_mut().insert(name, value)),
            }
        }
        let shown = format!("{path} {:?}", request.headers());
        let answer = raw.send(request).await;
        assert_eq!(fault(&answer, &known), None, "{shown}");
    }
    assert!(!raw.ended.is_finished());
}
