//! Foreign amounts on the wire, inside the messages of what they stand beside.

use chrono::NaiveDate;
use iso_currency::Currency;
use platform::{DocumentRef, Fields, NokSign, ORE_MAX, Wrong, date_to_wire, field_reason, kroner};
use proto::google::r#type::Money;
use proto::spending::v1 as pb;

use crate::domain::ForeignAmount;

/// The highest rate: 10,000 kroner for one unit.
const RATE_MAX: i64 = 100_000_000;

/// A sum in NOK, in øre: as it is given, or as the rate makes it of a foreign amount; then what is given in
/// NOK besides is the same. `at` names a field beside it.
pub(super) fn sum(
    fields: &mut Fields,
    at: impl Fn(&str) -> String,
    (amount, foreign): (Option<&Money>, Option<&pb::ForeignAmount>),
    sign: NokSign,
    today: NaiveDate,
) -> (i64, Option<ForeignAmount>) {
    let Some(foreign) = foreign else {
        return (fields.nok(&at("amount"), amount, sign), None);
    };
    let foreign = ForeignAmount::parse(fields, &at("foreign"), foreign, today);
    let Some(foreign) = foreign else {
        return (0, None);
    };
    let made = foreign.ore().and_then(|ore| {
        let money = platform::nok(ore);
        let mut sum = Fields::default();
        let ore = sum.nok("amount", Some(&money), NokSign::Positive);
        sum.check().ok().map(|()| ore)
    });
    let Some(ore) = made else {
        let (min, max) = (kroner(1), kroner(ORE_MAX));
        fields.refuse(at("foreign"), field_reason::ForeignInNok { min, max });
        return (0, None);
    };
    if let Some(given) = amount {
        let given_ore = fields.nok(&at("amount"), Some(given), NokSign::Any);
        if given_ore != ore {
            let ore = kroner(ore);
            fields.refuse(at("amount"), field_reason::RateMakes { ore });
        }
    }
    (ore, Some(foreign))
}

impl ForeignAmount {
    /// Reads one; none beside the noted violations.
    fn parse(
        fields: &mut Fields,
        path: &str,
        given: &pb::ForeignAmount,
        today: NaiveDate,
    ) -> Option<Self> {
        let at = |field: &str| format!("{path}.{field}");
        let money = fields.required(&at("amount"), given.amount.as_ref());
        let checked = check(&money);
        let is_good = checked.is_ok()
            && (1..=RATE_MAX).contains(&given.rate)
            && [1, 100].contains(&given.per);
        if given.amount.is_some() {
            fields.take(&at("amount"), checked);
        }
        if !(1..=RATE_MAX).contains(&given.rate) {
            fields.refuse(at("rate"), field_reason::Rate { max: RATE_MAX });
        }
        if ![1, 100].contains(&given.per) {
            fields.refuse(at("per"), field_reason::NotOneOf { values: "1, 100" });
        }
        let rate_on = fields.past_date(&at("rate_date"), given.rate_date.as_ref(), today);
        let document = &at("rate_document");
        let document =
            DocumentRef::parse_past(fields, document, given.rate_document.as_ref(), today);
        is_good.then_some(Self {
            currency: money.currency_code,
            units: money.units,
            nanos: money.nanos,
            rate: given.rate,
            per: given.per,
            rate_on,
            document,
        })
    }
}

/// A positive amount of a currency other than NOK, with the decimals that the currency has.
fn check(money: &Money) -> Result<(), Wrong> {
    let currency = Currency::from_code(&money.currency_code).filter(|it| *it != Currency::NOK);
    let Some(decimals) = currency.and_then(|it| it.exponent()) else {
        return Err(field_reason::ForeignCurrency.into());
    };
    let step = 10_i32.pow(9 - u32::from(decimals).min(9));
    if money.units < 0 || !(0..1_000_000_000).contains(&money.nanos) || money.nanos % step != 0 {
        return Err(field_reason::ForeignAmount { decimals }.into());
    }
    if money.units == 0 && money.nanos == 0 {
        return Err(field_reason::AmountNotPositive.into());
    }
    Ok(())
}

