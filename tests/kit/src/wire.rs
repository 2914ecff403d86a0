//! A proxy before the database's socket that counts what a service sends through it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

use crate::Database;

/// What may come before the start-up message, without a type byte either: SSLRequest, GSSENCRequest.
const ENCRYPTION_REQUESTS: [u32; 2] = [80_877_103, 80_877_104];
/// Where the driver looks a type up.
const TYPES_TABLE: &str = "pg_catalog.pg_type";

/// The wire between a service and its database. Its socket ends with it.
#[derive(Debug)]
pub struct Wire {
    directory: PathBuf,
    statements: Statements,
}

/// The texts of the statements that were sent.
type Statements = Arc<Mutex<Vec<String>>>;

impl Wire {
    /// A wire to this database, and the database as it is reached through the wire by the app role.
    pub async fn before(database: &Database) -> (Self, Database) {
        static WIRES: AtomicU32 = AtomicU32::new(0);
        let number = WIRES.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("norec-wire-{}-{number}", std::process::id()));
        tokio::fs::create_dir(&directory).await.unwrap();
        let options = database.app_options();
        let file = format!(".s.PGSQL.{}", options.get_port());
        let server = options.get_socket().unwrap().join(&file);
        let listener = UnixListener::bind(directory.join(&file)).unwrap();
        let wire = Self {
            statements: Statements::default(),
            directory,
        };
        let statements = wire.statements.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connect(client, server.clone(), statements.clone()));
            }
        });
        let through = database.reached_by(options.socket(&wire.directory));
        (wire, through)
    }

    /// How many statements were sent so far: messages Execute and Query. Each is one round trip, for
    /// the service pipelines nothing. What the driver does once per connection is not counted:
    /// preparing a statement, and asking for the types that it names.
    pub fn statements(&self) -> u64 {
        self.sent_with("")
    }

    /// How many of them had this in their text.
    pub fn sent_with(&self, text: &str) -> u64 {
        let statements = self.statements.lock().unwrap();
        statements.iter().filter(|it| it.contains(text)).count() as u64
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.directory).unwrap();
    }
}

async fn connect(client: UnixStream, server: PathBuf, statements: Statements) {
    let server = UnixStream::connect(server).await.unwrap();
    let (mut answers, to_server) = server.into_split();
    let (from_client, mut to_client) = client.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut answers, &mut to_client).await });
    // Either side may hang up at any moment; the other side then sees that.
    let _ = forward(from_client, to_server, &statements).await;
}

async fn forward(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    statements: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    loop {
        let body = read(&mut client).await?;
        send(&mut server, &[], &body).await?;
        let code = body.first_chunk().copied().map(u32::from_be_bytes);
        if !code.is_some_and(|it| ENCRYPTION_REQUESTS.contains(&it)) {
            break;
        }
    }
    // What each name was prepared as, and which of them is bound.
    let mut prepared: HashMap<String, String> = HashMap::new();
    let mut bound = String::new();
    loop {
        let kind = client.read_u8().await?;
        let body = read(&mut client).await?;
        let texts = String::from_utf8_lossy(&body).into_owned();
        let mut texts = texts.split('\0').map(str::to_owned);
        let mut text = || texts.next().unwrap_or_default();
        match kind {
            b'P' => drop(prepared.insert(text(), text())),
            b'B' => {
                let _portal = text();
                bound = text();
            }
            b'E' => {
                let sent = prepared.get(&bound).cloned();
                statements.lock().unwrap().push(sent.unwrap_or_default());
            }
            b'Q' => {
                let sent = Some(text()).filter(|it| !it.contains(TYPES_TABLE));
                statements.lock().unwrap().extend(sent);
            }
            _ => (),
        }
        send(&mut server, &[kind], &body).await?;
    }
}

/// Reads a message's body; its length, which counts itself, stands before it.
async fn read(client: &mut OwnedReadHalf) -> std::io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    let mut body = vec![0; usize::try_from(length).unwrap() - size_of::<u32>()];
    client.read_exact(&mut body).await?;
    Ok(body)
}

/// Passes a message on, behind its type byte where it has one.
async fn send(server: &mut OwnedWriteHalf, kind: &[u8], body: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(size_of::<u32>() + body.len()).unwrap();
    server
        .write_all(&[kind, &length.to_be_bytes(), body].concat())
        .await
}
