//! Reasons to refuse: their gRPC code and their texts, as the options on the enum values say.

/// A value of an `ErrorReason` enum.
pub trait Reason: Copy {
    /// What it is sent with.
    fn texts(self) -> ReasonTexts;
}

/// The wire name, domain, code and texts of a reason.
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

/// What the zero value of every enum says; no code sends it.
const UNSPECIFIED: ReasonTexts = ReasonTexts {
    name: "ERROR_REASON_UNSPECIFIED",
    domain: "norec.no",
    code: 13,
    nb: "Uspesifisert.",
    nn: "Uspesifisert.",
    en: "Unspecified.",
};

include!(concat!(env!("OUT_DIR"), "/reasons.rs"));
