//! Which frame: a chapter, a post and a year.

use platform::PostKey;

/// Which frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// Chapter and post.
    pub post: PostKey,
    /// Budget year.
    pub year: i32,
}
