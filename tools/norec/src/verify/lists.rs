//! What the tables say against what was recorded: every resource that a service lists, as it lists it and
//! as Get answers it from the journal. Which those are is found in the contract.

use anyhow::{Result, anyhow};
use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, Value};

use super::findings::Findings;
use super::reader::Reader;
use crate::client::Refusal;
use crate::contract::{Contract, Method};
use crate::linked::Linked;

/// Rows asked for at a time.
const ROWS: i32 = 200;
/// How often a page is read again because a resource was written meanwhile.
const TRIES: usize = 5;

/// A noun that is listed and that Get answers with an etag.
#[derive(Debug)]
pub(super) struct Noun {
    list: Method,
    /// The list's field that has the rows.
    rows: String,
    get: Method,
}

/// Every such noun of a service.
pub(super) fn nouns(contract: &Contract, of: &Linked) -> Vec<Noun> {
    let services = of.nouns.grpc_services();
    let methods: Vec<_> = services
        .iter()
        .flat_map(|it| contract.methods(it))
        .collect();
    let has = |message: &MessageDescriptor, name: &str| {
        let field = message.get_field_by_name(name);
        field.is_some_and(|it| it.kind() == Kind::String && !it.is_list())
    };
    let mut nouns = Vec::new();
    for list in methods.iter().filter(|it| has(&it.input, "page_token")) {
        let rows = list.output.fields().find_map(|it| match it.kind() {
            Kind::Message(row) if it.is_list() => Some((it.name().to_owned(), row)),
            _ => None,
        });
        let Some((rows, row)) = rows.filter(|(_, row)| has(row, "name") && has(row, "etag")) else {
            continue;
        };
        let get = methods
            .iter()
            .find(|it| it.name.starts_with("Get") && it.output == row && has(&it.input, "name"));
        // One that several lists answer is compared as the first has it, which is that of all.
        let is_had = |get: &Method| nouns.iter().any(|it: &Noun| it.get.output == get.output);
        nouns.extend(get.filter(|it| !is_had(it)).map(|get| Noun {
            list: list.clone(),
            rows,
            get: get.clone(),
        }));
    }
    nouns
}

/// Compares all resources of a service; answers how many.
pub(super) async fn compare(
    reader: &mut Reader,
    of: &'static Linked,
    findings: &mut Findings,
) -> Result<i64> {
    let mut count = 0;
    for noun in nouns(reader.contract(), of) {
        findings.begin(format!("{} {}", of.name, noun.rows), 0);
        let compared = noun.compare_all(reader, of, findings).await;
        count += findings.or_unreadable(of.name, compared)?;
    }
    Ok(count)
}

/// A page of a list.
struct Page {
    rows: Vec<DynamicMessage>,
    next_page_token: String,
}

impl Noun {
    async fn compare_all(
        &self,
        reader: &mut Reader,
        of: &'static Linked,
        findings: &mut Findings,
    ) -> Result<i64> {
        let (mut count, mut token) = (0, String::new());
        loop {
            let page = self.page(reader, of, &token).await?;
            for row in &page.rows {
                self.compare(reader, of, &token, row, findings).await?;
            }
            findings.read(page.rows.len());
            count += i64::try_from(page.rows.len())?;
            token = page.next_page_token;
            if token.is_empty() {
                return Ok(count);
            }
        }
    }

    async fn page(&self, reader: &mut Reader, of: &'static Linked, token: &str) -> Result<Page> {
        let mut request = DynamicMessage::new(self.list.input.clone());
        request.set_field_by_name("page_size", Value::I32(ROWS));
        request.set_field_by_name("page_token", Value::String(token.to_owned()));
        let answer = reader.call(of, self.list.clone(), request).await?;
        let answer = answer.map_err(|it| refused(of, &self.list, it))?;
        let rows = answer.get_field_by_name(&self.rows);
        let rows = rows.as_deref().and_then(Value::as_list).unwrap_or_default();
        Ok(Page {
            rows: rows.iter().filter_map(Value::as_message).cloned().collect(),
            next_page_token: text(&answer, "next_page_token"),
        })
    }

