//! The invariants of ARCHITECTURE.md, kept by reading the source.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use proto::packages::SPENDING_V1;

use crate::served;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Files below a folder with one of these endings, without what is built.
pub(crate) fn files(below: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["target", "build", ".git", ".norec"].contains(&shown(&path).as_str()) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|it| name.ends_with(it)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The code of a file before its tests; a file of tests has none.
pub(crate) fn code(path: &Path) -> String {
    if path.file_name().is_some_and(|it| it == "tests.rs") {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps();
    command.exec().unwrap()
}

/// The folders of all crates.
pub(crate) fn crates() -> Vec<PathBuf> {
    let folders = metadata().packages.into_iter().map(|it| it.manifest_path);
    folders.map(|it| it.parent().unwrap().into()).collect()
}

/// The services: whatever has a program of its own below `services`. They are read from the folders,
/// so that a new one is held to everything; `services/` elsewhere in this file is of packages too.
fn services() -> Vec<String> {
    let folders = fs::read_dir(root().join("services")).unwrap();
    let folders = folders.map(|it| it.unwrap().path());
    let mut names: Vec<_> = folders
        .filter(|it| it.join("src/main.rs").is_file())
        .map(|it| it.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A service that is not linked into the operator's tool, or that no sweep serves, fails; and so does
/// a host of spending of which no story is told.
#[test]
fn every_service_is_linked_and_swept() {
    let linked = fs::read_to_string(root().join("tools/norec/src/linked.rs")).unwrap();
    let linked = linked.split("        name: \"").skip(1);
    let mut linked: Vec<_> = linked.map(|it| it.split('"').next().unwrap()).collect();
    linked.sort_unstable();
    assert_eq!(linked, services());
    let mut swept = served::NOUNS.map(|it| it.service);
    swept.sort_unstable();
    assert_eq!(swept[..], services());
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let outcomes = read("tests/outcomes/tests/main.rs");
    let stories = read("tests/spending/tests/it/main.rs");
    for nouns in served::NOUNS {
        let service = nouns.service;
        let is_called = outcomes.contains(&format!("&{service}::NOUNS"));
        assert!(is_called, "the outcomes of {service} are not compared");
        let spends = nouns.packages.iter().any(|it| it.name == SPENDING_V1.name);
        let is_told = stories.contains(&format!("async fn {service}()"));
        assert!(
            !spends || is_told,
            "no story of spending is told of {service}"
        );
    }
}

/// I1: no service depends on another, and no package that several serve on one of them; nothing that
/// is shipped depends on a proof.
#[test]
fn services_do_not_know_one_another() {
    let services = services();
    for package in metadata().packages {
        let name = package.name.to_string();
        let home = shown(package.manifest_path.as_std_path());
        let (is_proof, serves) = (home.starts_with("tests/"), home.starts_with("services/"));
        for dependency in &package.dependencies {
            let shipped = dependency.kind == DependencyKind::Normal;
            let on_service = serves && services.contains(&dependency.name);
            assert!(!on_service, "{name} depends on {}", dependency.name);
            let path = dependency.path.as_ref();
            let on_proof = path.is_some_and(|it| shown(it.as_std_path()).starts_with("tests/"));
            let ships = shipped && on_proof && !is_proof;
            assert!(!ships, "{name} ships {}", dependency.name);
            let upward = name == "proto" && dependency.name == "platform";
            assert!(!upward, "proto depends on platform");
        }
    }
}

/// I2: the platform knows no noun of the business but those of norec.common.v1.
#[test]
fn the_platform_knows_no_noun_of_the_business() {
    let nouns = [
        "agreement",
        "disbursement",
        "allocation",
        "commitment",
        "cutoff",
        "indicator",
    ];
    for file in files(&root().join("platform/src"), &[".rs"]) {
        for line in code(&file)
            .lines()
            .filter(|it| !it.trim_start().starts_with("//"))
        {
            let lower = line.to_lowercase();
            let noun = nouns.iter().find(|it| lower.contains(**it));
            assert!(noun.is_none(), "{}: {line}", shown(&file));
        }
    }
}

/// I3: decisions do not wait, ask the database, or read a clock.
#[test]
fn decisions_are_pure() {
    let banned = [
        "async ",
        "sqlx::query",
        "tonic::",
        "tokio::",
        "Utc::now",
        "now_v7",
        "std::env",
    ];
    for file in files(&root().join("services"), &[".rs"]) {
        if shown(&file).contains("/src/domain/") {
            let text = code(&file);
            let found = banned.iter().find(|it| text.contains(**it));
            assert!(found.is_none(), "{} has {found:?}", shown(&file));
        }
    }
}

/// I4: SQL stands in `store/` of the services and in the platform's own modules.
#[test]
fn sql_has_its_place() {
    for file in files(&root().join("services"), &[".rs"]) {
        let path = shown(&file);
        if path.contains("/src/") && !path.contains("/store/") {
            let text = code(&file);
            assert!(!text.contains("sqlx::query"), "{path} has SQL");
        }
    }
}

/// The tables of a package that several services serve are its own: a host's SQL reads what the
/// package's functions `…_of(` hand out.
#[test]
fn a_packages_tables_are_its_own() {
    for package in shared_packages() {
        let home = root().join("services/shared").join(&package);
        let schema = package + ".";
        let hosts = files(&root().join("services"), &[".rs", ".sql"]).into_iter();
        for file in hosts.filter(|it| shown(it).contains("/src/store/") || is_sql(it)) {
            if file.starts_with(&home) {
                continue;
            }
            let text = code(&file);
            let lines = text
                .lines()
                .filter(|it| is_code(it) && !it.starts_with("--"));
            for named in lines.flat_map(|it| it.split(&schema).skip(1)) {
                let function = named
                    .split(|it: char| !it.is_alphanumeric() && it != '_')
                    .next();
                let is_handed_out = function
                    .is_some_and(|it| it.ends_with("_of") && named[it.len()..].starts_with('('));
                assert!(is_handed_out, "{} reads {schema}{named}", shown(&file));
            }
        }
    }
}

fn is_sql(file: &Path) -> bool {
    file.extension().is_some_and(|it| it == "sql")
}

/// I5: `tonic::Status` is made in one module.
#[test]
fn statuses_are_made_in_one_place() {
    for file in files(&root(), &[".rs"]) {
        let path = shown(&file);
        let exempt =
            path.starts_with("tests/") || path.contains("/tests/") || path.starts_with("tools/");
        if exempt
            || path.starts_with("platform/error/")
            || path.ends_with("platform/host/src/client.rs")
        {
            continue;
        }
        assert!(
            !code(&file).contains("Status::new("),
            "{path} makes a Status"
        );
    }
}

/// The packages that several services serve alike.
fn shared_packages() -> Vec<String> {
    let folders = fs::read_dir(root().join("services/shared")).unwrap();
    let names = folders.map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
    names.collect()
}

/// I6: every service has the same names inside, and so has a package that several serve; its schema is
/// called as it is.
#[test]
fn services_have_the_same_names_inside() {
    let services = services()
        .into_iter()
        .map(|it| (format!("services/{it}"), true));
    let shared = shared_packages()
        .into_iter()
        .map(|it| (format!("services/shared/{it}"), false));
    for (folder, runs) in services.chain(shared) {
        let src = root().join(&folder).join("src");
        let of_program = ["main.rs", "measures.rs"].into_iter().filter(|_| runs);
        for name in ["lib.rs", "app.rs", "service.rs"]
            .into_iter()
            .chain(of_program)
        {
            assert!(src.join(name).is_file(), "{folder} has no {name}");
        }
        for name in ["domain", "handlers", "store", "wire"] {
            let is_there = src.join(name).join("mod.rs").is_file();
            assert!(is_there, "{folder} has no {name}/");
        }
        let schema = match runs {
            true => "public",
            false => folder.rsplit('/').next().unwrap(),
        };
        let named = format!("    name: \"{schema}\",\n    migrator:");
        let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
        assert!(
            lib.contains(&named),
            "the schema of {folder} is not called {schema}"
        );
    }
}

/// What is answered past the journal's view is computed, in these files and in no other.
#[test]
fn answers_that_are_computed_are_listed() {
    let computed = [
        "platform/privacy/src/handlers/retention.rs",
        "platform/rule_service/src/handlers.rs",
        "platform/src/access.rs",
        "platform/src/feed.rs",
        "services/governance/src/handlers/account_rows.rs",
        "services/governance/src/handlers/figures.rs",
        "services/governance/src/handlers/rendering.rs",
        "services/governance/src/handlers/restatements.rs",
        "services/shared/spending/src/handlers/frames.rs",
    ];
    let all = [
        files(&root().join("platform"), &[".rs"]),
        files(&root().join("services"), &[".rs"]),
    ];
    let says = all
        .concat()
        .into_iter()
        .filter(|it| code(it).contains("Seen::computed("));
    let says: Vec<_> = says.map(|it| shown(&it)).collect();
    assert_eq!(says, computed);
}

/// I7: a file of at most 400 lines. rustfmt holds code to 100 columns; a comment or a text may run to
/// 120, one of the contract or of a table of figures further.
#[test]
fn files_and_lines_are_short() {
    for file in files(&root(), &[".rs", ".sql", ".typ"]) {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", shown(&file));
        for (number, line) in (1..).zip(text.lines()) {
            let is_text = line.contains("r#\"") || line.contains('"');
            let is_code = file.extension().is_some_and(|it| it == "rs");
            let wide = line.chars().count();
            let fits = !is_code || wide <= 120 || is_text;
            assert!(fits, "{}:{number} is {wide} wide", shown(&file));
        }
    }
}

/// A line that is neither blank nor a comment.
fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// A handler reads aloud as the procedure: its body has at most 25 lines of code.
#[test]
fn handlers_are_short() {
    for file in files(&root().join("services"), &[".rs"]) {
        if !shown(&file).contains("/src/handlers/") {
            continue;
        }
        let text = code(&file);
        for handler in text.split("\npub(crate) async fn ").skip(1) {
            let (signature, rest) = handler.split_once("{\n").unwrap();
            let (body, _) = rest.split_once("\n}").unwrap();
            let lines = body.lines().filter(|it| is_code(it)).count();
            let name = signature.split('(').next().unwrap_or_default();
            let is_handler = signature.contains("ctx: Ctx,");
            assert!(
                !is_handler || lines <= 25,
                "{name} in {} has {lines} lines",
                shown(&file)
            );
        }
    }
}

/// The platform, and what runs a service, stay small enough to read.
#[test]
fn the_platform_is_within_its_budget() {
    for (folder, most) in [("platform/src", 3_500), ("platform/host/src", 1_200)] {
        let lines: usize = files(&root().join(folder), &[".rs"])
            .iter()
            .map(|it| code(it).lines().filter(|it| is_code(it)).count())
            .sum();
        assert!(lines <= most, "{folder} has {lines} lines of code");
    }
}

/// I10: nobody calls governance.
#[test]
fn no_service_calls_governance() {
    for file in files(&root().join("services"), &[".rs"]) {
        let path = shown(&file);
        if path.starts_with("services/governance/") || !path.contains("/src/") {
            continue;
        }
        let text = code(&file);
        let mut lines = text.lines().filter(|it| is_code(it));
        let found = lines.find(|it| it.contains("governance"));
        assert!(found.is_none(), "{path}: {found:?}");
    }
}

/// Nothing is left open, skipped or muted without a reason.
#[test]
fn nothing_is_left_open() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("todo", "!("),
    ];
    for file in files(&root(), &[".rs", ".proto", ".sql", ".sh", ".md", ".typ"]) {
        let text = fs::read_to_string(&file).unwrap();
        let found = marks.iter().find(|it| text.contains(**it));
        assert!(found.is_none(), "{} has {found:?}", shown(&file));
    }
}
