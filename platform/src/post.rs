//! Chapter and post of the state budget.

use std::collections::BTreeSet;

use proto::common::v1 as pb;
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

impl From<PostKey> for pb::Post {
    fn from(it: PostKey) -> Self {
        Self {
            chapter: it.chapter,
            post: it.post,
        }
    }
}

impl Fields {
    /// A chapter and post of the state budget.
    pub fn post(&mut self, field: &str, post: Option<&pb::Post>) -> PostKey {
        let Some(post) = post else {
            self.refuse(field, "must be given");
            return PostKey::default();
        };
        let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
        if !(1..=4).contains(&post.chapter.len())
            || !digits(&post.chapter)
            || post.chapter.starts_with('0')
        {
            self.refuse(format!("{field}.chapter"), "1 to 4 digits, such as 144");
        }
        if post.post.len() != 2 || !digits(&post.post) {
            self.refuse(format!("{field}.post"), "2 digits, such as 70");
        }
        PostKey {
            chapter: post.chapter.clone(),
            post: post.post.clone(),
        }
    }

    /// From 1 to `max` different posts.
    pub fn posts(&mut self, field: &str, posts: &[pb::Post], max: usize) -> Vec<PostKey> {
        if posts.is_empty() || posts.len() > max {
            self.refuse(field, format!("1 to {max} posts"));
        }
        let keys: Vec<_> = posts
            .iter()
            .take(max)
            .enumerate()
            .map(|(index, post)| self.post(&format!("{field}[{index}]"), Some(post)))
            .collect();
        if keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
            self.refuse(field, "every post once");
        }
        keys
    }
}
