//! A Unix-socket proxy before PostgreSQL that can hold back the server's answer to one statement, so
//! that a test can act in between.

use std::path::PathBuf;
use std::sync::Arc;

use testkit::Database;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Mutex, watch};

/// What the proxy does with answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Pass,
    /// Holds the answers of a connection once this text has gone to the server.
    HoldAfter(String),
    Held,
}

/// A proxy in a folder of its own, which stands where the server's socket folder stood.
#[derive(Debug)]
pub(crate) struct Proxy {
    folder: PathBuf,
    mode: Arc<watch::Sender<Mode>>,
}

impl Proxy {
    /// A proxy before the server of this database.
    pub(crate) async fn before(database: &Database) -> Self {
        static COUNT: Mutex<u32> = Mutex::const_new(0);
        let mut count = COUNT.lock().await;
        *count += 1;
        let folder =
            std::env::temp_dir().join(format!("norec-proxy-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
        let server = database.socket();
        let mode = Arc::new(watch::Sender::new(Mode::Pass));
        let shared = Arc::clone(&mode);
        spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&server).await.unwrap();
                spawn(relay(client, server, Arc::clone(&shared)));
            }
        });
        Self { folder, mode }
    }

    /// The folder to connect to instead of the server's.
    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.clone()
    }

    /// From now on, the answer to this statement is held back.
    pub(crate) async fn hold_answer_to(&self, statement: &str) {
        self.mode
            .send_replace(Mode::HoldAfter(statement.to_owned()));
    }

    /// Waits until an answer is held back.
    pub(crate) async fn until_held(&self) {
        self.mode
            .subscribe()
            .wait_for(|it| *it == Mode::Held)
            .await
            .unwrap();
    }

    /// Lets everything pass again.
    pub(crate) async fn release(&self) {
        self.mode.send_replace(Mode::Pass);
    }
}

fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(work);
}

async fn relay(client: UnixStream, server: UnixStream, mode: Arc<watch::Sender<Mode>>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let is_holding = Arc::new(watch::Sender::new(false));
    let holding = Arc::clone(&is_holding);
    let watched = Arc::clone(&mode);
    spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
            let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
            let hold =
                matches!(&*watched.borrow(), Mode::HoldAfter(it) if text.contains(it.as_str()));
            if hold {
                holding.send_replace(true);
                watched.send_replace(Mode::Held);
            }
            if to_server.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
        drop(to_server.shutdown().await);
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
        if *is_holding.borrow() {
            drop(mode.subscribe().wait_for(|it| *it == Mode::Pass).await);
            is_holding.send_replace(false);
        }
        if to_client.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
