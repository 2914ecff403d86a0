//! What a listener lets its peers hold and for how long, over real sockets: connections, silence,
//! age and calls; and a drain that ends.

use std::time::Duration;

use host::{Limits, NoKnobs};
use platform::Clock;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use sqlx::{Connection, Executor, PgConnection, Postgres, Transaction};
use testkit::{Actor, Database, Kit, Refusal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::raw::Raw;
use crate::requests::{close_edition, new_edition};

/// A limit that a test waits for.
const SOON: Duration = Duration::from_millis(100);
/// How long a test waits for what a limit shall do.
const PATIENCE: Duration = Duration::from_secs(30);

/// Grants within these limits, where a lock is waited for as long as it takes.
async fn within(limits: Limits) -> Kit {
    let database = Database::of(&grants::NOUNS).await.patient();
    testkit::serve_within(
        limits,
        &grants::SERVICE,
        NoKnobs {},
        Clock::System,
        database,
    )
    .await
}

async fn patiently<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.unwrap()
}

/// A call that waits for a lock until the test gives it up.
struct InFlight {
    held: Transaction<'static, Postgres>,
    caller: JoinHandle<Result<pb::SchemeEdition, Refusal>>,
}

impl InFlight {
    async fn begin(kit: &Kit) -> Self {
        let solveig = kit.person("solveig", &[Role::SectionHead]);
        let name = solveig.must(new_edition("2025")).await.name;
        let pool = sqlx::PgPool::connect(&kit.database.owner_url())
            .await
            .unwrap();
        let mut held = pool.begin().await.unwrap();
        held.execute("select * from scheme_editions for update")
            .await
            .unwrap();
        let caller = tokio::spawn(async move { solveig.call(close_edition(&name)).await });
        kit.database.waiting(1).await;
        Self { held, caller }
    }

    async fn release(self) -> Result<pb::SchemeEdition, Refusal> {
        self.held.rollback().await.unwrap();
        self.caller.await.unwrap()
    }
}

async fn closed_editions(owner: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from scheme_editions where state = 'closed'")
        .fetch_one(owner)
        .await
        .unwrap()
}

/// Peers that connect and say one byte take all the room that there is. The end is heard none the
/// less.
#[tokio::test]
async fn the_end_is_heard_while_silent_peers_hold_all_room() {
    let mut kit = within(Limits {
        connections: 3,
        ..Limits::SERVICE
    })
    .await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    solveig.must(new_edition("2025")).await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(kit.address).await.unwrap();
        stream.write_all(b"P").await.unwrap();
        silent.push(stream);
        // The server takes turns with its callers: by the answer it has seen who came before.
        list(&solveig).await;
    }
    assert!(patiently(kit.drain()).await, "nothing was in flight");
}

async fn list(actor: &Actor) {
    actor.must(pb::ListSchemeEditionsRequest::default()).await;
}

/// A peer that says nothing, or something else than HTTP/2, is turned away, and who waited behind it
/// is served.
#[tokio::test]
async fn a_silent_peer_makes_room_for_a_caller() {
    let kit = within(Limits {
        connections: 1,
        preface: SOON,
        ..Limits::SERVICE
    })
    .await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    for said in [&b""[..], b"P", b"GET / HTTP/1.1\r\nHost: norec\r\n\r\n"] {
        let mut stream = TcpStream::connect(kit.address).await.unwrap();
        stream.write_all(said).await.unwrap();
        let answer = patiently(stream.read_to_end(&mut Vec::new())).await;
        assert!(matches!(answer, Ok(0) | Err(_)), "{answer:?}");
    }
    let mut silent = TcpStream::connect(kit.address).await.unwrap();
    silent.write_all(b"P").await.unwrap();
    patiently(list(&solveig)).await;
}

/// A connection ends at its age, behind the calls that are in flight; callers connect anew.
#[tokio::test]
async fn a_connection_ends_at_its_age_and_its_calls_before_it() {
    let kit = within(Limits {
        age: SOON,
        ..Limits::SERVICE
    })
    .await;
    let in_flight = InFlight::begin(&kit).await;
    patiently(Raw::to(&kit).await.ended).await.unwrap();

    // Younger than the call's own connection, which is too old by now, too.
    let closed = in_flight.release().await.unwrap();
    assert_eq!(closed.state(), pb::scheme_edition::State::Closed);
    for _ in 0..3 {
        list(&kit.person("kari", &[Role::Auditor])).await;
    }
}

/// What does not end by itself is ended some time after its connection's age.
#[tokio::test]
async fn a_call_without_end_is_ended() {
    let kit = within(Limits {
        age: SOON,
        last_calls: SOON,
        ..Limits::SERVICE
    })
    .await;
    let mut client = HealthClient::new(kit.channel());
    let ask = HealthCheckRequest::default();
    let mut watch = client.watch(ask).await.unwrap().into_inner();
    assert!(watch.message().await.unwrap().is_some());
    let end = patiently(watch.message()).await;
    assert!(!matches!(end, Ok(Some(_))), "{end:?}");
}

