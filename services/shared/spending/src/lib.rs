//! Spending: what may be spent, who may decide it, what is promised and what is paid. A package that
//! every service that spends serves alike, over its own money.
//!
//! Nouns and their states:
//! - **Allocation line** (tildeling): entered → confirmed → reversal entered → reversed, or dropped
//!   before it was confirmed. What the ministry allots to a chapter, post and year, and what Norec
//!   itself sets aside of it (Hovedinstruks § 2, § 4.1).
//! - **Frame** (ramme): what lines, commitments and payments leave of a chapter, post and year. It
//!   has no state of its own; it is summed from what is registered.
//! - **Delegation** (budsjettdisponeringsmyndighet): in force from a day until it ends. Given in
//!   writing within the giver's own; what was given stands when the giver's own ends, until it is
//!   ended itself.
//! - **Commitment** (tilsagn): what a parent, such as an agreement, is promised of a chapter, post and
//!   year, as a sum of moves; of a later year without an allotment it is conditional until it is
//!   confirmed. An **amendment** (endring) of it: entered → decided → signed, or dropped before.
//! - **Disbursement** (utbetaling): requested → decided and attested, in either order → paid; or
//!   voided before (Hovedinstruks § 4.1, the cash principle). What is paid may come back, in parts.
//! - **Freeze** (betalingsstans): active → lifting → lifted. Of a parent, or of a name that parents touch.
//!
//! A service hosts it by [`SCHEMA`], [`Spends`] and [`add`]. Its own verbs over parents promise by
//! [`Parent::commit`], [`Parent::amend`] and [`Parent::confirm`], give back by [`Parent::release`] and
//! [`Parent::cancel`], and correct by [`Parent::corrected`]; they read and save by [`grounds`],
//! [`payments`], [`hold_corrected`], [`save`] and [`correct_dimensions`]. On the wire commitments are read by
//! [`Commitment::parse_all`] and amendments by [`Amendment::parse`]; the service's own statements read
//! commitments by `spending.commitments_of(name)`.
//!
//! Decisions are pure functions in [`domain`]; why they refuse stands in the contract.

mod app;
mod counts;
pub mod domain;
mod handlers;
mod hosted;
mod rules;
mod service;
mod spends;
mod store;
mod wire;

use platform::Schema;

pub use self::rules::{RESERVATION, RULES};
pub use app::Spending;
pub use counts::{Counts, allocated, committed, disbursed, freezes};
pub use domain::{
    Amendment, Amendments, Commitment, Disbursement, FrameKey, Grounds, Parent, Reserved,
};
pub use hosted::{correct_dimensions, grounds, hold_corrected, payments, save};
pub use service::add;
pub use spends::{BoxFuture, Spends, Step};

/// The package's tables, in the database of every service that hosts it.
pub static SCHEMA: Schema = Schema {
    name: "spending",
    migrator: sqlx::migrate!(),
};
