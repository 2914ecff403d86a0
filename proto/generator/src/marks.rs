//! Personal data: what the contract marks as somebody's own, and whose it says that it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, ReflectMessage,
    Value,
};

use crate::contract::{Contract, camel, has, has_name, listed};

/// Roles that are shown nobody's personal data.
const SHOWN_NONE: [&str; 3] = ["Auditor", "Follower", "Operator"];

/// A field with what is marked in it.
struct Mark {
    field: FieldDescriptor,
    /// The mark is on the field itself, not on fields of the message in it.
    is_own: bool,
}

/// The full names of messages that have a marked field: how they are debugged says nothing of it.
pub(crate) fn undebugged(contract: &Contract) -> Vec<String> {
    let of_ours = messages(contract).filter(|it| it.fields().any(|it| is_marked(contract, &it)));
    of_ours.map(|it| it.full_name().to_owned()).collect()
}

/// `impl Marked for` every answer, WRITE request and message with marks, and how the latter are debugged.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let mut paths = BTreeSet::new();
    let mut code = String::new();
    let hidden = undebugged(contract);
    for package in &contract.own {
        let answers = contract.answers(package).into_values();
        let writes = writes(contract, package).map(|it| it.input());
        let parts = messages(contract).filter(|it| it.package_name() == package);
        let marked = parts.filter(|it| listed(it).is_none() && has_marks(contract, it));
        // A page has no marks: each of its rows is seen by itself.
        let pages = contract.methods(package).into_iter().map(|it| it.output());
        let pages = pages.filter(|it| it.package_name() == package && listed(it).is_some());
        for page in pages {
            if paths.insert(contract.rust_path(&page)) {
                writeln!(code, "impl Marked for {} {{}}", contract.rust_path(&page))?;
            }
        }
        for message in answers.chain(writes).chain(marked) {
            if paths.insert(contract.rust_path(&message)) {
                let of = || message.full_name().to_owned();
                code.push_str(&marked_impl(contract, &message).with_context(of)?);
            }
        }
    }
    for message in messages(contract).filter(|it| hidden.contains(&it.full_name().to_owned())) {
        let name = match has_name(&message) {
            true => ".field(\"name\", &self.name)",
            false => "",
        };
        writeln!(
            code,
            "impl std::fmt::Debug for {} {{\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ \
             f.debug_struct({:?}){name}.finish_non_exhaustive() }}\n}}",
            contract.rust_path(&message),
            message.name(),
        )?;
    }
    Ok(code)
}

/// The literals of `PersonalData`, one for each answer of a package with marks.
pub(crate) fn literals(contract: &Contract, package: &str) -> Result<String> {
    let answers = contract.answers(package);
    for message in messages(contract).filter(|it| it.package_name() == package) {
        let is_answer = answers.values().any(|it| *it == message);
        let has_option = message.options().has_extension(&contract.personal_data);
        ensure!(
            is_answer || !has_option,
            "{} is no answer",
            message.full_name()
        );
    }
    let mut literals = String::new();
    for (path, answer) in &answers {
        let noun = Noun::read(contract, answer).with_context(|| path.clone())?;
        if let Some(noun) = noun {
            writeln!(
                literals,
                "        {},",
                noun.literal(path, answer.full_name())
            )?;
        }
    }
    Ok(literals)
}

/// What the option says of an answer, and what is marked in it.
struct Noun {
    fields: Vec<String>,
    person: String,
    seen_by: Vec<String>,
    basis: String,
    rule: String,
    from: String,
}

impl Noun {
    fn read(contract: &Contract, answer: &MessageDescriptor) -> Result<Option<Self>> {
        let marks = marks(contract, answer)?;
        let options = answer.options();
        let has_option = options.has_extension(&contract.personal_data);
        ensure!(
            marks.is_empty() || has_option,
            "it has marks and no personal_data"
        );
        ensure!(
            !marks.is_empty() || !has_option,
            "it has personal_data and no marks"
        );
        if marks.is_empty() {
            return Ok(None);
        }
        let option = options.get_extension(&contract.personal_data);
        let option = option.as_message().context("the option is a message")?;
        let noun = Self {
            fields: paths(contract, answer)?,
            person: text(option, "person")?,
            seen_by: roles(option)?,
            basis: text(option, "basis")?,
            rule: text(option, "rule")?,
            from: text(option, "from")?,
        };
        noun.check(contract, answer)?;
        Ok(Some(noun))
    }

