//! Contest: entered before its deadline by persons, who are counted once a year; its cup is lent until a day to
//! come.

pub(crate) mod store;
mod wire;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use platform::{Dimensions, Error, Fact, Received, Result, Roll, closes_at, oslo_date};

use crate::measures::{CONTEST_POINTS, CUPS_LENT, ENTRANTS};

platform::resource_name!(
    /// `contests/{contest}`.
    ContestName,
    "contests/*"
);

platform::resource_name!(
    /// `entrants/{entrant}`.
    EntrantName,
    "entrants/*"
);

/// One contest with its entries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contest {
    pub(crate) name: ContestName,
    pub(crate) version: i64,
    pub(crate) close_on: NaiveDate,
    pub(crate) roll: Roll,
    pub(crate) loan: Option<Loan>,
    /// By entrant.
    pub(crate) entries: Vec<Entry>,
}

/// The days from and until which the cup is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loan {
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) entrant: EntrantName,
    pub(crate) branch: String,
    pub(crate) points: i64,
    pub(crate) scale: String,
    pub(crate) received: Received,
}

impl Contest {
    /// Noon of the day that it closes on.
    pub(crate) fn deadline(&self) -> DateTime<Utc> {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        closes_at(self.roll.of(self.close_on), noon)
    }

    /// With somebody who came in time.
    pub(crate) fn enter(mut self, entry: Entry) -> Result<Self> {
        entry.received.must_be_before(&self.name, self.deadline())?;
        if self.entries.iter().any(|it| it.entrant == entry.entrant) {
            return Err(Error::already_exists(&entry.entrant));
        }
        self.entries.push(entry);
        self.entries.sort_by(|a, b| a.entrant.cmp(&b.entrant));
        Ok(self.next())
    }

    /// Without somebody.
    pub(crate) fn remove(mut self, entrant: &EntrantName) -> Result<Self> {
        let before = self.entries.len();
        self.entries.retain(|it| it.entrant != *entrant);
        if self.entries.len() == before {
            return Err(Error::not_found(entrant));
        }
        Ok(self.next())
    }

    /// With its cup lent so long.
    pub(crate) fn lend(mut self, loan: Loan) -> Self {
        self.loan = Some(loan);
        self.next()
    }

    /// What it counts for as it is; the day that its cup comes back may be to come.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let lent = |on: NaiveDate, value: i64| Fact {
            measure: CUPS_LENT,
            effective_on: on,
            value,
            dimensions: Dimensions::new(),
            subject: self.name.to_string(),
            reversal: false,
        };
        let loan = self.loan.iter();
        let loan = loan.flat_map(|it| [lent(it.from, 1), lent(it.until, -1)]);
        let points = self.entries.iter().map(|it| Fact {
            measure: CONTEST_POINTS,
            effective_on: it.day(),
            value: it.points,
            dimensions: Dimensions::from([
                ("branch".to_owned(), it.branch.clone()),
                ("scale".to_owned(), it.scale.clone()),
            ]),
            subject: self.name.to_string(),
            reversal: false,
        });
        loan.chain(points).collect()
    }

    fn next(self) -> Self {
        Self {
            version: self.version + 1,
            ..self
        }
    }
}

impl Entry {
    /// The day that it counts for.
    fn day(&self) -> NaiveDate {
        oslo_date(self.received.at)
    }
}

/// What somebody's entries in all contests count for: one person a year, from the first of them on.
pub(crate) fn firsts(entries: &[Entry]) -> Vec<Fact> {
    let entered = entries.iter().map(|it| Fact {
        measure: ENTRANTS,
        effective_on: it.day(),
        value: 1,
        dimensions: Dimensions::from([("branch".to_owned(), it.branch.clone())]),
        subject: it.entrant.to_string(),
        reversal: false,
    });
    Fact::firsts(entered.collect())
}
