//! One private cluster per test process, one migrated template per service, one clone per test.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use cluster::Cluster;
use platform::Nouns;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::Mutex;

/// How long a test waits for sessions to meet at a lock.
const WAITING_MAX: Duration = Duration::from_secs(10);

/// A database of one test.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name in the cluster.
    pub name: String,
    /// The service that it is of.
    pub service: &'static str,
    owner: PgConnectOptions,
    app: PgConnectOptions,
}

impl Database {
    /// A fresh clone of the service's migrated template.
    pub async fn of(nouns: &'static Nouns) -> Self {
        static TEMPLATES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
        static CLONES: AtomicU32 = AtomicU32::new(0);

        let service = nouns.service;
        // Cloning needs the template to itself, so clones of one process are made one at a time.
        let mut templates = TEMPLATES.lock().await;
        if !templates.contains(service) {
            let template =
                blocking(move || process_cluster().create_service(service).unwrap()).await;
            platform::migrate(&template.owner_url.parse().unwrap(), nouns)
                .await
                .unwrap();
            templates.insert(service);
        }
        let name = format!("{service}_{}", CLONES.fetch_add(1, Ordering::Relaxed));
        let clone = name.clone();
        let urls = blocking(move || {
            process_cluster()
                .create_database_from(&clone, service, service)
                .unwrap()
        })
        .await;
        let database = Self {
            name,
            service,
            owner: urls.owner_url.parse().unwrap(),
            app: urls.app_url.parse().unwrap(),
        };
        // Two clones are two sources, as two databases are in life.
        sqlx::query("update platform.feed set source = gen_random_uuid()::text")
            .execute(&mut database.owner().await)
            .await
            .unwrap();
        database
    }

    /// How the service connects: as the app role.
    pub fn app_options(&self) -> PgConnectOptions {
        self.app.clone()
    }

    /// The service's database in a cluster of the test's own.
    pub async fn alone_in(cluster: &Cluster, nouns: &Nouns) -> Self {
        let urls = cluster.create_service(nouns.service).unwrap();
        let owner = urls.owner_url.parse().unwrap();
        platform::migrate(&owner, nouns).await.unwrap();
        Self {
            name: nouns.service.to_owned(),
            service: nouns.service,
            owner,
            app: urls.app_url.parse().unwrap(),
        }
    }

    /// The same database, reached through another folder of sockets.
    #[must_use]
    pub fn through(&self, folder: &Path) -> Self {
        Self {
            app: self.app.clone().socket(folder),
            ..self.clone()
        }
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        let port = self.app.get_port();
        self.app
            .get_socket()
            .unwrap()
            .join(format!(".s.PGSQL.{port}"))
    }

    /// The same, where the service waits for a lock longer than any test: for stories in which it
    /// waits for the test.
    #[must_use]
    pub fn patient(&self) -> Self {
        self.reached_by(self.app_options().options([("lock_timeout", "60s")]))
    }

    /// The same, reached by other options as the app role.
    pub fn reached_by(&self, app: PgConnectOptions) -> Self {
        Self {
            app,
            ..self.clone()
        }
    }

    /// Its URL for the role that owns it.
    pub fn owner_url(&self) -> String {
        self.owner.to_url_lossy().to_string()
    }

    /// Its URL for the role that serves.
    pub fn app_url(&self) -> String {
        self.app.to_url_lossy().to_string()
    }

    /// Returns once so many sessions of this database wait for a lock.
    pub async fn waiting(&self, sessions: i64) {
        let mut owner = self.owner().await;
        let reached = async {
            loop {
                let waiting: i64 = sqlx::query_scalar(
                    "select count(distinct pid)
                       from pg_locks
                       join pg_stat_activity using (pid)
                      where not granted and datname = current_database()",
                )
                .fetch_one(&mut owner)
                .await
                .unwrap();
                if waiting == sessions {
                    break;
                }
            }
        };
        tokio::time::timeout(WAITING_MAX, reached)
            .await
            .expect("so many sessions wait for a lock");
    }

    /// A connection as the owner.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.owner).await.unwrap()
    }
}

/// The cluster of this test process; it ends with the process.
pub fn process_cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::temporary().unwrap())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}
