//! The contract's descriptors, and what the comments above them say.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, FileDescriptor, MethodDescriptor};

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(proto::DESCRIPTORS).unwrap());

pub(crate) fn pool() -> DescriptorPool {
    POOL.clone()
}

/// The RPCs of the suite.
pub(crate) fn methods() -> Vec<MethodDescriptor> {
    let pool = pool();
    let ours = pool
        .services()
        .filter(|it| it.full_name().starts_with("norec."));
    ours.flat_map(|it| it.methods().collect::<Vec<_>>())
        .collect()
}

/// The full path of an RPC.
pub(crate) fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// The comment above an element, by its path in the file.
pub(crate) fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let proto = file.file_descriptor_proto();
    let locations = &proto.source_code_info.as_ref().unwrap().location;
    let found = locations.iter().find(|it| it.path == path);
    found
        .and_then(|it| it.leading_comments.clone())
        .unwrap_or_default()
}

/// What the comment above an RPC says, each in sentences of its own.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Said {
    /// What it does.
    pub(crate) does: String,
    /// In which states it may be called: what follows `States:`.
    pub(crate) states: Option<String>,
    /// The reasons that it promises: what follows `Refuses with`.
    pub(crate) refuses: Option<String>,
}

impl Said {
    pub(crate) fn of(method: &MethodDescriptor) -> Self {
        let file = method.parent_service().parent_file();
        Self::read(&comment(&file, method.path()))
    }

    fn read(comment: &str) -> Self {
        let mut said = Self::default();
        let mut does = Vec::new();
        let text = one_line(comment);
        for sentence in text.trim_end_matches('.').split(". ") {
            if let Some(states) = sentence.strip_prefix("States: ") {
                assert_eq!(said.states.replace(states.to_owned()), None, "{comment}");
            } else if let Some(refuses) = sentence.strip_prefix("Refuses with ") {
                assert_eq!(said.refuses.replace(refuses.to_owned()), None, "{comment}");
            } else {
                does.push(sentence);
            }
        }
        said.does = does.join(". ") + ".";
        said
    }
}

/// A comment without the line breaks of its file.
pub(crate) fn one_line(comment: &str) -> String {
    comment.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_comment_says_states_and_reasons_in_sentences_of_their_own() {
    let said = Said::read(
        " Ends it. States: OPEN (or late),\n any other's. It stays.\n Refuses with BUSY, X_Y.\n",
    );
    let expected = Said {
        does: "Ends it. It stays.".to_owned(),
        states: Some("OPEN (or late), any other's".to_owned()),
        refuses: Some("BUSY, X_Y".to_owned()),
    };
    assert_eq!(said, expected);
    for method in methods() {
        let does = Said::of(&method).does;
        for mark in ["States:", "Refuses with"] {
            assert!(!does.contains(mark), "{}: {does}", path(&method));
        }
    }
}
