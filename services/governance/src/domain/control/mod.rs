//! Control totals: whether the rows of an import sum to what their source says (AC-01, AC-02).
//!
//! A source that rounds its amounts does not sum to its own totals. What it may be off by follows
//! from how many amounts were rounded; the difference is named, and is never a row of the accounts.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use platform::{IntoValue, List, PostKey, Value, Wrong, field_reason, kroner};
use serde::{Deserialize, Serialize};

use crate::domain::AccountsImportName;

/// The amount that an exact source is rounded to.
pub const EXACT_ORE: i64 = 1;

/// What the source says that a post sums to, and what its rows do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlTotal {
    /// The post.
    pub post: PostKey,
    /// As published.
    pub published_ore: i64,
    /// The sum of the imported rows.
    pub row_sum_ore: i64,
    /// Who accepted the difference, and why; none where rounding explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
}

impl ControlTotal {
    /// Published = rows + this (the rounding difference in the source).
    pub fn rounding_difference_ore(&self) -> i64 {
        self.published_ore - self.row_sum_ore
    }
}

/// That a person answers for a difference which rounding hardly explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// The person, `persons/{staff id}`.
    pub by: String,
}

/// The control total of an import that has an accepted difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedTotal {
    /// The import.
    pub import: AccountsImportName,
    /// Its total of the post.
    pub total: ControlTotal,
}

/// What the source says that a post sums to, as it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// As published.
    pub amount_ore: i64,
    /// The difference from the sum of the rows that a person accepts.
    pub accepted: Option<(i64, Acceptance)>,
}

/// A post whose rows and control total do not belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The rows sum to something else than rounding explains.
    Differs {
        /// The post.
        post: PostKey,
        /// Sum of its rows.
        sum_ore: i128,
        /// As published.
        published_ore: i64,
        /// The difference that a person accepts.
        accepted_ore: Option<i64>,
        /// What the sum may be off by.
        bounds: Bounds,
    },
    /// The post has rows and no control total.
    NoControlTotal {
        /// The post.
        post: PostKey,
        /// Sum of its rows.
        sum_ore: i128,
    },
    /// The post has no rows, and a control total other than 0.
    NoRows {
        /// The post.
        post: PostKey,
        /// As published.
        published_ore: i64,
    },
}

impl IntoValue for Mismatch {
    fn into_value(self) -> Value {
        let said: Vec<Wrong> = match self {
            Self::Differs {
                post,
                sum_ore,
                published_ore,
                accepted_ore,
                bounds,
            } => {
                let differs = field_reason::PostDiffers {
                    post,
                    sum: kroner(sum_ore),
                    total: kroner(published_ore),
                    allowed: kroner(bounds.rounding_twice_ore / 2),
                };
                let may = bounds.acceptable_twice_ore > bounds.rounding_twice_ore;
                let acceptable = may.then(|| field_reason::Acceptable {
                    most: kroner(bounds.acceptable_twice_ore / 2),
                });
                let accepted =
                    accepted_ore.map(|ore| field_reason::Accepted { given: kroner(ore) });
                let behind = acceptable.map(Wrong::from).into_iter();
                let behind = behind.chain(accepted.map(Wrong::from));
                std::iter::once(differs.into()).chain(behind).collect()
            }
            Self::NoControlTotal { post, sum_ore } => {
                let sum = kroner(sum_ore);
                vec![field_reason::ControlTotalMissing { post, sum }.into()]
            }
            Self::NoRows {
                post,
                published_ore,
            } => {
                let total = kroner(published_ore);
                vec![field_reason::RowsMissing { post, total }.into()]
            }
        };
        List::new(said, ", ").into_value()
    }
}

/// Twice what the sum of a post may be off by, so that half of an odd precision is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// What rounding explains.
    rounding_twice_ore: i128,
    /// What a person may accept.
    acceptable_twice_ore: i128,
}

