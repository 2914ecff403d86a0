//! What people call the states, duties and roles of a contract.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use crate::contract::Contract;

/// The enums whose values refusals name, and what their names begin with.
const ENUMS: [(&str, &str); 3] = [("State", "STATE_"), ("Duty", "DUTY_"), ("Role", "ROLE_")];

/// The words of all packages, sorted by their names.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let mut words = BTreeMap::new();
    for (of_enum, prefix) in ENUMS {
        for value in contract
            .enums(of_enum)
            .flat_map(|it| it.values().collect::<Vec<_>>())
        {
            if value.number() == 0 {
                continue;
            }
            let options = value.options();
            let option = options.get_extension(&contract.word);
            let message = option.as_message().context("a word is a message")?;
            let text = |field: &str| -> Result<String> {
                let text = message.get_field_by_name(field).context("no such field")?;
                Ok(text.as_str().unwrap_or_default().to_owned())
            };
            let word = (text("nb")?, text("nn")?);
            ensure!(
                !word.0.is_empty() && !word.1.is_empty(),
                "{} has no word for people",
                value.full_name()
            );
            let name = value.name().trim_start_matches(prefix).to_owned();
            let other = words.insert(name, word.clone());
            ensure!(
                other.is_none_or(|it| it == word),
                "{} has other words than the same name in another enum",
                value.full_name()
            );
        }
    }
    let mut code = String::from("static WORDS: &[Word] = &[\n");
    for (name, (nb, nn)) in words {
        writeln!(
            code,
            "    Word {{ name: {name:?}, nb: {nb:?}, nn: {nn:?} }},"
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}
