//! What grants counts. Served by `FeedService.ListMeasures`; governance sums it.

use platform::Measure;

/// Every measure of this service.
pub const MEASURES: &[Measure] = &[];