impl From<ForeignAmount> for pb::ForeignAmount {
    fn from(it: ForeignAmount) -> Self {
        Self {
            amount: Some(Money {
                currency_code: it.currency,
                units: it.units,
                nanos: it.nanos,
            }),
            rate: it.rate,
            per: it.per,
            rate_date: Some(date_to_wire(it.rate_on)),
            rate_document: Some(it.document.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use testkit::day;

    use super::*;
    use crate::domain::foreign_amount::tests::dollars;

    fn money(currency: &str, units: i64, nanos: i32) -> Money {
        Money {
            currency_code: currency.into(),
            units,
            nanos,
        }
    }

    #[test]
    fn an_amount_has_the_decimals_that_its_currency_has() {
        for (given, good) in [
            (money("USD", 100, 250_000_000), true),
            (money("USD", 0, 10_000_000), true),
            (money("USD", 0, 1_000_000), false),
            (money("JPY", 100, 0), true),
            (money("JPY", 100, 500_000_000), false),
            (money("KWD", 1, 1_000_000), true),
            (money("NOK", 100, 0), false),
            (money("usd", 100, 0), false),
            (money("XYZ", 100, 0), false),
            (money("", 100, 0), false),
            (money("USD", 0, 0), false),
            (money("USD", -1, 0), false),
            (money("USD", 1, -10_000_000), false),
        ] {
            assert_eq!(check(&given).is_ok(), good, "{given:?}");
        }
    }

    /// PY-01: what is judged is NOK by the rate; what the caller says besides is the same or refused, and
    /// every bad field is named at once.
    #[test]
    fn a_foreign_amount_becomes_nok_or_every_bad_field_is_named() {
        let good = || pb::ForeignAmount::from(dollars(100, 0, 105_432, 1));
        let nok = |units, nanos| Some(money("NOK", units, nanos));
        let bad = pb::ForeignAmount {
            rate: 0,
            per: 10,
            rate_date: None,
            rate_document: None,
            ..good()
        };
        let coming = pb::ForeignAmount::from(ForeignAmount {
            rate_on: day("2025-03-04"),
            ..dollars(100, 0, 105_432, 1)
        });
        let vast = pb::ForeignAmount {
            amount: Some(money("USD", i64::MAX, 0)),
            ..good()
        };
        let wrong = [
            "it.foreign.rate",
            "it.foreign.per",
            "it.foreign.rate_date",
            "it.foreign.rate_document",
        ];
        for (amount, foreign, expected) in [
            (None, Some(good()), Ok((105_432, true))),
            (nok(1_054, 320_000_000), Some(good()), Ok((105_432, true))),
            (
                nok(1_054, 330_000_000),
                Some(good()),
                Err(vec!["it.amount"]),
            ),
            (nok(7, 0), None, Ok((700, false))),
            (None, None, Err(vec!["it.amount"])),
            (None, Some(bad), Err(wrong.to_vec())),
            (None, Some(coming), Err(vec!["it.foreign.rate_date"])),
            (None, Some(vast), Err(vec!["it.foreign"])),
        ] {
            let mut fields = Fields::default();
            let at = |field: &str| format!("it.{field}");
            let given = (amount.as_ref(), foreign.as_ref());
            let made = sum(&mut fields, at, given, NokSign::Positive, day("2025-03-03"));
            let told = match fields.check() {
                Ok(()) => Ok((made.0, made.1.is_some())),
                Err(platform::Invalid(all)) => {
                    Err(all.into_iter().map(|it| it.field).collect::<Vec<_>>())
                }
            };
            let expected = expected.map_err(|it| it.into_iter().map(str::to_owned).collect());
            assert_eq!(told, expected, "{amount:?} {foreign:?}");
        }
    }
}
