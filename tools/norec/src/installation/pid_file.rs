//! A file that a process keeps locked as long as it lives, with its number in it. The kernel frees
//! the lock when the process ends, whatever ended it, so a number beside a free lock is nobody's.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A look at the lock takes it for a moment, and a killed process frees it when it is gone, so one
/// refusal does not mean that somebody holds it.
pub(crate) const HOLD_PATIENCE: Duration = Duration::from_millis(500);
/// How long a holder may take from its lock to its number.
const NUMBER_PATIENCE: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Such a file, held or not, there or not.
#[derive(Clone, Debug)]
pub(crate) struct PidFile {
    path: PathBuf,
}

/// The lock; freed when this is dropped or its process ends.
#[derive(Debug)]
pub(crate) struct Held(File);

impl Held {
    /// Leaves it to the kernel to free the lock when this process is gone: whoever waits for the
    /// lock waits for the process.
    pub(crate) fn until_the_end(self) {
        std::mem::forget(self.0);
    }
}

impl PidFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the lock for this process; `None` when another has it.
    pub(crate) fn hold(&self) -> io::Result<Option<Held>> {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)?;
        let deadline = Instant::now() + HOLD_PATIENCE;
        while let Err(refused) = file.try_lock() {
            match refused {
                TryLockError::Error(error) => return Err(error),
                TryLockError::WouldBlock if Instant::now() >= deadline => return Ok(None),
                TryLockError::WouldBlock => thread::sleep(POLL_INTERVAL),
            }
        }
        file.set_len(0)?;
        file.write_all(std::process::id().to_string().as_bytes())?;
        Ok(Some(Held(file)))
    }

    /// The process that holds the lock.
    pub(crate) fn holder(&self) -> io::Result<Option<u32>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let deadline = Instant::now() + NUMBER_PATIENCE;
        loop {
            match file.try_lock_shared() {
                Ok(()) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => (),
            }
            if let Ok(number) = fs::read_to_string(&self.path)?.parse() {
                return Ok(Some(number));
            }
            if Instant::now() >= deadline {
                let path = self.path.display();
                return Err(io::Error::other(format!(
                    "{path} is locked and names no process"
                )));
            }
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Asks the holder to end, by SIGTERM, and answers its number.
    pub(crate) fn terminate_holder(&self) -> io::Result<Option<u32>> {
        let Some(number) = self.holder()? else {
            return Ok(None);
        };
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| io::Error::other(format!("{number} is no process")))?;
        match kill_process(pid, Signal::TERM) {
            // It has ended since.
            Err(rustix::io::Errno::SRCH) => Ok(None),
            killed => killed.map(|()| Some(number)).map_err(io::Error::from),
        }
    }

    /// Waits until nobody holds the lock; answers whether that came about in time.
    pub(crate) fn wait_until_free(&self, patience: Duration) -> io::Result<bool> {
        let deadline = Instant::now() + patience;
        while self.holder()?.is_some() {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_file_names_its_holder_and_a_freed_one_nobody() {
        let path = std::env::temp_dir().join(format!("norec-pid-{}", std::process::id()));
        let file = PidFile::new(path.clone());
        assert_eq!(file.holder().unwrap(), None);

        fs::write(&path, "4194304").unwrap();
        assert_eq!(file.holder().unwrap(), None, "a number without a lock");

        let held = file.hold().unwrap().unwrap();
        assert_eq!(file.holder().unwrap(), Some(std::process::id()));
        assert!(file.hold().unwrap().is_none());
        assert!(!file.wait_until_free(Duration::ZERO).unwrap());

        drop(held);
        assert_eq!(file.holder().unwrap(), None);
        assert!(file.wait_until_free(Duration::ZERO).unwrap());
        fs::remove_file(path).unwrap();
    }
}
