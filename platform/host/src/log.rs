//! The log: one JSON object per line on standard error. A line that cannot be written is counted and
//! changes nothing else; health says how many there were.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tracing_subscriber::EnvFilter;

/// Lines that could not be written since the process began.
static LOST: AtomicU64 = AtomicU64::new(0);
/// The last line may have been written in part: the next begins on a line of its own.
static TORN: AtomicBool = AtomicBool::new(false);

/// Sets the log up, once per process.
pub(crate) fn begin() {
    let filter = EnvFilter::try_from_env("NOREC_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,h2=warn"));
    let set = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        // It would say so on standard error, and break the call when that fails too.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(|| Counting(io::stderr()))
        .try_init();
    if let Err(error) = set {
        tracing::debug!(%error, "logging was set up before");
    }
}

/// How many lines could not be written.
pub(crate) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// Counts the lines, each of which is written at once, that were not written whole.
struct Counting<W>(W);

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mended = TORN.swap(false, Ordering::Relaxed);
        let before: &[u8] = if mended { b"\n" } else { b"" };
        if self.0.write_all(&[before, line].concat()).is_err() {
            LOST.fetch_add(1, Ordering::Relaxed);
            TORN.store(true, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    struct Disk {
        written: Vec<u8>,
        room: usize,
    }

    impl Write for &mut Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.room - self.written.len());
            self.written.extend_from_slice(&bytes[..fits]);
            match fits {
                0 => Err(io::ErrorKind::StorageFull.into()),
                _ => Ok(fits),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// B-T05: what cannot be written is counted, and the next line is whole.
    #[test]
    fn a_line_that_cannot_be_written_is_counted() {
        let written = Vec::new();
        let mut disk = Disk { written, room: 8 };
        let before = lost();
        for line in [&b"first\n"[..], b"second\n", b"third\n"] {
            Counting(&mut disk).write_all(line).unwrap();
        }
        assert_eq!(lost() - before, 2);
        disk.room = 100;
        Counting(&mut disk).write_all(b"fourth\n").unwrap();
        assert_eq!(lost() - before, 2);
        assert_eq!(disk.written, b"first\nse\nfourth\n");
    }
}
