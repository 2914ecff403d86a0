//! The roles' passwords: random, one file each, readable by the caller alone.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::error::{Error, Result, present};
use crate::layout::open_private;

/// 192 bits, which is beyond guessing.
const PASSWORD_BYTES: usize = 24;

const RANDOM_SOURCE: &str = "/dev/urandom";

/// A new random password in hexadecimal, so that neither SQL nor a URL needs to quote it.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; PASSWORD_BYTES];
    let read = File::open(RANDOM_SOURCE).and_then(|mut source| source.read_exact(&mut bytes));
    read.map_err(Error::at(RANDOM_SOURCE))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The password of a role, made at the first call.
///
/// Processes that ask at the same time get the same one: each writes its own file whole, and only
/// the first link to the role's name succeeds.
pub(crate) fn of_role(secrets: &Path, role: &str) -> Result<String> {
    let path = secrets.join(role);
    if let Some(password) = present(fs::read_to_string(&path)).map_err(Error::at(&path))? {
        return Ok(password);
    }
    let draft = secrets.join(format!("{role}.{}", random()?));
    let mut file = open_private(&draft)?;
    file.write_all(random()?.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(Error::at(&draft))?;
    match fs::hard_link(&draft, &path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(Error::at(&path)(error));
        }
        _ => fs::remove_file(&draft).map_err(Error::at(&draft))?,
    }
    fs::read_to_string(&path).map_err(Error::at(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_at_the_same_time_get_the_same_password_and_leave_no_draft() {
        let secrets = std::env::temp_dir().join(format!("norec-secrets-{}", random().unwrap()));
        fs::create_dir(&secrets).unwrap();
        let passwords: Vec<String> = std::thread::scope(|scope| {
            let ask = || scope.spawn(|| of_role(&secrets, "grants_app").unwrap());
            let callers: Vec<_> = (0..8).map(|_| ask()).collect();
            callers
                .into_iter()
                .map(|caller| caller.join().unwrap())
                .collect()
        });
        let files = fs::read_dir(&secrets).unwrap().count();
        fs::remove_dir_all(&secrets).unwrap();

        assert_eq!(passwords[0].len(), 2 * PASSWORD_BYTES);
        assert!(
            passwords.iter().all(|password| *password == passwords[0]),
            "{passwords:?}"
        );
        assert_eq!(files, 1);
    }
}
