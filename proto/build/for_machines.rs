//! `for_machines`: a resource without what is written for persons.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use prost_reflect::{
    Cardinality, DescriptorPool, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor,
};

/// The function, over all resources, by their paths in Rust.
pub(crate) fn function(
    pool: &DescriptorPool,
    resources: &BTreeMap<String, MessageDescriptor>,
) -> Result<String> {
    let option = pool
        .get_extension_by_name("norec.access.v1.for_persons")
        .context("no extension norec.access.v1.for_persons")?;
    let mut arms = String::new();
    for (path, resource) in resources {
        let clears = clears(resource, &option).with_context(|| path.clone())?;
        if !clears.is_empty() {
            writeln!(
                arms,
                "        {:?} => {{\n            let mut it = {path}::decode(bytes.as_slice())?;\n            \
                 {clears}\n            Ok(it.encode_to_vec())\n        }}",
                resource.full_name()
            )?;
        }
    }
    Ok(format!(
        "/// A resource, given by its message name and its bytes, without what is written for persons.\n\
         pub fn for_machines(kind: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DecodeError> {{\n    \
         match kind {{\n{arms}        _ => Ok(bytes),\n    }}\n}}\n"
    ))
}

/// Statements that clear what `it`, a message of this kind, has for persons.
fn clears(message: &MessageDescriptor, option: &ExtensionDescriptor) -> Result<String> {
    let mut statements = String::new();
    for field in message.fields() {
        let name = field.name();
        if is_for_persons(&field, option)? {
            write!(statements, "it.{name}.clear(); ")?;
        }
        let Kind::Message(inner) = field.kind() else {
            continue;
        };
        let inner = clears(&inner, option)?;
        if inner.is_empty() {
            continue;
        }
        ensure!(
            field.containing_oneof().is_none(),
            "{name} has text for persons in a oneof"
        );
        let each = match field.cardinality() {
            Cardinality::Repeated => "for it in",
            _ => "if let Some(it) =",
        };
        write!(statements, "{each} &mut it.{name} {{ {inner}}} ")?;
    }
    Ok(statements)
}

fn is_for_persons(field: &FieldDescriptor, option: &ExtensionDescriptor) -> Result<bool> {
    let name = field.name();
    let marked = field.options().get_extension(option).as_bool() == Some(true);
    let is_reason = name == "reason" || name.ends_with("_reason");
    ensure!(
        marked || !is_reason || field.kind() != Kind::String,
        "{name} is a reason and not marked for_persons"
    );
    ensure!(
        !marked || field.kind() == Kind::String,
        "{name} is for_persons and no text"
    );
    Ok(marked)
}