/// The end of a service waits for calls in flight, and not for ever: then what was begun ends by
/// itself, though its caller does not hear of it.
#[tokio::test]
async fn a_drain_has_an_end() {
    let mut kit = within(Limits {
        drain: SOON,
        ..Limits::SERVICE
    })
    .await;
    let in_flight = InFlight::begin(&kit).await;
    assert!(!patiently(kit.drain()).await, "a call was in flight");

    let refusal = in_flight.release().await.unwrap_err();
    assert_eq!(
        refusal.reason, "",
        "the connection broke: {}",
        refusal.status
    );
    patiently(kit.quiet()).await;
    assert_eq!(closed_editions(&mut kit.owner().await).await, 1);
}

/// The kinds of HTTP/2 frames that are spoken of here.
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
/// A frame of headers that are all there, of a request whose body is still to come.
const END_HEADERS: u8 = 4;
const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];

async fn write_frame(stream: &mut TcpStream, kind: u8, flags: u8, id: u32, body: &[u8]) {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &id.to_be_bytes()].concat();
    stream.write_all(&[&head, body].concat()).await.unwrap();
}

async fn read_frame(stream: &mut TcpStream) -> (u8, u32, Vec<u8>) {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    let mut body = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head[3], id, body)
}

/// One connection has so many calls in flight; the next one is refused. A peer is told so, and how
/// large headers may be, before it asks.
#[tokio::test]
async fn a_connection_has_so_many_calls_in_flight() {
    let kit = within(Limits::SERVICE).await;
    let mut stream = TcpStream::connect(kit.address).await.unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    write_frame(&mut stream, SETTINGS, 0, 0, &[]).await;
    let (kind, _, settings) = patiently(read_frame(&mut stream)).await;
    assert_eq!(kind, SETTINGS);
    let setting = |id: u8| {
        let found = settings.chunks_exact(6).find(|it| it[..2] == [0, id]);
        found.map(|it| u32::from_be_bytes([it[2], it[3], it[4], it[5]]))
    };
    let (streams, header_bytes) = (setting(3), setting(6));
    assert_eq!((streams, header_bytes), (Some(128), Some(32 * 1024)));

    // POST and http by their places in HPACK's table, then path and content type in full.
    let (path, grpc) = (b"/grpc.health.v1.Health/Watch", b"application/grpc");
    let length = |text: &[u8]| u8::try_from(text.len()).unwrap();
    let headers = [
        &[0x83, 0x86, 0x04, length(path)],
        &path[..],
        &[0x0f, 31 - 15, length(grpc)],
        grpc,
    ]
    .concat();
    let ids = (0..=128).map(|it| 2 * it + 1);
    for id in ids {
        write_frame(&mut stream, HEADERS, END_HEADERS, id, &headers).await;
    }
    let refused = patiently(async {
        loop {
            let (kind, id, body) = read_frame(&mut stream).await;
            if kind == RST_STREAM {
                return (id, body);
            }
        }
    });
    assert_eq!(refused.await, (2 * 128 + 1, REFUSED_STREAM.to_vec()));
}

/// A statement past its limit is DEADLINE_PASSED, with the limit that the service has.
#[tokio::test]
async fn a_statement_has_a_limit() {
    let database = Database::of(&grants::NOUNS).await;
    let hurried = [("lock_timeout", "60s"), ("statement_timeout", "100ms")];
    let hurried = database.reached_by(database.app_options().options(hurried));
    let clock = Clock::System;
    let kit = testkit::serve_from(&grants::SERVICE, NoKnobs {}, clock, hurried).await;
    let solveig = kit.person("solveig", &[Role::SectionHead]);
    let name = solveig.must(new_edition("2025")).await.name;
    let mut holder = kit.owner().await;
    let mut held = holder.begin().await.unwrap();
    held.execute("select * from scheme_editions for update")
        .await
        .unwrap();

    let refusal = solveig
        .refused(close_edition(&name), "DEADLINE_PASSED")
        .await;
    assert_eq!(refusal.metadata("deadline_ms"), "15000");
}

/// What PostgreSQL does for the service is bounded by the service, whatever role it runs as.
#[tokio::test]
async fn the_services_own_connections_have_limits() {
    let kit = testkit::start(&grants::SERVICE, NoKnobs {}).await;
    let limits = "select current_setting('lock_timeout'), current_setting('statement_timeout'),
                         current_setting('idle_in_transaction_session_timeout')";
    let mut connection = kit.host.db.read().await.unwrap();
    let ours: (String, String, String) = sqlx::query_as(limits)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(ours, ("2s".into(), "15s".into(), "25s".into()));
    let mut bare = PgConnection::connect(&kit.database.app_url())
        .await
        .unwrap();
    let roles: (String, String, String) =
        sqlx::query_as(limits).fetch_one(&mut bare).await.unwrap();
    assert_eq!(roles, ("0".into(), "0".into(), "0".into()));
}
