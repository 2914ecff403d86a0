//! The reasons to refuse on the pages, and the links to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use prost_reflect::{EnumDescriptor, EnumValueDescriptor};
use proto::{ReasonTexts, field_reason, reason};
use tonic::Code;

use super::{above, all_packages, short};
use crate::comments::{Said, comment, methods, one_line, pool};

/// A reason to refuse, where the contract has it.
struct Reason {
    value: EnumValueDescriptor,
    texts: &'static ReasonTexts,
}

/// The reasons of a package's enum of this name, in the contract's order.
fn reasons(package: &str, of_enum: &str) -> Vec<Reason> {
    let (prefix, all) = match of_enum {
        "ErrorReason" => ("ERROR_REASON_", reason::ALL),
        _ => ("FIELD_REASON_", field_reason::ALL),
    };
    let found = pool().get_enum_by_name(&format!("{package}.{of_enum}"));
    let values = found.iter().flat_map(EnumDescriptor::values);
    let reasons = values.filter(|it| it.number() != 0).map(|value| {
        let name = value.name().trim_start_matches(prefix);
        let texts = all.iter().find(|it| it.name == name).unwrap();
        Reason { value, texts }
    });
    reasons.collect()
}

/// A text of the contract with a link for each reason to refuse that it names.
pub(super) fn linked(text: &str) -> String {
    let mut rest = text;
    let mut linked = String::new();
    while let Some(start) = rest.find(is_part_of_a_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|it| !is_part_of_a_name(it)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        linked.push_str(before);
        linked.push_str(&link(name).unwrap_or_else(|| name.to_owned()));
        rest = after;
    }
    linked + rest
}

/// A link to the reason of this name.
fn link(name: &str) -> Option<String> {
    static HOMES: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
        let packages = all_packages().into_iter();
        let homes = packages.flat_map(|package| {
            let reasons = reasons(&package, "ErrorReason").into_iter();
            reasons.map(move |it| (it.texts.name, short(&package).to_owned()))
        });
        homes.collect()
    });
    let home = HOMES.get(name)?;
    Some(format!("[{name}]({home}.md#{})", name.to_lowercase()))
}

/// Links to the reasons of all packages that no method promises: any call may meet them.
pub(super) fn of_any_call() -> Vec<String> {
    let said = methods().into_iter().filter_map(|it| Said::of(&it).refuses);
    let said = said.collect::<Vec<_>>().join(" ");
    let promised: BTreeSet<_> = said.split(|it| !is_part_of_a_name(it)).collect();
    let common = reasons("norec.common.v1", "ErrorReason").into_iter();
    common
        .filter(|it| !promised.contains(it.texts.name))
        .map(|it| link(it.texts.name).unwrap())
        .collect()
}

/// As reasons are named: `NOT_FOUND`.
fn is_part_of_a_name(it: char) -> bool {
    it.is_ascii_uppercase() || it == '_'
}

/// What stands above the enum that has a reason, in its paragraphs.
fn about(reason: &Reason) -> String {
    let reasons = reason.value.parent_enum();
    let comment = comment(&reasons.parent_file(), reasons.path());
    let paragraphs: Vec<_> = comment.split("\n\n").map(one_line).collect();
    paragraphs.join("\n\n")
}

pub(super) fn write_of_calls(page: &mut String, package: &str) {
    let reasons = reasons(package, "ErrorReason");
    let Some(first) = reasons.first() else { return };
    let about = about(first);
    assert!(about.contains(&format!("domain `{}`", first.texts.domain)));
    write!(page, "\n## Reasons to refuse a call\n\n{about}\n").unwrap();
    for it in &reasons {
        let when = above(&it.value.parent_enum().parent_file(), it.value.path());
        let ReasonTexts { name, code, en, .. } = it.texts;
        write!(
            page,
            "\n### {name}\n\n{when} `{}`\n\n> {en}\n",
            code_name(*code)
        )
        .unwrap();
    }
}

pub(super) fn write_of_fields(page: &mut String, package: &str) {
    let reasons = reasons(package, "FieldReason");
    let Some(first) = reasons.first() else { return };
    let (about, invalid) = (about(first), link("INVALID_FIELDS").unwrap());
    write!(
        page,
        "\n## Reasons to refuse a field\n\n{about} They come with {invalid}.\n\n\
         | Reason | When | What would be right |\n|---|---|---|\n"
    )
    .unwrap();
    for it in &reasons {
        let when = above(&it.value.parent_enum().parent_file(), it.value.path());
        let ReasonTexts { name, en, .. } = it.texts;
        writeln!(page, "| {name} | {when} | {} |", en.replace('|', "\\|")).unwrap();
    }
}

/// A gRPC code as it is written elsewhere: `FAILED_PRECONDITION`.
fn code_name(code: i32) -> String {
    let camel = format!("{:?}", Code::from_i32(code));
    let mut name = String::new();
    for it in camel.chars() {
        if it.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(it.to_ascii_uppercase());
    }
    name
}
