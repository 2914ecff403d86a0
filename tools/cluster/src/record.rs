//! Records the shape (parameters, columns, nullability) of every SQL statement of a crate: what
//! sqlx's macros learn from a migrated database and keep in the crate's `.sqlx`.
//!
//! The shapes are recorded into a scratch folder and compared with the crate's. So a crate that
//! does not compile loses nothing, and a check changes nothing. A crate whose shapes were seen to be
//! the recorded ones is not looked at again until its statements, its shapes or a schema change.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use cluster::Cluster;

/// Crates whose schemas, or statements on the platform's, are in the databases of several services, in the order
/// of their migration.
const SHARED: [&str; 4] = [
    "platform",
    "platform/privacy",
    "platform/rule_service",
    "services/shared/spending",
];
/// Where a crate's recorded shapes lie.
const SHAPES: &str = ".sqlx";

/// The shapes of one crate: file name → content.
type Shapes = BTreeMap<String, Vec<u8>>;

/// Records the shapes of all crates that have statements, or with `check` fails when they are not the
/// recorded ones.
pub(crate) fn record(cargo: &Path, check: bool) -> Result<()> {
    let workspace = workspace_root(cargo)?;
    let mut cluster = None;
    let mut differing = Vec::new();
    for crate_folder in crates_with_statements(&workspace)? {
        let name = name_of(&crate_folder);
        let seen = Seen::of(&workspace, &crate_folder)?;
        if check && seen.is_noted() {
            say(format_args!("{name}: unchanged since it was checked"))?;
            continue;
        }
        if cluster.is_none() {
            cluster = Some(Cluster::temporary()?);
        }
        let recorder = Recorder {
            cargo,
            workspace: &workspace,
            cluster: cluster.as_ref().context("a cluster was started")?,
            name,
            folder: &crate_folder,
        };
        let present = recorder.present_shapes()?;
        let shapes = crate_folder.join(SHAPES);
        let recorded = shapes_in(&shapes)?;
        let differences = differences(&present, &recorded);
        let (all, differ) = (present.len(), differences.len());
        say(format_args!("{name}: {all} statements, {differ} differ"))?;
        if check {
            differing.extend(differences.iter().map(|line| format!("{name}: {line}")));
        } else {
            replace(&shapes, &present, &recorded)?;
        }
        if differing.is_empty() {
            Seen::of(&workspace, &crate_folder)?.note()?;
        }
    }
    ensure!(
        differing.is_empty(),
        "run `make sqlx`:\n{}",
        differing.join("\n")
    );
    Ok(())
}

/// The folders of crates that have statements, each behind those whose schemas it is checked with.
fn crates_with_statements(workspace: &Path) -> Result<Vec<PathBuf>> {
    let shared = SHARED.map(|it| workspace.join(it));
    let mut folders: Vec<_> = shared.to_vec();
    for folder in folders_in(&workspace.join("services"))? {
        if folder.join(SHAPES).is_dir() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// What decides a crate's shapes, as one number, and where it is noted that they are the recorded ones.
struct Seen {
    note: PathBuf,
    digest: String,
}

impl Seen {
    fn of(workspace: &Path, crate_folder: &Path) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        let mut deciding = vec![workspace.join("Cargo.lock")];
        for folder in schemas_before(workspace, crate_folder) {
            deciding.extend(files_below(&folder.join("migrations"))?);
        }
        for part in ["migrations", "src", SHAPES, "sqlx.toml"] {
            deciding.extend(files_below(&crate_folder.join(part))?);
        }
        for file in deciding {
            hasher.write(file.as_os_str().as_encoded_bytes());
            hasher.write(&fs::read(&file).with_context(|| file.display().to_string())?);
        }
        let name = name_of(crate_folder);
        Ok(Self {
            note: workspace.join("target/record").join(name),
            digest: format!("{:016x}", hasher.finish()),
        })
    }

    fn is_noted(&self) -> bool {
        fs::read_to_string(&self.note).is_ok_and(|it| it == self.digest)
    }

    fn note(&self) -> Result<()> {
        if let Some(folder) = self.note.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.note, &self.digest).with_context(|| self.note.display().to_string())
    }
}

/// One crate and what it takes to see its statements' shapes.
struct Recorder<'a> {
    cargo: &'a Path,
    workspace: &'a Path,
    cluster: &'a Cluster,
    name: &'a str,
    folder: &'a Path,
}

impl Recorder<'_> {
    /// The shapes that the crate's statements have against its migrations as they now are.
    fn present_shapes(&self) -> Result<Shapes> {
        let database = self.cluster.create_service(self.name)?;
        for shared in schemas_before(self.workspace, self.folder) {
            self.migrate(&shared)?;
            // Built from its own recorded shapes first, or it would be built together with this crate
            // and its statements recorded as this crate's.
            self.check(name_of(&shared), &[])?;
        }
        self.migrate(self.folder)?;
        let scratch = self
            .cluster
            .directory()
            .join(format!("shapes-{}", self.name));
        fs::create_dir(&scratch)?;
        let url = database.owner_url;
        let touch = Touch::of(&self.folder.join("src/lib.rs"))?;
        let checked = self.check(
            self.name,
            &[
                ("SQLX_OFFLINE", "false"),
                ("SQLX_OFFLINE_DIR", &scratch.to_string_lossy()),
                ("DATABASE_URL", &url),
                (&format!("{}_DATABASE_URL", self.name.to_uppercase()), &url),
            ],
        );
        touch.take_back()?;
        checked?;
        shapes_in(&scratch)
    }

    /// Makes a crate's schema as a service's own migration does.
    fn migrate(&self, crate_folder: &Path) -> Result<()> {
        for file in files_below(&crate_folder.join("migrations"))? {
            self.cluster.run_file_as_owner(self.name, &file)?;
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

/// A source file that looks changed: cargo sees a change of files, not one of a schema.
struct Touch {
    file: File,
    before: SystemTime,
}

impl Touch {
    fn of(path: &Path) -> Result<Self> {
        let open = || -> std::io::Result<Self> {
            let file = File::options().append(true).open(path)?;
            let before = file.metadata()?.modified()?;
            file.set_modified(SystemTime::now())?;
            Ok(Self { file, before })
        };
        open().with_context(|| path.display().to_string())
    }

    /// The file is as old as it was, so that nothing is built again for it.
    fn take_back(self) -> Result<()> {
        Ok(self.file.set_modified(self.before)?)
    }
}

/// Folders of the shared crates whose schemas are there before this crate's own.
fn schemas_before(workspace: &Path, crate_folder: &Path) -> Vec<PathBuf> {
    let shared = SHARED.iter().map(|it| workspace.join(it));
    shared.take_while(|it| it != crate_folder).collect()
}

fn name_of(crate_folder: &Path) -> &str {
    let name = crate_folder.file_name().and_then(|it| it.to_str());
    name.unwrap_or_default()
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

/// The folders in a folder, and in those.
fn folders_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            folders.extend(folders_in(&path)?);
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// A file, or all files below a folder, by name; none when there is no such.
fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(path
            .is_file()
            .then(|| path.to_owned())
            .into_iter()
            .collect());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
        files.extend(files_below(&entry?.path())?);
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