impl Bounds {
    /// Of so many parts, each rounded, and their total, rounded too. At the very most each is off by
    /// half the precision, and all in one direction; that is what a person may accept. Three standard
    /// deviations of their sum, 3 × precision × √((parts + 1) / 12), rounded up to the precision, are
    /// what rounding explains where that is less: k × precision, with the least k of 4k² ≥
    /// 3 (parts + 1). An exact source, and a post without rows, may be off by nothing.
    fn of(parts: u128, rounded_to_ore: i64) -> Self {
        if parts == 0 || rounded_to_ore == EXACT_ORE {
            return Self::default();
        }
        let rounded = parts + 1;
        let (root, square) = ((3 * rounded).isqrt(), 3 * rounded);
        let twice_k = root + u128::from(root * root < square);
        let in_ore = |steps: u128| {
            i128::try_from(steps)
                .unwrap_or(i128::MAX)
                .saturating_mul(rounded_to_ore.into())
        };
        let acceptable_twice_ore = in_ore(rounded);
        Self {
            rounding_twice_ore: in_ore(2 * twice_k.div_ceil(2)).min(acceptable_twice_ore),
            acceptable_twice_ore,
        }
    }
}

/// Sets the sums of the rows beside the published totals, by post; or names every post that is off.
///
/// `parts` are the posts and amounts of the rows, those of 0 among them; `rounded_to_ore` is what the
/// source rounds to. A post may be off by what rounding explains, or, up to what the source can be off
/// by at the very most, by exactly the difference that a person accepts.
pub fn reconcile(
    published: &BTreeMap<PostKey, Published>,
    parts: impl IntoIterator<Item = (PostKey, i64)>,
    rounded_to_ore: i64,
) -> Result<Vec<ControlTotal>, Vec<Mismatch>> {
    let mut sums: BTreeMap<PostKey, Sum> = BTreeMap::new();
    for (post, amount) in parts {
        sums.entry(post).or_default().add(amount);
    }
    let mut totals = Vec::new();
    let mut mismatches = Vec::new();
    for (post, published) in published {
        let sum = sums.remove(post).unwrap_or_default();
        match sum.judge(post, published, rounded_to_ore) {
            Ok(total) => totals.push(total),
            Err(mismatch) => mismatches.push(mismatch),
        }
    }
    mismatches.extend(
        sums.into_iter()
            .filter(|(_, sum)| sum.counts)
            .map(|(post, sum)| Mismatch::NoControlTotal {
                post,
                sum_ore: sum.amount_ore,
            }),
    );
    if mismatches.is_empty() {
        Ok(totals)
    } else {
        Err(mismatches)
    }
}

/// The rows of one post. Wider than a row's amount, for ten thousand of the largest overflow it.
#[derive(Default)]
struct Sum {
    parts: u128,
    /// One of them is not 0.
    counts: bool,
    amount_ore: i128,
}

impl Sum {
    fn add(&mut self, amount_ore: i64) {
        self.parts += 1;
        self.counts |= amount_ore != 0;
        self.amount_ore += i128::from(amount_ore);
    }

    fn judge(
        &self,
        post: &PostKey,
        published: &Published,
        rounded_to_ore: i64,
    ) -> Result<ControlTotal, Mismatch> {
        let (post, published_ore) = (post.clone(), published.amount_ore);
        if self.parts == 0 && published_ore != 0 {
            return Err(Mismatch::NoRows {
                post,
                published_ore,
            });
        }
        let bounds = Bounds::of(self.parts, rounded_to_ore);
        let difference_ore = i128::from(published_ore) - self.amount_ore;
        let is_within = |twice_ore| 2 * difference_ore.abs() <= twice_ore;
        let is_explained = match &published.accepted {
            None => is_within(bounds.rounding_twice_ore),
            Some((accepted_ore, _)) => {
                difference_ore == i128::from(*accepted_ore)
                    && is_within(bounds.acceptable_twice_ore)
            }
        };
        match i64::try_from(self.amount_ore) {
            Ok(row_sum_ore) if is_explained => Ok(ControlTotal {
                post,
                published_ore,
                row_sum_ore,
                accepted: published.accepted.clone().map(|(_, by)| by),
            }),
            _ => Err(Mismatch::Differs {
                post,
                sum_ore: self.amount_ore,
                published_ore,
                accepted_ore: published.accepted.as_ref().map(|(it, _)| *it),
                bounds,
            }),
        }
    }
}
