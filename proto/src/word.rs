//! The contract's words that refusals name: states, duties, roles.

use wording::Locale;

/// A word of the contract: `AWARDED`, and in Norwegian `tildelt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// As the contract spells it, without its enum's prefix.
    pub name: &'static str,
    /// Bokmål.
    pub nb: &'static str,
    /// Nynorsk.
    pub nn: &'static str,
}

impl Word {
    /// What people call the state, duty or role of this name, which is in capitals.
    pub fn find(name: &str) -> Option<Self> {
        let at = WORDS.binary_search_by_key(&name, |it| it.name).ok()?;
        WORDS.get(at).copied()
    }

    /// As people read it in this language. In English it is what machines read.
    pub(crate) fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Nb => self.nb,
            Locale::Nn => self.nn,
            Locale::En => self.name,
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));
