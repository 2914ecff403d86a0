//! Foreign amount: a sum in another currency than NOK, with the rate that the caller gave for it. NOK is
//! what is judged; the other stands beside.

use chrono::NaiveDate;
use platform::DocumentRef;
use serde::{Deserialize, Serialize};

/// One sum, and how it becomes NOK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignAmount {
    /// ISO 4217, other than NOK.
    pub currency: String,
    /// Whole units of the currency.
    pub units: i64,
    /// Billionths of a unit.
    pub nanos: i32,
    /// NOK × 10⁻⁴ for `per` units; above 0.
    pub rate: i64,
    /// What the rate is quoted for: 1 or 100 units.
    pub per: i32,
    /// The day that the rate is of.
    pub rate_on: NaiveDate,
    /// Where the rate stands.
    pub document: DocumentRef,
}

impl ForeignAmount {
    /// In øre, half up; none where it is more than any amount may be.
    pub fn ore(&self) -> Option<i64> {
        const NANOS: i128 = 1_000_000_000;
        const RATE_PARTS: i128 = 10_000;
        const ORE: i128 = 100;
        let nanos = i128::from(self.units) * NANOS + i128::from(self.nanos);
        let dividend = nanos.checked_mul(i128::from(self.rate))?.checked_mul(ORE)?;
        let divisor = NANOS * RATE_PARTS * i128::from(self.per);
        let rounds_up = 2 * (dividend % divisor) >= divisor;
        i64::try_from(dividend / divisor + i128::from(rounds_up)).ok()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use testkit::{day, document};

    use super::*;

    /// US dollars at a rate.
    pub(crate) fn dollars(units: i64, nanos: i32, rate: i64, per: i32) -> ForeignAmount {
        ForeignAmount {
            currency: "USD".into(),
            units,
            nanos,
            rate,
            per,
            rate_on: day("2025-03-03"),
            document: document("2025-03-03"),
        }
    }

    /// PY-01: half up to the øre, by a rate for one or for a hundred.
    #[test]
    fn the_rate_makes_øre_half_up() {
        for (units, nanos, rate, per, ore) in [
            (100, 0, 105_432, 1, Some(105_432)),
            (100, 0, 105_432, 100, Some(1_054)),
            (1, 0, 105_450, 1, Some(1_055)),
            (1, 0, 105_449, 1, Some(1_054)),
            (0, 10_000_000, 10_000, 1, Some(1)),
            (0, 10_000_000, 5_000, 1, Some(1)),
            (0, 10_000_000, 4_999, 1, Some(0)),
            (i64::MAX, 0, 100_000_000, 1, None),
        ] {
            let amount = dollars(units, nanos, rate, per);
            assert_eq!(amount.ore(), ore, "{units}.{nanos} at {rate} for {per}");
        }
    }
}
