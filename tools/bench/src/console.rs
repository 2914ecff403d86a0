//! What a run says meanwhile (standard error) and what it ends with (standard output).

use std::fmt::Display;
use std::io::{self, Write};

/// Says how far it is. That nobody reads it is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes the answer.
pub(crate) fn answer(text: impl Display) -> io::Result<()> {
    write!(io::stdout().lock(), "{text}")
}
