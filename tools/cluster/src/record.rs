//! Records the shape (parameters, columns, nullability) of every SQL statement of a crate: what
//! sqlx's macros learn from a migrated database and keep in the crate's `.sqlx`.
//!
//! The shapes are recorded into a scratch folder and compared with the crate's. So a crate that
//! does not compile loses nothing, and a check changes nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use cluster::Cluster;

/// The crate whose schema stands in every service's database, and whose statements are checked
/// against a database of its own.
const PLATFORM: &str = "platform";

/// The shapes of one crate: file name → content.
type Shapes = BTreeMap<String, Vec<u8>>;

/// Records the shapes of `crates`, or with `check` fails when they are not the recorded ones.
pub(crate) fn record(cargo: &Path, crates: &[String], check: bool) -> Result<()> {
    let workspace = workspace_root(cargo)?;
    let cluster = Cluster::temporary()?;
    let mut differing = Vec::new();
    for name in crates {
        let recorder = Recorder {
            cargo,
            workspace: &workspace,
            cluster: &cluster,
            name,
        };
        let present = recorder.present_shapes()?;
        let recorded = shapes_in(&recorder.folder())?;
        let differences = differences(&present, &recorded);
        say(format_args!(
            "{name}: {} statements, {} differ",
            present.len(),
            differences.len()
        ))?;
        if check {
            differing.extend(differences.iter().map(|line| format!("{name}: {line}")));
        } else {
            replace(&recorder.folder(), &present, &recorded)?;
        }
    }
    ensure!(
        differing.is_empty(),
        "run `make sqlx`:\n{}",
        differing.join("\n")
    );
    Ok(())
}

/// One crate and what it takes to see its statements' shapes.
struct Recorder<'a> {
    cargo: &'a Path,
    workspace: &'a Path,
    cluster: &'a Cluster,
    name: &'a str,
}

impl Recorder<'_> {
    fn directory(&self) -> PathBuf {
        directory_of(self.workspace, self.name)
    }

    /// Where the crate's recorded shapes lie.
    fn folder(&self) -> PathBuf {
        self.directory().join(".sqlx")
    }

    /// The shapes that the crate's statements have against its migrations as they now are.
    fn present_shapes(&self) -> Result<Shapes> {
        let database = self.cluster.create_service(self.name)?;
        self.migrate()?;
        if self.name != PLATFORM {
            // Built from its own recorded shapes first, or it would be built together with the
            // service and its statements recorded as the service's.
            self.check(PLATFORM, &[])?;
        }
        let scratch = self
            .cluster
            .directory()
            .join(format!("shapes-{}", self.name));
        fs::create_dir(&scratch)?;
        // Cargo sees a change of source files only, not one of the schema.
        let root_module = self.directory().join("src/lib.rs");
        File::options()
            .append(true)
            .open(&root_module)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| root_module.display().to_string())?;
        let url = database.owner_url;
        self.check(
            self.name,
            &[
                ("SQLX_OFFLINE", "false"),
                ("SQLX_OFFLINE_DIR", &scratch.to_string_lossy()),
                ("DATABASE_URL", &url),
                (&format!("{}_DATABASE_URL", self.name.to_uppercase()), &url),
            ],
        )?;
        shapes_in(&scratch)
    }

    /// Makes the schema as a service's own migration does: platform's files, then its own.
    fn migrate(&self) -> Result<()> {
        let mut folders = vec![directory_of(self.workspace, PLATFORM)];
        if self.name != PLATFORM {
            folders.push(self.directory());
        }
        for folder in folders {
            for file in migrations_in(&folder.join("migrations"))? {
                self.cluster.run_file_as_owner(self.name, &file)?;
            }
        }
        Ok(())
    }

    fn check(&self, package: &str, environment: &[(&str, &str)]) -> Result<()> {
        let mut cargo = Command::new(self.cargo);
        cargo
            .args(["check", "--quiet", "--package", package])
            .current_dir(self.workspace);
        let status = cargo
            .envs(environment.iter().copied())
            .status()
            .context("cargo")?;
        ensure!(status.success(), "`cargo check --package {package}` failed");
        Ok(())
    }
}

fn workspace_root(cargo: &Path) -> Result<PathBuf> {
    let mut locate = Command::new(cargo);
    locate.args(["locate-project", "--workspace", "--message-format", "plain"]);
    let output = locate.output().context("cargo")?;
    let manifest = PathBuf::from(String::from_utf8(output.stdout)?.trim());
    match manifest.parent() {
        Some(root) if output.status.success() => Ok(root.to_owned()),
        _ => bail!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn directory_of(workspace: &Path, name: &str) -> PathBuf {
    match name {
        PLATFORM => workspace.join(name),
        service => workspace.join("services").join(service),
    }
}

/// The SQL files of a folder, in the order of their numbers.
fn migrations_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The shapes that lie in a folder; none when there is no folder.
fn shapes_in(folder: &Path) -> Result<Shapes> {
    let mut shapes = Shapes::new();
    if !folder.exists() {
        return Ok(shapes);
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") && name.ends_with(".json") {
            shapes.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(shapes)
}

/// One line for each file of the folder that would change.
fn differences(present: &Shapes, recorded: &Shapes) -> Vec<String> {
    let stale = recorded.keys().filter(|name| !present.contains_key(*name));
    let changed = present
        .iter()
        .filter_map(|(name, shape)| match recorded.get(name) {
            None => Some(format!("{name} is missing")),
            Some(other) if other != shape => Some(format!("{name} has changed")),
            Some(_) => None,
        });
    changed
        .chain(stale.map(|name| format!("{name} belongs to no statement")))
        .collect()
}

/// Makes the folder hold the present shapes and no others; equal files are not touched.
fn replace(folder: &Path, present: &Shapes, recorded: &Shapes) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for name in recorded.keys().filter(|name| !present.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, shape) in present {
        if recorded.get(name) != Some(shape) {
            fs::write(folder.join(name), shape)?;
        }
    }
    Ok(())
}

fn say(line: std::fmt::Arguments<'_>) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(files: &[(&str, &str)]) -> Shapes {
        let owned = |(name, shape): &(&str, &str)| ((*name).to_owned(), shape.as_bytes().to_vec());
        files.iter().map(owned).collect()
    }

    #[test]
    fn files_that_would_change_are_named_with_the_reason() {
        let present = shapes(&[("same", "1"), ("changed", "2"), ("new", "3")]);
        let recorded = shapes(&[("same", "1"), ("changed", "1"), ("old", "4")]);
        assert_eq!(
            differences(&present, &recorded),
            [
                "changed has changed",
                "new is missing",
                "old belongs to no statement"
            ]
        );
        assert!(differences(&present, &present).is_empty());
    }

    #[test]
    fn a_folder_holds_the_present_shapes_and_other_files_stay() {
        let folder = std::env::temp_dir().join(format!("norec-shapes-{}", std::process::id()));
        let recorded = shapes(&[("query-1.json", "a"), ("query-2.json", "b")]);
        replace(&folder, &recorded, &Shapes::new()).unwrap();
        fs::write(folder.join("README"), "kept").unwrap();

        let present = shapes(&[("query-2.json", "c"), ("query-3.json", "d")]);
        replace(&folder, &present, &shapes_in(&folder).unwrap()).unwrap();

        let found = shapes_in(&folder).unwrap();
        let kept = folder.join("README").exists();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, present);
        assert!(kept);
    }
}
