//! Control totals: whether the rows of an import sum to what their source says (AC-01, AC-02).
//!
//! A source that rounds its amounts does not sum to its own totals. What it may be off by follows
//! from how many amounts were rounded; the difference is named, and is never a row of the accounts.

use std::collections::BTreeMap;

use platform::{PostKey, kroner};
use serde::{Deserialize, Serialize};

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
}

impl ControlTotal {
    /// Published = rows + this (the rounding difference in the source).
    pub fn rounding_difference_ore(&self) -> i64 {
        self.published_ore - self.row_sum_ore
    }
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
        /// What the sum may be off by.
        allowed_ore: i128,
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

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Differs {
                post,
                sum_ore,
                published_ore,
                allowed_ore,
            } => write!(
                f,
                "{post}: sum {}, control total {}, allowed {}",
                kroner(*sum_ore),
                kroner(*published_ore),
                kroner(*allowed_ore)
            ),
            Self::NoControlTotal { post, sum_ore } => {
                write!(f, "{post}: sum {}, no control total", kroner(*sum_ore))
            }
            Self::NoRows {
                post,
                published_ore,
            } => {
                write!(
                    f,
                    "{post}: no rows, control total {}",
                    kroner(*published_ore)
                )
            }
        }
    }
}

/// Sets the sums of the rows beside the published totals, by post; or names every post that is off.
///
/// `parts` are the posts and amounts of the rows; `rounded_to_ore` is what the source rounds to.
/// A post may be off by (parts + 1) × half of that, since its total was rounded too; of an exact
/// source, and without rows, by nothing.
pub fn reconcile(
    published: &BTreeMap<PostKey, i64>,
    parts: impl IntoIterator<Item = (PostKey, i64)>,
    rounded_to_ore: i64,
) -> Result<Vec<ControlTotal>, Vec<Mismatch>> {
    let mut sums: BTreeMap<PostKey, Sum> = BTreeMap::new();
    for (post, amount) in parts {
        sums.entry(post).or_default().add(amount);
    }
    let mut totals = Vec::new();
    let mut mismatches = Vec::new();
    for (post, &published_ore) in published {
        let sum = sums.remove(post).unwrap_or_default();
        match sum.judge(post, published_ore, rounded_to_ore) {
            Ok(total) => totals.push(total),
            Err(mismatch) => mismatches.push(mismatch),
        }
    }
    mismatches.extend(
        sums.into_iter()
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
    parts: i128,
    amount_ore: i128,
}

impl Sum {
    fn add(&mut self, amount_ore: i64) {
        self.parts += 1;
        self.amount_ore += i128::from(amount_ore);
    }

    fn judge(
        &self,
        post: &PostKey,
        published_ore: i64,
        rounded_to_ore: i64,
    ) -> Result<ControlTotal, Mismatch> {
        let post = post.clone();
        if self.parts == 0 && published_ore != 0 {
            return Err(Mismatch::NoRows {
                post,
                published_ore,
            });
        }
        let allowed_twice = if self.parts == 0 || rounded_to_ore == EXACT_ORE {
            0
        } else {
            (self.parts + 1) * i128::from(rounded_to_ore)
        };
        let difference = (i128::from(published_ore) - self.amount_ore).abs();
        match i64::try_from(self.amount_ore) {
            Ok(row_sum_ore) if 2 * difference <= allowed_twice => Ok(ControlTotal {
                post,
                published_ore,
                row_sum_ore,
            }),
            _ => Err(Mismatch::Differs {
                post,
                sum_ore: self.amount_ore,
                published_ore,
                allowed_ore: allowed_twice / 2,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tenth of a million kroner, øre.
    const TENTH: i64 = 10_000_000;

    fn post(text: &str) -> PostKey {
        PostKey {
            chapter: "144".into(),
            post: text.into(),
        }
    }

    fn named(
        published: &[(&str, i64)],
        parts: &[(&str, i64)],
        rounded_to_ore: i64,
    ) -> Result<Vec<(i64, i64)>, Vec<String>> {
        let published = published.iter().map(|(it, amount)| (post(it), *amount));
        let parts = parts.iter().map(|(it, amount)| (post(it), *amount));
        reconcile(&published.collect(), parts, rounded_to_ore)
            .map(|it| {
                it.iter()
                    .map(|it| (it.row_sum_ore, it.rounding_difference_ore()))
                    .collect()
            })
            .map_err(|it| it.iter().map(ToString::to_string).collect())
    }

    /// AC-01: posts 70 and 71 of 2025. What is published is the parts and the rounding.
    #[test]
    fn a_rounded_source_may_be_off_by_its_rounding_which_is_named() {
        let parts = [
            ("70", 947),
            ("70", 482),
            ("70", 72),
            ("70", 22),
            ("70", 5),
            ("70", -2),
            ("71", 743),
        ]
        .map(|(post, tenths)| (post, tenths * TENTH));
        let published = [("70", 1525 * TENTH), ("71", 744 * TENTH)];
        assert_eq!(
            named(&published, &parts, TENTH),
            Ok(vec![(1526 * TENTH, -TENTH), (743 * TENTH, TENTH)])
        );
    }

    /// AC-02: (parts + 1) × half the precision is allowed, and nothing more.
    #[test]
    fn a_post_may_be_off_by_half_the_precision_for_each_amount_and_no_further() {
        let two = [("70", 1000), ("70", 1000)];
        for (published, rounded_to_ore, allowed) in [
            (2000, EXACT_ORE, true),
            (2001, EXACT_ORE, false),
            (1999, EXACT_ORE, false),
            (2150, 100, true),
            (1850, 100, true),
            (2151, 100, false),
            (1849, 100, false),
            // Half of an odd precision: one and a half times five is seven and a half.
            (2007, 5, true),
            (2008, 5, false),
        ] {
            let verdict = named(&[("70", published)], &two, rounded_to_ore);
            assert_eq!(verdict.is_ok(), allowed, "{published} by {rounded_to_ore}");
        }
    }

    #[test]
    fn every_post_that_is_off_is_named_with_its_amounts() {
        let published = [
            ("01", 0),
            ("21", 500),
            ("70", 15_000_000_000),
            ("71", -7_400),
        ];
        let parts = [
            ("70", 15_260_000_000),
            ("71", -7_501),
            ("72", 99),
            ("72", -100),
        ];
        assert_eq!(
            named(&published, &parts, 100),
            Err(vec![
                "144.21: no rows, control total 5.00".into(),
                "144.70: sum 152600000.00, control total 150000000.00, allowed 1.00".into(),
                "144.71: sum -75.01, control total -74.00, allowed 1.00".into(),
                "144.72: sum -0.01, no control total".into(),
            ])
        );
    }

    #[test]
    fn a_post_without_rows_sums_to_nothing_also_where_the_source_is_rounded() {
        for (published, allowed) in [(0, true), (1, false), (-TENTH, false)] {
            let verdict = named(&[("70", published)], &[], TENTH);
            assert_eq!(verdict.is_ok(), allowed, "{published}");
        }
    }

    #[test]
    fn the_largest_amounts_do_not_overflow_their_sum() {
        let largest = 1_000_000_000_000_000;
        let parts = vec![("70", largest); 10_000];
        assert_eq!(
            named(&[("70", largest)], &parts, EXACT_ORE),
            Err(vec![
                "144.70: sum 100000000000000000.00, control total 10000000000000.00, allowed 0.00"
                    .into()
            ])
        );
    }
}
