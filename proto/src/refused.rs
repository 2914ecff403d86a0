//! A refusal: a reason of the contract, with the parts of its text that differ from case to case.

use std::collections::BTreeMap;

/// Why a call is refused. Made of a reason of [`crate::reason`], which asks for every key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reason's name, code and texts.
    pub texts: &'static ReasonTexts,
    /// What stands for each `{key}` of the texts.
    pub metadata: BTreeMap<&'static str, String>,
}

/// The wire name, domain, code and texts of a reason, as the options on its enum value say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonTexts {
    /// `ErrorInfo.reason`, such as `FRAME_EXCEEDED`.
    pub name: &'static str,
    /// `ErrorInfo.domain`, such as `grants.norec.no`.
    pub domain: &'static str,
    /// google.rpc.Code.
    pub code: i32,
    /// Bokmål; `{key}` stands for the metadata of that key.
    pub nb: &'static str,
    /// Nynorsk, with the same keys.
    pub nn: &'static str,
    /// English, with the same keys.
    pub en: &'static str,
}

impl Refused {
    /// Its English text, filled in: for what is stored or logged, where no caller names a language.
    pub fn english(&self) -> String {
        self.text(self.texts.en)
    }

    /// Fills each `{key}` of one of its texts, once: a value is text, whatever it looks like.
    pub fn text(&self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, (key, after))) = next_key(rest) {
            filled.push_str(before);
            filled.push_str(self.metadata.get(key).map_or("", String::as_str));
            rest = after;
        }
        filled + rest
    }
}

/// The text before the first `{key}`, the key, and the text behind it.
fn next_key(template: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = template.split_once('{')?;
    Some((before, rest.split_once('}')?))
}
