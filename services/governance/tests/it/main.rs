//! The service's stories: a real database, a real socket, real tokens.

mod accounts_imports;
mod appropriations;
mod charts;
mod reported_days;
mod world;
