//! The rule that every service goes by: how long backups are kept.

use rules::{Days, Definition, First, Rule};

/// Days after an erasure in which a backup may still hold what was erased.
pub(crate) static BACKUP_DAYS: Rule<Days> = Rule::new(
    "privacy-backup-days",
    [
        "Dager en sikkerhetskopi blir tatt vare på",
        "Dagar ein tryggingskopi blir teken vare på",
        "Days that a backup is kept",
    ],
    &[First {
        valid_from: "1990-01-01",
        value: r#"{"days": 90}"#,
        source: "Personvernforordningen art. 17; the number of days is assumed",
    }],
);

/// Every rule of privacy's.
pub static RULES: &[&Definition] = &[&BACKUP_DAYS.definition];
