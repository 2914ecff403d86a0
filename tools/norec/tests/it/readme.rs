//! The session by hand that README has, typed line by line: by grpcurl where it is found, else by
//! `norec call`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::world::{World, wait_until};

const README: &str = include_str!("../../../../README.md");

/// A line of the session; one that a backslash or an open quotation continues is one.
#[derive(Debug, PartialEq)]
struct Line {
    typed: String,
    /// What its answer has, by the comment below it.
    answers: Vec<String>,
    /// It is repeated until it answers so.
    is_repeated: bool,
}

/// The lines of a block of code.
fn lines(block: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut is_open = false;
    for text in block.lines().filter(|it| !it.is_empty()) {
        if is_open {
            let before = &mut lines.last_mut().unwrap().typed;
            before.push('\n');
            before.push_str(text);
        } else if let Some(comment) = text.strip_prefix("# ") {
            let again = comment.strip_prefix("again until it ");
            if let Some(answer) = again.unwrap_or(comment).strip_prefix("answers ") {
                let before = lines.last_mut().unwrap();
                before.answers.push(answer.to_owned());
                before.is_repeated |= again.is_some();
            }
            continue;
        } else {
            lines.push(Line {
                typed: text.to_owned(),
                answers: Vec::new(),
                is_repeated: false,
            });
        }
        let typed = &lines.last().unwrap().typed;
        is_open = typed.ends_with('\\') || typed.matches('\'').count() % 2 == 1;
    }
    lines
}

/// The words of a line as a shell has them: what stands in single quotes is kept, elsewhere `$NAME` is
/// what the environment has.
fn words(typed: &str, environment: &BTreeMap<String, String>) -> Vec<String> {
    let mut words = vec![String::new()];
    for (place, part) in typed.split('\'').enumerate() {
        if place % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        let part = part.replace("\\\n", " ");
        for (place, word) in part.split(char::is_whitespace).enumerate() {
            if place > 0 {
                words.push(String::new());
            }
            let plain = |it: char| it.is_ascii_alphanumeric() || "-_./:$".contains(it);
            assert!(
                word.chars().all(plain),
                "a shell reads {word:?} in a way of its own"
            );
            let value = word
                .strip_prefix('$')
                .map(|name| environment[name].as_str());
            words.last_mut().unwrap().push_str(value.unwrap_or(word));
        }
    }
    words.retain(|it| !it.is_empty());
    words
}

#[test]
fn a_line_is_read_as_a_shell_reads_it() {
    let block = "# One\nexport A=b\n\ncall -d '{\"c\":\n  1}' \\\n  $AT x.Y/Z\n# answers \"s\": 1\n# again until it answers \"t\"\n";
    let [export, call] = &lines(block)[..] else {
        panic!("{:?}", lines(block));
    };
    assert_eq!(
        (export.typed.as_str(), export.is_repeated),
        ("export A=b", false)
    );
    assert_eq!(
        (&call.answers[..], call.is_repeated),
        (&["\"s\": 1".to_owned(), "\"t\"".to_owned()][..], true)
    );
    let environment = BTreeMap::from([("AT".to_owned(), "host:1".to_owned())]);
    let read = words(&call.typed, &environment);
    assert_eq!(read, ["call", "-d", "{\"c\":\n  1}", "host:1", "x.Y/Z"]);
}

/// Where a newcomer types.
struct Terminal<'a> {
    world: &'a World,
    environment: BTreeMap<String, String>,
    /// The options of `norec token` by which a variable has its token.
    callers: BTreeMap<String, Vec<String>>,
    has_grpcurl: bool,
}

impl<'a> Terminal<'a> {
    fn of(world: &'a World) -> Self {
        Self {
            world,
            environment: BTreeMap::new(),
            callers: BTreeMap::new(),
            has_grpcurl: Command::new("grpcurl").arg("-version").output().is_ok(),
        }
    }

