//! Amounts of NOK: whole øre within the limits from the wire, kroner in texts.

use proto::google::r#type::Money;
use proto::{Kroner, Wrong, field_reason};

use crate::fields::Fields;

/// Which amounts a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NokSign {
    /// Above zero.
    Positive,
    /// Zero or above.
    NotNegative,
    /// Anything but zero.
    NotZero,
    /// Anything.
    Any,
}

impl Fields {
    /// An amount of NOK in øre.
    pub fn nok(&mut self, field: &str, money: Option<&Money>, sign: NokSign) -> i64 {
        let given = money.ok_or_else(|| field_reason::Required.into());
        let parsed = given.and_then(parse_nok);
        let ore = match parsed {
            Ok(ore) => ore,
            Err(wrong) => {
                self.refuse(field, wrong);
                return 0;
            }
        };
        match sign {
            NokSign::Positive if ore <= 0 => self.refuse(field, field_reason::AmountNotPositive),
            NokSign::NotNegative if ore < 0 => self.refuse(field, field_reason::AmountNegative),
            NokSign::NotZero if ore == 0 => self.refuse(field, field_reason::AmountZero),
            _ => (),
        }
        ore
    }
}

/// Øre as kroner: `-6500000.00` where a machine reads it.
pub fn kroner(ore: impl Into<i128>) -> Kroner {
    Kroner(ore.into())
}

fn parse_nok(money: &Money) -> Result<i64, Wrong> {
    const NANOS_PER_ORE: i32 = 10_000_000;
    if money.currency_code != "NOK" {
        return Err(field_reason::Currency.into());
    }
    let same_sign = money.units == 0 || money.nanos == 0 || (money.units > 0) == (money.nanos > 0);
    if !same_sign || money.nanos.unsigned_abs() > 999_999_999 {
        return Err(field_reason::Nanos.into());
    }
    if money.nanos % NANOS_PER_ORE != 0 {
        return Err(field_reason::Decimals.into());
    }
    money
        .units
        .checked_mul(100)
        .and_then(|it| it.checked_add(i64::from(money.nanos / NANOS_PER_ORE)))
        .filter(|it| it.unsigned_abs() <= ORE_MAX)
        .ok_or_else(|| {
            field_reason::AmountTooLarge {
                max: kroner(ORE_MAX),
            }
            .into()
        })
}

/// Ten thousand billion kroner: far above the state budget, and sums of nine thousand still fit.
pub const ORE_MAX: u64 = 1_000_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn money(units: i64, nanos: i32, currency: &str) -> Money {
        Money {
            currency_code: currency.to_owned(),
            units,
            nanos,
        }
    }

    #[test]
    fn an_amount_is_nok_with_two_decimals_inside_the_limits() {
        for (given, expected) in [
            (money(1, 0, "NOK"), Ok(100)),
            (money(-1, -750_000_000, "NOK"), Ok(-175)),
            (money(0, 10_000_000, "NOK"), Ok(1)),
            (money(1, 1, "NOK"), Err(())),
            (money(0, 5_000_000, "NOK"), Err(())),
            (money(1, -10_000_000, "NOK"), Err(())),
            (money(1, 0, "USD"), Err(())),
            (money(1, 0, ""), Err(())),
            (money(i64::MAX, 0, "NOK"), Err(())),
            (money(i64::MIN, 0, "NOK"), Err(())),
            (
                money(10_000_000_000_000, 0, "NOK"),
                Ok(1_000_000_000_000_000),
            ),
            (money(10_000_000_000_001, 0, "NOK"), Err(())),
        ] {
            assert_eq!(parse_nok(&given).map_err(|_| ()), expected, "{given:?}");
        }
    }

    #[test]
    fn amounts_are_kroner_with_two_decimals() {
        for (ore, text) in [
            (0, "0.00"),
            (1, "0.01"),
            (-1, "-0.01"),
            (-650_000_000, "-6500000.00"),
            (250_000_099, "2500000.99"),
        ] {
            assert_eq!(kroner(ore).to_string(), text);
        }
    }
}
