//! The tool from outside: the built program, real clusters, real services, real kills.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod calls;
mod demo;
mod examples;
mod explain;
mod forged;
mod json;
mod ledger;
mod play;
mod play_again;
mod readme;
mod render;
mod up;
mod verify;
mod world;
mod year;
