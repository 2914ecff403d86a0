//! The listener: limits on everything a peer may hold, and a drain that ends.
//!
//! A connection is a task, from accept to its end. With as many as are allowed, nothing more is
//! accepted; the kernel's queue holds who comes meanwhile.

use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use platform::Front;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// What a client of HTTP/2 says first.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Calls in flight on one connection.
const STREAMS_PER_CONNECTION_MAX: u32 = 128;
/// Bytes of a call's headers, the token among them. (h2 answers more with a bare 431, and ends the
/// connection at four times as many.)
const HEADER_BYTES_MAX: u32 = 32 * 1024;
/// A silent connection is asked for a sign of life, and closed without one.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Wait after an accept that failed for want of descriptors, instead of spinning.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(50);

/// What the peers of one listener may hold, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// From accept to the whole HTTP/2 preface.
    pub preface: Duration,
    /// When a connection is asked to end: clients then connect anew, to whatever serves by then.
    pub age: Duration,
    /// From there to its end, whatever is in flight; more than any call may take.
    pub last_calls: Duration,
    /// From the signal to the end of all connections, whatever callers do.
    pub drain: Duration,
}

impl Limits {
    /// Those of a service. Only tests have others.
    pub const SERVICE: Self = Self {
        connections: 2048,
        preface: Duration::from_secs(5),
        age: Duration::from_mins(30),
        last_calls: Duration::from_secs(70),
        drain: Duration::from_secs(25),
    };
}

/// A bound listener.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    limits: Limits,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Listening {
    /// Binds; port 0 takes a free one.
    pub async fn bind(address: SocketAddr, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            limits,
            address,
        })
    }
}

/// Serves until `stop`, then lets calls in flight end, for as long as the limits say. Answers whether
/// all of them ended.
pub async fn serve(listening: Listening, front: Front<Routes>, stop: CancellationToken) -> bool {
    let limits = listening.limits;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => (),
            stream = accept(&listening.listener), if connections.len() < limits.connections => {
                connections.spawn(converse(stream, front.clone(), limits, stop.clone()));
            }
        }
    }
    drop(listening);
    // What has not ended by then is dropped with the set.
    let all_ended = async { while connections.join_next().await.is_some() {} };
    timeout(limits.drain, all_ended).await.is_ok()
}

/// One connection, until its peer leaves, it is too old, or the server stops.
async fn converse(
    stream: TcpStream,
    front: Front<Routes>,
    limits: Limits,
    stop: CancellationToken,
) {
    let greeted = tokio::select! {
        () = stop.cancelled() => return,
        greeted = timeout(limits.preface, greeted(stream)) => greeted,
    };
    let Ok(Ok(stream)) = greeted else {
        tracing::debug!("a connection said nothing of HTTP/2");
        return;
    };
    let service = TowerToHyperService::new(front);
    let mut connection = pin!(protocol().serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "connection");
            }
            return;
        }
        _ = timeout(limits.age, stop.cancelled()) => (),
    }
    connection.as_mut().graceful_shutdown();
    if timeout(limits.last_calls, connection).await.is_err() {
        tracing::debug!("a connection did not end its last calls");
    }
}

/// The stream, once its peer has said what HTTP/2 begins with. (hyper waits for that without end.)
async fn greeted(mut stream: TcpStream) -> io::Result<impl AsyncRead + AsyncWrite + Unpin> {
    let mut said = [0; PREFACE.len()];
    stream.read_exact(&mut said).await?;
    if said != *PREFACE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let (reader, writer) = stream.into_split();
    Ok(tokio::io::join(Cursor::new(said).chain(reader), writer))
}

fn protocol() -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .max_header_list_size(HEADER_BYTES_MAX)
        .keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT);
    builder
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "nodelay");
                }
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "accept");
                #[expect(clippy::disallowed_methods, reason = "a pause between failed accepts")]
                tokio::time::sleep(ACCEPT_BACK_OFF).await;
            }
        }
    }
}
