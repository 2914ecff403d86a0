//! The service's stories: a real database, a real socket, real tokens.

mod scheme_editions;
mod world;
