//! Packages as their hosts serve them: the access rule of every RPC, and the traits that messages
//! have by their fields.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage};

use crate::contract::{Contract, camel, has, has_name, listed, path};
use crate::{for_machines, marks};

/// The traits that a request has by its fields, and what stands in their impls.
const TRAITS: [(&[&str], &str, &str); 5] = [
    (
        &["request_id", "validate_only"],
        "Write",
        "    fn request_id(&self) -> &str { &self.request_id }
    fn validate_only(&self) -> bool { self.validate_only }\n",
    ),
    (
        &["name", "etag"],
        "Named",
        "    fn name(&self) -> &str { &self.name }
    fn etag(&self) -> &str { &self.etag }\n",
    ),
    (
        &["effective_date", "late_reason"],
        "Dated",
        "    fn effective_date(&self) -> Option<&Date> { self.effective_date.as_ref() }
    fn late_reason(&self) -> &str { &self.late_reason }\n",
    ),
    (
        &["name", "read_time"],
        "Lookup",
        "    fn name(&self) -> &str { &self.name }
    fn read_time(&self) -> Option<&Timestamp> { self.read_time.as_ref() }\n",
    ),
    (
        &["page_size", "page_token"],
        "Paged",
        "    fn page_size(&self) -> i32 { self.page_size }
    fn page_token(&self) -> &str { &self.page_token }
    fn query(&self) -> Self {
        let mut query = self.clone();
        query.page_size = 0;
        query.page_token.clear();
        query
    }\n",
    ),
];

/// `pub static GRANTS_V1: Package` and its like, `pub static PACKAGES`, and the traits' impls.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let mut code = String::new();
    let mut names = Vec::new();
    for package in &contract.own {
        if contract.methods(package).is_empty() {
            continue;
        }
        let name = package.trim_start_matches("norec.").replace('.', "_");
        names.push(format!("&{}", name.to_uppercase()));
        write!(
            code,
            "/// The package `{package}`.\npub static {}: Package = Package {{\n    name: {package:?},\n    \
             rules: &[\n{}    ],\n    descriptors: DESCRIPTORS,\n    personal: &[\n{}    ],\n    for_machines: {},\n}};\n\n{}",
            name.to_uppercase(),
            rules(contract, package)?,
            marks::literals(contract, package)?,
            for_machines::function(contract, package)?,
            impls(contract, package)?,
        )?;
    }
    write!(
        code,
        "/// Every package that has RPCs, by name.\npub static PACKAGES: &[&Package] = &[{}];\n",
        names.join(", ")
    )?;
    Ok(code)
}

fn rules(contract: &Contract, package: &str) -> Result<String> {
    let mut rules = String::new();
    for method in contract.methods(package) {
        let path = path(&method);
        let rule = rule_of(contract, &method).with_context(|| path.clone())?;
        writeln!(rules, "        {},", rule.literal(&path))?;
    }
    Ok(rules)
}

fn impls(contract: &Contract, package: &str) -> Result<String> {
    let mut impls = String::new();
    for method in contract.methods(package) {
        let (request, reply) = (method.input(), method.output());
        let (request, reply_path) = (contract.rust_path(&request), contract.rust_path(&reply));
        let acting_for = match has(&method, &["acting_for"]) {
            true => "\n    fn acting_for(&self) -> &str { &self.acting_for }",
            false => "",
        };
        writeln!(
            impls,
            "impl Call for {request} {{\n    type Reply = {reply_path};\n    const PATH: &'static str = {:?};{acting_for}\n}}",
            path(&method)
        )?;
        for (_, name, body) in TRAITS.iter().filter(|it| has(&method, it.0)) {
            let subject = match *name {
                "Write" => subject(&method)?,
                _ => String::new(),
            };
            writeln!(impls, "impl {name} for {request} {{\n{body}{subject}}}")?;
        }
        if let Some(row) = listed(&reply).filter(has_name) {
            let rows = reply.fields().find(|it| it.is_list()).context("rows")?;
            writeln!(
                impls,
                "impl Listed for {reply_path} {{\n    type Row = {};\n    \
                 fn page({rows}: Vec<Self::Row>, next_page_token: String) -> Self {{ Self {{ {rows}, next_page_token }} }}\n}}",
                contract.rust_path(&row),
                rows = rows.name(),
            )?;
        }
    }
    let answers = contract.answers(package);
    for (path, _) in answers.iter().filter(|(_, it)| has_name(it)) {
        writeln!(
            impls,
            "impl Resource for {path} {{\n    fn name(&self) -> &str {{ &self.name }}\n}}"
        )?;
    }
    Ok(impls)
}

