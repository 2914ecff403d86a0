//! Rules as rows: terms, rates, deadlines and wordings that an office changes from time to time. A rule has
//! editions, each valid from a day on; its crate defines it by a [`Rule`], with the editions that are
//! shipped. What is decided by a rule keeps the name of the edition that it was decided by.

mod rule;
mod value;
mod wire;

pub use rule::{Definition, Edition, First, Rule};
pub use value::{
    Ages, Class, Classes, Code, Codes, Days, Kind, Months, Number, Ore, Row, Share, Table, Text,
    Value, Weeks,
};
