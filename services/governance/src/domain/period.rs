//! Periods: a month, a third of a year (tertial), a year, and a year to the end of a month. Days are Oslo's.

use chrono::{Days, Months, NaiveDate};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

/// A period that figures are computed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A calendar year.
    Year(i32),
    /// January–April, May–August or September–December of a year.
    Tertial(i32, u32),
    /// A calendar month of a year.
    Month(i32, u32),
    /// A year from January to the end of a month, November at the latest: to the end of December it is the year.
    YearTo(i32, u32),
}

impl Period {
    /// The last month that a year is counted to the end of.
    pub const YEAR_TO_MAX: u32 = 11;

    /// First day.
    pub fn start(self) -> NaiveDate {
        let (year, month) = match self {
            Self::Year(year) | Self::YearTo(year, _) => (year, 1),
            Self::Tertial(year, tertial) => (year, tertial * 4 - 3),
            Self::Month(year, month) => (year, month),
        };
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
    }

    /// Last day.
    pub fn end(self) -> NaiveDate {
        let months = match self {
            Self::Year(_) => 12,
            Self::Tertial(..) => 4,
            Self::Month(..) => 1,
            Self::YearTo(_, month) => month,
        };
        self.start() + Months::new(months) - Days::new(1)
    }

    /// How cut-offs of it are named: `2025`, `2025-t1`, `2025-03`, `2025-to-08`.
    pub fn id(self) -> String {
        match self {
            Self::Year(year) => year.to_string(),
            Self::Tertial(year, tertial) => format!("{year}-t{tertial}"),
            Self::Month(year, month) => format!("{year}-{month:02}"),
            Self::YearTo(year, month) => format!("{year}-to-{month:02}"),
        }
    }

    /// The period that [`Period::id`] names.
    pub fn from_id(id: &str) -> Option<Self> {
        let Some((year, part)) = id.split_once('-') else {
            return Some(Self::Year(id.parse().ok()?));
        };
        let year = year.parse().ok()?;
        let number = |text: &str, max: u32| {
            let number = text.parse().ok()?;
            (1..=max).contains(&number).then_some(number)
        };
        if let Some(month) = part.strip_prefix("to-") {
            return Some(Self::YearTo(year, number(month, Self::YEAR_TO_MAX)?));
        }
        match part.strip_prefix('t') {
            Some(tertial) => Some(Self::Tertial(year, number(tertial, 3)?)),
            None => Some(Self::Month(year, number(part, 12)?)),
        }
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.start()..=self.end()).contains(&day)
    }
}

/// A column holds a period by its id.
impl Type<Postgres> for Period {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Period {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<Postgres>>::encode_by_ref(&self.id(), buffer)
    }
}

impl Decode<'_, Postgres> for Period {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let id = <&str as Decode<Postgres>>::decode(value)?;
        Self::from_id(id).ok_or_else(|| format!("{id} is no period").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds((period, id, start, end): (Period, &str, &str, &str)) {
        assert_eq!(period.id(), id);
        assert_eq!(Period::from_id(id), Some(period));
        let days = [period.start().to_string(), period.end().to_string()];
        assert_eq!(days, [start, end], "{id}");
        assert!(period.contains(period.start()) && period.contains(period.end()));
        assert!(!period.contains(period.end() + Days::new(1)));
    }

    /// CU-11: thirds of a year, and a leap February.
    #[test]
    fn periods_begin_and_end_on_their_days() {
        use Period::{Month, Tertial, Year};
        [
            (Year(2025), "2025", "2025-01-01", "2025-12-31"),
            (Tertial(2025, 1), "2025-t1", "2025-01-01", "2025-04-30"),
            (Tertial(2025, 2), "2025-t2", "2025-05-01", "2025-08-31"),
            (Tertial(2025, 3), "2025-t3", "2025-09-01", "2025-12-31"),
            (Month(2024, 2), "2024-02", "2024-02-01", "2024-02-29"),
            (Month(2025, 2), "2025-02", "2025-02-01", "2025-02-28"),
            (Month(2025, 12), "2025-12", "2025-12-01", "2025-12-31"),
        ]
        .into_iter()
        .for_each(holds);
    }

    /// January–August, which tertial reports need.
    #[test]
    fn a_year_is_counted_to_the_end_of_a_month() {
        use Period::YearTo;
        [
            (YearTo(2025, 1), "2025-to-01", "2025-01-01", "2025-01-31"),
            (YearTo(2024, 2), "2024-to-02", "2024-01-01", "2024-02-29"),
            (YearTo(2025, 8), "2025-to-08", "2025-01-01", "2025-08-31"),
            (YearTo(2025, 11), "2025-to-11", "2025-01-01", "2025-11-30"),
        ]
        .into_iter()
        .for_each(holds);
    }

    #[test]
    fn what_names_no_period_is_none() {
        for id in ["", "2025-", "2025-13", "2025-00", "2025-t4", "2025-tx"] {
            assert_eq!(Period::from_id(id), None, "{id}");
        }
        for id in ["2025-to", "2025-to-00", "2025-to-12", "2025-to-t1"] {
            assert_eq!(Period::from_id(id), None, "{id}");
        }
    }
}
