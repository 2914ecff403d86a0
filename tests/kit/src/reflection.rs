//! A reflection client, as command-line tools are one.

use prost::Message;
use prost_reflect::DescriptorPool;
use tonic::transport::Channel;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::Actor;

async fn ask(actor: &Actor, what: MessageRequest) -> Result<MessageResponse, tonic::Status> {
    let mut client: ServerReflectionClient<Channel> = ServerReflectionClient::new(actor.channel());
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(what),
    };
    let asked = actor.request(futures::stream::iter([request]));
    let mut answers = client.server_reflection_info(asked).await?.into_inner();
    Ok(answers.message().await?.unwrap().message_response.unwrap())
}

/// Names of the services that a server says it has, or why it does not say.
pub async fn try_services(actor: &Actor) -> Result<Vec<String>, tonic::Status> {
    match ask(actor, MessageRequest::ListServices(String::new())).await? {
        MessageResponse::ListServicesResponse(list) => {
            Ok(list.service.into_iter().map(|it| it.name).collect())
        }
        other => panic!("{other:?}"),
    }
}

/// Names of the services that a server says it has.
pub async fn services(actor: &Actor) -> Vec<String> {
    try_services(actor).await.unwrap()
}

/// The same, by the protocol that older clients speak.
pub async fn services_alpha(actor: &Actor) -> Vec<String> {
    use tonic_reflection::pb::v1alpha::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1alpha::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1alpha::server_reflection_response::MessageResponse;
    let request = tonic_reflection::pb::v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let asked = actor.request(futures::stream::iter([request]));
    let mut client = ServerReflectionClient::new(actor.channel());
    let mut answers = client
        .server_reflection_info(asked)
        .await
        .unwrap()
        .into_inner();
    match answers
        .message()
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap()
    {
        MessageResponse::ListServicesResponse(list) => {
            list.service.into_iter().map(|it| it.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn decoded(response: MessageResponse) -> Vec<Vec<u8>> {
    match response {
        MessageResponse::FileDescriptorResponse(it) => it.file_descriptor_proto,
        other => panic!("{other:?}"),
    }
}

/// The file that declares a symbol, and perhaps what it imports.
pub async fn files_of(actor: &Actor, symbol: &str) -> Vec<Vec<u8>> {
    let what = MessageRequest::FileContainingSymbol(symbol.to_owned());
    decoded(ask(actor, what).await.unwrap())
}

/// Fetches every import, to the leaves, and builds a pool of raw bytes, options and all.
pub async fn pool(actor: &Actor, mut files: Vec<Vec<u8>>) -> DescriptorPool {
    let mut known = std::collections::BTreeMap::new();
    while let Some(bytes) = files.pop() {
        let file = prost_types::FileDescriptorProto::decode(bytes.as_slice()).unwrap();
        for import in &file.dependency {
            if !known.contains_key(import) {
                let what = MessageRequest::FileByFilename(import.clone());
                files.extend(decoded(ask(actor, what).await.unwrap()));
            }
        }
        known.insert(file.name().to_owned(), bytes);
    }
    // A set is its files as field 1, so that no option passes through a type that drops it.
    let mut set = Vec::new();
    for bytes in known.values() {
        prost::encoding::bytes::encode(1, bytes, &mut set);
    }
    DescriptorPool::decode(set.as_slice()).unwrap()
}
