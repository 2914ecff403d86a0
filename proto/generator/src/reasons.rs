//! Reasons to refuse, a call or a field of it: of each a struct whose fields are the `{key}`s that its
//! texts name, so that a refusal without one of them does not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use prost_reflect::EnumValueDescriptor;

use crate::contract::{Contract, camel};

/// Names of type parameters: as many keys a reason may have.
const PARAMETERS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

/// What a reason is a reason to refuse.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of {
    /// The call: its values say with which gRPC code.
    Call,
    /// A field of the request, which is refused with INVALID_FIELDS.
    Field,
}

impl Of {
    /// The enum that has the reasons, and what their names begin with.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Call => ("ErrorReason", "ERROR_REASON_"),
            Self::Field => ("FieldReason", "FIELD_REASON_"),
        }
    }

    /// What becomes of its struct: the type, and how one is made of this `Refused`.
    fn becomes(self, refused: String) -> (&'static str, String) {
        match self {
            Self::Call => ("Refused", refused),
            Self::Field => ("Wrong", format!("Wrong({refused})")),
        }
    }

    /// google.rpc.Code, of which the contract gives this.
    fn code(self, given: i32) -> Result<i32> {
        const INVALID_ARGUMENT: i32 = 3;
        match self {
            Self::Call => {
                ensure!((1..=16).contains(&given), "the reason has no gRPC code");
                Ok(given)
            }
            Self::Field => {
                ensure!(given == 0, "a field's reason has a gRPC code of its own");
                Ok(INVALID_ARGUMENT)
            }
        }
    }
}

/// The structs of our own packages' reasons.
pub(crate) fn generate(contract: &Contract, of: Of) -> Result<String> {
    let mut code = String::new();
    // Callers tell reasons apart by their short names, whatever package they are of.
    let mut homes = BTreeMap::new();
    let mut own = Vec::new();
    let (of_enum, prefix) = of.names();
    for it in contract.enums(of_enum) {
        let package = it.package_name().to_owned();
        for value in it.values().filter(|it| it.number() != 0) {
            let name = value.name().trim_start_matches(prefix).to_owned();
            let other = homes.insert(name.clone(), package.clone());
            ensure!(
                other.is_none(),
                "{name} is a reason of {package} and of {}",
                other.unwrap_or_default()
            );
            if contract.own.contains(&package) {
                let texts = Texts::read(contract, &value, of)
                    .with_context(|| value.full_name().to_owned())?;
                texts.write(&name, &domain(&package), of, &mut code)?;
                own.push(format!("&{name}"));
            }
        }
    }
    let all = own.join(", ");
    writeln!(
        code,
        "/// The texts of every reason.\npub static ALL: &[&ReasonTexts] = &[{all}];"
    )?;
    Ok(code)
}

/// `ErrorInfo.domain` of a package's reasons.
fn domain(package: &str) -> String {
    match package {
        "norec.common.v1" => "norec.no".to_owned(),
        other => format!("{}.norec.no", other.split('.').nth(1).unwrap_or_default()),
    }
}

struct Texts {
    code: i32,
    nb: String,
    nn: String,
    en: String,
}

impl Texts {
    fn read(contract: &Contract, value: &EnumValueDescriptor, of: Of) -> Result<Self> {
        let options = value.options();
        ensure!(
            options.has_extension(&contract.reason),
            "the reason has no text"
        );
        let option = options.get_extension(&contract.reason);
        let message = option.as_message().context("the text is a message")?;
        let text = |field: &str| -> Result<String> {
            let text = message.get_field_by_name(field).context("no such field")?;
            Ok(text.as_str().unwrap_or_default().to_owned())
        };
        let code = message.get_field_by_name("code");
        let texts = Self {
            code: of.code(code.and_then(|it| it.as_i32()).unwrap_or_default())?,
            nb: text("nb")?,
            nn: text("nn")?,
            en: text("en")?,
        };
        ensure!(
            keys(&texts.nb) == keys(&texts.nn) && keys(&texts.nb) == keys(&texts.en),
            "the three texts name different keys"
        );
        ensure!(
            !texts.nb.is_empty() && !texts.nn.is_empty() && !texts.en.is_empty(),
            "empty text"
        );
        Ok(texts)
    }

    fn write(&self, screaming: &str, domain: &str, of: Of, code: &mut String) -> Result<()> {
        let name = camel(screaming);
        let keys = keys(&self.nb);
        ensure!(keys.len() <= PARAMETERS.len(), "more keys than parameters");
        let used = &PARAMETERS[..keys.len()];
        let list = |each: &dyn Fn(&str) -> String| {
            let them: Vec<_> = used.iter().map(|it| each(it)).collect();
            if them.is_empty() {
                String::new()
            } else {
                format!("<{}>", them.join(", "))
            }
        };
        let (parameters, bounds) = (
            list(&|it| it.to_owned()),
            list(&|it| format!("{it}: IntoValue")),
        );
        let fields: String = keys
            .iter()
            .zip(used)
            .map(|(key, parameter)| format!(" pub {key}: {parameter},"))
            .collect();
        let fields = if keys.is_empty() {
            ";".to_owned()
        } else {
            format!(" {{{fields} }}")
        };
        let pairs: Vec<_> = keys
            .iter()
            .map(|key| format!("({key:?}, it.{key}.into_value())"))
            .collect();
        let it = if keys.is_empty() { "_" } else { "it" };
        let refused = format!(
            "Refused {{ texts: &{screaming}, metadata: BTreeMap::from([{}]) }}",
            pairs.join(", ")
        );
        let (becomes, made) = of.becomes(refused);
        write!(
            code,
            "/// {en}\n#[derive(Clone, Copy, Debug)]\npub struct {name}{parameters}{fields}\n\
             impl{bounds} From<{name}{parameters}> for {becomes} {{\n    \
             fn from({it}: {name}{parameters}) -> Self {{\n        \
             {made}\n    }}\n}}\n\
             /// The texts of [`{name}`].\npub static {screaming}: ReasonTexts = ReasonTexts {{ name: {screaming:?}, \
             domain: {domain:?}, code: {number}, nb: {nb:?}, nn: {nn:?}, en: {en:?} }};\n\n",
            number = self.code,
            nb = self.nb,
            nn = self.nn,
            en = self.en,
        )?;
        Ok(())
    }
}

/// The `{key}`s that a text names.
fn keys(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|it| it.split_once('}'))
        .map(|(key, _)| key)
        .collect()
}
