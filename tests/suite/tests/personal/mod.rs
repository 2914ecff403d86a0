//! Personal data over all services (platform-next § 4): canaries in every field that is marked.

mod canaries;
mod story;
mod vault;