    fn check(&self, contract: &Contract, answer: &MessageDescriptor) -> Result<()> {
        let field = |name: &str| {
            let field = answer.get_field_by_name(name);
            let field = field.filter(|it| !it.is_list() && !is_marked(contract, it));
            field.with_context(|| format!("{name:?} is none of its fields, or is personal itself"))
        };
        let is_text = field(&self.person)?.kind() == Kind::String;
        ensure!(is_text, "{} names no person", self.person);
        let from = field(&self.from)?.kind();
        let day = from.as_message().map(MessageDescriptor::full_name);
        ensure!(day == Some("google.type.Date"), "{} is no day", self.from);
        ensure!(!self.seen_by.is_empty(), "nobody is shown it");
        for role in &self.seen_by {
            let is_shown_none = SHOWN_NONE.contains(&role.as_str());
            ensure!(!is_shown_none, "{role} is shown no personal data");
        }
        ensure!(
            !self.basis.is_empty() && self.rule.starts_with("privacy-"),
            "it says a basis, and a rule called privacy-…"
        );
        for write in writes(contract, answer.package_name()).filter(|it| it.output() == *answer) {
            let request = write.input();
            if let Some(carried) = carried(&request, answer) {
                let id = request.get_field_by_name(&format!("{}_id", carried.name()));
                let takes_id = self.person == "name" && id.is_some();
                ensure!(!takes_id, "{} takes the id of a person", write.full_name());
            }
            for mark in marks(contract, answer)?.iter().filter(|it| it.is_own) {
                let same = request.get_field_by_name(mark.field.name());
                let is_forgotten = same.is_some_and(|it| !is_marked(contract, &it));
                let name = mark.field.name();
                ensure!(
                    !is_forgotten,
                    "{name} of {} is not marked",
                    request.full_name()
                );
            }
        }
        Ok(())
    }

    fn literal(&self, path: &str, kind: &str) -> String {
        let roles: Vec<_> = self
            .seen_by
            .iter()
            .map(|it| format!("Role::{it}"))
            .collect();
        format!(
            "PersonalData {{ kind: {kind:?}, fields: &{:?}, person: {:?}, seen_by: &[{}], basis: {:?}, rule: {:?}, \
             from: {:?}, kept_from: |bytes| Ok({path}::decode(bytes)?.{}), without: without_personal::<{path}> }}",
            self.fields,
            self.person,
            roles.join(", "),
            self.basis,
            self.rule,
            self.from,
            self.from,
        )
    }
}

fn marked_impl(contract: &Contract, message: &MessageDescriptor) -> Result<String> {
    let path = contract.rust_path(message);
    let mut body = String::new();
    let marks = marks(contract, message)?;
    if !marks.is_empty() {
        let top = message.parent_message().is_none();
        ensure!(top, "it has marks and stands in another message");
        let mut taken = String::new();
        for mark in &marks {
            let name = mark.field.name();
            match mark.is_own {
                true => write!(taken, "{name}: std::mem::take(&mut self.{name}), ")?,
                false => write!(
                    taken,
                    "{name}: self.{name}.as_mut().and_then(Marked::take_personal), "
                )?,
            }
        }
        write!(
            body,
            "\n    const MARKED: bool = true;\n    fn take_personal(&mut self) -> Option<Self> {{\n        \
             let taken = Self {{ {taken}..Default::default() }};\n        \
             (taken != Self::default()).then_some(taken)\n    }}\n"
        )?;
        let options = message.options();
        if options.has_extension(&contract.personal_data) {
            let option = options.get_extension(&contract.personal_data);
            let person = text(
                option.as_message().context("the option is a message")?,
                "person",
            )?;
            writeln!(body, "    fn person(&self) -> &str {{ &self.{person} }}")?;
        }
    }
    let given = writes(contract, message.package_name())
        .filter(|it| it.input() == *message)
        .find_map(|it| carried(message, &it.output()));
    if let Some(given) = given {
        writeln!(
            body,
            "\n    fn gives_whole(&self) -> Option<&str> {{ self.{}.as_ref().map(|it| it.name.as_str()) }}",
            given.name()
        )?;
    }
    Ok(format!("impl Marked for {path} {{{body}}}\n"))
}

