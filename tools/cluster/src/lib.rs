//! The private PostgreSQL cluster that `norec up` and the tests run on.
//!
//! It owns a state directory: the data, the socket, the passwords and the log of one PostgreSQL
//! server made from the binaries that are installed. The server has no TCP port, asks every role
//! for its password (scram-sha-256) and never runs as root. Within it each service has a database
//! with an owner and an app role, and no role can enter another service's database.
//!
//! What it deliberately does not do: migrate a service's schema (the service does), pool
//! connections, upgrade a data directory from one PostgreSQL version to the next, or replicate.
//! Servers that somebody else runs are reached by URL and never come here.
//!
//! In reading order:
//!
//! - [`Cluster`]: start, attach, stop; a lasting one in a directory, or a temporary one for tests.
//! - [`look`]: whether its server runs, asked from outside.
//! - [`ServiceDatabase`]: the two URLs of one database.
//! - [`Error`]: everything that can go wrong, each with what to do about it.
#![forbid(unsafe_code)]

mod account;
mod cluster;
mod error;
mod installation;
mod layout;
mod password;
mod psql;
mod server;
mod services;
mod watchdog;

pub use cluster::Cluster;
pub use error::{Error, Result};
pub use server::{Postmaster, look};
pub use services::ServiceDatabase;
