//! What a machine sees: an answer without what is written for persons.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::contract::Contract;

/// The function's body over what the RPCs of a package are answered with.
pub(crate) fn function(contract: &Contract, package: &str) -> Result<String> {
    let mut arms = String::new();
    for (path, answer) in contract.answers(package) {
        let clears = clears(contract, &answer).with_context(|| path.clone())?;
        if !clears.is_empty() {
            writeln!(
                arms,
                "            {:?} => Some(|bytes| {{\n                let mut it = {path}::decode(bytes.as_slice())?;\n                \
                 {clears}\n                Ok(it.encode_to_vec())\n            }}),",
                answer.full_name()
            )?;
        }
    }
    if arms.is_empty() {
        return Ok("|_| None".to_owned());
    }
    Ok(format!(
        "|kind| match kind {{\n{arms}            _ => None,\n        }}"
    ))
}

/// Statements that clear what `it`, a message of this kind, has for persons.
fn clears(contract: &Contract, message: &MessageDescriptor) -> Result<String> {
    let mut statements = String::new();
    for field in message.fields() {
        let name = field.name();
        if is_for_persons(contract, &field)? {
            write!(statements, "it.{name}.clear(); ")?;
        }
        let Kind::Message(inner) = field.kind() else {
            continue;
        };
        let inner = clears(contract, &inner)?;
        if inner.is_empty() {
            continue;
        }
        ensure!(
            field.containing_oneof().is_none(),
            "{name} has text for persons in a oneof"
        );
        // Of a list each, of one message that one where it is given.
        write!(statements, "for it in it.{name}.iter_mut() {{ {inner}}} ")?;
    }
    Ok(statements)
}

fn is_for_persons(contract: &Contract, field: &FieldDescriptor) -> Result<bool> {
    let name = field.name();
    let options = field.options();
    let marked = options.get_extension(&contract.for_persons).as_bool() == Some(true);
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
