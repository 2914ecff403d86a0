//! Days and hours in Norway, as laws and deadlines count them: which days are holidays, what comes so many
//! working days, weeks or months after another, how old somebody is, and which instant a day and an hour
//! in Oslo are.

mod clock;
mod day;
mod holiday;
mod oslo;
mod roll;

#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use day::{age_on, months_after, weeks_after, working_days_after};
pub use holiday::{is_holiday, is_working_day};
pub use oslo::{closes_at, oslo_date, oslo_time};
pub use roll::Roll;
