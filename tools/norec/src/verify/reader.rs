//! Reading the services as one caller: typed requests to a named service, and pages of any size.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use prost::Message;
use prost_reflect::DynamicMessage;
use proto::audit::v1::{Entry, ListEntriesRequest};
use proto::{Call as Request, Listed, Paged};
use tonic::Code;

use crate::caller::Caller;
use crate::client::{Call, Client, Refusal};
use crate::contract::{Contract, Method};
use crate::installation::Installation;
use crate::linked::Linked;

/// Entries asked for at a time, unless their resources are larger than an answer may be.
const ENTRIES_MAX: i32 = 250;

/// Reads as one caller.
pub(super) struct Reader {
    client: Client,
    contract: Contract,
    caller: Caller,
    methods: HashMap<&'static str, Method>,
    entries: i32,
}

impl Reader {
    pub(super) fn new(installation: &Installation, caller: Caller) -> Result<Self> {
        Ok(Self {
            client: Client::of(installation)?,
            contract: Contract::read()?,
            caller,
            methods: HashMap::new(),
            entries: ENTRIES_MAX,
        })
    }

    pub(super) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Asks a service; a refusal ends the command, for without its answer nothing is known.
    pub(super) async fn ask<R: Request>(
        &mut self,
        to: &'static Linked,
        request: &R,
    ) -> Result<R::Reply> {
        let answer = self.ask_if(to, request).await?;
        answer.map_err(|refusal| anyhow!(refusal).context(format!("{} {}", to.name, R::PATH)))
    }

    /// The same, with the refusal as an answer.
    pub(super) async fn ask_if<R: Request>(
        &mut self,
        to: &'static Linked,
        request: &R,
    ) -> Result<Result<R::Reply, Refusal>> {
        let method = match self.methods.get(R::PATH) {
            Some(method) => method.clone(),
            None => {
                let method = self.contract.method(R::PATH).map_err(|it| anyhow!(it))?;
                self.methods.insert(R::PATH, method.clone());
                method
            }
        };
        let mut message = DynamicMessage::new(method.input.clone());
        message.merge(request.encode_to_vec().as_slice())?;
        match self.call(to, method, message).await? {
            Ok(answer) => Ok(Ok(R::Reply::decode(answer.encode_to_vec().as_slice())?)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Asks a service for what is known by its descriptor alone.
    pub(super) async fn call(
        &mut self,
        to: &'static Linked,
        method: Method,
        message: DynamicMessage,
    ) -> Result<Result<DynamicMessage, Refusal>> {
        let call = Call {
            to,
            method,
            caller: self.caller.clone(),
            message,
        };
        // Whoever is down when the walk comes to it is named at once.
        self.client.call_once(&call).await
    }

    /// Numbered entries behind a number, as many as one answer may hold.
    pub(super) async fn entries(&mut self, of: &'static Linked, after: i64) -> Result<Vec<Entry>> {
        loop {
            let request = ListEntriesRequest {
                after_number: Some(after),
                page_size: self.entries,
                ..Default::default()
            };
            match self.ask_if(of, &request).await? {
                Ok(page) => {
                    self.entries = (self.entries * 2).min(ENTRIES_MAX);
                    return Ok(page.entries);
                }
                Err(refusal) if refusal.code == Code::OutOfRange && self.entries > 1 => {
                    self.entries = (self.entries / 8).max(1);
                }
                Err(refusal) => {
                    let what = format!("{} {}", of.name, ListEntriesRequest::PATH);
                    return Err(anyhow!(refusal).context(what));
                }
            }
        }
    }

    /// All rows of a list, one page at a time.
    pub(super) async fn list<R>(
        &mut self,
        of: &'static Linked,
        request: impl Fn(String) -> R,
        mut take: impl FnMut(Vec<<R::Reply as Listed>::Row>),
        page: impl Fn(R::Reply) -> (Vec<<R::Reply as Listed>::Row>, String),
    ) -> Result<()>
    where
        R: Paged<Reply: Listed>,
    {
        let mut token = String::new();
        loop {
            let answer = self.ask(of, &request(token)).await?;
            let (rows, next) = page(answer);
            take(rows);
            if next.is_empty() {
                return Ok(());
            }
            token = next;
        }
    }
}

/// The service of a source's name, such as `sources/grants`.
pub(super) fn service_of(source: &str) -> Result<&'static Linked> {
    let name = source.trim_start_matches("sources/");
    crate::linked::named(name)
        .map_err(|it| anyhow!(it))
        .with_context(|| source.to_owned())
}
