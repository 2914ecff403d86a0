//! The contract keeps the suite's rules: comments, names, reasons, no maps.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{FileDescriptor, Kind};

use crate::comments::{Said, comment, methods, path, pool};

/// Reasons that a comment in this file may promise: those of all, of its own package, and of packages
/// that it imports.
fn reasons(file: &FileDescriptor) -> BTreeSet<String> {
    let pool = pool();
    let imported: Vec<_> = file.dependencies().collect();
    let imported = imported.iter().map(FileDescriptor::package_name);
    ["norec.common.v1", file.package_name()]
        .into_iter()
        .chain(imported)
        .filter_map(|it| pool.get_enum_by_name(&format!("{it}.ErrorReason")))
        .flat_map(|it| {
            it.values()
                .map(|v| v.name().replace("ERROR_REASON_", ""))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_rpc_says_what_it_does() {
    for method in methods() {
        let does = Said::of(&method).does;
        assert!(does.len() > 10, "{} has no comment", method.full_name());
    }
}

/// A WRITE says in which states it may be called.
#[test]
fn every_write_names_its_states() {
    for method in methods() {
        let path = path(&method);
        let rule = proto::packages::rule(&path).unwrap();
        if rule.effect == proto::access::v1::Effect::Write {
            assert!(Said::of(&method).states.is_some(), "{path} names no states");
        }
    }
}

/// Words in capitals with an underscore after "Refuses with" are reasons of the contract.
#[test]
fn every_reason_that_a_comment_names_exists() {
    for method in methods() {
        let known = reasons(&method.parent_service().parent_file());
        let promise = Said::of(&method).refuses.unwrap_or_default();
        for word in promise.split(|it: char| !(it.is_ascii_uppercase() || it == '_')) {
            let is_reason = word.len() > 3 && word.contains('_') || word == "BUSY";
            assert!(
                !is_reason || known.contains(word),
                "{}: {word}",
                method.full_name()
            );
        }
    }
}

/// Two runs encode a map differently, and digests with it.
#[test]
fn no_message_has_a_map_or_a_float() {
    for message in pool()
        .all_messages()
        .filter(|it| it.full_name().starts_with("norec."))
    {
        for field in message.fields() {
            assert!(!field.is_map(), "{} is a map", field.full_name());
            let is_float = matches!(field.kind(), Kind::Float | Kind::Double);
            assert!(!is_float, "{} is a float", field.full_name());
        }
    }
}

/// request_id and validate_only have one number everywhere, and no other field of a request has it.
#[test]
fn what_all_writes_share_has_one_number() {
    for method in methods() {
        for (name, number) in [("request_id", 14), ("validate_only", 15)] {
            for field in method.input().fields() {
                let is_it = field.name() == name;
                assert_eq!(is_it, field.number() == number, "{}", field.full_name());
            }
        }
    }
}

/// A method that a comment of the contract names by its path is one of the contract's.
#[test]
fn every_path_in_a_comment_is_a_methods() {
    let known: BTreeSet<_> = methods().iter().map(path).collect();
    for file in pool().files().filter(|it| it.name().starts_with("norec/")) {
        let info = file.file_descriptor_proto().source_code_info.clone();
        for location in info.unwrap().location {
            let text = location.leading_comments.unwrap_or_default();
            let words = text.split(|it: char| !(it.is_alphanumeric() || "./_".contains(it)));
            for word in words.filter(|it| it.starts_with("/norec.")) {
                assert!(known.contains(word), "{}: {word}", file.name());
            }
        }
    }
}

/// Every reason to refuse has an example in its comment, as it is sent: with the reason's own name,
/// its package's domain, and the keys that its texts name.
#[test]
fn every_reason_has_an_example_with_its_keys() {
    let pool = pool();
    let option = pool
        .get_extension_by_name("norec.access.v1.reason")
        .unwrap();
    for it in pool.all_enums().filter(|it| it.name() == "ErrorReason") {
        let domain = match it.package_name() {
            "norec.common.v1" => "norec.no".to_owned(),
            other => format!("{}.norec.no", other.split('.').nth(1).unwrap()),
        };
        for value in it.values().filter(|it| it.number() != 0) {
            let comment = comment(&it.parent_file(), value.path());
            let name = value.name().trim_start_matches("ERROR_REASON_");
            let (_, example) = comment.split_once("Example:").expect(name);
            let example: Example = serde_json::from_str(example).expect(name);
            let options = value.options();
            let texts = options.get_extension(&option);
            let en = texts.as_message().unwrap().get_field_by_name("en").unwrap();
            let named = keys_of(en.as_str().unwrap());
            let keys: BTreeSet<_> = example.metadata.keys().map(String::as_str).collect();
            assert_eq!(
                (example.reason.as_str(), example.domain.as_str(), keys),
                (name, domain.as_str(), named),
            );
        }
    }
}

/// An `ErrorInfo` as JSON.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    reason: String,
    domain: String,
    metadata: BTreeMap<String, String>,
}

/// The `{key}`s that a text names.
fn keys_of(text: &str) -> BTreeSet<&str> {
    let keys = text.split('{').skip(1).map(|it| it.split_once('}'));
    keys.map(|it| it.unwrap().0).collect()
}
