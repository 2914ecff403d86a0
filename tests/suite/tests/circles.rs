//! No file imports one that imports it, straight or through others: each can be read after those that
//! it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::tidy::{code, crates, files, shown};

/// A module's path in its crate, such as `["domain", "cutoff"]`; the crate's root is empty.
type Module = Vec<String>;

/// The source of one crate, by module.
struct Crate {
    files: BTreeMap<Module, PathBuf>,
    texts: BTreeMap<Module, String>,
    /// Of a module, what it hands on of others: name → whose it is.
    handed_on: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Crate {
    fn read(src: &Path) -> Self {
        let mut it = Self {
            files: BTreeMap::new(),
            texts: BTreeMap::new(),
            handed_on: BTreeMap::new(),
        };
        for file in files(src, &[".rs"]) {
            let module = module_of(src, &file);
            // A program's own file imports its library as others do.
            if module == ["main"] || module.last().is_some_and(|it| it == "tests") {
                continue;
            }
            it.texts.insert(module.clone(), plain(&code(&file)));
            it.files.insert(module, file);
        }
        for (module, text) in &it.texts {
            let (handed_on, _) = imports(text);
            let absolute = handed_on.iter().map(|path| it.absolute(module, path));
            let named = absolute.filter_map(|path| {
                let (name, whose) = path.split_last()?;
                Some((name.clone(), whose.to_vec()))
            });
            it.handed_on.insert(module.clone(), named.collect());
        }
        it
    }

    /// A path as it is written in a module, from the crate's root.
    fn absolute(&self, module: &[String], path: &[String]) -> Vec<String> {
        let (first, rest) = path.split_first().unwrap();
        let child = [module, std::slice::from_ref(first)].concat();
        match first.as_str() {
            "crate" => rest.to_vec(),
            "self" => [module, rest].concat(),
            "super" => {
                let above = &module[..module.len().saturating_sub(1)];
                match rest.first() {
                    Some(_) => self.absolute(above, &[&["self".to_owned()], rest].concat()),
                    None => above.to_vec(),
                }
            }
            _ if self.files.contains_key(&child) => [module, path].concat(),
            _ => Vec::new(),
        }
    }

    /// Whose file defines what an absolute path names; none for a module as a whole.
    fn owner(&self, path: &[String]) -> Option<Module> {
        let at = (0..=path.len())
            .rev()
            .find(|it| self.files.contains_key(&path[..*it]))?;
        let (module, rest) = path.split_at(at);
        let name = rest.first()?;
        match self.handed_on[module].get(name) {
            Some(whose) => self.owner(&[&whose[..], rest].concat()),
            None => Some(module.to_vec()),
        }
    }

    /// The modules that a module takes something from.
    fn taken_from(&self, module: &Module) -> BTreeSet<Module> {
        let text = &self.texts[module];
        let (_, imported) = imports(text);
        let absolute = |path: &[String]| self.absolute(module, path);
        let mut paths: Vec<_> = imported.iter().map(|it| absolute(it)).collect();
        for path in inline_paths(text) {
            let alias = imported.iter().find(|it| it.last() == path.first());
            paths.push(match alias {
                Some(alias) => absolute(&[alias, &path[1..]].concat()),
                None => absolute(&path),
            });
        }
        let owners = paths.iter().filter(|it| !it.is_empty());
        let owners = owners.filter_map(|it| self.owner(it));
        owners.filter(|it| it != module).collect()
    }
}

fn module_of(src: &Path, file: &Path) -> Module {
    let inside = file.strip_prefix(src).unwrap().with_extension("");
    let mut module: Module = inside
        .iter()
        .map(|it| it.to_str().unwrap().to_owned())
        .collect();
    if module.last().is_some_and(|it| it == "mod" || it == "lib") {
        module.pop();
    }
    module
}

/// Code without its comments and texts.
fn plain(code: &str) -> String {
    let mut plain = String::new();
    let mut rest = code;
    while let Some(letter) = rest.chars().next() {
        let is_raw = rest.starts_with("r#\"");
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if is_raw {
            rest.find("\"#").unwrap() + 2
        } else if letter == '"' {
            text_length(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\''") {
            rest[1..].find('\'').unwrap() + 2
        } else {
            plain.push(letter);
            letter.len_utf8()
        };
        rest = &rest[skipped..];
    }
    plain
}

/// Bytes of the text that this begins with, its quotes among them.
fn text_length(quoted: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in quoted.char_indices().skip(1) {
        match letter {
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = letter == '\\' && !is_escaped,
        }
    }
    quoted.len()
}

/// The statements of a file that import, each with what stands before `use`; and all the others.
fn split(text: &str) -> (Vec<(String, String)>, String) {
    let (mut imports, mut body) = (Vec::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((visibility, tree)) = format!(" {}", line.trim())
            .split_once(" use ")
            .map(|(a, b)| (a.trim().to_owned(), b.to_owned()))
        else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        let mut tree = tree;
        while !tree.contains(';') {
            tree.push_str(lines.next().unwrap());
        }
        imports.push((visibility, tree.split(';').next().unwrap().to_owned()));
    }
    (imports, body)
}

/// The paths of a file's `use` statements: those that it hands on, and those that it takes.
fn imports(text: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let (imports, _) = split(text);
    let (handed_on, taken): (Vec<_>, Vec<_>) = imports
        .into_iter()
        .partition(|(visibility, _)| visibility.starts_with("pub"));
    let paths = |them: Vec<(String, String)>| them.iter().flat_map(|it| expanded(&it.1)).collect();
    (paths(handed_on), paths(taken))
}

/// `a::{b, c::{self, D as E}}` is `a::b`, `a::c`, `a::c::D`.
fn expanded(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((before, inside)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        let path = path.trim().trim_end_matches("::self");
        return vec![path.split("::").map(|it| it.trim().to_owned()).collect()];
    };
    let before: Vec<_> = before.trim().trim_end_matches("::").split("::").collect();
    let before = before
        .iter()
        .filter(|it| !it.is_empty())
        .map(|it| (*it).to_owned());
    let before: Vec<String> = before.collect();
    let (mut depth, mut from, mut paths) = (0, 0, Vec::new());
    let inside = inside.strip_suffix('}').unwrap();
    for (at, letter) in inside.char_indices().chain([(inside.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let branch = inside[from..at].trim();
                from = at + 1;
                match branch {
                    "" => (),
                    "self" => paths.push(before.clone()),
                    _ => paths.extend(
                        expanded(branch)
                            .into_iter()
                            .map(|it| [before.clone(), it].concat()),
                    ),
                }
            }
            _ => (),
        }
    }
    paths
}

/// Every `a::b` of a file that is not one of its `use` statements.
fn inline_paths(text: &str) -> Vec<Vec<String>> {
    let (_, body) = split(text);
    let words = body.split(|it: char| !(it.is_alphanumeric() || it == '_' || it == ':'));
    let paths = words.filter(|it| it.contains("::") && !it.starts_with("::"));
    paths
        .map(|it| {
            it.split("::")
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .filter(|it: &Vec<String>| !it.is_empty())
        .collect()
}

/// The first way from a module back to itself.
fn circle(from: &BTreeMap<Module, BTreeSet<Module>>, start: &Module) -> Option<Vec<Module>> {
    let mut ways = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in &from[way.last().unwrap()] {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push([&way[..], std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

#[test]
fn no_file_imports_one_that_imports_it() {
    let mut circles = Vec::new();
    for folder in crates() {
        let read = Crate::read(&folder.join("src"));
        let from: BTreeMap<_, _> = read
            .files
            .keys()
            .map(|module| (module.clone(), read.taken_from(module)))
            .collect();
        for module in from.keys() {
            if let Some(way) = circle(&from, module) {
                let way: Vec<_> = way.iter().map(|it| shown(&read.files[it])).collect();
                circles.push(way.join(" → "));
            }
        }
    }
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n"));
}

#[test]
fn paths_are_read_as_they_are_written() {
    let (handed_on, taken) = imports(
        "pub use a::{B, c::D};
         use crate::x::{
             self, Y as Z,
         };
         pub(crate) use e::F;
         fn f() { crate::g::h(); }",
    );
    let joined =
        |paths: Vec<Vec<String>>| -> Vec<String> { paths.iter().map(|it| it.join("::")).collect() };
    assert_eq!(joined(handed_on), ["a::B", "a::c::D", "e::F"]);
    assert_eq!(joined(taken), ["crate::x", "crate::x::Y"]);
    let inline = inline_paths(&plain(
        "use a::b;\nfn f() { c::d(e::F { g: \"h::i\" }) } // j::k",
    ));
    assert_eq!(joined(inline), ["c::d", "e::F"]);
}
