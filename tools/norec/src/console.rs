//! What the tool says to the operator (standard error) and what it answers to the command
//! (standard output).

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines that are kept back; none while everything is told.
static KEPT: Mutex<Option<Vec<String>>> = Mutex::new(None);

fn kept() -> MutexGuard<'static, Option<Vec<String>>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says a line. That nobody reads it is no reason to stop.
pub(crate) fn say(line: impl Display) {
    if let Some(kept) = kept().as_mut() {
        kept.push(line.to_string());
        return;
    }
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes a line of the answer.
pub(crate) fn answer(line: impl Display) -> io::Result<()> {
    if let Some(kept) = kept().as_mut() {
        kept.push(line.to_string());
        return Ok(());
    }
    writeln!(io::stdout().lock(), "{line}")
}

/// Keeps back what is said and answered, until [`tell_again`].
pub(crate) fn keep_back() {
    *kept() = Some(Vec::new());
}

/// Tells again from here on; what was kept back is said where `failed`, and forgotten else.
pub(crate) fn tell_again(failed: bool) {
    let lines = kept().take().unwrap_or_default();
    lines.iter().filter(|_| failed).for_each(say);
}
