//! What a caller may write and PostgreSQL cannot store, in every text of every READ.

use prost_reflect::{
    DescriptorPool, DynamicMessage, Kind, MessageDescriptor, ReflectMessage, Value,
};
use proto::access::v1::{Effect, Role};
use proto::packages;
use testkit::Actor;
use tonic::Code;

use crate::pair::Pair;

/// A text that is none for the database.
const NUL: &str = "a\0b";

pub(crate) fn input(path: &str) -> MessageDescriptor {
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    let (service, method) = path[1..].split_once('/').unwrap();
    let service = pool.get_service_by_name(service).unwrap();
    let method = service.methods().find(|it| it.name() == method).unwrap();
    method.input()
}

/// Copies of a message that differ in one text, whatever deep it lies, and where that is.
fn spoilt(message: &DynamicMessage) -> Vec<(String, DynamicMessage)> {
    let mut copies = Vec::new();
    for field in message.descriptor().fields() {
        let within = match field.kind() {
            Kind::String => vec![(String::new(), Value::String(NUL.into()))],
            Kind::Message(inner) => spoilt(&DynamicMessage::new(inner))
                .into_iter()
                .map(|(at, it)| (format!(".{at}"), Value::Message(it)))
                .collect(),
            _ => continue,
        };
        for (at, value) in within {
            let (at, value) = if field.is_list() {
                (format!("[0]{at}"), Value::List(vec![value]))
            } else {
                (at, value)
            };
            let mut copy = message.clone();
            copy.set_field(&field, value);
            copies.push((format!("{}{at}", field.name()), copy));
        }
    }
    copies
}

/// Names of what is there, by the methods that ask for them, by which the other texts of a request come to be read.
pub(crate) async fn named(pair: &Pair) -> Vec<(&'static str, String)> {
    let line = pair.allocate(1_000, "2025-03-01").await;
    pair.define_allocated().await;
    let cutoff = pair.close_march().await;
    vec![
        ("GetAllocationLine", line),
        ("ExplainFigure", format!("{cutoff}/figures/allocated-1")),
        ("ListFigures", cutoff),
    ]
}

/// What is wrong with how a request is answered.
async fn fault(actor: &Actor, path: &str, field: &str, message: DynamicMessage) -> Option<String> {
    let answer = actor.call_path::<DynamicMessage, ()>(path, message).await;
    let refusal = answer.err()?;
    let is_ours = [Code::Internal, Code::Unknown].contains(&refusal.code);
    let is_unnamed = refusal.fields().contains(&"*".to_owned());
    (is_ours || is_unnamed).then(|| format!("{path} {field}: {}", refusal.status))
}

/// A text with NUL is refused by the field's name or finds nothing; nowhere is it a fault of ours.
#[tokio::test]
async fn a_nul_in_any_text_of_any_read_is_no_fault_of_ours() {
    let pair = Pair::start().await;
    let named = named(&pair).await;
    let everybody: Vec<_> = (1..).map_while(|it| Role::try_from(it).ok()).collect();
    let (mut texts, mut faults) = (0, Vec::new());
    for rule in packages::rules().filter(|it| it.effect == Effect::Read) {
        let kit = match rule.path.starts_with("/norec.governance.") {
            true => &pair.governance,
            false => &pair.grants,
        };
        let alle = kit.person("alle", &everybody);
        let mut plain = DynamicMessage::new(input(rule.path));
        let method = rule.path.rsplit('/').next().unwrap();
        if let Some((_, name)) = named.iter().find(|(it, _)| *it == method) {
            let field = ["name", "parent"]
                .into_iter()
                .find(|it| plain.descriptor().get_field_by_name(it).is_some());
            plain.set_field_by_name(field.unwrap(), Value::String(name.clone()));
        }
        for (field, message) in spoilt(&plain) {
            faults.extend(fault(&alle, rule.path, &field, message).await);
            texts += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(texts > 40, "only {texts} texts were found");
}