    /// Compares one row with what Get answers. One that was written between the two is read again.
    async fn compare(
        &self,
        reader: &mut Reader,
        of: &'static Linked,
        token: &str,
        row: &DynamicMessage,
        findings: &mut Findings,
    ) -> Result<()> {
        let name = text(row, "name");
        let mut row = row.clone();
        for _ in 0..TRIES {
            let recorded = match self.recorded(reader, of, &name).await? {
                Ok(recorded) => recorded,
                Err(refusal) if refusal.reason.as_deref() == Some("NOT_FOUND") => {
                    let what = format!("{name} is listed, and was never recorded");
                    return Ok(findings.differs(of.name, what)?);
                }
                Err(refusal) => {
                    let error = refused(of, &self.get, refusal).context(name);
                    return findings.or_unreadable(of.name, Err(error));
                }
            };
            if text(&row, "etag") == text(&recorded, "etag") {
                let fields = differing(&row, &recorded);
                if !fields.is_empty() {
                    let fields = fields.join(", ");
                    let what = format!("{name} is listed otherwise than it was recorded: {fields}");
                    findings.differs(of.name, what)?;
                }
                return Ok(());
            }
            let page = self.page(reader, of, token).await?;
            let again = page.rows.into_iter().find(|it| text(it, "name") == name);
            row = again.unwrap_or(row);
        }
        let what = format!("{name} is listed with another etag than was recorded");
        Ok(findings.differs(of.name, what)?)
    }

    async fn recorded(
        &self,
        reader: &mut Reader,
        of: &'static Linked,
        name: &str,
    ) -> Result<Result<DynamicMessage, Refusal>> {
        let mut request = DynamicMessage::new(self.get.input.clone());
        request.set_field_by_name("name", Value::String(name.to_owned()));
        reader.call(of, self.get.clone(), request).await
    }
}

fn refused(of: &Linked, method: &Method, refusal: Refusal) -> anyhow::Error {
    anyhow!(refusal).context(format!("{} {}", of.name, method.rule.path))
}

/// The fields whose values differ.
fn differing(one: &DynamicMessage, other: &DynamicMessage) -> Vec<String> {
    use prost_reflect::ReflectMessage;
    let differs = |it: &prost_reflect::FieldDescriptor| {
        one.has_field(it) != other.has_field(it) || one.get_field(it) != other.get_field(it)
    };
    let message = one.descriptor();
    let fields = message.fields().filter(differs);
    fields.map(|it| it.name().to_owned()).collect()
}

fn text(message: &DynamicMessage, field: &str) -> String {
    let value = message.get_field_by_name(field);
    let text = value.as_deref().and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linked::LINKED;

    /// VE-03: every message of the contract that has a name and an etag, and is listed and got, is
    /// compared; and none has to be said.
    #[test]
    fn every_noun_that_is_listed_and_got_is_compared() {
        let contract = Contract::read().unwrap();
        let of = |name: &str| {
            let linked = LINKED.iter().find(|it| it.name == name).unwrap();
            let mut nouns: Vec<_> = nouns(&contract, linked)
                .into_iter()
                .map(|it| it.rows)
                .collect();
            nouns.sort();
            nouns
        };
        assert_eq!(
            of("grants"),
            [
                "agreements",
                "allocation_lines",
                "delegations",
                "disbursements",
                "erasures",
                "freezes",
                "holds",
                "rule_editions",
                "scheme_editions"
            ]
        );
        assert_eq!(
            of("governance"),
            [
                "accounts_imports",
                "appropriations",
                "chart_editions",
                "cutoffs",
                "erasures",
                "holds",
                "indicators",
                "reports",
                "rule_editions"
            ]
        );
    }

    #[test]
    fn the_fields_that_differ_are_named() {
        let contract = Contract::read().unwrap();
        let get = contract
            .method("norec.governance.v1.CutoffService/GetCutoff")
            .unwrap();
        let mut one = DynamicMessage::new(get.output);
        let mut other = one.clone();
        assert_eq!(differing(&one, &other), Vec::<String>::new());
        one.set_field_by_name("error", Value::String("x".into()));
        other.set_field_by_name("edition", Value::I32(2));
        assert_eq!(differing(&one, &other), ["edition", "error"]);
    }
}
