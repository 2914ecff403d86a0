//! The cluster from outside: real servers, real roles, real kills.
//!
//! `lifecycle` starts and stops clusters of its own; `services` shares one temporary cluster, in
//! which each test has services under names that no other test uses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod lifecycle;
mod services;

use std::time::{Duration, Instant};

/// Waits until something holds; fails when it does not within half a minute.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "in vain waited until {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}