/// The resource that a WRITE is about, where there is one before it: the one that it names, the parent of
/// a new one, or the one that an update carries.
fn subject(method: &MethodDescriptor) -> Result<String> {
    let named = ["name", "parent"].into_iter().find(|it| has(method, &[it]));
    let (request, resource) = (method.input(), method.output());
    let mut fields = request.fields();
    let subject = match named {
        Some(field) => format!("&self.{field}"),
        None if method.name().starts_with("Update") => {
            let carried = fields.find(|it| it.kind().as_message() == Some(&resource));
            let carried = carried.context("an update carries the resource")?;
            format!(
                "self.{}.as_ref().map_or(\"\", |it| &it.name)",
                carried.name()
            )
        }
        None => "\"\"".to_owned(),
    };
    Ok(format!("    fn subject(&self) -> &str {{ {subject} }}\n"))
}

/// PORTAL says for whom it acts, by a field that is the same everywhere; nobody else is asked.
fn must_name_whom(method: &MethodDescriptor, rule: &RuleOption) -> Result<()> {
    let field = method.input().get_field_by_name("acting_for");
    let serves_portal = rule.roles.iter().any(|it| it == "Portal");
    ensure!(
        serves_portal == field.is_some(),
        "a request has acting_for where PORTAL may call, and nowhere else"
    );
    ensure!(
        serves_portal || !rule.acting_for_optional,
        "acting_for is optional where PORTAL may not call"
    );
    let fits = field.is_none_or(|it| {
        it.number() == 13 && it.kind() == prost_reflect::Kind::String && !it.is_list()
    });
    ensure!(fits, "acting_for is text, number 13");
    Ok(())
}

fn rule_of(contract: &Contract, method: &MethodDescriptor) -> Result<RuleOption> {
    let options = method.options();
    ensure!(
        options.has_extension(&contract.rule),
        "the RPC has no access rule"
    );
    let value = options.get_extension(&contract.rule);
    let rule = RuleOption::read(value.as_message().context("the rule is a message")?)?;
    match rule.effect.as_str() {
        "Write" => {
            ensure!(
                has(method, &["request_id", "validate_only"]),
                "a WRITE request has request_id and validate_only"
            );
            ensure!(
                has_name(&method.output()),
                "a WRITE returns the resource, which has a name"
            );
        }
        "Read" => {
            ensure!(
                !has(method, &["request_id"]) && !has(method, &["validate_only"]),
                "a READ request has neither request_id nor validate_only"
            );
            ensure!(rule.duty == "Unspecified", "a READ gives no duty");
        }
        other => bail!("the effect {other} is not READ or WRITE"),
    }
    ensure!(
        rule.any_caller == rule.roles.is_empty(),
        "roles, or any_caller, not both"
    );
    must_name_whom(method, &rule)?;
    Ok(rule)
}

/// An access rule as written in the contract, in Rust's names.
struct RuleOption {
    roles: Vec<String>,
    any_caller: bool,
    effect: String,
    duty: String,
    needs_person: bool,
    acting_for_optional: bool,
}

impl RuleOption {
    fn read(message: &DynamicMessage) -> Result<Self> {
        let field = |name: &str| message.get_field_by_name(name).context("no such field");
        let flag = |name: &str| -> Result<bool> { Ok(field(name)?.as_bool().unwrap_or_default()) };
        let name_of = |field: &str, prefix: &str, number: i32| -> Result<String> {
            let kind = message
                .descriptor()
                .get_field_by_name(field)
                .context("no such field")?
                .kind();
            let kind = kind.as_enum().context("an enum")?.clone();
            let value = kind.get_value(number).context("an unknown value")?;
            Ok(camel(value.name().trim_start_matches(prefix)))
        };
        let number = |field: &str| -> Result<i32> {
            message
                .get_field_by_name(field)
                .and_then(|it| it.as_enum_number())
                .context("an enum value")
        };
        let roles = field("roles")?
            .as_list()
            .context("a list")?
            .iter()
            .map(|it| name_of("roles", "ROLE_", it.as_enum_number().unwrap_or_default()))
            .collect::<Result<_>>()?;
        let duty = name_of("duty", "DUTY_", number("duty")?)?;
        Ok(Self {
            roles,
            any_caller: flag("any_caller")?,
            effect: name_of("effect", "EFFECT_", number("effect")?)?,
            acting_for_optional: flag("acting_for_optional")?,
            needs_person: flag("needs_person")? || ["Decide", "Attest"].contains(&duty.as_str()),
            duty,
        })
    }

    fn literal(&self, path: &str) -> String {
        let roles: Vec<_> = self.roles.iter().map(|it| format!("Role::{it}")).collect();
        format!(
            "MethodRule {{ path: {path:?}, roles: &[{}], any_caller: {}, effect: Effect::{}, \
             duty: Duty::{}, needs_person: {}, acting_for_optional: {} }}",
            roles.join(", "),
            self.any_caller,
            self.effect,
            self.duty,
            self.needs_person,
            self.acting_for_optional
        )
    }
}
