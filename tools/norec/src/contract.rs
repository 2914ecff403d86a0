//! The contract as this tool reads it: methods by name, and messages from and to JSON.

use anyhow::Result;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, MessageDescriptor, MethodDescriptor,
    SerializeOptions,
};
use proto::MethodRule;
use serde_json::Value;
use serde_path_to_error::{Deserializer, Track};

use crate::json;

/// The contract's descriptors.
#[derive(Clone, Debug)]
pub(crate) struct Contract(DescriptorPool);

/// One RPC.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    pub(crate) rule: &'static MethodRule,
    /// Full name of its gRPC service.
    pub(crate) grpc_service: String,
    /// Its own name, such as `CreateSchemeEdition`.
    pub(crate) name: String,
    pub(crate) input: MessageDescriptor,
    pub(crate) output: MessageDescriptor,
}

impl Contract {
    /// Reads the contract that is compiled in.
    pub(crate) fn read() -> Result<Self> {
        Ok(Self(DescriptorPool::decode(proto::DESCRIPTORS)?))
    }

    /// The RPC of this name, such as `norec.grants.v1.SchemeService/CreateSchemeEdition`, or what
    /// would be right.
    pub(crate) fn method(&self, name: &str) -> Result<Method, String> {
        let (grpc_service, own) = name
            .trim_start_matches('/')
            .split_once('/')
            .ok_or("it is written norec.grants.v1.SchemeService/GetSchemeEdition")?;
        let service = self.0.get_service_by_name(grpc_service).ok_or_else(|| {
            let names = self.0.services().map(|it| it.full_name().to_owned());
            format!("there is {}", names.collect::<Vec<_>>().join(", "))
        })?;
        let descriptor = service
            .methods()
            .find(|it| it.name() == own)
            .ok_or_else(|| {
                let names = service.methods().map(|it| it.name().to_owned());
                format!(
                    "{grpc_service} has {}",
                    names.collect::<Vec<_>>().join(", ")
                )
            })?;
        Method::of(&descriptor).ok_or_else(|| "the contract has no access rule for it".to_owned())
    }

    /// Every RPC of a gRPC service.
    pub(crate) fn methods(&self, grpc_service: &str) -> Vec<Method> {
        let service = self.0.get_service_by_name(grpc_service).into_iter();
        let methods = service.flat_map(|it| it.methods().collect::<Vec<_>>());
        methods.filter_map(|it| Method::of(&it)).collect()
    }
}

impl Method {
    fn of(descriptor: &MethodDescriptor) -> Option<Self> {
        let grpc_service = descriptor.parent_service().full_name().to_owned();
        let path = format!("/{grpc_service}/{}", descriptor.name());
        Some(Self {
            rule: proto::packages::rule(&path)?,
            name: descriptor.name().to_owned(),
            input: descriptor.input(),
            output: descriptor.output(),
            grpc_service,
        })
    }
}

/// Reads a message from protobuf JSON. A field that the message does not have is refused, and one
/// that is named in both of its spellings; the text says which.
pub(crate) fn message_of(
    descriptor: &MessageDescriptor,
    json: &Value,
) -> Result<DynamicMessage, String> {
    if let Some(field) = json::spelled_twice(json) {
        return Err(format!("{field} stands twice in one object"));
    }
    let mut track = Track::new();
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let json = Deserializer::new(json, &mut track);
    DynamicMessage::deserialize_with_options(descriptor.clone(), json, &options).map_err(|error| {
        match track.path().to_string().as_str() {
            "." => error.to_string(),
            path => format!("{path}: {error}"),
        }
    })
}

/// Writes a message as protobuf JSON, with the contract's own field names; with `defaults`, unset
/// fields too.
pub(crate) fn json_of(message: &DynamicMessage, defaults: bool) -> Result<Value> {
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .skip_default_fields(!defaults);
    Ok(message.serialize_with_options(serde_json::value::Serializer, &options)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CREATE: &str = "norec.grants.v1.SchemeService/CreateSchemeEdition";

    fn create() -> Method {
        Contract::read().unwrap().method(CREATE).unwrap()
    }

    #[test]
    fn a_method_is_found_by_its_full_name_with_or_without_a_slash_before_it() {
        assert_eq!(create().rule.path, format!("/{CREATE}"));
        assert_eq!(
            Contract::read()
                .unwrap()
                .method(&format!("/{CREATE}"))
                .unwrap()
                .name,
            "CreateSchemeEdition"
        );
    }

    #[test]
    fn an_unknown_method_is_answered_with_those_there_are() {
        let contract = Contract::read().unwrap();
        for (name, named) in [
            ("norec.grants.v1.SchemeService/Delete", "GetSchemeEdition"),
            (
                "norec.grants.v1.Schemes/Get",
                "norec.grants.v1.SchemeService",
            ),
            ("CreateSchemeEdition", "it is written"),
        ] {
            let problem = contract.method(name).unwrap_err();
            assert!(problem.contains(named), "{name}: {problem}");
        }
    }

    #[test]
    fn a_field_is_read_by_either_of_its_names_and_written_by_the_contract_s() {
        for json in [
            json!({"scheme_edition_id": "2025"}),
            json!({"schemeEditionId": "2025"}),
        ] {
            let message = message_of(&create().input, &json).unwrap();
            assert_eq!(
                json_of(&message, false).unwrap(),
                json!({"scheme_edition_id": "2025"})
            );
        }
    }

    #[test]
    fn a_field_that_the_message_does_not_have_is_refused_with_its_place() {
        for (json, named) in [
            (json!({"naem": "x"}), "naem"),
            (json!({"scheme_edition": {"titel": "x"}}), "titel"),
            (
                json!({"scheme_edition": {"posts": [{}, {"chapter": 144}]}}),
                "scheme_edition.posts[1].chapter",
            ),
            (
                json!({"scheme_edition": {"state": "STATE_AJAR"}}),
                "scheme_edition.state",
            ),
            (json!([]), "map"),
        ] {
            let problem = message_of(&create().input, &json).unwrap_err();
            assert!(problem.contains(named), "{json}: {problem}");
        }
    }
}
