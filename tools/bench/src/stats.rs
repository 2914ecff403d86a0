//! Medians of ratios, and how sure they are.

/// How often the bootstrap draws anew.
const DRAWS: usize = 2_000;

/// The value at a quantile, between neighbours in proportion; none of nothing.
pub(crate) fn quantile(samples: &[f64], at: f64) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = at * sorted.len().saturating_sub(1) as f64;
    let mut above = sorted
        .iter()
        .enumerate()
        .skip_while(|(it, _)| *it as f64 + 1.0 <= place);
    let (before, low) = above.next()?;
    let high = above.next().map_or(*low, |(_, it)| *it);
    Some(low + (high - low) * (place - before as f64))
}

/// The median; not a number of nothing.
pub(crate) fn median(samples: &[f64]) -> f64 {
    quantile(samples, 0.5).unwrap_or(f64::NAN)
}

/// The ratios of pairs that were measured beside one another.
pub(crate) fn ratios(of: &[f64], to: &[f64]) -> Vec<f64> {
    of.iter().zip(to).map(|(of, to)| of / to).collect()
}

/// A 95 % interval of the median by bootstrap: the same samples have the same interval.
pub(crate) fn interval(samples: &[f64]) -> Option<(f64, f64)> {
    // xorshift64, from a fixed seed.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let place = state % samples.len() as u64;
        samples[usize::try_from(place).unwrap_or_default()]
    };
    if samples.is_empty() {
        return None;
    }
    let medians: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let again: Vec<f64> = samples.iter().map(|_| draw()).collect();
            median(&again)
        })
        .collect();
    quantile(&medians, 0.025).zip(quantile(&medians, 0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_between_its_neighbours() {
        for (samples, at, expected) in [
            (&[3.0, 1.0, 2.0][..], 0.5, Some(2.0)),
            (&[4.0, 1.0, 2.0, 3.0], 0.5, Some(2.5)),
            (&[1.0, 2.0], 0.75, Some(1.75)),
            (&[1.0, 2.0], 0.0, Some(1.0)),
            (&[1.0, 2.0, 5.0], 1.0, Some(5.0)),
            (&[7.0], 0.9, Some(7.0)),
            (&[], 0.5, None),
        ] {
            assert_eq!(quantile(samples, at), expected, "{samples:?} at {at}");
        }
    }

    #[test]
    fn pairs_are_divided_each_by_its_own() {
        assert_eq!(ratios(&[2.0, 9.0], &[1.0, 3.0, 5.0]), [2.0, 3.0]);
    }

    #[test]
    fn an_interval_holds_the_median_and_is_drawn_alike() {
        let samples = [1.0, 1.1, 0.9, 1.3, 1.05, 0.95, 1.2];
        let (low, high) = interval(&samples).unwrap();
        assert!(
            low < median(&samples) && median(&samples) < high,
            "{low}–{high}"
        );
        assert_eq!(interval(&samples), Some((low, high)));
        assert_eq!(interval(&[2.0, 2.0]), Some((2.0, 2.0)));
        assert_eq!(interval(&[]), None);
    }
}
