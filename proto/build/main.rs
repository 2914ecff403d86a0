//! Compiles the contract and generates from it what must never be written twice: the access table,
//! the texts of reasons, and the traits of requests. Fails on a contract that breaks a rule of
//! the suite, so that a forgotten access rule is a build error.

#![expect(
    clippy::print_stdout,
    reason = "cargo reads what a build script prints"
)]

mod for_machines;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumValueDescriptor, ExtensionDescriptor, MessageDescriptor,
    MethodDescriptor, ReflectMessage,
};

fn main() -> Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").context("cargo names OUT_DIR")?);
    println!("cargo:rerun-if-changed=norec");
    println!("cargo:rerun-if-changed=google");

    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(proto_files(Path::new("norec"))?)?;
    // The encoded form keeps the custom options; the decoded one drops them.
    let encoded = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.bin"), &encoded)?;

    let mut config = prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .include_file("packages.rs")
        .emit_rerun_if_changed(false)
        .compile_fds_with_config(compiler.file_descriptor_set(), config)?;

    let contract = Contract::read(&encoded)?;
    fs::write(out.join("rules.rs"), contract.rules()?)?;
    fs::write(out.join("reasons.rs"), contract.reasons()?)?;
    Ok(())
}

fn proto_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|it| it == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

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

/// The contract with its options, as the generators read it.
struct Contract {
    pool: DescriptorPool,
    rule: ExtensionDescriptor,
    reason: ExtensionDescriptor,
}

impl Contract {
    fn read(encoded: &[u8]) -> Result<Self> {
        let pool = DescriptorPool::decode(encoded)?;
        let extension = |name: &str| {
            pool.get_extension_by_name(name)
                .with_context(|| format!("no extension {name}"))
        };
        let (rule, reason) = (
            extension("norec.access.v1.rule")?,
            extension("norec.access.v1.reason")?,
        );
        Ok(Self { pool, rule, reason })
    }

    fn methods(&self) -> Vec<MethodDescriptor> {
        let mut methods: Vec<_> = self
            .pool
            .services()
            .filter(|it| it.full_name().starts_with("norec."))
            .flat_map(|it| it.methods().collect::<Vec<_>>())
            .collect();
        methods.sort_by_key(path);
        methods
    }

    /// `pub static RULES`, `pub fn rule(path)` and the impls of the requests' traits and `Resource`.
    fn rules(&self) -> Result<String> {
        let mut table = String::new();
        let mut arms = String::new();
        let mut impls = String::new();
        let mut resources = BTreeMap::new();
        for (index, method) in self.methods().iter().enumerate() {
            let path = path(method);
            let rule = self.rule_of(method).with_context(|| path.clone())?;
            writeln!(table, "    {},", rule.literal(&path))?;
            writeln!(arms, "        {path:?} => Some(&RULES[{index}]),")?;
            writeln!(impls, "{}", call_impl(method, &path))?;
            for (_, name, body) in TRAITS.iter().filter(|it| has(method, it.0)) {
                let request = rust_path(&method.input());
                writeln!(impls, "impl {name} for {request} {{\n{body}}}")?;
            }
            if rule.effect == "Write" {
                resources.insert(rust_path(&method.output()), method.output());
            }
        }
        for resource in resources.keys() {
            writeln!(
                impls,
                "impl Resource for {resource} {{\n    fn name(&self) -> &str {{ &self.name }}\n}}"
            )?;
        }
        let for_machines = for_machines::function(&self.pool, &resources)?;
        Ok(format!(
            "/// The rule of every RPC of the suite, in path order.\n\
             pub static RULES: &[MethodRule] = &[\n{table}];\n\n\
             /// The rule of the RPC with exactly this path.\n\
             #[allow(clippy::too_many_lines, reason = \"a line per RPC\")]\n\
             pub fn rule(path: &str) -> Option<&'static MethodRule> {{\n    match path {{\n{arms}        \
             _ => None,\n    }}\n}}\n\n{for_machines}\n{impls}"
        ))
    }

