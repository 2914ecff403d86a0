//! The decisions: no database, no clock, no wire.

pub mod account_row;
pub mod accounts_import;
pub mod appropriation;
pub mod chart_edition;
pub mod check;
pub mod control;
pub mod cutoff;
pub mod encoded;
pub mod figure;
pub mod formula;
pub mod indicator;
pub mod measure;
pub mod period;
pub mod recompute;
pub mod report;
pub mod restatement;
pub mod source;
pub mod table;
pub mod tally;

pub use account_row::AccountRow;
pub use accounts_import::AccountsImport;
pub use appropriation::Appropriation;
pub use chart_edition::ChartEdition;
pub use cutoff::Cutoff;
pub use encoded::Encoded;
pub use figure::Figure;
pub use indicator::Indicator;
pub use period::Period;
pub use report::Report;
pub use restatement::Restatement;
pub use source::Source;

platform::resource_name!(
    /// `charts/{chart}/editions/{edition}`.
    ChartEditionName,
    "charts/*/editions/*"
);
platform::resource_name!(
    /// `accountsImports/{import}`.
    AccountsImportName,
    "accountsImports/*"
);
platform::resource_name!(
    /// `accountsImports/{import}/rows/{row}`.
    AccountRowName,
    "accountsImports/*/rows/*"
);
platform::resource_name!(
    /// `appropriations/{appropriation}`.
    AppropriationName,
    "appropriations/*"
);
platform::resource_name!(
    /// `sources/{service}`.
    SourceName,
    "sources/*"
);
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
platform::resource_name!(
    /// `cutoffs/{cutoff}/restatements/{figure}`.
    RestatementName,
    "cutoffs/*/restatements/*"
);
platform::resource_name!(
    /// `reports/{report}`.
    ReportName,
    "reports/*"
);
