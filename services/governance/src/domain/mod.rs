//! The decisions: no database, no clock, no wire.

pub mod cutoff;
pub mod figure;
pub mod formula;
pub mod indicator;
pub mod period;
pub mod recompute;
pub mod source;

pub use cutoff::Cutoff;
pub use figure::Figure;
pub use indicator::Indicator;
pub use period::Period;
pub use source::Source;

platform::resource_name!(
    /// `cutoffs/{cutoff}`.
    CutoffName,
    "cutoffs/*"
);
platform::resource_name!(
    /// `indicators/{indicator}/editions/{edition}`.
    IndicatorName,
    "indicators/*/editions/*"
);
platform::resource_name!(
    /// `cutoffs/{cutoff}/figures/{figure}`.
    FigureName,
    "cutoffs/*/figures/*"
);
