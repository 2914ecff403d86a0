//! Frames on the wire.

use platform::{Fields, nok};
use proto::common::v1::Post;
use proto::spending::v1 as pb;

use crate::domain::{Frame, FrameKey};

impl FrameKey {
    /// Reads which commitment, or whose frame, from the fields `post` and `year`.
    pub fn parse(fields: &mut Fields, post: Option<&Post>, year: i32) -> Self {
        Self {
            post: fields.post("post", post),
            year: fields.year("year", year),
        }
    }
}

impl From<Frame> for pb::Frame {
    /// What all that is registered now makes of it; the day asked for, and what is as of it, stay
    /// unset.
    fn from(it: Frame) -> Self {
        Self {
            available: Some(nok(it.available_ore())),
            post: Some(it.key.post.into()),
            year: it.key.year,
            set_aside: Some(nok(it.set_aside_ore)),
            committed: Some(nok(it.committed_ore)),
            conditional: Some(nok(it.conditional_ore)),
            paid_of_other_years: Some(nok(it.paid_of_other_years_ore)),
            ..Self::default()
        }
    }
}
