//! `docs/reference`: what may be called, by whom, in which states, and why it is refused; a page of
//! every package of the contract.

mod reasons;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use prost_reflect::{FileDescriptor, MethodDescriptor, ServiceDescriptor};
use proto::{Word, field_reason, packages, reason};

use crate::access::{duty, effect, who, word};
use crate::comments::{Said, comment, methods, one_line, path, pool};
use crate::pages;
use crate::served;
use crate::tidy::{files, root};

const INTRODUCTION: &str = "\
# Reference

What may be called, by whom, in which states, and why it is refused. Written from the contract,
[proto/norec](../../proto/norec), whose comments say every field besides; `grpcurl … describe` prints them.
`NOREC_WRITE=1 cargo test -p suite --test suite reference` writes these pages anew. What a service enforces, once it
has dropped the roles that it does not know, is [access.md](../access.md); how to call, and what a refusal carries, is
[operating.md](../operating.md#call).

Alike in all packages:

- A write takes a `request_id`. Sent again with it, the same request is answered as it was and changes nothing; with
  `validate_only` it is judged whole, and nothing is kept. It answers the resource.
- An `etag` that is given must be the resource's. An `effective_date` is today or earlier; where it lies further back
  than the dated rule allows, `late_reason` says why.
- A Get of what can change takes `read_time`, an instant at least 30 seconds back. A List in pages takes `page_size`,
  and as `page_token` the `next_page_token` before.
";

/// The packages of the suite, such as `norec.grants.v1`.
fn all_packages() -> BTreeSet<String> {
    let pool = pool();
    let files = pool.files().map(|it| it.package_name().to_owned());
    files.filter(|it| it.starts_with("norec.")).collect()
}

/// `norec.grants.v1` as its page is called: `grants`.
fn short(package: &str) -> &str {
    package.split('.').nth(1).unwrap()
}

/// What stands above an element, on one line and without its example.
fn above(file: &FileDescriptor, path: &[i32]) -> String {
    let comment = comment(file, path);
    let text = comment.split("Example:").next().unwrap_or_default();
    one_line(text).replace('|', "\\|")
}

fn page(package: &str) -> String {
    let mut page = format!("# {package}\n");
    let services: Vec<_> = pool()
        .services()
        .filter(|it| it.package_name() == package)
        .collect();
    if !services.is_empty() {
        write!(page, "\nServed by {}.\n", hosts(package)).unwrap();
    }
    for service in &services {
        write_service(&mut page, service);
    }
    write_states(&mut page, package);
    reasons::write_of_calls(&mut page, package);
    reasons::write_of_fields(&mut page, package);
    page
}

/// Who serves a package: what no service lists is the platform's, and served by all alike.
fn hosts(package: &str) -> String {
    let hosts = served::NOUNS.into_iter().filter(|nouns| {
        let mut packages = nouns.packages.iter();
        packages.any(|it| it.name == package)
    });
    match &hosts.map(|it| it.service).collect::<Vec<_>>()[..] {
        [] => "all services alike".to_owned(),
        hosts => hosts.join(" and "),
    }
}

fn write_service(page: &mut String, service: &ServiceDescriptor) {
    let file = service.parent_file();
    let proto = file.name();
    let name = proto.rsplit('/').next().unwrap();
    let text = above(&file, service.path());
    write!(
        page,
        "\n## {}\n\n{text} Fields: [{name}](../../proto/{proto}).\n",
        service.name()
    )
    .unwrap();
    for method in service.methods() {
        write_method(page, &method);
    }
}

fn write_method(page: &mut String, method: &MethodDescriptor) {
    let said = Said::of(method);
    let rule = packages::rule(&path(method)).unwrap();
    let mut roles = rule.roles.to_vec();
    roles.sort();
    let (name, does) = (method.name(), said.does);
    let (input, output) = (method.input(), method.output());
    let (takes, answers) = (input.name(), output.name());
    write!(
        page,
        "\n### {name}\n\n{does}\n\n- Takes `{takes}`, answers `{answers}`\n"
    )
    .unwrap();
    let comes_with = match duty(rule).as_str() {
        "" => effect(rule),
        duty => format!("{}, with the duty to {duty}", effect(rule)),
    };
    writeln!(page, "- Open to {} ({comes_with})", who(rule, &roles)).unwrap();
    if let Some(states) = said.states {
        writeln!(page, "- States: {states}").unwrap();
    }
    if let Some(refuses) = said.refuses {
        writeln!(page, "- Refuses with {}", reasons::linked(&refuses)).unwrap();
    }
}

/// The states of a package's nouns, and what people call them.
fn write_states(page: &mut String, package: &str) {
    let enums = pool().all_enums().collect::<Vec<_>>().into_iter();
    let mut states: Vec<_> = enums
        .filter(|it| it.package_name() == package && it.name() == "State")
        .collect();
    states.sort_by_key(|it| it.full_name().to_owned());
    for (place, states) in states.iter().enumerate() {
        if place == 0 {
            page.push_str("\n## States\n");
        }
        let noun = states.parent_message().unwrap();
        write!(
            page,
            "\n### {}\n\n| State | Norwegian | Meaning |\n|---|---|---|\n",
            noun.name()
        )
        .unwrap();
        for value in states.values().filter(|it| it.number() != 0) {
            let name = value.name().trim_start_matches("STATE_");
            let meaning = above(&states.parent_file(), value.path());
            writeln!(page, "| {name} | {} | {meaning} |", norwegian(name)).unwrap();
        }
    }
}

/// What people call a word of the contract, in both forms of Norwegian where they differ.
fn norwegian(name: &str) -> String {
    let word = Word::find(name).unwrap();
    match word.nb == word.nn {
        true => word.nb.to_owned(),
        false => format!("{}, nynorsk {}", word.nb, word.nn),
    }
}

fn index() -> String {
    let mut page = INTRODUCTION.to_owned();
    let of_any_call = reasons::of_any_call().join(", ");
    writeln!(
        page,
        "- A method says what it refuses with of its own. Beside that any call may meet what [common](common.md) has \
         and no method names: {of_any_call}."
    )
    .unwrap();
    page.push_str("\n## Methods\n");
    for service in pool()
        .services()
        .filter(|it| it.full_name().starts_with("norec."))
    {
        let home = short(service.package_name()).to_owned();
        let methods = service
            .methods()
            .map(|it| format!("[{0}]({home}.md#{1})", it.name(), it.name().to_lowercase()));
        let methods = methods.collect::<Vec<_>>().join(", ");
        write!(
            page,
            "\n[{}]({home}.md#{}): {methods}\n",
            service.full_name(),
            service.name().to_lowercase()
        )
        .unwrap();
    }
    write_words(&mut page, "Role", "Roles");
    write_words(&mut page, "Duty", "Duties");
    page
}

/// The words of an enum of access: what people call them, and what they mean.
fn write_words(page: &mut String, name: &str, heading: &str) {
    let words = pool()
        .get_enum_by_name(&format!("norec.access.v1.{name}"))
        .unwrap();
    let file = words.parent_file();
    let text = above(&file, words.path());
    write!(
        page,
        "\n## {heading}\n\n{text}\n\n| {name} | Norwegian | Meaning |\n|---|---|---|\n"
    )
    .unwrap();
    for value in words.values().filter(|it| it.number() != 0) {
        let prefix = format!("{}_", name.to_uppercase());
        let name = value.name().trim_start_matches(&prefix);
        let meaning = above(&file, value.path());
        writeln!(page, "| {} | {} | {meaning} |", word(name), norwegian(name)).unwrap();
    }
}

/// The pages, by their files' names.
fn written() -> BTreeMap<String, String> {
    let packages = all_packages().into_iter();
    let pages = packages.map(|it| (format!("{}.md", short(&it)), page(&it)));
    pages.chain([("README.md".to_owned(), index())]).collect()
}

#[test]
fn the_reference_says_what_the_contract_does() {
    let written = written();
    for (name, page) in &written {
        pages::hold(&format!("reference/{name}"), page);
    }
    let folder = root().join("docs/reference");
    let there = files(&folder, &[""]).into_iter();
    let there: Vec<_> = there
        .map(|it| it.strip_prefix(&folder).unwrap().display().to_string())
        .collect();
    assert_eq!(there, written.into_keys().collect::<Vec<_>>());
}

/// What links name on a page is there once: a method, a noun and a reason of a package have one heading each.
#[test]
fn no_page_of_the_reference_has_a_heading_twice() {
    for (name, page) in written() {
        let mut seen = BTreeSet::new();
        for heading in pages::headings(&page) {
            assert!(seen.insert(heading), "{name} has {heading} twice");
        }
    }
}

/// Every method of the contract and every reason has its heading: none is left out by how it is written.
#[test]
fn every_method_and_every_reason_has_its_place() {
    let written = written();
    let place = |package: &str| -> BTreeSet<&str> {
        pages::headings(&written[&format!("{}.md", short(package))]).collect()
    };
    for method in methods() {
        let service = method.parent_service();
        assert!(
            place(service.package_name()).contains(method.name()),
            "{}",
            path(&method)
        );
    }
    for it in reason::ALL {
        let count = written
            .values()
            .filter(|page| pages::headings(page).any(|heading| heading == it.name))
            .count();
        assert_eq!(count, 1, "{}", it.name);
    }
    for it in field_reason::ALL {
        let row = format!("\n| {} | ", it.name);
        assert!(
            written.values().any(|page| page.contains(&row)),
            "{}",
            it.name
        );
    }
}
