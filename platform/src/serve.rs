//! The listener: limits on everything a peer may hold, and a drain that ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::Front;

/// Connections held at a time; further ones wait to be accepted.
const CONNECTIONS_MAX: usize = 2048;
/// Calls in flight on one connection.
const STREAMS_PER_CONNECTION_MAX: u32 = 128;
/// Bytes of a call's headers, the token among them.
const HEADER_BYTES_MAX: u32 = 16 * 1024;
/// From accept to the first byte of the HTTP/2 preface.
const FIRST_BYTE_MAX: Duration = Duration::from_secs(5);
/// A silent connection is asked for a sign of life, and closed without one.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Wait after an accept that failed for want of descriptors, instead of spinning.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(50);
/// From the signal to the end, whatever callers do.
const DRAIN_MAX: Duration = Duration::from_secs(25);

/// A bound listener.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Listening {
    /// Binds; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }
}

/// Serves until `stop`, then lets calls in flight end, for 25 seconds at most. Answers whether all
/// of them ended.
pub async fn serve(listening: Listening, front: Front<Routes>, stop: CancellationToken) -> bool {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let connections = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            stream = accept(&listening.listener) => stream,
        };
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            break;
        };
        let service = TowerToHyperService::new(front.clone());
        let watcher = connections.watcher();
        #[expect(
            clippy::disallowed_methods,
            reason = "a connection is a task; drain watches it"
        )]
        tokio::spawn(async move {
            if timeout(FIRST_BYTE_MAX, stream.readable()).await.is_err() {
                return;
            }
            let connection = connection().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "connection");
            }
            drop(permit);
        });
    }
    drop(listening);
    timeout(DRAIN_MAX, connections.shutdown()).await.is_ok()
}

fn connection() -> http2::Builder<TokioExecutor> {
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