    fn rule_of(&self, method: &MethodDescriptor) -> Result<RuleOption> {
        let options = method.options();
        ensure!(
            options.has_extension(&self.rule),
            "the RPC has no access rule"
        );
        let value = options.get_extension(&self.rule);
        let rule = RuleOption::read(value.as_message().context("the rule is a message")?)?;
        match rule.effect.as_str() {
            "Write" => {
                ensure!(
                    has(method, &["request_id", "validate_only"]),
                    "a WRITE request has request_id and validate_only"
                );
                ensure!(
                    method.output().get_field_by_name("name").is_some(),
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
        Ok(rule)
    }

    /// The impls of `Reason` for every `ErrorReason` enum.
    fn reasons(&self) -> Result<String> {
        let mut code = String::new();
        for it in self
            .pool
            .all_enums()
            .filter(|it| it.name() == "ErrorReason")
        {
            let package = it.package_name().to_owned();
            let domain = match package.as_str() {
                "norec.common.v1" => "norec.no".to_owned(),
                other => format!("{}.norec.no", other.split('.').nth(1).unwrap_or_default()),
            };
            let mut arms = String::new();
            for value in it.values().filter(|it| it.number() != 0) {
                let texts = self
                    .reason_of(&value)
                    .with_context(|| value.full_name().to_owned())?;
                let short = value.name().trim_start_matches("ERROR_REASON_");
                writeln!(
                    arms,
                    "            Self::{} => ReasonTexts {{ name: {short:?}, domain: {domain:?}, \
                     code: {}, nb: {:?}, nn: {:?}, en: {:?} }},",
                    camel(short),
                    texts.code,
                    texts.nb,
                    texts.nn,
                    texts.en
                )?;
            }
            writeln!(
                code,
                "impl Reason for crate::{}::ErrorReason {{\n    fn texts(self) -> ReasonTexts {{\n        \
                 match self {{\n            Self::Unspecified => UNSPECIFIED,\n{arms}        }}\n    }}\n}}",
                package.trim_start_matches("norec.").replace('.', "::")
            )?;
        }
        Ok(code)
    }

    fn reason_of(&self, value: &EnumValueDescriptor) -> Result<Texts> {
        let options = value.options();
        ensure!(
            options.has_extension(&self.reason),
            "the reason has no text"
        );
        let option = options.get_extension(&self.reason);
        let message = option.as_message().context("the text is a message")?;
        let text = |field: &str| -> Result<String> {
            let text = message.get_field_by_name(field).context("no such field")?;
            Ok(text.as_str().unwrap_or_default().to_owned())
        };
        let code = message
            .get_field_by_name("code")
            .and_then(|it| it.as_i32())
            .unwrap_or_default();
        let texts = Texts {
            code,
            nb: text("nb")?,
            nn: text("nn")?,
            en: text("en")?,
        };
        ensure!(
            (1..=16).contains(&texts.code),
            "the reason has no gRPC code"
        );
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
}

/// An access rule as written in the contract, in Rust's names.
struct RuleOption {
    roles: Vec<String>,
    any_caller: bool,
    effect: String,
    duty: String,
    needs_person: bool,
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
            needs_person: flag("needs_person")? || ["Decide", "Attest"].contains(&duty.as_str()),
            duty,
        })
    }

    fn literal(&self, path: &str) -> String {
        let roles: Vec<_> = self.roles.iter().map(|it| format!("Role::{it}")).collect();
        format!(
            "MethodRule {{ path: {path:?}, roles: &[{}], any_caller: {}, effect: Effect::{}, \
             duty: Duty::{}, needs_person: {} }}",
            roles.join(", "),
            self.any_caller,
            self.effect,
            self.duty,
            self.needs_person
        )
    }
}

struct Texts {
    code: i32,
    nb: String,
    nn: String,
    en: String,
}

fn call_impl(method: &MethodDescriptor, path: &str) -> String {
    format!(
        "impl Call for {} {{\n    type Reply = {};\n    const PATH: &'static str = {path:?};\n}}",
        rust_path(&method.input()),
        rust_path(&method.output())
    )
}

/// The request has all these fields.
fn has(method: &MethodDescriptor, fields: &[&str]) -> bool {
    let input = method.input();
    fields
        .iter()
        .all(|it| input.get_field_by_name(it).is_some())
}

fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

fn rust_path(message: &MessageDescriptor) -> String {
    let package = message
        .package_name()
        .trim_start_matches("norec.")
        .replace('.', "::");
    format!("crate::{package}::{}", message.name())
}

/// The `{key}`s that a text names.
fn keys(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|it| it.split_once('}'))
        .map(|(key, _)| key)
        .collect()
}

/// `SECTION_HEAD` → `SectionHead`, as prost names enum values.
fn camel(screaming: &str) -> String {
    screaming
        .split('_')
        .map(|word| {
            let (first, rest) = word.split_at(usize::from(!word.is_empty()));
            first.to_owned() + &rest.to_lowercase()
        })
        .collect()
}
