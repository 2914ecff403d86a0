//! Restatements on the wire.

use proto::governance::v1 as pb;

use crate::domain::Restatement;
use crate::domain::restatement::RestatedGroup;

impl From<Restatement> for pb::Restatement {
    fn from(it: Restatement) -> Self {
        let groups = it.groups();
        Self {
            name: it.name.to_string(),
            before_figure: it.before_figure.to_string(),
            after_figure: it.after_figure.to_string(),
            before: Some(it.before.value.into()),
            after: Some(it.after.value.into()),
            groups: groups.into_iter().map(Into::into).collect(),
            fact_count: it.between.fact_count,
            first_sum: it.between.first_sum,
            second_sum: it.between.second_sum,
        }
    }
}

impl From<RestatedGroup> for pb::RestatedGroup {
    fn from(it: RestatedGroup) -> Self {
        Self {
            key: it.key,
            before: it.before.map(Into::into),
            after: it.after.map(Into::into),
        }
    }
}