/// The field in which a request carries the resource that it is answered with.
fn carried(request: &MessageDescriptor, resource: &MessageDescriptor) -> Option<FieldDescriptor> {
    let mut fields = request.fields();
    fields.find(|it| !it.is_list() && it.kind().as_message() == Some(resource))
}

/// The fields of a message that are marked, or have marks in them. A mark is of the whole of what it is
/// on, so that what was taken out fits in again by being appended.
fn marks(contract: &Contract, message: &MessageDescriptor) -> Result<Vec<Mark>> {
    let mut marks = Vec::new();
    for field in message.fields() {
        let is_own = is_marked(contract, &field);
        let inner = field
            .kind()
            .as_message()
            .is_some_and(|it| has_marks(contract, it));
        if !is_own && !inner {
            continue;
        }
        let name = field.name();
        let chosen = field
            .containing_oneof()
            .is_some_and(|it| !it.is_synthetic());
        ensure!(!chosen, "{name} has a mark in a oneof");
        ensure!(
            is_own || !field.is_list(),
            "{name} is repeated: mark it, not what is below it"
        );
        if !is_own && let Kind::Message(below) = field.kind() {
            self::marks(contract, &below).with_context(|| name.to_owned())?;
        }
        marks.push(Mark { field, is_own });
    }
    Ok(marks)
}

/// The paths of what is marked, such as `contact.phone`.
fn paths(contract: &Contract, message: &MessageDescriptor) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for mark in marks(contract, message)? {
        let name = mark.field.name().to_owned();
        match mark.field.kind() {
            Kind::Message(below) if !mark.is_own => {
                let below = self::paths(contract, &below)?;
                paths.extend(below.iter().map(|it| format!("{name}.{it}")));
            }
            _ => paths.push(name),
        }
    }
    Ok(paths)
}

fn has_marks(contract: &Contract, message: &MessageDescriptor) -> bool {
    message.fields().any(|it| {
        let below = it.kind();
        is_marked(contract, &it) || below.as_message().is_some_and(|it| has_marks(contract, it))
    })
}

fn is_marked(contract: &Contract, field: &FieldDescriptor) -> bool {
    let options = field.options();
    options.get_extension(&contract.personal).as_bool() == Some(true)
}

/// The messages that code is generated for.
fn messages(contract: &Contract) -> impl Iterator<Item = MessageDescriptor> {
    let own = |it: &MessageDescriptor| contract.own.contains(it.package_name());
    contract.pool.all_messages().filter(own)
}

/// The WRITEs of a package.
fn writes<'a>(
    contract: &'a Contract,
    package: &str,
) -> impl Iterator<Item = MethodDescriptor> + use<'a> {
    let methods = contract.methods(package).into_iter();
    methods.filter(|it| has(it, &["request_id", "validate_only"]))
}

fn text(option: &DynamicMessage, field: &str) -> Result<String> {
    let text = option.get_field_by_name(field).context("no such field")?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn roles(option: &DynamicMessage) -> Result<Vec<String>> {
    let field = option.descriptor().get_field_by_name("seen_by");
    let kind = field.context("no such field")?.kind();
    let of_enum = kind.as_enum().context("an enum")?;
    let numbers = option
        .get_field_by_name("seen_by")
        .context("no such field")?;
    let numbers = numbers.as_list().context("a list")?.iter();
    let numbers = numbers.filter_map(Value::as_enum_number);
    numbers
        .map(|it| {
            let value = of_enum.get_value(it).context("an unknown role")?;
            Ok(camel(value.name().trim_start_matches("ROLE_")))
        })
        .collect()
}
