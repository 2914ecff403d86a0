//! What a machine sees of every resource: all but what the contract marks as written for persons.

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MessageDescriptor, Value};
use proto::access::v1::Effect;
use proto::packages::PACKAGES;
use proto::{MethodRule, Package};

#[test]
fn a_machine_sees_all_but_what_is_written_for_persons() {
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    let mut hidden = Vec::new();
    for (package, rule) in writes() {
        let (service, method) = rule.path[1..].split_once('/').unwrap();
        let service = pool.get_service_by_name(service).unwrap();
        let method = service.methods().find(|it| it.name() == method).unwrap();
        let resource = method.output();
        let (whole, public) = (filled(&resource, true), filled(&resource, false));

        let bytes = whole.encode_to_vec();
        let seen = match (package.for_machines)(resource.full_name()) {
            Some(shown) => shown(bytes).unwrap(),
            None => bytes,
        };

        let seen = DynamicMessage::decode(resource.clone(), seen.as_slice()).unwrap();
        assert_eq!(seen, public, "{}", resource.full_name());
        if whole != public {
            hidden.push(resource.name().to_owned());
        }
    }
    hidden.sort();
    hidden.dedup();
    let with_reasons = [
        "AccountsImport",
        "Agreement",
        "AllocationLine",
        "Appropriation",
        "Cutoff",
        "Disbursement",
        "Freeze",
        "Source",
    ];
    assert_eq!(hidden, with_reasons);
}

/// Every WRITE, with the package that it is of.
fn writes() -> impl Iterator<Item = (&'static Package, &'static MethodRule)> {
    let rules = PACKAGES
        .iter()
        .flat_map(|package| package.rules.iter().map(|rule| (*package, rule)));
    rules.filter(|(_, rule)| rule.effect == Effect::Write)
}

/// A message with text in every text of it, those for persons or not.
fn filled(of: &MessageDescriptor, for_persons: bool) -> DynamicMessage {
    let option = of.parent_pool();
    let option = option.get_extension_by_name("norec.access.v1.for_persons");
    let option = option.unwrap();
    let mut message = DynamicMessage::new(of.clone());
    for field in of.fields() {
        let is_private = field.options().get_extension(&option).as_bool() == Some(true);
        let value = match field.kind() {
            Kind::String if is_private && !for_persons => continue,
            Kind::String => Value::String("hvorfor".into()),
            Kind::Message(inner) => Value::Message(filled(&inner, for_persons)),
            _ => continue,
        };
        let value = if field.is_list() {
            Value::List(vec![value])
        } else {
            value
        };
        message.set_field(&field, value);
    }
    message
}