    /// `export NAME=value`, or the token of a caller: `export NAME=$(norec token …)`.
    fn export(&mut self, assignment: &str) {
        let (name, value) = assignment.split_once('=').unwrap();
        let token = value.strip_prefix("$(norec token ");
        let value = match token.and_then(|it| it.strip_suffix(')')) {
            Some(options) => {
                let options: Vec<_> = options.split(' ').collect();
                let caller = options.iter().map(|it| (*it).to_owned()).collect();
                self.callers.insert(name.to_owned(), caller);
                self.world.must(&[&["token"], &options[..]].concat())
            }
            None => value.trim_matches('\'').to_owned(),
        };
        self.environment
            .insert(name.to_owned(), value.trim().to_owned());
    }

    /// Types a line, again where it is repeated, and sees that it answers as it is said to.
    fn types(&mut self, line: &Line) {
        if let Some(assignment) = line.typed.strip_prefix("export ") {
            return self.export(assignment);
        }
        let mut answer = String::new();
        wait_until(&line.typed, || {
            answer = self.call(&line.typed);
            !line.is_repeated || line.answers.iter().all(|it| answer.contains(it))
        });
        for expected in &line.answers {
            assert!(answer.contains(expected), "{}: {answer}", line.typed);
        }
    }

    fn call(&self, typed: &str) -> String {
        let words = words(typed, &self.environment);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let [
            "grpcurl",
            "-plaintext",
            "-expand-headers",
            "-H",
            header,
            "-d",
            data,
            address,
            method,
        ] = words[..]
        else {
            panic!("{typed}");
        };
        let token = header.strip_prefix("authorization: Bearer ${").unwrap();
        let caller = &self.callers[token.strip_suffix('}').unwrap()];
        if self.has_grpcurl {
            let mut shell = Command::new("sh");
            let ran = shell
                .args(["-c", typed])
                .envs(&self.environment)
                .output()
                .unwrap();
            assert!(ran.status.success(), "{typed}: {ran:?}");
            return String::from_utf8(ran.stdout).unwrap();
        }
        let service = self.listens_at(address);
        let caller: Vec<_> = caller.iter().map(String::as_str).collect();
        let call = ["call", method, "--service", &service, "-d", data];
        self.world.must(&[&call[..], &caller].concat())
    }

    /// The service that listens there.
    fn listens_at(&self, address: &str) -> String {
        let files = fs::read_dir(self.world.installation().join("services")).unwrap();
        let mut names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
        let file = names.find(|it| {
            it.ends_with(".address") && self.world.read(&format!("services/{it}")) == address
        });
        file.unwrap().trim_end_matches(".address").to_owned()
    }
}

/// What README has a newcomer type, from an empty suite to a paid disbursement and its figure; and typed
/// again it changes nothing.
#[test]
fn the_session_of_the_readme_goes_from_nothing_to_a_paid_disbursement_and_its_figure() {
    let world = World::named("readme");
    let manual = world.must(&["up", "--detach"]);
    let mut terminal = Terminal::of(&world);
    for line in manual.lines() {
        if let Some(assignment) = line.trim().strip_prefix("export ") {
            terminal.export(assignment);
        }
    }
    let mut blocks = README.split("```sh\n").skip(1);
    let block = blocks.find(|it| it.contains("grpcurl -plaintext")).unwrap();
    let session = lines(block.split("```").next().unwrap());
    for line in &session {
        terminal.types(line);
    }

    let journals = || ["grants", "governance"].map(|it| world.journal_of(it));
    let before = journals();
    let [grants, governance] = &before;
    let is_in = |journal: &[String], method: &str| journal.iter().any(|it| it == method);
    assert!(is_in(grants, "MarkDisbursementPaid"), "{grants:?}");
    assert!(is_in(governance, "CloseCutoff"), "{governance:?}");
    for line in &session {
        terminal.types(line);
    }
    assert_eq!(journals(), before);
}
