//! Which frame: a chapter, a post and a year.

use platform::{Dimensions, PostKey};

/// Which frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// Chapter and post.
    pub post: PostKey,
    /// Budget year.
    pub year: i32,
}

impl FrameKey {
    /// What money of it is told apart by.
    pub(crate) fn dimensions(&self) -> Dimensions {
        Dimensions::from([
            ("chapter".to_owned(), self.post.chapter.clone()),
            ("post".to_owned(), self.post.post.clone()),
            ("year".to_owned(), self.year.to_string()),
        ])
    }
}
