//! Chapter and post of the state budget.

use std::collections::BTreeSet;

use proto::common::v1 as pb;
use proto::{IntoValue, Value, Wrong, field_reason};
use serde::{Deserialize, Serialize};

use crate::fields::Fields;

/// Chapter and post of the state budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PostKey {
    /// Chapter (kapittel), such as `144`.
    pub chapter: String,
    /// Post, such as `70`.
    pub post: String,
}

impl std::fmt::Display for PostKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.chapter, self.post)
    }
}

impl IntoValue for PostKey {
    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl From<PostKey> for pb::Post {
    fn from(it: PostKey) -> Self {
        Self {
            chapter: it.chapter,
            post: it.post,
        }
    }
}

/// A chapter's one form: 1 to 4 digits, of which the first is not 0.
///
/// # Errors
/// What a chapter is like.
pub fn chapter_code(text: &str) -> Result<String, Wrong> {
    match text.trim_start_matches('0') {
        code if (1..=4).contains(&code.len()) && is_digits(code) => Ok(code.to_owned()),
        _ => Err(field_reason::Chapter.into()),
    }
}

/// The one form of a post or a sub-post: 2 digits, of which the first may be 0 and left out.
///
/// # Errors
/// What a post is like.
pub fn post_code(text: &str) -> Result<String, Wrong> {
    match text.len() {
        1 | 2 if is_digits(text) => Ok(format!("{text:0>2}")),
        _ => Err(field_reason::Post.into()),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

impl Fields {
    /// A chapter and post of the state budget, in their one form.
    pub fn post(&mut self, field: &str, post: Option<&pb::Post>) -> PostKey {
        let Some(post) = post else {
            self.refuse(field, field_reason::Required);
            return PostKey::default();
        };
        PostKey {
            chapter: self.take(&format!("{field}.chapter"), chapter_code(&post.chapter)),
            post: self.take(&format!("{field}.post"), post_code(&post.post)),
        }
    }

    /// From 1 to `max` different posts.
    pub fn posts(&mut self, field: &str, posts: &[pb::Post], max: usize) -> Vec<PostKey> {
        if posts.is_empty() || posts.len() > max {
            self.refuse(field, field_reason::Count { min: 1, max });
        }
        let keys: Vec<_> = posts
            .iter()
            .take(max)
            .enumerate()
            .map(|(index, post)| self.post(&format!("{field}[{index}]"), Some(post)))
            .collect();
        if keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
            self.refuse(field, field_reason::Repeated);
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-F20: a code has one form, whether or not zeros stand in front.
    #[test]
    fn a_code_has_one_form() {
        for (text, chapter, post) in [
            ("144", Some("144"), None),
            ("0144", Some("144"), None),
            ("00144", Some("144"), None),
            ("10000", None, None),
            ("1", Some("1"), Some("01")),
            ("01", Some("1"), Some("01")),
            ("70", Some("70"), Some("70")),
            ("00", None, Some("00")),
            ("001", Some("1"), None),
            ("", None, None),
            ("7O", None, None),
            ("-1", None, None),
            (" 1", None, None),
            ("٧", None, None),
        ] {
            assert_eq!(chapter_code(text).ok().as_deref(), chapter, "{text:?}");
            assert_eq!(post_code(text).ok().as_deref(), post, "{text:?}");
        }
    }

    /// B-F20: of posts that are one, one is meant.
    #[test]
    fn a_post_in_two_forms_stands_twice() {
        let post = |chapter: &str, post: &str| pb::Post {
            chapter: chapter.into(),
            post: post.into(),
        };
        let mut fields = Fields::default();
        let keys = fields.posts("posts", &[post("0144", "1"), post("144", "01")], 9);
        assert_eq!(keys[0], keys[1]);
        assert!(fields.check().is_err());
    }
}
