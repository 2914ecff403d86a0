//! The contract with its options, as the generators read it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use prost_reflect::{
    DescriptorPool, EnumDescriptor, ExtensionDescriptor, FileDescriptor, MessageDescriptor,
    MethodDescriptor,
};

/// A compiled contract.
pub(crate) struct Contract {
    pub(crate) pool: DescriptorPool,
    /// Packages that code is generated for; the others stand in the crate `proto`.
    pub(crate) own: BTreeSet<String>,
    pub(crate) rule: ExtensionDescriptor,
    pub(crate) reason: ExtensionDescriptor,
    pub(crate) word: ExtensionDescriptor,
    pub(crate) for_persons: ExtensionDescriptor,
    pub(crate) personal: ExtensionDescriptor,
    pub(crate) personal_data: ExtensionDescriptor,
}

impl Contract {
    /// Reads a compiled contract, of which code is generated for our own files.
    pub(crate) fn read(encoded: &[u8], is_own: impl Fn(&FileDescriptor) -> bool) -> Result<Self> {
        let pool = DescriptorPool::decode(encoded)?;
        let extension = |name: &str| {
            let name = format!("norec.access.v1.{name}");
            let found = pool.get_extension_by_name(&name);
            found.with_context(|| format!("no extension {name}"))
        };
        let (rule, reason) = (extension("rule")?, extension("reason")?);
        let (word, for_persons) = (extension("word")?, extension("for_persons")?);
        let (personal, personal_data) = (extension("personal")?, extension("personal_data")?);
        let own = pool.files().filter(|it| is_own(it));
        let own = own.map(|it| it.package_name().to_owned()).collect();
        Ok(Self {
            pool,
            own,
            rule,
            reason,
            word,
            for_persons,
            personal,
            personal_data,
        })
    }

    /// The RPCs of a package, in path order.
    pub(crate) fn methods(&self, package: &str) -> Vec<MethodDescriptor> {
        let services = self.pool.services();
        let of_package = services.filter(|it| it.package_name() == package);
        let mut methods: Vec<_> = of_package
            .flat_map(|it| it.methods().collect::<Vec<_>>())
            .collect();
        methods.sort_by_key(path);
        methods
    }

    /// The enums called so, of every package.
    pub(crate) fn enums(&self, name: &str) -> impl Iterator<Item = EnumDescriptor> {
        self.pool.all_enums().filter(move |it| it.name() == name)
    }

    /// Where a message stands in Rust, seen from what is generated.
    pub(crate) fn rust_path(&self, message: &MessageDescriptor) -> String {
        let package = message.package_name();
        let krate = if self.own.contains(package) {
            "crate"
        } else {
            "proto"
        };
        let module = package.trim_start_matches("norec.").replace('.', "::");
        format!("{krate}::{module}::{}", message.name())
    }

    /// What the RPCs of a package are answered with, by its path in Rust: a page of a list with its
    /// rows, any other reply as it is.
    pub(crate) fn answers(&self, package: &str) -> BTreeMap<String, MessageDescriptor> {
        let methods = self.methods(package).into_iter();
        let answers = methods.map(|it| listed(&it.output()).unwrap_or(it.output()));
        answers
            .filter(|it| it.package_name() == package)
            .map(|it| (self.rust_path(&it), it))
            .collect()
    }
}

/// What a reply lists, when it is a page of a list: one repeated message and the next page's token.
pub(crate) fn listed(reply: &MessageDescriptor) -> Option<MessageDescriptor> {
    let mut fields = reply.fields();
    let rows = reply.fields().find(|it| it.is_list())?;
    let is_page = fields.len() == 2 && fields.any(|it| it.name() == "next_page_token");
    rows.kind().as_message().filter(|_| is_page).cloned()
}

/// The full path of an RPC.
pub(crate) fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// The request has all these fields.
pub(crate) fn has(method: &MethodDescriptor, fields: &[&str]) -> bool {
    let input = method.input();
    fields
        .iter()
        .all(|it| input.get_field_by_name(it).is_some())
}

/// It can be called by a resource name.
pub(crate) fn has_name(message: &MessageDescriptor) -> bool {
    message.get_field_by_name("name").is_some()
}

/// `SECTION_HEAD` → `SectionHead`, as prost names enum values.
pub(crate) fn camel(screaming: &str) -> String {
    screaming
        .split('_')
        .map(|word| {
            let (first, rest) = word.split_at(usize::from(!word.is_empty()));
            first.to_owned() + &rest.to_lowercase()
        })
        .collect()
}
