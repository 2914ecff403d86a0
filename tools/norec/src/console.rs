//! What the tool says to the operator (standard error) and what it answers to the command
//! (standard output).

use std::fmt::Display;
use std::io::{self, Write};

/// Says a line. That nobody reads it is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes a line of the answer.
pub(crate) fn answer(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}
