//! The decisions: no database, no clock, no wire.

pub mod period;

pub use period::Period;

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
