//! Personal data over all services (platform-next § 4): canaries in every field that is marked, and what
//! becomes of them.

mod canaries;
mod chain;
mod erasures;
mod logs;
mod page;
mod retention;
mod story;
mod vault;
