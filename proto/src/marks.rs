//! What takes personal data out of each message, and how those are debugged that have some.

#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "written by the build; of a message that is marked all over nothing is left to default"
)]

use crate::message::Marked;

include!(concat!(env!("OUT_DIR"), "/marks.rs"));
